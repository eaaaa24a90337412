"""修订与撤销: say what a draft is to a plan that is known, compare, confirm; history and undoing."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.domain.errors import InvalidInput, RuleViolated, VersionConflict
from tracker.domain.likeness import Relation
from tracker.services import edition_ticks, editions, import_history, importing, revising, undoing
from tracker.services.edition_ticks import Ticks
from tracker.services.readiness import Concern
from tracker.web.edge import actor, now, session, writing
from tracker.web.policy import permit

blueprint = Blueprint("editions", __name__)

DRAFT = "/imports/<int:draft_id>"
BATCH = "/imports/history/<int:batch_id>"


@blueprint.post(f"{DRAFT}/edition")
@permit(Permission.PLAN_IMPORT)
def choose(draft_id: int) -> ResponseReturnValue:
    """作为修订版对比, 作为转发件, or 作为新计划."""
    relation = request.form.get("relation", "")
    if relation not in set(Relation):
        raise InvalidInput("请选一种办法。")
    wanted = Relation(relation)
    plan_id = None if wanted is Relation.SEPARATE else request.form.get("plan", type=int)
    with writing() as writer:
        editions.choose(writer, actor(), draft_id=draft_id, relation=wanted, plan_id=plan_id, now=now())
    flash(f"已认定为{wanted.label}，确认之前都可以改。", "ok")
    page = "editions.diff" if wanted is Relation.REVISION else "imports.check"
    return redirect(url_for(page, draft_id=draft_id), 303)


@blueprint.get(f"{DRAFT}/diff")
@permit(Permission.PLAN_IMPORT)
def diff(draft_id: int) -> ResponseReturnValue:
    """What the new edition changes, item by item."""
    try:
        return _diff_page(draft_id)
    except editions.NoRevision as error:
        flash(str(error))
        return redirect(url_for("imports.check", draft_id=draft_id))


def _diff_page(draft_id: int, status: int = 200, **facts: Any) -> ResponseReturnValue:
    show = request.args.get("show", "all")
    page = request.args.get("page", 1, type=int)
    view = editions.diff_page(session(), draft_id=draft_id, show=show, page=page)
    facts["seen"] = edition_ticks.seen(session(), draft_id=draft_id)
    return render_template("editions/diff.html", view=view, shows=editions.SHOWS, **facts), status


@blueprint.post(f"{DRAFT}/diff")
@permit(Permission.PLAN_IMPORT)
def tick(draft_id: int) -> ResponseReturnValue:
    """Keep what is ticked on this page, and go to the page or the filter that was asked for."""
    with writing() as writer:
        edition_ticks.keep(writer, actor(), draft_id=draft_id, ticks=_ticks(), now=now())
    show, page = request.form.get("to", "all"), request.form.get("page", 1, type=int)
    wanted: dict[str, Any] = {"show": show if show != "all" else None, "page": page if page > 1 else None}
    flash("勾选已保存。", "ok")
    return redirect(url_for("editions.diff", draft_id=draft_id, **wanted), 303)


def _ticks() -> Ticks:
    shown, taken, was = (set(request.form.getlist(name)) for name in ("shown", "take", "was"))
    return Ticks(shown, taken, was, seen=request.form.get("seen", ""))


@blueprint.post(f"{DRAFT}/revise")
@permit(Permission.PLAN_IMPORT)
def revise(draft_id: int) -> ResponseReturnValue:
    """Make the ticked changes; whoever comes second is led to what the first has made."""
    accepted = {concern for concern in Concern if concern.value in request.form.getlist("accepted")}
    try:
        words, plan_id = _revise(draft_id, accepted)
    except importing.NotReady as error:
        return _diff_page(draft_id, 422, refused=str(error), unready=True, accepted=accepted)
    except VersionConflict as error:
        return _diff_page(draft_id, 409, refused=str(error), accepted=accepted)
    flash(words, "ok")
    return redirect(f"/ledger?plan={plan_id}", 303)


def _revise(draft_id: int, accepted: set[Concern]) -> tuple[str, int]:
    """The ticks of the page are kept first, so that a refusal loses none of them."""
    version, overtaken = request.form.get("version", 0, type=int), False
    try:
        with suppress(RuleViolated), writing() as writer:  # the confirmation says better what is wrong
            overtaken = edition_ticks.keep(writer, actor(), draft_id=draft_id, ticks=_ticks(), now=now())
        if overtaken:
            raise VersionConflict("勾选刚被他人改过，您改的也已保存。下面是合在一起的，请看过再确认。")
        with writing(reads_first=True) as writer:
            done = revising.confirm(
                writer, actor(), draft_id=draft_id, version=version, accepted=accepted, now=now()
            )
            return done.words, done.plan.id
    except importing.KnownFile as known:
        return str(known), known.plan_id or 0


@blueprint.get("/imports/history")
@permit(Permission.PLAN_IMPORT)
def history() -> str:
    """Every batch: who, when, which file, what it changed."""
    found = import_history.history(session(), page=request.args.get("page", 1, type=int))
    return render_template("editions/history.html", found=found)


@blueprint.get(BATCH)
@permit(Permission.PLAN_IMPORT)
def batch(batch_id: int) -> ResponseReturnValue:
    """What an undo would take back and keep, or what it did."""
    return _batch_page(batch_id)


def _batch_page(batch_id: int, status: int = 200, **facts: Any) -> ResponseReturnValue:
    page = undoing.look(session(), batch_id=batch_id)
    wanted = request.args.get("kind", "")
    facts |= {"wanted": wanted, "kinds": import_history.kinds(page)}
    shown = import_history.of_kind(page, wanted)
    return render_template("editions/batch.html", page=page, shown=shown, **facts), status


@blueprint.post(f"{BATCH}/undo")
@permit(Permission.PLAN_IMPORT)
def undo(batch_id: int) -> ResponseReturnValue:
    """Take the batch back."""
    try:
        with writing(reads_first=True) as writer:
            words = undoing.undo(writer, actor(), batch_id=batch_id, now=now()).words
    except (undoing.AlreadyUndone, undoing.LaterRevision, undoing.NothingToUndo) as error:
        session().rollback()
        return _batch_page(batch_id, 409, refused=str(error))
    flash(f"已撤销：{words}", "ok")
    return redirect(url_for("editions.batch", batch_id=batch_id), 303)
