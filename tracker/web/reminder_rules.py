"""提醒规则: what is said when and to whom, of the house and each plan, and what that means for two weeks."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from tracker.domain.access import Permission
from tracker.domain.errors import VersionConflict
from tracker.domain.notices import ReminderPolicy
from tracker.domain.reminder_policy import LABELS, in_words
from tracker.services import foreseeing, reminder_policies
from tracker.services.reminder_policies import PolicyChanged, PolicyPage
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.forms.reminder_rules import CHOOSABLE, STEPS, ReminderRulesForm
from tracker.web.policy import permit

blueprint = Blueprint("reminder_rules", __name__, url_prefix="/reminder-rules")

PLAN = f"/<int(max={LARGEST_ID}):plan_id>"


@blueprint.get("")
@blueprint.get(PLAN)
@permit(Permission.REMINDER_RULE)
def show(plan_id: int | None = None) -> ResponseReturnValue:
    """The policy as it stands, or as the address says."""
    page = reminder_policies.page(session(), plan_id=plan_id)
    form = ReminderRulesForm.shown(page, request.args)
    good = form.validate()
    return _page(page, form, typed="typed" in request.args, status=200 if good else 422)


@blueprint.post("")
@blueprint.post(PLAN)
@permit(Permission.REMINDER_RULE)
def save(plan_id: int | None = None) -> ResponseReturnValue:
    """Keep what was typed, or only show what it would say."""
    page, form = reminder_policies.page(session(), plan_id=plan_id), ReminderRulesForm()
    if not form.validate() or not form.is_clear(page):
        return _page(page, form, typed=True, status=422)
    if "preview" in request.form:
        return redirect(url_for("reminder_rules.show", plan_id=plan_id, **form.said()), 303)
    wanted, version = form.chosen(page), form.version.data or 0
    try:
        with writing() as writer:
            reminder_policies.save(
                writer, actor(), plan_id=plan_id, policy=wanted, version=version, now=now()
            )
    except (VersionConflict, StaleDataError):
        return _conflict(plan_id, form)
    flash("已保存，下一次提醒就按新规则。以前提醒过的不会重发。", "ok")
    return redirect(url_for("reminder_rules.show", plan_id=plan_id), 303)


def _conflict(plan_id: int | None, form: ReminderRulesForm) -> ResponseReturnValue:
    """The page with what was typed, and what stands now beside it."""
    session().rollback()
    page = reminder_policies.page(session(), plan_id=plan_id)
    form.version.raw_data, form.version.data = None, page.version
    return _page(page, form, PolicyChanged().message, typed=True, status=409)


def _page(
    page: PolicyPage, form: ReminderRulesForm, problem: str = "", *, typed: bool, status: int
) -> ResponseReturnValue:
    policies, now_set = page.policies, list[tuple[str, str]]()
    if typed and not form.errors:
        wanted = form.chosen(page)
        policies = policies.changed(page.plan_id, wanted, now())
        now_set = in_lines(page.policy, wanted)
    outlook = foreseeing.outlook(session(), policies, plan_id=page.plan_id, now=now())
    shown = render_template(
        "reminder_rules/show.html", page=page, form=form, outlook=outlook, problem=problem, typed=typed,
        kinds=CHOOSABLE, steps=STEPS, conflict=status == 409, now_set=now_set,
    )  # fmt: skip
    return shown, status


def in_lines(stands: ReminderPolicy, wanted: ReminderPolicy | None) -> list[tuple[str, str]]:
    """The choices of the policy that stands, in words, that are others than what was typed."""
    return [
        (label, in_words(stands, name))
        for name, label in LABELS.items()
        if wanted is None or getattr(stands, name) != getattr(wanted, name)
    ]
