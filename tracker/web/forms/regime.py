"""The office's form for one cadence of a plan's reporting regime: when, what, and of whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import timedelta
from itertools import count
from typing import Any, Self

from werkzeug.datastructures import MultiDict
from wtforms import (
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
from tracker.services.regime import Regime
from tracker.web.forms.base import DayField, Form, VersionedForm, at_most, needed, options, tidy
from tracker.web.forms.units import Boxes, lines_of

LONGEST = timedelta(days=2 * 366)
MOST_PARTS = 12
LONGEST_LABEL = 40
WEEKS_TO_A_SPAN = (1, 2, 3, 4, 6, 8, 13, 26)
_MONTHS_WORDS = {1: "每月", 3: "每季度", 6: "每半年", 12: "每年"}
_LAGS = ("期内最后一个月", "期满后次月", "期满后第2个月", "期满后第3个月")
_DAYS = [*((number, f"{number}日") for number in range(1, LAST_DAY)), (LAST_DAY, "月底最后一天")]
_MARKS = re.compile(r"[（(]\s*(数字|选填|必填|文字)\s*[）)]")
NAMED, WORK = "named", "work"
RULE = (
    "step", "name", "starts_on", "ends_on", "every", "weekday", "lag", "day", "cutoff",
    "holiday_rule", "collision",
)  # fmt: skip
"""The fields that decide which periods there are."""
LISTS = ("roles", "class_ids", "named")


class CadenceForm(Form):
    """When a cadence is asked for: what its preview needs to know."""

    step = HiddenField()
    name = StringField("名称", filters=[tidy], validators=[needed("名称"), at_most(20, "名称")])
    starts_on = DayField("从哪天开始", validators=[InputRequired("请填写开始日期。")])
    ends_on = DayField("到哪天为止", validators=[InputRequired("请填写结束日期。")])
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

    @property
    def monthly(self) -> bool:
        """Whether a span is counted in months."""
        return bool(self.step.data == Step.MONTH)

    @property
    def _spans(self) -> tuple[int, ...]:
        return MONTHS_TO_A_SPAN if self.monthly else WEEKS_TO_A_SPAN

    def validate_ends_on(self, field: DayField) -> None:
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
        return not any(self[name].errors for name in RULE)

    @property
    def rule(self) -> str:
        """The rule as it is typed, to be compared with the one that was previewed."""
        return "|".join(str(self[name].data) for name in RULE)

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
    """A cadence: when it is asked for, what is asked, and who is to report.

    The page has one form. Its preview becomes the page's address (`said`), so that it can be gone back to and
    reloaded; what is switched on has to be what was previewed.
    """

    previewed = HiddenField()
    """The rule as the page laid it out."""

    answer = SelectField(
        "怎么报",
        choices=options((each.value, each.label) for each in (Answer.FORM, Answer.PROGRESS)),
        validate_choice=False,
    )
    parts = TextAreaField("栏目")
    who = RadioField("谁来报", choices=options([(WORK, ""), (NAMED, "")]), validate_choice=False)
    roles = Boxes("分工", validate_choice=False)
    class_ids = Boxes("类别", coerce=int, validate_choice=False)
    shown_units = HiddenField()
    """The ids of the units that the page listed: what it did not list stays as it is."""
    asked = Boxes("要报送的单位", coerce=int, validate_choice=False)
    named = Boxes("指定单位", coerce=int, validate_choice=False)

    @classmethod
    def shown(cls, view: Regime, said: MultiDict[str, str]) -> Self:
        """The cadence as it is or is proposed, and what the address says instead."""
        fields = MultiDict(_as_fields(view.wanted) | _as_asked(view.requirement) | {"version": view.version})
        shown = [unit.id for unit in view.units]
        fields["shown_units"] = " ".join(map(str, shown))
        for name in said.keys() & {*fields, *LISTS}:
            fields.setlist(name, said.getlist(name))
        unticked = view.excused if "excused" not in said else set(_numbers(said["excused"]))
        fields.setlist("asked", [unit for unit in shown if unit not in unticked])
        for name, values in _lists(view.requirement.audience).items():
            if "excused" not in said:  # the address of a preview says all of the form
                fields.setlist(name, values)
        return cls(fields, meta={"csrf": False})

    def said(self, *, step: str = "") -> dict[str, Any]:
        """The form as an address, short enough for any server; `step` turns weeks into months or back."""
        names = (*RULE, *LISTS, "answer", "parts", "who")
        fields: dict[str, Any] = {name: self[name].raw_data for name in names}
        if step in set(Step) - {self.step.data}:
            fields |= {"step": step, "every": 1, "lag": 0}
        excused = set(_numbers(self.shown_units.data)) - set(self.asked.data or ())
        fields |= {"excused": " ".join(map(str, sorted(excused))), "version": self.version.data}
        return {name: value for name, value in fields.items() if value not in ([], None)}

    @property
    def was_previewed(self) -> bool:
        """Whether the rule is the one whose periods the person has seen."""
        return self.previewed.data in ("", None, self.rule)

    def asks(self, unit_id: int, excused: Collection[int]) -> bool:
        """Whether a unit is ticked; one that was not on the page stands as it stands in the plan."""
        if unit_id not in set(_numbers(self.shown_units.data)):
            return unit_id not in excused
        return unit_id in (self.asked.data or ())

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
        answer = Answer(self.answer.data) if self.answer.data in set(Answer) else before.answer
        parts = read_parts(self.parts.data or "", before.parts) if self.parts.raw_data else before.parts
        return Requirement(answer, parts, self._audience(before.audience))

    def require_somebody(self) -> None:
        """An audience that names no unit would ask every one of them.

        Raises:
            InvalidInput: units are to be named, and none is.

        """
        if self.who.data == NAMED and not self.named.data:
            raise InvalidInput("选了“指定单位”，请勾选是哪些单位。")

    def _audience(self, before: Audience) -> Audience:
        shown = set(_numbers(self.shown_units.data))
        excused = frozenset((shown - set(self.asked.data or ())) | (before.excused - shown))
        if self.who.data == NAMED:
            return Audience(unit_ids=frozenset(self.named.data or ()), excused=frozenset())
        return Audience(
            roles=frozenset(Role(role) for role in self.roles.data or () if role in set(Role)),
            class_ids=frozenset(self.class_ids.data or ()),
            excused=excused,
        )


def _numbers(text: str | None) -> list[int]:
    return [int(number) for number in re.findall(r"\d{1,9}", text or "")]


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
        # However many lines: that they are too many is said of the whole list, by the form.
        key = keys.get(label) or next(name for number in count(1) if (name := f"part{number}") not in taken)
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


def _as_asked(wanted: Requirement) -> dict[str, str]:
    who = NAMED if wanted.audience.unit_ids else WORK
    return {"answer": wanted.answer.value, "parts": written(wanted.parts), "who": who}


def _lists(audience: Audience) -> dict[str, list[str]]:
    return {
        "roles": sorted(role.value for role in audience.roles),
        "class_ids": [str(each) for each in sorted(audience.class_ids)],
        "named": [str(each) for each in sorted(audience.unit_ids)],
    }
