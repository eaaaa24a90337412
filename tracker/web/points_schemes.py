"""积分办法: drawing up a scheme, trying it out, switching it on and off."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.domain.points_data import doubts, faults, from_data
from tracker.domain.points_presets import PRESETS
from tracker.services import clock_jumps, point_pages, point_schemes
from tracker.web.attempts import attempt, refusal
from tracker.web.edge import actor, now, session, today
from tracker.web.forms.point_lines import (
    NewSchemeForm,
    SwitchOffForm,
    SwitchOnForm,
    TrialForm,
    day_of,
)
from tracker.web.forms.points import SchemeForm
from tracker.web.points import SCHEME, WORDS
from tracker.web.policy import permit

blueprint = Blueprint("points_schemes", __name__)


@blueprint.route("/points/schemes/new", methods=["GET", "POST"])
@permit(Permission.POINTS_WRITE)
def new() -> ResponseReturnValue:
    """Begin a scheme from a preset."""
    form = NewSchemeForm(year=today().year, name="政务公开积分办法")
    if not form.is_submitted():
        return _new(form)
    if not form.validate():
        return _new(form, form.first_problem(), 422)
    made: list[int] = []
    said: dict[str, Any] = {"year": form.year.data, "preset": form.preset.data, "name": form.name.data or ""}

    def act(writer: Session) -> None:
        made.append(point_schemes.create(writer, actor(), **said, now=now()).id)

    if refused := refusal(act):
        return _new(form, *refused)
    flash("已建好，还是草稿：改好、模拟过再启用。", "ok")
    return redirect(url_for("points_schemes.edit", scheme_id=made[0]), 303)


def _new(form: NewSchemeForm, problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template("points/new.html", form=form, presets=PRESETS, problem=problem, **WORDS)
    return page, status


@blueprint.get(SCHEME)
@permit(Permission.POINTS_WRITE)
def show(scheme_id: int) -> ResponseReturnValue:
    """Where each unit stands at the end of a day, and what can be done with the scheme."""
    return _page(scheme_id)


def _page(scheme_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = point_pages.scheme_page(session(), scheme_id=scheme_id, day=day_of(request.args), today=today())
    off = SwitchOffForm(formdata=None, version=page.row.version)
    held_until = clock_jumps.settles_at(session(), now=now())
    told = {"problem": problem, "held_until": held_until, "today": today()}
    return render_template("points/scheme.html", page=page, off=off, **told, **WORDS), status


@blueprint.route(f"{SCHEME}/edit", methods=["GET", "POST"])
@permit(Permission.POINTS_WRITE)
def edit(scheme_id: int) -> ResponseReturnValue:
    """Write the scheme; what is in force changes only by switching on."""
    row = point_schemes.one(session(), scheme_id)
    before = from_data(row.content)
    form = SchemeForm.of(before, version=row.version)
    form.offer(*point_schemes.choices(session(), row))
    if not form.is_submitted():
        return _edit(scheme_id, form)

    def act(writer: Session) -> None:
        said: dict[str, Any] = {"version": form.version.data or 0, "content": form.scheme(before)}
        point_schemes.change(writer, actor(), scheme_id=scheme_id, **said, now=now())

    back = url_for("points_schemes.edit", scheme_id=scheme_id)
    return attempt(form, act, partial(_edit, scheme_id, form), done="已保存。", back=back)


def _edit(scheme_id: int, form: SchemeForm, problem: str = "", status: int = 200) -> ResponseReturnValue:
    """The form; after a conflict beside what stands now, which saving again would replace."""
    row = point_schemes.one(session(), scheme_id)
    content = from_data(row.content)
    if status == 409:
        form.version.raw_data, form.version.data = None, row.version
    told = {"faults": faults(content), "doubts": doubts(content), "content": content, "stale": status == 409}
    page = render_template("points/edit.html", row=row, form=form, problem=problem, **told, **WORDS)
    return page, status


@blueprint.get(f"{SCHEME}/trial")
@permit(Permission.POINTS_WRITE)
def trial(scheme_id: int) -> ResponseReturnValue:
    """What it would have given; nothing is written."""
    return _trial(scheme_id)


def _trial(
    scheme_id: int, form: SwitchOnForm | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    asked = TrialForm(request.args if request.method == "GET" else None)
    start = asked.starts_on.data
    shown = point_schemes.trial(session(), scheme_id=scheme_id, starts_on=start, today=today())
    form = form or SwitchOnForm(formdata=None, starts_on=_from(shown))
    form.version.raw_data, form.version.data = None, shown.scheme.version
    asked.starts_on.data, asked.starts_on.id = shown.starts_on, "trial-starts_on"
    facts = {"shown": shown, "form": form, "asked": asked, "problem": problem}
    return render_template("points/trial.html", **facts, **WORDS), status


def _from(shown: point_schemes.Trial) -> date:
    """A new scheme begins as it was tried out, a changed one today."""
    return today() if shown.scheme.editions else shown.starts_on


@blueprint.post(f"{SCHEME}/on")
@permit(Permission.POINTS_WRITE)
def switch_on(scheme_id: int) -> ResponseReturnValue:
    """启用."""
    form = SwitchOnForm()

    def act(writer: Session) -> None:
        said: dict[str, Any] = {"version": form.version.data or 0, "starts_on": form.starts_on.data}
        point_schemes.switch_on(writer, actor(), scheme_id=scheme_id, **said, now=now())

    done, back = (
        "已启用。记分随后自动进行，单位能看到自己的积分。",
        url_for("points_schemes.show", scheme_id=scheme_id),
    )
    return attempt(form, act, partial(_trial, scheme_id, form), done=done, back=back)


@blueprint.post(f"{SCHEME}/off")
@permit(Permission.POINTS_WRITE)
def switch_off(scheme_id: int) -> ResponseReturnValue:
    """停用."""
    form = SwitchOffForm()
    act = partial(_off, form=form, scheme_id=scheme_id)
    back = url_for("points_schemes.show", scheme_id=scheme_id)
    return attempt(form, act, partial(_page, scheme_id), done="已停用，记录留着备查。", back=back)


def _off(writer: Session, *, form: SwitchOffForm, scheme_id: int) -> None:
    point_schemes.switch_off(writer, actor(), scheme_id=scheme_id, version=form.version.data or 0, now=now())
