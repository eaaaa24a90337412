"""一家一页: one unit in one plan, and the lists that only this page opens."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from tracker.domain.access import Permission
from tracker.domain.errors import NotFound
from tracker.domain.request import RequestKind, RequestState
from tracker.services import burden, unit_overview
from tracker.services.burden import AskKind, Month
from tracker.services.request_pages import RequestFilter
from tracker.web.edge import actor, now, session, today
from tracker.web.forms.ledger import LARGEST_ID, address, row_id
from tracker.web.ledger import LIGHTS
from tracker.web.policy import permit

blueprint = Blueprint("unit_overview", __name__)

UNIT = f"/dashboard/units/<int(max={LARGEST_ID}):unit_id>"


@blueprint.get(UNIT)
@permit(Permission.DASHBOARD_READ)
def show(unit_id: int) -> str:
    """One unit on one sheet."""
    plan_id = request.args.get("plan", type=row_id)
    page = unit_overview.view(session(), actor(), unit_id=unit_id, plan_id=plan_id, now=now())
    facts = {"lights": LIGHTS, "address": address, "article_parts": unit_overview.ARTICLE_PARTS}
    return render_template("unit_overview/show.html", page=page, **facts)


@blueprint.get(f"{UNIT}/asked")
@permit(Permission.DASHBOARD_READ)
def asked(unit_id: int) -> str:
    """What the unit was asked in a month (减负); without a name the present one."""
    try:
        month = Month.read(request.args["month"]) if "month" in request.args else Month.of(today())
    except ValueError as error:
        raise NotFound from error
    kind = next((kind for kind in AskKind if kind == request.args.get("kind")), None)
    page = burden.page(session(), unit_id=unit_id, month=month, kind=kind)
    return render_template("unit_overview/asked.html", page=page)


@blueprint.get(f"{UNIT}/requests")
@permit(Permission.DASHBOARD_READ)
def requests(unit_id: int) -> str:
    """What the unit has asked the office."""
    args = request.args
    wanted = RequestFilter(
        kind=next((kind for kind in RequestKind if kind == args.get("kind")), None),
        state=next((each for each in RequestState if each == args.get("state")), None),
        plan_id=args.get("plan", type=row_id),
        unit_id=unit_id,
    )
    number = args.get("page", 1, type=row_id)
    page = unit_overview.requests_page(session(), unit_id=unit_id, wanted=wanted, page=number)
    return render_template("unit_overview/requests.html", page=page)
