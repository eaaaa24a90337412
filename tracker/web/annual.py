"""年报: what a plan's year came to, what does not agree yet, and the tables that are entered once a year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.documents import annual_tables as documents
from tracker.domain import annual_tables as tables
from tracker.domain.access import Permission
from tracker.domain.balance import Stretch
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.titled import Titled
from tracker.services import annual, annual_items, annual_paper, report_annual
from tracker.services.annual_items import Part
from tracker.store.tables import Plan
from tracker.web import downloads
from tracker.web.attempts import refusal
from tracker.web.edge import actor, now, session, today
from tracker.web.forms.annual import TablesForm, name_of, read_cells, shown
from tracker.web.forms.base import year_of
from tracker.web.forms.ledger import row_id
from tracker.web.policy import permit

blueprint = Blueprint("annual", __name__, url_prefix="/documents/annual")

Named = TypeVar("Named", bound=Titled)


@blueprint.get("")
@permit(Permission.ANNUAL_READ)
def index() -> str:
    """A plan's year, what does not agree yet, and the days by which the report has to be out."""
    plans = annual.plans(session())
    plan_id = _number("plan") or _last_years(plans)
    known = annual.overview(session(), plan_id=plan_id) if plan_id else None
    figures = report_annual.application_figures(known.applications, known.plan.year) if known else {}
    lists = {"parts": list(Part), "stretches": list(Stretch)}
    return render_template("annual/index.html", plans=plans, known=known, figures=figures, **lists)


def _last_years(plans: list[Plan]) -> int | None:
    """The newest plan whose year is over; while there is none, the newest."""
    over = [plan for plan in plans if plan.year < today().year]
    return (over or plans)[0].id if plans else None


@blueprint.get("/items")
@permit(Permission.ANNUAL_READ)
def items() -> str:
    """The tasks that one of the year's numbers counts."""
    part = _chosen(Part)
    known = annual_items.account(session(), plan_id=_number("plan") or 0)
    return render_template("annual/items.html", known=known, part=part, rows=known.lists[part])


@blueprint.get("/applications")
@permit(Permission.ANNUAL_READ)
def applications() -> str:
    """The applications that one of the year's numbers counts."""
    year, stretch = _year(), _chosen(Stretch)
    rows = annual.clocks(session(), year=year, stretch=stretch)
    return render_template("annual/applications.html", year=year, stretch=stretch, rows=rows)


@blueprint.get("/tables")
@permit(Permission.ANNUAL_READ)
def show_tables() -> ResponseReturnValue:
    """The three tables as they stand."""
    known = annual.entered(session(), year=_year())
    return _tables(known, _unchanged(known))


@blueprint.get("/tables.xlsx")
@permit(Permission.ANNUAL_READ)
def export() -> ResponseReturnValue:
    """The three tables as a file; while they do not agree, the page again with the difference."""
    year = _year()
    try:
        paper = annual_paper.paper(session(), year=year, now=now())
    except RuleViolated as error:
        flash(error.message, "red")
        known = annual.entered(session(), year=year)
        return _tables(known, _unchanged(known), 422)
    return downloads.made(documents.as_xlsx(paper), f"{paper.file_stem}.xlsx")


@blueprint.post("/tables")
@permit(Permission.ANNUAL_WRITE)
def enter() -> ResponseReturnValue:
    """Keep what was typed; what is no number, or was overtaken, stays in its cell."""
    year, form = _year(), TablesForm()
    cells, wrong = read_cells(request.form)
    said = form.first_problem() if not form.validate() else next(iter(wrong.values()), "")
    if said:
        flash(said, "red")
        return _tables(annual.entered(session(), year=year), form, 422, typed=request.form, wrong=wrong)
    facts = {"version": form.version.data or 0, "counted_from": form.counted_from.data, "now": now()}
    if refused := refusal(lambda writer: annual.enter(writer, actor(), year=year, cells=cells, **facts)):
        flash(refused[0], "red")
        known = annual.entered(session(), year=year)
        form.version.raw_data, form.version.data = None, known.version
        return _tables(known, form, refused[1], typed=request.form)
    left = len(annual.entered(session(), year=year).faults)
    flash(f"已保存，还有{left}处对不上，见下。" if left else "已保存，各列都对得上。", "ok")
    return redirect(url_for("annual.show_tables", year=year), 303)


def _unchanged(known: annual.Tables) -> TablesForm:
    return TablesForm(formdata=None, counted_from=known.counted_from, version=known.version)


def _tables(
    known: annual.Tables,
    form: TablesForm,
    status: int = 200,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    kept = {
        name_of(row, column): shown(known.cells.get((row.key, column.key)), column)
        for each in tables.FORMS
        for row, column in each.cells()
    }
    facts = {"forms": tables.FORMS, "tables": tables, "name_of": name_of, "kept": kept}
    facts |= {"typed": typed, "wrong": wrong or {}}
    return render_template("annual/tables.html", known=known, form=form, **facts), status


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    try:
        return row_id(text) if text else None
    except ValueError:
        raise NotFound from None


def _year() -> int:
    return year_of(request.args, usual=today().year - 1)


def _chosen(kind: type[Named]) -> Named:
    """What the address asks for.

    Raises:
        NotFound: it is none of ours.

    """
    asked = request.args.get("of", "")
    found = next((each for each in kind if each.value == asked), None)
    if found is None:
        raise NotFound
    return found
