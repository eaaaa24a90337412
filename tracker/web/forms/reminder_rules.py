"""The office's form for a reminder policy (提醒规则), the house's or one plan's own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time
from typing import Any, Self

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, StopValidation

from tracker.domain.notices import NoticeKind, ReminderPolicy
from tracker.domain.reminder_policy import ALWAYS, RECEIVERS, as_settings, faults, in_words
from tracker.services.reminder_policies import PolicyPage
from tracker.web.forms.base import VersionedForm, options
from tracker.web.forms.units import Boxes

HOUSE, OWN = "house", "own"
CHOOSABLE = tuple(kind for kind in NoticeKind if kind not in ALWAYS)
STEPS = {"before": 2, "overdue": 3, "missed": 3}
"""How many steps of each kind have receivers of their own."""
_TO = options(
    [("contact", "联系人"), ("head", "联系人、分管负责人"), ("office", "联系人、分管负责人、公开办")]
)


class CountsField(StringField):
    """Some numbers in a line: 10、3."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what was typed; numbers that are none are told."""
        super().process_formdata(valuelist)
        if re.search(r"[^\d\s、,，;；]", str(self.data or "")):
            raise ValueError("请只填数字，用顿号隔开，例如 10、3。")

    @property
    def counts(self) -> tuple[int, ...]:
        return tuple(int(number[:4]) for number in re.findall(r"\d+", str(self.data or "")))


def _number(label: str, hint: str = "") -> IntegerField:
    return IntegerField(label, validators=[InputRequired("请填一个整数。")], description=hint)


def _where_shown(form: Any, field: Any) -> None:
    """A field that the page of a plan has not got may be missing; where it stands it is filled in."""
    del form
    if not field.raw_data:
        raise StopValidation
    if not str(field.raw_data[0]).strip():
        raise StopValidation("请填一个整数。")


def _hour(label: str) -> TimeField:
    return TimeField(label, validators=[InputRequired("请填时间，例如 09:00。")])


def _receivers(label: str) -> SelectField:
    return SelectField(label, choices=_TO)


