"""代办: who acts for whom, and acting in another's place with one's own sign-in."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated
from tracker.services import deputies
from tracker.web import auth
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.base import VersionedForm
from tracker.web.forms.deputies import DeputyForm
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.policy import permit

blueprint = Blueprint("deputies", __name__)

ONE = f"/deputies/<int(max={LARGEST_ID}):deputyship_id>"


@blueprint.get("/deputies")
@permit(Permission.DEPUTY_WRITE)
def index() -> ResponseReturnValue:
    """For whom one may act, and the arrangements."""
    return _page(None)


@blueprint.post("/deputies")
@permit(Permission.DEPUTY_WRITE)
def arrange() -> ResponseReturnValue:
    """安排代办; somebody whom the person may not name is nobody (404)."""
    form = DeputyForm()
    facts = deputies.page(session(), auth.oneself(), today=today())
    form.offer(facts, today=today())
    _require_known(form, facts)
    if not form.validate():
        return _page(form, form.first_problem(), 422)
    try:
        with writing() as writer:
            row = deputies.arrange(writer, actor(), wanted=form.wanted(), now=now())
    except NotFound:
        raise
    except RuleViolated as error:
        return _page(form, error.message, 422)
    flash(f"已安排由{row.deputy.display_name}代{row.principal.display_name}办理，到日自动结束。", "ok")
    return redirect(url_for("deputies.index"), 303)


def _require_known(form: DeputyForm, facts: deputies.DeputyPage) -> None:
    """A person who does not stand in the lists was put there by hand."""
    if form.by_id.data and form.by_id.data not in {one.id for one in facts.candidates}:
        raise NotFound
    if form.for_id.data and form.for_id.data not in {one.id for one in facts.principals}:
        raise NotFound


@blueprint.post(f"{ONE}/end")
@permit(Permission.DEPUTY_WRITE)
def take_back(deputyship_id: int) -> ResponseReturnValue:
    """提前结束."""
    form = VersionedForm()
    if not form.validate():
        raise InvalidInput(form.first_problem())
    with writing() as writer:
        deputies.take_back(
            writer, actor(), deputyship_id=deputyship_id, version=form.version.data or 0, now=now()
        )
    flash("已提前结束，立即生效。", "ok")
    return redirect(url_for("deputies.index"), 303)


@blueprint.post(f"{ONE}/begin")
@permit(Permission.DEPUTY_WRITE)
def begin(deputyship_id: int) -> ResponseReturnValue:
    """代 X: everything from now on is done in his place."""
    with writing() as writer:
        deputies.begin(
            writer, actor(), sign_in_id=g.person.sign_in_id, deputyship_id=deputyship_id, now=now()
        )
    auth.renew_forms()
    return redirect(url_for("desk.home"), 303)


@blueprint.post("/deputies/back")
@permit(Permission.DEPUTY_WRITE)
def leave() -> ResponseReturnValue:
    """回到本人."""
    with writing() as writer:
        deputies.leave(writer, actor(), sign_in_id=g.person.sign_in_id, now=now())
    auth.renew_forms()
    return redirect(url_for("desk.home"), 303)


def _page(form: DeputyForm | None, problem: str = "", status: int = 200) -> ResponseReturnValue:
    facts = deputies.page(session(), auth.oneself(), today=today())
    form = form or DeputyForm()
    form.offer(facts, today=today())
    return render_template("deputies/index.html", facts=facts, form=form, problem=problem), status
