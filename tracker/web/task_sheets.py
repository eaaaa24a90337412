"""任务表: handed out, brought back, compared, confirmed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from tracker.adapters.files import FolderFiles
from tracker.domain.access import Permission
from tracker.domain.compared import compare
from tracker.domain.errors import InvalidInput, VersionConflict
from tracker.services import ledger_files, task_sheets
from tracker.services.ledger import ExportedFile
from tracker.services.task_sheets import Choices, Field, Kind, SheetDecided, SheetFaulty
from tracker.web import downloads
from tracker.web.edge import actor, config, now, session, writing
from tracker.web.forms import task_sheets as forms
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.ledger import PLAN
from tracker.web.policy import permit
from tracker.web.reading_alone import reading_alone

blueprint = Blueprint("task_sheets", __name__)

SHEET = f"/imports/sheets/<int(max={LARGEST_ID}):upload_id>"


@blueprint.get(f"{PLAN}/task-sheet")
@permit(Permission.TASK_EXPORT)
def of_plan(plan_id: int) -> ResponseReturnValue:
    """A plan's tasks as a sheet that can be brought back."""
    return _handed_out(ledger_files.of_plan(session(), actor(), plan_id=plan_id, now=now()))


@blueprint.get("/imports/sheets/blank")
@permit(Permission.PLAN_IMPORT)
def blank() -> ResponseReturnValue:
    """An empty sheet for a new plan."""
    return _handed_out(task_sheets.blank_form(session()))


def _handed_out(file: ExportedFile) -> ResponseReturnValue:
    return downloads.made(file.content, file.name)


def keep(data: bytes, filename: str, sheet: task_sheets.Sheet) -> str:
    """Keep a sheet that was uploaded, and give the address of its page."""
    with writing(reads_first=True) as writer:
        files = FolderFiles(config().uploads_dir)
        facts: dict[str, Any] = {"data": data, "filename": filename, "sheet": sheet, "files": files}
        upload_id = task_sheets.keep(writer, actor(), **facts, now=now()).id
    return url_for("task_sheets.show", upload_id=upload_id)


@blueprint.get(SHEET)
@permit(Permission.PLAN_IMPORT)
def show(upload_id: int) -> ResponseReturnValue:
    """What the sheet would change, or what is wrong in it."""
    return _page(upload_id)


def _page(upload_id: int, status: int = 200, problem: str = "") -> ResponseReturnValue:
    page = task_sheets.page(session(), actor(), upload_id=upload_id)
    facts: dict[str, Any] = {"kinds": Kind, "columns": Field, "compare": compare, "sides": forms.SIDES}
    chosen = forms.choices(request.form) if request.form else Choices()
    shown = render_template(
        "task_sheets/show.html", page=page, problem=problem, chosen=chosen, side_name=forms.side_name, **facts
    )
    return shown, status


@blueprint.post(f"{SHEET}/apply")
@permit(Permission.PLAN_IMPORT)
def apply(upload_id: int) -> ResponseReturnValue:
    """Make true what the sheet says."""
    try:
        words, plan_id = _apply(upload_id)
    except (VersionConflict, StaleDataError):
        return _page(upload_id, 409, "核对期间台账又有变动，下面是最新的对照，请看过再确认。")
    except (InvalidInput, SheetDecided, SheetFaulty) as error:
        return _page(upload_id, 422, error.message)
    flash(f"任务表已导入：{words}。", "ok")
    return redirect(url_for("ledger.index", plan=plan_id), 303)


def _apply(upload_id: int) -> tuple[str, int]:
    """How much was changed, and the plan's id."""
    facts: dict[str, Any] = {
        "upload_id": upload_id,
        "seen": request.form.get("seen", ""),
        "choices": forms.choices(request.form),
    }
    with writing(reads_first=True) as writer:
        counted = task_sheets.apply(writer, actor(), **facts, now=now())
        return counted.words, task_sheets.plan_of(writer, upload_id=upload_id)


@blueprint.post(f"{SHEET}/discard")
@permit(Permission.PLAN_IMPORT)
def discard(upload_id: int) -> ResponseReturnValue:
    """Give the sheet up."""
    with writing() as writer:
        name = task_sheets.discard(writer, actor(), upload_id=upload_id, now=now()).source_file.filename
    flash(f"已放弃“{name}”，没有改动台账。", "ok")
    return redirect(url_for("imports.index"), 303)


@blueprint.get(f"{SHEET}/marked")
@permit(Permission.PLAN_IMPORT)
def marked(upload_id: int) -> ResponseReturnValue:
    """The uploaded file with its errors marked."""
    files = FolderFiles(config().uploads_dir)
    with reading_alone():
        return _handed_out(task_sheets.marked(session(), actor(), upload_id=upload_id, files=files))
