"""收件箱: what a person was told."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.services import inbox, preferences
from tracker.web.edge import actor, now, session, writing
from tracker.web.policy import permit

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/inbox")
@permit(Permission.INBOX_READ)
def index() -> str:
    """What the person was told, newest first."""
    items = inbox.mine(session(), actor())
    unread = sum(1 for item in items if item.read_at is None)
    mute = preferences.buttons(session(), actor(), items)
    return render_template("inbox/index.html", items=items, unread_items=unread, mute=mute)


@blueprint.post("/inbox/<int:item_id>/open")
@permit(Permission.INBOX_READ)
def open_item(item_id: int) -> ResponseReturnValue:
    """Mark one as read and go where it can be dealt with, or say why there is nothing left to deal with."""
    with writing() as writer:
        item = inbox.read(writer, actor(), item_id=item_id, now=now())
        link, nothing = item.link, inbox.leads_nowhere(writer, actor(), item)
    if nothing:
        flash(nothing)
        return redirect(url_for("inbox.index"), 303)
    return redirect(link or url_for("inbox.index"), 303)


@blueprint.post("/inbox/read")
@permit(Permission.INBOX_READ)
def read_all() -> ResponseReturnValue:
    """Mark everything as read."""
    with writing() as writer:
        inbox.read_all(writer, actor(), now=now())
    return redirect(url_for("inbox.index"), 303)
