"""The form of an arrangement (代办)."""

from __future__ import annotations

from datetime import date

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, NumberRange

from tracker.domain.access import UserRole
from tracker.domain.deputy import REASON_LENGTH
from tracker.services.deputies import DeputyPage, Wanted
from tracker.store.tables import Account
from tracker.web.forms.base import DayField, Form, at_most, needed, options, tidy

ROLE_WORDS = {role.value: role.label for role in UserRole}


class DeputyForm(Form):
    """安排代办"""

    for_id = SelectField("请人代办的是", coerce=int, default=0)
    by_id = SelectField(
        "由谁代办", coerce=int, default=0, validators=[NumberRange(min=1, message="请选择由谁代办。")]
    )
    starts_on = DayField("从", validators=[InputRequired("请填写开始日期。")])
    ends_on = DayField("到（含当天）", validators=[InputRequired("请填写结束日期。")])
    words = StringField("理由", filters=[tidy], validators=[needed("理由"), at_most(REASON_LENGTH, "理由")])

    def offer(self, page: DeputyPage, *, today: date) -> None:
        """Whom the person may name; 0 stands for himself."""
        self.for_id.choices = options([(0, "本人"), *((one.id, _named(one)) for one in page.principals)])
        self.by_id.choices = options([(0, "请选择"), *((one.id, _named(one)) for one in page.candidates)])
        if not self.is_submitted():
            self.starts_on.data = today

    def wanted(self) -> Wanted:
        """What was typed, for the service."""
        days: list[date] = [field.data for field in (self.starts_on, self.ends_on) if field.data]
        return Wanted(
            by_id=self.by_id.data,
            starts_on=days[0],
            ends_on=days[-1],
            reason=self.words.data or "",
            for_id=self.for_id.data or None,
        )


def _named(account: Account) -> str:
    """王晓（市司法局）"""
    return f"{account.display_name}（{account.unit.name if account.unit else ROLE_WORDS[account.role]}）"
