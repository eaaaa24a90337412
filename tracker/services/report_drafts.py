"""文稿: making a document from the facts, writing on it, making its figures afresh, issuing it (定稿).

A document is made once for each plan, kind and subject. What a person types is kept part by part beside what
was made; making the figures afresh touches no typed text, and giving a typed text up keeps it all the same.
An issued document never changes; what has to be put right becomes its next edition (更正稿).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.report import Report, ReportKind, from_json, to_json
from tracker.domain.report_text import ADDRESSEE, TITLE, as_it_reads, read, tidied
from tracker.services import auditing, report_kinds
from tracker.store.insert import insert_missing
from tracker.store.queries import report_drafts as queries
from tracker.store.tables import ReportDraft, ReportPastText

LONGEST = 20_000
LONGEST_TITLE = 100
LINES = frozenset({TITLE, ADDRESSEE})
"""What is one line, and no text of a part."""


class ReportConflict(VersionConflict):
    """另一个窗口（或同事）也在改这份文稿。您写的都还在，不同之处已在下面列出，请对照后再保存。"""


class AlreadyIssued(RuleViolated):
    """这份文稿已经定稿，不再改动。需要更正的，请另起一份更正稿。"""


class NotIssued(RuleViolated):
    """这份文稿还没有定稿，直接在上面改就行。"""


class TextTooLong(InvalidInput):
    """有一部分超过20000字，请分开写或精简。"""


class TitleTooLong(InvalidInput):
    """标题和主送单位最多100字，请缩短。"""


class TitleNeeded(InvalidInput):
    """请写上标题。"""


@dataclass(frozen=True, slots=True)
class ToCheck:
    """The figures of one part behind which no list stands, in words."""

    heading: str
    figures: tuple[str, ...]


class FiguresToCheck(RuleViolated):
    """有数字是手写的，后面没有清单。请核对一遍，没有问题就点“数字已核对，定稿”。"""

    def __init__(self, found: Sequence[ToCheck]) -> None:
        super().__init__()
        self.found = tuple(found)
        self.mark = _mark(found)
        """What the next press says it has seen."""


def make(
    session: Session, actor: Actor, *, kind: ReportKind, plan_id: int, subject: str, now: datetime
) -> tuple[ReportDraft, bool]:
    """The document about this subject, and whether it was made just now: what is there is taken up again.

    Raises:
        NotFound: the plan has no such subject.

    """
    known = queries.newest(session, plan_id, kind, subject)
    if known is not None:
        return known, False
    report = report_kinds.write(session, actor, kind, plan_id=plan_id, subject=subject, now=now)
    return keep(session, actor, report, plan_id=plan_id, now=now)


def keep(
    session: Session, actor: Actor, report: Report, *, plan_id: int, edition: int = 1, now: datetime
) -> tuple[ReportDraft, bool]:
    """Keep a report as a draft; where another has just done so, theirs is given back."""
    row = {
        "plan_id": plan_id, "kind": report.kind.value, "subject": report.subject, "edition": edition,
        "subject_label": report.subject_label, "state": queries.DRAFT, "title": report.title,
        "facts": to_json(report), "edited": {}, "made_at": now, "made_by_name": actor.name,
        "saved_by_name": "", "issued_by_name": "", "version": 1,
    }  # fmt: skip
    keys = ("plan_id", "kind", "subject", "edition")
    made = insert_missing(session, ReportDraft, [row], keys=keys)
    found = queries.newest(session, plan_id, report.kind, report.subject)
    if found is None:
        raise NotFound
    if made:
        _record(session, actor, Event.REPORT_MAKE, found, f"生成{_named(found)}", now=now)
    return found, bool(made)


def again(session: Session, actor: Actor, *, draft_id: int, now: datetime) -> ReportDraft:
    """The next edition (更正稿) of an issued document, with its words and today's figures.

    A typed text whose part is no longer made is laid aside.

    Raises:
        NotFound: there is none.
        RuleViolated: it is not issued.

    """
    row = queries.one(session, draft_id)
    if row is None:
        raise NotFound
    kind = ReportKind(row.kind)
    newest = queries.newest(session, row.plan_id, kind, row.subject)
    if newest is not None and newest.state == queries.DRAFT:
        if newest.id == row.id:
            raise NotIssued
        return newest
    report = report_kinds.write(session, actor, kind, plan_id=row.plan_id, subject=row.subject, now=now)
    edition = (newest or row).edition + 1
    made, is_new = keep(session, actor, report, plan_id=row.plan_id, edition=edition, now=now)
    if is_new and row.edited:
        made.edited = dict(row.edited)
        session.flush()
        _lay_gone_aside(session, actor, made, from_json(row.facts), report, now=now)
        made.title = _title(made)
        session.flush()
    return made


def save(
    session: Session,
    actor: Actor,
    *,
    draft_id: int,
    version: int,
    texts: Mapping[str, str],
    now: datetime,
) -> ReportDraft:
    """Keep what is typed, part by part; a text that is the made one word for word is no edit.

    Raises:
        NotFound: there is no such document.
        VersionConflict: it has changed since it was read.
        RuleViolated: it is issued, or something does not fit.

    """
    row = _open(session, draft_id, version)
    report = from_json(row.facts)
    made = {TITLE: report.title, ADDRESSEE: report.addressee} | {part.key: part.text for part in report.parts}
    edited = dict(row.edited)
    for key, text in texts.items():
        if key not in made and key not in edited:
            continue
        kept = " ".join(text.split()) if key in LINES else tidied(text)
        _check(key, kept)
        if kept == tidied(made.get(key, "")):
            edited.pop(key, None)
        else:
            edited[key] = kept
    if edited != row.edited:
        row.edited = edited
        row.title = _title(row)
        row.saved_at, row.saved_by_name = now, actor.name
    session.flush()
    return row


def make_afresh(session: Session, actor: Actor, *, draft_id: int, version: int, now: datetime) -> ReportDraft:
    """按最新数据重算: what is made comes from the facts of now; what was typed stays where it is.

    A typed text whose part is no longer made is laid aside.

    Raises:
        NotFound: there is no such document, or its subject is gone.
        VersionConflict: it has changed since it was read.
        RuleViolated: it is issued.

    """
    row = _open(session, draft_id, version)
    kind = ReportKind(row.kind)
    before = from_json(row.facts)
    report = report_kinds.write(session, actor, kind, plan_id=row.plan_id, subject=row.subject, now=now)
    _lay_gone_aside(session, actor, row, before, report, now=now)
    row.facts, row.made_at, row.made_by_name = to_json(report), now, actor.name
    row.title = _title(row)
    _record(session, actor, Event.REPORT_MAKE_AFRESH, row, f"{_named(row)}按最新数据重算", now=now)
    return row


def take_made(
    session: Session, actor: Actor, *, draft_id: int, version: int, part_key: str, now: datetime
) -> ReportDraft:
    """Give a typed text up for the made one; it is kept among those laid aside.

    Raises:
        NotFound: there is no such document.
        VersionConflict: it has changed since it was read.
        RuleViolated: it is issued.

    """
    row = _open(session, draft_id, version)
    if part_key in row.edited:
        part = from_json(row.facts).part(part_key)
        _lay_aside(session, actor, row, part_key, part.heading if part else "标题", now=now)
        row.title = _title(row)
        session.flush()
    return row


def issue(
    session: Session, actor: Actor, *, draft_id: int, version: int, seen: str = "", now: datetime
) -> ReportDraft:
    """定稿: from now on it never changes. Figures typed by hand are told once; `seen` marks those told.

    Raises:
        NotFound: there is no such document.
        VersionConflict: it has changed since it was read.
        FiguresToCheck: a text holds figures behind which no list stands, and nobody has looked at them.
        RuleViolated: it is issued already.

    """
    row = _open(session, draft_id, version)
    found = _to_check(row)
    if found and seen != _mark(found):
        raise FiguresToCheck(found)
    row.state, row.issued_at, row.issued_by_name = queries.ISSUED, now, actor.name
    _record(session, actor, Event.REPORT_ISSUE, row, f"{_named(row)}定稿", now=now)
    return row


def final(row: ReportDraft) -> Report:
    """The document as it reads now: what was made, with what a person has written in its place."""
    return as_it_reads(from_json(row.facts), row.edited)


def _to_check(row: ReportDraft) -> list[ToCheck]:
    """The figures that a person has typed, part by part; those of a text as it was made have their lists."""
    parts = [part for part in from_json(row.facts).parts if row.edited.get(part.key)]
    read_through = [(part.heading or "开头", read(part, row.edited[part.key]).to_check) for part in parts]
    return [ToCheck(heading, figures) for heading, figures in read_through if figures]


def _mark(found: Sequence[ToCheck]) -> str:
    said = "\n".join("\t".join((each.heading, *each.figures)) for each in found)
    return sha256(said.encode()).hexdigest()[:16]


def _open(session: Session, draft_id: int, version: int) -> ReportDraft:
    row = queries.one(session, draft_id, lock=True)
    if row is None:
        raise NotFound
    if row.state == queries.ISSUED:
        raise AlreadyIssued
    if row.version != version:
        raise ReportConflict
    return row


def _check(key: str, text: str) -> None:
    if key in LINES and len(text) > LONGEST_TITLE:
        raise TitleTooLong
    if key == TITLE and not text:
        raise TitleNeeded
    if len(text) > LONGEST:
        raise TextTooLong


def _lay_gone_aside(
    session: Session, actor: Actor, row: ReportDraft, before: Report, after: Report, *, now: datetime
) -> None:
    """Lay aside what was typed for parts that were made before and are no longer."""
    there = {part.key for part in after.parts} | LINES
    for key in sorted(set(row.edited) - there):
        gone = before.part(key)
        _lay_aside(session, actor, row, key, gone.heading if gone else "", now=now)


def _lay_aside(
    session: Session, actor: Actor, row: ReportDraft, key: str, heading: str, *, now: datetime
) -> None:
    edited = dict(row.edited)
    text = edited.pop(key)
    row.edited = edited
    session.add(
        ReportPastText(
            report_draft_id=row.id, part_key=key, heading=heading, text=text, laid_aside_at=now,
            laid_aside_by_name=actor.name,
        )
    )  # fmt: skip


def _title(row: ReportDraft) -> str:
    return str(row.edited.get(TITLE) or row.facts["title"])[:300]


def _named(row: ReportDraft) -> str:
    edition = f"更正稿{row.edition - 1}" if row.edition > 1 else ""
    return f"{ReportKind(row.kind).label}（{row.subject_label}）{edition}"


def _record(
    session: Session, actor: Actor, event: Event, row: ReportDraft, words: str, *, now: datetime
) -> None:
    session.flush()
    auditing.record(session, actor, event, ("report_draft", row.id), words, now=now)
