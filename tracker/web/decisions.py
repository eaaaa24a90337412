"""议定事项: the list behind every number, and one of them with what unit and office may do next."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tracker.domain.access import Permission
from tracker.domain.errors import VersionConflict
from tracker.services import decision_pages, decisions, minutes
from tracker.services.decision_pages import DecisionFilter, DecisionPart
from tracker.services.decisions import Seen
from tracker.web.attempts import CONFLICT, attempt, side_by_side, words_left
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.base import VersionedForm
from tracker.web.forms.ledger import LARGEST_ID, row_id
from tracker.web.forms.meetings import (
    ConfirmForm,
    DraftForm,
    DropForm,
    FinishForm,
    MoveForm,
    ReportForm,
    SendBackForm,
)
from tracker.web.policy import permit

blueprint = Blueprint("decisions", __name__)

ONE = f"/decisions/<int(max={LARGEST_ID}):decision_id>"
FORMS: dict[str, type[VersionedForm]] = {
    "change": DraftForm, "report": ReportForm, "confirm": ConfirmForm, "send_back": SendBackForm,
    "finish": FinishForm, "move": MoveForm, "transfer": VersionedForm, "drop": DropForm,
}  # fmt: skip


@blueprint.get("/decisions")
@permit(Permission.MEETING_READ)
def index() -> str:
    """All that the person may see, what is unresolved first."""
    args = request.args
    part = next((part for part in DecisionPart if part == args.get("part")), None)
    wanted = DecisionFilter(part, args.get("plan", type=row_id), args.get("unit", type=row_id))
    number = args.get("page", 1, type=row_id)
    found = decision_pages.listing(session(), actor(), wanted, page=number, today=today())
    return render_template("decisions/index.html", found=found)


@blueprint.get(ONE)
@permit(Permission.MEETING_READ)
def show(decision_id: int) -> ResponseReturnValue:
    """One decision with its steps."""
    return _page(decision_id)


@blueprint.post(f"{ONE}/change")
@permit(Permission.MEETING_WRITE)
def change(decision_id: int) -> ResponseReturnValue:
    """Change it while the minutes are open."""

    def act(writer: Session, form: Any, seen: Seen) -> None:
        one = {"decision_id": seen.decision_id, "version": seen.version}
        minutes.change(writer, actor(), **one, wanted=form.proposed(), now=now())

    return _do(decision_id, "change", act, "已改好。")


@blueprint.post(f"{ONE}/remove")
@permit(Permission.MEETING_WRITE)
def remove(decision_id: int) -> ResponseReturnValue:
    """Take it out of open minutes."""
    form = VersionedForm()
    if not form.validate():
        return _page(decision_id, {}, form.first_problem(), 422)
    try:
        with writing() as writer:
            one = {"decision_id": decision_id, "version": form.version.data or 0}
            meeting = minutes.remove(writer, actor(), **one, now=now())
            address = url_for("meetings.show", meeting_id=meeting.id, _anchor="decisions")
    except (VersionConflict, StaleDataError):
        return _page(decision_id, {}, CONFLICT, 409)
    flash("已删去。", "ok")
    return redirect(address, 303)


@blueprint.post(f"{ONE}/report")
@permit(Permission.DECISION_REPORT)
def report(decision_id: int) -> ResponseReturnValue:
    """报完成."""

    def act(writer: Session, form: Any, seen: Seen) -> None:
        said: dict[str, Any] = {"words": form.words.data or "", "evidence_url": form.evidence_url.data or ""}
        decisions.report(writer, actor(), seen, **said, now=now())

    return _do(decision_id, "report", act, "已报，等公开办确认。")


@blueprint.post(f"{ONE}/confirm")
@permit(Permission.DECISION_HANDLE)
def confirm(decision_id: int) -> ResponseReturnValue:
    """确认办结."""

    def act(writer: Session, form: Any, seen: Seen) -> None:
        decisions.confirm(writer, actor(), seen, words=form.words.data or "", now=now())

    return _do(decision_id, "confirm", act, "已办结。")


@blueprint.post(f"{ONE}/send-back")
@permit(Permission.DECISION_HANDLE)
def send_back(decision_id: int) -> ResponseReturnValue:
    """退回."""

    def act(writer: Session, form: Any, seen: Seen) -> None:
        decisions.send_back(writer, actor(), seen, why=form.words.data or "", now=now())

    return _do(decision_id, "send_back", act, "已退回，单位会看到原因。")


@blueprint.post(f"{ONE}/finish")
@permit(Permission.DECISION_HANDLE)
def finish(decision_id: int) -> ResponseReturnValue:
    """办结 without a report."""

    def act(writer: Session, form: Any, seen: Seen) -> None:
        decisions.finish(writer, actor(), seen, words=form.words.data or "", now=now())

    return _do(decision_id, "finish", act, "已办结。")


@blueprint.post(f"{ONE}/move")
@permit(Permission.DECISION_HANDLE)
def move(decision_id: int) -> ResponseReturnValue:
    """改单位或日期."""

    def act(writer: Session, form: Any, seen: Seen) -> None:
        given: dict[str, Any] = {"unit_id": form.unit_id.data, "due_on": form.due_on.data}
        decisions.move(writer, actor(), seen, **given, why=form.words.data or "", now=now())

    return _do(decision_id, "move", act, "已改好，纪要里的原话不变。")


@blueprint.post(f"{ONE}/transfer")
@permit(Permission.DECISION_HANDLE)
def transfer(decision_id: int) -> ResponseReturnValue:
    """转为任务."""

    def act(writer: Session, _: Any, seen: Seen) -> None:
        decisions.transfer(writer, actor(), seen, now=now())

    return _do(decision_id, "transfer", act, "已转为任务，在台账里办理。")


@blueprint.post(f"{ONE}/drop")
@permit(Permission.DECISION_HANDLE)
def drop(decision_id: int) -> ResponseReturnValue:
    """不再办理."""

    def act(writer: Session, form: Any, seen: Seen) -> None:
        decisions.drop(writer, actor(), seen, why=form.words.data or "", now=now())

    return _do(decision_id, "drop", act, "已记为不再办理。")


def _do(
    decision_id: int, name: str, act: Callable[[Session, Any, Seen], None], done: str
) -> ResponseReturnValue:
    """Take one step and go back to the page; refused, it says why and keeps what was typed."""
    page = decision_pages.view(session(), actor(), decision_id=decision_id, today=today())
    form = _offered(FORMS[name](), page)
    seen = Seen(decision_id, form.version.data or 0)
    back = url_for("decisions.show", decision_id=decision_id)
    shown = partial(_page, decision_id, {name: form})
    return attempt(form, lambda writer: act(writer, form, seen), shown, done=done, back=back)


def _page(
    decision_id: int,
    typed: dict[str, VersionedForm] | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """The page; `typed` holds the form that was refused, by its step."""
    page = decision_pages.view(session(), actor(), decision_id=decision_id, today=today())
    forms: dict[str, Any] = {name: (typed or {}).get(name) or _fresh(name, page) for name in FORMS}
    side_by_side(forms, page.row.version)
    left = words_left(typed or {}, {step.value for step in page.steps})
    facts = {"forms": forms, "problem": problem, "tried": next(iter(typed or {}), ""), "typed": left}
    return render_template("decisions/show.html", page=page, **facts), status


def _fresh(name: str, page: decision_pages.DecisionPage) -> VersionedForm:
    """A form as it stands before anybody has typed; a change begins with what is set."""
    form = _offered(FORMS[name](formdata=None), page)
    if isinstance(form, DraftForm):
        form.show(page.row)
    elif isinstance(form, MoveForm):
        form.unit_id.data, form.due_on.data = page.row.unit_id, page.row.due_on
    return form


def _offered(form: VersionedForm, page: decision_pages.DecisionPage) -> VersionedForm:
    if isinstance(form, DraftForm | MoveForm):
        form.offer(page.units)
    return form
