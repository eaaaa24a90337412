"""报送: the regime of a plan, its board, and the reading of single returns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.obligation import ReasonNeeded
from tracker.domain.task import Role
from tracker.services import board, experience_pages, laying_out, reading, regime, reporting, urging
from tracker.services.board import ObligationFilter, Slice
from tracker.services.reporting import Decision, MeetingDecides, NewerVersion, ReasonTooLong
from tracker.store.tables import Period
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.base import ActionForm
from tracker.web.forms.regime import RegimeForm
from tracker.web.forms.reporting import (
    DecisionForm,
    SeveralForm,
    WaiverForm,
    read_remarks,
    read_seen,
)
from tracker.web.kept import typed_fields
from tracker.web.policy import permit

blueprint = Blueprint("reporting", __name__, url_prefix="/reporting")

CHANGED_UNSEEN = "规则刚改过，下面已照新规则排好日子。请看一遍，再按一次。"


@blueprint.get("")
@permit(Permission.DASHBOARD_READ)
def index() -> str:
    """Every plan with its running period."""
    return render_template("reporting/index.html", plans=board.overview(session(), now=now()))


@blueprint.get("/<int:plan_id>/regime")
@permit(Permission.CADENCE_WRITE)
def show_regime(plan_id: int) -> str:
    """One cadence with a preview of all periods: as it stands, as proposed, or as the address says."""
    view = _regime_view(plan_id)
    form = RegimeForm.shown(view, request.args)
    form.validate()
    return _regime(view, form)


@blueprint.post("/<int:plan_id>/regime/preview")
@permit(Permission.CADENCE_WRITE)
def preview_regime(plan_id: int) -> ResponseReturnValue:
    """What is typed becomes the page's address: it changes nothing, and can be gone back to."""
    form, view = RegimeForm(), _regime_view(plan_id)
    if not form.validate():
        return _regime(view, form), 422
    said = form.said(step=request.form.get("other_step", ""))
    return redirect(url_for("reporting.show_regime", plan_id=plan_id, cadence=view.kind, **said), 303)


@blueprint.post("/<int:plan_id>/regime")
@permit(Permission.CADENCE_WRITE)
def switch_on(plan_id: int) -> ResponseReturnValue:
    """Switch on, or change, what was previewed; a refusal keeps all that was typed and ticked."""
    form, view = RegimeForm(), _regime_view(plan_id)
    if not form.validate() or not form.was_previewed:
        return _regime(view, form, "" if form.errors else CHANGED_UNSEEN), 422
    wanted, requirement = form.wanted(view.kind), form.requirement(view.requirement)
    try:
        form.require_somebody()
        with writing() as writer:
            cadence = regime.switch_on(
                writer, actor(), plan_id=plan_id, wanted=wanted, version=form.version.data or 0,
                requirement=requirement, now=now(),
            )  # fmt: skip
    except (InvalidInput, VersionConflict) as error:
        return _refused(plan_id, form, error)
    flash(f"{cadence.name}已启用，到了报送的时候各单位就能看到。", "ok")
    return redirect(url_for("reporting.show_board", plan_id=plan_id, cadence=cadence.kind), 303)


@blueprint.post("/<int:plan_id>/regime/off")
@permit(Permission.CADENCE_WRITE)
def switch_off(plan_id: int) -> ResponseReturnValue:
    """Ask for no more returns after the running period."""
    kind, version = request.form.get("cadence", ""), request.form.get("version", type=int) or 0
    with writing() as writer:
        regime.switch_off(writer, actor(), plan_id=plan_id, kind=kind, version=version, now=now())
    flash("已停用：本期照常收完，以后不再要求报送。以前的记录都还在。", "ok")
    return redirect(url_for("reporting.show_regime", plan_id=plan_id, cadence=kind or None), 303)


@blueprint.get("/<int:plan_id>/board")
@permit(Permission.DASHBOARD_READ)
def show_board(plan_id: int) -> ResponseReturnValue:
    """Unit × period, the figures of one period, and what waits to be read."""
    key, kind = request.args.get("period", ""), request.args.get("cadence", "")
    shown = board.board(session(), plan_id, key, kind=kind, now=now())
    if shown is None:
        view = _regime_view(plan_id)
        return render_template("reporting/not_begun.html", view=view)
    seen = " ".join(f"{item.cell.obligation_id}.{item.cell.version}" for item in shown.clean)
    to_urge = urging.not_said_today(session(), shown.to_urge, now=now())
    return render_template(
        "reporting/board.html", board=shown, seen=seen, to_urge=to_urge, form=ActionForm()
    )


@blueprint.post("/<int:plan_id>/accept")
@permit(Permission.RETURN_REVIEW)
def accept_several(plan_id: int) -> ResponseReturnValue:
    """Accept all that were shown without anything unusual."""
    seen = read_seen(SeveralForm().seen.data or "")
    with writing() as writer:
        done = reporting.accept_several(writer, actor(), seen=seen, now=now())
    kept = f"其中经验材料{done.kept}篇已收下，没有采用；要采用的，打开那一篇再点“采用”。" if done.kept else ""
    flash(f"已通过{done.accepted}件。{kept}", "ok")
    if done.left:
        flash(f"有{done.left}件刚有变动，没有通过，请再看一眼。")
    return _to_board(plan_id)


@blueprint.get("/obligations")
@permit(Permission.RETURN_READ)
def obligations() -> str:
    """The list behind a number."""
    args = request.args
    found = board.obligations(
        session(),
        actor(),
        _filter(args),
        kind=args.get("cadence", ""),
        period_key=args.get("period", ""),
        other_than=args.get("not", ""),
        missed_before=args.get("missed", ""),
        together=args.get("together") == "1",
        page=args.get("page", 1, type=int),
    )
    return render_template("reporting/obligations.html", found=found, slices=list(Slice))


