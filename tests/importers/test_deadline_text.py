"""Time phrases of plans, as clerks of the invented 青溪市 would write them."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import deadline_grammar, deadline_text
from tracker.domain.deadline import Deadline, Fixed, Unstated, parse_notation

ISSUED = date(2026, 4, 15)


def read(phrase: str) -> Deadline:
    """Read as in a plan of 2026 that was issued on 15 April."""
    return deadline_text.read(phrase, year=2026, issued_on=ISSUED)[0]


def codes(phrase: str) -> list[str]:
    return [finding.code for finding in deadline_text.read(phrase, year=2026, issued_on=ISSUED)[1]]


@pytest.mark.parametrize(
    ("phrase", "notation"),
    [
        pytest.param("2026年10月20日前", "date:2026-10-20", id="the day itself is on time"),
        pytest.param("10月20日", "date:2026-10-20", id="the plan's year fills in"),
        pytest.param("2026-10-20", "date:2026-10-20", id="hyphens"),
        pytest.param("2026.10.20前", "date:2026-10-20", id="dots"),
        pytest.param("20261020", "date:2026-10-20", id="figures only"),
        pytest.param("202610", "date:2026-10-31", id="year and month in figures only"),
        pytest.param("10.20前", "date:2026-10-20", id="month and day with a dot"),
        pytest.param("10月20日(星期二)下班前", "date:2026-10-20", id="weekday in brackets"),
        pytest.param("２０２６年１０月２０日前", "date:2026-10-20", id="full width"),
        pytest.param("2026 年 10 月 20 日前", "date:2026-10-20", id="blanks"),
        pytest.param("二〇二六年十月二十日前", "date:2026-10-20", id="Chinese numerals"),
        pytest.param("10月底前", "date:2026-10-31", id="end of a month"),
        pytest.param("10月份", "date:2026-10-31", id="a month as a whole"),
        pytest.param("10月(含)前", "date:2026-10-31", id="a month that is said to be included"),
        pytest.param("10月上旬", "date:2026-10-10", id="first third of a month"),
        pytest.param("10月中旬前", "date:2026-10-20", id="second third of a month"),
        pytest.param("2月下旬", "date:2026-02-28", id="last third of a short month"),
        pytest.param("本月底前", "date:2026-04-30", id="this month is that of the issue date"),
        pytest.param("二季度末", "date:2026-06-30", id="end of a quarter"),
        pytest.param("第三季度", "date:2026-09-30", id="a quarter as a whole"),
        pytest.param("上半年", "date:2026-06-30", id="a half-year"),
        pytest.param("年中", "date:2026-06-30", id="mid-year"),
        pytest.param("2026年年底前", "date:2026-12-31", id="a doubled 年"),
        pytest.param("年内完成", "date:2026-12-31", id="within the year"),
        pytest.param("26年底前", "date:2026-12-31", id="a year in two figures"),
        pytest.param("到2027年", "date:2027-12-31", id="a target year"),
        pytest.param("明年3月底前", "date:2027-03-31", id="next year"),
        pytest.param("“十五五”期末", "date:2030-12-31", id="the end of a five-year plan"),
        pytest.param("力争10月底前", "date:2026-10-31", id="a softened day"),
        pytest.param("10月底前完成，此后长期坚持", "date:2026-10-31", id="a day, and then for good"),
    ],
)
def test_a_last_day(phrase: str, notation: str) -> None:
    assert read(phrase).notation == notation


@pytest.mark.parametrize(
    ("phrase", "notation"),
    [
        pytest.param("6月底前启动，10月底前完成", "multi:date:2026-06-30|date:2026-10-31", id="two stages"),
        pytest.param("7、11月", "multi:date:2026-07-31|date:2026-11-30", id="months with one 月"),
        pytest.param("上、下半年各1次", "multi:date:2026-06-30|date:2026-12-31", id="half-years with one 半年"),
        pytest.param(
            "2027年3月底前报批，8月底前印发", "multi:date:2027-03-31|date:2027-08-31", id="a printed year holds for the next day",
        ),
        pytest.param("8月底前上线，此后每月更新", "multi:date:2026-08-31|recurring:P1M", id="a day and then a rhythm"),
        pytest.param("5月至9月", "range:2026-05-01/2026-09-30", id="from month to month"),
        pytest.param("5-9月", "range:2026-05-01/2026-09-30", id="from month to month with one 月"),
        pytest.param("11月至次年2月", "range:2026-11-01/2027-02-28", id="over the turn of the year"),
        pytest.param("10月10日至20日", "range:2026-10-10/2026-10-20", id="days of one month"),
        pytest.param("全年", "range:2026-01-01/2026-12-31", id="the whole year"),
        pytest.param("2026—2028年", "range:2026-01-01/2028-12-31", id="several years"),
        pytest.param("即日起至10月20日", "range:2026-04-15/2026-10-20", id="from the issue date"),
        pytest.param("自本方案印发之日起至年底", "range:2026-04-15/2026-12-31", id="from the issue of the document"),
        pytest.param("2027年起", "range:2027-01-01/open", id="a start without an end"),
        pytest.param("自2026年7月1日起施行，执行期限2年", "range:2026-07-01/2028-06-30", id="a start and a length"),
    ],
)
def test_several_days(phrase: str, notation: str) -> None:
    assert read(phrase).notation == notation


@pytest.mark.parametrize(
    ("phrase", "notation"),
    [
        pytest.param("每季度", "recurring:P3M", id="every quarter"),
        pytest.param("每半年一次", "recurring:P6M", id="every half-year"),
        pytest.param("每周五下班前", "recurring:P1W by fri", id="every Friday"),
        pytest.param("每周一次", "recurring:P1W", id="once a week is not Monday"),
        pytest.param("每月25日前", "recurring:P1M by 25", id="a day of every month"),
        pytest.param("每月底前", "recurring:P1M by end", id="the end of every month"),
        pytest.param("每季度末月25日前", "recurring:P3M by m3-25", id="a day of each quarter's last month"),
        pytest.param("每年1月31日前", "recurring:P1Y by m1-31", id="a day of every year"),
        pytest.param(
            "每年6月底、12月底前", "multi:recurring:P1Y by m6-end|recurring:P1Y by m12-end", id="two days of every year",
        ),
        pytest.param("每季度结束后10日内", "recurring:P3M", id="a count after each quarter is one rhythm"),
        pytest.param("一季一通报", "recurring:P3M", id="a slogan"),
        pytest.param("按月更新", "recurring:P1M", id="by the month"),
        pytest.param("实行半年总结制度", "recurring:P6M", id="the name of a report"),
        pytest.param("自7月1日开始，每周三", "recurring:P1W by wed", id="the start of a rhythm is no stage"),
        pytest.param("印发后15个工作日内", "relative:15 workdays after 印发", id="workdays after an event"),
        pytest.param("自收到申请之日起20日内", "relative:20 days after 收到申请", id="days from the day of an event"),
        pytest.param("半年内", "relative:6 months", id="half a year"),
        pytest.param("两周内", "relative:14 days", id="weeks count as days"),
        pytest.param("长期坚持", "ongoing", id="for good"),
        pytest.param("常态化推进", "ongoing", id="as routine"),
    ],
)
def test_rhythms_counts_and_no_end(phrase: str, notation: str) -> None:
    assert read(phrase).notation == notation


@pytest.mark.parametrize(
    "phrase",
    [
        pytest.param("", id="an empty cell"),
        pytest.param("—", id="a dash"),
        pytest.param("即收即办", id="at once"),
        pytest.param("定期更新", id="regularly, without a period"),
        pytest.param("春节前后", id="around a feast"),
        pytest.param("年初", id="the start of the year"),
        pytest.param("8小时以内", id="hours"),
        pytest.param("近6个月内", id="a span looked back on"),
        pytest.param("原则上控制在2个月以内", id="a length"),
        pytest.param("《青溪市2026年底前工作清单》", id="the title of a document"),
        pytest.param("2025年9月1日以后", id="after a day"),
        pytest.param("未能在9月底前办结的", id="a condition"),
    ],
)
def test_what_names_no_day_stays_unstated_and_says_why(phrase: str) -> None:
    deadline = read(phrase)

    assert deadline.reading == Unstated()
    assert deadline.reason


@pytest.mark.parametrize(
    ("phrase", "notation", "other", "code"),
    [
        pytest.param("11月前", "date:2026-10-31", "date:2026-11-30", "deadline-ambiguous", id="before a month, literally"),
        pytest.param("2028年前", "date:2027-12-31", "date:2028-12-31", "deadline-ambiguous", id="before a year, literally"),
        pytest.param("9月31日前", "none", "date:2026-09-30", "deadline-impossible-date", id="a day that does not exist"),
        pytest.param("2月29日前", "none", "date:2026-02-28", "deadline-impossible-date", id="no leap year"),
        pytest.param("2016年底前", "none", "date:2016-12-31", "deadline-before-issue", id="ten years before the document"),
        pytest.param("3月底前", "date:2026-03-31", "none", "deadline-ambiguous", id="shortly before the document"),
        pytest.param("2026年底10月前", "none", "date:2026-10-31", "deadline-garbled", id="two times at once"),
        pytest.param("820日", "none", "date:2026-08-20", "deadline-garbled", id="a lost 月"),
        pytest.param("有效期至2027年12月31日", "none", "date:2027-12-31", "deadline-is-validity", id="a term of validity"),
        pytest.param("10月至5月底之间", "range:2026-10-01/2027-05-31", None, None, id="a range that needs no person"),
    ],
)
def test_what_a_person_must_settle_is_never_guessed(
    phrase: str, notation: str, other: str | None, code: str | None,
) -> None:
    deadline, findings = deadline_text.read(phrase, year=2026, issued_on=ISSUED)

    assert deadline.notation == notation
    assert deadline.certain is (code is None)
    assert next((reading.notation for reading in deadline.other_readings), None) == other
    assert [finding.code for finding in findings] == ([code] if code else [])


def test_figures_that_make_no_day_are_reported() -> None:
    assert codes("13月底前") == ["deadline-unread"]


def test_the_reason_names_the_year_that_was_filled_in() -> None:
    assert "未写年份，按文件年份2026年计" in read("10月底前").reason
    assert "按成文年份2026年计" in deadline_text.read("10月底前", year=None, issued_on=ISSUED)[0].reason


@pytest.mark.parametrize("phrase", ["10月底前", "第三季度", "6月至9月", "明年3月底前"])
def test_a_day_without_any_year_is_asked_for(phrase: str) -> None:
    deadline, findings = deadline_text.read(phrase, year=None, issued_on=None)

    assert deadline.reading == Unstated()
    assert [finding.code for finding in findings] == ["deadline-no-year"]


def test_a_printed_year_needs_no_other() -> None:
    assert deadline_text.read("2026年10月底前", year=None, issued_on=None)[0].notation == "date:2026-10-31"


def test_a_softened_day_says_so() -> None:
    deadline = read("争取10月底前")

    assert deadline.reading == Fixed(date(2026, 10, 31), "month", soft=True)
    assert "留有余地" in deadline.reason


@pytest.mark.parametrize(
    ("sentence", "notation"),
    [
        pytest.param("各县（市、区）要于10月底前报送自查报告。", "date:2026-10-31", id="a day in a sentence"),
        pytest.param("年内建成青溪市政策问答库。", "date:2026-12-31", id="within the year"),
        pytest.param("6月底前出台办法，9月底前全面推开。", "multi:date:2026-06-30|date:2026-09-30", id="stages"),
        pytest.param("动员部署（2026年5月至6月）。召开会议。", "range:2026-05-01/2026-06-30", id="a span in brackets"),
        pytest.param("文件印发后20个工作日内上网公开。", "relative:20 workdays after 文件印发", id="a count from the issue"),
        pytest.param("每季度开展1次政府开放日活动。", "none", id="a quota"),
        pytest.param("持续推进政务公开专区建设。", "none", id="a manner of working"),
        pytest.param("到2027年，公开事项覆盖率达到95%。", "none", id="an aim"),
        pytest.param("本措施有效期至2027年12月31日。", "none", id="a term of validity"),
        pytest.param("自印发之日起至2026年12月31日，购房人可申请补贴。", "none", id="the term of a policy"),
        pytest.param("对2026年6月30日前取得许可的项目，给予奖励。", "none", id="a condition"),
        pytest.param("9月底前未办结或者需要延期的，另行通知。", "none", id="a condition that ends in 的"),
        pytest.param("对2026年6月30日前供应、尚未开工的用地，建立清单。", "none", id="a condition about land"),
        pytest.param("根据本年度内盘活的面积安排计划。", "none", id="the measure of something else"),
        pytest.param("按照2026年4月1日印发《青溪市公开办法》的要求执行。", "none", id="the date of a cited document"),
        pytest.param("自印发之日至2027年12月31日，落实减免政策。", "none", id="a term without 起"),
        pytest.param("2026年12月31日前到期的贷款可以展期。", "none", id="what falls due to others"),
        pytest.param("申请人应于10月31日前补齐材料。", "none", id="a citizen's duty"),
        pytest.param("合同签订后30日内缴清价款。", "none", id="a count from a citizen's act"),
        pytest.param("落实《青溪市2026年底前重点任务》和青政办发〔2026〕3号文件。", "none", id="titles and numbers"),
        pytest.param("做好26个试点领域目录编制。", "none", id="a figure that is no year"),
        pytest.param("及时足额发放年终奖励。", "none", id="a word that holds 年终"),
        pytest.param("在10月31日前完成登记且按期缴费的个人，可享受便民补贴。", "none", id="what a person must do first"),
        pytest.param("商户在10月31日前完成登记可给予摊位费10%的补贴。", "none", id="what earns a subsidy"),
        pytest.param("在10月31日前办理的享受费用减免。", "none", id="acts whose object is left out"),
        pytest.param("2026年8月31日前银行已发放的和已签约但未发放的贷款，利率可以下调。", "none", id="what stands so far"),
        pytest.param("按照合同约定年底前应交付的商铺，资金可以拨付。", "none", id="what is due to others"),
        pytest.param("2026年8月18日前发放的助业贷款自2027年1月1日起执行新利率。", "none", id="loans of before"),
        pytest.param("在9月30日前（精装商铺在12月31日前）缴清租金的商户，由市财政给予补贴。", "none", id="a second day in brackets"),
        pytest.param("2026年12月31日前，对新入驻的商户，予以租金减免。", "none", id="until when a measure is offered"),
        pytest.param("2026年底前，存量摊位经审核后，可展期一次。", "none", id="what is allowed until then"),
        pytest.param("2026年内，对购买新摊位的经营者按摊位费的1%给予补贴。", "none", id="in which year it is offered"),
        pytest.param("补贴的申报时间延长到2026年12月31日止；其他补贴延长到2027年12月31日止。", "none", id="a term made longer"),
        pytest.param("免费开放政策延续到2026年底。", "none", id="a term that goes on"),
        pytest.param("受理便民补贴申请时间截止至10月31日止。", "none", id="the end of an application window"),
        pytest.param("文件印发当日起3个月内，凭发票可申请便民补贴。", "none", id="the time to apply in"),
        pytest.param("允许参保单位在12月31日前分期补缴。", "none", id="a permission"),
        pytest.param("对2026年6—7月完成产值2000万元以上，且增速超10%的企业，给予奖励。", "none", id="months looked back on"),
        pytest.param("自本方案公布之日起，市有关部门要在1个月内公布实施细则。", "relative:1 months after 本方案公布", id="a count apart from its event"),
        pytest.param("确保上半年新增公开栏目25个。", "date:2026-06-30", id="a half-year with a figure to reach"),
        pytest.param("年底积压申请办结率达到95%。", "date:2026-12-31", id="a figure to reach by the end"),
        pytest.param("确保库存较2025年底减少的份额不低于一成。", "none", id="a comparison with an end"),
        pytest.param("制定下半年新增栏目清单。", "none", id="a half-year that describes a thing"),
        pytest.param("年底前为符合条件的家庭办结登记。", "date:2026-12-31", id="work for those served"),
        pytest.param("10月底前完成全市的示范项目验收。", "date:2026-10-31", id="work on a project"),
        pytest.param("年内完成编目，力争11月底前上线，12月底前验收。", "multi:date:2026-11-30|date:2026-12-31", id="each day once"),
    ],
)
def test_find_takes_only_what_a_sentence_sets(sentence: str, notation: str) -> None:
    assert deadline_text.find(sentence, year=2026, issued_on=ISSUED).notation == notation


def test_find_gives_the_words_as_printed() -> None:
    deadline = deadline_text.find("请各部门于　１０ 月底前 完成。", year=2026, issued_on=ISSUED)

    assert deadline.phrase == "１０ 月底前"


def test_find_quotes_the_times_alone() -> None:
    deadline = deadline_text.find("上半年完成摸底。梳理目录并公开，10月底前完成。", year=2026, issued_on=ISSUED)
    doubtful = deadline_text.find("梳理目录，9月31日前完成。", year=2026, issued_on=ISSUED)

    assert deadline.phrase == "上半年；10月底前"
    assert doubtful.phrase == "9月31日前"


_PIECES = st.lists(
    st.one_of(
        st.sampled_from(list("年月日前后至到起底末初上中下旬半季度每周内、，。（）〔〕“”《》-—.～〇一二三四十两")),
        st.sampled_from(["2026", "12", "31", "0", "个工作日", "自", "有效期", "十五五", "期间", "明年", "持续", "印发"]),
        st.text(max_size=2),
    ),
    max_size=14,
).map("".join)
_YEARS = st.one_of(st.none(), st.integers(-1, 10_000))
_DATES = st.one_of(st.none(), st.dates())


@given(_PIECES, _YEARS, _DATES)
def test_reading_never_fails_and_every_reading_is_read_back(
    phrase: str, year: int | None, issued_on: date | None,
) -> None:
    deadline, _ = deadline_text.read(phrase, year=year, issued_on=issued_on)

    for reading in (deadline.reading, *deadline.other_readings):
        assert parse_notation(reading.notation).notation == reading.notation
    assert deadline.reason


@given(_PIECES, _YEARS, _DATES)
def test_finding_never_fails_and_its_phrase_stands_in_the_text(
    text: str, year: int | None, issued_on: date | None,
) -> None:
    deadline = deadline_text.find(text, year=year, issued_on=issued_on)

    assert all(times in text for times in deadline.phrase.split("；"))
    assert parse_notation(deadline.notation).notation == deadline.notation


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_any_day_printed_in_full_is_that_day(day: date) -> None:
    deadline, findings = deadline_text.read(f"{day.year}年{day.month}月{day.day}日前", year=day.year, issued_on=None)

    assert deadline.reading == Fixed(day)
    assert deadline.certain
    assert findings == ()


def test_the_command_answers_a_line_for_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("11月前\t2026\n即日起至10月20日\t2026-04-15\n"))

    deadline_text._main()

    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["notation"] == "date:2026-10-31"
    assert first["other_readings"] == ["date:2026-11-30"]
    assert first["certain"] is False
    assert second["notation"] == "range:2026-04-15/2026-10-20"


@pytest.mark.parametrize("read_all", [
    pytest.param(lambda text: list(deadline_grammar.mentions(text)), id="the scan"),
    pytest.param(lambda text: deadline_text.find(text, year=2026, issued_on=ISSUED), id="the reading"),
])
@pytest.mark.parametrize("piece", [
    pytest.param("一、", id="list marks"),
    pytest.param("一", id="numerals"),
    pytest.param("1月", id="months without a stop"),
    pytest.param("10日前", id="days without a stop"),
    pytest.param("节", id="feasts without an end"),
    pytest.param("国庆、春节前", id="feasts without a stop"),
])
def test_a_long_page_costs_no_more_than_its_length(read_all: Callable[[str], object], piece: str) -> None:
    """Four times the text takes about four times as long, where a square would take sixteen."""
    def cost(length: int) -> float:
        text = piece * (length // len(piece))
        runs = []
        for _ in range(3):
            begin = time.process_time()
            read_all(text)
            runs.append(time.process_time() - begin)
        return min(runs)

    assert cost(16_000) < 10 * cost(4_000) + 0.01
