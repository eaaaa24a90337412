"""设置: the office's name, what is known of the years, and whether the machine does its part."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.services import settings
from tracker.web.edge import actor, config, now, session, today, writing
from tracker.web.forms.settings import OfficeForm, OrderForm
from tracker.web.policy import permit

blueprint = Blueprint("settings", __name__)

@blueprint.get("/settings")
@permit(Permission.SETTING_READ)
def index() -> ResponseReturnValue:
    """Everything at a glance."""
    return _page(OfficeForm(office_name=settings.office_name(session())))


@blueprint.post("/settings")
@permit(Permission.SETTING_WRITE)
def rename_office() -> ResponseReturnValue:
    """Change the office's name."""
    form = OfficeForm()
    if not form.validate():
        return _page(form, 422)
    with writing() as writer:
        settings.rename_office(writer, actor(), name=str(form.office_name.data), now=now())
    flash("已保存。", "ok")
    return redirect(url_for("settings.index"), 303)


@blueprint.post("/settings/order")
@permit(Permission.SETTING_WRITE)
def order_units() -> ResponseReturnValue:
    """Say in which order the dashboard names units."""
    form = OrderForm()
    with writing() as writer:
        settings.order_units(writer, actor(), by_lag=bool(form.by_lag.data), now=now())
    flash("已保存。", "ok")
    return redirect(url_for("settings.index"), 303)


def _page(form: OfficeForm, status: int = 200) -> ResponseReturnValue:
    facts = settings.overview(session(), today=today(), now=now())
    order = OrderForm(formdata=None, by_lag=settings.units_by_lag(session()))
    shown = {"form": form, "order": order, "facts": facts, "mail": config().mail}
    return render_template("settings/index.html", **shown), status
