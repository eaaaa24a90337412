"""增改次数指标: the office adds a quota to a task, changes it and ends it, each with the reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from tracker.domain.access import Permission
from tracker.domain.errors import InvalidInput, RuleViolated, VersionConflict
from tracker.domain.quota import asked
from tracker.services import quota_targets, units
from tracker.store.tables import Task
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.forms.quota_targets import ChangeTargetForm, EndTargetForm, TargetForm
from tracker.web.policy import permit

blueprint = Blueprint("quota_targets", __name__)

TARGET = f"/quotas/<int(max={LARGEST_ID}):target_id>"


@blueprint.route("/quotas/new", methods=["GET", "POST"])
@permit(Permission.QUOTA_SET)
def add() -> ResponseReturnValue:
    """Add one to the task that the address names; without one, ask which."""
    task_id = request.args.get("task", type=int)
    if task_id is None:
        return render_template("quotas/choose_task.html", plans=quota_targets.choosable(session()))
    task, form = quota_targets.task_of(session(), actor(), task_id=task_id), TargetForm()
    form.offer(units.classes(session()), quota_targets.units_of(task))
    if not form.validate_on_submit():
        return _new(form, task, status=422 if form.is_submitted() else 200)
    facts: dict[str, Any] = {"facts": form.facts(), "reason": form.reason.data}
    try:
        with writing() as writer:
            target = quota_targets.add(writer, actor(), task_id=task_id, **facts, now=now())
    except InvalidInput as error:
        return _new(form, task, error.message, status=422)
    flash("次数指标已增加。", "ok")
    return redirect(url_for("quotas.show", target_id=target.id), 303)


def _new(form: TargetForm, task: Task, problem: str = "", *, status: int) -> ResponseReturnValue:
    return render_template("quotas/target.html", form=form, task=task, target=None, problem=problem), status


@blueprint.route(f"{TARGET}/change", methods=["GET", "POST"])
@permit(Permission.QUOTA_SET)
def change(target_id: int) -> ResponseReturnValue:
    """Change one."""
    form = _form(target_id)
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.fill(quota_targets.one(session(), target_id=target_id))
        return _page(target_id, form, status=422 if form.is_submitted() else 200)
    facts: dict[str, Any] = {"facts": form.facts(), "reason": form.reason.data}
    try:
        with writing() as writer:
            version = form.version.data or 0
            quota_targets.change(writer, actor(), target_id=target_id, version=version, **facts, now=now())
    except (RuleViolated, StaleDataError) as error:
        return _again(target_id, form, error)
    flash("次数指标已修改，登记过的按新的要求重新计。", "ok")
    return redirect(url_for("quotas.show", target_id=target_id), 303)


@blueprint.post(f"{TARGET}/end")
@permit(Permission.QUOTA_SET)
def end(target_id: int) -> ResponseReturnValue:
    """End one."""
    form = EndTargetForm()
    if not form.validate():
        flash(form.first_problem(), "red")
        return redirect(url_for("quota_targets.change", target_id=target_id), 303)
    said: dict[str, Any] = {"version": form.version.data, "reason": form.reason.data}
    with writing() as writer:
        quota_targets.end(writer, actor(), target_id=target_id, **said, now=now())
    flash("次数指标已停用，登记过的留着备查。", "ok")
    return redirect(url_for("quotas.show", target_id=target_id), 303)


def _form(target_id: int) -> ChangeTargetForm:
    target, form = quota_targets.one(session(), target_id=target_id), ChangeTargetForm()
    named = quota_targets.units_of(target.task)
    form.offer(units.classes(session()), named if target.unit is None else {*named, target.unit})
    return form


def _again(target_id: int, form: ChangeTargetForm, error: Exception) -> ResponseReturnValue:
    """The form with what was typed; after a conflict with what stands now above it."""
    session().rollback()
    conflict = isinstance(error, VersionConflict | StaleDataError)
    if conflict:
        current = quota_targets.one(session(), target_id=target_id)
        form.version.raw_data, form.version.data = None, current.version
    problem = VersionConflict().message if conflict else str(error)
    return _page(target_id, form, problem, conflict=conflict, status=409 if conflict else 422)


def _page(
    target_id: int, form: ChangeTargetForm, problem: str = "", *, conflict: bool = False, status: int
) -> ResponseReturnValue:
    target = quota_targets.one(session(), target_id=target_id)
    said = {"problem": problem, "conflict": conflict, "words": asked(target.minimum, target.period)}
    shown = render_template("quotas/target.html", form=form, task=target.task, target=target, **said)
    return shown, status
