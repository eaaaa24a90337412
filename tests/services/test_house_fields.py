"""Each field that a kind of document offers to templates is really filled by its writer, and no figure is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.documents import papers
from tests.factories import NOW, TODAY
from tests.services.test_annual import FOI, OFFICE, K, city_of, enter, look_back, written
from tests.support import counting
from tracker.documents import experience, meeting, supervision_order
from tracker.documents import look_back as look_back_papers
from tracker.domain.experience import ExperienceState
from tracker.domain.house_fields import TemplateKind, Values
from tracker.domain.house_template import catalogue, of_report
from tracker.domain.look_back import VerdictKind
from tracker.domain.report import Report, ReportKind
from tracker.domain.supervision import OrderColour
from tracker.services import report_kinds, report_summary_facts, statistics
from tracker.store.queries.experience_lists import ArticleCounts
from tracker.store.tables import Plan, Rectification, ReturnLine, SupervisionMatter, SupervisionOrder

OF_RHYTHMS = "一周一进度"
"""What the figures of one rhythm's returns begin with: a rhythm is the plan's own, and no kind's."""
STATES = ("submitted", "returned", "accepted", "open", "missed", "waived")


def town(session: Session) -> Plan:
    """A plan of which each document has all to say that it can say."""
    plan = factories.make_plan(session)
    units = [factories.make_unit(session, f"市{name}局") for name in ("教育", "民政", "财政", "水利", "交通", "体育")]
    tasks = [
        factories.make_task(session, plan, f"事项{place}", units=[units[place]], due=TODAY.replace(day=day), section=section)
        for place, (day, section) in enumerate(((4, "一、公开"), (28, "一、公开"), (30, "二、平台"), (2, "二、平台")))
    ]  # fmt: skip
    tasks[3].state, tasks[3].signed_off_at = "signed_off", NOW
    cadence = factories.make_cadence(session, plan)
    for key, stands in (("2026-W38", "closed"), ("2026-W39", "open")):
        period = factories.make_period(session, cadence, key, state=stands)
        for unit, state in zip(units, STATES, strict=True):
            owed = factories.make_obligation(session, period, unit, state=state)
            owed.late = state == "accepted"
            parts = [part for task in tasks for part in task.assignments if part.unit_id == unit.id]
            if state in {"submitted", "returned", "accepted"}:
                factories.make_return(session, owed, [(part, "done", "做完了。") for part in parts], state=state)
    for line in session.scalars(select(ReturnLine)):
        line.next_plan, line.problem = "接着做。", "缺人手。"
        line.status = "blocked" if line.task_id == tasks[0].id else line.status
    counting.make_target(session, tasks[0])
    session.add(
        SupervisionOrder(
            year=2026, number=3, colour="red", plan_id=plan.id, unit_id=units[0].id, unit_name=units[0].name,
            asked="请办结。", feedback_on=TODAY, sent_at=NOW, sent_by_name="陈雨",
            matters=[SupervisionMatter(position=1, key="task:1", kind="task", title="事项0", due_on=TODAY)],
        )
    )  # fmt: skip
    session.flush()
    return plan


def everything(facts: Any) -> Any:
    """The facts of a summary with something to tell of all that it can tell."""
    return replace(
        facts,
        figures={key: replace(figure, value="3", rows=3) for key, figure in facts.figures.items()},
        articles=ArticleCounts(defaultdict(int, {(state, True): 2 for state in ExperienceState})),
        cadences=[*facts.cadences, *facts.cadences],
        rectified=(3, 1),
        verdicts={kind.value: 1 for kind in VerdictKind},
    )


SUBJECTS = {
    ReportKind.WEEKLY: ("2026-W38", "2026-W39"), ReportKind.CIRCULAR: ("2026-09",),
    ReportKind.HALF_YEAR: ("2026-H2",), ReportKind.YEAR: ("2026",),
}  # fmt: skip


