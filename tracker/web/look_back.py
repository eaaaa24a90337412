"""回头看: a plan's verdicts, a person's word on each, and the report."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.domain.look_back import VerdictKind
from tracker.services import arranging, look_back_report, rectifying, reviewing
from tracker.web import downloads, printing
from tracker.web.addresses import local_or
from tracker.web.attempts import attempt, refusal
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.look_back import TermsForAllForm, TermsForm, VerdictForm
from tracker.web.policy import permit

blueprint = Blueprint("look_back", __name__)


@blueprint.get("/look-back")
@permit(Permission.LOOK_BACK_READ)
def index() -> str:
    """The plans that can be looked back on."""
    return render_template("look_back/index.html", rows=reviewing.listing(session()))


@blueprint.get("/look-back/<int:plan_id>")
@permit(Permission.LOOK_BACK_READ)
def show(
    plan_id: int,
    conflict: VerdictForm | None = None,
    conflict_id: int = 0,
    terms: TermsForm | TermsForAllForm | None = None,
) -> str:
    """The verdicts that fit the filter in the address."""
    view = reviewing.view(
        session(),
        plan_id=plan_id,
        proposed=request.args.get("proposed"),
        confirmed=request.args.get("confirmed"),
        contradicted=request.args.get("contradicted") == "1",
        lacking=request.args.get("lacking") == "1",
        changed=request.args.get("changed") == "1",
    )
    units = rectifying.units(session()) if view.to_mend else []
    facts = {"units": units, "kinds": list(VerdictKind), "terms": terms}
    return render_template(
        "look_back/show.html", view=view, conflict=conflict, conflict_id=conflict_id, **facts
    )


@blueprint.post("/look-back/<int:plan_id>/start")
@permit(Permission.LOOK_BACK_CONFIRM)
def start(plan_id: int) -> ResponseReturnValue:
    """Begin, or look at the facts again."""
    with writing() as writer:
        changed = reviewing.start_or_look_again(writer, actor(), plan_id=plan_id, now=now())
    news = f"，{changed}项有变化" if changed else ""
    flash(f"建议已按最新情况列出{news}，请逐项确认。", "ok")
    return redirect(url_for("look_back.show", plan_id=plan_id), 303)


@blueprint.post("/look-back/<int:plan_id>/new")
@permit(Permission.LOOK_BACK_CONFIRM)
def take_in_new(plan_id: int) -> ResponseReturnValue:
    """Look at the tasks that came after it was final."""
    with writing() as writer:
        new = reviewing.take_in_new(writer, actor(), plan_id=plan_id, now=now())
    flash(f"已列出新增的{new}项，确认后再定稿；原来定过的不变。" if new else "没有要补核的任务。", "ok")
    return redirect(url_for("look_back.show", plan_id=plan_id, confirmed="no" if new else None), 303)


@blueprint.post("/look-back/<int:plan_id>/clean")
@permit(Permission.LOOK_BACK_CONFIRM)
def confirm_clean(plan_id: int) -> ResponseReturnValue:
    """Confirm together what has no contradiction."""
    with writing() as writer:
        done = reviewing.confirm_clean(writer, actor(), plan_id=plan_id, now=now())
    flash(f"已按建议确认{done.confirmed}项。", "ok")
    if done.changed:
        flash(f"另有{done.changed}项情况刚有变化，建议已更新，没有确认，请看过再定。", "blue")
    return redirect(url_for("look_back.show", plan_id=plan_id), 303)


@blueprint.post("/look-back/<int:plan_id>/finish")
@permit(Permission.LOOK_BACK_CONFIRM)
def finish(plan_id: int) -> ResponseReturnValue:
    """Make it final and carry over what is left."""

    def act(writer: Session) -> None:
        reviewing.finish(writer, actor(), plan_id=plan_id, now=now())

    if refused := refusal(act):
        with writing() as writer:  # what was found meanwhile is kept, so that the page can show it
            reviewing.note_changes(writer, plan_id=plan_id, now=now())
        flash(refused[0], "red")
        return show(plan_id), refused[1]
    flash("回头看已定稿，没有完成的已转入下一年整改。", "ok")
    return redirect(url_for("look_back.show", plan_id=plan_id), 303)


@blueprint.post("/look-back/<int:plan_id>/verdicts/<int:verdict_id>")
@permit(Permission.LOOK_BACK_CONFIRM)
def confirm(plan_id: int, verdict_id: int) -> ResponseReturnValue:
    """A person's word; when a colleague was faster, both words are shown."""
    form = VerdictForm()
    if not form.validate():
        flash(form.first_problem(), "red")
        return show(plan_id, form, verdict_id), 422
    facts = form.word() | {"plan_id": plan_id, "verdict_id": verdict_id, "now": now()}
    if refused := refusal(lambda writer: reviewing.confirm(writer, actor(), **facts)):
        flash(refused[0], "red")
        return show(plan_id, form, verdict_id), refused[1]
    back = local_or(request.form.get("next"), url_for("look_back.show", plan_id=plan_id))
    return redirect(f"{back}#v{verdict_id}", 303)


