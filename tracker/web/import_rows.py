"""The rows of an import: decide, correct, correct alike ones together, split, join, take from the text."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.domain.errors import InvalidInput, VersionConflict
from tracker.services import check_page, draft_parts, draft_same, drafts
from tracker.services.draft_same import Same
from tracker.web import imports
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.imports import RowForm
from tracker.web.policy import permit

blueprint = Blueprint("import_rows", __name__)


@blueprint.get("/imports/<int:draft_id>/doubt")
@permit(Permission.PLAN_IMPORT)
def doubt(draft_id: int) -> ResponseReturnValue:
    """Lead to the next row that a person should look at, or to the end when none is left."""
    places = {name: request.args.get(name, 0, type=int) for name in ("after", "before")}
    show = request.args.get("show", "all")
    return redirect(
        _address(draft_id, check_page.next_doubt(session(), draft_id=draft_id, **places, show=show))
    )


def _address(draft_id: int, stop: check_page.Stop | None) -> str:
    """A row on the check page; without a row, its end."""
    if stop is None:
        return url_for("imports.check", draft_id=draft_id, _anchor="confirm")
    show = stop.show if stop.show != "all" else None
    page = stop.page if stop.page > 1 else None
    return url_for("imports.check", draft_id=draft_id, show=show, page=page, _anchor=f"r{stop.row_id}")


def _back(draft_id: int, row_id: int | None = None, **more: Any) -> str:
    """The check page as the person left it, at the row."""
    show = request.form.get("show", "all")
    page = request.form.get("page", 1, type=int)
    where: dict[str, Any] = {"show": show if show != "all" else None, "page": page if page > 1 else None}
    anchor = "same" if "same" in more else f"r{row_id}" if row_id else None
    return url_for("imports.check", draft_id=draft_id, **where, **more, _anchor=anchor)


def _onward(draft_id: int, row_id: int) -> str:
    """Where to go after an act: to the next doubt when the row was one, else back to the row."""
    if not request.args.get("then"):
        return _back(draft_id, row_id)
    show = request.form.get("show", "all")
    if show == "deadline" and check_page.open_deadlines(session(), draft_id=draft_id):
        return _back(draft_id)
    return _address(draft_id, check_page.next_doubt(session(), draft_id=draft_id, after=row_id, show=show))


@blueprint.errorhandler(VersionConflict)
def overtaken(_: VersionConflict) -> ResponseReturnValue:
    """A button that came too late: nothing was typed, so the page as it is now says enough."""
    session().rollback()
    facts = request.view_args or {}
    return imports.overtaken(facts["draft_id"], facts.get("row_id", 0))


def _version() -> int:
    """The version that a button of the check page was shown with; it stands in the button's address."""
    return request.args.get("version", 0, type=int)


@blueprint.post("/imports/<int:draft_id>/rows/<int:row_id>/reading")
@permit(Permission.PLAN_IMPORT)
def choose_reading(draft_id: int, row_id: int) -> ResponseReturnValue:
    """Take one of the readings of a deadline with one click."""
    chosen = request.form.get("notation", "")
    everywhere = str(row_id) in request.form.getlist("everywhere")
    facts: dict[str, Any] = {"version": _version(), "notation": chosen, "everywhere": everywhere}
    with writing() as writer:
        count = drafts.choose_reading(writer, actor(), draft_id=draft_id, row_id=row_id, **facts, now=now())
    flash("时限已选定。" if count == 1 else f"时限已选定，同样写法的共 {count} 项。", "ok")
    return redirect(_onward(draft_id, row_id), 303)


@blueprint.post("/imports/<int:draft_id>/rows/<int:row_id>/checked")
@permit(Permission.PLAN_IMPORT)
def mark_checked(draft_id: int, row_id: int) -> ResponseReturnValue:
    """标记已核对, or take the mark away."""
    facts: dict[str, Any] = {"version": _version(), "checked": request.form.get("checked") == "1"}
    with writing() as writer:
        drafts.mark_checked(writer, actor(), draft_id=draft_id, row_id=row_id, **facts, now=now())
    return redirect(_onward(draft_id, row_id), 303)


@blueprint.route("/imports/<int:draft_id>/rows/<int:row_id>", methods=["GET", "POST"])
@permit(Permission.PLAN_IMPORT)
def row(draft_id: int, row_id: int) -> ResponseReturnValue:
    """Correct one row."""
    page = check_page.row_page(session(), draft_id=draft_id, row_id=row_id)
    form = RowForm(data=_row_data(page) if request.method == "GET" else None)
    form.offer(page.view.choices)
    if not form.validate_on_submit():
        return _row_page(form, page, 422 if form.is_submitted() else 200)
    try:
        _save_row(form, page)
    except InvalidInput as error:
        form.text.errors = [str(error)]
        return _row_page(form, page, 422)
    except VersionConflict:
        return _row_conflict(form, draft_id, row_id)
    return _after_row(page)


def _row_conflict(form: RowForm, draft_id: int, row_id: int) -> ResponseReturnValue:
    """What was typed beside what a colleague has saved meanwhile."""
    page = check_page.row_page(session(), draft_id=draft_id, row_id=row_id)
    form.version.raw_data, form.version.data = None, page.view.row.version
    return _row_page(form, page, 409)


