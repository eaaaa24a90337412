"""Rectification (整改): the unfinished gets a lead and a day, and is closed by a second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.lineage import Chain, in_words, years_unfinished
from tracker.domain.look_back import VerdictKind
from tracker.domain.look_back_facts import EvidenceFact
from tracker.domain.titled import Titled
from tracker.services import auditing
from tracker.services.arranging import TermsIncomplete
from tracker.store.queries import lineage, reviews
from tracker.store.queries import units as directory
from tracker.store.tables import Rectification, Task, Unit


class LinkNeeded(RuleViolated):
    """整改要有一条可以打开的链接（http 或 https 开头），请先补上。"""


class OtherPersonNeeded(RuleViolated):
    """整改链接是您自己填的，请另一位同事核对后销号。"""


class AlreadyClosed(RuleViolated):
    """这一项整改已经销号。"""


class RectificationPart(Titled):
    """A part of the ledger, as its address names it."""

    OPEN = "open", "未完成"
    OVERDUE = "overdue", "逾期"
    CLOSED = "closed", "已完成"


@dataclass(frozen=True, slots=True)
class RectificationLedger:
    """The items of one year, or a part of them, and the years that have any."""

    year: int
    years: list[int]
    items: list[Rectification]
    counts: Mapping[RectificationPart | None, int]
    """How long each part is, and the whole (None)."""
    units: list[Unit]
    today: date
    went_on: Mapping[int, list[Task]] = field(default_factory=dict)
    """By the task that was found unfinished: those of later plans that go on with it."""
    chains: Mapping[int, Chain] = field(default_factory=dict)
    """By the same task: what lies behind it."""

    def words(self, item: Rectification) -> str:
        """连续2年未完成: the plan's year with those before it, and each year since that did not mend it."""
        chain = self.chains.get(item.task_id)
        found = VerdictKind(item.verdict.confirmed or item.verdict.proposed)
        years = years_unfinished(chain) if chain else int(found.is_unfinished)
        if years and item.state == "open":
            years += max(0, self.year - item.year)
        return in_words(years) if years > 1 else ""

    def is_overdue(self, item: Rectification) -> bool:
        """Whether it is open and its last day has passed."""
        return _belongs(item, RectificationPart.OVERDUE, self.today)


def _belongs(item: Rectification, part: RectificationPart | None, today: date) -> bool:
    """Whether an item stands in a part; what is overdue is unfinished too."""
    is_open = item.state == "open"
    if part is RectificationPart.OVERDUE:
        return is_open and item.due_on is not None and item.due_on < today
    return part is None or is_open is (part is RectificationPart.OPEN)


def ledger(
    session: Session,
    actor: Actor,
    *,
    year: int | None,
    part: RectificationPart | None = None,
    today: date,
) -> RectificationLedger:
    """The items of `year`, or of the newest year that has any, with what earlier years left open.

    A unit's person sees the unit's own.
    """
    years = reviews.rectification_years(session)
    chosen = year or (years[0] if years else today.year)
    known = reviews.rectifications(session, chosen, unit_id=actor.unit_id, carried=True)
    parts = (None, *RectificationPart)
    counts = {each: sum(_belongs(item, each, today) for item in known) for each in parts}
    items = [item for item in known if _belongs(item, part, today)]
    tasks = {item.task_id for item in items}
    return RectificationLedger(
        chosen,
        years,
        items,
        counts,
        units(session) if actor.unit_id is None else [],
        today,
        lineage.went_on(session, tasks),
        lineage.chains(session, task_ids=tasks),
    )


def units(session: Session) -> list[Unit]:
    """The units that can lead."""
    return directory.active(session)


def schedule(
    session: Session,
    actor: Actor,
    *,
    rectification_id: int,
    version: int,
    lead_unit_id: int | None,
    due_on: date | None,
    now: datetime,
) -> Rectification:
    """Give a rectification item another lead or another day; it always has both.

    Raises:
        NotFound: there is no such item or unit.
        InvalidInput: one of them is missing.
        VersionConflict: somebody else changed it meanwhile.
        AlreadyClosed: it is closed.

    """
    item = _item(session, rectification_id, version)
    if lead_unit_id is None or due_on is None:
        raise TermsIncomplete
    if not directory.existing(session, [lead_unit_id]):
        raise NotFound
    item.lead_unit_id = lead_unit_id
    item.due_on = due_on
    summary = f"整改安排：{item.title}，时限{due_on}"
    auditing.record(session, actor, Event.RECTIFICATION_SCHEDULE, ("task", item.task_id), summary, now=now)
    return item


def give_link(
    session: Session, actor: Actor, *, rectification_id: int, version: int, link: str, now: datetime
) -> Rectification:
    """Say where the mended thing can be seen; a unit's person does so for the unit's own items only.

    Raises:
        NotFound: there is no such item, or it is another unit's.
        VersionConflict: somebody else changed it meanwhile.
        AlreadyClosed: it is closed.
        LinkNeeded: the link is no public address.

    """
    item = _item(session, rectification_id, version)
    if actor.unit_id is not None and actor.unit_id != item.lead_unit_id:
        raise NotFound
    if not EvidenceFact(unit_id=0, url=link).is_valid:
        raise LinkNeeded
    item.link = link.strip()
    item.linked_by_id = actor.account_id
    summary = f"填报整改链接：{item.title}"
    auditing.record(session, actor, Event.RECTIFICATION_LINK, ("task", item.task_id), summary, now=now)
    return item


def close(
    session: Session, actor: Actor, *, rectification_id: int, version: int, now: datetime
) -> Rectification:
    """Close a rectification item: only with a link, and by another person than the one who gave it.

    Raises:
        NotFound: there is no such item.
        VersionConflict: somebody else changed it meanwhile.
        AlreadyClosed: it is closed.
        LinkNeeded: nobody has given a link.
        OtherPersonNeeded: the same person gave it.

    """
    item = _item(session, rectification_id, version)
    if not item.link:
        raise LinkNeeded
    if actor.account_id is None or actor.account_id == item.linked_by_id:
        raise OtherPersonNeeded
    item.state = "closed"
    item.closed_at = now
    item.closed_by_id = actor.account_id
    summary = f"整改销号：{item.title}"
    auditing.record(session, actor, Event.RECTIFICATION_CLOSE, ("task", item.task_id), summary, now=now)
    return item


def _item(session: Session, rectification_id: int, version: int) -> Rectification:
    item = reviews.rectification(session, rectification_id)
    if item is None:
        raise NotFound
    if item.version != version:
        raise VersionConflict
    if item.state == "closed":
        raise AlreadyClosed
    return item
