"""Forms of the ledger of points (积分记录): entering by hand, objecting, deciding, putting right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange

from tracker.domain.china_time import FIRST_YEAR, LAST_YEAR
from tracker.domain.points import Rule, signed
from tracker.domain.points_presets import PRESETS
from tracker.services.point_lines import Happened
from tracker.services.point_pages import LineFilter
from tracker.store.tables import Unit
from tracker.web.forms.base import DayField, Form, VersionedForm, at_most, needed, options, tidy
from tracker.web.forms.instructions import area
from tracker.web.forms.ledger import row_id


class NewSchemeForm(Form):
    """新建积分办法"""

    year = IntegerField(
        "年份",
        validators=[InputRequired("请填年份。"), NumberRange(FIRST_YEAR, LAST_YEAR, "请填四位数的年份。")],
    )
    name = StringField("办法名称", filters=[tidy], validators=[needed("办法名称"), at_most(60, "办法名称")])
    preset = RadioField(
        "从哪份样例开始", choices=options((each.key, each.title) for each in PRESETS), default=PRESETS[0].key
    )


class SwitchOnForm(VersionedForm):
    """启用"""

    starts_on = DayField("从哪天起算", validators=[InputRequired("请填从哪天起算。")])


class SwitchOffForm(VersionedForm):
    """停用"""


class RankingForm(Form):
    """积分排名"""

    ranked = BooleanField("打开排名：领导能看到各单位积分，按得分排列")


class HandForm(Form):
    """人工登记"""

    rule = SelectField("哪一条规则")
    unit_id = SelectField("哪家单位", coerce=int)
    on = DayField("哪一天发生的", validators=[InputRequired("请填哪一天发生的。")])
    words = StringField("什么事", filters=[tidy], validators=[needed("什么事"), at_most(300, "什么事")])
    evidence = StringField(
        "佐证", filters=[tidy], validators=[needed("佐证"), at_most(1000, "佐证")],
        description="链接，或者通报、文件的名称和文号。",
    )  # fmt: skip

    def offer(self, rules: Iterable[Rule], units: Iterable[Unit]) -> None:
        """The rules that are for entering by hand, and the units that are assessed."""
        self.rule.choices = options((rule.key, f"{signed(rule.points)}分　{rule.clause}") for rule in rules)
        self.unit_id.choices = options((unit.id, unit.name) for unit in units)

    def happened(self) -> Happened:
        """What was typed; call after validating."""
        day = self.on.data or date.min
        return Happened(
            str(self.rule.data), int(self.unit_id.data), day, self.words.data or "", self.evidence.data or ""
        )


class ObjectForm(Form):
    """提异议"""

    words = area("为什么有异议", asked="为什么有异议", rows=3)


class DecideForm(VersionedForm):
    """处理异议"""

    uphold = RadioField(
        "处理结果", choices=options([("yes", "成立，冲销这一笔"), ("no", "不成立，维持")]),
        validators=[InputRequired("请选成立还是不成立。")],
    )  # fmt: skip
    words = area("理由", asked="理由", rows=3)


class CorrectForm(Form):
    """更正"""

    words = area("为什么冲销", asked="为什么冲销", rows=2)


class TrialForm(Form):
    """模拟"""

    class Meta(Form.Meta):
        """It changes nothing, and its address can be gone back to."""

        csrf = False

    starts_on = DayField("假如从哪天起算")
    typed = HiddenField()


def line_filter(args: Mapping[str, Any]) -> LineFilter:
    """The filter that an address says; what it says wrongly narrows nothing."""
    found: dict[str, Any] = {}
    for name, key in (("scheme", "scheme_id"), ("unit", "unit_id")):
        found[key] = _number(str(args.get(name, "")))
    rule, objected = str(args.get("rule", ""))[:20], args.get("objected") == "1"
    return LineFilter(**found, rule_key=rule, day=day_of(args), objected=objected)


def day_of(args: Mapping[str, Any]) -> date | None:
    """The day that an address names; None where it names none."""
    try:
        return date.fromisoformat(str(args.get("day", "")))
    except ValueError:
        return None


def _number(text: str) -> int | None:
    try:
        return row_id(text)
    except ValueError:
        return None
