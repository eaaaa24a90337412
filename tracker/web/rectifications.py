"""整改台账: what look-backs found unfinished, by year."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.services import rectifying
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.base import VersionedForm, options
from tracker.web.forms.ledger import row_id
from tracker.web.forms.look_back import LinkForm, ScheduleForm
from tracker.web.policy import permit

blueprint = Blueprint("rectifications", __name__)


@blueprint.get("/rectifications")
@permit(Permission.RECTIFICATION_READ)
def index() -> str:
    """The items of one year; a unit's person sees the unit's own."""
    year, only_open = request.args.get("year", type=row_id), request.args.get("open") == "1"
    view = rectifying.ledger(session(), actor(), year=year, only_open=only_open, today=today())
    return render_template("look_back/rectifications.html", view=view)


@blueprint.post("/rectifications/<int:rectification_id>/schedule")
@permit(Permission.LOOK_BACK_CONFIRM)
def schedule(rectification_id: int) -> ResponseReturnValue:
    """Name a lead and a day."""
    form = ScheduleForm()
    named = [(unit.id, unit.name) for unit in rectifying.units(session())]
    form.lead_unit_id.choices = options([(0, ""), *named])
    if form.validate():
        with writing() as writer:
            rectifying.schedule(
                writer, actor(), rectification_id=rectification_id, version=form.version.data or 0,
                lead_unit_id=form.lead_unit_id.data or None, due_on=form.due_on.data, now=now(),
            )  # fmt: skip
    return _back(form, "已安排。")


@blueprint.post("/rectifications/<int:rectification_id>/link")
@permit(Permission.RECTIFICATION_WRITE)
def link(rectification_id: int) -> ResponseReturnValue:
    """Say where the mended thing can be seen."""
    form = LinkForm()
    if form.validate():
        with writing() as writer:
            rectifying.give_link(
                writer, actor(), rectification_id=rectification_id, version=form.version.data or 0,
                link=form.link.data or "", now=now(),
            )  # fmt: skip
    return _back(form, "链接已保存，请另一位同事核对后销号。")


@blueprint.post("/rectifications/<int:rectification_id>/close")
@permit(Permission.LOOK_BACK_CONFIRM)
def close(rectification_id: int) -> ResponseReturnValue:
    """Another person has looked, and closes it."""
    form = VersionedForm()
    if form.validate():
        with writing() as writer:
            rectifying.close(
                writer, actor(), rectification_id=rectification_id, version=form.version.data or 0, now=now()
            )
    return _back(form, "已销号。")


def _back(form: VersionedForm, done: str) -> ResponseReturnValue:
    problem = form.first_problem()
    flash(problem or done, "red" if problem else "ok")
    return redirect(url_for("rectifications.index", year=request.args.get("year")), 303)
