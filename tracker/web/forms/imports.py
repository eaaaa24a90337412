"""Uploading or pasting a document, and correcting what was read."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional, ValidationError

from tracker.domain.deadline import Fixed, Standing, Unstated
from tracker.domain.task import Role
from tracker.services.draft_rows import split_names
from tracker.services.drafts import RowChange
from tracker.web.forms.base import DayField, Form, VersionedForm, at_most, needed, options, tidy
from tracker.web.forms.units import Boxes

ON_A_DAY = "day"
PASTED = "粘贴的文字.txt"


class NumberField(IntegerField):
    """A whole number, and `said` when it is none."""

    said = "请填数字。"

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(self.said) from error


class YearField(NumberField):
    """A year of four digits."""

    said = "年份请填四位数，例如 2026。"


class UploadForm(Form):
    """上传或粘贴"""

    file = FileField("选择文件", description="Word、Excel、WPS、PDF、网页或文本文件，不超过 20 MB。")
    pasted = TextAreaField(
        "或者粘贴全文",
        render_kw={"rows": 7, "spellcheck": "false", "placeholder": "把网页或文档里的全文粘贴到这里"},
    )
    year = YearField(
        "年份（文件里没写时才需要填）",
        validators=[Optional(), NumberRange(2000, 2100, "年份请填四位数，例如 2026。")],
        render_kw={"inputmode": "numeric", "placeholder": "例如 2026"},
    )

    def validate_pasted(self, field: TextAreaField) -> None:
        """One of the two, not both: otherwise one would be lost in silence."""
        chosen = bool(self.file.data and self.file.data.filename)
        if chosen and (field.data or "").strip():
            raise ValidationError("文件和文字只能选一样，请去掉其中一样。")
        if not chosen and not (field.data or "").strip():
            raise ValidationError("请选择一个文件，或者粘贴全文。")

    def document(self) -> tuple[bytes, str]:
        """The bytes and the name of what was handed in."""
        if self.file.data and self.file.data.filename:
            return self.file.data.read(), self.file.data.filename.replace("\\", "/").rsplit("/", 1)[-1]
        return (self.pasted.data or "").replace("\r\n", "\n").encode(), PASTED


class AboutForm(VersionedForm):
    """文件信息"""

    title = StringField("标题", filters=[tidy], validators=[needed("标题"), at_most(300, "标题")])
    year = YearField(
        "年份", validators=[needed("年份"), NumberRange(2000, 2100, "年份请填四位数，例如 2026。")]
    )
    issuer = StringField("发文机关", filters=[tidy], validators=[at_most(200, "发文机关")])
    document_number = StringField("文号", filters=[tidy], validators=[at_most(100, "文号")])
    issued_on = DayField("印发日期", validators=[Optional()])


class RowForm(VersionedForm):
    """更正一项任务"""

    text = TextAreaField("任务内容", filters=[tidy], validators=[needed("任务内容")], render_kw={"rows": 5})
    lead = TextAreaField("牵头", render_kw={"rows": 2, "spellcheck": "false"})
    responsible = TextAreaField("责任", render_kw={"rows": 3, "spellcheck": "false"})
    support = TextAreaField("配合", render_kw={"rows": 2, "spellcheck": "false"})
    deadline = RadioField("完成时限", validators=[needed("完成时限")])
    day = DayField("日期", validators=[Optional()])
    included = BooleanField("是一项任务（去掉后放回“其他段落”）", default=True)

    def offer(self, choices: tuple[tuple[str, str], ...]) -> None:
        """Fill the choices: the readings of the phrase, then a day, standing work, no time."""
        offered = dict(choices)
        offered[ON_A_DAY] = "另定一天"
        for reading, words in ((Standing(), "长期推进"), (Unstated(), "没有时限")):
            offered.setdefault(reading.notation, words)
        self.deadline.choices = options(offered.items())

    def validate_deadline(self, field: RadioField) -> None:
        """The day is needed when it is chosen, and not dropped in silence when it is not."""
        if field.data == ON_A_DAY and self.day.data is None:
            raise ValidationError("选了另定一天，请在下面填写日期。")
        if field.data != ON_A_DAY and self.day.data is not None:
            raise ValidationError("下面填了日期：请选“另定一天”，或者清空日期。")

    def change(self, known: set[str]) -> RowChange:
        """What the person wants; `known` are the names that the row printed."""
        fields = {Role.LEAD: self.lead, Role.RESPONSIBLE: self.responsible, Role.SUPPORT: self.support}
        day: date | None = self.day.data
        chosen = Fixed(day).notation if self.deadline.data == ON_A_DAY and day else self.deadline.data
        return RowChange(
            text=self.text.data or "",
            units={role: split_names(field.data or "", known) for role, field in fields.items()},
            notation=str(chosen),
            included=bool(self.included.data),
        )


class NameForm(Form):
    """这个名称指的是谁"""

    what = RadioField(
        "这个名称是",
        choices=options(
            [
                ("unit", "单位库里的一家"),
                ("new_unit", "一家还没有入库的单位"),
                ("group", "已有的集合称谓"),
                ("new_group", "新的集合称谓，成员在下面指定"),
                ("nobody", "不是单位，不分派"),
            ]
        ),
        validators=[needed("名称的意思")],
    )
    unit_id = SelectField("哪一家", coerce=int, default=0)
    new_name = StringField("单位全称", filters=[tidy], validators=[at_most(120, "单位全称")])
    class_name = StringField(
        "类别", filters=[tidy], validators=[at_most(60, "类别")], render_kw={"list": "class-names"}
    )
    group_id = SelectField("哪一个集合称谓", coerce=int, default=0)
    members = Boxes("成员单位", coerce=int)
    classes = Boxes("全选的类别", coerce=int)
    newcomers = TextAreaField("库里还没有的成员，一行一家", render_kw={"rows": 6, "spellcheck": "false"})
    new_class = StringField(
        "它们归入的类别", filters=[tidy], validators=[at_most(60, "类别")], render_kw={"list": "class-names"}
    )
    remember = BooleanField("以后的文件里也这样认", default=True)

    def validate_unit_id(self, field: SelectField) -> None:
        """Needed when a unit is meant."""
        if self.what.data == "unit" and not field.data:
            raise ValidationError("请选定一家单位。")

    def validate_group_id(self, field: SelectField) -> None:
        """Needed when a group is meant."""
        if self.what.data == "group" and not field.data:
            raise ValidationError("请选定一个集合称谓。")

    def new_unit(self, printed: str) -> dict[str, Any]:
        """The unit to be made, under its printed name unless another was typed."""
        return {"name": self.new_name.data or printed, "class_name": self.class_name.data or ""}


class _AssignForm(Form):
    """Units, and as what they are named."""

    role = RadioField(
        "作为",
        choices=options((role.value, f"{role.label}单位") for role in Role),
        default=Role.RESPONSIBLE.value,
        validators=[needed("单位的身份")],
    )
    names = TextAreaField(
        "单位",
        description="一行一个，也可以用顿号隔开。已经写明的不会重复，也不会去掉别的单位。",
        validators=[needed("单位")],
        render_kw={"rows": 4, "spellcheck": "false"},
    )

    def facts(self) -> dict[str, Any]:
        """What is to be done, as the service takes it."""
        return {"role": Role(self.role.data), "names": split_names(self.names.data or "", ())}


class BulkForm(_AssignForm):
    """批量指定单位"""

    first = NumberField("从第几项", validators=[needed("起始项号")], render_kw={"inputmode": "numeric"})
    last = NumberField("到第几项", validators=[needed("末尾项号")], render_kw={"inputmode": "numeric"})

    def facts(self) -> dict[str, Any]:
        """The same for a run of rows."""
        return super().facts() | {"first": self.first.data, "last": self.last.data}


class RowsForm(_AssignForm):
    """给没有责任单位的任务指定单位"""

    rows = Boxes("任务", coerce=int)

    def facts(self) -> dict[str, Any]:
        """The same for the rows that are ticked."""
        return super().facts() | {"row_ids": self.rows.data or []}
