"""文稿: what goes out, made from the facts, written on in the browser, issued; its figures' lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tracker.adapters import pdf
from tracker.documents.report import day_words
from tracker.domain.access import Permission
from tracker.domain.china_time import FIRST_YEAR, LAST_YEAR, china_clock
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.domain.report import ReportKind
from tracker.services import report_drafts, report_pages, report_papers
from tracker.services.report_drafts import FiguresToCheck, ReportConflict
from tracker.services.report_pages import DraftFilter, Happened, HappenedFilter, Said
from tracker.store.tables import ReportDraft
from tracker.web import downloads, printing
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.documents import AFRESH, ISSUE, SEEN, TAKE, MakeForm, ReportForm, number, read_texts
from tracker.web.forms.ledger import LARGEST_ID, row_id
from tracker.web.policy import permit

blueprint = Blueprint("documents", __name__, url_prefix="/documents")

ONE = f"/<int(max={LARGEST_ID}):draft_id>"
KINDS = {kind.value: kind.label for kind in ReportKind}
MADE = "已按现在的数据生成，请核对后再定稿。"
THERE_ALREADY = "这一份已经有了，已为您打开。"
NOT_MADE = "请选择文件和时段，再点“生成”。"


@blueprint.get("")
@permit(Permission.REPORT_READ)
def index() -> str:
    """The documents by kind, and what can be made of a plan."""
    return _index()


@blueprint.post("")
@permit(Permission.REPORT_WRITE)
def make() -> ResponseReturnValue:
    """Make one, or open the one that is there already."""
    form = MakeForm()
    if not form.validate() or form.wanted is None:
        return _not_made(form.first_problem() or NOT_MADE)
    try:
        draft_id, is_new = _made(form, form.wanted)
    except NotFound:
        raise
    except RuleViolated as error:
        return _not_made(error.message)
    flash(MADE if is_new else THERE_ALREADY, "ok" if is_new else "blue")
    return redirect(url_for("documents.show", draft_id=draft_id), 303)


@blueprint.get(ONE)
@permit(Permission.REPORT_READ)
def show(draft_id: int) -> ResponseReturnValue:
    """One document: a draft beside what was made from the facts, an issued one as it went out."""
    return _page(draft_id)


@blueprint.post(ONE)
@permit(Permission.REPORT_WRITE)
def change(draft_id: int) -> ResponseReturnValue:
    """Keep what is typed, and take the step of the button; refused, the text stays in its place."""
    form, texts = ReportForm(), read_texts(request.form)
    if not form.validate():
        return _page(draft_id, texts, form.first_problem(), 422)
    try:
        with writing() as writer:
            said = _step(writer, draft_id, form, texts)
    except (VersionConflict, StaleDataError):
        return _page(draft_id, texts, str(ReportConflict()), 409)
    except NotFound:
        raise
    except RuleViolated as error:
        return _page(draft_id, texts, error.message, 422, checking=error)
    flash(said, "ok")
    return redirect(url_for("documents.show", draft_id=draft_id), 303)


@blueprint.post(f"{ONE}/draft")
@permit(Permission.REPORT_WRITE)
def autosave(draft_id: int) -> ResponseReturnValue:
    """The same as 存草稿, for the script that saves every so often; errors answer by their status."""
    with writing() as writer:
        row = _saved(writer, draft_id, ReportForm(), read_texts(request.form))
        return jsonify(token=str(row.version), saved=f"{china_clock(now()):%H:%M}")


@blueprint.post(f"{ONE}/again")
@permit(Permission.REPORT_WRITE)
def again(draft_id: int) -> ResponseReturnValue:
    """Begin the next edition (更正稿) of an issued document."""
    with writing() as writer:
        row = report_drafts.again(writer, actor(), draft_id=draft_id, now=now())
        back = url_for("documents.show", draft_id=row.id)
    flash("更正稿已起好，原来定稿的一份照旧保留。", "ok")
    return redirect(back, 303)


@blueprint.get(f"{ONE}/report.docx")
@permit(Permission.REPORT_READ)
def paper(draft_id: int) -> ResponseReturnValue:
    """The document to be edited on in Word, or printed."""
    made = report_papers.docx(session(), actor(), draft_id=draft_id, files=printing.files())
    return downloads.made(made.content, made.name)


@blueprint.get(f"{ONE}/report.pdf")
@permit(Permission.REPORT_READ)
def paper_pdf(draft_id: int) -> ResponseReturnValue:
    """The same as .pdf, where this machine can make one."""
    made = report_papers.docx(session(), actor(), draft_id=draft_id, files=printing.files())
    moment = report_pages.final(session(), actor(), draft_id=draft_id).made_at
    return printing.answer(made, made_at=moment, back=url_for("documents.show", draft_id=draft_id))


@blueprint.get(f"{ONE}/report.txt")
@permit(Permission.REPORT_READ)
def plain(draft_id: int) -> ResponseReturnValue:
    """The document as plain text."""
    made = report_papers.text(session(), actor(), draft_id=draft_id)
    return downloads.made(made.content, made.name)


@blueprint.get("/lines")
@permit(Permission.REPORT_READ)
def lines() -> str:
    """The lines of a period's returns behind a figure."""
    args = request.args
    said = next((said for said in Said if said == args.get("said")), None)
    plan_id = number(args.get("plan"))
    if said is None or plan_id is None:
        raise NotFound
    page = args.get("page", 1, type=row_id)
    named = {"cadence": args.get("cadence", ""), "period": args.get("period", "")}
    together = args.get("together") == "1"
    found = report_pages.lines(
        session(), plan_id=plan_id, **named, together=together, said=said, page=page
    )
    return render_template("documents/lines.html", found=found, parts=list(Said))


