"""Lines that people bring into the ledger of points (积分记录): by hand, against a line, after an objection.

A unit may object (异议) to a line once, within the days that the scheme gives; the office upholds that by a
line which takes the other back, or refuses it, each time with its reason. The office can put its own lines
right in the same way at any time. Nothing is overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain import points_steps as rules
from tracker.domain.actor import Actor
from tracker.domain.answering import worded
from tracker.domain.china_time import china_day
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.points import Fact, FactKind, in_points, signed
from tracker.domain.points_data import from_data
from tracker.domain.points_ledger import Line, Origin, in_force, is_reversed, objection_ends_on
from tracker.domain.points_steps import ObjectionState, ObjectionStep, SchemeState
from tracker.services import auditing, scoring
from tracker.store.queries import points as queries
from tracker.store.queries import units
from tracker.store.tables import ScoreLine, ScoreObjection, ScoreScheme

SUBJECT = "score_line"
WORDS_LENGTH = 300


class EvidenceNeeded(InvalidInput):
    """请填写佐证：链接，或者文件名称、文号。没有佐证不能记分。"""


class NotYetHappened(InvalidInput):
    """日期还没有到，发生以后再登记。"""


class NotInForce(InvalidInput):
    """这一天没有正在用的办法，或者这家单位、这条规则不在办法里，请核对日期。"""


class AlreadyEntered(RuleViolated):
    """同一件事已经登记过，不用再登。"""


class AlreadyReversed(RuleViolated):
    """这一笔已经冲销，请刷新页面看最新情况。"""


class WindowClosed(RuleViolated):
    """异议期已过，这一笔不能再提异议；确有差错请联系公开办更正。"""


class AlreadyObjected(RuleViolated):
    """这一笔已经提过异议，请看公开办的答复。"""


@dataclass(frozen=True, slots=True)
class Happened:
    """What a person enters: which rule, of whom, when, what, and what proves it."""

    rule_key: str
    unit_id: int
    on: date
    words: str
    evidence: str


def enter(session: Session, actor: Actor, *, scheme_id: int, happened: Happened, now: datetime) -> ScoreLine:
    """Enter an occurrence of a rule that is for entering by hand (人工登记), with its evidence.

    Raises:
        NotFound: there is no such scheme or unit.
        EvidenceNeeded: no evidence is given.
        InvalidInput: the words are missing or too long.
        NotYetHappened: the day lies in the future.
        NotInForce: no edition of that day has this rule for this unit.
        AlreadyEntered: the same is in the ledger.

    """
    scheme = queries.scheme(session, scheme_id, lock=True)
    if scheme is None or not units.existing(session, [happened.unit_id]):
        raise NotFound
    if scheme.state != SchemeState.ON.value:
        raise NotFound
    fact = _fact(happened, now)
    known = {each.number: each for each in scheme.editions}
    edition = in_force(scoring.editions_of(scheme), happened.on)
    rule = edition.scheme.rule(happened.rule_key) if edition is not None else None
    group = edition.members.get(happened.unit_id) if edition is not None else None
    if edition is None or rule is None or group is None or rule.kind is not FactKind.BY_HAND:
        raise NotInForce
    if not edition.scheme.is_for(rule, group):
        raise NotInForce
    row = scoring.row_of(
        known[edition.number], happened.unit_id, rule, fact, origin=Origin.BY_HAND, actor=actor, now=now
    )
    return _entered(
        session,
        actor,
        row,
        refused=AlreadyEntered,
        event=Event.POINTS_ENTER,
        summary=f"登记积分：{fact.words}",
        now=now,
    )


def _fact(happened: Happened, now: datetime) -> Fact:
    words, evidence = " ".join(happened.words.split()), happened.evidence.strip()
    if not words or len(words) > WORDS_LENGTH:
        raise InvalidInput(f"请写明是什么事，最多{WORDS_LENGTH}个字。")
    if not evidence or len(evidence) > scoring.EVIDENCE_LENGTH:
        raise EvidenceNeeded
    if happened.on > china_day(now):
        raise NotYetHappened
    same = sha256(f"{happened.on}|{words}|{evidence}".encode()).hexdigest()[:40]
    return Fact(f"by_hand:{same}", FactKind.BY_HAND, happened.unit_id, happened.on, words, "", evidence)


def correct(session: Session, actor: Actor, *, line_id: int, why: str, now: datetime) -> ScoreLine:
    """Take a line back for a reason (更正); facts do not bring it back.

    Raises:
        NotFound: there is none.
        InvalidInput: there is no reason, or too much of it.
        AlreadyReversed: it is taken back.

    """
    row = _line(session, actor, line_id)
    return _reverse(session, actor, row, Origin.CORRECTION, worded(why), now=now)


def object_to(session: Session, actor: Actor, *, line_id: int, words: str, now: datetime) -> ScoreObjection:
    """Object to a line of the own unit (异议).

    Raises:
        NotFound: there is none, or it is another unit's.
        InvalidInput: nothing is said, or too much.
        WindowClosed: the days for objections are over.
        AlreadyReversed: it is taken back already.
        AlreadyObjected: the unit has objected to it before.

    """
    row = _line(session, actor, line_id)
    words = worded(words)
    if china_day(now) > last_day(row):
        raise WindowClosed
    if not stands(session, row):
        raise AlreadyReversed
    if queries.objection_of(session, row.id) is not None:
        raise AlreadyObjected
    objection = ScoreObjection(
        line_id=row.id, unit_id=row.unit_id, words=words, made_at=now, made_by_name=actor.name, decision=""
    )
    session.add(objection)
    session.flush()
    _record(session, actor, Event.POINTS_OBJECT, row, f"{row.unit.name}对积分提异议：{row.words}", now=now)
    return objection


def decide(
    session: Session, actor: Actor, *, line_id: int, version: int, uphold: bool, words: str, now: datetime
) -> ScoreObjection:
    """Uphold an objection by a line that takes the other back, or refuse it; either with a reason.

    Raises:
        NotFound: there is no line or nobody has objected to it.
        InvalidInput: there is no reason, or too much of it.
        AlreadyDecided: it is decided.
        VersionConflict: somebody has changed it since.

    """
    row = _line(session, actor, line_id)
    objection = queries.objection_of(session, line_id, lock=True)
    if objection is None:
        raise NotFound
    step = ObjectionStep.UPHOLD if uphold else ObjectionStep.REFUSE
    after = rules.decide(ObjectionState(objection.state), step)
    if objection.version != version:
        raise VersionConflict
    objection.decision, objection.state = worded(words), after.value
    objection.decided_at, objection.decided_by_name = now, actor.name
    session.flush()
    if uphold and stands(session, row):
        _reverse(session, actor, row, Origin.OBJECTION, objection.decision, now=now)
    summary = f"{row.unit.name}的异议{after.label}：{objection.decision}"
    _record(session, actor, Event.POINTS_DECIDE, row, summary, now=now)
    return objection


def stands(session: Session, row: ScoreLine) -> bool:
    """Whether nothing has taken this line back."""
    return queries.chain(session, row)[-1].id == row.id


def counts(session: Session, row: ScoreLine) -> bool:
    """Whether the fact that the line is about counts in the end."""
    return not is_reversed([line_of(each) for each in queries.chain(session, row)])


def last_day(row: ScoreLine) -> date:
    """The last day on which the unit can object to the line: as its own edition says."""
    return objection_ends_on(from_data(row.edition.content), row.entered_on)


def line_of(row: ScoreLine) -> Line:
    """A line as the rules look at it."""
    return Line(
        row.id, row.unit_id, row.edition.number, row.rule_key, row.fact_key, row.points, row.entered_on,
        Origin(row.origin), row.reverses_id,
    )  # fmt: skip


def _line(session: Session, actor: Actor, line_id: int) -> ScoreLine:
    row = queries.line(session, actor, line_id, lock=True)
    if row is None:
        raise NotFound
    return row


def _reverse(
    session: Session, actor: Actor, row: ScoreLine, origin: Origin, why: str, *, now: datetime
) -> ScoreLine:
    if not stands(session, row):
        raise AlreadyReversed
    scheme: ScoreScheme = row.scheme
    known = {each.number: each for each in scheme.editions}
    words = f"{origin.label}第{row.id}笔：{why}"
    made = scoring.reversal_of(session, scheme, known, line_of(row), origin, why=words, actor=actor, now=now)
    return _entered(
        session, actor, made, refused=AlreadyReversed, event=Event.POINTS_REVERSE, summary=words, now=now
    )


def _entered(
    session: Session,
    actor: Actor,
    row: dict[str, Any],
    *,
    refused: type[RuleViolated],
    event: Event,
    summary: str,
    now: datetime,
) -> ScoreLine:
    """Put one line into the ledger; another of the same key is there before, and is told so."""
    ids = scoring.put(session, [row])
    if not ids:
        raise refused
    made = session.get(ScoreLine, ids[0])
    assert made is not None  # it has just been entered
    _record(session, actor, event, made, f"{summary}（{made.unit.name} {signed(made.points)}分）", now=now)
    return made


def _record(
    session: Session, actor: Actor, event: Event, row: ScoreLine, summary: str, *, now: datetime
) -> None:
    detail = {"line": row.id, "rule": row.rule_key, "points": in_points(row.points), "unit": row.unit_id}
    auditing.record(session, actor, event, (SUBJECT, row.id), summary, detail=detail, now=now)
