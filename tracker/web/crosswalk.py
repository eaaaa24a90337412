"""上下对照: which task of the own plan answers which clause of an upper document, and what nobody answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.documents import crosswalk as documents
from tracker.domain.access import Permission
from tracker.domain.crosswalk import Stand
from tracker.domain.errors import NotFound, RuleViolated
from tracker.services import crosswalk, crosswalk_paper, crosswalk_sources, importing
from tracker.web import downloads
from tracker.web.addresses import local_or
from tracker.web.attempts import refusal
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.crosswalk import FILE, DecideForm, UpperForm, numbers, pairs
from tracker.web.policy import permit
from tracker.web.reading_alone import reading_alone

blueprint = Blueprint("crosswalk", __name__)

RENDERERS = {"docx": documents.as_docx, "xlsx": documents.as_xlsx}


@blueprint.get("/crosswalk")
@permit(Permission.CROSSWALK_READ)
def index() -> ResponseReturnValue:
    """The upper documents with their counts, and the form to add one."""
    found = crosswalk_sources.listing(session())
    own = request.args.get("plan", found.only_plan, type=int)
    form = UpperForm(plan_id=own, source=FILE)
    form.offer(found, own=own)
    return _list_page(form, found)


def _list_page(
    form: UpperForm, found: crosswalk_sources.Listing, status: int = 200
) -> ResponseReturnValue:
    return render_template("crosswalk/index.html", found=found, form=form, stands=list(Stand)), status


@blueprint.post("/crosswalk")
@permit(Permission.CROSSWALK_WRITE)
def add() -> ResponseReturnValue:
    """Keep an upper document to compare with; nobody owes anything for it."""
    form, found = UpperForm(), crosswalk_sources.listing(session())
    form.offer(found)
    if not form.validate():
        flash(form.first_problem(), "red")
        return _list_page(form, found, 422)
    try:
        document_id = _add(form)
    except RuleViolated as error:
        flash(error.message, "red")
        return _list_page(form, found, 422)
    flash("已加入，请逐条核对。", "ok")
    return redirect(url_for("crosswalk.show", document_id=document_id), 303)


def _add(form: UpperForm) -> int:
    facts: dict[str, Any] = {"plan_id": form.plan_id.data, "now": now()}
    if form.source.data == FILE:
        data, filename = form.document()
        with reading_alone():  # takes a second, so before anything is written
            proposal = importing.read(data=data, filename=filename)
        facts |= {"data": data, "filename": filename, "proposal": proposal}
        with writing() as writer:
            return crosswalk_sources.add_file(writer, actor(), **facts).id
    kind, number = form.known()
    with writing() as writer:
        if kind == "draft":
            return crosswalk_sources.add_draft(writer, actor(), draft_id=number, **facts).id
        return crosswalk_sources.add_plan(writer, actor(), from_plan_id=number, **facts).id


@blueprint.get("/crosswalk/<int:document_id>")
@permit(Permission.CROSSWALK_READ)
def show(document_id: int) -> ResponseReturnValue:
    """Side by side."""
    return _page(document_id, DecideForm())


def _page(document_id: int, form: DecideForm, status: int = 200) -> ResponseReturnValue:
    page = request.args.get("page", 1, type=int)
    view = crosswalk.view(session(), document_id=document_id, stand=_stand(), page=page)
    ticked = {name: set(request.form.getlist(name)) for name in ("pick", "unpick", "upper")}
    if request.args.get("pick") == "first":
        ticked["pick"] |= {f"{row.clause.id}-{row.offers[0].task_id}" for row in view.rows if row.offers}
    facts = {"view": view, "form": form, "stands": list(Stand), "ticked": ticked}
    return render_template("crosswalk/show.html", **facts), status


@blueprint.post("/crosswalk/<int:document_id>")
@permit(Permission.CROSSWALK_WRITE)
def decide(document_id: int) -> ResponseReturnValue:
    """One button for all that is ticked; refused, what was ticked and typed stays."""
    form = DecideForm()
    if not form.validate():
        flash(form.first_problem(), "red")
        return _page(document_id, form, 422)
    done: list[str] = []
    if refused := refusal(lambda writer: done.append(_decide(writer, document_id, form))):
        flash(refused[0], "red")
        return _page(document_id, form, refused[1])
    flash(done[-1], "ok")
    back = url_for("crosswalk.show", document_id=document_id)
    return redirect(local_or(request.form.get("next"), back), 303)


def _decide(writer: Session, document_id: int, form: DecideForm) -> str:
    """Do what the button says with what is ticked; gives the sentence for it."""
    if (button := _BUTTONS.get(request.form.get("do", ""))) is None:
        raise crosswalk.NothingChosen("请点一个按钮。")
    done = button.act(writer, actor(), document_id=document_id, **button.facts(form), now=now())
    return button.said.format(done) + crosswalk.counts_words(writer, document_id=document_id)


class _Button(NamedTuple):
    """What a button does, with what was ticked and typed, and the sentence that tells how much it did."""

    act: Callable[..., int]
    facts: Callable[[DecideForm], dict[str, Any]]
    said: str


def _ticked(name: str) -> set[int]:
    return numbers(request.form.getlist(name))


def _clauses(form: DecideForm) -> dict[str, Any]:
    return {"clause_ids": _ticked("upper"), "reason": form.reason.data or ""}


_BUTTONS = {
    "link": _Button(
        crosswalk.link, lambda _: {"pairs": pairs(request.form.getlist("pick"))}, "已对应{}处。"
    ),
    "serials": _Button(
        crosswalk.link_serials,
        lambda form: {"clause_ids": _ticked("upper"), "serials": form.serials.data or ""},
        "已对应{}处。",
    ),
    "unlink": _Button(
        crosswalk.unlink,
        lambda form: {"link_ids": _ticked("unpick"), "reason": form.reason.data or ""},
        "已解除{}处对应。",
    ),
    "waive": _Button(crosswalk.waive, _clauses, "已标为不对应，{}条。"),
    "unwaive": _Button(crosswalk.unwaive, _clauses, "已取消不对应，{}条。"),
}


@blueprint.post("/crosswalk/<int:document_id>/remove")
@permit(Permission.CROSSWALK_WRITE)
def remove(document_id: int) -> ResponseReturnValue:
    """Take the wrong document away."""
    with writing() as writer:
        document = crosswalk_sources.remove(writer, actor(), document_id=document_id, now=now())
        title = document.title
    flash(f"已移除《{title}》。", "ok")
    return redirect(url_for("crosswalk.index"), 303)


@blueprint.get("/crosswalk/<int:document_id>/export.<ending>")
@permit(Permission.CROSSWALK_READ)
def export(document_id: int, ending: str) -> ResponseReturnValue:
    """The clauses that stand so as a file: all of them, or the gaps alone."""
    if ending not in RENDERERS:
        raise NotFound
    render = RENDERERS[ending]
    paper = crosswalk_paper.paper(session(), document_id=document_id, stand=_stand(), now=now())
    name = f"{paper.file_stem}.{ending}"
    return downloads.made(render(paper), name)


def _stand() -> Stand | None:
    """The stand in the address; none, or one that does not exist, is all of them."""
    asked = request.args.get("stand")
    return next((stand for stand in Stand if stand.value == asked), None)
