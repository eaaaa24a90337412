"""大屏: the figures of a plan on a wall, for whoever is signed in and for screens that have an address.

The token in a screen's address is its key: it stands on the page once, straight after the post, and in no
log (`tracker.web.feeds` masks it there like those of calendars).
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission, UserRole
from tracker.domain.actor import Actor
from tracker.services import wall, wall_screens
from tracker.services.wall_screens import NoName
from tracker.web.edge import actor, config, now, session, today, writing
from tracker.web.forms.ledger import LARGEST_ID, address, row_id
from tracker.web.forms.wall import ScreenForm
from tracker.web.ledger import LIGHTS
from tracker.web.policy import permit, public

blueprint = Blueprint("wall", __name__)

REFRESH = timedelta(minutes=1)
LAST = 3 * REFRESH
"""So long before a sign-in ends the page asks no more: it stays, instead of turning into a form."""


@blueprint.get("/dashboard/wall")
@permit(Permission.DASHBOARD_READ)
def show() -> str:
    """The figures for whoever is signed in, each a link to its list."""
    found = wall.view(session(), actor(), plan_id=request.args.get("plan", type=row_id), now=now())
    ends_at = g.person.expires_at
    return _page(found, linked=True, ends_at=ends_at if ends_at - now() <= LAST else None)


@blueprint.get("/wall/<token>")
@public
def screen(token: str) -> Response:
    """The figures on a screen; a wrong address, an ended one and one that has run out are all alike."""
    known = wall_screens.opened_by(session(), token, today=today())
    if known is None:
        return _private(render_template("wall/closed.html"), 404)
    if known.last_seen_on != today():
        with writing() as writer:
            wall_screens.note_use(writer, known.id, today=today())
    everybody = Actor(None, known.name, UserRole.LEADER.value)
    found = wall.view(session(), everybody, plan_id=known.plan_id, now=now())
    return _private(_page(found, linked=False, ends_at=None), 200)


@blueprint.get("/dashboard/wall/screens")
@permit(Permission.SCREEN_WRITE)
def screens() -> str:
    """The screens that have an address."""
    return _screens(ScreenForm(formdata=None))


@blueprint.post("/dashboard/wall/screens")
@permit(Permission.SCREEN_WRITE)
def make() -> ResponseReturnValue:
    """A new address, shown once: it is a key, and neither cookie nor address bar may keep it."""
    form = ScreenForm()
    form.offer(wall_screens.plans(session(), actor()))
    if not form.validate():
        return _screens(form), 422
    try:
        with writing() as writer:
            made, token = wall_screens.make(
                writer, actor(), name=form.name.data or "", plan_id=form.plan_id.data or None, now=now()
            )
            name = made.name
    except NoName as error:
        form.name.errors = [error.message]
        return _screens(form), 422
    where = f"{config().base_url}{url_for('wall.screen', token=token)}"
    return _screens(ScreenForm(formdata=None), name, where)


@blueprint.post(f"/dashboard/wall/screens/<int(max={LARGEST_ID}):screen_id>/end")
@permit(Permission.SCREEN_WRITE)
def end(screen_id: int) -> ResponseReturnValue:
    """The screen's address opens nothing from now on."""
    with writing() as writer:
        name = wall_screens.end(writer, actor(), screen_id=screen_id, now=now()).name
    flash(f"“{name}”的地址已停用。", "ok")
    return redirect(url_for("wall.screens"), 303)


def _page(found: wall.Wall | None, *, linked: bool, ends_at: object) -> str:
    facts = {"wall": found, "linked": linked, "ends_at": ends_at, "lights": LIGHTS, "address": address}
    return render_template("wall/show.html", **facts, refresh=int(REFRESH.total_seconds()))


def _screens(form: ScreenForm, name: str = "", where: str = "") -> str:
    form.offer(wall_screens.plans(session(), actor()))
    found = wall_screens.in_use(session(), today=today())
    return render_template("wall/screens.html", form=form, screens=found, name=name, where=where)


def _private(page: str, status: int) -> Response:
    """An answer whose address is told to no other site."""
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
