"""The crosswalk on paper: the facts its files are made from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.documents.crosswalk import CrosswalkPaper, PrintedClause, PrintedTask
from tracker.domain.crosswalk import Stand
from tracker.services import crosswalk, settings
from tracker.services.crosswalk import Answer, Row


def paper(
    session: Session, *, document_id: int, stand: Stand | None = None, now: datetime
) -> CrosswalkPaper:
    """All clauses that stand so, each with its tasks and what they last reported.

    Raises:
        NotFound: there is no such document.

    """
    view = crosswalk.compared(session, document_id=document_id, stand=stand)
    return CrosswalkPaper(
        view.document.title,
        view.document.issuer,
        view.plan.title,
        settings.office_name(session),
        view.tally,
        stand,
        tuple(map(_clause, view.rows)),
        now,
    )


def _clause(row: Row) -> PrintedClause:
    clause = row.clause
    return PrintedClause(
        clause.position,
        clause.number,
        clause.headings[0] if clause.headings else "",
        clause.text,
        clause.units_text,
        clause.deadline_text,
        row.stand,
        clause.waived_reason,
        tuple(map(_task, row.answers)),
    )


def _task(answer: Answer) -> PrintedTask:
    return PrintedTask(
        answer.serial,
        answer.title,
        answer.units,
        answer.state.label,
        answer.progress,
        answer.reported_by,
        answer.reported_on,
    )
