"""整改台账: what look-backs found unfinished, by year."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.services import rectifying
from tracker.services.rectifying import RectificationPart
from tracker.web.attempts import attempt
from tracker.web.edge import actor, now, session, today
from tracker.web.forms.base import VersionedForm, options
from tracker.web.forms.ledger import row_id
from tracker.web.forms.look_back import LinkForm, ScheduleForm
from tracker.web.policy import permit

blueprint = Blueprint("rectifications", __name__)


@blueprint.get("/rectifications")
@permit(Permission.RECTIFICATION_READ)
def index(typed: VersionedForm | None = None, typed_id: int = 0) -> str:
    """The items of one year, or a part of them; a unit's person sees the unit's own."""
    year, part = request.args.get("year", type=row_id), request.args.get("part", type=RectificationPart)
    view = rectifying.ledger(session(), actor(), year=year, part=part, today=today())
    facts = {"parts": list(RectificationPart), "part": part, "typed": typed, "typed_id": typed_id}
    return render_template("look_back/rectifications.html", view=view, **facts)


@blueprint.post("/rectifications/<int:rectification_id>/schedule")
@permit(Permission.LOOK_BACK_CONFIRM)
def schedule(rectification_id: int) -> ResponseReturnValue:
    """Name a lead and a day."""
    form = ScheduleForm()
    named = [(unit.id, unit.name) for unit in rectifying.units(session())]
    form.lead_unit_id.choices = options([(0, ""), *named])

    def act(writer: Session) -> None:
        rectifying.schedule(
            writer, actor(), rectification_id=rectification_id, version=form.version.data or 0,
            lead_unit_id=form.lead_unit_id.data or None, due_on=form.due_on.data, now=now(),
        )  # fmt: skip

    return _do(form, act, rectification_id, "已安排。")


@blueprint.post("/rectifications/<int:rectification_id>/link")
@permit(Permission.RECTIFICATION_WRITE)
def link(rectification_id: int) -> ResponseReturnValue:
    """Say where the mended thing can be seen."""
    form = LinkForm()

    def act(writer: Session) -> None:
        rectifying.give_link(
            writer, actor(), rectification_id=rectification_id, version=form.version.data or 0,
            link=form.link.data or "", now=now(),
        )  # fmt: skip

    return _do(form, act, rectification_id, "链接已保存，请另一位同事核对后销号。")


@blueprint.post("/rectifications/<int:rectification_id>/close")
@permit(Permission.LOOK_BACK_CONFIRM)
def close(rectification_id: int) -> ResponseReturnValue:
    """Another person has looked, and closes it."""
    form = VersionedForm()

    def act(writer: Session) -> None:
        version = form.version.data or 0
        rectifying.close(writer, actor(), rectification_id=rectification_id, version=version, now=now())

    return _do(form, act, rectification_id, "已销号。")


def _do(
    form: VersionedForm, act: Callable[[Session], object], rectification_id: int, done: str
) -> ResponseReturnValue:
    """Do it and go back to the part that was shown; refused, the page with what was typed."""

    def page(problem: str, status: int) -> ResponseReturnValue:
        flash(problem, "red")
        return index(form, rectification_id), status

    year, part = (request.args.get(name) for name in ("year", "part"))
    return attempt(form, act, page, done=done, back=url_for("rectifications.index", year=year, part=part))
