"""工作台: what the office looks at first; and the way home for every role."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission, UserRole
from tracker.web import navigation
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
    return render_template("desk/index.html")
