"""督办单 in 青溪市: three that were sent, of which one is answered; the rest stays proposed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.supervision import OrderColour
from tracker.services import supervising, supervision_pages
from tracker.services.supervising import Wanted
from tracker.services.supervision_pages import Offered
from tracker.store.queries import demo

OWN_UNIT = "市教育局"
ANSWER = "已逐项核对：资料本周补齐，公开目录下周一前重新公布，责任人为办公室主任。"


def send(session: Session, office: Actor, contacts: dict[int, Actor], *, now: datetime) -> str:
    """Send one of each colour, one of them to the unit that can be signed in as; says what there is now."""
    offered = supervision_pages.offers(session, today=china_day(now)).lines
    own = demo.unit_id_named(session, OWN_UNIT)
    chosen: dict[OrderColour, Offered] = {}
    for each in sorted(offered, key=lambda each: each.unit.id != own):
        chosen.setdefault(each.colour, each)
    if not chosen:
        return "没有要督办的。"
    rows = supervising.send(session, office, wanted=[_wanted(each) for each in chosen.values()], now=now)
    answered = [row for row in rows if row.unit_id != own][:1]
    for row in answered:
        supervising.answer(
            session, contacts[row.unit_id], order_id=row.id, version=row.version, words=ANSWER, now=now
        )
    return f"发出督办单{len(rows)}份，{len(answered)}份已反馈，等公开办审核。"


def _wanted(each: Offered) -> Wanted:
    matters = frozenset(matter.key for matter in each.proposal.matters)
    return Wanted(each.proposal.key, matters, each.asked, each.feedback_on)
