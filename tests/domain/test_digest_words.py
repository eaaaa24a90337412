"""What a letter with several things says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.digest_words import Thing, Urgency, letter, post, urgency_of
from tracker.domain.fitting import fit
from tracker.domain.notices import NoticeKind
from tracker.domain.outbox import URGED

TODAY = date(2026, 9, 24)
PLAN, OTHER_PLAN = "青溪市2026年政务公开工作要点", "青溪市2026年规范性文件清理方案"
SITE = "https://taizhang.qingxi.example"
DUE = Thing(
    NoticeKind.TASK_DUE, Urgency.TODAY, "到期：公布清理结果", "《方案》中的“公布清理结果”于9月24日到期。",
    f"{SITE}/tasks/5", OTHER_PLAN, TODAY,
)  # fmt: skip
LATE = Thing(
    NoticeKind.TASK_OVERDUE, Urgency.OVERDUE, "已逾期：更新公开指南", "已过9月1日的时限。", f"{SITE}/tasks/4",
    PLAN, date(2026, 9, 1),
)  # fmt: skip
SOON = Thing(
    NoticeKind.TASK_SOON, Urgency.SOON, "临近到期（提前3个工作日）：编制目录", "将于9月30日到期。",
    f"{SITE}/tasks/6", PLAN, date(2026, 9, 30),
)  # fmt: skip
BACK = Thing(
    NoticeKind.RETURNED, Urgency.ASKED, "退回修改：第39周", "报送已退回。\n\n意见：请附链接。", f"{SITE}/my/returns/7", PLAN, TODAY
)  # fmt: skip


def said(*things: Thing) -> tuple[str, str, str]:
    words = letter(things, "林志远", inbox=f"{SITE}/inbox", settings=f"{SITE}/my-reminders")
    return words.subject, words.body, words.brief


@pytest.mark.parametrize(
    ("kind", "due_on", "urgency"),
    [
        (NoticeKind.TASK_DUE, "2026-09-24", Urgency.TODAY),
        (NoticeKind.BEFORE_CUTOFF, "2026-09-24", Urgency.TODAY),
        (NoticeKind.MISSED, "2026-09-24", Urgency.OVERDUE),
        (NoticeKind.TASK_OVERDUE, "2026-09-23", Urgency.OVERDUE),
        (NoticeKind.CLOCK, "2026-09-25", Urgency.SOON),
        (NoticeKind.RETURNED, "2026-09-30", Urgency.ASKED),
        (URGED, None, Urgency.ASKED),
        (NoticeKind.MEETING, "2026-09-25", Urgency.OTHER),
        (NoticeKind.DELIVERY_FAILED, "2026-09-24", Urgency.OTHER),
    ],
)
def test_how_urgent_a_thing_is(kind: str, due_on: str | None, urgency: Urgency) -> None:
    assert urgency_of(kind, date.fromisoformat(due_on) if due_on else None, today=TODAY) is urgency


def test_several_things_are_counted_and_stand_by_urgency_and_plan() -> None:
    later = replace(SOON, subject="临近到期：公开年报", due_on=date(2026, 10, 12), address=f"{SITE}/tasks/9")

    subject, body, brief = said(later, SOON, LATE, DUE)

    assert subject == "今天4件事：1件今天到期、1件已逾期、2件近期到期"
    assert brief == f"您有4件政务公开事项：1件今天到期、1件已逾期、2件近期到期。请登录查看：{SITE}/inbox"
    assert body.splitlines() == [
        "林志远：",
        "",
        "您有4件事：1件今天到期、1件已逾期、2件近期到期。",
        "",
        "【今天到期】1件",
        f"《{OTHER_PLAN}》",
        "1. 到期：公布清理结果",
        f"   {SITE}/tasks/5",
        "",
        "【已逾期】1件",
        f"《{PLAN}》",
        "2. 已逾期：更新公开指南，9月1日到期",
        f"   {SITE}/tasks/4",
        "",
        "【近期到期】2件",
        f"《{PLAN}》",
        "3. 临近到期（提前3个工作日）：编制目录，9月30日到期",
        f"   {SITE}/tasks/6",
        "4. 临近到期：公开年报，10月12日到期",
        f"   {SITE}/tasks/9",
        "",
        f"全部提醒：{SITE}/inbox",
        f"提醒的时间和方式可以改：{SITE}/my-reminders",
    ]


def test_a_persons_words_are_told_whole_among_others() -> None:
    _, body, _ = said(DUE, BACK)

    assert "   意见：请附链接。" in body.splitlines()


def test_a_deputy_is_told_how_to_act_among_others() -> None:
    stood_in = replace(SOON, subject="代李明：临近到期：编制目录", note="您正代李明办理：请先在“代办”里点“代 李明”。")

    assert "   您正代李明办理：请先在“代办”里点“代 李明”。" in said(DUE, stood_in)[1].splitlines()


def test_one_thing_is_told_in_its_own_words() -> None:
    subject, body, brief = said(SOON)

    assert subject == SOON.subject
    assert body.startswith(f"林志远：\n\n{SOON.body}\n\n办理：{SITE}/tasks/6\n")
    assert brief == f"{SOON.subject}。{SOON.body}\n\n办理：{SITE}/tasks/6"


def test_the_office_reads_of_one_task_of_several_units_once() -> None:
    units = [replace(LATE, unit=name) for name in ("市教育局", "市民政局")]
    other = replace(LATE, unit="市司法局", address=f"{SITE}/tasks/8", subject="已逾期：公布目录。")

    subject, body, _ = said(*units, other)

    assert subject == "今天2件事：2件已逾期"
    assert [line for line in body.splitlines() if "到期" in line] == [
        "1. 市司法局：已逾期：公布目录，9月1日到期", "2. 市教育局、市民政局：已逾期：更新公开指南，9月1日到期",
    ]  # fmt: skip


def test_a_group_hears_the_units_that_are_told_the_same_in_one_line() -> None:
    opened = Thing(NoticeKind.BEFORE_CUTOFF, Urgency.TODAY, "即将截止：第39周", "", due_on=TODAY)
    units = [replace(opened, unit=f"市第{number}局") for number in range(8)]

    words = post([replace(LATE, unit="市教育局"), *units], f"{SITE}/")

    assert words.subject == "提醒9件：8件今天到期、1件已逾期"
    assert words.body.splitlines() == [
        "1. 市第0局、市第1局、市第2局、市第3局、市第4局、市第5局等8家：即将截止：第39周",
        "2. 市教育局：已逾期：更新公开指南，9月1日到期",
        "",
        f"办理：{SITE}/",
    ]


def test_a_group_hears_one_thing_whole() -> None:
    words = post([replace(LATE, unit="市教育局")], f"{SITE}/")

    assert words.subject == "市教育局：已逾期：更新公开指南"
    assert words.body == f"已过9月1日的时限。\n\n办理：{SITE}/tasks/4"


THINGS = st.lists(
    st.builds(
        Thing, st.sampled_from([*NoticeKind]), st.sampled_from([*Urgency]), st.text(min_size=1, max_size=40),
        st.text(max_size=60), plan=st.sampled_from(["", PLAN, OTHER_PLAN]),
        due_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)), unit=st.sampled_from(["市教育局", "市民政局"]),
    ),
    min_size=2, max_size=40,
)  # fmt: skip


def test_where_nothing_presses_nothing_is_called_other() -> None:
    news = replace(DUE, urgency=Urgency.OTHER, subject="申请待处理：市教育局申请延期：编制目录")
    check = replace(news, subject="每日自检：9月23日应发8，已发8，未确认0，失败0", plan="")

    subject, body, brief = said(news, check)

    assert subject == "今天2件事"
    assert body.splitlines()[2:5] == ["您有2件事。", "", "1. 每日自检：9月23日应发8，已发8，未确认0，失败0"]
    assert brief == f"您有2件政务公开事项。请登录查看：{SITE}/inbox"


@given(THINGS)
def test_nothing_is_left_out_and_the_counts_add_up(things: list[Thing]) -> None:
    subject, body, brief = said(*things)

    assert all(thing.subject.rstrip("。") in body for thing in things)
    total, _, counts = subject.removeprefix("今天").partition("件事：")
    if counts:
        assert sum(int(part.partition("件")[0]) for part in counts.split("、")) == int(total) <= len(things)
    else:
        assert {thing.urgency for thing in things} == {Urgency.OTHER}
    assert len(fit(brief, 600, ending=" 编号 123456").encode()) <= 600
    assert "（全文见系统）" not in fit(brief, 600, ending=" 编号 123456")


@given(THINGS)
def test_a_robots_few_bytes_begin_with_the_most_urgent(things: list[Thing]) -> None:
    words = post(things, f"{SITE}/")

    first = min(things, key=lambda thing: [*Urgency].index(thing.urgency))
    lines = [thing.line for thing in things if thing.urgency is first.urgency]
    assert any(words.body.startswith(f"1. {unit}：{line}") for line in lines for unit in _units(things, line))
    assert len(fit(f"{words.subject}\n\n{words.body}", 2048, ending="\n\n编号 1").encode("utf-8", "replace")) <= 2048


def _units(things: list[Thing], line: str) -> list[str]:
    told = list({thing.unit for thing in things if thing.line == line})
    return [*told, "、".join(told), "、".join(reversed(told))]
