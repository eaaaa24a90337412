"""Questions about the office's own templates (自制模板)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.house_fields import TemplateKind
from tracker.store.tables import HouseTemplate, HouseTemplateChoice


def every(session: Session) -> Sequence[HouseTemplate]:
    """All templates, kind by kind, the newest first."""
    order = (HouseTemplate.kind, HouseTemplate.number.desc())
    return session.scalars(select(HouseTemplate).order_by(*order)).all()


def one(session: Session, template_id: int) -> HouseTemplate | None:
    """A template by its number in the store."""
    return session.get(HouseTemplate, template_id)


def version(session: Session, kind: TemplateKind, number: int) -> HouseTemplate:
    """A version of a kind that is there."""
    wanted = select(HouseTemplate).where(HouseTemplate.kind == kind.value, HouseTemplate.number == number)
    return session.scalars(wanted).one()


def last_number(session: Session, kind: TemplateKind) -> int:
    """The highest version of a kind; 0 where it has none."""
    wanted = select(func.max(HouseTemplate.number)).where(HouseTemplate.kind == kind.value)
    return session.scalar(wanted) or 0


def chosen(
    session: Session, kind: TemplateKind, *, at: datetime | None = None
) -> HouseTemplateChoice | None:
    """What a kind is set in now, or was at a moment; None where nobody has ever chosen."""
    wanted = select(HouseTemplateChoice).where(HouseTemplateChoice.kind == kind.value)
    if at is not None:
        wanted = wanted.where(HouseTemplateChoice.since <= at)
    newest = wanted.order_by(HouseTemplateChoice.since.desc(), HouseTemplateChoice.id.desc()).limit(1)
    return session.scalar(newest.options(joinedload(HouseTemplateChoice.template)))


def chosen_now(session: Session) -> Mapping[str, HouseTemplateChoice]:
    """What each kind is set in now, by kind."""
    every_one = select(HouseTemplateChoice).order_by(HouseTemplateChoice.since, HouseTemplateChoice.id)
    return {row.kind: row for row in session.scalars(every_one)}
