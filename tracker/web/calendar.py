"""工作日历: the days of a year, the pasted notice, local days; every change is shown before it is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.domain.errors import InvalidInput, VersionConflict
from tracker.services import calendar_changes, settings
from tracker.services.calendar_changes import Proposal
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.base import ActionForm
from tracker.web.forms.calendar import LocalRuleForm, NoticeForm
from tracker.web.policy import permit

blueprint = Blueprint("calendar", __name__)

EARLIEST = 2004
"""The first year whose holiday notice is known."""


@blueprint.get("/calendar")
@permit(Permission.CALENDAR_READ)
def index() -> str:
    """The days of one year that are not what their weekday says."""
    year = request.args.get("year", today().year, type=int)
    year = min(max(year, EARLIEST), today().year + 1)
    (state,) = settings.calendar_years(session(), (year,))
    holidays = settings.holidays_of(session(), year)
    return render_template("calendar/index.html", state=state, holidays=holidays)


@blueprint.route("/calendar/notice", methods=["GET", "POST"])
@permit(Permission.CALENDAR_WRITE)
def notice() -> ResponseReturnValue:
    """Paste the State Council's notice."""
    form = NoticeForm()
    if not form.validate_on_submit():
        return render_template("calendar/notice.html", form=form), 422 if form.is_submitted() else 200
    try:
        return _settle(partial(calendar_changes.from_notice, text=str(form.text.data), now=now()), form)
    except InvalidInput as error:
        form.text.errors = [str(error)]
        return render_template("calendar/notice.html", form=form), 422


@blueprint.route("/calendar/local", methods=["GET", "POST"])
@permit(Permission.CALENDAR_WRITE)
def local() -> ResponseReturnValue:
    """Days off or worked by a local rule."""
    form = LocalRuleForm()
    if not form.validate_on_submit():
        return render_template("calendar/local.html", form=form), 422 if form.is_submitted() else 200
    try:
        return _settle(partial(calendar_changes.from_local_rule, **form.facts(), now=now()), form)
    except InvalidInput as error:
        form.last.errors = [str(error)]
        return render_template("calendar/local.html", form=form), 422


@blueprint.route("/calendar/local/<day>/drop", methods=["GET", "POST"])
@permit(Permission.CALENDAR_WRITE)
def drop(day: str) -> ResponseReturnValue:
    """Take a local day out again."""
    return _settle(partial(calendar_changes.from_dropped_day, day=_day(day), now=now()), ActionForm())


@blueprint.route("/calendar/moves", methods=["GET", "POST"])
@permit(Permission.CALENDAR_WRITE)
def moves() -> ResponseReturnValue:
    """What the calendar as it stands has not yet moved, after a new release has brought a year."""
    return _settle(partial(calendar_changes.pending, now=now()), ActionForm())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)


def _settle(propose: Callable[[Session], Proposal], form: Any) -> ResponseReturnValue:
    """Show what a change would do, or make it once it has been seen."""
    seen = request.form.get("seen", "")
    if not seen or not form.validate_on_submit():
        return _preview(propose(session()), form)
    try:
        with writing() as writer:
            proposal = propose(writer)
            calendar_changes.apply(writer, actor(), proposal=proposal, seen=seen, now=now())
    except VersionConflict as error:
        return _preview(propose(session()), form, 409, refused=str(error))
    moved = f"，{len(proposal.cutoffs)} 期报送的截止随之调整" if proposal.cutoffs else ""
    flash(f"工作日历已更新{moved}。", "ok")
    year = proposal.days[-1].day.year if proposal.days else None
    return redirect(url_for("calendar.index", year=year), 303)


def _preview(proposal: Proposal, form: Any, status: int = 200, **facts: Any) -> ResponseReturnValue:
    return render_template("calendar/preview.html", proposal=proposal, form=form, **facts), status
