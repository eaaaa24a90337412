"""佐证材料: the files of a line of a return, added and taken back by the unit, fetched by it and the office.

A file is always handed out to be saved (`attachment`) and never as what its sender said it is, so that no
browser runs or renders it on this origin; `nosniff` and the content security policy go with every answer.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.adapters.files import FolderFiles
from tracker.domain import evidence as rules
from tracker.domain.access import Permission
from tracker.domain.evidence import NotEvidence
from tracker.services import evidence_files
from tracker.web import downloads
from tracker.web.edge import actor, config, now, session, writing
from tracker.web.forms.base import ActionForm
from tracker.web.policy import permit

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/my/returns/<int:obligation_id>/files/<int:assignment_id>")
@permit(Permission.RETURN_SUBMIT)
def files(obligation_id: int, assignment_id: int) -> ResponseReturnValue:
    """The files of one line, and the form to add one."""
    return _page(obligation_id, assignment_id)


@blueprint.post("/my/returns/<int:obligation_id>/files/<int:assignment_id>")
@permit(Permission.RETURN_SUBMIT)
def add(obligation_id: int, assignment_id: int) -> ResponseReturnValue:
    """Take a file in."""
    ActionForm()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(obligation_id, assignment_id, 422, "请先选择文件。")
    facts: dict[str, Any] = {"obligation_id": obligation_id, "assignment_id": assignment_id}
    try:
        with writing() as writer:
            store = FolderFiles(config().uploads_dir)
            facts |= {"filename": sent.filename, "data": sent.read(rules.MOST_BYTES + 1), "files": store}
            file = evidence_files.add(writer, actor(), **facts, now=now())
    except NotEvidence as error:
        return _page(obligation_id, assignment_id, 422, error.message)
    flash(f"已存好“{file.filename}”，公开办审核时能看到。", "ok")
    return redirect(url_for("evidence.files", obligation_id=obligation_id, assignment_id=assignment_id), 303)


@blueprint.post("/my/files/<int:file_id>/take-back")
@permit(Permission.RETURN_SUBMIT)
def take_back(file_id: int) -> ResponseReturnValue:
    """Take a file back."""
    ActionForm()
    with writing() as writer:
        file = evidence_files.take_back(writer, actor(), file_id=file_id, now=now())
        flash(f"“{file.filename}”已拿掉。", "ok")
        address = url_for(
            "evidence.files", obligation_id=file.obligation_id, assignment_id=file.assignment_id
        )
    return redirect(address, 303)


@blueprint.get("/evidence/<int:file_id>")
@permit(Permission.RETURN_READ)
def download(file_id: int) -> ResponseReturnValue:
    """A file, to be saved."""
    store = FolderFiles(config().uploads_dir)
    file, data = evidence_files.fetch(session(), actor(), file_id=file_id, files=store)
    return downloads.given(data, file.filename)


def _page(
    obligation_id: int, assignment_id: int, status: int = 200, problem: str = ""
) -> ResponseReturnValue:
    facts = {"obligation_id": obligation_id, "assignment_id": assignment_id}
    page = evidence_files.page(session(), actor(), **facts, now=now())
    shown = render_template("my/files.html", page=page, problem=problem, rules=rules)
    return shown, status
