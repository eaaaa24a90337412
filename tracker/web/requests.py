"""申请: a unit asks about its part in a task; the office answers."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tracker.domain.access import Permission
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.domain.request import RequestKind, RequestState
from tracker.services import request_pages, requesting, task_pages
from tracker.services.request_pages import RequestFilter
from tracker.web.addresses import local_or
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.base import ActionForm
from tracker.web.forms.ledger import LARGEST_ID, row_id
from tracker.web.forms.requests import ASK_FORMS, NOBODY, AskForm, GrantForm, RefuseForm
from tracker.web.policy import permit

blueprint = Blueprint("requests", __name__)

ONE = f"/requests/<int(max={LARGEST_ID}):request_id>"
ASK = f"/tasks/<int(max={LARGEST_ID}):task_id>/requests/<any(extension, sign_off, objection):kind>"
ALL = "all"


@blueprint.get("/requests")
@permit(Permission.REQUEST_DECIDE)
def index() -> str:
    """The office's list; without a state, what waits."""
    args = request.args
    state = args.get("state", RequestState.WAITING.value)
    wanted = RequestFilter(
        kind=next((kind for kind in RequestKind if kind == args.get("kind")), None),
        state=next((each for each in RequestState if each == state), None),
        plan_id=args.get("plan", type=row_id),
        unit_id=args.get("unit", type=row_id),
    )
    page = args.get("page", 1, type=row_id)
    return render_template("requests/index.html", listing=request_pages.listing(session(), wanted, page=page))


@blueprint.get(ONE)
@permit(Permission.REQUEST_DECIDE)
def show(request_id: int) -> ResponseReturnValue:
    """One request, to be answered."""
    return _page(request_id)


@blueprint.post(f"{ONE}/grant")
@permit(Permission.REQUEST_DECIDE)
def grant(request_id: int) -> ResponseReturnValue:
    """同意."""
    form = _grant_form(request_pages.view(session(), actor(), request_id=request_id))

    def act(writer: Session) -> None:
        requesting.grant(writer, actor(), request_id=request_id, granting=form.granting(), now=now())

    if not form.validate():
        return _page(request_id, grant=form, problem=form.first_problem(), status=422)
    return _answer(request_id, act, "已同意。", grant=form)


@blueprint.post(f"{ONE}/refuse")
@permit(Permission.REQUEST_DECIDE)
def refuse(request_id: int) -> ResponseReturnValue:
    """不同意."""
    form = RefuseForm()

    def act(writer: Session) -> None:
        requesting.refuse(writer, actor(), request_id=request_id, reason=form.reason.data or "", now=now())

    if not form.validate():
        return _page(request_id, refuse=form, status=422)
    return _answer(request_id, act, "已答复不同意。", refuse=form)


@blueprint.route(ASK, methods=["GET", "POST"])
@permit(Permission.TASK_REQUEST)
def ask(task_id: int, kind: str) -> ResponseReturnValue:
    """A unit asks about its own part."""
    page = task_pages.view(session(), actor(), task_id=task_id, today=today())
    # The link that the unit has reported last is known: a sign-off begins with it.
    known = page.evidence[0] if page.evidence else None
    given = {"evidence_url": known.url, "evidence_on": known.published_on} if known else {}
    form = ASK_FORMS[RequestKind(kind)](data=given)
    form.offer(page.task)
    if not form.validate_on_submit():
        return _asking(page, form, status=422 if form.is_submitted() else 200)
    try:
        with writing() as writer:
            requesting.ask(writer, actor(), task_id=task_id, asked=form.asked(), now=now())
    except RuleViolated as error:
        return _asking(page, form, error.message, 404 if isinstance(error, NotFound) else 422)
    flash(f"{form.kind.label}申请已报公开办，答复会列在“我的待办”。", "ok")
    return redirect(url_for("tasks.show", task_id=task_id, _anchor="requests"), 303)


@blueprint.post(f"/my{ONE}/withdraw")
@permit(Permission.TASK_REQUEST)
def withdraw(request_id: int) -> ResponseReturnValue:
    """The unit takes its request back."""
    ActionForm().validate()
    with writing() as writer:
        done = requesting.withdraw(writer, actor(), request_id=request_id, now=now())
    flash(f"{RequestKind(done.kind).label}申请已撤回。", "ok")
    return redirect(url_for("tasks.show", task_id=done.task_id, _anchor="requests"), 303)


def _asking(
    page: task_pages.TaskPage, form: AskForm, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    return render_template("requests/ask.html", page=page, task=page.task, form=form, problem=problem), status


def _answer(
    request_id: int,
    act: Callable[[Session], None],
    done: str,
    *,
    grant: GrantForm | None = None,
    refuse: RefuseForm | None = None,
) -> ResponseReturnValue:
    """Answer, and go on to what still waits; when it is refused, show why and keep what was typed."""
    try:
        with writing() as writer:
            act(writer)
    except (VersionConflict, StaleDataError):
        return _page(request_id, grant, refuse, str(VersionConflict()), 409)
    except RuleViolated as error:
        return _page(request_id, grant, refuse, error.message, 422)
    flash(done, "ok")
    return redirect(local_or(request.form.get("next"), url_for("requests.index")), 303)


def _grant_form(one: request_pages.OneRequest) -> GrantForm:
    form = GrantForm()
    units = task_pages.units_to_choose(session(), one.task)
    form.offer(one.item.kind, one.role, units)
    if not form.is_submitted() and one.item.kind is RequestKind.EXTENSION:
        form.day.data = one.item.request.wanted_on
    elif not form.is_submitted() and one.item.kind is RequestKind.OBJECTION:
        meant = one.item.request.wanted_unit
        form.instead.data = next((unit.id for unit in units if meant and unit.name == meant), NOBODY)
    return form


def _page(
    request_id: int,
    grant: GrantForm | None = None,
    refuse: RefuseForm | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    one = request_pages.view(session(), actor(), request_id=request_id)
    forms = {"grant": grant or _grant_form(one), "refuse": refuse or RefuseForm(formdata=None)}
    return render_template("requests/show.html", one=one, problem=problem, **forms), status
