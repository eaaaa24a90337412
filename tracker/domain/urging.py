"""Urging (催办): what the office may urge units to do by hand, and the words it does it in.

One thing is said to one unit at most once a day: its key is made of the thing, the unit and the day, so that
two people who press at once make one notice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.china_time import china_clock, china_day, month_day
from tracker.domain.outbox import URGED
from tracker.domain.titled import Titled

MOST_NAMED = 5
"""Tasks that a notice names; the page behind it has them all."""
LONGEST_TITLE = 40
NOON = 12
RETURN, RECEIPT, CLAIM, TASKS, DECISION = "o", "p", "c", "t", "d"
"""What stands first in the name of a thing: what its number is the number of."""
_REF = re.compile(r"[a-z]\d{1,9}:u(\d{1,9})", re.ASCII)


class UrgeKind(Titled):
    RETURNS = "returns", "报送"
    RECEIPTS = "receipts", "签收"
    CLAIMS = "claims", "认领"
    TASKS = "tasks", "逾期任务"
    DECISIONS = "decisions", "议定事项"


@dataclass(frozen=True, slots=True)
class UrgeScope:
    """What is to be urged: of one plan or of all, and of returns one period."""

    kind: UrgeKind
    plan_id: int | None = None
    period_id: int | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that one unit owes and may be urged to do.

    `ref` names the thing and the unit, `what` is how the office's list calls it, `link` leads the unit to
    where it can be done.
    """

    ref: str
    unit_id: int
    plan_id: int
    what: str
    subject: str
    body: str
    link: str
    count: int = 1
    obligation_id: int | None = None

    def key(self, day: date) -> str:
        """The notice's key on a day."""
        return key_of(self.ref, day)

    def cause(self, kind: UrgeKind, by: str) -> dict[str, str | int | None]:
        """Why it is said, for the record and for the look at the facts before it goes."""
        return {
            "kind": URGED,
            "what": kind.value,
            "ref": self.ref,
            "link": self.link,
            "by": by,
            "obligation_id": self.obligation_id,
        }


@dataclass(frozen=True, slots=True)
class LateTask:
    """A task whose day has passed and of which a unit's part is not done."""

    title: str
    due_on: date


def ref_of(letter: str, about_id: int, unit_id: int) -> str:
    """How an address and a key name one thing of one unit: `o12:u5`."""
    return f"{letter}{about_id}:u{unit_id}"


def key_of(ref: str, day: date) -> str:
    """The key of a notice that urges a unit to do one thing on a day."""
    return f"urge:{ref}:{day.isoformat()}"


def unit_of(ref: str) -> int | None:
    """The unit in such a name; None where it is none of ours."""
    found = _REF.fullmatch(ref)
    return int(found[1]) if found else None


def tasks_words(plan_title: str, tasks: Sequence[LateTask]) -> tuple[str, str]:
    """The subject and the body of urging a unit to finish its late tasks of one plan."""
    named = [f"“{short(task.title)}”（{month_day(task.due_on)}到期）" for task in tasks[:MOST_NAMED]]
    more = "等" if len(tasks) > MOST_NAMED else ""
    ask = "请说明进展和预计完成时间，已完成的请附佐证；确需延期的，请提出申请。"
    late = f"贵单位承担的《{plan_title}》任务有{len(tasks)}项已过时限：{'、'.join(named)}{more}。"
    return f"催办：{len(tasks)}项任务已逾期", f"公开办提醒：{late}{ask}"


def claim_words(plan_title: str, count: int, by: date | None) -> tuple[str, str]:
    """The subject and the body of urging a unit to claim its parts of shared work (认领)."""
    until = f"，认领期限是{month_day(by)}" if by is not None else ""
    body = (
        f"公开办提醒：《{plan_title}》中有{count}项按职责分工的任务，贵单位还没有认领{until}。"
        "请逐项认领；不属于本单位的，请写明理由。"
    )
    return f"催办：请认领{count}项任务", body


def decision_words(words: str, due_on: date | None) -> tuple[str, str]:
    """The subject and the body of urging a unit to do what a meeting agreed on (议定事项)."""
    day = f"已过{month_day(due_on)}的期限，" if due_on is not None else ""
    body = f"公开办提醒：例会议定事项“{words}”{day}还没有办结。完成后请报完成情况；有困难请联系公开办。"
    return f"催办：{short(words)}", body


def short(title: str) -> str:
    """A title's beginning, for a subject."""
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"


def leaves(later: datetime, now: datetime) -> str:
    """When what waits for the end of the quiet hours leaves: 今早8:00, 明早8:00, 9月25日8:00."""
    local, days = china_clock(later), (china_day(later) - china_day(now)).days
    hour = f"{local.hour}:{local:%M}"
    if days > 1:
        return f"{month_day(local.date())}{hour}"
    morning = local.hour < NOON
    return f"{('今早', '明早')[days] if morning else ('今天', '明天')[days]}{hour}"
