"""驾驶舱: one plan for the leader, on one sheet, and the lists that only its numbers open."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from tracker.domain.access import Permission
from tracker.domain.deadline import printed_day
from tracker.domain.hard_case import PUT_OFF_RULE
from tracker.domain.hard_case import RULE as HARD_RULE
from tracker.domain.health import COLOUR_RULES, Colour
from tracker.domain.movement import RULES, Movement
from tracker.services import dashboard, hard_cases, instruction_pages, movements, point_schemes
from tracker.web.edge import actor, now, session, today
from tracker.web.forms import dashboard as forms
from tracker.web.forms.ledger import address, row_id
from tracker.web.ledger import LIGHTS
from tracker.web.policy import permit

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/dashboard")
@permit(Permission.DASHBOARD_READ)
def index() -> str:
    """The leader's page."""
    board = dashboard.view(session(), actor(), scope=forms.read(request.args), now=now())
    if board is None:
        return render_template("dashboard/none.html")
    facts = {
        "mine": instruction_pages.of_leader(session(), actor(), today=today()),
        "lights": LIGHTS, "colour_rules": COLOUR_RULES, "hard_rule": HARD_RULE, "move_rules": RULES,
        "shown": dashboard.SHOWN, "places": forms.places(board.scope, board.matrix.sections),
        "address": address, "kept": forms.address(board.scope), "narrowed": forms.narrowed(board.scope),
        "query": forms.query, "printed_day": printed_day, "ranked": point_schemes.ranked(session()),
    }  # fmt: skip
    return render_template("dashboard/index.html", board=board, scope=board.scope, **facts)


@blueprint.get("/dashboard/moved")
@permit(Permission.DASHBOARD_READ)
def moved() -> str:
    """What has moved since a closed period, in one way (`kind`) or any; or what had a light then (`then`)."""
    args = request.args
    page = movements.moved_page(
        session(), actor(), forms.read(args),
        kind=next((kind for kind in Movement if kind == args.get("kind")), None),
        then=next((light for light in Colour if light == args.get("then")), None),
        page=args.get("page", 1, type=row_id), today=today(),
    )  # fmt: skip
    back = forms.address(page.scope)
    return render_template("dashboard/moved.html", page=page, rules=RULES, back=back)


@blueprint.get("/dashboard/hard")
@permit(Permission.DASHBOARD_READ)
def hard() -> str:
    """老大难."""
    page = hard_cases.page(session(), actor(), forms.read(request.args), today=today())
    rules = {"rule": HARD_RULE, "put_off_rule": PUT_OFF_RULE}
    return render_template("dashboard/hard.html", page=page, **rules, back=forms.address(page.scope))


@blueprint.get("/dashboard/units")
@permit(Permission.DASHBOARD_READ)
def units() -> str:
    """The units of a plan, or those with a task of some light."""
    page = dashboard.units_page(session(), actor(), scope=forms.read(request.args), today=today())
    back, narrowed = forms.address(page.scope), forms.narrowed(page.scope)
    return render_template("dashboard/units.html", page=page, back=back, narrowed=narrowed)


@blueprint.get("/dashboard/parts")
@permit(Permission.DASHBOARD_READ)
def parts() -> str:
    """Who carries what."""
    number, scope = request.args.get("page", 1, type=row_id), forms.read(request.args)
    page = dashboard.parts(session(), actor(), scope=scope, page=number, today=today())
    return render_template("dashboard/parts.html", page=page, back=forms.address(page.scope))
