"""统计: a year's figures with the units behind each, the sheets that are out, and the catalogue of kinds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.documents import statistics as documents
from tracker.domain.access import Permission
from tracker.domain.china_time import FIRST_YEAR, LAST_YEAR
from tracker.domain.errors import NotFound
from tracker.services import (
    statistic_kinds,
    statistic_paper,
    statistic_sheets,
    statistic_years,
    statistics,
)
from tracker.store.tables import StatisticKind
from tracker.web import downloads
from tracker.web.attempts import attempt, refusal
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.base import ActionForm, year_of
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.forms.statistics import GiveOutForm, KindForm, ReopenForm, SendBackForm
from tracker.web.policy import permit

blueprint = Blueprint("statistics", __name__, url_prefix="/documents/statistics")

KIND = f"/<int(max={LARGEST_ID}):kind_id>"
KINDS = "/kinds"


@blueprint.get("")
@permit(Permission.STATISTIC_READ)
def index() -> ResponseReturnValue:
    """A year's figures."""
    return _index_page(ReopenForm(formdata=None))


def _index_page(reopen_form: ReopenForm, status: int = 200) -> ResponseReturnValue:
    facts = {"close_form": ActionForm(formdata=None), "reopen_form": reopen_form}
    known = statistics.table(session(), year=_year())
    return render_template("statistics/index.html", known=known, **facts), status


@blueprint.get(KIND)
@permit(Permission.STATISTIC_READ)
def show(kind_id: int) -> str:
    """The units' values behind one figure."""
    return render_template(
        "statistics/show.html", detail=statistics.detail(session(), year=_year(), kind_id=kind_id)
    )


@blueprint.get(f"{KIND}/rows")
@permit(Permission.STATISTIC_READ)
def rows(kind_id: int) -> str:
    """The events or applications behind one unit's value."""
    year, unit_id = _year(), request.args.get("unit", 0, type=int)
    kind, events, clocks = statistics.rows_of(session(), year=year, kind_id=kind_id, unit_id=unit_id)
    return render_template("statistics/rows.html", kind=kind, year=year, events=events, clocks=clocks)


@blueprint.get("/statistics.xlsx")
@permit(Permission.STATISTIC_READ)
def export() -> ResponseReturnValue:
    """All figures of a year with the units' values, as a file."""
    paper = statistic_paper.paper(session(), year=_year(), now=now())
    name = f"{paper.file_stem}.xlsx"
    return downloads.made(documents.as_xlsx(paper), name)


@blueprint.get("/sheets")
@permit(Permission.STATISTIC_READ)
def sheets() -> ResponseReturnValue:
    """Who was given a sheet, and who has handed it in."""
    return _sheets_page(GiveOutForm(formdata=None, year=_year()), SendBackForm(formdata=None))


@blueprint.post("/sheets")
@permit(Permission.STATISTIC_WRITE)
def give_out() -> ResponseReturnValue:
    """Give sheets out."""
    form = GiveOutForm()
    form.offer(statistic_sheets.units_to_ask(session()))
    facts: dict[str, Any] = {"today": today(), "now": now()}

    def act(writer: Session) -> int:
        return statistic_sheets.open_year(
            writer, actor(), year=form.year.data or 0, unit_ids=form.unit_ids.data or [],
            due_on=form.due_on.data, **facts,
        )  # fmt: skip

    back = url_for("statistics.sheets", year=form.year.data)
    return attempt(form, act, _said(form, SendBackForm(formdata=None)), done="统计表已发放。", back=back)


@blueprint.post(f"/sheets/<int(max={LARGEST_ID}):unit_id>")
@permit(Permission.STATISTIC_WRITE)
def send_back(unit_id: int) -> ResponseReturnValue:
    """Let a unit correct its sheet."""
    form, year = SendBackForm(), _year()

    def act(writer: Session) -> object:
        return statistic_sheets.send_back(
            writer, actor(), year=year, unit_id=unit_id, reason=form.reason.data or "", now=now()
        )

    page = _said(GiveOutForm(formdata=None, year=year), form)
    return attempt(form, act, page, done="已退回。", back=url_for("statistics.sheets", year=year))


@blueprint.post("/close")
@permit(Permission.STATISTIC_WRITE)
def close() -> ResponseReturnValue:
    """统计定稿."""
    year = _year()
    if refused := refusal(lambda writer: statistic_years.close(writer, actor(), year=year, now=now())):
        flash(refused[0], "red")
    else:
        flash(f"{year}年统计已定稿，数字不再变动。", "ok")
    return redirect(url_for("statistics.index", year=year), 303)


