"""时限: which clocks run, each with its counting sheet, and what is done with them; and the rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.adapters.files import FolderFiles
from tracker.domain.access import Permission
from tracker.domain.errors import NotFound, RuleViolated
from tracker.services import clock_acts, clock_rules, clocks, counting_sheet
from tracker.web import downloads
from tracker.web.attempts import attempt
from tracker.web.edge import actor, config, now, session, today, writing
from tracker.web.forms.base import VersionedForm
from tracker.web.forms.clocks import (
    ChangeRuleForm,
    CloseForm,
    GoOnForm,
    RuleForm,
    StartForm,
    StopForm,
    VoidForm,
)
from tracker.web.forms.ledger import LARGEST_ID
from tracker.web.forms.quotas import evidence_of
from tracker.web.policy import permit

blueprint = Blueprint("clocks", __name__)

CLOCK = f"/clocks/<int(max={LARGEST_ID}):clock_id>"
RULE = f"/clocks/rules/<int(max={LARGEST_ID}):rule_id>"


@blueprint.get("/clocks")
@permit(Permission.CLOCK_READ)
def index() -> str:
    """The clocks that run, the most urgent first; or those that have ended."""
    show = request.args.get("show", clocks.Shown.RUNNING, type=clocks.Shown)
    found = clocks.listing(session(), actor(), show=show, today=today())
    return render_template("clocks/index.html", found=found)


@blueprint.route("/clocks/new", methods=["GET", "POST"])
@permit(Permission.CLOCK_WRITE)
def start() -> ResponseReturnValue:
    """Start a clock."""
    form = StartForm()
    form.offer(clocks.rules(session()), clocks.units_to_choose(session(), actor()))
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.rule.data, form.task_id.data = request.args.get("rule"), request.args.get("task", type=int)
        return render_template("clocks/new.html", form=form), 422 if form.is_submitted() else 200
    try:
        with writing() as writer:
            clock = clock_acts.start(writer, actor(), facts=form.facts(), now=now())
    except RuleViolated as error:
        return render_template("clocks/new.html", form=form, problem=error.message), 422
    flash("已启动，下面是计时表。", "ok")
    return redirect(url_for("clocks.show", clock_id=clock.id), 303)


@blueprint.get(CLOCK)
@permit(Permission.CLOCK_READ)
def show(clock_id: int) -> ResponseReturnValue:
    """One clock with its counting sheet."""
    return _page(clock_id)


@blueprint.post(f"{CLOCK}/stop")
@permit(Permission.CLOCK_WRITE)
def stop(clock_id: int) -> ResponseReturnValue:
    """中止."""
    form = StopForm()

    def said() -> dict[str, Any]:
        return {"since": form.day.data, "why": form.why.data}

    return _do(clock_id, form, clock_acts.stop, said, "已中止。")


@blueprint.post(f"{CLOCK}/go-on")
@permit(Permission.CLOCK_WRITE)
def go_on(clock_id: int) -> ResponseReturnValue:
    """继续计时."""
    form = GoOnForm()
    return _do(clock_id, form, clock_acts.go_on, lambda: {"until": form.day.data}, "已继续计时。")


@blueprint.post(f"{CLOCK}/restart")
@permit(Permission.CLOCK_WRITE)
def restart(clock_id: int) -> ResponseReturnValue:
    """重新起算."""
    form = StopForm()

    def said() -> dict[str, Any]:
        return {"day": form.day.data, "why": form.why.data}

    return _do(clock_id, form, clock_acts.restart, said, "已重新起算。")


@blueprint.post(f"{CLOCK}/close")
@permit(Permission.CLOCK_WRITE)
def close(clock_id: int) -> ResponseReturnValue:
    """办结."""
    form = CloseForm()

    def said() -> dict[str, Any]:
        return {"closed_on": form.day.data, "proof": evidence_of(form.link, form.file), "files": _files()}

    return _do(clock_id, form, clock_acts.close, said, "已办结。")


@blueprint.post(f"{CLOCK}/void")
@permit(Permission.CLOCK_WRITE)
def void(clock_id: int) -> ResponseReturnValue:
    """作废."""
    form = VoidForm()
    return _do(clock_id, form, clock_acts.void, lambda: {"reason": form.why.data}, "已作废，留作备查。")


@blueprint.get(f"{CLOCK}/sheet.xlsx")
@permit(Permission.CLOCK_READ)
def sheet(clock_id: int) -> ResponseReturnValue:
    """The counting sheet as a file."""
    made = counting_sheet.exported(session(), actor(), clock_id=clock_id, today=today())
    return downloads.made(made.content, made.name)


@blueprint.get(f"{CLOCK}/file")
@permit(Permission.CLOCK_READ)
def file(clock_id: int) -> ResponseReturnValue:
    """The file that the clock was closed with."""
    clock = clocks.visible(session(), actor(), clock_id)
    try:
        data = _files().read(clock.file_sha256)
    except OSError as error:
        raise NotFound("这个时限没有附件，或附件已不在。") from error
    name = clock.file_name or "佐证"
    return downloads.given(data, name)


@blueprint.route("/clocks/rules", methods=["GET", "POST"])
@permit(Permission.CLOCK_RULE)
def rules() -> ResponseReturnValue:
    """All rules, and a form for one of the office's own."""
    form = RuleForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("clocks/rules.html", rules=clocks.rules(session()), form=form), status
    with writing() as writer:
        clock_rules.add(writer, actor(), facts=form.facts(), now=now())
    flash("规则已增加，启动时限时可以选它。", "ok")
    return redirect(url_for("clocks.rules"), 303)


