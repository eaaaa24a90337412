"""Forms for a quota that the office sets by hand (增改次数指标)."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from tracker.domain.quota import PERIOD_WORDS
from tracker.domain.quota_scope import Scope
from tracker.services.quota_targets import MOST, Owner, TargetFacts
from tracker.store.tables import QuotaTarget, Unit, UnitClass
from tracker.web.forms.base import Form, VersionedForm, at_most, needed, options, tidy
from tracker.web.forms.imports import NumberField


def _reason() -> TextAreaField:
    return TextAreaField(
        "为什么", filters=[tidy], validators=[needed("为什么"), at_most(500, "理由")], render_kw={"rows": 2}
    )


class TargetForm(Form):
    """新增次数指标"""

    counted = StringField(
        "数的是什么", filters=[tidy], validators=[needed("数的是什么"), at_most(200, "数的是什么")]
    )
    period = SelectField("多久数一次", choices=options(PERIOD_WORDS.items()))
    minimum = NumberField(
        "至少几次",
        validators=[InputRequired("请填至少几次。"), NumberRange(1, MOST, f"次数请填 1 到 {MOST}。")],
    )
    who = RadioField("由谁完成", validators=[InputRequired("请选定由谁完成。")])
    printed = StringField(
        "文件里怎么称呼这些单位",
        filters=[tidy],
        validators=[at_most(200, "称呼")],
        description="文件没有写的空着。",
    )
    reason = _reason()

    def offer(self, classes: Iterable[UnitClass], named: Iterable[Unit]) -> None:
        """The task's units each or together, every class, and each unit that is named."""
        who = [(scope.value, scope.label) for scope in (Scope.EACH, Scope.TOGETHER)]
        who += [(f"{Scope.CLASS.value}-{each.id}", f"{each.name}，每家都要") for each in classes]
        who += [(f"{Scope.UNIT.value}-{unit.id}", f"只要{unit.name}") for unit in named]
        self.who.choices = options(who)

    def facts(self) -> TargetFacts:
        """What was typed; the form has been found in order."""
        scope, _, number = str(self.who.data).partition("-")
        of_class = int(number) if scope == Scope.CLASS.value else None
        of_unit = int(number) if scope == Scope.UNIT.value else None
        owner = Owner(Scope(scope), of_class, of_unit)
        minimum, period = self.minimum.data or 0, self.period.data
        return TargetFacts(self.counted.data or "", minimum, period, owner, self.printed.data or "")


class ChangeTargetForm(TargetForm, VersionedForm):
    """修改次数指标"""

    def fill(self, target: QuotaTarget) -> None:
        """Show the quota as it stands."""
        self.version.data = target.version
        self.counted.data, self.minimum.data = target.counted, target.minimum
        self.period.data, self.printed.data = target.period, target.printed
        number = target.unit_class_id or target.unit_id
        self.who.data = f"{target.scope}-{number}" if number else target.scope


class EndTargetForm(VersionedForm):
    """停用次数指标"""

    reason = _reason()
