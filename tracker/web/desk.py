"""工作台: what the office looks at first; and the way home for every role."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission, UserRole
from tracker.services import (
    decision_pages,
    desk,
    experience_pages,
    handovers,
    instruction_pages,
    meeting_pages,
    point_pages,
    receipts,
    request_pages,
    supervision_pages,
    urgent_counts,
)
from tracker.web import navigation
from tracker.web.edge import actor, now, session, today
from tracker.web.forms.ledger import address
from tracker.web.policy import permit

blueprint = Blueprint("desk", __name__)


@blueprint.get("/")
@permit(Permission.HOME_READ)
def home() -> ResponseReturnValue:
    """Lead each role to its own first page."""
    return redirect(navigation.home_of(UserRole(g.actor.role)))


@blueprint.get("/desk")
@permit(Permission.RETURN_REVIEW)
def index() -> str:
    """The office's desk."""
    facts = desk.view(session(), actor(), today=today(), now=now())
    written = instruction_pages.for_desk(session(), actor(), today=today())
    said = {
        "leaving": handovers.running(session(), actor(), today=today()),
        "requests": request_pages.for_desk(session()),
        "receipts": receipts.overview(session(), now=now()),
        "meeting_desk": meeting_pages.for_desk(session(), actor()),
        "agreed": decision_pages.for_desk(session(), actor(), today=today()),
        "articles_waiting": experience_pages.waiting(session(), actor()),
        "supervision": supervision_pages.for_desk(session(), actor(), today=today()),
        "objections_waiting": point_pages.objections_waiting(session()),
        "counts": urgent_counts.view(session(), actor(), today=today()),
    }
    return render_template("desk/index.html", desk=facts, written=written, address=address, **said)
