"""单位: the directory of units and groups."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.adapters.pinyin import search_keys
from tracker.domain.access import Permission
from tracker.domain.errors import InvalidInput, VersionConflict
from tracker.services import groups, supervision_pages, units
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.base import options
from tracker.web.forms.units import GroupForm, UnitChangeForm, UnitForm, UnitListForm, shown_group, shown_unit
from tracker.web.policy import permit

blueprint = Blueprint("units", __name__)


@blueprint.get("/units")
@permit(Permission.UNIT_READ)
def index() -> ResponseReturnValue:
    """The directory, searched by characters or pinyin."""
    words = request.args.get("words", "").strip()
    class_id = request.args.get("class", type=int)
    page = units.directory(session(), words=words, class_id=class_id)
    return render_template("units/index.html", page=page, words=words, class_id=class_id)


@blueprint.route("/units/new", methods=["GET", "POST"])
@permit(Permission.UNIT_WRITE)
def create() -> ResponseReturnValue:
    """Add a unit; a name that resembles a known one is shown once before it is kept."""
    form = UnitForm()
    if not form.validate_on_submit():
        return _unit_page(form, 422 if form.is_submitted() else 200)
    if near := _unseen_near(form.name.data):
        return _unit_page(form, 422, near=near)
    try:
        with writing() as writer:
            created = units.create_unit(writer, actor(), **form.facts(), spell=search_keys, now=now())
    except InvalidInput as error:
        form.name.errors = [str(error)]
        return _unit_page(form, 422)
    flash(f"已新增“{created.name}”。", "ok")
    return redirect(url_for("units.index"), 303)


def _unseen_near(name: str | None) -> tuple[str, ...]:
    """Names like this one, unless the person has seen them and pressed 仍然保存."""
    if request.form.get("seen") == name:
        return ()
    return tuple(known.name for known in units.near_duplicates(session(), name or ""))


@blueprint.route("/units/<int:unit_id>", methods=["GET", "POST"])
@permit(Permission.UNIT_WRITE)
def change(unit_id: int) -> ResponseReturnValue:
    """Correct a unit, or take it out of use."""
    unit = units.unit(session(), unit_id)
    form = UnitChangeForm(data=shown_unit(unit) if request.method == "GET" else None)
    if not form.validate_on_submit():
        return _unit_page(form, 422 if form.is_submitted() else 200, unit=unit)
    facts = form.facts() | {"version": request.form.get("version", 0, type=int), "spell": search_keys}
    try:
        with writing() as writer:
            units.change_unit(writer, actor(), unit_id=unit_id, **facts, now=now())
    except InvalidInput as error:
        form.name.errors = [str(error)]
        return _unit_page(form, 422, unit=unit)
    except VersionConflict:
        return _unit_page(form, 409, unit=units.unit(session(), unit_id), conflict=True)
    flash("已保存。", "ok")
    return redirect(url_for("units.index"), 303)


def _unit_page(form: UnitForm, status: int, **facts: Any) -> ResponseReturnValue:
    unit = facts.get("unit")
    if unit is not None:
        about = {"unit_id": unit.id, "today": today()}
        facts["open_orders"] = supervision_pages.open_of_unit(session(), actor(), **about)
        facts["near"] = [known.name for known in units.near_duplicates(session(), unit.name, but=unit.id)]
    return render_template("units/unit.html", form=form, classes=units.classes(session()), **facts), status


@blueprint.route("/units/import", methods=["GET", "POST"])
@permit(Permission.UNIT_WRITE)
def import_list() -> ResponseReturnValue:
    """Take over a list of names, one a line."""
    form = UnitListForm()
    if not form.validate_on_submit():
        page = render_template("units/import.html", form=form, classes=units.classes(session()))
        return page, 422 if form.is_submitted() else 200
    lines = (form.lines.data or "").splitlines()
    with writing() as writer:
        result = units.import_list(
            writer, actor(), lines=lines, class_name=form.class_name.data or "", spell=search_keys, now=now()
        )
    flash(_said(result), "ok" if not result.refused else "")
    return redirect(url_for("units.index"), 303)


def _said(result: units.ListResult) -> str:
    words = [f"新增{len(result.created)}家"]
    words += [f"已在库里、跳过{len(result.known)}家"] if result.known else []
    words += [f"名称太长、没有收下{len(result.refused)}行，请核对"] if result.refused else []
    return "，".join(words) + "。"


@blueprint.get("/groups")
@permit(Permission.UNIT_READ)
def group_index() -> ResponseReturnValue:
    """The groups and how many belong to each."""
    return render_template("units/groups.html", groups=groups.every_group(session()))


@blueprint.route("/groups/new", methods=["GET", "POST"])
@permit(Permission.UNIT_WRITE)
def create_group() -> ResponseReturnValue:
    """Add a group."""
    form = _group_form(data={"name": request.args.get("name", "")} if request.method == "GET" else None)
    if not form.validate_on_submit():
        return _group_page(form, 422 if form.is_submitted() else 200)
    try:
        with writing() as writer:
            created = groups.create_group(writer, actor(), **form.facts(), now=now())
    except InvalidInput as error:
        form.name.errors = [str(error)]
        return _group_page(form, 422)
    flash(f"已新增“{created.name}”，{len(created.members)}家。", "ok")
    return redirect(url_for("units.group_index"), 303)


@blueprint.route("/groups/<int:group_id>", methods=["GET", "POST"])
@permit(Permission.UNIT_WRITE)
def change_group(group_id: int) -> ResponseReturnValue:
    """Correct a group: names and members."""
    group = groups.group(session(), group_id)
    form = _group_form(data=shown_group(group) if request.method == "GET" else None)
    if not form.validate_on_submit():
        return _group_page(form, 422 if form.is_submitted() else 200, group=group)
    facts = form.facts() | {"version": request.form.get("version", 0, type=int)}
    try:
        with writing() as writer:
            groups.change_group(writer, actor(), group_id=group_id, **facts, now=now())
    except InvalidInput as error:
        form.name.errors = [str(error)]
        return _group_page(form, 422, group=group)
    except VersionConflict:
        return _group_page(form, 409, group=groups.group(session(), group_id), conflict=True)
    flash("已保存。", "ok")
    return redirect(url_for("units.group_index"), 303)


def _group_form(data: dict[str, Any] | None) -> GroupForm:
    form = GroupForm(data=data)
    lines = units.directory(session()).lines
    form.members.choices = options((line.unit.id, line.unit.name) for line in lines if line.unit.active)
    return form


def _group_page(form: GroupForm, status: int, **facts: Any) -> ResponseReturnValue:
    page = units.directory(session())
    return render_template("units/group.html", form=form, page=page, **facts), status