def _save_row(form: RowForm, page: check_page.RowPage) -> None:
    known = {part["unit"] for part in page.view.reading["assignments"]} | set(page.owed)
    row_ = page.view.row
    with writing() as writer:
        drafts.change_row(
            writer,
            actor(),
            draft_id=row_.import_draft_id,
            row_id=row_.id,
            version=int(form.version.data or 0),
            change=form.change(known),
            now=now(),
        )


def _after_row(page: check_page.RowPage) -> ResponseReturnValue:
    """To what can be corrected alike, else on: to the next row when asked for, or to the next doubt."""
    flash(f"第{page.view.serial}项已保存，标记为已核对。", "ok")
    draft_id, row_id = page.draft.id, page.view.row.id
    if draft_same.same_rows(session(), draft_id=draft_id, row_id=row_id):
        return redirect(_back(draft_id, row_id, same=row_id), 303)
    if request.form.get("next") and page.after:
        return redirect(url_for("import_rows.row", draft_id=draft_id, row_id=page.after), 303)
    if page.view.doubtful:
        return redirect(
            _address(draft_id, check_page.next_doubt(session(), draft_id=draft_id, after=row_id)), 303
        )
    return redirect(_back(draft_id, row_id), 303)


def _row_data(page: check_page.RowPage) -> dict[str, Any]:
    names = {role.value: "\n".join(part.printed for part in parts) for role, parts in page.view.parts}
    notation = page.view.reading["deadline"]["notation"]
    return {
        "version": page.view.row.version,
        "text": page.view.reading["text"],
        "deadline": notation if page.view.decided else None,
        "included": page.view.row.included,
        **names,
    }


def _row_page(form: RowForm, page: check_page.RowPage, status: int) -> ResponseReturnValue:
    return render_template("imports/row.html", form=form, page=page, conflict=status == 409), status


@blueprint.post("/imports/<int:draft_id>/rows/<int:row_id>/same")
@permit(Permission.PLAN_IMPORT)
def correct_alike(draft_id: int, row_id: int) -> ResponseReturnValue:
    """Correct the rows with the same phrase like this one."""
    facts: dict[str, Any] = {"version": _version(), "what": request.form.get("what", "")}
    with writing() as writer:
        same = draft_same.correct_alike(writer, actor(), draft_id=draft_id, row_id=row_id, **facts, now=now())
    flash(_done_alike(same), "ok")
    more = {"same": row_id} if draft_same.same_rows(session(), draft_id=draft_id, row_id=row_id) else {}
    return redirect(_back(draft_id, row_id, **more), 303)


def _done_alike(same: Same) -> str:
    left = f"第{draft_same.in_runs(same.left)}项有人改过，没有动。" if same.left else ""
    return f"已一并改{len(same.rows)}项：第{same.numbers}项。{left}"


@blueprint.post("/imports/<int:draft_id>/rows/<int:row_id>/split")
@permit(Permission.PLAN_IMPORT)
def split(draft_id: int, row_id: int) -> ResponseReturnValue:
    """Part a task in two at a place of its text."""
    facts: dict[str, Any] = {
        "at": request.form.get("at", -1, type=int),
        "for_both": request.form.get("share") != "second",
    }
    with writing() as writer:
        _, made = draft_parts.split_row(
            writer, actor(), draft_id=draft_id, row_id=row_id, version=_version(), **facts, now=now()
        )
        made_id = made.id
    flash("已分成两项，现在是后一项；单位和时限请核对。", "ok")
    return redirect(url_for("import_rows.row", draft_id=draft_id, row_id=made_id), 303)


@blueprint.post("/imports/<int:draft_id>/rows/<int:row_id>/join")
@permit(Permission.PLAN_IMPORT)
def join(draft_id: int, row_id: int) -> ResponseReturnValue:
    """Make one task of a row and the next one."""
    other = {name: request.form.get(name, 0, type=int) for name in ("other_id", "other_version")}
    with writing() as writer:
        draft_parts.join_row(
            writer, actor(), draft_id=draft_id, row_id=row_id, version=_version(), **other, now=now()
        )
    flash("已与下一项合并，内容、单位和时限请核对。", "ok")
    return redirect(url_for("import_rows.row", draft_id=draft_id, row_id=row_id), 303)


@blueprint.post("/imports/<int:draft_id>/passages")
@permit(Permission.PLAN_IMPORT)
def make_task(draft_id: int) -> ResponseReturnValue:
    """Make a passage of 其他段落 a task, and go on to fill it in."""
    start = request.args.get("start", -1, type=int)
    with writing() as writer:
        made = drafts.make_task(writer, actor(), draft_id=draft_id, start=start, now=now())
        row_id = made.id
    flash("已定为任务，请核对内容、责任单位和时限。", "ok")
    return redirect(url_for("import_rows.row", draft_id=draft_id, row_id=row_id), 303)


@blueprint.post("/imports/<int:draft_id>/passages/several")
@permit(Permission.PLAN_IMPORT)
def make_tasks(draft_id: int) -> ResponseReturnValue:
    """Make tasks of the passages that are ticked: one each, or one of all."""
    starts = {int(start) for start in request.form.getlist("starts") if re.fullmatch(r"\d{1,9}", start)}
    together = request.form.get("how") == "together"
    with writing() as writer:
        made = draft_parts.make_tasks(
            writer, actor(), draft_id=draft_id, starts=starts, together=together, now=now()
        )
        count, first = len(made), made[0].id
    flash(f"已定为{count}项任务，请逐项核对内容、责任单位和时限。", "ok")
    return redirect(url_for("import_rows.row", draft_id=draft_id, row_id=first), 303)
