"""What a notice says to its reader: to the unit's contact, or to the deputy (代办) who stands in for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain import digest_words
from tracker.domain.digest_words import Thing, Words
from tracker.domain.notices import NoticeKind
from tracker.domain.outbox import ESCALATED, ORDERED
from tracker.store.tables import Account, Notice

DEPUTY_LINK = "/deputies"
SETTINGS_LINK = "/my-reminders"
SUBJECT_LENGTH = 200
PAGES: dict[str, str] = {
    NoticeKind.CLOCK: "/clocks/{about}",
    NoticeKind.CLAIM: "/my/claims",
    NoticeKind.DECISION: "/decisions/{about}",
    NoticeKind.INSTRUCTION: "/instructions/{about}",
    NoticeKind.SUPERVISION: "/supervision/orders/{about}",
    ORDERED: "/supervision/orders/{about}",
    ESCALATED: "/supervision/orders/{about}",
    NoticeKind.HANDOVER: "/handovers/{about}",
    NoticeKind.STATISTIC: "/my/statistics/{about}",
    NoticeKind.REQUEST_WAITS: "/requests",
    NoticeKind.REQUEST_ANSWERED: "/tasks/{task}",
    NoticeKind.MEETING: "/meetings/{about}",
    NoticeKind.MEETING_OFF: "/meetings/{about}",
    NoticeKind.QUOTA_LAGS: "/quotas?plan={plan}#q{about}",
    NoticeKind.QUOTA_ENDS: "/quotas?plan={plan}#q{about}",
    NoticeKind.QUOTA_MISSED: "/quotas?plan={plan}#q{about}",
    NoticeKind.DELIVERY_FAILED: "/deliveries",
    NoticeKind.SELF_CHECK: "/deliveries",
}
"""Where it can be dealt with; of a return and a task their own pages."""


@dataclass(frozen=True, slots=True)
class Said:
    """A notice as one person reads it; `link` is where it can be dealt with."""

    subject: str
    body: str
    link: str
    note: str = ""
    """What the reader has to know besides, at the end of the body."""
    unit: str = ""
    """To whom it was said, where the reader hears it too; the subject names it."""


def said(notice: Notice, principals: Sequence[Account] = ()) -> Said:
    """The notice's own words; to a deputy with the names of those in whose place it is said.

    The page behind a notice is the unit's: a deputy from elsewhere first takes the other's place.
    """
    if not principals:
        return Said(notice.subject, notice.body, _link(notice))
    names = "、".join(account.display_name for account in principals)
    unit = principals[0].unit
    whose = f"{names}（{unit.name}）" if unit else names
    note = f"您正代{whose}办理：请先在“代办”里点“代 {principals[0].display_name}”。"
    body = f"{notice.body}\n\n{note}"
    return Said(f"代{names}：{notice.subject}"[:SUBJECT_LENGTH], body, DEPUTY_LINK, note)


def said_to_office(notice: Notice, unit: str) -> Said:
    """What was said to a unit as the office reads it: with the unit's name, and on the office's own page."""
    if not unit:
        return said(notice)
    body = f"以下提醒已发给{unit}，抄告公开办。\n\n{notice.body}"
    subject = f"{unit}：{notice.subject}"[:SUBJECT_LENGTH]
    return Said(subject, body, _office_link(notice), unit=unit)


def letter(
    held: Sequence[tuple[Notice, Said]], name: str, plans: Mapping[int, str], site: str, *, today: date
) -> Words:
    """What one letter says of one or several notices, each in its receiver's words, each with its address."""
    root = site.rstrip("/")
    things = [_thing(notice, words, plans, root, today) for notice, words in held]
    return digest_words.letter(things, name, inbox=f"{root}/inbox", settings=f"{root}{SETTINGS_LINK}")


def post(
    notices: Sequence[Notice], plans: Mapping[int, str], units: Mapping[int, str], site: str, *, today: date
) -> Words:
    """What a post to a group says: each thing with the unit it is said to, of several a line."""
    root = site.rstrip("/")
    things = [
        replace(_thing(each, said(each), plans, root, today), unit=units.get(each.unit_id or 0, "各单位"))
        for each in notices
    ]
    return digest_words.post(things, f"{root}/")


def _thing(notice: Notice, words: Said, plans: Mapping[int, str], root: str, today: date) -> Thing:
    written = notice.cause.get("due_on")
    due_on = date.fromisoformat(str(written)) if written else None
    return Thing(
        notice.kind,
        digest_words.urgency_of(notice.kind, due_on, today=today),
        notice.subject if words.unit else words.subject,
        words.body,
        f"{root}{words.link}" if words.link else "",
        plans.get(notice.plan_id or 0, ""),
        due_on,
        unit=words.unit,
        note=words.note,
    )


def _link(notice: Notice) -> str:
    if "link" in notice.cause:
        return str(notice.cause["link"])
    page = PAGES.get(notice.kind)
    if page is not None:
        return page.format(
            about=notice.cause.get("about_id"), task=notice.task_id, plan=notice.plan_id or ""
        )
    if notice.obligation_id is not None:
        return f"/my/returns/{notice.obligation_id}"
    if "receipt" in notice.cause:
        return "/my"  # where a plan is signed for
    return f"/tasks/{notice.task_id}" if notice.task_id is not None else ""


def _office_link(notice: Notice) -> str:
    """The office's own page, where that is another than the unit's."""
    if notice.kind == NoticeKind.CLAIM or "receipt" in notice.cause:
        return "/receipts"
    if notice.kind == NoticeKind.STATISTIC:
        return f"/documents/statistics/sheets?year={notice.cause.get('about_id')}&state=open"
    if notice.obligation_id is not None:
        return f"/reporting/obligations/{notice.obligation_id}"
    return _link(notice)
