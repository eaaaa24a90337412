"""Task sheets (可回传的任务表): handed out, taken back, looked at, and made true in one go.

What a sheet means is compared anew each time it is shown and once more when it is confirmed, so that nobody
confirms what somebody else has changed meanwhile. All of it is written, or nothing; it is one batch, which
can be undone like any import.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

import importers
from tracker.documents import task_sheet as document
from tracker.domain.actor import Actor
from tracker.domain.errors import AlreadyImported, InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.ports import Files
from tracker.domain.task_sheet import Field, Sheet
from tracker.domain.task_sheet_rows import ComparedRow, Kind
from tracker.services import auditing, batches
from tracker.services.ledger import ExportedFile
from tracker.services.ledger_files import words
from tracker.services.reading_first import read_then_lock
from tracker.services.sheet_changes import Act, Choices, Counted, Side, acts_of, write_all
from tracker.services.sheet_comparing import SheetPage, compare_sheet, rules_of
from tracker.services.units import tidied
from tracker.store.database import begin_to_write
from tracker.store.queries import batches as batch_queries
from tracker.store.queries import imports as import_queries
from tracker.store.queries import sheets as queries
from tracker.store.queries import standing
from tracker.store.tables import SheetUpload

MARKED = "（标出错误）"
_GONE = "这份任务表所属的文件不在台账里，可能来自别的系统。请在台账里重新下载任务表，把改动抄过去再上传。"


class SheetFaulty(RuleViolated):
    """表里还有错误，没有导入任何内容。请下载标出错误的表，改好后再上传。"""


class SheetDecided(RuleViolated):
    """这份任务表已经处理过。"""


def blank_form(session: Session) -> ExportedFile:
    """An empty sheet for a new plan."""
    return ExportedFile("空白任务表.xlsx", document.blank(words(session)))


def read(*, data: bytes) -> Sheet | None:
    """A plan's sheet, read in a process of its own; None where the file is any other document.

    Raises:
        UnreadableFile: it is a sheet, but damaged or without a column that is needed.

    """
    return importers.read_sheet_safely(data)


def keep(
    session: Session, actor: Actor, *, data: bytes, filename: str, sheet: Sheet, files: Files, now: datetime
) -> SheetUpload:
    """Keep a sheet that came back until a person decides; the same bytes twice are one.

    Raises:
        InvalidInput: its plan is not in this ledger.
        AlreadyImported: its changes stand in the ledger.

    """
    plan = queries.plan_of(session, sheet.plan_id or 0, sheet.plan_sha256)
    if plan is None:
        raise InvalidInput(_GONE)
    digest = hashlib.sha256(data).hexdigest()
    faulty = _faulty_before(session, actor, plan.id, tidied(filename)[-255:])
    begin_to_write(session)
    file = import_queries.lock_file(
        session,
        sha256=digest,
        filename=tidied(filename)[-255:],
        format="xlsx",
        size=len(data),
        uploaded_by_id=actor.account_id,
        uploaded_at=now,
    )
    if queries.applied_of(session, digest):
        raise AlreadyImported("这份任务表已经导入过。又有改动的话，请保存后再上传；也可以重新下载一份再改。")
    if waiting := queries.waiting_of(session, digest):
        return waiting
    files.keep(data)
    _drop(session, actor, plan.id, faulty, now=now)
    upload = SheetUpload(
        plan=plan,
        source_file=file,
        sheet=json.loads(sheet.to_json()),
        uploaded_by_id=actor.account_id,
        uploaded_at=now,
    )
    session.add(upload)
    session.flush()
    summary = f"上传《{plan.title}》任务表“{file.filename}”，{len(sheet.rows)}行"
    auditing.record(session, actor, Event.SHEET_UPLOAD, ("sheet_upload", upload.id), summary, now=now)
    return upload


def _faulty_before(session: Session, actor: Actor, plan_id: int, filename: str) -> frozenset[int]:
    """The sheets of this name that wait and have errors; to compare them takes time, so no lock is held."""
    return frozenset(
        earlier.id
        for earlier in queries.waiting_from(session, plan_id, actor.account_id)
        if earlier.source_file.filename.replace(MARKED, "") == filename.replace(MARKED, "")
        and compare_sheet(session, actor, earlier).faulty
    )


def _drop(session: Session, actor: Actor, plan_id: int, faulty: Collection[int], *, now: datetime) -> None:
    """A corrected sheet takes the place of the faulty one, which could not be confirmed anyway."""
    for earlier in queries.waiting_from(session, plan_id, actor.account_id):
        if earlier.id in faulty:
            earlier.state, earlier.decided_by_id, earlier.decided_at = "discarded", actor.account_id, now
            session.flush()
            summary = f"任务表“{earlier.source_file.filename}”有错，已由新上传的代替"
            auditing.record(
                session, actor, Event.SHEET_DISCARD, ("sheet_upload", earlier.id), summary, now=now
            )


def page(session: Session, actor: Actor, *, upload_id: int) -> SheetPage:
    """A sheet and what it would change today.

    Raises:
        NotFound: there is no such sheet.

    """
    upload = queries.upload(session, upload_id)
    if upload is None:
        raise NotFound
    return compare_sheet(session, actor, upload)


def plan_of(session: Session, *, upload_id: int) -> int:
    """The plan that a sheet is of.

    Raises:
        NotFound: there is no such sheet.

    """
    upload = queries.upload(session, upload_id)
    if upload is None:
        raise NotFound
    return upload.plan_id


def apply(
    session: Session,
    actor: Actor,
    *,
    upload_id: int,
    seen: str,
    choices: Choices,
    now: datetime,
) -> Counted:
    """Make true what the sheet says, as one batch; gives how much was changed.

    What that is is worked out before the sheet and its plan are locked.

    Raises:
        SheetDecided: somebody was faster.
        VersionConflict: what the sheet would change is no longer what the person saw.
        SheetFaulty: a row has an error.
        InvalidInput: a cell that both sides have changed waits for a choice.

    """

    def worked_out() -> tuple[SheetUpload, tuple[Act, ...]]:
        upload = _open_upload(session, upload_id)
        found = compare_sheet(session, actor, upload)
        if found.seen != seen:
            raise VersionConflict("核对期间台账又有变动，请看过最新的对照再确认。")
        if found.faulty:
            raise SheetFaulty
        _see_to_choices(found.of(Kind.CLASH), choices)
        tasks = {task.id: task for task in batch_queries.tasks(session, upload.plan_id)}
        return upload, acts_of(found.rows, choices, rules_of(session, upload.plan), tasks)

    upload, acts = read_then_lock(
        session,
        standing=lambda: _stands(session, upload_id),
        read=worked_out,
        lock=lambda: _lock(session, upload_id),
    )
    batch, counted = write_all(session, actor, upload, acts=acts, now=now)
    upload.state, upload.batch_id = "applied", batch.id if batch else None
    upload.decided_by_id, upload.decided_at = actor.account_id, now
    session.flush()
    summary = f"导入《{upload.plan.title}》任务表：{counted.words}"
    auditing.record(session, actor, Event.SHEET_APPLY, ("sheet_upload", upload.id), summary, now=now)
    return counted


def _stands(session: Session, upload_id: int) -> tuple[object, ...]:
    upload = queries.upload(session, upload_id)
    facts = standing.of_sheet(session, upload_id)
    return (*facts, *standing.of_plan(session, upload.plan_id)) if upload is not None else facts


def _lock(session: Session, upload_id: int) -> None:
    upload = queries.lock_upload(session, upload_id)
    if upload is not None:
        batches.lock(session, upload.plan_id)


def _see_to_choices(clashes: Collection[ComparedRow], choices: Choices) -> None:
    for compared in clashes:
        for change in compared.clashes:
            if (compared.number, change.field) not in choices.sides:
                said = f"第{compared.number}行的{change.field.label}两边都改过，请选定用哪一边。"
                raise InvalidInput(said)


def discard(session: Session, actor: Actor, *, upload_id: int, now: datetime) -> SheetUpload:
    """Give a sheet up; nothing was changed by it, and the same file may come again.

    Raises:
        SheetDecided: somebody was faster.

    """
    queries.lock_upload(session, upload_id)
    upload = _open_upload(session, upload_id)
    upload.state, upload.decided_by_id, upload.decided_at = "discarded", actor.account_id, now
    session.flush()
    summary = f"放弃任务表“{upload.source_file.filename}”"
    auditing.record(session, actor, Event.SHEET_DISCARD, ("sheet_upload", upload.id), summary, now=now)
    return upload


def _open_upload(session: Session, upload_id: int) -> SheetUpload:
    upload = queries.upload(session, upload_id)
    if upload is None:
        raise NotFound
    if upload.state != "open":
        raise SheetDecided
    return upload


def marked(session: Session, actor: Actor, *, upload_id: int, files: Files) -> ExportedFile:
    """The file as it was uploaded, with what is wrong marked in it.

    Raises:
        NotFound: there is no such sheet, or nothing is wrong in it.

    """
    found = page(session, actor, upload_id=upload_id)
    notes: dict[int, list[tuple[str, str]]] = {
        wrong.number: [(said.field.value if said.field else "", said.message) for said in wrong.problems]
        for wrong in found.of(Kind.WRONG)
    }
    if not notes:
        raise NotFound
    file = found.upload.source_file
    content = importers.mark_sheet_safely(files.read(file.sha256), notes)
    name = file.filename.removesuffix(".xlsx").replace(MARKED, "")
    return ExportedFile(f"{name}{MARKED}.xlsx", content)


def waiting(session: Session) -> list[SheetUpload]:
    """Sheets that wait for a decision."""
    return queries.waiting(session)


__all__ = [
    "Choices",
    "Counted",
    "Field",
    "Kind",
    "Sheet",
    "SheetDecided",
    "SheetFaulty",
    "SheetPage",
    "Side",
    "apply",
    "blank_form",
    "discard",
    "keep",
    "marked",
    "page",
    "plan_of",
    "read",
    "waiting",
]
