"""统计表: a unit's sheet of a year, filled in once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.services import statistic_sheets
from tracker.services.statistic_sheets import WrongFigures
from tracker.web.attempts import refusal
from tracker.web.edge import actor, now, session
from tracker.web.forms.statistics import SheetForm
from tracker.web.policy import permit

blueprint = Blueprint("my_statistics", __name__)

SHEET = "/my/statistics/<int(max=9999):year>"


@blueprint.get(SHEET)
@permit(Permission.STATISTIC_SUBMIT)
def fill(year: int) -> ResponseReturnValue:
    """The sheet as it stands."""
    return _page(year)


@blueprint.post(SHEET)
@permit(Permission.STATISTIC_SUBMIT)
def submit(year: int) -> ResponseReturnValue:
    """Hand it in; what is no figure, or was overtaken, stays in its field."""
    form, wrong = SheetForm(), dict[str, str]()
    if not form.validate():
        return _page(year, 422, form.first_problem(), typed=request.form)
    if refused := refusal(partial(_submit, year=year, version=form.version.data or 0, wrong=wrong)):
        return _page(year, refused[1], refused[0], typed=request.form, wrong=wrong)
    flash("已报送。定稿前还可以修改。", "ok")
    return redirect(url_for("my_statistics.fill", year=year), 303)


def _submit(writer: Session, *, year: int, version: int, wrong: dict[str, str]) -> None:
    """Hand in what was typed; what is no figure is told in `wrong` too, field by field."""
    facts: dict[str, Any] = {"year": year, "version": version, "typed": request.form, "now": now()}
    try:
        statistic_sheets.submit(writer, actor(), **facts)
    except WrongFigures as error:
        wrong.update(error.wrong)
        raise


def _page(
    year: int,
    status: int = 200,
    said: str = "",
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    if said:
        flash(said, "red")
    page = statistic_sheets.page(session(), actor(), year=year)
    facts = {"page": page, "typed": typed, "wrong": wrong or {}, "field_name": statistic_sheets.field_name}
    return render_template("my/statistics.html", **facts, form=SheetForm(formdata=None)), status
