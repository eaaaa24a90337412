"""What a reminder says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.reminder_facts import RETURNED, TASK, WEEK_39, at, said
from tracker.domain.reminder_words import LONGEST_TITLE, urging_words, wording
from tracker.domain.reminders import CheckpointFact, ObligationFact


@pytest.mark.parametrize(
    ("now", "fact", "subject", "body"),
    [
        (
            "09-21 09:00", replace(WEEK_39, why="周四（10月1日）放假，截止提前到9月30日"),
            "开始报送：一周一进度第39周（9月21日—9月27日）",
            ("《青溪市2026年政务公开工作要点》一周一进度第39周（9月21日—9月27日）的进展可以报了，请在9月24日（周四）17:30前报送。"
            "周四（10月1日）放假，截止提前到9月30日。没有变化的，点“本周无变化”即可。"),
        ),
        (
            "09-24 15:30", WEEK_39,
            "即将截止：一周一进度第39周（9月21日—9月27日）",
            ("《青溪市2026年政务公开工作要点》一周一进度第39周（9月21日—9月27日）的进展还没有收到，请在9月24日（周四）17:30前报送。"
            "没有变化的，点“本周无变化”即可。"),
        ),
        (
            "09-25 09:00", WEEK_39,
            "尚未收到：一周一进度第39周（9月21日—9月27日）",
            ("《青溪市2026年政务公开工作要点》一周一进度第39周（9月21日—9月27日）已于9月24日（周四）17:30截止，还没有收到贵单位的报送。"
            "请尽快补报，有困难请联系公开办。"),
        ),
        (
            "09-22 10:00", RETURNED,
            "退回修改：一周一进度第39周（9月21日—9月27日）",
            "《青溪市2026年政务公开工作要点》一周一进度第39周（9月21日—9月27日）的报送已退回，请按意见修改后再报。意见：请附链接",
        ),
        (
            "09-24 10:00", TASK,
            "临近到期（提前3个工作日）：编制基层政务公开标准目录",
            ("《青溪市2026年政务公开工作要点》中的“编制基层政务公开标准目录”将于9月30日（周三）到期，请抓紧推进。"
            "有困难请及早告诉公开办。"),
        ),
        (
            "09-30 10:00", TASK,
            "到期：编制基层政务公开标准目录",
            ("《青溪市2026年政务公开工作要点》中的“编制基层政务公开标准目录”于9月30日（周三）到期。"
            "已完成的请报送并附佐证，没有完成的请说明情况。"),
        ),
        (
            "10-20 10:00", TASK,
            "已逾期：编制基层政务公开标准目录",
            ("《青溪市2026年政务公开工作要点》中的“编制基层政务公开标准目录”已过9月30日（周三）的时限，还没有办结。"
            "请说明进展和预计完成时间，已完成的请附佐证。"),
        ),
    ],
    ids=["opens", "before", "missed", "returned", "soon", "due", "overdue"],
)  # fmt: skip
def test_wording(now: str, fact: ObligationFact | CheckpointFact, subject: str, body: str) -> None:
    [notice] = said(now, fact)

    assert wording(notice) == (subject, body)


def test_other_reports_than_the_progress_of_tasks_are_called_by_their_name() -> None:
    quarter = replace(
        WEEK_39, cadence_kind="quarterly", cadence_name="季度报送", asks_progress=False, period_key="2026-Q3",
        period_label="第三季度",
    )  # fmt: skip

    [opens] = said("09-21 09:00", quarter)
    [missed] = said("09-25 09:00", quarter)

    assert opens.key == "quarterly:c3:2026-Q3:u12:opens"
    assert wording(opens) == (
        "开始报送：季度报送第三季度",
        "《青溪市2026年政务公开工作要点》季度报送第三季度可以报了，请在9月24日（周四）17:30前报送。",
    )
    assert wording(missed)[1] == (
        "《青溪市2026年政务公开工作要点》季度报送第三季度已于9月24日（周四）17:30截止，还没有收到贵单位的报送。"
        "请尽快补报，有困难请联系公开办。"
    )
    assert urging_words(quarter)[1] == (
        "公开办提醒：《青溪市2026年政务公开工作要点》季度报送第三季度还没有收到，截止时间是9月24日（周四）17:30，请尽快报送。"
    )


def test_earlier_misses_are_mentioned_and_long_titles_cut() -> None:
    earlier = replace(WEEK_39, period_key="2026-W38", due_at=at("09-17 17:30"))
    _, body = wording(said("09-25 09:00", WEEK_39, earlier)[0])
    subject, _ = wording(said("09-30 10:00", replace(TASK, task_title="推" * 60))[0])

    assert body.endswith("此前还有1期未报，可一并补上。")
    assert subject == f"到期：{'推' * (LONGEST_TITLE - 1)}…"


def test_braces_in_a_title_are_only_text() -> None:
    _, body = wording(said("09-30 10:00", replace(TASK, task_title="公开{due}目录"))[0])

    assert "公开{due}目录" in body


def test_a_notice_says_its_cause_for_the_record() -> None:
    [notice] = said("09-30 10:00", TASK)

    assert notice.cause == {
        "kind": "task_due", "due_on": "2026-09-30", "obligation_id": None, "task_id": 5, "about_id": None,
        "state": "", "urgent": True, "to": ["contact"],
    }  # fmt: skip


def test_a_persons_urging_says_what_is_missing() -> None:
    assert urging_words(WEEK_39) == (
        "催办：一周一进度第39周（9月21日—9月27日）",
        ("公开办提醒：《青溪市2026年政务公开工作要点》一周一进度第39周（9月21日—9月27日）的进展还没有收到，"
        "截止时间是9月24日（周四）17:30，请尽快报送。没有变化的，点“本周无变化”即可。"),
    )
    assert urging_words(RETURNED)[1].endswith("的报送已退回，请修改后再报。意见：请附链接")
