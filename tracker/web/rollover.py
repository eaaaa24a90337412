"""年终结转: what closing a year will do, and the one button that does it."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.domain.china_time import FIRST_YEAR, LAST_YEAR
from tracker.services import rolling_over
from tracker.web.attempts import attempt
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.ledger import row_id
from tracker.web.forms.rollover import AdoptForm, RolloverForm
from tracker.web.policy import permit

blueprint = Blueprint("rollover", __name__)


@blueprint.get("/look-back/rollover")
@permit(Permission.LOOK_BACK_READ)
def show() -> ResponseReturnValue:
    """What closing a year will do; the year that people think of where none is named."""
    return _page(request.args.get("year", type=row_id))


@blueprint.post("/look-back/rollover")
@permit(Permission.LOOK_BACK_CONFIRM)
def close() -> ResponseReturnValue:
    """Close the year."""
    form = RolloverForm()
    year = form.year.data or 0

    def act(writer: Session) -> None:
        rolling_over.roll_over(writer, actor(), year=year, now=now())

    def page(problem: str, status: int) -> ResponseReturnValue:
        with writing() as writer:  # what was found meanwhile is kept, so that the page can show it
            rolling_over.note_changes(writer, year=year, now=now())
        return _refused(problem, status, year)

    done = f"{year} 年已结转，没完成的在 {year + 1} 年整改台账里。"
    return attempt(form, act, page, done=done, back=url_for("rollover.show", year=year))


@blueprint.post("/look-back/rollover/regime")
@permit(Permission.CADENCE_WRITE)
def adopt() -> ResponseReturnValue:
    """Ask a plan of next year for the same reports."""
    form = AdoptForm()

    def act(writer: Session) -> None:
        rolling_over.adopt_regime(writer, actor(), now=now(), **form.plans())

    year, done = form.year.data or 0, "已照上年的报送制度启用，可以在报送制度里再改。"

    def page(problem: str, status: int) -> ResponseReturnValue:
        return _refused(problem, status, year)

    return attempt(form, act, page, done=done, back=url_for("rollover.show", year=year))


def _refused(problem: str, status: int, year: int) -> ResponseReturnValue:
    """The page again, with what stands in the way."""
    flash(problem, "red")
    return _page(year or None, status)


def _page(year: int | None, status: int = 200) -> ResponseReturnValue:
    named = year if year and FIRST_YEAR <= year <= LAST_YEAR else None
    view = rolling_over.page(session(), actor(), year=named, today=today())
    return render_template("look_back/rollover.html", view=view), status