@blueprint.post("/look-back/<int:plan_id>/verdicts/<int:verdict_id>/terms")
@permit(Permission.LOOK_BACK_CONFIRM)
def arrange(plan_id: int, verdict_id: int) -> ResponseReturnValue:
    """Who mends one of them, and by when."""
    form = TermsForm()

    def act(writer: Session) -> None:
        arranging.arrange(writer, actor(), plan_id=plan_id, verdict_id=verdict_id, now=now(), **form.terms())

    return _terms(plan_id, form, act, verdict_id=verdict_id, done="整改安排已保存。")


@blueprint.post("/look-back/<int:plan_id>/terms")
@permit(Permission.LOOK_BACK_CONFIRM)
def arrange_all(plan_id: int) -> ResponseReturnValue:
    """One day for all that has none."""
    form = TermsForAllForm()

    def act(writer: Session) -> None:
        arranging.arrange_all(writer, actor(), plan_id=plan_id, due_on=form.due_on.data, now=now())

    return _terms(plan_id, form, act, done="没有时限的都已定为这一天；没有牵头单位的请逐项选定。")


def _terms(
    plan_id: int,
    form: TermsForm | TermsForAllForm,
    act: Callable[[Session], object],
    *,
    verdict_id: int = 0,
    done: str,
) -> ResponseReturnValue:
    """Keep them and go back to where the person was; refused, the page with what was typed."""

    def page(problem: str, status: int) -> ResponseReturnValue:
        flash(problem, "red")
        return show(plan_id, conflict_id=verdict_id, terms=form), status

    back = local_or(request.form.get("next"), url_for("look_back.show", plan_id=plan_id))
    anchor = f"#v{verdict_id}" if verdict_id else ""
    return attempt(form, act, page, done=done, back=f"{back}{anchor}")


@blueprint.get("/look-back/<int:plan_id>/report.pdf")
@permit(Permission.LOOK_BACK_EXPORT)
def report_pdf(plan_id: int) -> ResponseReturnValue:
    """The report as .pdf, where this machine can make one."""
    made = look_back_report.docx(session(), plan_id=plan_id, files=printing.files(), now=now())
    return printing.answer(made, made_at=now(), back=url_for("look_back.show", plan_id=plan_id))


@blueprint.get("/look-back/<int:plan_id>/report.<ending>")
@permit(Permission.LOOK_BACK_EXPORT)
def report(plan_id: int, ending: str) -> ResponseReturnValue:
    """The report as a file."""
    if ending == "xlsx":
        made = look_back_report.xlsx(session(), plan_id=plan_id, now=now())
    else:
        made = look_back_report.docx(session(), plan_id=plan_id, files=printing.files(), now=now())
    return downloads.made(made.content, made.name)
