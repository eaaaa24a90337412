"""Documents that go out (文稿): the list of drafts and issued ones, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, defer, joinedload

from tracker.domain.report import ReportKind
from tracker.store.tables import AuditEvent, Plan, ReportDraft, ReportPastText

ISSUED = "issued"
DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class DraftFilter:
    """Which documents are meant; what is None does not narrow."""

    kind: ReportKind | None = None
    plan_id: int | None = None
    state: str | None = None


def _conditions(wanted: DraftFilter, *, issued_only: bool) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        found.append(ReportDraft.kind == wanted.kind.value)
    if wanted.plan_id is not None:
        found.append(ReportDraft.plan_id == wanted.plan_id)
    if wanted.state is not None:
        found.append(ReportDraft.state == wanted.state)
    if issued_only:
        found.append(ReportDraft.state == ISSUED)
    return found


def counts_by_kind(session: Session, wanted: DraftFilter, *, issued_only: bool) -> dict[ReportKind, int]:
    """How many documents of each kind the filter meets; every kind has a number."""
    query = select(ReportDraft.kind, func.count()).where(*_conditions(wanted, issued_only=issued_only))
    found = {ReportKind(kind): number for kind, number in session.execute(query.group_by(ReportDraft.kind))}
    return {kind: found.get(kind, 0) for kind in ReportKind}


def listed(
    session: Session, wanted: DraftFilter, *, issued_only: bool, limit: int, offset: int = 0
) -> list[ReportDraft]:
    """The documents that the filter meets, without their content: drafts first, then the newest."""
    query = (
        select(ReportDraft)
        .options(defer(ReportDraft.facts), defer(ReportDraft.edited), joinedload(ReportDraft.plan))
        .where(*_conditions(wanted, issued_only=issued_only))
        .order_by(ReportDraft.state, ReportDraft.made_at.desc(), ReportDraft.id.desc())
    )
    return list(session.scalars(query.limit(limit).offset(offset)))


def one(
    session: Session, draft_id: int, *, issued_only: bool = False, lock: bool = False
) -> ReportDraft | None:
    """One document with its plan; `lock` holds it until the end."""
    query = select(ReportDraft).where(ReportDraft.id == draft_id)
    if issued_only:
        query = query.where(ReportDraft.state == ISSUED)
    return session.scalars(_whole(query, lock=lock)).one_or_none()


def newest(session: Session, plan_id: int, kind: ReportKind, subject: str) -> ReportDraft | None:
    """The newest edition of a plan's document about a subject."""
    same = (ReportDraft.plan_id == plan_id, ReportDraft.kind == kind.value, ReportDraft.subject == subject)
    query = select(ReportDraft).where(*same).order_by(ReportDraft.edition.desc()).limit(1)
    return session.scalars(query.options(joinedload(ReportDraft.plan))).first()


def subjects_made(session: Session, plan_id: int, kind: ReportKind) -> dict[str, tuple[int, datetime | None]]:
    """The subjects about which a plan has a document of a kind: the newest edition's id and its issue."""
    query = (
        select(ReportDraft.subject, ReportDraft.id, ReportDraft.issued_at)
        .where(ReportDraft.plan_id == plan_id, ReportDraft.kind == kind.value)
        .order_by(ReportDraft.edition)
    )
    return {subject: (number, issued) for subject, number, issued in session.execute(query)}


def past_texts(session: Session, draft_id: int) -> list[ReportPastText]:
    """The texts of a document that were laid aside, newest first."""
    query = select(ReportPastText).where(ReportPastText.report_draft_id == draft_id)
    return list(session.scalars(query.order_by(ReportPastText.id.desc())))


def _whole(query: Select[ReportDraft], *, lock: bool) -> Select[ReportDraft]:
    query = query.options(joinedload(ReportDraft.plan, innerjoin=True))
    if lock:
        return query.with_for_update(of=ReportDraft).execution_options(populate_existing=True)
    return query


def events(session: Session, draft_id: int) -> list[AuditEvent]:
    """What happened to one document, newest first."""
    query = select(AuditEvent).where(
        AuditEvent.object_type == "report_draft", AuditEvent.object_id == draft_id
    )
    return list(session.scalars(query.order_by(AuditEvent.id.desc())))


def plans(session: Session) -> list[tuple[int, int, str]]:
    """(id, year, title) of every plan, the newest first."""
    query = select(Plan.id, Plan.year, Plan.title).order_by(Plan.year.desc(), Plan.id.desc())
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
