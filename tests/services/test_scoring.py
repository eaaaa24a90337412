"""Points as an office lives with them: tried out, switched on, entered at each tick, objected to, put right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, create_engine, delete, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests import factories
from tests.support.databases import opened
from tests.support.points import (
    EVERY_KIND,
    FIRST,
    OFFICE,
    SCHEME,
    contact_of,
    drafted,
    rule,
    switched_on,
    with_rules,
)
from tracker.adapters import work_calendar
from tracker.domain.china_time import china_day
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.points import FactKind, Group
from tracker.domain.points_data import as_data, from_data
from tracker.domain.points_ledger import standings
from tracker.services import auditing, point_lines, point_schemes, scoring, settings
from tracker.services.point_lines import Happened
from tracker.store.queries import points as queries
from tracker.store.tables import Obligation, Plan, ScoreEdition, ScoreLine, ScoreScheme, Task, Unit
from tracker.store.tables.points import AppendOnly

NOW, TODAY = factories.NOW, factories.TODAY
DAY = timedelta(days=1)
LINK = "https://www.qingxi.gov.cn/1.html"
LEAK = "信息泄密一起"


@dataclass(frozen=True)
class City:
    """Justice missed a week and has a task past its day; health has nothing against it."""

    plan: Plan
    justice: Unit
    health: Unit
    missed: Obligation
    task: Task


@pytest.fixture
def city(session: Session) -> City:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    return _city(session)


def _city(session: Session) -> City:
    plan = factories.make_plan(session)
    plan.confirmed_at = NOW - 200 * DAY
    justice, health = factories.make_unit(session, "市司法局"), factories.make_unit(session, "市卫健委")
    period = factories.make_period(session, factories.make_cadence(session, plan), "2026-W38", state="closed")
    missed = factories.make_obligation(session, period, justice, state="missed")
    task = factories.make_task(session, plan, "清理文件", units=[justice], due=date(2026, 9, 1))
    return City(plan, justice, health, missed, task)


def lines(session: Session, unit: Unit | None = None) -> list[ScoreLine]:
    wanted = select(ScoreLine).order_by(ScoreLine.id)
    return [row for row in session.scalars(wanted) if unit is None or row.unit_id == unit.id]


def score(session: Session, scheme: ScoreScheme, unit: Unit, day: date = TODAY) -> int:
    found = standings(scoring.editions_of(scheme), queries.ledger(session, scheme.id), day=day)
    return found[unit.id].score


def happened(unit: Unit, **facts: object) -> Happened:
    plain = {
        "rule_key": "r13",
        "unit_id": unit.id,
        "on": TODAY,
        "words": LEAK,
        "evidence": "保密局通报〔2026〕3号",
    }
    return Happened(**{**plain, **facts})  # type: ignore[arg-type]


def test_a_draft_shows_what_it_would_give_and_writes_nothing(session: Session, city: City) -> None:
    row = drafted(session)

    shown = point_schemes.trial(session, scheme_id=row.id, today=TODAY)

    assert {unit.name: each.score for unit, each in shown.lines} == {"市司法局": 9700, "市卫健委": 10000}
    assert shown.faults == shown.doubts == ()
    assert lines(session) == []
    assert scoring.enter_all(session, now=NOW) == scoring.Entered(), "a draft is looked at by no tick"


def test_a_trial_can_begin_later_in_the_year(session: Session, city: City) -> None:
    row = drafted(session)

    shown = point_schemes.trial(session, scheme_id=row.id, starts_on=date(2026, 9, 10), today=TODAY)

    assert [each.score for _, each in shown.lines] == [9900, 10000], "the task was late before that"
    assert point_schemes.trial(session, scheme_id=row.id, starts_on=TODAY + DAY, today=TODAY).lines == ()


def test_what_is_switched_on_gives_what_the_trial_showed_once(session: Session, city: City) -> None:
    row = switched_on(session)

    first = scoring.enter_all(session, now=NOW)
    again = scoring.enter_all(session, now=NOW + DAY)

    assert (first, again) == (scoring.Entered(2, 0), scoring.Entered())
    assert score(session, row, city.justice) == 9700
    said = {line.rule_key: line for line in lines(session)}
    assert said["r1"].clause == EVERY_KIND[0].clause
    assert said["r1"].place == f"/reporting/obligations/{city.missed.id}"
    assert said["r1"].entered_by_name == "系统"
    assert said["r4"].happened_on == date(2026, 9, 2)
    assert said["r4"].entered_on == TODAY
    assert score(session, row, city.justice, TODAY - DAY) == 10000, "yesterday nobody could have seen them"
    assert auditing.first_broken(session) is None


def test_a_missed_return_that_comes_late_is_taken_back_and_counts_as_late(
    session: Session, city: City
) -> None:
    row = switched_on(session)
    scoring.enter_all(session, now=NOW)
    city.missed.state, city.missed.late, city.missed.submitted_at = "submitted", True, NOW + DAY
    session.flush()

    done = scoring.enter_all(session, now=NOW + DAY)

    assert done == scoring.Entered(1, 1)
    assert [(line.rule_key, line.points, line.origin) for line in lines(session)[2:]] == [
        ("r2", -50, "fact"),
        ("r1", 100, "lapsed"),
    ]
    assert score(session, row, city.justice, TODAY + DAY) == 9750
    assert score(session, row, city.justice, TODAY) == 9700


def test_a_fact_that_holds_again_is_told_by_a_third_line(session: Session, city: City) -> None:
    switched_on(session, with_rules(EVERY_KIND[0]))
    for state in ("missed", "waived", "missed", "missed"):
        city.missed.state = state
        session.flush()
        scoring.enter_all(session, now=NOW)

    assert [line.origin for line in lines(session)] == ["fact", "lapsed", "revived"]
    assert sum(line.points for line in lines(session)) == -100
    assert "恢复" in lines(session)[-1].words


@pytest.mark.parametrize("row", ["score_line", "score_edition"])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_or_delete_a_line(engine_url: str, row: str, verb: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session:
            _city(session)
            switched_on(session)
            assert scoring.enter_all(session, now=NOW).lines == 2
            session.commit()
        words = {"update": f"UPDATE {row} SET id = id", "delete": f"DELETE FROM {row}"}[verb]

        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.execute(text(words))

        assert _count(engine, row) > 0


def test_postgresql_refuses_to_empty_the_ledger(engine_url: str, engine_name: str) -> None:
    if engine_name != "postgresql":
        pytest.skip("SQLite knows no TRUNCATE")
    engine = create_engine(engine_url)
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text("TRUNCATE score_line CASCADE"))
    engine.dispose()


def _count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_no_code_of_the_program_can_change_a_line_by_the_way(session: Session, city: City) -> None:
    switched_on(session)
    scoring.enter_all(session, now=NOW)
    session.commit()
    for name, table in (("points", ScoreLine), ("number", ScoreEdition)):
        for change in (lambda row, name=name: setattr(row, name, 7), session.delete):
            change(session.scalars(select(table).limit(1)).one())
            with pytest.raises(AppendOnly, match=table.__name__):
                session.flush()
            session.rollback()


def test_bulk_statements_are_refused_by_the_triggers(session: Session, city: City) -> None:
    switched_on(session)
    scoring.enter_all(session, now=NOW)

    for statement in (update(ScoreLine).values(points=0), delete(ScoreLine)):
        with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
            session.execute(statement)


def test_a_changed_scheme_is_the_next_edition_and_old_lines_keep_theirs(session: Session, city: City) -> None:
    row = switched_on(session)
    scoring.enter_all(session, now=NOW)
    dearer = replace(SCHEME, rules=(replace(EVERY_KIND[0], points=-500), *EVERY_KIND[1:]))
    point_schemes.change(session, OFFICE, scheme_id=row.id, version=row.version, content=dearer, now=NOW)
    assert score(session, row, city.justice) == 9700, "what is being written is not in force"

    point_schemes.switch_on(session, OFFICE, scheme_id=row.id, version=row.version, starts_on=TODAY, now=NOW)
    scoring.enter_all(session, now=NOW)

    assert [line.points for line in lines(session)] == [-100, -200]
    assert [each.number for each in row.editions] == [1, 2]
    assert from_data(row.editions[0].content) == SCHEME


def test_a_changed_scheme_never_begins_in_the_past(session: Session, city: City) -> None:
    row = switched_on(session)
    point_schemes.change(
        session,
        OFFICE,
        scheme_id=row.id,
        version=row.version,
        content=with_rules(rule("r1", FactKind.RETURN_MISSED, -9)),
        now=NOW,
    )

    with pytest.raises(point_schemes.TooEarly):
        point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=row.version, starts_on=TODAY - DAY, now=NOW
        )
    with pytest.raises(point_schemes.OtherYear):
        point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=row.version, starts_on=date(2027, 1, 1), now=NOW
        )


def test_the_same_scheme_is_not_switched_on_twice(session: Session, city: City) -> None:
    row = switched_on(session)

    with pytest.raises(point_schemes.NothingChanged):
        point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=row.version, starts_on=TODAY, now=NOW
        )


def test_a_scheme_with_faults_stays_a_draft(session: Session, city: City) -> None:
    row = drafted(session, replace(SCHEME, rules=(replace(EVERY_KIND[0], clause=""),)))

    with pytest.raises(point_schemes.NotInOrder):
        point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=row.version, starts_on=FIRST, now=NOW
        )
    shown = point_schemes.trial(session, scheme_id=row.id, today=TODAY)
    assert (len(shown.faults), shown.lines) == (1, ())


def test_points_for_activity_are_refused_until_the_office_says_so(session: Session, city: City) -> None:
    busy = with_rules(rule("r1", FactKind.RETURN_ON_TIME, 0.1, cap=5))
    row = drafted(session, busy)
    with pytest.raises(point_schemes.NotInOrder):
        point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=row.version, starts_on=FIRST, now=NOW
        )

    point_schemes.change(
        session, OFFICE, scheme_id=row.id, version=row.version, content=replace(busy, activity=True), now=NOW
    )
    point_schemes.switch_on(session, OFFICE, scheme_id=row.id, version=row.version, starts_on=FIRST, now=NOW)

    assert row.state == "on"
    assert "国办函〔2026〕12号" in point_schemes.trial(session, scheme_id=row.id, today=TODAY).doubts[0]


def test_a_scheme_that_is_about_nobody_is_refused(session: Session, city: City) -> None:
    row = drafted(session, replace(SCHEME, groups=(Group("A", "乡镇", class_ids=(999,)),)))

    with pytest.raises(point_schemes.NobodyAssessed):
        point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=row.version, starts_on=FIRST, now=NOW
        )


def test_a_unit_that_changes_its_class_changes_no_past_sum(session: Session, city: City) -> None:
    from tests.support.counting import make_class

    towns = make_class(session, "乡镇", (city.justice,))
    row = switched_on(session, replace(SCHEME, groups=(Group("A", "乡镇", class_ids=(towns.id,)),)))
    scoring.enter_all(session, now=NOW)
    city.justice.unit_class_id = None
    session.flush()

    assert scoring.enter_all(session, now=NOW) == scoring.Entered()
    assert score(session, row, city.justice) == 9700


def test_a_stale_page_is_told_so(session: Session, city: City) -> None:
    row = drafted(session)
    stale = row.version
    point_schemes.switch_on(session, OFFICE, scheme_id=row.id, version=stale, starts_on=FIRST, now=NOW)

    for act in (
        lambda: point_schemes.change(
            session, OFFICE, scheme_id=row.id, version=stale, content=SCHEME, now=NOW
        ),
        lambda: point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=stale, starts_on=FIRST, now=NOW
        ),
        lambda: point_schemes.switch_off(session, OFFICE, scheme_id=row.id, version=stale, now=NOW),
    ):
        with pytest.raises(VersionConflict):
            act()


def test_an_ended_scheme_looks_at_no_fact_and_keeps_its_lines(session: Session, city: City) -> None:
    row = switched_on(session)
    scoring.enter_all(session, now=NOW)

    point_schemes.switch_off(session, OFFICE, scheme_id=row.id, version=row.version, now=NOW)
    city.missed.state = "waived"
    session.flush()

    assert scoring.enter_all(session, now=NOW + DAY) == scoring.Entered()
    assert len(lines(session)) == 2
    with pytest.raises(point_schemes.SchemeEnded):
        point_schemes.change(session, OFFICE, scheme_id=row.id, version=row.version, content=SCHEME, now=NOW)
    with pytest.raises(NotFound):
        point_lines.enter(session, OFFICE, scheme_id=row.id, happened=happened(city.health), now=NOW)


def test_a_new_rule_never_gets_the_key_of_one_that_was_dropped(session: Session, city: City) -> None:
    row = switched_on(session)
    new = replace(rule("", FactKind.ORDER_ISSUED, -3), clause="新的规则")
    content = with_rules(EVERY_KIND[0], new)

    point_schemes.change(session, OFFICE, scheme_id=row.id, version=row.version, content=content, now=NOW)

    assert [each.key for each in from_data(row.content).rules] == ["r1", "r14"]


def test_what_a_person_enters_needs_evidence_and_is_entered_once(session: Session, city: City) -> None:
    row = switched_on(session)
    line = point_lines.enter(session, OFFICE, scheme_id=row.id, happened=happened(city.health), now=NOW)

    assert (line.origin, line.points, line.entered_by_name) == ("by_hand", -600, "陈雨")
    assert line.evidence == "保密局通报〔2026〕3号"
    assert score(session, row, city.health) == 9400
    assert scoring.enter_all(session, now=NOW + DAY).reversals == 0, "no fact is asked about it"
    with pytest.raises(point_lines.AlreadyEntered):
        point_lines.enter(session, OFFICE, scheme_id=row.id, happened=happened(city.health), now=NOW)


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"evidence": " "}, point_lines.EvidenceNeeded),
        ({"words": ""}, InvalidInput),
        ({"on": TODAY + DAY}, point_lines.NotYetHappened),
        ({"on": FIRST - DAY}, point_lines.NotInForce),
        ({"rule_key": "r1"}, point_lines.NotInForce),
        ({"rule_key": "r99"}, point_lines.NotInForce),
        ({"unit_id": 10**6}, NotFound),
    ],
)
def test_what_cannot_be_entered_by_hand(
    session: Session, city: City, facts: dict[str, object], refused: type[RuleViolated]
) -> None:
    row = switched_on(session)

    with pytest.raises(refused):
        point_lines.enter(session, OFFICE, scheme_id=row.id, happened=happened(city.health, **facts), now=NOW)
    assert lines(session) == []


def entered(session: Session) -> ScoreLine:
    """The line for the return that was missed."""
    scoring.enter_all(session, now=NOW)
    return next(line for line in lines(session) if line.rule_key == "r1")


def test_an_objection_that_is_upheld_takes_the_line_back_for_good(session: Session, city: City) -> None:
    row = switched_on(session)
    line = entered(session)
    contact = contact_of(city.justice)

    said = point_lines.object_to(session, contact, line_id=line.id, words="那一周系统停机。", now=NOW)
    point_lines.decide(
        session, OFFICE, line_id=line.id, version=said.version, uphold=True, words="属实。", now=NOW
    )

    assert [(each.points, each.origin, each.entered_by_name) for each in lines(session)[2:]] == [
        (100, "objection", "陈雨")
    ]
    assert score(session, row, city.justice) == 9800
    assert scoring.enter_all(session, now=NOW) == scoring.Entered(), (
        "what a person decided no fact brings back"
    )
    with pytest.raises(point_lines.AlreadyDecided):
        point_lines.decide(
            session, OFFICE, line_id=line.id, version=said.version, uphold=False, words="不。", now=NOW
        )
    assert auditing.first_broken(session) is None


def test_an_objection_that_is_refused_leaves_the_line(session: Session, city: City) -> None:
    row = switched_on(session)
    line = entered(session)
    said = point_lines.object_to(
        session, contact_of(city.justice), line_id=line.id, words="没有收到通知。", now=NOW
    )

    done = point_lines.decide(
        session, OFFICE, line_id=line.id, version=said.version, uphold=False, words="通知已送达。", now=NOW
    )

    assert (done.state, done.decision) == ("refused", "通知已送达。")
    assert score(session, row, city.justice) == 9700
    with pytest.raises(point_lines.AlreadyObjected):
        point_lines.object_to(session, contact_of(city.justice), line_id=line.id, words="再看看。", now=NOW)


def test_the_window_for_objections_closes(session: Session, city: City) -> None:
    switched_on(session)
    line = entered(session)
    contact, last = contact_of(city.justice), NOW + 10 * DAY

    with pytest.raises(point_lines.WindowClosed):
        point_lines.object_to(session, contact, line_id=line.id, words="晚了。", now=last + DAY)
    assert point_lines.last_day(line) == china_day(last)
    assert (
        point_lines.object_to(session, contact, line_id=line.id, words="最后一天。", now=last).state
        == "waiting"
    )


def test_a_unit_neither_sees_nor_objects_to_the_line_of_another(session: Session, city: City) -> None:
    switched_on(session)
    line = entered(session)

    with pytest.raises(NotFound):
        point_lines.object_to(session, contact_of(city.health), line_id=line.id, words="不是我们。", now=NOW)


def test_a_line_that_the_facts_took_back_needs_no_second_reversal(session: Session, city: City) -> None:
    row = switched_on(session)
    line = entered(session)
    said = point_lines.object_to(
        session, contact_of(city.justice), line_id=line.id, words="已免报。", now=NOW
    )
    city.missed.state = "waived"
    session.flush()
    scoring.enter_all(session, now=NOW)

    point_lines.decide(
        session, OFFICE, line_id=line.id, version=said.version, uphold=True, words="是的。", now=NOW
    )

    assert score(session, row, city.justice) == 9800
    with pytest.raises(point_lines.AlreadyReversed):
        point_lines.correct(session, OFFICE, line_id=line.id, why="再来一次", now=NOW)


def test_the_office_puts_a_line_right_with_a_reason(session: Session, city: City) -> None:
    row = switched_on(session)
    line = point_lines.enter(session, OFFICE, scheme_id=row.id, happened=happened(city.health), now=NOW)
    with pytest.raises(InvalidInput):
        point_lines.correct(session, OFFICE, line_id=line.id, why="", now=NOW)

    made = point_lines.correct(session, OFFICE, line_id=line.id, why="登错单位", now=NOW)

    assert (made.points, made.origin, made.reverses_id) == (600, "correction", line.id)
    assert "登错单位" in made.words
    assert score(session, row, city.health) == 10000


def test_ranking_is_off_until_the_office_turns_it_on(session: Session) -> None:
    assert not point_schemes.ranked(session)

    point_schemes.set_ranking(session, OFFICE, on=True, now=NOW)
    assert point_schemes.ranked(session)

    point_schemes.set_ranking(session, OFFICE, on=False, now=NOW)
    assert not point_schemes.ranked(session)


@pytest.mark.parametrize(("preset", "name"), [("none", "积分办法"), ("blank", " "), ("blank", "长" * 61)])
def test_a_scheme_begins_with_a_preset_and_a_name(session: Session, preset: str, name: str) -> None:
    with pytest.raises(InvalidInput):
        point_schemes.create(session, OFFICE, year=2026, preset=preset, name=name, now=NOW)


def test_a_line_of_a_clock_that_ran_ahead_is_taken_back_no_earlier_than_it_came(
    session: Session, city: City
) -> None:
    row, ahead = switched_on(session, with_rules(EVERY_KIND[0])), NOW + 30 * DAY
    scoring.enter_all(session, now=ahead)
    city.missed.state = "waived"
    session.flush()

    scoring.enter_all(session, now=NOW)

    assert {line.entered_on for line in lines(session)} == {china_day(ahead)}
    assert [score(session, row, city.justice, day) for day in (TODAY, china_day(ahead))] == [10000, 10000]


def test_what_is_kept_is_plain_json(session: Session, city: City) -> None:
    row = switched_on(session)
    session.flush()
    session.expire_all()

    assert row.content == as_data(SCHEME) == row.editions[0].content
    assert row.editions[0].members == {str(city.justice.id): "", str(city.health.id): ""}
