"""Forms of the clock pages (时限)."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from tracker.domain.clock import DayUnit
from tracker.services.clock_acts import ClockFacts
from tracker.services.clock_rules import MOST_DAYS, RuleFacts
from tracker.services.clocks import OfferedRule
from tracker.store.tables import PlanClockRule, Unit
from tracker.web.forms.base import DayField, Form, VersionedForm, at_most, needed, options, tidy
from tracker.web.forms.imports import NumberField
from tracker.web.forms.ledger import LARGEST_ID


class StartForm(Form):
    """启动时限"""

    rule = SelectField("规则")
    unit_id = SelectField("单位", coerce=int)
    title = StringField("是什么事", filters=[tidy], validators=[needed("是什么事"), at_most(200, "是什么事")])
    started_on = DayField("起算之日", validators=[InputRequired("请填从哪一天起算。")])
    formed_on = DayField("形成之日", validators=[Optional()])
    task_id = NumberField("任务编号", validators=[Optional(), NumberRange(1, LARGEST_ID, "没有这项任务。")])

    def offer(self, rules: Iterable[OfferedRule], units: Iterable[Unit]) -> None:
        """The rules by where they come from, and the units."""
        sources: dict[str, list[tuple[str, str]]] = {}
        for each in rules:
            words = f"{each.rule.name}：{each.rule.words}"
            sources.setdefault(each.source, []).append((each.rule.key, words))
        self.rule.choices = {source: options(found) for source, found in sources.items()}
        self.unit_id.choices = options((unit.id, unit.name) for unit in units)

    def facts(self) -> ClockFacts:
        """What was typed; the form has been found in order."""
        if self.started_on.data is None:
            raise ValueError("a clock has a first day")
        return ClockFacts(
            self.rule.data,
            self.unit_id.data,
            self.title.data or "",
            self.started_on.data,
            self.formed_on.data,
            self.task_id.data,
        )


class StopForm(VersionedForm):
    """中止、重新起算"""

    day = DayField("哪一天", validators=[InputRequired("请填是哪一天。")])
    why = StringField("原因", filters=[tidy], validators=[needed("原因"), at_most(200, "原因")])


class GoOnForm(VersionedForm):
    """继续计时"""

    day = DayField("哪一天", validators=[InputRequired("请填是哪一天。")])


class CloseForm(VersionedForm):
    """办结"""

    day = DayField("哪一天", validators=[InputRequired("请填是哪一天办结的。")])
    link = StringField("佐证链接", filters=[tidy], validators=[at_most(1000, "链接")])
    file = FileField("或者附件")


class VoidForm(VersionedForm):
    """作废"""

    why = TextAreaField("为什么作废", filters=[tidy], validators=[needed("为什么作废"), at_most(200, "理由")])


class RuleForm(Form):
    """时限规则"""

    name = StringField("名称", filters=[tidy], validators=[needed("名称"), at_most(100, "名称")])
    event = StringField(
        "从什么事起算", filters=[tidy], validators=[needed("从什么事起算"), at_most(200, "从什么事起算")]
    )
    count = NumberField(
        "天数",
        validators=[InputRequired("请填天数。"), NumberRange(1, MOST_DAYS, f"天数请填 1 到 {MOST_DAYS}。")],
    )
    unit = RadioField(
        "怎么数",
        choices=options([(DayUnit.WORKDAYS.value, "按工作日"), (DayUnit.DAYS.value, "按自然日")]),
        default=DayUnit.WORKDAYS.value,
    )
    may_stop = BooleanField("可以中止、重新起算", default=True)
    basis = TextAreaField("依据", filters=[tidy], validators=[at_most(1000, "依据")])

    def fill(self, rule: PlanClockRule) -> None:
        """Show the rule as it stands."""
        self.name.data, self.event.data, self.count.data = rule.name, rule.event, rule.count
        self.unit.data, self.basis.data = rule.day_unit, rule.basis
        self.may_stop.data = rule.may_stop is not False

    def facts(self) -> RuleFacts:
        """What was typed."""
        return RuleFacts(
            self.name.data or "",
            self.event.data or "",
            self.count.data or 0,
            DayUnit(self.unit.data),
            self.basis.data or "",
            bool(self.may_stop.data),
        )


class ChangeRuleForm(RuleForm, VersionedForm):
    """修改时限规则"""

    def fill(self, rule: PlanClockRule) -> None:
        """Show the rule with its version."""
        super().fill(rule)
        self.version.data = rule.version
