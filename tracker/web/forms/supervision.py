"""Forms of supervision orders (督办单): what is sent, what the unit answers, what the office makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.domain.supervision import DayIsOver
from tracker.services.supervising import Wanted
from tracker.services.supervision_pages import Offered
from tracker.store.tables import Account
from tracker.web.forms.base import DayField, Form, VersionedForm, options
from tracker.web.forms.instructions import AnswerForm, area

__all__ = ["FORMS", "AnswerForm", "EscalateForm", "OrderForm"]


class Ticks(SelectMultipleField):
    """Several of a list, each a tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class OrderForm(Form):
    """One order as it is about to be sent; its fields carry the proposal's key."""

    matters = Ticks("督办事项", validators=[InputRequired("请至少选一件；都不督办的，请返回去掉。")])
    asked = area("办理要求", asked="办理要求", rows=3)
    feedback_on = DayField("反馈时限", validators=[InputRequired("请填写反馈时限。")])

    today = date.min

    class Meta(Form.Meta):
        """One token stands for all of them."""

        csrf = False

    def validate_feedback_on(self, field: DayField) -> None:
        """Mark the one whose day has passed: several orders stand on one page."""
        if field.data is not None and field.data < self.today:
            raise ValidationError(DayIsOver().message)

    @classmethod
    def of(cls, offered: Offered, *, sent: bool, today: date) -> OrderForm:
        """The form of one proposal: as it was filled in where it was sent, else as it is proposed."""
        form = cls(prefix=f"{offered.proposal.key}-", **({} if sent else {"formdata": None}))
        form.today = today
        form.matters.choices = options((each.key, each.title) for each in offered.proposal.matters)
        if not sent:
            form.matters.data = [each.key for each in offered.proposal.matters]
            form.asked.data, form.feedback_on.data = offered.asked, offered.feedback_on
        return form

    def wanted(self, key: str) -> Wanted:
        """What is to be sent."""
        day = self.feedback_on.data or date.min
        return Wanted(key, frozenset(self.matters.data or ()), self.asked.data or "", day)


class AcceptForm(VersionedForm):
    """销单"""

    words = area("销单说明", rows=2)


class SendBackForm(VersionedForm):
    """退回补充"""

    words = area("还缺什么", asked="还缺什么", rows=3)
    feedback_on = DayField("再反馈时限", validators=[InputRequired("请填写再反馈的时限。")])


class WithdrawForm(VersionedForm):
    """撤回"""

    words = area("撤回的原因", asked="撤回的原因", rows=2)


class EscalateForm(Form):
    """上报领导"""

    leaders = Ticks("报给哪位领导", coerce=int, validators=[InputRequired("请选择上报给哪位领导。")])
    words = area("一句话说明", asked="说明", rows=2)

    def offer(self, leaders: Sequence[Account]) -> None:
        """The leaders who have not been told."""
        self.leaders.choices = options((one.id, one.display_name) for one in leaders)


FORMS: dict[str, Any] = {
    "answer": AnswerForm, "accept": AcceptForm, "send_back": SendBackForm, "withdraw": WithdrawForm,
}  # fmt: skip
