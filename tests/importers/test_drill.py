"""The drill of the importer, in its short form, and that it sees what it looks for."""

from __future__ import annotations

import dataclasses
import struct
import subprocess
from pathlib import Path

import pytest

from importers.draft import DraftPlan, TaskSource
from importers.drill import judging, mutating, running
from importers.reading import read_bytes
from importers.segments import Segment
from tests.importers.files import CLEAN, MARK, text_file
from tracker.domain.errors import UnreadableFile

SAMPLES = mutating.samples_in(Path(__file__).parents[2] / "samples")
PLAN = text_file("一、任务", f"1.{CLEAN}(市司法局,11月底前完成)", f"2.{MARK}(市财政局)")
KINDS = {"txt", "html", "mht", "docx", "doc", "rtf", "xlsx", "xls", "pdf"}


def _file(data: bytes) -> mutating.Mutated:
    return mutating.Mutated(0, "要点.txt", data, ())


def test_the_samples_are_of_every_kind_and_each_is_read_whole() -> None:
    assert {name.rpartition(".")[2] for name in SAMPLES} == KINDS

    assert {name: judging.judge(data, name)[0] for name, data in SAMPLES.items()} == dict.fromkeys(SAMPLES, "read")


def test_the_same_plan_in_every_format_gives_the_same_tasks() -> None:
    starts = {
        name: [task.text[:6] for task in read_bytes(data, name).tasks[:6]]
        for name, data in SAMPLES.items() if name.startswith("formats/")
    }

    assert len(starts) == len(KINDS)
    assert set(map(tuple, starts.values())) == {("梳理本级现行", "对照权责清单", "在政务服务大", "组织政务开放", "收到公开申请", "汇总全年信息")}


def test_damaged_files_are_read_or_refused_and_nothing_else() -> None:
    account = running.run(SAMPLES, files=150, seed=20260924, jobs=2)

    assert (account.failures, account.files) == ([], 150)
    assert account.count("read") > 20
    assert account.count("refused") > 20


def test_a_number_always_gives_the_same_file_and_most_files_are_damaged() -> None:
    made = [mutating.mutated(SAMPLES, 5, number) for number in range(60)]

    assert made == [mutating.mutated(SAMPLES, 5, number) for number in range(60)]
    assert sum(file.data == SAMPLES[file.name] for file in made) < 10
    assert {file.name for file in made} == set(SAMPLES)


def _without_last_segment(plan: DraftPlan) -> DraftPlan:
    return dataclasses.replace(plan, segments=plan.segments[:-1])


def _told_twice(plan: DraftPlan) -> DraftPlan:
    return dataclasses.replace(plan, segments=(*plan.segments, plan.segments[0]))


def _beyond(plan: DraftPlan) -> DraftPlan:
    return dataclasses.replace(plan, segments=(*plan.segments, Segment(len(plan.text), len(plan.text) + 1, "unrecognised")))


def _task_elsewhere(plan: DraftPlan) -> DraftPlan:
    moved = dataclasses.replace(plan.tasks[0], source=TaskSource("第1段", ((0, 9_999),)))
    return dataclasses.replace(plan, tasks=(moved, *plan.tasks[1:]))


def _lone_surrogate(plan: DraftPlan) -> DraftPlan:
    return dataclasses.replace(plan, title="\ud800")


@pytest.mark.parametrize(("spoil", "says"), [
    pytest.param(_without_last_segment, "没有归属", id="a passage that nothing accounts for"),
    pytest.param(_told_twice, "重复归属", id="a passage told twice"),
    pytest.param(_beyond, "越界", id="a segment outside the text"),
    pytest.param(_task_elsewhere, "不在原文里", id="a task whose words are not there"),
    pytest.param(_lone_surrogate, "读不回来", id="a plan that does not travel"),
])
def test_a_part_of_a_document_is_told_from_the_whole(spoil: object, says: str) -> None:
    plan = read_bytes(PLAN, "x.txt")
    assert judging.fault_of(plan) == ""
    assert callable(spoil)

    assert says in judging.fault_of(spoil(plan))


@pytest.mark.parametrize(("error", "verdict"), [
    pytest.param(UnreadableFile("读不了。"), "refused", id="a sentence"),
    pytest.param(UnreadableFile("broken"), "crash", id="no sentence"),
    pytest.param(IndexError("9"), "crash", id="an error that escapes"),
    pytest.param(MemoryError(), "refused", id="no memory left"),
])
def test_a_failure_is_told_from_a_refusal(error: Exception, verdict: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> DraftPlan:
        raise error

    monkeypatch.setattr(judging, "read_bytes", read)

    assert judging.judge(b"x", "x")[0] == verdict


def test_a_child_that_dies_is_counted_and_another_takes_its_place() -> None:
    reader = running.Reader()
    try:
        first = reader.read(_file(PLAN))
        child = reader._child
        assert child is not None
        child.kill()
        child.wait()
        died, after = reader.read(_file(PLAN)), reader.read(_file(PLAN))
    finally:
        reader.close()

    assert (first[0], died[0], after[0]) == ("read", "crash", "read")


class Withholding(running.Reader):
    """Announces one byte more than it sends, which keeps the child waiting for ever."""

    @staticmethod
    def _ask(child: subprocess.Popen[bytes], file: mutating.Mutated) -> bytes:
        assert child.stdin is not None
        assert child.stdout is not None
        name = file.name.encode()
        child.stdin.write(struct.pack("<II", len(name), len(file.data) + 1) + name + file.data)
        child.stdin.flush()
        return child.stdout.readline()


def test_a_child_that_hangs_is_ended_and_counted() -> None:
    reader = Withholding(seconds=0.2)

    try:
        verdict = reader.read(_file(PLAN))
    finally:
        reader.close()

    assert verdict == ("hang", "超过 0.2 秒")


def test_the_account_names_each_failure_and_the_seed() -> None:
    account = running.Account()
    running._note(account, _file(b"x"), "partial", "没有归属", 0.1)
    running._note(account, _file(b"y"), "refused", "坏了。", 0.1)

    said = list(running.sentences(account, 7))

    assert not account.is_clean
    assert said[0] == "第 0 个（要点.txt，）半份导入：没有归属"
    assert "种子 7，共 2 个损坏的文件：读出 0 个，说明原因后拒绝 1 个，崩溃 0 个，卡住 0 个，半份导入 1 个。" in said
