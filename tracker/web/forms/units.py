"""The directory of units and groups."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.store.tables import Unit, UnitGroup
from tracker.web.forms.base import Form, at_most, needed, tidy

ONE_A_LINE = {"rows": 3, "spellcheck": "false"}


def lines_of(text: str | None) -> list[str]:
    """The lines of a text field that are not blank."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


class UnitForm(Form):
    """单位"""

    name = StringField("单位名称", filters=[tidy], validators=[needed("单位名称"), at_most(120, "单位名称")])
    class_name = StringField(
        "类别",
        filters=[tidy],
        validators=[at_most(60, "类别")],
        description="例如：市政府部门、县（市、区）、乡镇街道。没有的类别会新建。",
        render_kw={"list": "class-names", "autocomplete": "off"},
    )
    aliases = TextAreaField(
        "简称和别名",
        description="一行一个。文件里写这些名称时，自动认作这家单位。",
        render_kw=ONE_A_LINE,
    )
    contact_name = StringField("联系人", filters=[tidy], validators=[at_most(60, "联系人")])
    contact_phone = StringField("联系电话", filters=[tidy], validators=[at_most(60, "联系电话")])

    def facts(self) -> dict[str, Any]:
        """What was typed, for the service."""
        return {
            "name": self.name.data or "",
            "class_name": self.class_name.data or "",
            "aliases": lines_of(self.aliases.data),
            "contact_name": self.contact_name.data or "",
            "contact_phone": self.contact_phone.data or "",
        }


class UnitChangeForm(UnitForm):
    """修改单位"""

    active = BooleanField("在用（取消后不再分派任务，已有的任务不受影响）", default=True)

    def facts(self) -> dict[str, Any]:
        """What was typed, and whether the unit stays in use."""
        return super().facts() | {"active": self.active.data}


def shown_unit(unit: Unit) -> dict[str, Any]:
    """A unit as its form shows it."""
    return {
        "name": unit.name,
        "class_name": unit.unit_class.name if unit.unit_class else "",
        "aliases": "\n".join(alias.name for alias in unit.aliases),
        "contact_name": unit.contact_name,
        "contact_phone": unit.contact_phone,
        "active": unit.active,
    }


class UnitListForm(Form):
    """导入名单"""

    lines = TextAreaField(
        "单位名单",
        validators=[needed("单位名单")],
        description="一行一家。可以从表格里粘贴两列：单位名称、类别。已在库里的会跳过，不会合并或改名。",
        render_kw={"rows": 14, "spellcheck": "false"},
    )
    class_name = StringField(
        "没有写类别的，归入",
        filters=[tidy],
        validators=[at_most(60, "类别")],
        render_kw={"list": "class-names", "autocomplete": "off"},
    )


class Boxes(SelectMultipleField):
    """One check box a choice."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class GroupForm(Form):
    """集合称谓"""

    name = StringField(
        "集合称谓",
        filters=[tidy],
        validators=[needed("集合称谓"), at_most(120, "集合称谓")],
        description="例如：各县（市、区）政府、市政府各部门、各乡镇（街道）。",
    )
    aliases = TextAreaField("别的写法", description="一行一个。", render_kw=ONE_A_LINE)
    members = Boxes("成员单位", coerce=int)

    def facts(self) -> dict[str, Any]:
        """What was typed, for the service."""
        return {
            "name": self.name.data or "",
            "aliases": lines_of(self.aliases.data),
            "member_ids": self.members.data or [],
        }


def shown_group(group: UnitGroup) -> dict[str, Any]:
    """A group as its form shows it."""
    return {
        "name": group.name,
        "aliases": "\n".join(alias.name for alias in group.aliases),
        "members": [member.unit_id for member in group.members],
    }
