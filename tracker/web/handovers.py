"""联系人交接: a unit's contact leaves and another one is filed within five workdays."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from tracker.domain.access import Permission
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.services import handovers
from tracker.web.addresses import is_this_machine
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.base import VersionedForm
from tracker.web.forms.handovers import LeavingForm, SuccessorForm, WithdrawForm
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.policy import permit

blueprint = Blueprint("handovers", __name__)

CONFLICT = str(VersionConflict())
ONE = f"/handovers/<int(max={LARGEST_ID}):handover_id>"


@blueprint.get("/handovers")
@permit(Permission.HANDOVER_WRITE)
def index() -> ResponseReturnValue:
    """The hand-overs that the person may see, and the form to report one."""
    return _list_page(None)


@blueprint.post("/handovers")
@permit(Permission.HANDOVER_WRITE)
def report() -> ResponseReturnValue:
    """报告联系人变动; somebody of another unit is nobody (404)."""
    form = LeavingForm()
    people = handovers.contacts(session(), actor())
    form.offer(people, today=today())
    if form.account_id.data is not None and form.account_id.data not in {one.id for one in people}:
        raise NotFound
    if not form.validate():
        return _list_page(form, form.first_problem(), 422)
    try:
        written = _reported(form)
    except RuleViolated as error:
        return _list_page(form, error.message, 422)
    flash("已记下。请在5个工作日内备案新联系人。", "ok")
    return redirect(url_for("handovers.show", handover_id=written), 303)


def _reported(form: LeavingForm) -> int:
    facts = {"account_id": form.account_id.data, "changed_on": form.changed_on.data}
    with writing() as writer:
        return handovers.report(writer, actor(), **facts, why=form.words.data or "", now=now()).id


@blueprint.get(ONE)
@permit(Permission.HANDOVER_WRITE)
def show(handover_id: int) -> ResponseReturnValue:
    """One hand-over with its five workdays."""
    return _page(handover_id)


@blueprint.post(f"{ONE}/file")
@permit(Permission.HANDOVER_WRITE)
def file(handover_id: int) -> ResponseReturnValue:
    """备案; a link for a new account is shown once, straight after the post."""
    form = _successor_form(handover_id)
    if not form.validate():
        return _page(handover_id, form, form.first_problem(), 422)
    try:
        with writing() as writer:
            one = _one(handover_id, form)
            filed = handovers.file(writer, actor(), **one, successor=form.successor())
    except (VersionConflict, StaleDataError):
        return _page(handover_id, form, CONFLICT, 409)
    except RuleViolated as error:
        return _page(handover_id, form, error.message, 422)
    return _filed(filed)


def _successor_form(handover_id: int) -> SuccessorForm:
    """The form as it was sent; a colleague of another unit is nobody (404)."""
    form = SuccessorForm()
    colleagues = handovers.view(session(), actor(), handover_id=handover_id, today=today()).colleagues
    form.offer(colleagues)
    if form.account_id.data and form.account_id.data not in {one.id for one in colleagues}:
        raise NotFound
    return form


def _one(handover_id: int, form: VersionedForm) -> dict[str, Any]:
    """Which hand-over, as it was seen, and when."""
    return {"handover_id": handover_id, "version": form.version.data or 0, "now": now()}


def _filed(filed: handovers.Filed) -> ResponseReturnValue:
    done = filed.row.done_at is not None
    flash("已备案，已经交接。" if done else "已备案，到变动那天自动交接。", "ok")
    if filed.token is None:
        return redirect(url_for("handovers.show", handover_id=filed.row.id), 303)
    address = f"{current_app.config['BASE_URL']}{url_for('accounts.set_password', token=filed.token)}"
    facts = {"address": address, "only_here": is_this_machine(address), "done": done}
    return render_template("handovers/link.html", row=filed.row, account=filed.account, **facts)


@blueprint.post(f"{ONE}/withdraw")
@permit(Permission.HANDOVER_WRITE)
def withdraw(handover_id: int) -> ResponseReturnValue:
    """撤销."""
    form = WithdrawForm()
    if not form.validate():
        return _page(handover_id, None, form.first_problem(), 422)
    try:
        with writing() as writer:
            handovers.withdraw(writer, actor(), **_one(handover_id, form), why=form.words.data or "")
    except (VersionConflict, StaleDataError):
        return _page(handover_id, None, CONFLICT, 409)
    flash("已撤销。", "ok")
    return redirect(url_for("handovers.show", handover_id=handover_id), 303)


def _list_page(form: LeavingForm | None, problem: str = "", status: int = 200) -> ResponseReturnValue:
    form = form or LeavingForm()
    form.offer(handovers.contacts(session(), actor()), today=today())
    lines = handovers.listing(session(), actor(), today=today())
    return render_template("handovers/index.html", lines=lines, form=form, problem=problem), status


def _page(
    handover_id: int, form: SuccessorForm | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    page = handovers.view(session(), actor(), handover_id=handover_id, today=today())
    form, leaving = form or SuccessorForm(formdata=None), WithdrawForm(formdata=None)
    form.offer(page.colleagues)
    for one in (form, leaving):
        one.version.raw_data, one.version.data = None, page.row.version
        for field in one:  # both stand on one page
            field.id = f"{type(one).__name__}-{field.short_name}"
    facts = {"form": form, "leaving": leaving, "problem": problem}
    return render_template("handovers/show.html", page=page, **facts), status
