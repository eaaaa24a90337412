"""Digest (合并提醒): when a delivery leaves the house, so that a person gets one letter a day.

    what                                                        when it goes
    to the inbox, which disturbs nobody                         at once
    said on its last day; urged, sent back, ordered by a person as soon as it is ready
    what the person's hour would come too late for              as soon as it is ready
    everything else                                             at the person's hour of a workday, together
    everything else, to who wants no digest                     as soon as it is ready, few letters a day

A delivery is ready when neither quiet hours nor a day off hold it back (`notices.not_before`). What has come
to its moment while nobody delivered, or is found later than it was ready, goes with the first letter after:
on the same day when that day has had none, otherwise at the next day's hour. Nothing is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tracker.domain.china_time import china_day, instant
from tracker.domain.notices import NoticeKind, ReminderPolicy, not_before
from tracker.domain.outbox import SAID_BY_A_PERSON
from tracker.domain.work_calendar import WorkCalendar, workday_on_or_after

AT_ONCE = SAID_BY_A_PERSON | {NoticeKind.RETURNED.value}
"""What a person says or decides, and waits for."""
HEAD_START = timedelta(hours=4)
"""What is told later than this before its deadline is told too late to be dealt with."""
HOURS = range(9, 20)
"""The hours that a person can choose: not before what is reached in the morning, and no quiet one."""
MUTED_KINDS = frozenset(
    {NoticeKind.TASK_SOON, NoticeKind.TASK_DUE, NoticeKind.QUOTA_LAGS, NoticeKind.QUOTA_ENDS}
)
"""What a person who has muted a task does not hear of it: all that is said up to its day."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Choice:
    """How one person wants to be reminded; `declined` are the channels that are not to be used."""

    digest: bool = True
    at: time = time(9)
    declined: frozenset[str] = frozenset()

    def most_letters(self, policy: ReminderPolicy) -> int:
        """How many letters that are not urgent the person gets in a day by one channel."""
        return 1 if self.digest else max(policy.most_a_day, 1)


DEFAULT = Choice()


def goes_at_once(kind: str, *, urgent: bool) -> bool:
    """Whether a notice waits for nobody's hour; `urgent` is what is said on its last day."""
    return urgent or kind in AT_ONCE


@dataclass(frozen=True, slots=True)
class Post:
    """The letters of one house, by its calendar and its policy."""

    calendar: WorkCalendar
    policy: ReminderPolicy

    def waits_until(
        self, ready: datetime, choice: Choice, *, deadline: datetime | None = None
    ) -> datetime | None:
        """The earliest moment for what is ready and not to be said at once; None when it cannot wait."""
        later = self.next_digest(ready, choice) if choice.digest else self._tomorrow(ready, choice)
        if deadline is not None and later > deadline - HEAD_START:
            return None
        return later if choice.digest else ready

    def next_digest(self, after: datetime, choice: Choice) -> datetime:
        """The first moment of a digest that is not before `after`."""
        day = workday_on_or_after(china_day(after), self.calendar)
        while (moment := self._hour(day, choice)) < after:
            day = workday_on_or_after(day + ONE_DAY, self.calendar)
        return moment

    def goes_now(
        self, now: datetime, choice: Choice, *, letters: int, beside_urgent: bool = False
    ) -> datetime:
        """When what has come to its moment may go, looked at once more: `now`, or later.

        `letters` counts those that went today. What goes `beside_urgent` makes no letter of its own. What is
        late waits for today's hour, so that it makes one letter with what comes then.
        """
        if (allowed := not_before(now, urgent=False, policy=self.policy, calendar=self.calendar)) > now:
            return self.next_digest(now, choice) if choice.digest else allowed
        if beside_urgent:
            return now
        if letters >= choice.most_letters(self.policy):
            return self._tomorrow(now, choice)
        return max(now, self.begins(now, choice))

    def begins(self, now: datetime, choice: Choice) -> datetime:
        """From when on today's letters go: with a digest from its hour on."""
        today = china_day(now)
        return self._hour(today, choice) if choice.digest else instant(today, time(0))

    def _tomorrow(self, now: datetime, choice: Choice) -> datetime:
        """The next workday's first moment for a letter: the digest, or the end of the quiet hours."""
        start = instant(china_day(now) + ONE_DAY, time(0))
        if choice.digest:
            return self.next_digest(start, choice)
        return not_before(start, urgent=False, policy=self.policy, calendar=self.calendar)

    def _hour(self, day: date, choice: Choice) -> datetime:
        """The person's hour of a day; one that has become a quiet one is the first that is not."""
        wanted = self.policy.quiet_until <= choice.at < self.policy.quiet_from
        return instant(day, choice.at if wanted else self.policy.quiet_until)
