"""Deadlines by a feast or a season: what the law fixes by the sun has a day, the rest is a person's to say."""

from __future__ import annotations

from datetime import date

import pytest

from importers import deadline_text, unit_text
from tests.importers.files import CLEAN, DESK, MARK
from tests.importers.plans import brief, plan_of
from tracker.domain.deadline import Fixed


@pytest.mark.parametrize(("phrase", "notation"), [
    ("国庆节前", "date:2026-09-30"), ("国庆前", "date:2026-09-30"), ("十一前", "date:2026-09-30"),
    ("“十一”国庆节前完成", "date:2026-09-30"), ("国庆节之前", "date:2026-09-30"), ("国庆节到来前", "date:2026-09-30"),
    ("五一前", "date:2026-04-30"), ("“五一”前", "date:2026-04-30"), ("五一国际劳动节前", "date:2026-04-30"),
    ("劳动节前", "date:2026-04-30"), ("清明节前", "date:2026-04-04"), ("2028年清明前", "date:2028-04-03"),
    ("六一前", "date:2026-05-31"), ("七一前", "date:2026-06-30"), ("八一建军节前", "date:2026-07-31"),
    ("教师节前", "date:2026-09-09"), ("国家宪法日前", "date:2026-12-03"), ("妇女节前", "date:2026-03-07"),
    ("元旦前", "date:2026-12-31"), ("2027年元旦前", "date:2026-12-31"), ("明年元旦前", "date:2026-12-31"),
    ("2027年国庆节前", "date:2027-09-30"), ("明年五一前", "date:2027-04-30"), ("二〇二七年国庆前", "date:2027-09-30"),
    ("五一、国庆节前", "multi:date:2026-04-30|date:2026-09-30"), ("国庆节前建成，年底前验收", "multi:date:2026-09-30|date:2026-12-31"),
    ("每年国庆节前", "recurring:P1Y by m9-30"),
    ("每年五一前、国庆前", "multi:recurring:P1Y by m4-30|recurring:P1Y by m9-30"),
    ("5月至国庆节前", "range:2026-05-01/2026-09-30"), ("自11月1日起至元旦前", "range:2026-11-01/2026-12-31"),
    ("争取国庆节前", "date:2026-09-30"),
    ("国庆节（10月1日）前", "date:2026-10-01"), ("10月1日国庆节前", "date:2026-10-01"), ("春节前（2月10日前）", "date:2026-02-10"),
])
def test_the_last_day_before_a_feast_that_the_sun_fixes(phrase: str, notation: str) -> None:
    deadline, findings = deadline_text.read(phrase, year=2026, issued_on=None)

    assert (deadline.notation, deadline.certain, findings) == (notation, True, ())


@pytest.mark.parametrize(("phrase", "reason"), [
    ("国庆节前", "“国庆节前”是2026年10月1日以前，以2026年9月30日为最后一天；未写年份，按文件年份2026年计。"),
    ("元旦前", "“元旦前”是2027年1月1日以前，以2026年12月31日为最后一天；未写年份，按文件年份2026年计。"),
    ("2027年五一前", "“2027年五一前”是2027年5月1日以前，以2027年4月30日为最后一天。"),
])
def test_why_it_is_this_day_is_said(phrase: str, reason: str) -> None:
    assert deadline_text.read(phrase, year=2026, issued_on=None)[0].reason == reason


@pytest.mark.parametrize(("phrase", "issued_on", "notation", "other"), [
    pytest.param("元旦前", date(2025, 12, 9), "date:2026-12-31", ("date:2025-12-31",), id="the next 元旦 or that at the year's end"),
    pytest.param("2026年元旦前", date(2026, 3, 1), "date:2025-12-31", ("date:2026-12-31", "none"), id="a 元旦 that is over"),
    pytest.param("五一前", date(2026, 6, 1), "date:2026-04-30", ("none",), id="a feast that is over"),
])
def test_a_feast_that_may_mean_another_day_is_asked_about(
    phrase: str, issued_on: date | None, notation: str, other: tuple[str, ...],
) -> None:
    deadline, findings = deadline_text.read(phrase, year=2026, issued_on=issued_on)

    assert not deadline.certain
    assert {deadline.notation, *(each.notation for each in deadline.other_readings)} >= {notation, *other} - {"none"}
    assert [finding.field for finding in findings] == ["deadline"]


@pytest.mark.parametrize(("phrase", "why"), [
    ("春节前", "农历"), ("春节前完成", "农历"), ("2026年春节前", "农历"), ("中秋节前", "农历"), ("端午节前", "农历"),
    ("元宵节前", "农历"), ("双节前", "哪个节日"), ("节前", "哪个节日"), ("两会前", "哪一天"), ("全国两会召开前", "哪一天"),
    ("开学前", "哪一天"), ("秋季开学前", "哪一天"), ("汛期前", "哪一天"), ("主汛期到来前", "哪一天"), ("汛前", "哪一天"),
    ("高考前", "哪一天"), ("供暖季前", "哪一天"), ("暑假前", "哪一天"), ("春节后", "到哪一天为止"), ("国庆节后", "到哪一天为止"),
    ("国庆节前夕", "到哪一天为止"), ("国庆节前一周", "到哪一天为止"), ("春节前10天内", "到哪一天为止"), ("国庆假期结束前", "到哪一天为止"),
    ("春节前、两会前", "农历"), ("9月开学前", "哪一天"), ("5月至中秋节前", "农历"), ("即日起至春节前", "农历"),
    ("每年清明节前", "每年日子不同"),
])
def test_a_day_that_no_rule_gives_is_asked_for_and_never_guessed(phrase: str, why: str) -> None:
    deadline, findings = deadline_text.read(phrase, year=2026, issued_on=None)

    assert deadline.notation in ("none", "recurring:P1Y")
    assert not deadline.certain
    assert why in deadline.reason or any(why in finding.message for finding in findings)
    assert {(finding.code, finding.field) for finding in findings} == {("deadline-feast", "deadline")}


