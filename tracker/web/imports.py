"""导入: upload or paste, check beside the source, correct, confirm."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.adapters.files import FolderFiles
from tracker.domain.access import Permission
from tracker.domain.errors import AlreadyImported, InvalidInput, UnreadableFile, VersionConflict
from tracker.services import (
    check_page,
    check_progress,
    check_up,
    draft_acts,
    draft_bulk,
    draft_same,
    drafts,
    editions,
    importing,
    task_sheets,
)
from tracker.services.readiness import Concern
from tracker.web import task_sheets as sheet_pages
from tracker.web.edge import actor, config, now, session, writing
from tracker.web.forms.base import options
from tracker.web.forms.imports import AboutForm, BulkForm, RowsForm, UploadForm
from tracker.web.policy import permit
from tracker.web.reading_alone import ReadingAnother, reading_alone

blueprint = Blueprint("imports", __name__)


@blueprint.get("/imports")
@permit(Permission.PLAN_IMPORT)
def index() -> ResponseReturnValue:
    """What waits, what was confirmed, and the form to bring in more."""
    return _list_page(UploadForm())


@blueprint.post("/imports")
@permit(Permission.PLAN_IMPORT)
def upload() -> ResponseReturnValue:
    """Read a document outside the transaction, because that takes a second; then keep it."""
    form = UploadForm()
    if not form.validate():
        return _list_page(form, 422)
    data, filename = form.document()
    try:
        address = _keep(data, filename, form.year.data)
    except importing.KnownFile as known:
        return _list_page(form, 409, known=known)
    except (UnreadableFile, InvalidInput, AlreadyImported) as error:
        return _list_page(form, 422, refused=str(error), filename=filename)
    except ReadingAnother as error:
        return _list_page(form, 503, refused=str(error), filename=filename)
    return redirect(address, 303)


def _keep(data: bytes, filename: str, year: int | None) -> str:
    """Keep what was handed in, a document or a task sheet, and give the address where it is checked."""
    importing.refuse_known(session(), data=data)
    with reading_alone():
        if (sheet := task_sheets.read(data=data)) is not None:
            return sheet_pages.keep(data, filename, sheet)
        proposal = importing.read(data=data, filename=filename, year=year)
    facts: dict[str, Any] = {"data": data, "filename": filename, "year": year, "proposal": proposal}
    with writing() as writer:
        files = FolderFiles(config().uploads_dir)
        draft_id = importing.upload(writer, actor(), **facts, files=files, now=now()).id
    return url_for("imports.check", draft_id=draft_id)


def _list_page(form: UploadForm, status: int = 200, **facts: Any) -> ResponseReturnValue:
    state = request.args.get("state", "")
    page = max(request.args.get("page", 1, type=int), 1)
    found = importing.listing(session(), state=state, page=page)
    facts["progress"] = check_progress.of_drafts(session(), (line.id for line in found.lines))
    facts["sheets"] = task_sheets.waiting(session())
    facts["standings"] = editions.standings(session(), (line.id for line in found.lines))
    pages = max(-(-found.total // importing.PAGE_SIZE), 1)
    facts |= {"found": found, "state": state, "page": page, "pages": pages, "states": importing.STATES}
    return render_template("imports/index.html", form=form, **facts), status


@blueprint.get("/imports/<int:draft_id>")
@permit(Permission.PLAN_IMPORT)
def check(draft_id: int) -> ResponseReturnValue:
    """The source beside the reading."""
    return _check_page(draft_id)


def _check_page(draft_id: int, status: int = 200, **facts: Any) -> ResponseReturnValue:
    show = request.values.get("show", "all")
    page = request.values.get("page", 1, type=int)
    view = check_page.check_page(session(), draft_id=draft_id, show=show, page=page)
    template = "imports/check.html" if view.is_plan else "imports/no_task.html"
    facts["others"] = draft_acts.colleagues(session(), actor(), draft_id=draft_id, now=now())
    facts["same"] = _same(draft_id)
    facts["standing"] = editions.standing(session(), view.draft)
    return render_template(template, view=view, shows=check_page.SHOWS, **facts), status


def overtaken(draft_id: int, row_id: int) -> ResponseReturnValue:
    """The check page as it is now, for a button of it that a colleague's save has overtaken."""
    return _check_page(draft_id, 409, overtaken=row_id)


def _same(draft_id: int) -> tuple[draft_same.Same, ...]:
    """What can be corrected together with the row that was just saved, when the address names one."""
    row_id = request.args.get("same", 0, type=int)
    return draft_same.same_rows(session(), draft_id=draft_id, row_id=row_id) if row_id else ()


@blueprint.post("/imports/<int:draft_id>/confirm")
@permit(Permission.PLAN_IMPORT)
def confirm(draft_id: int) -> ResponseReturnValue:
    """Make the plan; whoever comes second is led to what the first has made."""
    accepted = {concern for concern in Concern if concern.value in request.form.getlist("accepted")}
    try:
        words, plan_id = _confirm(draft_id, accepted)
    except importing.NotReady as error:
        return _check_page(draft_id, 422, refused=str(error), unready=True, accepted=accepted)
    except VersionConflict as error:
        return _check_page(draft_id, 409, refused=str(error))
    flash(words, "ok")
    return redirect(f"/ledger?plan={plan_id}", 303)


