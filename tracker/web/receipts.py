"""签收与认领: units say that they have their work, and which part of it they take; the office sees who."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.domain.errors import RuleViolated, VersionConflict
from tracker.services import claiming, receipts, urging
from tracker.services.urging import UrgeKind, UrgeScope
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.base import ActionForm
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.forms.receipts import ClaimDayForm, ClaimForm
from tracker.web.policy import permit

blueprint = Blueprint("receipts", __name__)

PLAN = f"/receipts/<int(max={LARGEST_ID}):plan_id>"
PARTS = ("unsigned", "waiting", "declined", "claimed", "signed")
URGED_PARTS = {"unsigned": UrgeKind.RECEIPTS, "waiting": UrgeKind.CLAIMS}


@blueprint.get("/receipts")
@permit(Permission.RECEIPT_READ)
def index() -> str:
    """Every plan of the year with what its units have not said yet."""
    return render_template("receipts/index.html", plans=receipts.overview(session(), now=now()))


@blueprint.get(PLAN)
@permit(Permission.RECEIPT_READ)
def show(plan_id: int) -> ResponseReturnValue:
    """Who has not signed for a plan, and what of it nobody has claimed."""
    return _page(plan_id)


@blueprint.post(f"{PLAN}/claim-day")
@permit(Permission.RECEIPT_WRITE)
def set_claim_day(plan_id: int) -> ResponseReturnValue:
    """The day by which shared work is to be claimed."""
    form = ClaimDayForm()
    if not form.validate():
        return _page(plan_id, form, status=422)
    try:
        with writing() as writer:
            claiming.set_day(
                writer, actor(), plan_id=plan_id, version=form.version.data or 0, by=form.day(), now=now()
            )
    except RuleViolated as error:
        return _page(plan_id, form, error.message, 409 if isinstance(error, VersionConflict) else 422)
    flash("认领期限已保存。", "ok")
    return redirect(url_for("receipts.show", plan_id=plan_id), 303)


@blueprint.post(f"/my/plans/<int(max={LARGEST_ID}):plan_id>/acknowledge")
@permit(Permission.PLAN_ACKNOWLEDGE)
def acknowledge(plan_id: int) -> ResponseReturnValue:
    """签收."""
    ActionForm().validate()
    with writing() as writer:
        made = receipts.acknowledge(writer, actor(), plan_id=plan_id, now=now())
    flash("已签收。" if made else "同事已经签收过，不用再签。", "ok")
    return redirect(url_for("my.index"), 303)


@blueprint.get("/my/claims")
@permit(Permission.TASK_CLAIM)
def claims() -> ResponseReturnValue:
    """The unit's parts of shared work, each with its answer."""
    return _claims_page()


@blueprint.post(f"/my/claims/<int(max={LARGEST_ID}):claim_id>")
@permit(Permission.TASK_CLAIM)
def answer(claim_id: int) -> ResponseReturnValue:
    """Take a part, or decline it with a reason."""
    form = ClaimForm()
    if not form.validate():
        return _claims_page(claim_id, form, form.first_problem(), 422)
    claims = form.action.data == ClaimForm.CLAIM
    try:
        with writing() as writer:
            claiming.answer(
                writer, actor(), claim_id=claim_id, version=form.version.data or 0, claims=claims,
                words=form.words.data or "", now=now(),
            )  # fmt: skip
    except RuleViolated as error:
        return _claims_page(claim_id, form, error.message, 409 if isinstance(error, VersionConflict) else 422)
    flash("已认领。" if claims else "已答复不认领，公开办会看到理由。", "ok")
    return redirect(url_for("receipts.claims"), 303)


@blueprint.post("/my/claims/all")
@permit(Permission.TASK_CLAIM)
def claim_all() -> ResponseReturnValue:
    """Take every part that waits."""
    ActionForm().validate()
    with writing() as writer:
        taken = claiming.take_all(writer, actor(), now=now())
    flash(f"已认领{taken}项。" if taken else "没有待认领的任务。", "ok")
    return redirect(url_for("receipts.claims"), 303)


def _page(
    plan_id: int, form: ClaimDayForm | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    page = receipts.view(session(), plan_id=plan_id, now=now())
    if form is None:
        form = ClaimDayForm(formdata=None)
        form.by.data = page.day.by if page.day else None
    form.version.raw_data = None
    form.version.data = page.day.version if page.day else 0
    chosen = request.args.get("part", "")
    part = chosen if chosen in PARTS else PARTS[0]
    kind = URGED_PARTS.get(part)
    to_urge = urging.not_urged_today(session(), UrgeScope(kind, plan_id), now=now()) if kind else 0
    facts = {"page": page, "form": form, "part": part, "problem": problem, "to_urge": to_urge}
    return render_template("receipts/show.html", **facts), status


def _claims_page(
    claim_id: int = 0, form: ClaimForm | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    """The claims; `form` holds what was typed for one that could not be kept."""
    typed = form.words.data or "" if form else ""
    items = claiming.own(session(), actor())
    facts = {"items": items, "typed_for": claim_id, "typed": typed, "problem": problem}
    return render_template("receipts/claims.html", **facts), status
