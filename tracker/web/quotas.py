"""次数指标: each quota with its units and its pace, the events behind each number, and entering them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from tracker.adapters.files import FolderFiles
from tracker.domain.access import Permission
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.services import counted_events, quota_events, quotas
from tracker.services.quota_events import TargetPage
from tracker.web import downloads
from tracker.web.edge import actor, config, now, session, today, writing
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.forms.quotas import ChangeEventForm, EventForm, SettleForm, StrikeForm
from tracker.web.policy import permit

blueprint = Blueprint("quotas", __name__)

TARGET = f"/quotas/<int(max={LARGEST_ID}):target_id>"
EVENT = f"/quotas/events/<int(max={LARGEST_ID}):event_id>"


@blueprint.get("/quotas")
@permit(Permission.QUOTA_READ)
def index() -> str:
    """Every quota; a unit's person sees those that the unit owes."""
    narrowed: dict[str, Any] = {
        "plan_id": request.args.get("plan", type=int),
        "only_behind": request.args.get("behind", type=quotas.Behind),
        "only_open": request.args.get("open") == "1",
    }
    page = quotas.page(session(), actor(), **narrowed, today=today())
    return render_template("quotas/index.html", page=page, forms=_settling(page), BEHIND=quotas.Behind)


def _settling(page: quotas.QuotaPage) -> dict[int, SettleForm]:
    """For each quota a form that says who owes it."""
    forms = {}
    for target in page.targets:
        forms[target.row.id] = SettleForm(formdata=None, prefix=f"q{target.row.id}-")
        forms[target.row.id].offer(target, page.classes)
        forms[target.row.id].who.data = _who(target)
    return forms


def _who(target: quotas.Target) -> str:
    row = target.row
    return f"{row.scope}-{row.unit_class_id}" if row.unit_class_id else row.scope


@blueprint.get(TARGET)
@permit(Permission.QUOTA_READ)
def show(target_id: int) -> ResponseReturnValue:
    """The events behind a number."""
    return _page(target_id, EventForm(formdata=None))


@blueprint.post(f"{TARGET}/events")
@permit(Permission.QUOTA_WRITE)
def enter(target_id: int) -> ResponseReturnValue:
    """Enter an event once."""
    form = EventForm()
    form.offer(_shown(target_id).may_enter)
    if not form.validate():
        return _page(target_id, form, status=422)
    facts: dict[str, Any] = {"unit_id": form.unit_id.data, "facts": form.facts(), "files": _files()}
    try:
        with writing() as writer:
            event = counted_events.enter(writer, actor(), target_id=target_id, **facts, now=now())
    except NotFound:
        raise
    except RuleViolated as error:
        return _page(target_id, form, error.message, 422)
    flash(_said(target_id, event.id), "ok")
    return redirect(url_for("quotas.show", target_id=target_id, unit=event.unit_id), 303)


def _said(target_id: int, event_id: int) -> str:
    """Whether what was entered counts, and why not."""
    entry = next((entry for entry in _shown(target_id).refused if entry.event.id == event_id), None)
    return f"已登记，但暂不计入：{entry.why_not}。" if entry else "已登记，计入1次。"


@blueprint.route(f"{EVENT}/edit", methods=["GET", "POST"])
@permit(Permission.QUOTA_WRITE)
def change(event_id: int) -> ResponseReturnValue:
    """Correct an event."""
    event = counted_events.readable(session(), actor(), event_id=event_id)
    form = ChangeEventForm()
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.fill(event)
        status = 422 if form.is_submitted() else 200
        return render_template("quotas/edit.html", form=form, event=event), status
    facts: dict[str, Any] = {"version": form.version.data, "facts": form.facts(), "files": _files()}
    try:
        with writing() as writer:
            counted_events.change(writer, actor(), event_id=event_id, **facts, now=now())
    except (RuleViolated, StaleDataError) as error:
        return _edit_again(event_id, form, error)
    flash("已保存。", "ok")
    return redirect(url_for("quotas.show", target_id=event.target_id, unit=event.unit_id), 303)


def _edit_again(event_id: int, form: ChangeEventForm, error: Exception) -> ResponseReturnValue:
    """The form with what was typed; after a conflict with what stands now beside it."""
    session().rollback()
    event = counted_events.readable(session(), actor(), event_id=event_id)
    conflict = isinstance(error, VersionConflict | StaleDataError)
    if conflict:
        form.version.raw_data, form.version.data = None, event.version
    problem = VersionConflict().message if conflict else str(error)
    page = render_template("quotas/edit.html", form=form, event=event, problem=problem, conflict=conflict)
    return page, 409 if conflict else 422


@blueprint.post(f"{EVENT}/strike")
@permit(Permission.QUOTA_WRITE)
def strike(event_id: int) -> ResponseReturnValue:
    """Strike an event out, with the reason."""
    event, form = counted_events.readable(session(), actor(), event_id=event_id), StrikeForm()
    if not form.validate():
        return _page(event.target_id, EventForm(formdata=None), form.first_problem(), 422)
    facts: dict[str, Any] = {"version": form.version.data, "reason": form.reason.data}
    with writing() as writer:
        counted_events.strike(writer, actor(), event_id=event_id, **facts, now=now())
    flash("已划去，不再计入。", "ok")
    return redirect(url_for("quotas.show", target_id=event.target_id, unit=event.unit_id), 303)


@blueprint.get(f"{EVENT}/file")
@permit(Permission.QUOTA_READ)
def file(event_id: int) -> ResponseReturnValue:
    """The file that was given as evidence."""
    event = counted_events.readable(session(), actor(), event_id=event_id)
    try:
        data = _files().read(event.file_sha256)
    except OSError as error:
        raise NotFound("这次登记没有附件，或附件已不在。") from error
    name = event.file_name or "佐证"
    return downloads.given(data, name)


@blueprint.post(f"{TARGET}/settle")
@permit(Permission.QUOTA_SETTLE)
def settle(target_id: int) -> ResponseReturnValue:
    """Say who owes it."""
    page = quotas.page(session(), actor(), today=today())
    target = next((each for each in page.targets if each.row.id == target_id), None)
    if target is None:
        raise NotFound
    form = SettleForm(prefix=f"q{target_id}-")
    form.offer(target, page.classes)
    if form.validate():
        scope, class_id = form.chosen()
        facts: dict[str, Any] = {"version": form.version.data, "scope": scope, "class_id": class_id}
        with writing() as writer:
            counted_events.settle(writer, actor(), target_id=target_id, **facts, now=now())
    problem = form.first_problem()
    flash(problem or "已确定由谁完成。", "red" if problem else "ok")
    return redirect(url_for("quotas.index", plan=request.args.get("plan")) + f"#q{target_id}", 303)


def _files() -> FolderFiles:
    return FolderFiles(config().uploads_dir)


def _shown(target_id: int) -> TargetPage:
    named = {"unit_id": request.args.get("unit", type=int), "number": request.args.get("span", type=int)}
    return quota_events.target_page(session(), actor(), target_id=target_id, **named, today=today())


def _page(target_id: int, form: EventForm, problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = _shown(target_id)
    form.offer(page.may_enter)
    if not form.is_submitted() and page.unit is not None:
        form.unit_id.data = page.unit.id
    shown = render_template("quotas/show.html", page=page, target=page.target, form=form, problem=problem)
    return shown, status
