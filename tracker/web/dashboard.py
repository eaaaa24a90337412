"""驾驶舱: one plan for the leader, on one sheet."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from tracker.domain.access import Permission
from tracker.domain.deadline import printed_day
from tracker.services import dashboard, instruction_pages
from tracker.web.edge import actor, now, session, today
from tracker.web.forms.ledger import address, row_id
from tracker.web.ledger import LIGHTS
from tracker.web.policy import permit

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/dashboard")
@permit(Permission.DASHBOARD_READ)
def index() -> str:
    """The leader's page."""
    plan_id = request.args.get("plan", type=row_id)
    all_units = request.args.get("all") == "1"
    board = dashboard.view(session(), actor(), plan_id=plan_id, all_units=all_units, now=now())
    mine = instruction_pages.of_leader(session(), actor(), today=today())
    facts = {"mine": mine, "lights": LIGHTS, "address": address, "printed_day": printed_day}
    return render_template("dashboard/index.html", board=board, all_units=all_units, **facts)


@blueprint.get("/dashboard/units")
@permit(Permission.DASHBOARD_READ)
def units() -> str:
    """The units of a plan."""
    plan_id = request.args.get("plan", 0, type=row_id)
    page = dashboard.units(session(), actor(), plan_id=plan_id, today=today())
    return render_template("dashboard/units.html", page=page)


@blueprint.get("/dashboard/parts")
@permit(Permission.DASHBOARD_READ)
def parts() -> str:
    """Who carries what."""
    plan_id = request.args.get("plan", 0, type=row_id)
    unit_id = request.args.get("unit", type=row_id)
    number = request.args.get("page", 1, type=row_id)
    page = dashboard.parts(
        session(), actor(), plan_id=plan_id, unit_id=unit_id, page=number, today=today()
    )
    return render_template("dashboard/parts.html", page=page)
