"""The ledger finds, counts, orders and pages; what a unit may not see is not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from itertools import product

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_plan, make_task, make_unit
from tests.support.counting import make_class
from tracker.adapters.pinyin import search_keys
from tracker.domain.actor import Actor
from tracker.domain.health import Colour
from tracker.domain.task import OPEN_STATES, Role, TaskState
from tracker.services import ledger, ledger_files
from tracker.services.checkpoints import refresh_dates
from tracker.services.ledger import LedgerFilter, LedgerPage, LedgerQuery, Sort
from tracker.store.tables import Plan, Task, Unit

OFFICE = Actor(account_id=None, name="王主任", role="office")
DAY = timedelta(days=1)


@pytest.fixture
def units(session: Session) -> dict[str, Unit]:
    names = {"市教育局": ("教体局",), "市卫健委": (), "清河县人民政府": ("清河县",), "石桥区人民政府": ()}
    return {
        name: make_unit(
            session, name, aliases=aliases, search_keys=search_keys([name, *aliases]), position=place
        )
        for place, (name, aliases) in enumerate(names.items())
    }


@pytest.fixture
def plan(session: Session, units: dict[str, Unit]) -> Plan:
    """Five tasks: overdue, soon, far, standing, signed off."""
    plan = make_plan(session)
    education, health, river, bridge = units.values()
    make_task(session, plan, "公开民办学校收费", units=[(education, "lead"), (river, "support")], due=TODAY - 12 * DAY, section="一、目录")
    make_task(session, plan, "规范性文件清理", units=[health, education], due=TODAY + DAY, section="二、规范")
    make_task(session, plan, "惠企政策100%上传", units=[river, bridge], due=date(2026, 12, 31), section="二、规范")
    make_task(session, plan, "常态化回应关切", units=[(bridge, "lead")], notation="ongoing", text="解读ＡＰＰ建设_规范", section="")
    make_task(session, plan, "年报公布", units=[education], due=date(2026, 3, 31), state="signed_off", section="一、目录")
    session.flush()
    return plan


def view(session: Session, actor: Actor = OFFICE, **wanted: object) -> LedgerPage:
    sort, page, size = wanted.pop("sort", Sort.SERIAL), wanted.pop("page", 1), wanted.pop("size", 50)
    query = LedgerQuery(LedgerFilter(**wanted), sort, page, size)  # type: ignore[arg-type]
    return ledger.view(session, actor, query, today=TODAY)


def titles(page: LedgerPage) -> list[str]:
    return [line.task.title[:4] for line in page.lines]


ALL = ["公开民办", "规范性文", "惠企政策", "常态化回", "年报公布"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("公开", ["公开民办"]),
        ("规范", ["规范性文", "惠企政策", "常态化回"]),
        ("教育", ["公开民办", "规范性文", "年报公布"]),
        ("教体局", ["公开民办", "规范性文", "年报公布"]),
        ("sjyj", ["公开民办", "规范性文", "年报公布"]),
        ("SJY", ["公开民办", "规范性文", "年报公布"]),
        ("qinghe", ["公开民办", "惠企政策"]),
        ("jyj", []),
        ("app", ["常态化回"]),
        ("ＡＰＰ", ["常态化回"]),
        ("100%", ["惠企政策"]),
        ("1%上", []),
        ("设_规", ["常态化回"]),
        ("建_规", []),
        ("清河 公开", ["公开民办"]),
        ("没有这个词", []),
        ("  ", ALL),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_words_find_text_units_aliases_and_pinyin(session: Session, plan: Plan, words: str, found: list[str]) -> None:
    page = view(session, plan_id=plan.id, words=words)

    assert titles(page) == found
    assert page.total == len(found)


def test_filters_narrow_together(session: Session, plan: Plan, units: dict[str, Unit]) -> None:
    education = units["市教育局"].id

    assert titles(view(session, unit_id=education)) == ["公开民办", "规范性文", "年报公布"]
    assert titles(view(session, unit_id=education, role=Role.LEAD)) == ["公开民办"]
    assert titles(view(session, role=Role.SUPPORT)) == ["公开民办"]
    assert titles(view(session, section="二、规范", unit_id=education)) == ["规范性文"]
    assert titles(view(session, lights=(Colour.RED,))) == ["公开民办"]
    assert titles(view(session, lights=(Colour.RED, Colour.YELLOW))) == ["公开民办", "规范性文"]
    assert titles(view(session, states=(TaskState.SIGNED_OFF,))) == ["年报公布"]
    assert titles(view(session, states=OPEN_STATES, due_from=TODAY, due_to=TODAY + 30 * DAY)) == ["规范性文"]
    assert titles(view(session, due_to=date(2026, 3, 31))) == ["年报公布"]
    assert titles(view(session, overdue=True)) == ["公开民办"]


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        (Sort.SERIAL, ALL),
        (Sort.DUE, ["年报公布", "公开民办", "规范性文", "惠企政策", "常态化回"]),
        (Sort.LATEST, ["惠企政策", "规范性文", "公开民办", "年报公布", "常态化回"]),
        (Sort.LIGHT, ["公开民办", "规范性文", "年报公布", "惠企政策", "常态化回"]),
        (Sort.UNIT, ["公开民办", "年报公布", "规范性文", "惠企政策", "常态化回"]),
    ],
    ids=["by number", "by day", "latest day first", "worst light first", "by first unit"],
)
def test_the_order_is_the_one_asked_for(session: Session, plan: Plan, sort: Sort, found: list[str]) -> None:
    assert titles(view(session, plan_id=plan.id, sort=sort)) == found


def test_pages_cut_the_list_without_gap_or_overlap(session: Session, plan: Plan) -> None:
    seen = [title for number in (1, 2, 3) for title in titles(view(session, size=2, page=number))]

    assert seen == ALL
    assert view(session, size=2, page=99).query.page == 3
    assert titles(view(session, size=0)) == ALL


def test_every_light_counts_what_its_list_holds_whatever_else_narrows(
    session: Session, plan: Plan, units: dict[str, Unit]
) -> None:
    other = make_plan(session, "另一份方案", year=2026)
    make_task(session, other, units=[units["市教育局"]], due=TODAY - DAY)
    contact = Actor(None, "李四", "unit", units["市教育局"].id)
    narrowings: list[dict[str, object]] = [{}, {"unit_id": units["市教育局"].id}, {"section": "二、规范"}, {"words": "规范"}, {"plan_id": other.id}]

    for actor, narrowing in product((OFFICE, contact), narrowings):
        page = view(session, actor, **narrowing)
        for light, number in page.lights.items():
            listed = view(session, actor, lights=(light,), **narrowing)
            assert (len(listed.lines), listed.total) == (number, number), (actor.name, narrowing, light)
        assert page.total == page.every_light == len(page.lines)


def test_a_unit_sees_its_own_tasks_and_words_only(session: Session, plan: Plan, units: dict[str, Unit]) -> None:
    health = units["市卫健委"]
    mine = Actor(None, "李四", "unit", health.id)
    shared = view(session, words="规范性文件").lines[0].task.id
    task = session.get_one(Task, shared)
    for part in task.assignments:
        part.reported_at, part.progress = NOW + part.position * DAY, f"{part.unit.name}说"
    session.flush()

    page = view(session, mine)

    assert titles(page) == ["规范性文"]
    assert page.lines[0].latest is not None
    assert page.lines[0].latest.progress == "市卫健委说"
    assert view(session, words="规范性文件").lines[0].latest.progress == "市教育局说"  # type: ignore[union-attr]
    assert page.lines[0].units_line == "市卫健委（责任）、市教育局（责任）"


@pytest.mark.parametrize("role", ["administrator", "auditor", "unit", "somebody"])
def test_who_has_no_business_here_sees_nothing(session: Session, plan: Plan, role: str) -> None:
    page = view(session, Actor(None, "某人", role))

    assert (page.total, page.plans, page.sections) == (0, (), ())


def test_only_those_who_see_all_units_are_told_that_all_are_done(
    session: Session, units: dict[str, Unit]
) -> None:
    one, two = list(units.values())[:2]
    plan = make_plan(session)
    make_task(session, plan, "都报完成", units=[one, two], statuses={one.id: "done", two.id: "done"})
    make_task(session, plan, "一家报完成", units=[one, two], statuses={one.id: "done"})
    make_task(session, plan, "没有单位")

    told = [line.awaits_sign_off for line in view(session, plan_id=plan.id).lines]
    listed = view(session, plan_id=plan.id, awaiting=True)
    mine = [line.awaits_sign_off for line in view(session, Actor(None, "李四", "unit", one.id)).lines]
    asked = view(session, Actor(None, "李四", "unit", one.id), awaiting=True)

    assert (told, mine) == ([True, False, False], [False, False])
    assert titles(listed) == ["都报完成"]
    assert asked.total == 0


def test_a_printed_group_stands_as_one_name(session: Session, units: dict[str, Unit]) -> None:
    task = make_task(session, make_plan(session), units=list(units.values()))
    for part in task.assignments[2:]:
        part.group_name = "各县（市、区）政府"
    session.flush()

    line = view(session, plan_id=task.plan_id).lines[0]

    assert line.units_line == "市教育局（责任）、市卫健委（责任）、各县（市、区）政府（2家）（责任）"


def test_without_a_plan_the_newest_year_is_meant(session: Session, plan: Plan, units: dict[str, Unit]) -> None:
    old = make_plan(session, "青溪市2025年要点", year=2025)
    make_task(session, old, "去年的事", units=[units["市教育局"]])

    assert titles(view(session)) == ALL
    assert titles(view(session, year=2025)) == ["去年的事"]
    assert titles(view(session, every_year=True)) == [*ALL, "去年的事"]
    assert view(session).years == (2026, 2025)


def test_export_holds_every_page_of_the_filtered_list_in_its_order(session: Session, plan: Plan) -> None:
    query = LedgerQuery(LedgerFilter(plan_id=plan.id, lights=(Colour.RED, Colour.YELLOW)), Sort.LATEST, size=1)

    file = ledger_files.export(session, OFFICE, query, today=TODAY, now=NOW)

    sheet = load_workbook(BytesIO(file.content)).worksheets[0]
    shown = ledger.view(session, OFFICE, replace(query, size=0), today=TODAY)
    column = [cell.value for cell in sheet["C"] if cell.row > 3 and cell.value]
    assert column == [session.get_one(Task, line.task.id).text for line in shown.lines]
    assert [line.task.title for line in shown.lines] == ["规范性文件清理", "公开民办学校收费"]
    assert file.name == "青溪市2026年政务公开工作要点台账（20260924）.xlsx"
    assert "红灯、黄灯" in str(sheet.oddHeader)


def test_what_has_every_stage_closed_does_not_fall_due(session: Session, units: dict[str, Unit]) -> None:
    task = make_task(session, make_plan(session), units=[units["市教育局"]], due=TODAY + 10 * DAY, state="in_progress")
    month = {"due_from": TODAY, "due_to": TODAY + 30 * DAY}
    assert view(session, OFFICE, states=OPEN_STATES, **month).total == 1

    task.checkpoints[0].closed_at = NOW
    refresh_dates(task)
    session.flush()

    assert view(session, OFFICE, states=OPEN_STATES, **month).total == 0
    assert view(session, OFFICE, **month).total == 1, "a list of all states goes by the day it shows"


def test_what_was_put_off_shows_both_days_and_counts_as_late_by_either(session: Session) -> None:
    plan, unit = make_plan(session), make_unit(session)
    late, put_off, _ = (
        make_task(session, plan, title, units=[unit], due=TODAY + timedelta(days=days))
        for title, days in (("逾期的", -3), ("延过期的", 30), ("正常的", 60))
    )
    put_off.checkpoints[0].first_due_on = TODAY - timedelta(days=10)
    session.flush()
    by_first = LedgerFilter(plan_id=plan.id, first_overdue=True)

    page = ledger.view(session, OFFICE, LedgerQuery(by_first), today=TODAY)
    now_late = ledger.view(session, OFFICE, LedgerQuery(LedgerFilter(plan_id=plan.id, overdue=True)), today=TODAY)

    assert [(line.task.title, line.task.first_due_on) for line in page.lines] == [
        (late.title, None), (put_off.title, TODAY - timedelta(days=10)),
    ]  # fmt: skip
    assert (page.total, now_late.total) == (2, 1)
    assert ledger.filter_words(page) == "按原定时限逾期"


def test_what_is_blocked_and_what_a_class_of_units_does(session: Session) -> None:
    county, bureau = make_unit(session, "清河县"), make_unit(session, "市司法局")
    counties = make_class(session, "县区", (county,))
    plan = make_plan(session)
    stuck = make_task(session, plan, units=[bureau, county], statuses={bureau.id: "blocked"})
    make_task(session, plan, units=[bureau], statuses={bureau.id: "blocked"}, state="signed_off")
    moving = make_task(session, plan, units=[county])

    assert [line.task.id for line in view(session, plan_id=plan.id, blocked=True).lines] == [stuck.id]
    of_class = view(session, plan_id=plan.id, class_id=counties.id)
    assert [line.task.id for line in of_class.lines] == [stuck.id, moving.id]
    assert (counties.id, "县区") in of_class.classes
    assert ledger.filter_words(of_class) == "县区"
