"""The office's forms for the reporting regime and for deciding on a return."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta

from wtforms import DateField, HiddenField, RadioField, SelectField, TextAreaField, TimeField, ValidationError
from wtforms.validators import InputRequired

from tracker.domain.errors import InvalidInput
from tracker.domain.period import Cadence, HolidayRule
from tracker.domain.work_calendar import WEEKDAYS
from tracker.web.forms.base import Form, VersionedForm, at_most, needed, options, tidy
from tracker.web.forms.units import Boxes

REMARK = re.compile(r"remark-(\d{1,9})")
LONGEST = timedelta(days=2 * 366)


class CadenceForm(Form):
    """一周一进度, to be previewed: it changes nothing, so it needs neither version nor token."""

    starts_on = DateField("从哪天开始", validators=[InputRequired("请填写开始日期。")])
    ends_on = DateField("到哪天为止", validators=[InputRequired("请填写结束日期。")])
    weekday = SelectField("每周几截止", coerce=int, choices=options(enumerate(WEEKDAYS)))
    cutoff = TimeField("几点截止（下班）", validators=[InputRequired("请填写截止时间，例如 17:30。")])
    holiday_rule = RadioField("遇到节假日", choices=options((rule.value, rule.label) for rule in HolidayRule))

    def validate_ends_on(self, field: DateField) -> None:
        """The rhythm has a length that makes sense."""
        if self.starts_on.data is None or field.data is None:
            return
        if field.data < self.starts_on.data:
            raise ValidationError("结束日期在开始日期之前，请核对。")
        if field.data - self.starts_on.data > LONGEST:
            raise ValidationError("最长两年，请分年设置。")

    def wanted(self) -> Cadence:
        """The rhythm that the form says; call after validating."""
        start, cutoff = self.starts_on.data, self.cutoff.data
        if start is None or cutoff is None:
            raise InvalidInput
        return Cadence(
            weekday=int(self.weekday.data),
            cutoff=cutoff,
            starts_on=start,
            ends_on=self.ends_on.data,
            holiday_rule=HolidayRule(self.holiday_rule.data),
        )


class RegimeForm(CadenceForm, VersionedForm):
    """一周一进度, as it was previewed, and who is to report."""

    shown = HiddenField()
    """The ids of the units that the page listed: what it did not list stays as it is."""
    asked = Boxes("要报送的单位", coerce=int, validate_choice=False)

    def excused(self, before: Collection[int]) -> frozenset[int]:
        """The units that report nothing: listed without a tick, or of before and not listed."""
        shown = {int(number) for number in re.findall(r"\d{1,9}", self.shown.data or "")}
        return frozenset((shown - set(self.asked.data or ())) | (set(before) - shown))


class DecisionForm(VersionedForm):
    """通过或退回"""

    reason = TextAreaField("退回理由", filters=[tidy], validators=[at_most(1000, "理由")])


class WaiverForm(VersionedForm):
    """免报"""

    why = TextAreaField("免报理由", filters=[tidy], validators=[needed("免报理由"), at_most(1000, "理由")])


class SeveralForm(Form):
    """Several returns at once, each as `id.version`."""

    seen = HiddenField()
    period = HiddenField()


def read_remarks(values: Mapping[str, str]) -> dict[int, str]:
    """Words for single lines, by the line's id."""
    return {int(match[1]): text for name, text in values.items() if (match := REMARK.fullmatch(name))}


def read_seen(text: str) -> list[tuple[int, int]]:
    """`12.1 13.2` as pairs of id and version."""
    return [(int(found[1]), int(found[2])) for found in re.finditer(r"\b(\d{1,9})\.(\d{1,9})\b", text)]
