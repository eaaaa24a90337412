"""子项: a unit divides its part of a task."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.services import request_pages, sub_items, task_pages
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.forms.sub_items import DONE, OPEN, REMOVE, ChangeForm, StepForm
from tracker.web.policy import permit

blueprint = Blueprint("sub_items", __name__)

OF_TASK = f"/tasks/<int(max={LARGEST_ID}):task_id>/sub-items"


@blueprint.get(OF_TASK)
@permit(Permission.SUB_ITEM_WRITE)
def show(task_id: int) -> ResponseReturnValue:
    """The unit's own steps of a task."""
    return _page(task_id)


@blueprint.post(OF_TASK)
@permit(Permission.SUB_ITEM_WRITE)
def add(task_id: int) -> ResponseReturnValue:
    """One more step."""
    form = StepForm()
    if not form.validate():
        return _page(task_id, form=form, status=422)
    try:
        with writing() as writer:
            sub_items.add(writer, actor(), task_id=task_id, step=form.step(), now=now())
    except RuleViolated as error:
        return _page(task_id, form=form, problem=error.message, status=_status(error))
    flash("子项已加上。", "ok")
    return redirect(url_for("sub_items.show", task_id=task_id), 303)


@blueprint.post(f"{OF_TASK}/<int(max={LARGEST_ID}):sub_item_id>")
@permit(Permission.SUB_ITEM_WRITE)
def change(task_id: int, sub_item_id: int) -> ResponseReturnValue:
    """Save a step, tick it off, or take it away."""
    form = ChangeForm()
    if not form.validate():
        return _page(task_id, changing=(sub_item_id, form), problem=form.first_problem(), status=422)
    try:
        with writing() as writer:
            sub_items.require_of(writer, actor(), task_id=task_id, sub_item_id=sub_item_id)
            _do(writer, form, {"sub_item_id": sub_item_id, "version": form.version.data, "now": now()})
    except RuleViolated as error:
        changing = (sub_item_id, form)
        return _page(task_id, changing=changing, problem=error.message, status=_status(error))
    flash("子项已删去。" if form.action.data == REMOVE else "已保存。", "ok")
    return redirect(url_for("sub_items.show", task_id=task_id), 303)


def _do(writer: Session, form: ChangeForm, which: dict[str, Any]) -> None:
    action = form.action.data
    if action == REMOVE:
        sub_items.remove(writer, actor(), **which)
    elif action in {DONE, OPEN}:
        sub_items.tick(writer, actor(), done=action == DONE, **which)
    else:
        sub_items.change(writer, actor(), step=form.step(), **which)


def _status(error: RuleViolated) -> int:
    if isinstance(error, NotFound):
        return 404
    return 409 if isinstance(error, VersionConflict) else 422


def _page(
    task_id: int,
    *,
    form: StepForm | None = None,
    changing: tuple[int, ChangeForm] | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """The steps; what was typed for one that could not be kept stands in its fields."""
    page = task_pages.view(session(), actor(), task_id=task_id, today=today())
    life = request_pages.of_task(session(), actor(), page.task)
    if life.own is None:
        raise NotFound
    typed = changing or (0, None)
    facts = {"page": page, "task": page.task, "life": life, "problem": problem, "typed_for": typed[0]}
    form = form or StepForm(formdata=None)
    return render_template("sub_items/show.html", form=form, typed=typed[1], **facts), status
