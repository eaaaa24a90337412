"""离线填报表: a return as a workbook, handed out, brought back, compared, put into the draft."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from tracker.adapters.files import FolderFiles
from tracker.domain.access import Permission
from tracker.domain.errors import InvalidInput, UnreadableFile, VersionConflict
from tracker.domain.return_sheet import Field, Place
from tracker.services import handing_in, return_sheets
from tracker.services.ledger import ExportedFile
from tracker.services.return_sheets import SheetFaulty, UploadDecided
from tracker.web import downloads
from tracker.web.edge import actor, config, now, session, writing
from tracker.web.forms.base import ActionForm
from tracker.web.policy import permit
from tracker.web.reading_alone import ReadingAnother, reading_alone

blueprint = Blueprint("return_sheets", __name__)

_SIDE = re.compile(r"side-(A\d{1,9}(?:P\d{1,2})?)-(\w+)")
SHEET, ONLINE = "sheet", "online"


@blueprint.get("/my/returns/<int:obligation_id>/sheet")
@permit(Permission.RETURN_SUBMIT)
def of_return(obligation_id: int) -> ResponseReturnValue:
    """The page of a return, to be filled in offline."""
    return _handed_out(return_sheets.of_return(session(), actor(), obligation_id=obligation_id, now=now()))


@blueprint.post("/my/returns/<int:obligation_id>/sheet")
@permit(Permission.RETURN_SUBMIT)
def upload(obligation_id: int) -> ResponseReturnValue:
    """Read a form outside the transaction, because that takes a second; then keep it."""
    ActionForm()
    handing_in.answer_of(session(), actor(), obligation_id)  # another unit's has no page to go back to
    sent = request.files.get("file")
    try:
        address = _keep(obligation_id, sent.read() if sent else b"", (sent and sent.filename) or "")
    except (UnreadableFile, InvalidInput, ReadingAnother) as error:
        flash(str(error), "red")
        address = url_for("my.fill", obligation_id=obligation_id)
    return redirect(address, 303)


def _keep(obligation_id: int, data: bytes, filename: str) -> str:
    if not data:
        raise InvalidInput("请先选择填好的表。")
    with reading_alone():
        sheet = return_sheets.read(data=data)
    with writing() as writer:
        facts: dict[str, Any] = {"data": data, "filename": filename, "sheet": sheet}
        facts |= {"files": FolderFiles(config().uploads_dir), "obligation_id": obligation_id}
        upload_id = return_sheets.keep(writer, actor(), **facts, now=now()).id
    return url_for("return_sheets.show", upload_id=upload_id)


@blueprint.get("/my/return-sheets/<int:upload_id>")
@permit(Permission.RETURN_SUBMIT)
def show(upload_id: int) -> ResponseReturnValue:
    """What the form says, cell by cell."""
    return _page(upload_id)


@blueprint.post("/my/return-sheets/<int:upload_id>/apply")
@permit(Permission.RETURN_SUBMIT)
def apply(upload_id: int) -> ResponseReturnValue:
    """Put it into the draft."""
    ActionForm()
    sides = _sides()
    picked = {side: {place for place, said in sides.items() if said == side} for side in (SHEET, ONLINE)}
    facts: dict[str, Any] = {"kept": picked[ONLINE], "chosen": picked[SHEET]}
    try:
        with writing() as writer:
            token = request.form.get("token", "")
            done = return_sheets.apply(writer, actor(), upload_id=upload_id, token=token, **facts, now=now())
            address = url_for("my.fill", obligation_id=done.obligation_id)
    except (VersionConflict, StaleDataError):
        return _page(upload_id, 409, "核对期间网上又有人改过，下面是最新的对照，请看过再填入。")
    except (InvalidInput, SheetFaulty, UploadDecided) as error:
        return _page(upload_id, 422, error.message)
    flash("表里的内容已填入草稿。请看一遍，再点“报送”。", "ok")
    return redirect(address, 303)


@blueprint.post("/my/return-sheets/<int:upload_id>/discard")
@permit(Permission.RETURN_SUBMIT)
def discard(upload_id: int) -> ResponseReturnValue:
    """Give it up."""
    ActionForm()
    with writing() as writer:
        done = return_sheets.discard(writer, actor(), upload_id=upload_id, now=now())
        address = url_for("my.fill", obligation_id=done.obligation_id)
    flash("已放弃上传的表，网上的内容没有动。", "ok")
    return redirect(address, 303)


@blueprint.get("/my/return-sheets/<int:upload_id>/marked")
@permit(Permission.RETURN_SUBMIT)
def marked(upload_id: int) -> ResponseReturnValue:
    """The file that was uploaded, its errors marked."""
    files = FolderFiles(config().uploads_dir)
    return _handed_out(return_sheets.marked(session(), actor(), upload_id=upload_id, files=files, now=now()))


def _handed_out(file: ExportedFile) -> ResponseReturnValue:
    return downloads.made(file.content, file.name)


def _page(upload_id: int, status: int = 200, problem: str = "") -> ResponseReturnValue:
    shown = return_sheets.page(session(), actor(), upload_id=upload_id, now=now())
    facts: dict[str, Any] = {"shown": shown, "problem": problem, "chosen": _sides()}
    return render_template("my/upload.html", **facts), status


def _sides() -> dict[Place, str]:
    """What a person has chosen, by cell."""
    columns = set(Field)
    found = {}
    for name, side in request.form.items():
        match = _SIDE.fullmatch(name)
        if match and match[2] in columns and side in {SHEET, ONLINE}:
            found[match[1], Field(match[2])] = side
    return found
