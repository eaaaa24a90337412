"""留痕: the audit trail, and whether its chain holds."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from tracker.domain.access import Permission
from tracker.services import auditing
from tracker.web.edge import session
from tracker.web.policy import permit

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@permit(Permission.AUDIT_READ)
def index() -> str:
    """The newest events, a page at a time."""
    page = max(request.args.get("page", 1, type=int), 1)
    return render_template("settings/audit.html", log=auditing.page_of(session(), page))


@blueprint.get("/audit/verification")
@permit(Permission.AUDIT_VERIFY)
def verify() -> str:
    """Follow the whole chain and say where it breaks."""
    return render_template("settings/verification.html", found=auditing.verify(session()))
