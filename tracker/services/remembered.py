"""Remembered readings (记住的读法): how the office reads a kind of phrase, taken over at the next import.

Only what a person chose is remembered, and only once the plan is confirmed; a choice taken over is shown as
such, can be changed, and asks for a glance. Where one document was read in two ways, nothing is remembered.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import NotFound
from tracker.domain.events import Event
from tracker.domain.reading_words import in_words
from tracker.services import auditing
from tracker.services.draft_deadlines import is_undecided, kind_of, offered, take_over
from tracker.store.queries import checking
from tracker.store.tables import DraftRow, ImportDraft, ReadingDecision

_SHAPE_LENGTH = 200


def taken_over(session: Session, tasks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The tasks of a proposal, with the deadlines decided that the office has decided before."""
    known = {(found.shape, found.offered): found for found in checking.reading_decisions(session)}
    return [_taken_over(dict(task), known) for task in tasks]


def _taken_over(task: dict[str, Any], known: Mapping[tuple[str, int], ReadingDecision]) -> dict[str, Any]:
    found = known.get(kind_of(task)) if is_undecided(task) else None
    if found is None:
        return task
    reading = copy.deepcopy(task)
    chosen = in_words(offered(reading)[found.place])
    made = f"{_day(found.decided_at)}{found.decided_by}在《{found.plan_title}》中对“{found.phrase}”的选择"
    note = f"按 {made}：{chosen}。"
    take_over(reading, found.place, f"原文“{reading['deadline_text']}”，{note}")
    ref = (reading.get("source") or {}).get("ref")
    finding = {"severity": "warning", "code": "reading-remembered", "field": "deadline", "ref": ref}
    reading["findings"].append(finding | {"message": f"{note}请过目，也可以改选。"})
    return reading


def _day(moment: datetime) -> str:
    day = china_day(moment)
    return f"{day.year}年{day.month}月{day.day}日"


def remember(
    session: Session, actor: Actor, *, draft: ImportDraft, rows: Iterable[DraftRow], now: datetime
) -> int:
    """Keep what a person chose in a draft that is being confirmed; gives back how many kinds of phrase."""
    chosen: dict[tuple[str, int], list[DraftRow]] = {}
    for row in rows:
        decided = row.reading["deadline"].get("decided") or {}
        if (
            row.included
            and decided.get("by") == "person"
            and 0 < len(kind_of(row.reading)[0]) <= _SHAPE_LENGTH
        ):
            chosen.setdefault(kind_of(row.reading), []).append(row)
    kept = 0
    for (shape, count), alike in chosen.items():
        places = {row.reading["deadline"]["decided"]["place"] for row in alike}
        if len(places) == 1 and (place := places.pop()) is not None:
            _keep(session, actor, draft, alike[0].reading, (shape, count, place), now=now)
            kept += 1
    return kept


def _keep(
    session: Session,
    actor: Actor,
    draft: ImportDraft,
    reading: Mapping[str, Any],
    kind: tuple[str, int, int],
    *,
    now: datetime,
) -> None:
    shape, count, place = kind
    found = checking.decision_for(session, shape, count) or ReadingDecision(shape=shape, offered=count)
    found.place = place
    found.phrase = (reading.get("deadline_text") or "")[:200]
    found.chosen = in_words(reading["deadline"]["notation"])[:200]
    found.plan_title = draft.title
    found.decided_by = actor.name[:60]
    found.decided_by_id = actor.account_id
    found.decided_at = now
    session.add(found)
    session.flush()
    words = f"记住“{found.phrase}”的读法：{found.chosen}"
    auditing.record(session, actor, Event.READING_REMEMBER, ("reading_decision", found.id), words, now=now)


def listing(session: Session) -> list[ReadingDecision]:
    """Every remembered reading, the newest first."""
    return checking.reading_decisions(session)


def forget(session: Session, actor: Actor, *, decision_id: int, now: datetime) -> str:
    """Forget how a kind of phrase is read; the next import asks again. Gives back the phrase.

    Raises:
        NotFound: nothing is remembered under this number.

    """
    found = checking.reading_decision(session, decision_id)
    if found is None:
        raise NotFound("这条读法已经不在了，可能有同事刚刚去掉。")
    phrase = found.phrase
    session.delete(found)
    session.flush()
    words = f"不再记住“{phrase}”的读法"
    auditing.record(session, actor, Event.READING_FORGET, ("reading_decision", decision_id), words, now=now)
    return phrase
