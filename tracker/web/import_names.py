"""单位名称: what the printed names of a draft mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.adapters.pinyin import search_keys
from tracker.domain.access import Permission
from tracker.domain.errors import InvalidInput, NotFound
from tracker.services import groups, names, names_together, units
from tracker.services.draft_rows import split_names
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.base import options
from tracker.web.forms.imports import NameForm
from tracker.web.policy import permit

blueprint = Blueprint("import_names", __name__)


@blueprint.get("/imports/<int:draft_id>/names")
@permit(Permission.PLAN_IMPORT)
def index(draft_id: int) -> ResponseReturnValue:
    """Every printed name once, with what it leads to."""
    return _names_page(draft_id)


def _names_page(draft_id: int, status: int = 200, **facts: Any) -> ResponseReturnValue:
    page = names.names_page(session(), draft_id=draft_id)
    facts |= {"classes": units.classes(session()), "chosen": request.form.getlist("chosen")}
    return render_template("imports/names.html", page=page, **facts), status


@blueprint.post("/imports/<int:draft_id>/names")
@permit(Permission.PLAN_IMPORT)
def decide(draft_id: int) -> ResponseReturnValue:
    """One click for one name (`take`), or one for all that are ticked (`bulk`)."""
    try:
        with writing() as writer:
            words = _take(writer, draft_id) if "take" in request.form else _bulk(writer, draft_id)
    except InvalidInput as error:
        return _names_page(draft_id, 422, refused=str(error))
    flash(words, "ok")
    return redirect(url_for("import_names.index", draft_id=draft_id), 303)


def _take(writer: Session, draft_id: int) -> str:
    """`take` holds what to do, the id of a unit or group, and the printed name."""
    what, _, rest = request.form["take"].partition(":")
    number, _, printed = rest.partition(":")
    facts: dict[str, Any] = {"draft_id": draft_id, "printed": printed, "now": now()}
    number = number if re.fullmatch(r"\d{1,9}", number) else ""
    if what == "unit" and number:
        names.decide_unit(writer, actor(), unit_id=int(number), spell=search_keys, **facts)
    elif what == "group" and number:
        names.decide_group(writer, actor(), group_id=int(number), **facts)
    elif what == "nobody":
        names.decide_nobody(writer, actor(), **facts)
        return f"“{printed}”不是单位，不建立责任。"
    else:
        raise InvalidInput("没有看懂这一步，请刷新页面后再试。")
    return f"“{printed}”已对应。"


def _bulk(writer: Session, draft_id: int) -> str:
    """What `bulk` names, for all ticked names; `register` takes over the document's own list."""
    what, chosen = request.form.get("bulk"), request.form.getlist("chosen")
    if what == "obvious":
        chosen = request.form.getlist("obvious")
    if what == "enter":
        raise InvalidInput("请点一个按钮：新建，或按建议对应。")
    if what == "register":
        listed = names.names_page(writer, draft_id=draft_id).register_new
        return f"文件所附名单已收入单位库，{_create(writer, draft_id, listed, 'register_class')}。"
    if not chosen:
        raise InvalidInput("请先勾选名称。")
    if what == "create":
        return f"已{_create(writer, draft_id, chosen, 'class_name')}。"
    if what in {"accept", "obvious"}:
        return _accept(writer, draft_id, chosen)
    raise InvalidInput("没有看懂这一步，请刷新页面后再试。")


def _create(writer: Session, draft_id: int, printed: Iterable[str], field: str) -> str:
    facts: dict[str, Any] = {"class_name": request.form.get(field, ""), "spell": search_keys, "now": now()}
    made = names.create_units(writer, actor(), draft_id=draft_id, printed=printed, **facts)
    return f"新建{len(made)}家单位"


def _accept(writer: Session, draft_id: int, chosen: list[str]) -> str:
    facts: dict[str, Any] = {"printed": chosen, "spell": search_keys, "now": now()}
    count = names_together.accept_suggestions(writer, actor(), draft_id=draft_id, **facts)
    left = len(set(chosen)) - count
    rest = f"其余{left}个只是名称相近，或有几家可选，请逐个选定。" if left else ""
    return f"已按建议对应{count}个名称。{rest}"


@blueprint.route("/imports/<int:draft_id>/names/one", methods=["GET", "POST"])
@permit(Permission.PLAN_IMPORT)
def one(draft_id: int) -> ResponseReturnValue:
    """One name with every choice: any unit, a new one, a group, a new one, nobody."""
    printed = request.args.get("name", "")
    line = names.one_name(session(), draft_id=draft_id, printed=printed)
    if line is None:
        raise NotFound
    form = _name_form(line)
    if not form.validate_on_submit():
        return _one_page(form, draft_id, line, 422 if form.is_submitted() else 200)
    try:
        with writing() as writer:
            _decide_one(writer, form, {"draft_id": draft_id, "printed": printed, "now": now()})
    except InvalidInput as error:
        form.what.errors = [str(error)]
        return _one_page(form, draft_id, line, 422)
    flash(f"“{printed}”已对应。", "ok")
    return redirect(url_for("import_names.index", draft_id=draft_id), 303)


def _decide_one(writer: Session, form: NameForm, facts: dict[str, Any]) -> None:
    remember = bool(form.remember.data)
    match form.what.data:
        case "unit":
            unit_id = form.unit_id.data
            names.decide_unit(writer, actor(), unit_id=unit_id, remember=remember, spell=search_keys, **facts)
        case "new_unit":
            about = form.new_unit(facts["printed"])
            names.decide_new_unit(writer, actor(), spell=search_keys, **about, **facts)
        case "group":
            names.decide_group(writer, actor(), group_id=form.group_id.data, remember=remember, **facts)
        case "new_group":
            chosen: dict[str, Any] = {
                "member_ids": form.members.data or [],
                "class_ids": form.classes.data or [],
                "newcomers": split_names(form.newcomers.data or "", ()),
                "class_name": form.new_class.data or "",
            }
            names_together.decide_members(writer, actor(), spell=search_keys, **chosen, **facts)
        case _:
            names.decide_nobody(writer, actor(), **facts)


def _name_form(line: names.PrintedName) -> NameForm:
    what = "new_group" if line.collective else "unit"
    new_class = names_together.class_of_collective(line.printed)
    shown = {"what": what, "new_name": line.printed, "new_class": new_class if line.collective else ""}
    form = NameForm(data=shown if request.method == "GET" else None)
    active = [each.unit for each in units.directory(session()).lines if each.unit.active]
    known = [(group.id, f"{group.name}（{len(group.members)}家）") for group in groups.every_group(session())]
    form.unit_id.choices = options([(0, "请选择"), *((unit.id, unit.name) for unit in active)])
    form.group_id.choices = options([(0, "请选择"), *known])
    form.members.choices = options((unit.id, unit.name) for unit in active)
    form.classes.choices = options([(0, ""), *((each.id, each.name) for each in units.classes(session()))])
    return form


def _one_page(form: NameForm, draft_id: int, line: names.PrintedName, status: int) -> ResponseReturnValue:
    facts = {"page": units.directory(session()), "classes": units.classes(session())}
    return render_template("imports/name.html", form=form, draft_id=draft_id, line=line, **facts), status