def reports(session: Session, kind: ReportKind, monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    if kind is ReportKind.ANNUAL_PARAGRAPH:
        return [annual(session)]
    plan, told = town(session), report_summary_facts.facts
    monkeypatch.setattr(report_summary_facts, "facts", lambda *args, **facts: everything(told(*args, **facts)))
    monkeypatch.setattr(statistics, "paragraphs", lambda *_, **__: [("公开文件12件。",)])
    return [
        report_kinds.write(session, OFFICE, kind, plan_id=plan.id, subject=subject, now=NOW)
        for subject in SUBJECTS[kind]
    ]


def annual(session: Session) -> Report:
    """A year with every verdict, with what earlier years left, and with applications."""
    verdicts = [kind for kind in K if kind is not K.CANCELLED]
    city = city_of(session, len(verdicts) + 1)
    city.tasks[-1].state = "cancelled"
    before = factories.make_plan(session, "青溪市2025年政务公开工作要点", year=2025)
    factories.make_task(session, before, "旧事", units=[city.unit])
    look_back(city, [K.UNFINISHED], plan=before)
    assert session.scalars(select(Rectification)).one().state == "open"
    look_back(city, [*verdicts, K.CANCELLED])
    enter(city, FOI)
    return written(city)


@pytest.mark.parametrize("kind", ReportKind, ids=lambda kind: str(kind.value))
def test_each_field_of_a_report_is_filled_by_its_writer(
    session: Session, kind: ReportKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = catalogue(TemplateKind(kind.value))

    found = [of_report(report) for report in reports(session, kind, monkeypatch)]

    texts = {name for values in found for name in values.texts}
    rows = {name for values in found for name, several in values.rows.items() if several}
    assert {each.name for each in known.texts} - texts == set()
    assert {each.name for each in known.groups} - rows == set()
    assert {name for name in texts if known.text(name) is None and not _of_a_plan(name)} == set()


def _of_a_plan(name: str) -> bool:
    """Whether a figure is of one rhythm or one section, which each plan calls as it likes."""
    return any(name.startswith(f"数字.{begins}") for begins in (OF_RHYTHMS, "公开", "平台"))


def pack() -> Values:
    lists = (meeting.Listed("逾期任务", "项", ("清理文件",)),)
    page = meeting.UnitPage("市司法局", "逾期任务1项", "应报8期。", (("参会人员", "韩立"),), lists)
    made = meeting.Pack("9月例会", "要点", "9月25日", "三楼", "分管领导", "公开办", NOW, (page,))
    return meeting.values(made)


def looked_back() -> Values:
    report = replace(papers._report(NOW), finished=False)
    rows = tuple(replace(row, note="已核实。", contradictions=("文字相同",)) for row in report.rows)
    return look_back_papers.values(replace(report, rows=rows))


def collected() -> Values:
    article = experience.CompiledArticle("市教育局", "先让家长来改", "做法。", date(2026, 9, 4), "https://x.example", "简报")
    return experience.values(experience.Collection("各单位", "公开办", TODAY, NOW, (article,)))


def ordered() -> Values:
    matter = supervision_order.PrintedMatter("清理文件", "9月17日", "没有办结。")
    return supervision_order.values(
        supervision_order.OrderPaper(
            "〔2026〕1号", OrderColour.RED, "市司法局", "要点", (matter,), "请说明。", "10月9日", "公开办", "9月24日", "已撤回", NOW
        )
    )


PAPERS: dict[TemplateKind, Callable[[], Values]] = {
    TemplateKind.PACK: pack, TemplateKind.LOOK_BACK: looked_back, TemplateKind.EXPERIENCE: collected,
    TemplateKind.ORDER: ordered,
}  # fmt: skip


@pytest.mark.parametrize("kind", PAPERS, ids=lambda kind: str(kind.value))
def test_each_field_of_a_paper_is_filled_by_its_writer(kind: TemplateKind) -> None:
    known, values = catalogue(kind), PAPERS[kind]()

    assert {name for name, said in values.texts.items() if said} == {each.name for each in known.texts}
    assert {name for name, rows in values.rows.items() if rows} == {each.name for each in known.groups}
    for group in known.groups:
        said = {name for row in values.rows[group.name] for name, value in row.items() if "".join(map(str, value))}
        assert said == {each.name for each in group.fields}, group.name


def test_every_kind_is_looked_at_here() -> None:
    assert set(PAPERS) | {TemplateKind(kind.value) for kind in ReportKind} == set(TemplateKind)
