"""The two doors of the importer.

A hostile file may hang a parser or fill the memory in spite of the gate, and the gate itself takes seconds
where a package has thousands of parts. So the server hands a file on as it is, to a child process that limits
its own time and memory (`importers.limits`), and gate and reader both stand there; whatever happens to the
child, the caller gets a draft plan or one kind sentence, and nothing that the child started outlives it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from importers import conversion, limits
from importers.draft import DraftPlan, Source, from_json
from importers.readers.kinds import Kind
from importers.source import SourceDocument
from tracker.domain import return_sheet, task_sheet
from tracker.domain.errors import UnreadableFile

_ROOT = Path(__file__).resolve().parent.parent
_SECONDS = 30
_NO_TASK = 3
_UNREADABLE = 2
_NEEDS_CONVERSION = 4
_OF_CELLS = {"cell-error", "formula-without-value"}
"""What a reader notices of a sheet of ours too; its hidden rows, columns and pages are as they should be."""
_GAVE_UP = (
    "读取这个文件用时过长，已停止。请只保留任务内容（删去多余的工作表、图片、附件），或拆成几份，再上传。"
)
_NO_READER = (
    "这台机器没有安装读取这种文件的组件。请用 Word、Excel 或 WPS 打开，另存为 .docx（表格另存为 .xlsx）"
    "后再上传。"
)
_BROKE = (
    "这个文件无法读取，可能已损坏或结构异常。请打开原文件，把内容复制到新文件，另存为 .docx 或 .xlsx "
    "后再上传。"
)


# A reader is a module with `read(data, filename) -> SourceDocument`; two kinds may share one.
READERS: dict[Kind, str] = {
    "txt": "text",
    "html": "html",
    "docx": "docx",
    "doc": "doc",
    "rtf": "rtf",
    "xlsx": "xlsx",
    "xls": "xls",
    "pdf": "pdf",
}


def reader_of(kind: Kind) -> Callable[[bytes, str], SourceDocument]:
    """Return the reader of a kind of file, imported only now: a text file must not wait for lxml.

    Raises:
        UnreadableFile: the reader, or what it stands on, is not installed here.

    """
    try:
        module = importlib.import_module(f"importers.readers.{READERS[kind]}")
    except ImportError as error:
        raise UnreadableFile(_NO_READER) from error
    return cast("Callable[[bytes, str], SourceDocument]", module.read)


def read_bytes(data: bytes, filename: str, year: int | None = None) -> DraftPlan:
    """Read a file in this process.

    Args:
        data: the file as it is.
        filename: only for people; what a file is, its content says.
        year: the plan's year where the document names none, or names another.

    Raises:
        UnreadableFile: with one Chinese sentence that says what to do.

    """
    from importers.readers import admission

    kind = admission.admit(data)
    if kind == "xlsx":
        from importers.readers import task_sheet as own

        if own.is_blank_form(data) or own.belongs_to_plan(data):
            from importers import sheet_plan

            return sheet_plan.draft(data, filename, year)
    with _collector_paused():
        # No name for the document: it is gone, with its thousands of cells, when the collector wakes.
        return _drafted(reader_of(kind)(data, filename), year)


def _drafted(document: SourceDocument, year: int | None) -> DraftPlan:
    """The draft plan of a read document; a sheet of ours is known by its heads, whoever has saved it."""
    from importers import compose

    if document.format in {"xlsx", "xls"}:
        from importers import own_sheet

        if (sheet := own_sheet.found_in(document)) is not None:
            from importers import sheet_plan

            source = Source(document.filename, document.sha256, document.format)
            told = (each for each in document.findings if each.code in _OF_CELLS)
            return sheet_plan.of_sheet(sheet, source, year, told)
    return compose.draft(document, year)


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Cells and drafts grow and none of them is garbage; looking for cycles in them only takes time.

    What was made goes to the oldest generation as it is, instead of being looked through on waking.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def read_safely(data: bytes, filename: str, year: int | None = None) -> DraftPlan:
    """Read a file in a child process; the same answer as `read_bytes`, whatever the file does.

    Raises:
        UnreadableFile: also where the child was stopped or crashed.

    """
    arguments = ["--json", f"--name={filename}"]
    if year is not None:
        arguments.append(f"--year={year}")

    def read(readable: bytes) -> DraftPlan:
        try:
            return from_json(_in_child(arguments, readable).decode("utf-8"))
        except ValueError as error:
            raise UnreadableFile(_BROKE) from error

    return conversion.read_or_convert(read, data)


def read_sheet_safely(data: bytes) -> task_sheet.Sheet | None:
    """The rows of a plan's task sheet (任务表), read in a child process; None where it is another document.

    Raises:
        UnreadableFile: also where the child was stopped or crashed.

    """
    from importers.readers import task_sheet as reader

    if not reader.belongs_to_plan(data):
        return None
    try:
        return task_sheet.from_json(_in_child(["--rows"], data).decode("utf-8"))
    except ValueError as error:
        raise UnreadableFile(_BROKE) from error


def mark_sheet_safely(data: bytes, notes: Mapping[int, Sequence[tuple[str, str]]]) -> bytes:
    """A task sheet with these notes in it (see `importers.marked_sheet`), made in a child process.

    Raises:
        UnreadableFile: also where the child was stopped or crashed.

    """
    return _in_child(["--mark"], json.dumps(notes, ensure_ascii=False).encode() + b"\n" + data)


def read_return_safely(data: bytes) -> return_sheet.Sheet:
    """The rows of an offline return (离线填报表), read in a child process.

    Raises:
        UnreadableFile: it is another file; also where the child was stopped or crashed.

    """
    try:
        return return_sheet.from_json(_in_child(["--return-rows"], data).decode("utf-8"))
    except ValueError as error:
        raise UnreadableFile(_BROKE) from error


def mark_return_safely(data: bytes, notes: Mapping[int, Sequence[tuple[str, str]]]) -> bytes:
    """An offline return with these notes in it, made in a child process.

    Raises:
        UnreadableFile: also where the child was stopped or crashed.

    """
    return _in_child(["--return-mark"], json.dumps(notes, ensure_ascii=False).encode() + b"\n" + data)


def _in_child(arguments: Sequence[str], data: bytes) -> bytes:
    """What a child of limited time and memory writes for these bytes.

    Raises:
        UnreadableFile: with the child's own sentence, or because it was stopped or crashed.

    """
    command = [sys.executable, "-X", "utf8", "-m", "importers", "-", "--limited", *arguments]
    done = _run(command, data)
    if done.returncode == _UNREADABLE:
        said = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
        raise UnreadableFile(said[-1] if said else _BROKE)
    if done.returncode == _NEEDS_CONVERSION:
        raise conversion.NeedsConversion
    if done.returncode < 0:
        # The system stopped the child at its limit of time or memory.
        raise UnreadableFile(_GAVE_UP)
    if done.returncode not in {0, _NO_TASK}:
        raise UnreadableFile(_BROKE)
    return done.stdout


def _run(command: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run the child in a group of its own and end the whole group when its time is over.

    Raises:
        UnreadableFile: the time was over, or the child could not be started.

    """
    alone: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        alone = {"creationflags": subprocess.CREATE_NO_WINDOW}
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    try:
        with subprocess.Popen(command, cwd=_ROOT, **pipes, **alone) as child:  # noqa: S603 - our own interpreter and module; the file goes through standard input
            try:
                answer, said = child.communicate(data, timeout=_SECONDS)
            except subprocess.TimeoutExpired as error:
                raise UnreadableFile(_GAVE_UP) from error
            finally:
                limits.end_group(child)
            return subprocess.CompletedProcess(command, child.returncode, answer, said)
    except (OSError, ValueError) as error:
        raise UnreadableFile(_BROKE) from error
