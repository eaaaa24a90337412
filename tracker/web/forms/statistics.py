"""Kinds of statistics, giving sheets out, and sending one back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from tracker.domain.statistic import StatisticForm, StatisticSource
from tracker.services.statistic_kinds import KindFacts
from tracker.store.tables import StatisticKind, Unit
from tracker.web.forms.base import DayField, Form, VersionedForm, at_most, needed, options, tidy
from tracker.web.forms.imports import NumberField
from tracker.web.forms.units import Boxes

NOBODY = 0


class KindForm(VersionedForm):
    """统计指标"""

    name = StringField("指标名称", filters=[tidy], validators=[needed("指标名称"), at_most(100, "指标名称")])
    section = StringField("归入哪一类", filters=[tidy], validators=[at_most(60, "类别")])
    measure = StringField("计量单位", filters=[tidy], validators=[at_most(10, "计量单位")])
    form = RadioField("形式", choices=options((each.value, each.label) for each in StatisticForm))
    taken = SelectField("从哪里来")
    numerator_id = SelectField("分子（比率才选）", coerce=int)
    denominator_id = SelectField("分母（比率才选）", coerce=int)
    definition = TextAreaField(
        "口径", filters=[tidy], validators=[at_most(300, "口径")], render_kw={"rows": 2}
    )
    position = NumberField("排在第几", validators=[Optional()])

    def offer(
        self, sources: Mapping[tuple[StatisticSource, str], str], kinds: Iterable[StatisticKind]
    ) -> None:
        """Where figures can come from, and of what a rate can be made."""
        self.taken.choices = options((_taken(*key), words) for key, words in sources.items())
        counts = [(kind.id, kind.name) for kind in kinds if kind.form != StatisticForm.RATE]
        self.numerator_id.choices = self.denominator_id.choices = options([(NOBODY, "—"), *counts])

    def show(self, kind: StatisticKind) -> None:
        """Fill it with a kind as it stands."""
        for field in ("name", "section", "measure", "form", "definition", "position", "version"):
            self[field].data = getattr(kind, field)
        self.taken.data = _taken(StatisticSource(kind.source), kind.counted)
        self.numerator_id.data, self.denominator_id.data = kind.numerator_id or 0, kind.denominator_id or 0

    def facts(self) -> KindFacts:
        """What was typed, for the service."""
        source, _, counted = str(self.taken.data).partition(":")
        return KindFacts(
            name=self.name.data or "",
            section=self.section.data or "",
            measure=self.measure.data or "",
            form=StatisticForm(self.form.data),
            taken=(StatisticSource(source), counted),
            numerator_id=self.numerator_id.data or None,
            denominator_id=self.denominator_id.data or None,
            definition=self.definition.data or "",
            position=self.position.data or 0,
        )


def _taken(source: StatisticSource, counted: str) -> str:
    return f"{source.value}:{counted}"


class GiveOutForm(Form):
    """发放统计表"""

    year = IntegerField("统计年度")
    due_on = DayField("报送期限", validators=[Optional()])
    unit_ids = Boxes("单位", coerce=int)

    def offer(self, units: Iterable[Unit]) -> None:
        """Who can be asked."""
        self.unit_ids.choices = options((unit.id, unit.name) for unit in units)


class ReopenForm(Form):
    """重新打开统计"""

    reason = StringField("重新打开的理由", filters=[tidy], validators=[needed("理由"), at_most(200, "理由")])


class SendBackForm(Form):
    """退回统计表"""

    reason = StringField("哪里要改", filters=[tidy], validators=[needed("哪里要改"), at_most(200, "说明")])


class SheetForm(VersionedForm):
    """统计表: its fields are the kinds', read by their names."""
