"""The check-up (体检) of a draft as it now stands, with the office's calendar; what was seen is put aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain import checkup
from tracker.domain.actor import Actor
from tracker.domain.deadline import Reading, Unstated, parse_notation
from tracker.domain.errors import NotFound
from tracker.domain.passages import Kind
from tracker.domain.task import Role
from tracker.services import calendars, draft_acts
from tracker.services.draft_rows import draft_of, open_draft, original_of, readings_of
from tracker.store.queries import checking
from tracker.store.queries import imports as queries
from tracker.store.tables import DraftRow, ImportDraft


@dataclass(frozen=True, slots=True)
class Noticed:
    """One finding of the check-up as the panel shows it."""

    mark: str
    """Names the finding with its rows: when other rows come under it, it is a new one."""
    severity: str
    code: str
    message: str
    ref: str
    rows: tuple[tuple[int, int], ...]
    """(number on the check page, id) of the rows it is about."""
    seen: bool


def check_up(session: Session, draft: ImportDraft, rows: Iterable[DraftRow]) -> tuple[Noticed, ...]:
    """What there is to notice about a draft whose rows are in order; what was put aside comes last."""
    included = [row for row in rows if row.included]
    serials = {row.id: serial for serial, row in enumerate(included, start=1)}
    seen = checking.seen(session, draft.id)
    found = [
        _noticed(vars_of(each), [(serials[key], key) for key in each.items], seen)
        for each in checkup.examine(
            [_item(draft, row) for row in included],
            issued_on=draft.issued_on,
            published=checkup.published_on(_head(draft)),
            has_rhythm=any((draft.draft.get("regime") or {}).values()),
            calendar=calendars.load(session),
        )
    ]
    told = (each for each in draft.draft["findings"] if not included or each["code"] not in checkup.CODES)
    found += [_noticed(each, [], seen) for each in told]
    return tuple(sorted(found, key=lambda each: each.seen))


def vars_of(found: checkup.Noticed) -> dict[str, Any]:
    """A finding of the domain in the words of the schema."""
    return {"severity": found.severity, "code": found.code, "message": found.message}


def _noticed(finding: Mapping[str, Any], rows: list[tuple[int, int]], seen: Mapping[str, object]) -> Noticed:
    about = ",".join(str(row_id) for _, row_id in rows) or finding["message"]
    mark = f"{finding['code'][:80]}:{sha256(about.encode()).hexdigest()[:16]}"
    return Noticed(
        mark,
        finding["severity"],
        finding["code"],
        finding["message"],
        finding.get("ref") or "",
        tuple(rows),
        mark in seen,
    )


def _head(draft: ImportDraft) -> str:
    """Everything before the first task."""
    text: str = draft.draft["text"]
    starts = [each["start"] for each in draft.draft["segments"] if each["kind"] == Kind.TASK.value]
    return text[: min(starts, default=len(text))]


def _item(draft: ImportDraft, row: DraftRow) -> checkup.Item:
    reading = row.reading
    deadline = reading["deadline"]
    read = original_of(draft, row)
    chosen = read is not None and deadline["notation"] not in readings_of(read)
    return checkup.Item(
        key=row.id,
        text=reading["text"],
        reading=_reading(deadline["notation"]),
        certain=bool(deadline.get("certain", True)),
        exact=chosen or checkup.names_a_day(reading.get("deadline_text")),
        owners=tuple(
            checkup.Owner(part["unit"], Role(part["role"]), bool(part.get("collective")))
            for part in reading["assignments"]
        ),
        quota_classes=tuple(quota.get("unit_class") for quota in reading.get("quotas") or ()),
    )


def _reading(notation: str) -> Reading:
    try:
        return parse_notation(notation)
    except ValueError:
        return Unstated()


def see(session: Session, actor: Actor, *, draft_id: int, mark: str, now: datetime) -> str:
    """Put a finding aside (已知悉); gives back its sentence.

    Raises:
        NotFound: the draft has no such finding any more.

    """
    draft = open_draft(session, draft_id)
    found = check_up(session, draft_of(session, draft_id), queries.rows(session, draft_id))
    noticed = next((each for each in found if each.mark == mark), None)
    if noticed is None:
        raise NotFound("这一条已经变了，请重新打开体检看看。")
    checking.see(session, draft.id, mark, seen_by_id=actor.account_id, seen_at=now)
    draft_acts.done(session, actor, draft_id, f"体检已知悉：{noticed.message}", now=now)
    return noticed.message
