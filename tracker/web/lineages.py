"""往年对应: which task of an earlier year a plan's tasks go on with, as a person says."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.services import lineage
from tracker.services.lineage import Said
from tracker.web.attempts import attempt
from tracker.web.edge import actor, now, session
from tracker.web.forms.base import VersionedForm
from tracker.web.forms.lineage import KINDS, AddForm, PickForm
from tracker.web.policy import permit

blueprint = Blueprint("lineages", __name__)

PLAN = "/look-back/<int:plan_id>/lineage"


@blueprint.get(PLAN)
@permit(Permission.LOOK_BACK_READ)
def show(plan_id: int) -> ResponseReturnValue:
    """What may belong together, and what was said."""
    return _page(plan_id)


@blueprint.post(PLAN)
@permit(Permission.LOOK_BACK_CONFIRM)
def say(plan_id: int) -> ResponseReturnValue:
    """A person's word on the pairs that were ticked."""
    form = PickForm()
    words = form.words(request.form.getlist("pick"))
    return _said(plan_id, form, words, done=f"已记下{len(words)}项。")


@blueprint.post(f"{PLAN}/add")
@permit(Permission.LOOK_BACK_CONFIRM)
def add(plan_id: int) -> ResponseReturnValue:
    """Two tasks that nobody proposed."""
    form = AddForm()
    return _said(plan_id, form, form.words(), done="已对应。")


@blueprint.post(f"{PLAN}/<int:lineage_id>/remove")
@permit(Permission.LOOK_BACK_CONFIRM)
def remove(plan_id: int, lineage_id: int) -> ResponseReturnValue:
    """Take back what was said of two tasks."""
    form = VersionedForm()

    def act(writer: Session) -> None:
        lineage.remove(writer, actor(), lineage_id=lineage_id, version=form.version.data or 0, now=now())

    def page(problem: str, status: int) -> ResponseReturnValue:
        flash(problem, "red")
        return _page(plan_id, status=status)

    return attempt(form, act, page, done="已撤回，可以重新对应。", back=_address(plan_id))


def _said(plan_id: int, form: PickForm | AddForm, words: list[Said], *, done: str) -> ResponseReturnValue:
    """Keep the words; with none, or one that cannot stand, the page again with what was typed."""

    def page(problem: str, status: int) -> ResponseReturnValue:
        flash(problem, "red")
        return _page(plan_id, form, status=status)

    if not words:
        return page("请先选择任务。", 422)

    def act(writer: Session) -> None:
        lineage.say(writer, actor(), plan_id=plan_id, words=words, reason=form.reason.data or "", now=now())

    return attempt(form, act, page, done=done, back=_address(plan_id))


def _page(plan_id: int, typed: PickForm | AddForm | None = None, *, status: int = 200) -> ResponseReturnValue:
    found = lineage.page(session(), plan_id=plan_id)
    ticked = set(request.form.getlist("pick"))
    facts = {"found": found, "typed": typed, "ticked": ticked, "kinds": KINDS}
    return render_template("look_back/lineage.html", **facts), status


def _address(plan_id: int) -> str:
    return url_for("lineages.show", plan_id=plan_id)
