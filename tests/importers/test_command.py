"""`python -m importers`, and reading in a child process with limits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import importers
from importers import reading
from importers.readers import admission
from importers.readers.kinds import Kind
from tests.importers.files import CLEAN, MARK, package, sheet_file, text_file, word_file
from tracker.domain.errors import UnreadableFile

ROOT = Path(__file__).parents[2]
PLAN = text_file("一、任务", f"1.{CLEAN}(市司法局,11月底前完成)", f"2.{MARK}(市财政局)")


def _run(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "importers", *arguments], input=data, capture_output=True, cwd=ROOT, check=False)


def test_a_plan_is_printed_as_json_with_status_0(tmp_path: Path) -> None:
    file = tmp_path / "要点.txt"
    file.write_bytes(PLAN)

    done = _run(str(file), "--year", "2023", "--json")

    assert done.returncode == 0
    assert [task["deadline"]["notation"] for task in json.loads(done.stdout)["tasks"]] == ["date:2023-11-30", "none"]
    assert done.stderr == b""


def test_without_json_a_readable_table_is_printed() -> None:
    done = _run("-", "--name", "要点.txt", "--year", "2023", data=PLAN)

    printed = done.stdout.decode()
    assert done.returncode == 0
    assert "市司法局(责任)" in printed
    assert "date:2023-11-30" in printed


def test_a_document_without_tasks_ends_with_status_3() -> None:
    done = _run("-", "--json", data="今年以来公开信息3800条。".encode())

    assert done.returncode == 3
    assert json.loads(done.stdout)["findings"][0]["code"] == "no-task-found"


@pytest.mark.parametrize("data", [
    pytest.param(b"", id="nothing"),
    pytest.param(sheet_file([["任务"]])[:300], id="a truncated workbook"),
    pytest.param(package({"word/document.xml": b"<broken"}), id="broken XML"),
    pytest.param(package({"xl/workbook.xml": b"<workbook/>"}), id="a workbook without anything"),
    pytest.param(b"%PDF-1.4", id="a PDF"),
])
def test_what_cannot_be_read_ends_with_status_2_and_one_chinese_sentence(data: bytes) -> None:
    done = _run("-", "--json", data=data)

    said = done.stderr.decode().strip()
    assert done.returncode == 2
    assert done.stdout == b""
    assert said.endswith("。")
    assert "\n" not in said


def test_a_missing_file_is_told() -> None:
    assert _run("没有这个文件.txt").returncode == 2


@pytest.mark.parametrize(("data", "name"), [
    pytest.param(PLAN, "要点.txt", id="text"),
    pytest.param(word_file([], [["任务", "责任单位"], [CLEAN, "市司法局"]]), "--json.docx", id="Word with a name like an option"),
    pytest.param(sheet_file([["任务", "责任单位"], [CLEAN, "市司法局"]]), "计划.txt", id="a workbook named .txt"),
])
def test_the_child_answers_what_the_parent_would(data: bytes, name: str) -> None:
    assert importers.read_safely(data, name, 2023) == importers.read_bytes(data, name, 2023)


def test_a_report_read_in_the_child_is_a_plan_without_tasks() -> None:
    assert importers.read_safely("全年公开信息3800条。".encode(), "x.txt", None).tasks == ()


def test_the_childs_sentence_reaches_the_caller() -> None:
    with pytest.raises(UnreadableFile, match=r"没有正文|损坏"):
        importers.read_safely(package({"word/document.xml": b"<a/>"}), "x.docx")


def test_the_gate_stands_in_the_child_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def admit(_: bytes) -> Kind:
        raise AssertionError("the server's process looks into no file")

    monkeypatch.setattr(admission, "admit", admit)

    with pytest.raises(UnreadableFile, match="指向外部的路径"):
        importers.read_safely(package({"word/document.xml": b"<a/>", "../x.xml": b"<a/>"}), "x.docx")
    with pytest.raises(UnreadableFile, match="是空的"):
        importers.read_safely(b" ", "x.docx")
    assert importers.read_safely(PLAN, "要点.txt", 2023).tasks


def test_a_child_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_SECONDS", 0.001)

    with pytest.raises(UnreadableFile, match="用时过长"):
        importers.read_safely(PLAN, "要点.txt")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_child_killed_while_it_reads_leaves_the_caller_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    start = subprocess.Popen

    def start_and_kill(*words: Any, **options: Any) -> subprocess.Popen[bytes]:
        child = start(*words, **options)
        os.kill(child.pid, signal.SIGKILL)
        return child

    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", start_and_kill)
        with pytest.raises(UnreadableFile, match=r"。$"):
            importers.read_safely(PLAN, "要点.txt")

    assert importers.read_safely(PLAN, "要点.txt", 2023).tasks


def _lives(process: int) -> bool:
    """Whether a process is there and is more than what its parent has not looked at yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="a program of Unix")
