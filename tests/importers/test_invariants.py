"""What holds for every document, however odd: nothing is lost, nothing is told twice, the JSON is the whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from importers.draft import DraftPlan, from_json
from importers.reading import read_bytes
from tests.importers.files import CLEAN, DESK, MARK, UPDATE, sheet_file, word_file
from tests.importers.plans import plan_of
from tracker.domain.errors import UnreadableFile

FRAGMENTS = st.sampled_from([
    "一、", "二、", "(一)", "(二)", "1.", "2.", "12.", "①", "第一条 ", CLEAN, MARK, UPDATE, DESK, "责任单位:", "牵头单位:", "市司法局", "、", "市财政局",
    "(市司法局负责)", "(", ")", "〔", "】", "。", ";", ":", "\n", "\n\n", "|", " | ", "\t", " ", "序号", "工作任务", "完成时限", "11月底前", "长期推进",
    "序号 | 工作任务 | 责任单位 | 完成时限\n", "1 | ", "附件\n", "2023年5月18日\n", "青溪市人民政府办公室\n", "首页 > 公开\n", "- 3 -\n", "(牵头单位:", "下同)",
    "列第一位者为牵头单位,下同", "总体要求\n", "保障措施\n", "进度安排\n", "\u3000\u3000", "?", "�", "𠮷",
])


# Made once: a file written anew carries a new time inside.
WHOLE = [
    word_file([CLEAN], [["任务", "责任单位"], [MARK, "市司法局"]]), sheet_file([["任务", "责任单位"], [MARK, "市司法局"]]),
]


def _assert_covers(plan: DraftPlan) -> None:
    seen = [0] * len(plan.text)
    for segment in plan.segments:
        assert segment.start < segment.end
        for index in range(segment.start, segment.end):
            seen[index] += 1
    assert all(count <= 1 for count in seen)
    assert all(seen[index] == 1 for index, ch in enumerate(plan.text) if not ch.isspace())
    assert all(segment.task is None or segment.task < len(plan.tasks) for segment in plan.segments)


def _assert_plan_or_sentence(data: bytes) -> None:
    message = ""
    try:
        _assert_covers(read_bytes(data, "x", 2023))
    except UnreadableFile as refused:
        message = refused.message
    assert not message or message.endswith("。")


@given(st.lists(FRAGMENTS, min_size=1, max_size=40).map("".join))
@settings(max_examples=250, deadline=None)
def test_any_text_is_covered_once_and_travels_as_json(text: str) -> None:
    try:
        plan = plan_of(text)
    except UnreadableFile:
        assert not text.strip() or "�" in text
        return

    _assert_covers(plan)
    assert "".join(plan.text.split()) == "".join(text.split())
    assert from_json(plan.to_json()) == plan


@given(st.lists(st.lists(FRAGMENTS.map(str.strip), min_size=3, max_size=3), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_any_table_is_covered_once(rows: list[list[str]]) -> None:
    plan = read_bytes(word_file(["分工表"], [["任务", "责任单位", "完成时限"], *rows]), "x.docx", 2023)

    _assert_covers(plan)


@given(st.binary(max_size=2000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_plan_or_one_sentence(data: bytes) -> None:
    _assert_plan_or_sentence(data)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_mutated_file_gives_a_plan_or_one_sentence(data: st.DataObject) -> None:
    made = bytearray(data.draw(st.sampled_from(WHOLE)))
    for _ in range(data.draw(st.integers(1, 6))):
        made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.integers(0, 255))

    _assert_plan_or_sentence(bytes(made))


def test_a_task_points_at_its_own_words() -> None:
    plan = plan_of(f"一、任务\n1.{CLEAN}(市司法局)\n2.{MARK}(市财政局)\n")

    for task in plan.tasks:
        assert "".join(plan.text[start:end] for start, end in task.source.spans) == task.text
        assert task.source.ref.startswith("第")


def test_what_is_no_draft_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="not a draft plan"):
        from_json("{}")


@pytest.mark.corpus
def test_the_json_follows_the_agreed_schema() -> None:
    path = Path(__file__).parents[3] / "shared" / "schema" / "draft-plan.schema.json"
    if not path.exists():
        pytest.skip("the shared schema is not beside the project")
    schema = json.loads(path.read_text(encoding="utf-8"))
    plan = plan_of(
        f"一、任务\n1.{CLEAN}各县(市、区)每年开展不少于5次。(牵头单位:市司法局;完成时限:12月前)\n2.文件印发后20个工作日内{MARK}(市财政局)\n",
    )

    errors = list(Draft202012Validator(schema).iter_errors(json.loads(plan.to_json())))

    assert errors == []
