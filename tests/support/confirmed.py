"""Documents taken all the way from their bytes to a plan in the ledger, with every question answered."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.qingxi import MemoryFiles
from tracker.adapters.pinyin import search_keys
from tracker.domain.actor import SYSTEM
from tracker.services import drafts, importing, names
from tracker.services.readiness import EVERY_CONCERN
from tracker.store.queries import imports
from tracker.store.tables import ImportDraft, Plan


def uploaded(session: Session, data: bytes, filename: str, *, year: int | None = None) -> ImportDraft:
    """A document as an open draft."""
    return importing.upload(
        session, SYSTEM, data=data, filename=filename, year=year, files=MemoryFiles(), now=NOW
    )


def settle(session: Session, draft: ImportDraft) -> None:
    """Take the first reading everywhere, make every open name a unit, every collective one a group."""
    for row in imports.rows(session, draft.id):
        if not row.reading["deadline"].get("certain", True):
            notation = row.reading["deadline"]["notation"]
            drafts.choose_reading(
                session, SYSTEM, draft_id=draft.id, row_id=row.id, version=row.version, notation=notation, now=NOW
            )
    page = names.names_page(session, draft_id=draft.id)
    single = [line.printed for line in page.open if not line.collective]
    names.create_units(session, SYSTEM, draft_id=draft.id, printed=single, spell=search_keys, now=NOW)
    answers = names.resolver(session, draft.id)
    for line in page.open:
        if line.collective:
            members = list(answers.unit_names)[:3]
            names.decide_new_group(
                session, SYSTEM, draft_id=draft.id, printed=line.printed, member_ids=members, now=NOW
            )


def confirm(session: Session, draft: ImportDraft) -> Plan:
    """The plan of a settled draft."""
    return importing.confirm(
        session, SYSTEM, draft_id=draft.id, version=draft.version, accepted=EVERY_CONCERN, now=NOW
    )
