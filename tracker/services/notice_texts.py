"""What a notice says to its reader: to the unit's contact, or to the deputy (代办) who stands in for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.notices import NoticeKind
from tracker.domain.outbox import ESCALATED, ORDERED
from tracker.store.tables import Account, Notice

DEPUTY_LINK = "/deputies"
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
    NoticeKind.REQUEST_WAITS: "/requests",
    NoticeKind.REQUEST_ANSWERED: "/tasks/{task}",
    NoticeKind.MEETING: "/meetings/{about}",
    NoticeKind.QUOTA_LAGS: "/quotas?plan={plan}#q{about}",
    NoticeKind.QUOTA_ENDS: "/quotas?plan={plan}#q{about}",
    NoticeKind.QUOTA_MISSED: "/quotas?plan={plan}#q{about}",
    NoticeKind.DELIVERY_FAILED: "/deliveries",
}
"""Where it can be dealt with; of a return and a task their own pages."""


@dataclass(frozen=True, slots=True)
class Said:
    """A notice as one person reads it; `link` is where it can be dealt with."""

    subject: str
    body: str
    link: str


def said(notice: Notice, principals: Sequence[Account] = ()) -> Said:
    """The notice's own words; to a deputy with the names of those in whose place it is said.

    The page behind a notice is the unit's: a deputy from elsewhere first takes the other's place.
    """
    if not principals:
        return Said(notice.subject, notice.body, _link(notice))
    names = "、".join(account.display_name for account in principals)
    unit = principals[0].unit
    whose = f"{names}（{unit.name}）" if unit else names
    body = f"{notice.body}\n\n您正代{whose}办理：请先在“代办”里点“代 {principals[0].display_name}”。"
    return Said(f"代{names}：{notice.subject}"[:SUBJECT_LENGTH], body, DEPUTY_LINK)


def said_to_office(notice: Notice, unit: str) -> Said:
    """What was said to a unit as the office reads it: with the unit's name, and on the office's own page."""
    if not unit:
        return said(notice)
    body = f"以下提醒已发给{unit}，抄告公开办。\n\n{notice.body}"
    link = "/receipts" if notice.kind == NoticeKind.CLAIM else _link(notice)
    return Said(f"{unit}：{notice.subject}"[:SUBJECT_LENGTH], body, link)


def letter(texts: Sequence[Said], site: str) -> tuple[str, str]:
    """Subject and body of one letter from one or several notices, each with its address."""
    parts = [f"{one.body}\n\n办理：{site.rstrip('/')}{one.link}" if one.link else one.body for one in texts]
    if len(texts) == 1:
        return texts[0].subject, parts[0]
    numbered = [
        f"{number}. {one.subject}\n\n{part}"
        for number, (one, part) in enumerate(zip(texts, parts, strict=True), start=1)
    ]
    return f"{texts[0].subject}，等{len(texts)}件事", "\n\n".join(numbered)


def post(notices: Sequence[Notice], units: Mapping[int, str], site: str) -> tuple[str, str]:
    """Subject and body of a post to a group: each thing with the unit it is said to, of several a line."""
    subjects = [f"{units.get(notice.unit_id or 0, '各单位')}：{notice.subject}" for notice in notices]
    if len(notices) == 1:
        return subjects[0], letter([said(notices[0])], site)[1]
    lines = [f"{number}. {subject}" for number, subject in enumerate(subjects, start=1)]
    return f"提醒{len(notices)}件", "\n".join([*lines, "", f"办理：{site.rstrip('/')}/"])


def _link(notice: Notice) -> str:
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