class ReminderRulesForm(VersionedForm):
    """提醒规则"""

    unreadable = False
    """Whether what was typed makes no policy at all."""

    whose = RadioField("这份文件用", choices=options([(HOUSE, "默认规则"), (OWN, "自定义规则")]), default=OWN)
    soon_workdays = CountsField("任务节点")
    clock_soon_workdays = CountsField("时限")
    duty_soon_workdays = CountsField("认领、议定事项、批示、督办、交接")
    quota_ends_workdays = _number("次数截止")
    waiting_workdays = CountsField("申请没有答复的，再提醒公开办")
    before_1, before_2 = _receivers("提前提醒"), _receivers("当天提醒")
    overdue_workdays = CountsField("逾期后第几个工作日")
    overdue_1, overdue_2, overdue_3 = _receivers("第1次"), _receivers("第2次"), _receivers("第3次起")
    missed_1, missed_2, missed_3 = _receivers("第1期"), _receivers("连续2期"), _receivers("连续3期起")
    again_after = _number("以后每隔几个工作日再提醒")
    morning = _hour("日常提醒")
    day_before_at = _hour("截止前一个工作日")
    hours_before = _number("截止前几小时")
    quiet_from = _hour("晚上从")
    quiet_until = _hour("到次日")
    quiet_days_off = BooleanField("休息日不发，当天到期的除外")
    most_a_day = IntegerField("每人每天最多几封信", validators=[_where_shown])
    spoken = Boxes("提醒哪些事", choices=options((kind.value, kind.label) for kind in CHOOSABLE))

    @classmethod
    def shown(cls, page: PolicyPage, said: MultiDict[str, str]) -> Self:
        """The policy as it stands, and what the address of a preview says instead."""
        fields: MultiDict[str, Any] = MultiDict(_as_fields(page.policy) | {"version": page.version})
        fields["whose"] = OWN if page.plan is None or page.own else HOUSE
        typed = "typed" in said
        for name in said.keys() & {*fields, "quiet_days_off"} if typed else ():
            fields[name] = said[name]
        if typed and "quiet_days_off" not in said:
            fields.pop("quiet_days_off", None)
        off = set(said["off"].split()) if "off" in said else {kind.value for kind in page.policy.off}
        fields.setlist("spoken", [kind.value for kind in CHOOSABLE if kind.value not in off])
        return cls(fields, meta={"csrf": False})

    def said(self) -> dict[str, Any]:
        """The form as an address: it can be gone back to and changes nothing."""
        names = [field.name for field in self if field.name not in {"csrf_token", "spoken", "quiet_days_off"}]
        fields: dict[str, Any] = {name: self[name].raw_data for name in names if self[name].raw_data}
        off = " ".join(kind.value for kind in CHOOSABLE if kind.value not in (self.spoken.data or ()))
        quiet = {"quiet_days_off": "y"} if self.quiet_days_off.data else {}
        return {**fields, **quiet, "off": off, "typed": "1"}

    @property
    def is_house(self) -> bool:
        """Whether a plan is to follow the house."""
        return bool(self.whose.data == HOUSE)

    def chosen(self, page: PolicyPage) -> ReminderPolicy | None:
        """The policy that the form says; None where a plan follows the house. Call after validating."""
        if page.plan is not None and self.is_house:
            return None
        return self._policy(page.policies.house if page.plan is not None else page.policy)

    def is_clear(self, page: PolicyPage) -> bool:
        """Whether nobody changed a choice and left the plan with the house's; call after validating."""
        followed = page.plan is not None and not page.own and self.is_house
        if followed and not self.unreadable and self._policy(page.policies.house) != page.policies.house:
            self.whose.errors = ("您改了下面的规则：要用改过的，请选“自定义规则”。",)
        return not self.whose.errors

    def validate(self, *arguments: Any, **facts: Any) -> bool:
        """Beside each field what is wrong with it; a plan that follows the house needs no more."""
        good = super().validate(*arguments, **facts)
        self.unreadable = bool(self.errors)
        if self.is_house and self.whose.raw_data:
            for field in self:
                if field.name not in {"csrf_token", "version", "whose"}:
                    field.errors = ()
            return not self.errors
        if not good:
            return False
        for name, words in faults(self._policy(ReminderPolicy())).items():
            first = {f"{kind}_to": f"{kind}_1" for kind in STEPS} | {"off": "spoken"}
            shown = self[first.get(name, name)]
            shown.errors = (*shown.errors, words)
        return not self.errors

    def _policy(self, before: ReminderPolicy) -> ReminderPolicy:
        """What no field shows stays as it was."""
        numbers = ("quota_ends_workdays", "again_after", "hours_before")
        hours = ("morning", "day_before_at", "quiet_from", "quiet_until")
        counts = (
            "soon_workdays", "clock_soon_workdays", "duty_soon_workdays", "waiting_workdays",
            "overdue_workdays",
        )  # fmt: skip
        named: dict[str, Any] = {name: self[name].data for name in (*numbers, *hours)}
        named |= {name: self[name].counts for name in counts}
        named |= {f"{name}_to": self._to(name) for name in STEPS}
        most = self.most_a_day.data if self.most_a_day.raw_data else None
        return replace(
            before,
            **named,
            quiet_days_off=bool(self.quiet_days_off.data),
            most_a_day=before.most_a_day if most is None else most,
            off=frozenset(kind for kind in CHOOSABLE if kind.value not in (self.spoken.data or ())),
        )

    def _to(self, name: str) -> tuple[Any, ...]:
        return tuple(RECEIVERS[self[f"{name}_{step}"].data] for step in range(1, STEPS[name] + 1))


def _as_fields(policy: ReminderPolicy) -> dict[str, Any]:
    fields: dict[str, Any] = {name: _shown(policy, name) for name in as_settings(policy)}
    for name, count in STEPS.items():
        steps = fields.pop(f"{name}_to")
        for step in range(count):
            fields[f"{name}_{step + 1}"] = steps[min(step, len(steps) - 1)][-1].value
    del fields["quiet_days_off"]
    return {**fields, "quiet_days_off": "y"} if policy.quiet_days_off else fields


def _shown(policy: ReminderPolicy, name: str) -> Any:
    value = getattr(policy, name)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple) and all(isinstance(each, int) for each in value):
        return in_words(policy, name) if value else ""
    return str(value) if isinstance(value, int) else value
