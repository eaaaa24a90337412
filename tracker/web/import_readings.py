"""记住的读法: how the office reads phrases that can be read in several ways."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.services import remembered
from tracker.web.edge import actor, now, session, writing
from tracker.web.policy import permit

blueprint = Blueprint("import_readings", __name__)


@blueprint.get("/imports/readings")
@permit(Permission.PLAN_IMPORT)
def index() -> ResponseReturnValue:
    """Every remembered reading, with who chose it where."""
    return render_template("imports/readings.html", readings=remembered.listing(session()))


@blueprint.post("/imports/readings/<int:decision_id>/forget")
@permit(Permission.PLAN_IMPORT)
def forget(decision_id: int) -> ResponseReturnValue:
    """Ask again at the next import."""
    with writing() as writer:
        phrase = remembered.forget(writer, actor(), decision_id=decision_id, now=now())
    flash(f"已去掉“{phrase}”的读法，下次导入会再请您选定。", "ok")
    return redirect(url_for("import_readings.index"), 303)
