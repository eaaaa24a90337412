"""The two doors of the importer.

A hostile file may hang a parser or fill the memory in spite of the gate. So the server reads in a child
process that limits its own time and memory (on Windows its time only); whatever happens to the child, the
caller gets a draft plan or one kind sentence.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from importers.draft import DraftPlan, from_json
from importers.readers.kinds import Kind
from importers.source import SourceDocument
from tracker.domain.errors import UnreadableFile

_ROOT = Path(__file__).resolve().parent.parent
_SECONDS = 30
_NO_TASK = 3
_UNREADABLE = 2
_GAVE_UP = "读取这个文件用时过长，已停止。请删去多余的工作表、图片和格式，只保留任务内容，另存后再上传。"
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
    "pdf": "pdf",
}


def reader_of(kind: Kind) -> Callable[[bytes, str], SourceDocument]:
    """Return the reader of a kind of file, imported only now: a text file must not wait for openpyxl."""
    module = importlib.import_module(f"importers.readers.{READERS[kind]}")
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

    document = reader_of(admission.admit(data))(data, filename)
    from importers import compose

    return compose.draft(document, year)


def read_safely(data: bytes, filename: str, year: int | None = None) -> DraftPlan:
    """Read a file in a child process; the same answer as `read_bytes`, whatever the file does.

    Raises:
        UnreadableFile: also where the child was stopped or crashed.

    """
    from importers.readers import admission

    admission.admit(data)
    python = (sys.executable, "-X", "utf8", "-m", "importers")
    command = [*python, "-", "--json", "--limited", f"--name={filename}"]
    if year is not None:
        command.append(f"--year={year}")
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module; the file goes through standard input
            command, input=data, capture_output=True, cwd=_ROOT, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(_GAVE_UP) from error
    except (OSError, ValueError) as error:
        raise UnreadableFile(_BROKE) from error
    if done.returncode == _UNREADABLE:
        said = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
        raise UnreadableFile(said[-1] if said else _BROKE)
    if done.returncode < 0:
        # The system stopped the child at its limit of time or memory.
        raise UnreadableFile(_GAVE_UP)
    if done.returncode not in {0, _NO_TASK}:
        raise UnreadableFile(_BROKE)
    try:
        return from_json(done.stdout.decode("utf-8"))
    except ValueError as error:
        raise UnreadableFile(_BROKE) from error