def _confirm(draft_id: int, accepted: set[Concern]) -> tuple[str, int]:
    """What was made of the draft, by this person or by a faster one, and the plan's id."""
    version = request.form.get("version", 0, type=int)
    try:
        with writing(reads_first=True) as writer:
            plan = importing.confirm(
                writer, actor(), draft_id=draft_id, version=version, accepted=accepted, now=now()
            )
            return importing.outcome(writer, plan), plan.id
    except importing.KnownFile as known:
        return str(known), known.plan_id or 0


@blueprint.post("/imports/<int:draft_id>/discard")
@permit(Permission.PLAN_IMPORT)
def discard(draft_id: int) -> ResponseReturnValue:
    """Give a draft up."""
    with writing() as writer:
        version = request.form.get("version", 0, type=int)
        draft = importing.discard(writer, actor(), draft_id=draft_id, version=version, now=now())
        title = draft.title
    flash(f"已放弃“{title}”，没有建立任何任务。同一文件以后还可以再上传。", "ok")
    return redirect(url_for("imports.index"), 303)


@blueprint.route("/imports/<int:draft_id>/about", methods=["GET", "POST"])
@permit(Permission.PLAN_IMPORT)
def about(draft_id: int) -> ResponseReturnValue:
    """Title, year, issuer, number, day of issue."""
    draft = check_page.draft_of(session(), draft_id)
    form = AboutForm(obj=draft)
    if not form.validate_on_submit():
        return _about_page(form, draft, 422 if form.is_submitted() else 200)
    facts = {name: value for name, value in form.data.items() if name != "csrf_token"}
    try:
        with writing() as writer:
            drafts.change_about(writer, actor(), draft_id=draft_id, **facts, now=now())
    except VersionConflict:
        draft = check_page.draft_of(session(), draft_id)
        form.version.raw_data, form.version.data = None, draft.version
        return _about_page(form, draft, 409)
    flash("已保存。", "ok")
    return redirect(url_for("imports.check", draft_id=draft_id), 303)


def _about_page(form: AboutForm, draft: check_page.ImportDraft, status: int) -> ResponseReturnValue:
    return render_template("imports/about.html", form=form, draft=draft, conflict=status == 409), status


@blueprint.post("/imports/<int:draft_id>/findings")
@permit(Permission.PLAN_IMPORT)
def see_finding(draft_id: int) -> ResponseReturnValue:
    """Put a finding of the check-up aside (已知悉)."""
    with writing() as writer:
        mark = request.form.get("mark", "")
        check_up.see(writer, actor(), draft_id=draft_id, mark=mark, now=now())
    return redirect(url_for("imports.check", draft_id=draft_id, show="findings"), 303)


@blueprint.route("/imports/<int:draft_id>/bulk", methods=["GET", "POST"])
@permit(Permission.PLAN_IMPORT)
def bulk(draft_id: int) -> ResponseReturnValue:
    """Name units for a run of rows."""
    form = BulkForm()
    if not form.validate_on_submit():
        return _bulk_page(form, draft_id, 422 if form.is_submitted() else 200)
    try:
        with writing() as writer:
            count = draft_bulk.assign_range(writer, actor(), draft_id=draft_id, **form.facts(), now=now())
    except InvalidInput as error:
        form.last.errors = [str(error)]
        return _bulk_page(form, draft_id, 422)
    return _assigned(draft_id, count, form.facts()["names"])


@blueprint.route("/imports/<int:draft_id>/bulk/no-unit", methods=["GET", "POST"])
@permit(Permission.PLAN_IMPORT)
def bulk_no_unit(draft_id: int) -> ResponseReturnValue:
    """Name units for the rows without one: all of them are ticked to begin with."""
    page = draft_bulk.bulk_page(session(), draft_id=draft_id)
    form = RowsForm(data={"rows": [row_id for row_id, _, _ in page.lacking]})
    form.rows.choices = options((row_id, f"第{serial}项　{text}") for row_id, serial, text in page.lacking)
    if not form.validate_on_submit():
        return _bulk_page(form, draft_id, 422 if form.is_submitted() else 200)
    try:
        with writing() as writer:
            count = draft_bulk.assign_rows(writer, actor(), draft_id=draft_id, **form.facts(), now=now())
    except InvalidInput as error:
        form.rows.errors = [str(error)]
        return _bulk_page(form, draft_id, 422)
    return _assigned(draft_id, count, form.facts()["names"])


def _assigned(draft_id: int, count: int, wanted: list[str]) -> ResponseReturnValue:
    """On to the names when one of those typed is nobody's yet, else back to the check page."""
    words = f"已指定，{count}项有变动。"
    if left := draft_bulk.waiting(session(), draft_id=draft_id, names=wanted):
        flash(f"{words}{'、'.join(f'“{name}”' for name in left)}还没有对应到单位，请在下面认定或新建。")
        return redirect(url_for("import_names.index", draft_id=draft_id), 303)
    flash(words, "ok")
    return redirect(url_for("imports.check", draft_id=draft_id), 303)


def _bulk_page(form: BulkForm | RowsForm, draft_id: int, status: int) -> ResponseReturnValue:
    page = draft_bulk.bulk_page(session(), draft_id=draft_id)
    return render_template("imports/bulk.html", form=form, page=page), status


@blueprint.post("/imports/<int:draft_id>/owed")
@permit(Permission.PLAN_IMPORT)
def add_owed(draft_id: int) -> ResponseReturnValue:
    """Add what earlier rules of the document owe."""
    with writing() as writer:
        count = draft_bulk.add_owed(writer, actor(), draft_id=draft_id, now=now())
    flash(f"已把承前的单位列入{count}项任务。", "ok")
    return redirect(url_for("imports.check", draft_id=draft_id), 303)
