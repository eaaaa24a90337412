"""我的: what a unit's contact sees and does; everything here is the unit's own."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.domain.china_time import china_clock
from tracker.domain.errors import RuleViolated
from tracker.services import return_pages, returns
from tracker.services.return_lines import InvalidLines, LineInput, OfferedStatus, TypedMeanwhile
from tracker.services.returns import DraftConflict, Submitted
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.my import SAVE, UNCHANGED, ReturnForm, read_lines
from tracker.web.policy import permit

blueprint = Blueprint("my", __name__)


@blueprint.get("/my")
@permit(Permission.RETURN_SUBMIT)
def index() -> str:
    """我的待办."""
    return render_template("my/index.html", todo=return_pages.todo(session(), actor(), now=now()))


@blueprint.get("/my/tasks")
@permit(Permission.RETURN_SUBMIT)
def tasks() -> str:
    """我的任务; `part=open` shows what is not settled, and nothing else."""
    mine = return_pages.my_tasks(session(), actor(), now=now())
    return render_template("my/tasks.html", tasks=mine, only_open=request.args.get("part") == "open")


@blueprint.get("/my/returns/<int:obligation_id>")
@permit(Permission.RETURN_SUBMIT)
def fill(obligation_id: int) -> str:
    """One page for all tasks of the unit."""
    return _page(obligation_id)


@blueprint.post("/my/returns/<int:obligation_id>")
@permit(Permission.RETURN_SUBMIT)
def hand_in(obligation_id: int) -> ResponseReturnValue:
    """Keep the draft, hand in, or hand in without any change; whatever is wrong, the text stays."""
    form = ReturnForm()
    lines = read_lines(dict(request.form.lists()))
    try:
        if form.action.data == SAVE:
            return _save(obligation_id, form, lines)
        return _submit(obligation_id, form, lines, all_unchanged=form.action.data == UNCHANGED)
    except (InvalidLines, TypedMeanwhile) as error:
        return _page(obligation_id, lines, error), 422
    except DraftConflict as error:
        return _page(obligation_id, lines, error), 409


@blueprint.post("/my/returns/<int:obligation_id>/draft")
@permit(Permission.RETURN_SUBMIT)
def autosave(obligation_id: int) -> ResponseReturnValue:
    """The same as the button, for the script that saves every so often; errors answer by their status."""
    versions = _keep(obligation_id, ReturnForm(), read_lines(dict(request.form.lists())))
    return jsonify(token=versions.token, saved=f"{china_clock(now()):%H:%M}")


def _save(obligation_id: int, form: ReturnForm, lines: Sequence[LineInput]) -> ResponseReturnValue:
    _keep(obligation_id, form, lines)
    flash("草稿已存好。离开也不会丢，截止前记得点“报送本周”。", "ok")
    return redirect(url_for("my.fill", obligation_id=obligation_id), 303)


def _keep(obligation_id: int, form: ReturnForm, lines: Sequence[LineInput]) -> returns.Versions:
    with writing() as writer:
        return returns.save_draft(
            writer, actor(), obligation_id=obligation_id, token=form.token.data or "", lines=lines, now=now()
        )


def _submit(
    obligation_id: int, form: ReturnForm, lines: Sequence[LineInput], *, all_unchanged: bool
) -> ResponseReturnValue:
    with writing() as writer:
        done = returns.submit(
            writer, actor(), obligation_id=obligation_id, token=form.token.data or "", lines=lines,
            all_unchanged=all_unchanged, now=now(),
        )
    flash(_thanks(done), "ok")
    if done.without_evidence:
        hint = f"有{done.without_evidence}项报了“已完成”还没有佐证链接，截止前可以补上；不补也已报送。"
        flash(hint, "blue")
    return redirect(url_for("my.index"), 303)


def _thanks(done: Submitted) -> str:
    said = f"{done.changed}项有变化" if done.changed else "全部无变化"
    if done.late:
        return f"已补报（迟报），{said}。公开办会看到。"
    return f"已报送，{said}。截止前还能修改。"


def _page(
    obligation_id: int, typed: Sequence[LineInput] | None = None, error: RuleViolated | None = None
) -> str:
    page = return_pages.page(session(), actor(), obligation_id, typed=typed, now=now())
    return render_template(
        "my/return.html",
        page=page,
        error=error,
        faults=error.faults if isinstance(error, InvalidLines) else {},
        conflict=isinstance(error, DraftConflict),
        statuses=list(OfferedStatus),
    )