def test_what_a_hanging_child_has_started_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {tmp_path / 'started'}\nwait\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(reading, "_SECONDS", 2)

    with pytest.raises(UnreadableFile, match="用时过长"):
        importers.read_safely(PLAN, "要点.txt")

    started = int((tmp_path / "started").read_text(encoding="utf-8"))
    deadline = time.monotonic() + 30  # it has been killed, and ends as soon as the machine has time for it
    while _lives(started):
        assert time.monotonic() < deadline, "the grandchild lives on"
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="the limits of Unix")
def test_the_child_may_use_so_much_memory_and_time_and_no_more() -> None:
    code = (
        "import resource; from importers import limits; limits.limit_this_process(); limits.allow_more_time();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0] == limits.MEMORY,"
        " resource.getrlimit(resource.RLIMIT_CPU)[0] <= limits.CPU_SECONDS + 5, resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True)

    assert done.stdout.split() == [b"True", b"True", b"0"]


def test_a_document_that_needs_too_much_memory_is_refused_with_a_sentence() -> None:
    code = (
        "import sys; from importers import __main__, reading\n"
        "def greedy(*_): return bytearray(4 << 30)\n"
        "__main__.read_bytes = greedy\n"
        "sys.exit(__main__.main(['-', '--limited']))"
    )

    done = subprocess.run([sys.executable, "-c", code], input=PLAN, capture_output=True, cwd=ROOT, check=False)

    assert (done.returncode, done.stderr.decode().strip()[-1:]) == (2, "。")


def test_a_page_nested_ten_thousand_deep_is_read_or_refused_with_a_sentence() -> None:
    page = "<html><body>" + "<div><table><tr><td>" * 10_000 + CLEAN + "</body></html>"

    try:
        message = ""
        importers.read_safely(page.encode(), "x.html")
    except UnreadableFile as refused:
        message = refused.message

    assert not message or message.endswith("。")


def test_a_child_that_crashes_is_told_as_an_unreadable_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")

    with pytest.raises(UnreadableFile, match="无法读取"):
        importers.read_safely(PLAN, "要点.txt")


def test_a_text_file_waits_for_no_library() -> None:
    code = "import sys, importers; importers.read_bytes(sys.stdin.buffer.read(), 'x.txt'); print(sorted({'openpyxl', 'docx', 'lxml'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], input=PLAN * 60, capture_output=True, cwd=ROOT, check=True)

    assert done.stdout.decode().strip() == "[]"


def _work(text: str) -> float:
    """The processor time of one reading."""
    started = time.process_time()
    importers.read_bytes(text.encode(), "x.txt", 2023)
    return time.process_time() - started


@pytest.mark.parametrize(("passage", "times"), [
    pytest.param("(", 20_000, id="brackets that nobody closes"),
    pytest.param("责任单位:", 4_000, id="labels without units"),
    pytest.param("1.", 20_000, id="numbers without clauses"),
    pytest.param("一、甲。(市局)", 1_500, id="clauses in one paragraph"),
    pytest.param("(市局、", 5_000, id="units in brackets that nobody closes"),
    pytest.param("|", 50_000, id="bars"),
    pytest.param("11月底前", 5_000, id="times"),
    pytest.param("、", 50_000, id="list marks"),
    pytest.param("问题\n", 1_000, id="labels of forms that never begin"),
    pytest.param("——推进工作——\n", 1_000, id="lines between dashes"),
])
def test_twice_the_hostile_text_costs_no_more_than_three_times_the_work(passage: str, times: int) -> None:
    # The least of several, in turn: what the machine does beside it only adds.
    pairs = [(_work(passage * times), _work(passage * times * 2)) for _ in range(4)]

    assert min(twice for _, twice in pairs) <= 3 * min(once for once, _ in pairs)


def test_a_long_run_of_blanks_is_looked_through_once() -> None:
    pairs = [(_work(f"一、{chr(0x3000) * 20_000}公开。"), _work(f"一、{chr(0x3000) * 40_000}公开。")) for _ in range(4)]

    assert min(twice for _, twice in pairs) <= 3 * min(once for once, _ in pairs)


def test_the_same_bytes_give_the_same_answer_whatever_seed_python_hashes_with() -> None:
    units = "市财政局、市教育局、市民政局、市司法局"
    plan = text_file("一、任务", *(f"{number}.公开第{number}类事项。({units})" for number in range(1, 25)))
    command = [sys.executable, "-m", "importers", "-", "--json"]

    answers = {
        subprocess.run(
            command, input=plan, capture_output=True, cwd=ROOT, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(answers) == 1
    assert answers.pop().decode().count("unit-overloaded") == 4
