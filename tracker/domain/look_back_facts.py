"""The facts of a look-back (回头看的事实): what was reported, linked, counted and missed for one item.

A CARRIED line (无变化) says nothing new: a unit's status is what it last said besides, and one that only ever
said 无变化 has said nothing. Accountable is the lead; where the document names none, every unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from ipaddress import ip_address
from urllib.parse import urlsplit

from tracker.domain.quota import Pace
from tracker.domain.task import LineStatus, Role, TaskState
from tracker.domain.web_address import page_key

_INSIDE = (".local", ".lan", ".internal", ".intranet", ".localdomain")
"""Names that nobody outside can open."""
_FRONT = frozenset({"", "/index.html", "/index.htm", "/index.shtml", "/index.jsp", "/default.html"})


@dataclass(frozen=True, slots=True)
class LineFact:
    """One line of a return on this item; CARRIED lines (无变化) keep the status before.

    `next_plan` is what the unit wrote itself, without what was carried over from the plan before.
    """

    period_key: str
    reported_on: date
    status: LineStatus
    progress: str = ""
    next_plan: str = ""
    since: date | None = None
    until: date | None = None
    """The first and the last day of its period."""
    link: str = ""
    link_on: date | None = None
    sent_back: bool = False
    """Whether the office returned it, and nothing came after."""
    said_by: int | None = None
    """The account that handed it in."""


@dataclass(frozen=True, slots=True)
class PartFact:
    """One unit's part: its lines in the order of their periods, and how many returns it missed.

    Only what was missed before its part was done counts. `asked` says whether any return was asked of it,
    `unclaimed` that it never took its part of shared work, `sub_items` names its own steps that are open.
    """

    unit_id: int
    unit_name: str
    role: Role
    lines: tuple[LineFact, ...] = ()
    missed: int = 0
    asked: bool = True
    unclaimed: str = ""
    sub_items: tuple[str, ...] = ()

    said: tuple[LineFact, ...] = field(init=False, repr=False, compare=False)
    """The lines that say something of their own; asked for so often that it is worked out once."""

    def __post_init__(self) -> None:
        said = tuple(line for line in self.lines if line.status is not LineStatus.CARRIED)
        object.__setattr__(self, "said", said)

    @property
    def status(self) -> LineStatus:
        """The last status that is not 无变化."""
        return self.said[-1].status if self.said else LineStatus.NOT_STARTED

    @property
    def done_line(self) -> LineFact | None:
        """The line from which the unit has said done without taking it back."""
        found: LineFact | None = None
        for line in self.said:
            found = (found or line) if line.status is LineStatus.DONE else None
        return found

    @property
    def done_on(self) -> date | None:
        """The day of that line."""
        return line.reported_on if (line := self.done_line) else None

    def finished_by(self, last_day: date | None) -> date | None:
        """The day on which it was done, as far as it can be known.

        A return is due on one day of its period: what a page shows that was published in time is not late
        because the first return that could tell of it came after the last day. A return on a period that had
        ended by then (June's, handed in on 3 July) tells of work in that period.
        """
        line = self.done_line
        if line is None or last_day is None or line.reported_on <= last_day:
            return line.reported_on if line else None
        if line.until is not None and line.until <= last_day:
            return line.until
        first_to_tell = line.since is not None and line.since <= last_day
        if first_to_tell and line.link and line.link_on is not None and line.link_on <= last_day:
            return line.link_on
        return line.reported_on


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    """A link or a file given as evidence; `also_under` names other items that cite the same one.

    A file is known by its digest alone: its name and its content are not for everyone who reads a look-back.
    """

    unit_id: int
    url: str
    published_on: date | None = None
    also_under: tuple[str, ...] = ()
    digest: str = ""

    @property
    def is_file(self) -> bool:
        return bool(self.digest) and not self.url.strip()

    @property
    def key(self) -> str:
        """What makes it the same as another; empty where nothing is given."""
        return page_key(self.url) or self.digest

    @property
    def words(self) -> str:
        """How it is named to a person."""
        return "佐证材料" if self.is_file else self.url.strip()

    @property
    def is_valid(self) -> bool:
        """Whether it is a file, or can be a public address at all; nobody is asked."""
        if self.is_file:
            return True
        try:
            parts = urlsplit(self.url.strip())
            host = parts.hostname or ""
        except ValueError:
            return False
        if parts.scheme not in {"http", "https"} or " " in self.url.strip():
            return False
        return "." in host.strip(".") and _is_outside(host)

    @property
    def is_front_page(self) -> bool:
        """Whether it leads to a site's front page, where nothing of the matter can be seen."""
        if self.is_file or not self.is_valid:
            return False
        parts = urlsplit(self.url.strip())
        return parts.path.rstrip("/").lower() in _FRONT and not parts.query and not parts.fragment


def _is_outside(host: str) -> bool:
    """Whether the public can open a host by its name or number."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return not host.lower().rstrip(".").endswith(_INSIDE)


@dataclass(frozen=True, slots=True)
class DayMoved:
    """A due day that was put off: which one, when that was asked (if it was), and when it was decided."""

    who: str
    was: date
    to: date
    decided_on: date
    asked_on: date | None = None


@dataclass(frozen=True, slots=True)
class LookBackFacts:
    """What is known of one item.

    `started_on` is the day the plan was issued, `ended_on` the last day looked at, `due_on` the last due day
    as printed and `extended_to` an approved extension; the original stays visible beside it.
    """

    state: TaskState
    started_on: date
    ended_on: date
    due_on: date | None = None
    extended_to: date | None = None
    standing: bool = False
    signed_off_on: date | None = None
    parts: tuple[PartFact, ...] = ()
    evidence: tuple[EvidenceFact, ...] = ()
    quota: Pace | None = None
    moved: tuple[DayMoved, ...] = ()
    not_counted: tuple[str, ...] = ()
    """Events of its quotas that stand and do not count, in words."""
    open_matters: tuple[str, ...] = ()
    """Orders and instructions about it that are not closed, in words."""
    signed_off_by: int | None = None
    """The account that signed it off."""
    cancelled_on: date | None = None
    handed_back: tuple[date, ...] = ()
    """The days on which the office gave it back to its units: 恢复办理, or 销号申请 refused."""

    @property
    def accountable(self) -> tuple[PartFact, ...]:
        """The lead; without one, every unit."""
        return tuple(part for part in self.parts if part.role is Role.LEAD) or self.parts

    @property
    def reported_done(self) -> bool:
        """Whether every accountable unit says done."""
        return bool(self.parts) and all(part.status is LineStatus.DONE for part in self.accountable)

    @property
    def is_done(self) -> bool:
        return self.state is TaskState.SIGNED_OFF or self.reported_done

    def was_handed_back(self, before: LineFact, after: LineFact) -> bool:
        """Whether the office itself undid what the first line said, so that the next follows from that."""
        between = (before.reported_on <= day <= after.reported_on for day in self.handed_back)
        return before.sent_back or any(between)

    @property
    def evidence_from(self) -> date:
        """The day from which a page can show it; what is counted or kept up is the whole year's."""
        if self.standing or self.quota is not None:
            return min(self.started_on, date(self.ended_on.year, 1, 1))
        return self.started_on

    @property
    def finished_on(self) -> date | None:
        """The day of the last accountable unit's word; a slow signature is not the unit's delay."""
        if self.reported_done:
            last = self.last_day
            return max(day for part in self.accountable if (day := part.finished_by(last)) is not None)
        return self.signed_off_on if self.state is TaskState.SIGNED_OFF else None

    @property
    def last_day(self) -> date | None:
        """The last day that is on time, with its extension."""
        return self.extended_to or self.due_on

    @property
    def is_late(self) -> bool:
        finished, last = self.finished_on, self.last_day
        return finished is not None and last is not None and finished > last

    @property
    def line_count(self) -> int:
        """How often something was said of it; 无变化 by itself says nothing."""
        return sum(len(part.said) for part in self.parts)

    @property
    def second_half(self) -> date:
        """The first day of the last half-year looked at.

        One that has just begun has not been lived yet: in its first quarter the one before counts too.
        """
        if self.ended_on.month <= 3:
            return date(self.ended_on.year - 1, 7, 1)
        return date(self.ended_on.year, 7 if self.ended_on.month > 9 else 1, 1)

    @property
    def reported_in_second_half(self) -> bool:
        return any(line.reported_on >= self.second_half for part in self.parts for line in part.said)

    @property
    def valid_links(self) -> int:
        return len({link.key for link in self.evidence if link.is_valid and not link.is_file})

    @property
    def files(self) -> int:
        return len({file.key for file in self.evidence if file.is_file})

    @property
    def is_evidenced(self) -> bool:
        """Whether anything that counts as evidence is on record."""
        return bool(self.valid_links or self.files)
