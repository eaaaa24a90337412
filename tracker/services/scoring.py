"""Scoring (记分): the ledger of points follows the facts; what the worker does at each tick.

It may run twice, late, or in several processes at once: a line is unique by its scheme, rule, unit and fact,
and a reversal by the line that it reverses. Nothing is changed or deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.china_time import china_day
from tracker.domain.events import Event
from tracker.domain.points import Fact, Rule
from tracker.domain.points_data import from_data
from tracker.domain.points_ledger import Edition, Line, Origin, due
from tracker.services import auditing, point_facts
from tracker.store.insert import insert_missing
from tracker.store.queries import points as queries
from tracker.store.tables import ScoreEdition, ScoreLine, ScoreScheme

SUBJECT = "score_scheme"
WORDS_LENGTH, PLACE_LENGTH, EVIDENCE_LENGTH, CLAUSE_LENGTH = 500, 200, 1000, 300


@dataclass(frozen=True, slots=True)
class Entered:
    """How many lines came into the ledger: for facts, and against lines."""

    lines: int = 0
    reversals: int = 0


def enter_all(session: Session, *, now: datetime) -> Entered:
    """Bring every scheme that is switched on up to what the facts say; nothing where none is.

    The trail comes last: its head is locked only after every line, as when a person enters one.
    """
    facts: dict[int, tuple[Fact, ...]] = {}
    told: list[auditing.Said] = []
    lines = reversals = 0
    for scheme in queries.running(session):
        if scheme.year not in facts:
            facts[scheme.year] = point_facts.of_year(session, scheme.year, today=china_day(now))
        done = enter(session, scheme, facts[scheme.year], now=now)
        lines, reversals = lines + done.lines, reversals + done.reversals
        if done != Entered():
            summary = f"“{scheme.name}”按事实记分{done.lines}笔，冲销或恢复{done.reversals}笔"
            detail = {"lines": done.lines, "reversals": done.reversals}
            told.append(auditing.Said(Event.POINTS_ENTER, (SUBJECT, scheme.id), summary, detail))
    if told:
        auditing.record_all(session, SYSTEM, told, now=now)
    return Entered(lines, reversals)


def enter(session: Session, scheme: ScoreScheme, facts: Sequence[Fact], *, now: datetime) -> Entered:
    """Bring one scheme up to what the facts say; the trail is its caller's."""
    today = china_day(now)
    known = {each.number: each for each in scheme.editions}
    wanted = due(editions_of(scheme), facts, queries.ledger(session, scheme.id), until=today)
    fresh = [
        row_of(
            known[each.edition], each.unit_id, each.rule, each.fact, origin=Origin.FACT, actor=SYSTEM, now=now
        )
        for each in wanted.entries
    ]
    undone = [
        reversal_of(session, scheme, known, each.line, each.origin, actor=SYSTEM, now=now)
        for each in wanted.undoings
    ]
    return Entered(len(put(session, fresh)), len(put(session, undone)))


def editions_of(scheme: ScoreScheme) -> tuple[Edition, ...]:
    """The editions of a scheme as the rules look at them."""
    return tuple(edition_of(row) for row in scheme.editions)


def edition_of(row: ScoreEdition) -> Edition:
    """One of them; JSON keeps the numbers of units as text."""
    members = {int(unit_id): str(group) for unit_id, group in row.members.items()}
    return Edition(row.number, row.starts_on, from_data(row.content), members)


def row_of(
    edition: ScoreEdition,
    unit_id: int,
    rule: Rule,
    fact: Fact,
    *,
    origin: Origin,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """A line as the table takes it, citing rule, fact and evidence."""
    return {
        "scheme_id": edition.scheme_id, "edition_id": edition.id, "unit_id": unit_id, "rule_key": rule.key,
        "fact_key": fact.key, "key": f"{rule.key}|{unit_id}|{fact.key}",
        "clause": rule.clause[:CLAUSE_LENGTH], "points": rule.points, "happened_on": fact.on,
        "words": fact.words[:WORDS_LENGTH],
        "place": fact.place[:PLACE_LENGTH], "evidence": fact.evidence[:EVIDENCE_LENGTH],
        "origin": origin.value, "reverses_id": None, **_entered(actor, now),
    }  # fmt: skip


def reversal_of(
    session: Session,
    scheme: ScoreScheme,
    known: dict[int, ScoreEdition],
    line: Line,
    origin: Origin,
    *,
    why: str = "",
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """The line that takes another back: the same rule, fact and evidence, with the other sign."""
    row = session.get(ScoreLine, line.id)
    assert row is not None  # the ledger forgets nothing
    return {
        "scheme_id": scheme.id, "edition_id": known[line.edition].id, "unit_id": line.unit_id,
        "rule_key": line.rule_key, "fact_key": line.fact_key, "key": f"reverses|{line.id}",
        "clause": row.clause, "points": -line.points, "happened_on": row.happened_on,
        "words": (why or _why(row, origin))[:WORDS_LENGTH],
        "place": row.place, "evidence": row.evidence, "origin": origin.value, "reverses_id": line.id,
        **_entered(actor, now),
        # A line that came by a clock which ran ahead counts from that day, and so does what takes it back.
        "entered_on": max(china_day(now), row.entered_on),
    }  # fmt: skip


def _why(row: ScoreLine, origin: Origin) -> str:
    if origin is Origin.REVIVED:
        return f"情况又成立，恢复第{row.reverses_id}笔"
    return f"情况已变，冲销第{row.id}笔：{row.words}"


def _entered(actor: Actor, now: datetime) -> dict[str, Any]:
    on: date = china_day(now)
    return {
        "entered_on": on, "entered_at": now, "entered_by_id": actor.account_id, "entered_by_name": actor.name,
    }  # fmt: skip


def put(session: Session, rows: list[dict[str, Any]]) -> list[int]:
    """Enter the lines that nobody has entered yet; gives their numbers."""
    return insert_missing(session, ScoreLine, rows, keys=())
