"""Adding an upper document, and deciding about its clauses."""

from __future__ import annotations

import re

from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.validators import ValidationError

from tracker.services.crosswalk import LONGEST_REASON
from tracker.services.crosswalk_sources import Listing
from tracker.web.forms.base import Form, at_most, options, tidy

FILE = "file"


class UpperForm(Form):
    """加入上级文件"""

    plan_id = SelectField("本级要点", coerce=int)
    source = SelectField("上级文件来自")
    file = FileField("上级文件", description="Word、Excel、WPS、PDF、网页或文本文件，不超过 20 MB。")

    def offer(self, found: Listing, *, own: int | None = None) -> None:
        """The plans to compare with, and where an upper document may come from: not from the `own` plan."""
        self.plan_id.choices = options((plan.id, plan.title) for plan in found.plans)
        drafts = ((f"draft:{draft.id}", f"待核对的导入：{draft.title}") for draft in found.drafts)
        others = (plan for plan in found.plans if plan.id != own)
        plans = ((f"plan:{plan.id}", f"台账里的文件：{plan.title}") for plan in others)
        self.source.choices = options([(FILE, "上传文件"), *drafts, *plans])

    def validate_file(self, field: FileField) -> None:
        """A file is needed where one is chosen, and none is dropped in silence where another source is."""
        chosen = bool(field.data and field.data.filename)
        if self.source.data == FILE and not chosen:
            raise ValidationError("请选择上级文件。")
        if self.source.data != FILE and chosen:
            raise ValidationError("选了文件，请把“上级文件来自”改为上传文件；或者去掉文件。")

    def document(self) -> tuple[bytes, str]:
        """The bytes and the name of what was handed in."""
        return self.file.data.read(), self.file.data.filename.replace("\\", "/").rsplit("/", 1)[-1]

    def known(self) -> tuple[str, int]:
        """Which of the known ones is taken: draft or plan, and its number."""
        kind, _, number = str(self.source.data).partition(":")
        return kind, int(number)


class DecideForm(Form):
    """逐条核对"""

    serials = StringField(
        "对应本级第几项", filters=[tidy], validators=[at_most(200, "序号")],
        render_kw={"placeholder": "例如 3、5", "autocomplete": "off"},
    )  # fmt: skip
    reason = StringField(
        "理由", filters=[tidy], validators=[at_most(LONGEST_REASON, "理由")],
        render_kw={"placeholder": "例如 属省级部门职责", "autocomplete": "off"},
    )  # fmt: skip


_NUMBER = re.compile(r"\d{1,9}")
_PAIR = re.compile(r"(\d{1,9})-(\d{1,9})")


def numbers(values: list[str]) -> set[int]:
    """The ticked numbers; what is none was not ticked on our page."""
    return {int(value) for value in values if _NUMBER.fullmatch(value)}


def pairs(values: list[str]) -> set[tuple[int, int]]:
    """The ticked proposals, each clause-task."""
    return {(int(found[1]), int(found[2])) for found in map(_PAIR.fullmatch, values) if found}
