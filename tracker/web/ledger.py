"""台账 and the plans behind it."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.domain.health import Colour
from tracker.services import ledger, ledger_files, plans
from tracker.services.ledger_files import Layout
from tracker.web import downloads
from tracker.web.edge import actor, now, session, today
from tracker.web.forms.ledger import (
    LARGEST_ID,
    SIZE_CHOICES,
    SORT_WORDS,
    STATE_CHOICES,
    address,
    read,
    row_id,
)
from tracker.web.policy import permit

blueprint = Blueprint("ledger", __name__)

PLAN = f"/plans/<int(max={LARGEST_ID}):plan_id>"
LIGHTS = (Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.GREY)


@blueprint.get("/ledger")
@permit(Permission.TASK_READ)
def index() -> str:
    """The tasks, filtered."""
    query, problems = read(request.args)
    page = ledger.view(session(), actor(), query, today=today())
    return render_template(
        "ledger/index.html",
        page=page,
        query=page.query,
        problems=problems,
        base=address(replace(page.query, page=1)),
        lights=LIGHTS,
        roles=ledger.ROLES,
        sorts=SORT_WORDS,
        states=STATE_CHOICES,
        sizes=SIZE_CHOICES,
    )


@blueprint.get("/ledger/export")
@permit(Permission.TASK_EXPORT)
def export() -> ResponseReturnValue:
    """What the list shows, all pages of it, as an Excel file; `layout` says for whom."""
    query, _ = read(request.args)
    asked = request.args.get("layout", "")
    layout = Layout(asked) if asked in list(Layout) else Layout.OFFICE
    file = ledger_files.export(session(), actor(), query, layout=layout, today=today(), now=now())
    return downloads.made(file.content, file.name)


@blueprint.get("/plans")
@permit(Permission.PLAN_READ)
def plan_list() -> str:
    """Every plan the person may see."""
    lines = plans.listing(session(), actor(), today=today())
    return render_template("ledger/plans.html", lines=lines, lights=LIGHTS)


@blueprint.get(PLAN)
@permit(Permission.PLAN_READ)
def plan(plan_id: int) -> ResponseReturnValue:
    """A plan is its list of tasks."""
    return redirect(url_for("ledger.index", plan=plan_id))


@blueprint.get(f"{PLAN}/source")
@permit(Permission.PLAN_READ)
def source(plan_id: int) -> str:
    """The document as printed, every clause in its place and one of them marked."""
    clause_id = request.args.get("clause", type=row_id)
    edition = request.args.get("edition", type=row_id)
    page = plans.source(session(), actor(), plan_id=plan_id, clause_id=clause_id, edition=edition)
    return render_template("ledger/source.html", page=page, clause_id=clause_id)
