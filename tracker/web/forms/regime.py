"""The office's form for one cadence of a plan's reporting regime: when, what, and of whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Self

from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import InputRequired

from tracker.domain.asking import Answer, Audience, Part, PartKind, Requirement
from tracker.domain.errors import InvalidInput
from tracker.domain.period import Cadence, Collision, HolidayRule
from tracker.domain.rhythm import LAST_DAY, MONTHS_TO_A_SPAN, Months, Rhythm, Step, Weeks
from tracker.domain.task import Role
from tracker.domain.work_calendar import WEEKDAYS
from tracker.web.forms.base import Form, VersionedForm, at_most, needed, options, tidy
from tracker.web.forms.units import Boxes, lines_of

LONGEST = timedelta(days=2 * 366)
MOST_PARTS = 12
LONGEST_LABEL = 40
WEEKS_TO_A_SPAN = (1, 2, 3, 4, 6, 8, 13, 26)
_MONTHS_WORDS = {1: "每月", 3: "每季度", 6: "每半年", 12: "每年"}
_LAGS = ("期内最后一个月", "期满后次月", "期满后第2个月", "期满后第3个月")
_DAYS = [*((number, f"{number}日") for number in range(1, LAST_DAY)), (LAST_DAY, "月底最后一天")]
_MARKS = re.compile(r"[（(]\s*(数字|选填|必填|文字)\s*[）)]")
NAMED = "named"


class CadenceForm(Form):
    """A cadence, to be previewed: it changes nothing, so it needs neither version nor token."""

    step = HiddenField()
    name = StringField("名称", filters=[tidy], validators=[needed("名称"), at_most(20, "名称")])
    starts_on = DateField("从哪天开始", validators=[InputRequired("请填写开始日期。")])
    ends_on = DateField("到哪天为止", validators=[InputRequired("请填写结束日期。")])
    every = SelectField("多久一期", coerce=int)
    weekday = SelectField("每周几截止", coerce=int, choices=options(enumerate(WEEKDAYS)))
    lag = SelectField("在哪个月报", coerce=int, choices=options(enumerate(_LAGS)))
    day = SelectField("几号截止", coerce=int, choices=options(_DAYS))
    cutoff = TimeField("几点截止（下班）", validators=[InputRequired("请填写截止时间，例如 17:30。")])
    holiday_rule = RadioField("遇到节假日")
    collision = RadioField(
        "顺延后与下一期同一天", choices=options((rule.value, rule.label) for rule in Collision)
    )

    def __init__(self, *arguments: Any, **facts: Any) -> None:
        super().__init__(*arguments, **facts)
        spans = [(number, _span_words(number, monthly=self.monthly)) for number in self._spans]
        self.every.choices = options(spans)
        weekly = not self.monthly and self.every.data == 1
        rules = (
            (rule.value, rule.label if weekly else rule.label.replace("本周", "本期")) for rule in HolidayRule
        )
        self.holiday_rule.choices = options(rules)

    @classmethod
    def shown(cls, wanted: Cadence, said: Mapping[str, str]) -> Self:
        """The form for a preview: the cadence as it is or is proposed, and what the address says instead."""
        fields = _as_fields(wanted)
        if said.get("step") in set(Step) - {fields["step"]}:
            fields |= {"step": said["step"], "every": "1", "lag": "0"}
        fields |= {name: value for name, value in said.items() if name in fields}
        return cls(MultiDict(fields), meta={"csrf": False})

    @property
    def monthly(self) -> bool:
        """Whether a span is counted in months."""
        return bool(self.step.data == Step.MONTH)

    @property
    def _spans(self) -> tuple[int, ...]:
        return MONTHS_TO_A_SPAN if self.monthly else WEEKS_TO_A_SPAN

    def validate_ends_on(self, field: DateField) -> None:
        """The rhythm has a length that makes sense."""
        if self.starts_on.data is None or field.data is None:
            return
        if field.data < self.starts_on.data:
            raise ValidationError("结束日期在开始日期之前，请核对。")
        if field.data - self.starts_on.data > LONGEST:
            raise ValidationError("最长两年，请分年设置。")

    @property
    def is_laid_out(self) -> bool:
        """Whether the rule itself is good, whatever else of the form is not; call after validating."""
        return not set(self.errors) - {"parts"}

    def wanted(self, kind: str) -> Cadence:
        """The cadence that the form says; call after validating."""
        start, cutoff = self.starts_on.data, self.cutoff.data
        if start is None or cutoff is None:
            raise InvalidInput
        return Cadence(
            rhythm=self._rhythm(),
            cutoff=cutoff,
            starts_on=start,
            ends_on=self.ends_on.data,
            holiday_rule=HolidayRule(self.holiday_rule.data),
            collision=Collision(self.collision.data),
            kind=kind,
            name=self.name.data or "",
        )

    def _rhythm(self) -> Rhythm:
        if self.monthly:
            return Months(int(self.day.data), int(self.every.data), int(self.lag.data))
        return Weeks(int(self.weekday.data), int(self.every.data))


class RegimeForm(CadenceForm, VersionedForm):
    """A cadence as it was previewed, what is asked, and who is to report."""

    answer = SelectField(
        "怎么报",
        choices=options((each.value, each.label) for each in (Answer.FORM, Answer.PROGRESS)),
        validate_choice=False,
    )
    parts = TextAreaField("栏目")
    who = RadioField("谁来报", choices=options([("work", ""), (NAMED, "")]), validate_choice=False)
    roles = Boxes("分工", validate_choice=False)
    class_ids = Boxes("类别", coerce=int, validate_choice=False)
    shown_units = HiddenField()
    """The ids of the units that the page listed: what it did not list stays as it is."""
    asked = Boxes("要报送的单位", coerce=int, validate_choice=False)
    named = Boxes("指定单位", coerce=int, validate_choice=False)

    def validate_parts(self, field: TextAreaField) -> None:
        """A form has at least one part, and none too long."""
        labels = [_MARKS.sub("", line).strip() for line in lines_of(field.data)]
        if self.answer.data != Answer.PROGRESS and self.parts.raw_data and not any(labels):
            raise ValidationError("请至少写一个栏目，一行一个。")
        if len(labels) > MOST_PARTS:
            raise ValidationError(f"最多{MOST_PARTS}个栏目。")
        if any(len(label) > LONGEST_LABEL for label in labels):
            raise ValidationError(f"栏目名称最多{LONGEST_LABEL}个字。")

    def requirement(self, before: Requirement) -> Requirement:
        """What is asked and of whom; what the page did not show stays as it was."""
        answer = Answer(self.answer.data) if self.answer.raw_data else before.answer
        parts = read_parts(self.parts.data or "", before.parts) if self.parts.raw_data else before.parts
        return Requirement(answer, parts, self._audience(before.audience))

    def _audience(self, before: Audience) -> Audience:
        numbers = re.findall(r"\d{1,9}", self.shown_units.data or "")
        shown = {int(number) for number in numbers}
        excused = frozenset((shown - set(self.asked.data or ())) | (before.excused - shown))
        if self.who.data == NAMED:
            return Audience(unit_ids=frozenset(self.named.data or ()), excused=frozenset())
        return Audience(
            roles=frozenset(Role(role) for role in self.roles.data or () if role in set(Role)),
            class_ids=frozenset(self.class_ids.data or ()),
            excused=excused,
        )


def read_parts(text: str, before: Iterable[Part]) -> tuple[Part, ...]:
    """One part a line with its marks: 公开件数（数字）, 存在问题（选填）.

    A label that was there before keeps its key, so that what was answered under it is still found.
    """
    keys = {part.label: part.key for part in before}
    taken = set(keys.values())
    found: dict[str, Part] = {}
    for line in lines_of(text):
        marks, label = set(_MARKS.findall(line)), _MARKS.sub("", line).strip()
        if not label or label in found:
            continue
        key = keys.get(label) or next(
            name for number in range(1, 100) if (name := f"part{number}") not in taken
        )
        taken.add(key)
        kind = PartKind.NUMBER if "数字" in marks else PartKind.TEXT
        found[label] = Part(key, label, kind, required="选填" not in marks)
    return tuple(found.values())


def written(parts: Iterable[Part]) -> str:
    """Parts as `read_parts` reads them."""
    return "\n".join(
        part.label
        + ("（数字）" if part.kind is PartKind.NUMBER else "")
        + ("" if part.required else "（选填）")
        for part in parts
    )


def _span_words(number: int, *, monthly: bool) -> str:
    if monthly:
        return _MONTHS_WORDS.get(number, f"每{number}个月")
    return "每周" if number == 1 else f"每{number}周"


def _as_fields(wanted: Cadence) -> dict[str, str]:
    rhythm = wanted.rhythm
    monthly = isinstance(rhythm, Months)
    return {
        "step": (Step.MONTH if monthly else Step.WEEK).value,
        "name": wanted.name,
        "every": str(rhythm.every),
        "weekday": str(rhythm.weekday if isinstance(rhythm, Weeks) else 3),
        "day": str(rhythm.day if isinstance(rhythm, Months) else 25),
        "lag": str(rhythm.lag if isinstance(rhythm, Months) else 0),
        "cutoff": f"{wanted.cutoff:%H:%M}",
        "starts_on": wanted.starts_on.isoformat(),
        "ends_on": wanted.ends_on.isoformat() if wanted.ends_on else "",
        "holiday_rule": wanted.holiday_rule.value,
        "collision": wanted.collision.value,
    }
