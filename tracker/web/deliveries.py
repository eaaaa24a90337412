"""发送情况: what should have been sent and was; each number opens its list, each row its letter."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.domain.masking import masked
from tracker.domain.outbox import OutboxState, outcome_words
from tracker.services import deliveries, sending
from tracker.services.deliveries import DeliveryPart, NotToSettle
from tracker.services.sending import NotResendable
from tracker.web.edge import actor, now, routes, session, writing
from tracker.web.forms import deliveries as forms
from tracker.web.forms.base import ActionForm
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.policy import permit

blueprint = Blueprint("deliveries", __name__, url_prefix="/deliveries")

ONE = f"/<int(max={LARGEST_ID}):outbox_id>"
STATES = {state.value: state.label for state in OutboxState}


@blueprint.get("")
@permit(Permission.DELIVERY_READ)
def index() -> str:
    """The heartbeat, yesterday's and today's figures, and what waits for a person."""
    view = deliveries.overview(session(), routes=routes(), now=now())
    return render_template("deliveries/index.html", view=view, states=STATES, masked=masked)


@blueprint.get("/list")
@permit(Permission.DELIVERY_READ)
def listing() -> str:
    """The list behind a number."""
    page = request.args.get("page", 1, type=int)
    found = deliveries.listing(session(), forms.read(request.args), routes=routes(), page=page)
    return render_template(
        "deliveries/list.html", found=found, parts=list(DeliveryPart), states=STATES, masked=masked
    )


@blueprint.get(ONE)
@permit(Permission.DELIVERY_READ)
def show(outbox_id: int) -> str:
    """One delivery with all its tries."""
    page = deliveries.letter(session(), outbox_id=outbox_id, routes=routes())
    return render_template("deliveries/show.html", page=page, outcome_words=outcome_words, states=STATES)


@blueprint.post(f"{ONE}/resend")
@permit(Permission.DELIVERY_RESEND)
def resend(outbox_id: int) -> ResponseReturnValue:
    """Send one of them again."""
    ActionForm().validate()
    try:
        with writing() as writer:
            sending.resend(writer, actor(), outbox_id=outbox_id, now=now())
    except NotResendable as done:
        flash(done.message)  # pressed twice, or by two people: nothing is wrong
    else:
        flash("已放回待发队列，很快会再发一次（免打扰时段不发）。", "ok")
    return redirect(url_for("deliveries.index"), 303)


@blueprint.post(f"{ONE}/settle")
@permit(Permission.DELIVERY_RESEND)
def settle(outbox_id: int) -> ResponseReturnValue:
    """A person knows that the receiver has it, or has told him otherwise."""
    ActionForm().validate()
    try:
        with writing() as writer:
            settled = deliveries.settle(writer, actor(), outbox_id=outbox_id, now=now())
    except NotToSettle as done:
        flash(done.message)
    else:
        flash(f"已记为送达（{settled}条），注明由您核实。", "ok")
    return redirect(url_for("deliveries.index"), 303)
