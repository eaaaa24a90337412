"""我的提醒设置: when and by which ways one is reminded; 不再提醒 and 恢复提醒 beside a task.

The choices are one's own, also while one acts for another.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from tracker.domain.access import Permission
from tracker.domain.errors import VersionConflict
from tracker.services import preferences
from tracker.web import auth
from tracker.web.edge import now, routes, session, writing
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.forms.preferences import TOGETHER, BackForm, ReminderForm
from tracker.web.policy import permit

blueprint = Blueprint("preferences", __name__)

TASK = f"/tasks/<int(max={LARGEST_ID}):task_id>"


@blueprint.get("/my-reminders")
@permit(Permission.INBOX_READ)
def index() -> ResponseReturnValue:
    """What the person has chosen."""
    return _page(None)


@blueprint.post("/my-reminders")
@permit(Permission.INBOX_READ)
def choose() -> ResponseReturnValue:
    """Choose anew; what waits already follows."""
    form = ReminderForm()
    form.offer(preferences.page(session(), auth.oneself(), routes()))
    if not form.validate():
        return _page(form, form.first_problem(), 422)
    try:
        _chosen(form)
    except (VersionConflict, StaleDataError):
        return _page(form, status=409)
    flash("已保存，马上生效。", "ok")
    return redirect(url_for("preferences.index"), 303)


def _chosen(form: ReminderForm) -> None:
    with writing() as writer:
        preferences.choose(
            writer, auth.oneself(), digest=form.digest.data == TOGETHER, hour=form.digest_hour.data,
            wanted=form.wanted.data or (), routes=routes(), version=form.version.data or 0, now=now(),
        )  # fmt: skip


@blueprint.post(f"{TASK}/mute")
@permit(Permission.TASK_READ)
def mute(task_id: int) -> ResponseReturnValue:
    """不再提醒."""
    with writing() as writer:
        task = preferences.mute(writer, auth.oneself(), task_id=task_id, now=now())
        title = task.title
    flash(f"到期前不再提醒您“{title}”；逾期和催办仍会告诉您。", "ok")
    return redirect(_back(task_id), 303)


@blueprint.post(f"{TASK}/unmute")
@permit(Permission.TASK_READ)
def unmute(task_id: int) -> ResponseReturnValue:
    """恢复提醒."""
    with writing() as writer:
        preferences.unmute(writer, auth.oneself(), task_id=task_id, now=now())
    flash("已恢复提醒。", "ok")
    return redirect(_back(task_id), 303)


def _back(task_id: int) -> str:
    """The page on which the button was pressed."""
    pages = {"inbox": url_for("inbox.index"), "settings": url_for("preferences.index")}
    return pages.get(BackForm().back.data or "", url_for("tasks.show", task_id=task_id))


def _page(form: ReminderForm | None, problem: str = "", status: int = 200) -> ResponseReturnValue:
    """The form; after a conflict what stands now is shown beside it, and saving again goes over it."""
    page = preferences.page(session(), auth.oneself(), routes())
    form = form or ReminderForm()
    form.offer(page)
    if status == 409:
        form.version.raw_data, form.version.data = None, page.version
    facts = {"page": page, "problem": problem, "conflict": status == 409}
    return render_template("preferences/index.html", form=form, **facts), status