@blueprint.get("/happened/<what>")
@permit(Permission.REPORT_READ)
def happened(what: str) -> str:
    """What happened to a plan between two days, behind a figure."""
    wanted = HappenedFilter(
        plan_id=number(request.args.get("plan")) or 0,
        what=next((each for each in Happened if each == what), Happened.SIGNED_OFF),
        first=_day("from", date(FIRST_YEAR, 1, 1)),
        last=_day("to", date(LAST_YEAR, 12, 30)),
    )
    if what not in list(Happened):
        raise NotFound
    found = report_pages.happened(session(), wanted, page=request.args.get("page", 1, type=row_id))
    return render_template("documents/happened.html", found=found)


def _day(name: str, usual: date) -> date:
    try:
        day = date.fromisoformat(request.args.get(name, "") or usual.isoformat())
    except ValueError as error:
        raise NotFound from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotFound
    return day


def _index() -> str:
    args = request.args
    kind = next((kind for kind in ReportKind if kind == args.get("kind")), None)
    wanted = DraftFilter(kind, number(args.get("plan")))
    page = args.get("page", 1, type=row_id)
    found = report_pages.listing(session(), actor(), wanted, page=page, today=today())
    return render_template("documents/index.html", found=found, kinds=KINDS)


def _made(form: MakeForm, kind: ReportKind) -> tuple[int, bool]:
    """The id of the document that is wanted, and whether it was made just now."""
    one: dict[str, Any] = {"plan_id": form.plan_id.data, "subject": form.subject.data or ""}
    with writing() as writer:
        row, is_new = report_drafts.make(writer, actor(), kind=kind, **one, now=now())
        return row.id, is_new


def _not_made(why: str) -> ResponseReturnValue:
    flash(why, "red")
    return _index(), 422


def _step(writer: Session, draft_id: int, form: ReportForm, texts: Mapping[str, str]) -> str:
    """Keep the texts, then do what the button says; the sentence for the flash."""
    action = form.action.data or ""
    row = _saved(writer, draft_id, form, texts)
    one: dict[str, Any] = {"draft_id": draft_id, "version": row.version, "now": now()}
    if action == AFRESH:
        report_drafts.make_afresh(writer, actor(), **one)
        return "已按最新数据重算。您写的文字都没有动，右边是新的，请对照。"
    if action == ISSUE or action.startswith(SEEN):
        report_drafts.issue(writer, actor(), **one, seen=action.partition(":")[2])
        return "已定稿，以后不再改动；领导可以看到。"
    if action.startswith(TAKE):
        report_drafts.take_made(writer, actor(), **one, part_key=action.removeprefix(TAKE))
        return "已换成按数据生成的文字，原来写的留在页面下方。"
    return "草稿已存好。"


def _saved(writer: Session, draft_id: int, form: ReportForm, texts: Mapping[str, str]) -> ReportDraft:
    version = form.token.data or 0
    return report_drafts.save(writer, actor(), draft_id=draft_id, version=version, texts=texts, now=now())


def _page(
    draft_id: int,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
    checking: RuleViolated | None = None,
) -> ResponseReturnValue:
    page = report_pages.view(session(), actor(), draft_id=draft_id, typed=typed, now=now())
    left = []
    if typed and not page.editable:
        names = {part.key: part.heading or "开头" for part in page.made.parts}
        there = {part.key: part.text for part in page.made.parts} | dict(page.row.edited)
        left = [(names.get(key, "标题"), text) for key, text in typed.items() if text != there.get(key, "")]
    name = "documents/edit.html" if page.editable else "documents/read.html"
    facts = {"problem": problem, "typed": left, "has_pdf": pdf.available(), "signed_day": day_words}
    told = checking if isinstance(checking, FiguresToCheck) else None
    return render_template(name, page=page, checking=told, conflict=status == 409, **facts), status
