"""批示: a leader's words, and what office and unit make of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.domain.errors import RuleViolated
from tracker.domain.instruction import About, AboutKind
from tracker.services import instruction_pages, instruction_subjects, instructions, supervision_pages
from tracker.services.instruction_pages import InstructionFilter, InstructionPart
from tracker.web.attempts import attempt, side_by_side, words_left
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.base import VersionedForm
from tracker.web.forms.instructions import (
    AnswerForm,
    AssignForm,
    CloseForm,
    GivenForm,
    InstructionForm,
    KeepForm,
    MoveForm,
)
from tracker.web.forms.ledger import LARGEST_ID, row_id
from tracker.web.policy import permit

blueprint = Blueprint("instructions", __name__)

ONE = f"/instructions/<int(max={LARGEST_ID}):instruction_id>"
FORMS: dict[str, type[VersionedForm]] = {
    "assign": AssignForm, "keep": KeepForm, "move": MoveForm, "answer": AnswerForm, "close": CloseForm,
}  # fmt: skip


@blueprint.get("/instructions")
@permit(Permission.INSTRUCTION_READ)
def index() -> str:
    """What the person may see, what is open first: `part`, `plan`, and `mine=1` for a leader's own."""
    args = request.args
    part = next((part for part in InstructionPart if part == args.get("part")), None)
    mine = actor().desk_id if args.get("mine") == "1" else None
    wanted = InstructionFilter(part, args.get("plan", type=row_id), mine)
    number = args.get("page", 1, type=row_id)
    listing = instruction_pages.listing(session(), actor(), wanted, page=number, today=today())
    return render_template("instructions/index.html", listing=listing)


@blueprint.route("/instructions/new", methods=["GET", "POST"])
@permit(Permission.INSTRUCTION_WRITE)
def write() -> ResponseReturnValue:
    """Write about a task (`task`), something else of a plan (`unit`, `order`, `decision`), or a `plan`."""
    wanted = _meant()
    subject = instruction_subjects.subject_of(session(), actor(), **wanted)
    form = InstructionForm()
    order_id = request.args.get("order", type=row_id)
    begun = supervision_pages.about(session(), actor(), order_id=order_id) if subject.task_id else ""
    form.offer(instruction_pages.leaders(session(), actor()), today=today(), begun=begun)
    if not form.validate_on_submit():
        return _writing_page(form, subject, status=422 if form.is_submitted() else 200)
    try:
        written = _written(form, wanted)
    except RuleViolated as error:
        return _writing_page(form, subject, error.message, 422)
    flash("批示已记下，公开办会看到并办理。", "ok")
    return redirect(url_for("instructions.show", instruction_id=written), 303)


def _meant() -> dict[str, Any]:
    """What an address says that new words are about."""
    said = {name: request.args.get(name, type=row_id) for name in ("plan", "task", *AboutKind)}
    about = next((About(kind, number) for kind in AboutKind if (number := said[kind])), None)
    return {"plan_id": said["plan"], "task_id": said["task"], "about": about}


def _written(form: InstructionForm, wanted: dict[str, Any]) -> int:
    with writing() as writer:
        row = instructions.write(
            writer, actor(), **wanted, words=form.words.data or "", leader=form.leader(),
            said_on=form.said_on.data, now=now(),
        )  # fmt: skip
        return row.id


def _writing_page(
    form: InstructionForm, subject: instruction_subjects.Subject, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    return render_template("instructions/new.html", form=form, subject=subject, problem=problem), status


@blueprint.get(ONE)
@permit(Permission.INSTRUCTION_READ)
def show(instruction_id: int) -> ResponseReturnValue:
    """One instruction with its steps."""
    return _page(instruction_id)


@blueprint.post(f"{ONE}/assign")
@permit(Permission.INSTRUCTION_HANDLE)
def assign(instruction_id: int) -> ResponseReturnValue:
    """交办."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        given = {"unit_id": form.unit_id.data, "due_on": form.due_on.data}
        instructions.assign(writer, actor(), **one, **given, asked=form.words.data or "")

    return _do(instruction_id, "assign", act, "已交办，单位的“我的待办”里会看到。")


@blueprint.post(f"{ONE}/move")
@permit(Permission.INSTRUCTION_HANDLE)
def move(instruction_id: int) -> ResponseReturnValue:
    """改交办."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        given = {"unit_id": form.unit_id.data, "due_on": form.due_on.data}
        instructions.move(writer, actor(), **one, **given, why=form.words.data or "")

    return _do(instruction_id, "move", act, "已改交办。")


@blueprint.post(f"{ONE}/keep")
@permit(Permission.INSTRUCTION_HANDLE)
def keep(instruction_id: int) -> ResponseReturnValue:
    """留作批注."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        instructions.keep(writer, actor(), **one, why=form.words.data or "")

    return _do(instruction_id, "keep", act, "已留作批注。")


@blueprint.post(f"{ONE}/answer")
@permit(Permission.INSTRUCTION_ANSWER)
def answer(instruction_id: int) -> ResponseReturnValue:
    """回复."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        said: dict[str, Any] = {"words": form.words.data or "", "evidence_url": form.evidence_url.data or ""}
        instructions.answer(writer, actor(), **one, **said)

    return _do(instruction_id, "answer", act, "已回复，公开办会看到。")


@blueprint.post(f"{ONE}/close")
@permit(Permission.INSTRUCTION_HANDLE)
def close(instruction_id: int) -> ResponseReturnValue:
    """办结."""

    def act(writer: Session, form: Any, one: dict[str, Any]) -> None:
        instructions.close(writer, actor(), **one, words=form.words.data or "")

    return _do(instruction_id, "close", act, "已办结，领导在驾驶舱能看到结果。")


def _do(
    instruction_id: int, name: str, act: Callable[[Session, Any, dict[str, Any]], None], done: str
) -> ResponseReturnValue:
    """Take one step and go back to the page; refused, it says why and keeps what was typed."""
    page = instruction_pages.view(session(), actor(), instruction_id=instruction_id, today=today())
    form = FORMS[name]()
    if isinstance(form, GivenForm):
        form.offer(page.units)
    one = {"instruction_id": instruction_id, "version": form.version.data, "now": now()}
    back = url_for("instructions.show", instruction_id=instruction_id)
    shown = partial(_page, instruction_id, {name: form})
    return attempt(form, lambda writer: act(writer, form, one), shown, done=done, back=back)


def _page(
    instruction_id: int,
    typed: dict[str, VersionedForm] | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """The page; `typed` holds the form that was refused, by its step."""
    page = instruction_pages.view(session(), actor(), instruction_id=instruction_id, today=today())
    forms = {name: (typed or {}).get(name) or _fresh(name, page) for name in FORMS}
    for form in forms.values():
        if isinstance(form, GivenForm):
            form.offer(page.units)
    side_by_side(forms, page.row.version)
    left = words_left(typed or {}, {step.value for step in page.steps})
    facts = {"forms": forms, "problem": problem, "tried": next(iter(typed or {}), ""), "typed": left}
    return render_template("instructions/show.html", page=page, **facts), status


def _fresh(name: str, page: instruction_pages.InstructionPage) -> VersionedForm:
    """A form as it stands before anybody has typed; a change begins with what is set."""
    form = FORMS[name](formdata=None)
    if isinstance(form, GivenForm) and page.row.unit_id is not None:
        form.unit_id.data, form.due_on.data = page.row.unit_id, page.row.due_on
    return form