@pytest.mark.parametrize("phrase", ["中秋、国庆节前", "国庆中秋两节前", "国庆假期前", "国庆小长假前", "十一黄金周前"])
def test_the_sun_is_only_offered_where_the_moon_or_a_notice_has_a_say(phrase: str) -> None:
    deadline, _ = deadline_text.read(phrase, year=2026, issued_on=None)

    assert (deadline.notation, [each.notation for each in deadline.other_readings]) == ("none", ["date:2026-09-30"])


@pytest.mark.parametrize("name", [
    "元旦", "清明", "国庆", "国庆节", "三八妇女节", "五四青年节", "六一儿童节", "建党节", "建军节", "植树节", "护士节", "记者节", "宪法日",
    "新春佳节", "除夕", "大年三十", "农历新年", "元宵", "端午", "中秋", "重阳", "古尔邦节", "开斋节", "藏历新年", "两节", "节日", "节假日",
    "新学期开学", "本学期", "放寒假", "小长假", "主汛期", "入汛", "市两会", "中考", "采暖季", "供热", "春耕", "三夏", "三秋", "雨季", "台风季",
    "春运", "入冬", "入夏", "旅游旺季", "黄金周", "封冻", "防火期", "火把节",
])
def test_every_feast_and_season_is_known_as_a_deadline(name: str) -> None:
    deadline, _ = deadline_text.read(f"{name}之前", year=2026, issued_on=None)

    assert deadline.certain is isinstance(deadline.reading, Fixed)


@pytest.mark.parametrize("phrase", ["春节前后", "国庆节前后", "国庆节期间", "春节期间", "节假日", "季节", "环节前移", "国庆节前往北京"])
def test_a_time_about_a_feast_is_no_deadline(phrase: str) -> None:
    deadline, findings = deadline_text.read(phrase, year=2026, issued_on=None)

    assert (deadline.notation, deadline.certain, findings) == ("none", True, ())


def test_a_count_from_a_feast_stays_a_count() -> None:
    assert deadline_text.read("春节后10个工作日内", year=2026, issued_on=None)[0].notation == "relative:10 workdays after 春节"


@pytest.mark.parametrize(("sentence", "notation", "quoted"), [
    ("完成老旧小区排查，国庆节前全面整改。", "date:2026-09-30", "国庆节前"),
    ("今年国庆节前办结群众来信。", "date:2026-09-30", "今年国庆节前"),
    ("欠薪问题要在春节前整改到位。", "none", "春节前"),
    ("汛期前完成病险水库排查。", "none", "汛期前"),
    ("做好春节前后市场供应。", "none", ""),
    ("春节后返岗的职工给予补贴。", "none", ""),
    ("对国庆节前开工的项目，给予奖励。", "none", ""),
    ("做好国庆节前的宣传工作。", "none", ""),
    ("每年国庆节前开展一次检查。", "none", ""),
    ("推动审批环节前移，按季节前置服务。", "none", ""),
    ("春节前进行一次检查，五一前移交问题线索。", "date:2026-04-30", "春节前；五一前"),
    ("节前安全检查要细。", "none", ""),
    ("党的二十一前期准备。", "none", ""),
])
def test_a_feast_in_a_sentence(sentence: str, notation: str, quoted: str) -> None:
    deadline = deadline_text.find(sentence, year=2026, issued_on=None)

    assert (deadline.notation, deadline.phrase) == (notation, quoted)
    assert deadline.certain is not any(feast in quoted for feast in ("春节", "汛期"))


@pytest.mark.parametrize(("bracket", "due", "certain"), [
    ("（市房管局负责,春节前）", "春节前", False), ("（市房管局负责，国庆节前）", "国庆节前", True),
    ("（国庆节前，市房管局负责）", "国庆节前", True), ("（市房管局，汛期前完成）", "汛期前完成", False),
    ("（责任单位：市房管局；完成时限：五一前）", "五一前", True), ("（责任单位：市房管局，今年春节前）", "今年春节前", False),
    ("【市房管局】国庆节前", "国庆节前", True), ("（全国两会前，市房管局）", "全国两会前", False),
    ("（10月底前，市房管局）", "10月底前", True),
])
def test_a_feast_beside_the_units_of_a_bracket(bracket: str, due: str, certain: bool) -> None:
    plan = plan_of(f"青溪市2026年重点任务\n一、任务\n1.{CLEAN}{bracket}\n2.{MARK}（市司法局负责）\n3.{DESK}（市档案馆负责）\n")

    first = plan.tasks[0]
    assert (first.text, [each.unit for each in first.assignments]) == (CLEAN, ["市房管局"])
    assert (first.deadline_text, first.deadline.certain) == (due, certain)
    assert brief(plan)[1:] == [(MARK, {"responsible": ["市司法局"]}, "none"), (DESK, {"responsible": ["市档案馆"]}, "none")]


@pytest.mark.parametrize(("cell", "names"), [
    ("市房管局，国庆节前", ["市房管局"]), ("市房管局牵头，春节前完成", ["市房管局"]), ("五一前，市房管局、市财政局", ["市房管局", "市财政局"]),
    ("市房管局、国庆前街道办事处", ["市房管局", "国庆前街道办事处"]),
])
def test_a_feast_is_no_unit(cell: str, names: list[str]) -> None:
    assert [each.unit for each in unit_text.read(cell).assignments] == names
