"""积分: the own points of a unit, the lines behind a figure, one line with its steps, entering by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.access import Permission, UserRole
from tracker.domain.points import in_points, signed
from tracker.services import point_files, point_lines, point_pages, point_schemes
from tracker.services.ledger import ExportedFile
from tracker.web import downloads
from tracker.web.attempts import attempt, side_by_side, words_left
from tracker.web.edge import actor, now, session, today
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.forms.point_lines import (
    CorrectForm,
    DecideForm,
    HandForm,
    ObjectForm,
    RankingForm,
    day_of,
    line_filter,
)
from tracker.web.policy import permit

blueprint = Blueprint("points", __name__)

LINE = f"/points/lines/<int(max={LARGEST_ID}):line_id>"
SCHEME = f"/points/schemes/<int(max={LARGEST_ID}):scheme_id>"
FORMS: dict[str, Any] = {"object": ObjectForm, "decide": DecideForm, "correct": CorrectForm}
WORDS = {"p": in_points, "signed": signed}
"""How templates write points."""


@blueprint.get("/points")
@permit(Permission.POINTS_READ)
def index() -> str:
    """The schemes for the office, the own points for a unit, a leader's view where ranking is on."""
    match UserRole(actor().role):
        case UserRole.OFFICE:
            view = point_pages.overview(session())
            form = RankingForm(ranked=view.ranked)
            return render_template("points/index.html", view=view, form=form, **WORDS)
        case UserRole.UNIT:
            mine = point_pages.of_unit(session(), actor(), today=today())
            return render_template("points/mine.html", mine=mine, **WORDS)
    pages = point_pages.ranking(session(), today=today())
    return render_template(
        "points/ranking.html", pages=pages, ranked=point_schemes.ranked(session()), **WORDS
    )


@blueprint.get("/points/lines")
@permit(Permission.POINTS_READ)
def lines() -> str:
    """The lines behind a figure."""
    number = request.args.get("page", 1, type=int)
    wanted = line_filter(request.args)
    found = point_pages.lines(session(), actor(), wanted, page=number, today=today())
    return render_template("points/lines.html", found=found, **WORDS)


@blueprint.get(LINE)
@permit(Permission.POINTS_READ)
def show(line_id: int) -> ResponseReturnValue:
    """One line."""
    return _page(line_id)


@blueprint.post(f"{LINE}/object")
@permit(Permission.POINTS_OBJECT)
def object_to(line_id: int) -> ResponseReturnValue:
    """提异议."""

    def act(writer: Session, form: Any) -> None:
        point_lines.object_to(writer, actor(), line_id=line_id, words=form.words.data or "", now=now())

    return _do(line_id, "object", act, "异议已提交，公开办处理后会在这里答复。")


@blueprint.post(f"{LINE}/decide")
@permit(Permission.POINTS_WRITE)
def decide(line_id: int) -> ResponseReturnValue:
    """处理异议."""

    def act(writer: Session, form: Any) -> None:
        said = {
            "version": form.version.data or 0,
            "uphold": form.uphold.data == "yes",
            "words": form.words.data or "",
        }
        point_lines.decide(writer, actor(), line_id=line_id, **said, now=now())

    return _do(line_id, "decide", act, "已处理，单位会看到结果和理由。")


@blueprint.post(f"{LINE}/correct")
@permit(Permission.POINTS_WRITE)
def correct(line_id: int) -> ResponseReturnValue:
    """更正."""

    def act(writer: Session, form: Any) -> None:
        point_lines.correct(writer, actor(), line_id=line_id, why=form.words.data or "", now=now())

    return _do(line_id, "correct", act, "已冲销，原来的一笔留着备查。")


def _do(line_id: int, name: str, act: Callable[[Session, Any], None], done: str) -> ResponseReturnValue:
    form, back = FORMS[name](), url_for("points.show", line_id=line_id)
    page = partial(_page, line_id, {name: form})
    return attempt(form, lambda writer: act(writer, form), page, done=done, back=back)


def _page(
    line_id: int, typed: dict[str, Any] | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    """The page; `typed` holds the form that was refused, by its step."""
    page = point_pages.one_line(session(), actor(), line_id=line_id, today=today())
    forms = {name: (typed or {}).get(name) or made(formdata=None) for name, made in FORMS.items()}
    objection = page.shown.objection
    side_by_side(forms, objection.version if objection is not None else 0)
    may = {"object": page.may_object, "decide": page.may_decide, "correct": page.may_correct}
    left = words_left(typed or {}, [name for name, open_now in may.items() if open_now])
    tried = next(iter(typed or {}), "")
    facts = {"forms": forms, "problem": problem, "tried": tried, "typed": left, **WORDS}
    return render_template("points/show.html", page=page, **facts), status


@blueprint.route(f"{SCHEME}/enter", methods=["GET", "POST"])
@permit(Permission.POINTS_WRITE)
def enter(scheme_id: int) -> ResponseReturnValue:
    """人工登记: an occurrence of a rule that no fact of the program shows."""
    page = point_pages.scheme_page(session(), scheme_id=scheme_id, day=today(), today=today())
    form = HandForm()
    form.offer(page.by_hand, [each.unit for each in page.stands])
    if not form.is_submitted():
        return render_template("points/enter.html", page=page, form=form, problem="", **WORDS)

    def again(problem: str, status: int) -> ResponseReturnValue:
        return render_template("points/enter.html", page=page, form=form, problem=problem, **WORDS), status

    def act(writer: Session) -> None:
        point_lines.enter(writer, actor(), scheme_id=scheme_id, happened=form.happened(), now=now())

    back = url_for("points.lines", scheme=scheme_id)
    return attempt(form, act, again, done="已登记，单位会看到这一笔，异议期内可以提异议。", back=back)


@blueprint.get(f"{SCHEME}/lines.xlsx")
@permit(Permission.POINTS_READ)
def lines_file(scheme_id: int) -> ResponseReturnValue:
    """Every line as a file; a unit gets its own."""
    day = day_of(request.args)
    return _sent(point_files.lines(session(), actor(), scheme_id=scheme_id, day=day, now=now()))


@blueprint.get(f"{SCHEME}/scores.xlsx")
@permit(Permission.POINTS_WRITE)
def scores_file(scheme_id: int) -> ResponseReturnValue:
    """Where each unit stands, for the target assessment."""
    return _sent(point_files.scores(session(), scheme_id=scheme_id, day=day_of(request.args), now=now()))


def _sent(made: ExportedFile) -> ResponseReturnValue:
    return downloads.made(made.content, made.name)


@blueprint.post("/points/ranking")
@permit(Permission.POINTS_WRITE)
def rank() -> ResponseReturnValue:
    """打开或关闭排名."""
    form, back = RankingForm(), url_for("points.index")
    on = bool(form.ranked.data)

    def again(problem: str, _status: int) -> ResponseReturnValue:
        flash(problem, "red")
        return redirect(back, 303)

    done = "排名已打开，领导能看到各单位积分。" if on else "排名已关闭，各单位只看到自己的积分。"
    act = partial(point_schemes.set_ranking, actor=actor(), on=on, now=now())
    return attempt(form, act, again, done=done, back=back)