@blueprint.get("/obligations/<int:obligation_id>")
@permit(Permission.RETURN_READ)
def obligation(obligation_id: int) -> ResponseReturnValue:
    """One return as it was handed in; an article has a page of its own."""
    article = experience_pages.answering(session(), actor(), obligation_id)
    if article is not None:
        return redirect(url_for("experience.show", article_id=article))
    return _reading(obligation_id, DecisionForm(None), WaiverForm(None), {})


@blueprint.post("/obligations/<int:obligation_id>/accept")
@permit(Permission.RETURN_REVIEW)
def accept(obligation_id: int) -> ResponseReturnValue:
    """通过."""
    return _decide(obligation_id, back=False)


@blueprint.post("/obligations/<int:obligation_id>/send-back")
@permit(Permission.RETURN_REVIEW)
def send_back(obligation_id: int) -> ResponseReturnValue:
    """退回, with a reason."""
    return _decide(obligation_id, back=True)


@blueprint.post("/obligations/<int:obligation_id>/waive")
@permit(Permission.RETURN_WAIVE)
def waive(obligation_id: int) -> ResponseReturnValue:
    """免报, with a reason."""
    form = WaiverForm()
    if not form.validate():
        return _reading(obligation_id, DecisionForm(None), form, {}), 422
    version, why = form.version.data or 0, form.why.data or ""
    with writing() as writer:
        owed = reporting.waive(
            writer, actor(), obligation_id=obligation_id, version=version, reason=why, now=now()
        )
    flash("已定为免报，理由单位能看到。", "ok")
    return _to_board(owed.plan_id, owed.period)


def _decide(obligation_id: int, *, back: bool) -> ResponseReturnValue:
    form = DecisionForm()
    remarks = read_remarks(request.form)
    decision = Decision(obligation_id, form.version.data or 0, form.reason.data or "", remarks)
    try:
        with writing() as writer:
            act = reporting.send_back if back else reporting.accept
            owed = act(writer, actor(), decision, now=now())
    except (ReasonNeeded, ReasonTooLong, MeetingDecides, NewerVersion) as error:
        return _again(form, decision, error)
    flash(f"{owed.unit.name}已{'退回，单位会收到理由' if back else '通过'}。", "ok")
    return _to_board(owed.plan_id, owed.period)


def _again(form: DecisionForm, decision: Decision, error: RuleViolated) -> ResponseReturnValue:
    """The page once more, with what the office has written; a conflict shows the newest version."""
    form.reason.errors = [error.message]
    status = 409 if isinstance(error, NewerVersion) else 422
    typed = typed_fields()
    return _reading(decision.obligation_id, form, WaiverForm(None), decision.remarks, typed), status


def _reading(
    obligation_id: int,
    form: DecisionForm,
    waiver: WaiverForm,
    remarks: Mapping[int, str],
    typed: tuple[tuple[str, str], ...] = (),
) -> str:
    number = request.args.get("version", type=int)
    found = reading.read(session(), actor(), obligation_id, number=number, now=now())
    return render_template(
        "reporting/obligation.html", found=found, form=form, waiver=waiver, remarks=remarks, typed=typed
    )


def _regime_view(plan_id: int) -> regime.Regime:
    return regime.view(session(), plan_id, kind=request.args.get("cadence", ""), now=now())


def _regime(view: regime.Regime, form: RegimeForm, problem: str = "") -> str:
    wanted = form.wanted(view.kind) if form.is_laid_out else None
    shown = laying_out.preview(session(), view.plan.id, wanted, now=now()) if wanted else ()
    year = regime.year(session(), view.plan.id, wanted, shown, now=now()) if wanted else ()
    requirement = form.requirement(view.requirement)
    return render_template(
        "reporting/regime.html", view=view, form=form, wanted=wanted, periods=shown, year=year,
        problem=problem, requirement=requirement, roles=list(Role),
        asked=regime.asked(session(), view.plan.id, requirement),
    )  # fmt: skip


def _refused(plan_id: int, form: RegimeForm, error: RuleViolated) -> ResponseReturnValue:
    """The page once more with all that was typed; a colleague's change stands above it."""
    view = _regime_view(plan_id)
    if isinstance(error, VersionConflict):
        form.version.data = view.version
        return _regime(view, form, f"{error}您填的都还在下面，没有保存；确实要以您的为准，请再按一次。"), 409
    return _regime(view, form, str(error)), 422


def _filter(args: Mapping[str, str]) -> ObligationFilter:
    """What an address asks for; a word that is none of ours is an address that leads nowhere."""
    try:
        return ObligationFilter(
            plan_id=int(args["plan"]) if args.get("plan") else None,
            unit_id=int(args["unit"]) if args.get("unit") else None,
            class_id=int(args["class"]) if args.get("class") else None,
            part=Slice(args["state"]) if args.get("state") else None,
            late=args["late"] == "1" if args.get("late") else None,
            due_from=date.fromisoformat(args["due_from"]) if args.get("due_from") else None,
            due_to=date.fromisoformat(args["due_to"]) if args.get("due_to") else None,
            to_read=args.get("to_read") == "1",
        )
    except ValueError as error:
        raise NotFound from error


def _to_board(plan_id: int, period: Period | None = None) -> ResponseReturnValue:
    key = period.key if period else request.form.get("period") or None
    kind = period.cadence.kind if period else request.form.get("cadence") or None
    return redirect(url_for("reporting.show_board", plan_id=plan_id, cadence=kind, period=key), 303)
