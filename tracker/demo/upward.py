"""上下对照 in 青溪市: the province's plan beside the city's, with answers, waivers and gaps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.crosswalk import Stand
from tracker.services import crosswalk, crosswalk_sources, importing
from tracker.store.tables import Plan

NOT_OURS = {
    "修订全省政府信息公开目录编制规范": "全省的规范由省政府办公厅修订。",
    "省政府公报": "省级事项，市里没有对应工作。",
}


def compare(
    session: Session, office: Actor, plan: Plan, *, data: bytes, filename: str, now: datetime
) -> str:
    """Add the province's document and decide about its clauses as a clerk would; says what there is now."""
    proposal = importing.read(data=data, filename=filename, year=plan.year)
    document = crosswalk_sources.add_file(
        session, office, plan_id=plan.id, data=data, filename=filename, proposal=proposal, now=now
    )
    rows = crosswalk.view(session, document_id=document.id, stand=Stand.GAP).rows
    for words, reason in NOT_OURS.items():
        chosen = [row.clause.id for row in rows if words in row.clause.text]
        crosswalk.waive(
            session, office, document_id=document.id, clause_ids=chosen, reason=reason, now=now
        )
    waived = {row.clause.id for row in rows if any(words in row.clause.text for words in NOT_OURS)}
    pairs = {
        (row.clause.id, offer.task_id)
        for row in rows
        if row.clause.id not in waived
        for offer in row.offers
        if len(offer.shared[0]) > 5
    }
    crosswalk.link(session, office, document_id=document.id, pairs=pairs, now=now)
    counts = crosswalk.compared(session, document_id=document.id).tally
    return f"与上级文件对照{counts.total}条，漏接{counts.gap}条。"