@blueprint.post("/reopen")
@permit(Permission.STATISTIC_WRITE)
def reopen() -> ResponseReturnValue:
    """Open a final year again, with a reason."""
    form, year = ReopenForm(), _year()

    def act(writer: Session) -> object:
        return statistic_years.reopen(writer, actor(), year=year, reason=form.reason.data or "", now=now())

    def page(said: str, status: int) -> ResponseReturnValue:
        flash(said, "red")
        return _index_page(form, status)

    done = f"{year}年统计已重新打开，改好后请再次定稿。"
    return attempt(form, act, page, done=done, back=url_for("statistics.index", year=year))


@blueprint.get(KINDS)
@permit(Permission.STATISTIC_WRITE)
def kinds() -> ResponseReturnValue:
    """The catalogue, and the form of one kind: a new one, or the one that the address names."""
    rows_ = statistic_kinds.listing(session())
    chosen = next((row for row in rows_ if row.id == request.args.get("kind", type=int)), None)
    form = _kind_form(formdata=None)
    if chosen is not None:
        form.show(chosen)
    else:
        form.form.data, form.version.data = "count", 0
    return _kinds_page(form, chosen)


@blueprint.post(KINDS)
@permit(Permission.STATISTIC_WRITE)
def add() -> ResponseReturnValue:
    """Count one thing more."""
    form = _kind_form()

    def act(writer: Session) -> object:
        return statistic_kinds.add(writer, actor(), facts=form.facts(), now=now())

    return _kept(form, None, act)


@blueprint.post(f"{KINDS}/presets")
@permit(Permission.STATISTIC_WRITE)
def add_presets() -> ResponseReturnValue:
    """Take over what many offices publish."""
    with writing() as writer:
        made = statistic_kinds.add_presets(writer, actor(), now=now())
    flash(f"已加入{made}个常用指标，不需要的可以停用。", "ok")
    return redirect(url_for("statistics.kinds"), 303)


@blueprint.post(KINDS + KIND)
@permit(Permission.STATISTIC_WRITE)
def change(kind_id: int) -> ResponseReturnValue:
    """Put a kind better, or count it no more."""
    form = _kind_form()
    chosen = next((row for row in statistic_kinds.listing(session()) if row.id == kind_id), None)
    if chosen is None:
        raise NotFound
    facts: dict[str, Any] = {"kind_id": kind_id, "version": form.version.data or 0, "now": now()}
    if request.form.get("do") == "end":
        end = partial(statistic_kinds.end, actor=actor(), **facts)
        return _kept(form, chosen, end, done="已停用。")

    def act(writer: Session) -> object:
        return statistic_kinds.change(writer, actor(), facts=form.facts(), **facts)

    return _kept(form, chosen, act)


def _kept(
    form: KindForm, chosen: StatisticKind | None, act: Callable[[Session], object], *, done: str = "已保存。"
) -> ResponseReturnValue:
    def page(said: str, status: int) -> ResponseReturnValue:
        flash(said, "red")
        return _kinds_page(form, chosen, status)

    return attempt(form, act, page, done=done, back=url_for("statistics.kinds"))


def _kind_form(**facts: Any) -> KindForm:
    form = KindForm(**facts)
    form.offer(statistic_kinds.sources(session()), statistic_kinds.listing(session()))
    return form


def _kinds_page(form: KindForm, chosen: StatisticKind | None, status: int = 200) -> ResponseReturnValue:
    known, sources = statistic_kinds.listing(session()), statistic_kinds.sources(session())
    words = {f"{source.value}:{counted}": said for (source, counted), said in sources.items()}
    facts = {"kinds": known, "words": words, "names": {kind.id: kind.name for kind in known}}
    return render_template("statistics/kinds.html", form=form, chosen=chosen, **facts), status


def _said(give: GiveOutForm, back: SendBackForm) -> Callable[[str, int], ResponseReturnValue]:
    def page(said: str, status: int) -> ResponseReturnValue:
        flash(said, "red")
        return _sheets_page(give, back, status)

    return page


def _sheets_page(give: GiveOutForm, back: SendBackForm, status: int = 200) -> ResponseReturnValue:
    year = give.year.data if give.year.data and FIRST_YEAR <= give.year.data <= LAST_YEAR else _year()
    known = statistics.table(session(), year=year)
    asked = {sheet.unit_id for sheet in known.sheets}
    left = [unit for unit in statistic_sheets.units_to_ask(session()) if unit.id not in asked]
    give.offer(left)
    if give.unit_ids.data is None:  # nobody has sent the form yet
        give.unit_ids.data = [unit.id for unit in left]
        give.due_on.data = known.row.due_on if known.row else None
    state = request.args.get("state", "")
    shown = [sheet for sheet in known.sheets if state in {"", sheet.state}]
    facts = {"known": known, "shown": shown, "state": state, "give": give, "back": back}
    return render_template("statistics/sheets.html", **facts), status


def _year() -> int:
    return year_of(request.args, usual=statistics.usual_year(today()))
