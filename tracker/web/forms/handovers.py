"""Forms of a hand-over (交接): who leaves, and who comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms import EmailField, SelectField, StringField
from wtforms.validators import InputRequired, Optional, Regexp

from tracker.domain.handover import WORDS_LENGTH
from tracker.services.handovers import Successor
from tracker.store.tables import Account
from tracker.web.forms.accounts import NAME_HINT, NAME_PATTERN
from tracker.web.forms.base import DayField, Form, VersionedForm, at_most, needed, options, tidy


class LeavingForm(Form):
    """报告联系人变动"""

    account_id = SelectField("谁要离开", coerce=int)
    changed_on = DayField("从哪天起", validators=[InputRequired("请填写变动日期。")])
    words = StringField("说明（可不填）", filters=[tidy], validators=[at_most(WORDS_LENGTH, "说明")])

    def offer(self, people: Sequence[Account], *, today: date) -> None:
        """Whose change can be reported."""
        named = [(one.id, f"{one.display_name}（{one.unit.name if one.unit else ''}）") for one in people]
        self.account_id.choices = options(named)
        if not self.is_submitted():
            self.changed_on.data = today


class SuccessorForm(VersionedForm):
    """备案新联系人"""

    account_id = SelectField("新联系人", coerce=int, default=0)
    display_name = StringField("姓名", filters=[tidy], validators=[at_most(30, "姓名")])
    username = StringField(
        "用户名",
        filters=[tidy],
        validators=[Optional(), Regexp(NAME_PATTERN, message=NAME_HINT)],
        description=NAME_HINT,
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        "邮箱（可不填，用来收提醒）",
        filters=[tidy],
        validators=[
            Optional(),
            at_most(200, "邮箱"),
            Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message="邮箱的写法不对，例如 name@example.gov.cn。"),
        ],
    )
    phone = StringField("电话（可不填）", filters=[tidy], validators=[at_most(60, "电话")])

    def offer(self, colleagues: Sequence[Account]) -> None:
        """Colleagues who have an account already."""
        known = [(one.id, one.display_name) for one in colleagues]
        self.account_id.choices = options([(0, "（还没有账号，下面新建）"), *known])

    def successor(self) -> Successor:
        """What was typed, for the service."""
        return Successor(
            account_id=self.account_id.data or None,
            username=self.username.data or "",
            display_name=self.display_name.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
        )


class WithdrawForm(VersionedForm):
    """撤销"""

    words = StringField(
        "撤销的理由", filters=[tidy], validators=[needed("撤销的理由"), at_most(WORDS_LENGTH, "理由")]
    )