@blueprint.route(RULE, methods=["GET", "POST"])
@permit(Permission.CLOCK_RULE)
def change_rule(rule_id: int) -> ResponseReturnValue:
    """Correct a rule."""
    rule, form = clock_rules.one(session(), rule_id=rule_id), ChangeRuleForm()
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.fill(rule)
        return render_template("clocks/rule.html", rule=rule, form=form), 422 if form.is_submitted() else 200
    facts: dict[str, Any] = {"rule_id": rule_id, "version": form.version.data, "facts": form.facts()}
    with writing() as writer:
        clock_rules.change(writer, actor(), **facts, now=now())
    flash("规则已修改；正在计时的仍按启动时的规则。", "ok")
    return redirect(url_for("clocks.rules"), 303)


@blueprint.post(f"{RULE}/end")
@permit(Permission.CLOCK_RULE)
def end_rule(rule_id: int) -> ResponseReturnValue:
    """Stop offering a rule."""
    form = VersionedForm()
    if form.validate():
        with writing() as writer:
            clock_rules.end(writer, actor(), rule_id=rule_id, version=form.version.data or 0, now=now())
    problem = form.first_problem()
    flash(problem or "规则已停用；正在计时的照常。", "red" if problem else "ok")
    return redirect(url_for("clocks.rules"), 303)


def _files() -> FolderFiles:
    return FolderFiles(config().uploads_dir)


def _do(
    clock_id: int,
    form: VersionedForm,
    act: Callable[..., object],
    said: Callable[[], dict[str, Any]],
    done: str,
) -> ResponseReturnValue:
    """Do one act and go back to the page; when it is refused, say why."""

    def write(writer: Session) -> None:
        act(writer, actor(), clock_id=clock_id, version=form.version.data, **said(), now=now())

    back = url_for("clocks.show", clock_id=clock_id)
    return attempt(form, write, partial(_page, clock_id), done=done, back=back)


def _page(clock_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = clocks.page(session(), actor(), clock_id=clock_id, today=today())
    typed = request.form if problem else {}
    shown = render_template("clocks/show.html", page=page, clock=page.clock, problem=problem, typed=typed)
    return shown, status
