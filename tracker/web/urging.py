"""催办: the list of whom it would reach, and then exactly that list is sent."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.domain.urging import UrgeKind, leaves
from tracker.services import urging
from tracker.services.urging import NobodyTicked, NothingToUrge, Urged
from tracker.web.edge import actor, now, routes, session, writing
from tracker.web.forms import urging as forms
from tracker.web.forms.base import ActionForm
from tracker.web.forms.urging import UrgeAddress
from tracker.web.policy import permit

blueprint = Blueprint("urging", __name__)


@blueprint.get("/urge")
@permit(Permission.RETURN_URGE)
def show() -> ResponseReturnValue:
    """Whom it would reach, unit by unit, and who is left out and why."""
    return _page(forms.read(request.args))


@blueprint.post("/urge")
@permit(Permission.RETURN_URGE)
def send() -> ResponseReturnValue:
    """Urge the units that are ticked."""
    ActionForm().validate()
    asked = forms.read(request.form)
    refs = [ref for line in request.form.getlist("to") for ref in line.split()]
    try:
        with writing() as writer:
            scope = urging.scope_of(writer, asked.what, asked.plan, asked.cadence, asked.period)
            done = urging.urge(writer, actor(), scope=scope, refs=refs, routes=routes(), now=now())
    except NobodyTicked as error:
        return _page(asked, error.message, 422)
    except NothingToUrge as nobody:
        flash(nobody.message)  # pressed twice, or by two people: nothing is wrong
    else:
        _tell(done)
    return redirect(_back(asked).partition("#")[0], 303)  # what is told stands at the page's top


def _tell(done: Urged) -> None:
    several = f"，共{done.notices}件" if done.notices > done.units else ""
    later = f"，邮件等将于{leaves(done.later, now())}发出" if done.later else ""
    flash(f"已催办{done.units}家{several}{later}。同一家同一件事一天只催一次。", "ok")
    if done.settled:
        flash(f"刚刚已经办好，没有再催：{'、'.join(done.settled)}。")
    if done.already:
        flash(f"同事今天已经催过，没有再催：{'、'.join(done.already)}。")


def _page(asked: UrgeAddress, problem: str = "", status: int = 200) -> ResponseReturnValue:
    scope = urging.scope_of(session(), asked.what, asked.plan, asked.cadence, asked.period)
    found = urging.listing(session(), scope, routes=routes(), now=now())
    later = leaves(found.later, now()) if found.later else ""
    page = render_template(
        "urging/show.html", found=found, asked=asked, problem=problem, later=later, back=_back(asked),
        about=urging.about(session(), scope),
    )  # fmt: skip
    return page, status


def _back(asked: UrgeAddress) -> str:
    """The page that the list was opened from."""
    match asked.what:
        case UrgeKind.RETURNS:
            cadence, period = asked.cadence or None, asked.period or None
            return url_for("reporting.show_board", plan_id=asked.plan, cadence=cadence, period=period)
        case UrgeKind.RECEIPTS | UrgeKind.CLAIMS:
            part = "unsigned" if asked.what is UrgeKind.RECEIPTS else "waiting"
            return url_for("receipts.show", plan_id=asked.plan, part=part)
        case UrgeKind.DECISIONS:
            return url_for("decisions.index", part="overdue", plan=asked.plan)
        case UrgeKind.TASKS:
            return f"{url_for('desk.index')}#overdue"
