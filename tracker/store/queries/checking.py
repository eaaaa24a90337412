"""Who checks a draft, which findings were seen, and how the office reads its phrases."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.store.insert import insert_missing
from tracker.store.tables import DraftRow, DraftVisit, ImportDraft, ReadingDecision, SeenFinding


def visit(session: Session, draft_id: int, account_id: int, **facts: object) -> DraftVisit:
    """One person's visit to one draft, made from `facts` when there is none."""
    keys = {"import_draft_id": draft_id, "account_id": account_id}
    insert_missing(session, DraftVisit, [keys | facts], keys=("import_draft_id", "account_id"))
    wanted = select(DraftVisit).filter_by(**keys)
    return session.scalars(wanted).one()


def visits(session: Session, draft_ids: Iterable[int]) -> list[DraftVisit]:
    """What people last did in these drafts, the newest first."""
    wanted = (
        select(DraftVisit)
        .where(DraftVisit.import_draft_id.in_(list(draft_ids)))
        .order_by(DraftVisit.at.desc(), DraftVisit.id.desc())
    )
    return list(session.scalars(wanted))


def rows_of(session: Session, draft_ids: Iterable[int]) -> list[DraftRow]:
    """The rows of those of these drafts that are still open, in no order."""
    wanted = (
        select(DraftRow)
        .join(DraftRow.import_draft)
        .where(DraftRow.import_draft_id.in_(list(draft_ids)), ImportDraft.state == "open")
    )
    return list(session.scalars(wanted))


def seen(session: Session, draft_id: int) -> dict[str, SeenFinding]:
    """The findings of the check-up that somebody has put aside, by their mark."""
    found = session.scalars(select(SeenFinding).where(SeenFinding.import_draft_id == draft_id))
    return {each.mark: each for each in found}


def see(session: Session, draft_id: int, mark: str, **facts: object) -> None:
    """Put a finding aside; twice is once."""
    row = {"import_draft_id": draft_id, "mark": mark} | facts
    insert_missing(session, SeenFinding, [row], keys=("import_draft_id", "mark"))


def reading_decisions(session: Session) -> list[ReadingDecision]:
    """Every remembered reading, the newest first."""
    wanted = select(ReadingDecision).order_by(ReadingDecision.decided_at.desc(), ReadingDecision.id.desc())
    return list(session.scalars(wanted))


def reading_decision(session: Session, decision_id: int) -> ReadingDecision | None:
    """One remembered reading."""
    return session.get(ReadingDecision, decision_id)


def decision_for(session: Session, shape: str, offered: int) -> ReadingDecision | None:
    """What is remembered about one kind of phrase."""
    wanted = select(ReadingDecision).where(ReadingDecision.shape == shape, ReadingDecision.offered == offered)
    return session.scalars(wanted).one_or_none()
