"""One task: its page and what the office does with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tracker.domain.access import Permission
from tracker.domain.errors import RuleViolated, VersionConflict
from tracker.services import (
    decision_pages,
    instruction_pages,
    lineage,
    preferences,
    request_pages,
    supervision_pages,
    task_counts,
    task_pages,
    tasks,
)
from tracker.store.tables import Task
from tracker.web.attempts import attempt
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.base import VersionedForm
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.forms.tasks import ActForm, NoteForm, TaskForm
from tracker.web.policy import permit

blueprint = Blueprint("tasks", __name__)

CONFLICT = str(VersionConflict())
# A larger number names no row; the database's driver would take it for a mistake of ours.
TASK = f"/tasks/<int(max={LARGEST_ID}):task_id>"
CHECKPOINT = f"{TASK}/checkpoints/<int(max={LARGEST_ID}):checkpoint_id>"


@blueprint.get(TASK)
@permit(Permission.TASK_READ)
def show(task_id: int) -> ResponseReturnValue:
    """The page of one task."""
    return _page(task_id)


@blueprint.route(f"{TASK}/edit", methods=["GET", "POST"])
@permit(Permission.TASK_WRITE)
def change(task_id: int) -> ResponseReturnValue:
    """Change title, units and days."""
    page = task_pages.view(session(), actor(), task_id=task_id, today=today())
    form = _task_form(page.task)
    if not form.validate_on_submit():
        return _edit_page(task_id, form, status=422 if form.is_submitted() else 200)
    try:
        with writing() as writer:
            tasks.change(writer, actor(), task_id=task_id, wanted=form.wanted(), **_when(form))
    except (VersionConflict, StaleDataError):
        return _edit_page(task_id, form, CONFLICT, 409)
    except RuleViolated as error:
        return _edit_page(task_id, form, error.message, 422)
    flash("已保存。", "ok")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


def _task_form(task: Task) -> TaskForm:
    """The form as it was sent, or filled in with the task as it stands."""
    form = TaskForm()
    form.offer(task_pages.units_to_choose(session(), task))
    if not form.is_submitted():
        form.fill(task)
    return form


@blueprint.post(f"{TASK}/sign-off")
@permit(Permission.TASK_SIGN_OFF)
def sign_off(task_id: int) -> ResponseReturnValue:
    """销号."""
    form = NoteForm()

    def act(writer: Session) -> None:
        tasks.sign_off(writer, actor(), task_id=task_id, note=form.words.data or "", **_when(form))

    return _do(task_id, form, act, "已销号。", "sign-off")


@blueprint.post(f"{TASK}/reopen")
@permit(Permission.TASK_SIGN_OFF)
def reopen(task_id: int) -> ResponseReturnValue:
    """恢复办理."""
    form = NoteForm()

    def act(writer: Session) -> None:
        tasks.reopen(writer, actor(), task_id=task_id, reason=form.words.data or "", **_when(form))

    return _do(task_id, form, act, "已恢复办理。", "reopen")


@blueprint.post(f"{TASK}/cancel")
@permit(Permission.TASK_WRITE)
def cancel(task_id: int) -> ResponseReturnValue:
    """取消任务."""
    form = NoteForm()

    def act(writer: Session) -> None:
        tasks.cancel(writer, actor(), task_id=task_id, reason=form.words.data or "", **_when(form))

    return _do(task_id, form, act, "已取消，不再催报。", "cancel")


@blueprint.post(f"{CHECKPOINT}/close")
@permit(Permission.TASK_WRITE)
def close_checkpoint(task_id: int, checkpoint_id: int) -> ResponseReturnValue:
    """A stage is reached."""
    form = ActForm()

    def act(writer: Session) -> None:
        tasks.close_checkpoint(
            writer, actor(), task_id=task_id, checkpoint_id=checkpoint_id, **_when(form)
        )

    return _do(task_id, form, act, "节点已办结。")


@blueprint.post(f"{CHECKPOINT}/reopen")
@permit(Permission.TASK_WRITE)
def reopen_checkpoint(task_id: int, checkpoint_id: int) -> ResponseReturnValue:
    """A stage is not reached after all."""
    form = ActForm()

    def act(writer: Session) -> None:
        tasks.reopen_checkpoint(
            writer, actor(), task_id=task_id, checkpoint_id=checkpoint_id, **_when(form)
        )

    return _do(task_id, form, act, "节点已恢复。")


def _when(form: VersionedForm) -> dict[str, Any]:
    """What every act needs besides its own words."""
    return {"version": form.version.data, "now": now()}


def _do(
    task_id: int, form: VersionedForm, act: Callable[[Session], None], done: str, kept: str = ""
) -> ResponseReturnValue:
    """Do one act and go back to the page; when it is refused, show why and keep what was typed."""
    words = {kept: form.words.data or ""} if isinstance(form, NoteForm) else {}
    page = partial(_page, task_id, words=words)
    return attempt(form, act, page, done=done, back=url_for("tasks.show", task_id=task_id))


def _page(
    task_id: int, problem: str = "", status: int = 200, words: dict[str, str] | None = None
) -> ResponseReturnValue:
    """The task's page; `words` are what was typed for an act that was refused, by the act's name."""
    page = task_pages.view(session(), actor(), task_id=task_id, today=today())
    written = instruction_pages.of_task(session(), actor(), task_id=task_id, today=today())
    life = request_pages.of_task(session(), actor(), page.task)
    counts = task_counts.of_task(session(), actor(), task_id=task_id, today=today())
    facts = {"page": page, "task": page.task, "life": life, "written": written, "counts": counts}
    facts |= {"muted": preferences.is_muted(session(), actor(), task_id=task_id)}
    facts |= {"chain": lineage.chain_of(session(), task_id)}
    facts |= {"agreed": decision_pages.of_task(session(), actor(), task_id=task_id)}
    facts |= {"ordered": supervision_pages.of_task(session(), actor(), task_id=task_id, today=today())}
    return render_template("tasks/show.html", **facts, problem=problem, words=words or {}), status


def _edit_page(task_id: int, form: TaskForm, problem: str = "", status: int = 200) -> ResponseReturnValue:
    """The form; after a conflict what stands now is shown beside it, and saving again goes over it."""
    page = task_pages.view(session(), actor(), task_id=task_id, today=today())
    if status == 409:
        form.version.raw_data = None
        form.version.data = page.task.version
    points = {point.id: point for point in page.task.checkpoints}
    units = {unit.id: unit.name for unit in task_pages.units_to_choose(session(), page.task)}
    facts = {"page": page, "task": page.task, "points": points, "units": units, "conflict": status == 409}
    return render_template("tasks/edit.html", form=form, problem=problem, **facts), status
