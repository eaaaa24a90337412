"""版式和模板: templates of the office's own for documents, with the fields that each kind knows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.house_fields import TemplateKind
from tracker.services import house_templates
from tracker.services.house_templates import FieldsWrong, Kept
from tracker.services.ledger import ExportedFile
from tracker.web import downloads
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.base import ActionForm
from tracker.web.forms.ledger import LARGEST_ID, row_id
from tracker.web.policy import permit
from tracker.web.printing import files

blueprint = Blueprint("house_templates", __name__, url_prefix="/documents/templates")

VERSION = f"/versions/<int(max={LARGEST_ID}):template_id>"
NO_FILE = "请先选择 .docx 文件。"


@blueprint.get("")
@permit(Permission.REPORT_WRITE)
def index() -> ResponseReturnValue:
    """The templates of one kind, its fields, and where to begin."""
    return _page(_kind(request.args.get("kind", TemplateKind.WEEKLY.value)))


@blueprint.post("/<kind>")
@permit(Permission.REPORT_WRITE)
def upload(kind: str) -> ResponseReturnValue:
    """Take a template in; refused, the page names each field that is wrong."""
    wanted, sent = _kind(kind), request.files.get("file")
    if not ActionForm().validate() or sent is None or not sent.filename:
        return _page(wanted, NO_FILE, status=422)
    facts: dict[str, Any] = {"filename": sent.filename, "data": sent.read(house_templates.MOST_BYTES + 1)}
    try:
        with writing() as writer:
            kept = house_templates.keep(writer, actor(), kind=wanted, **facts, files=files(), now=now())
            flash(_kept_words(wanted, kept), "ok")
    except RuleViolated as error:
        return _page(wanted, error.message, error if isinstance(error, FieldsWrong) else None, 422)
    return redirect(url_for("house_templates.index", kind=wanted.value), 303)


@blueprint.post("/<kind>/use")
@permit(Permission.REPORT_WRITE)
def use(kind: str) -> ResponseReturnValue:
    """Set the kind in one of its versions, or in the built-in layout."""
    wanted = _kind(kind)
    ActionForm()
    version = request.form.get("template_id", type=row_id)
    with writing() as writer:
        row = house_templates.choose(writer, actor(), kind=wanted, template_id=version, now=now())
        layout = f"第{row.number}版模板" if row else "系统自带的版式"
    flash(f"{wanted.label}从现在起用{layout}；已经定稿、发出的不变。", "ok")
    return redirect(url_for("house_templates.index", kind=wanted.value), 303)


@blueprint.get("/<kind>/sample.docx")
@permit(Permission.REPORT_WRITE)
def sample(kind: str) -> ResponseReturnValue:
    """A template to begin with."""
    return _send(house_templates.to_begin_with(_kind(kind)))


@blueprint.get(f"{VERSION}/template.docx")
@permit(Permission.REPORT_WRITE)
def version(template_id: int) -> ResponseReturnValue:
    """A version as it was uploaded."""
    return _send(house_templates.fetch(session(), template_id=template_id, files=files()))


@blueprint.get(f"{VERSION}/example.docx")
@permit(Permission.REPORT_WRITE)
def example(template_id: int) -> ResponseReturnValue:
    """A version with an example in every field."""
    return _send(house_templates.shown(session(), template_id=template_id, files=files(), now=now()))


def _kind(value: str) -> TemplateKind:
    found = next((kind for kind in TemplateKind if kind == value), None)
    if found is None:
        raise NotFound
    return found


def _send(made: ExportedFile) -> ResponseReturnValue:
    return downloads.made(made.content, made.name)


def _kept_words(kind: TemplateKind, kept: Kept) -> str:
    said = f"第{kept.template.number}版模板已存好，{kind.label}从现在起用它。"
    if kept.unused:
        said += f"模板里没有用到：{'、'.join(kept.unused)}，这些内容不会印出来。"
    return said


def _page(
    kind: TemplateKind, problem: str = "", wrong: FieldsWrong | None = None, status: int = 200
) -> ResponseReturnValue:
    kinds = house_templates.overview(session())
    shown = next(each for each in kinds if each.kind is kind)
    facts = {"kinds": kinds, "shown": shown, "problem": problem, "wrong": wrong.problems if wrong else ()}
    return render_template("documents/templates.html", **facts), status
