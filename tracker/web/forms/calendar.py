"""What a person may bring to the work calendar: a notice, a local rule."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from tracker.domain.holiday_notice import LONGEST_NOTICE
from tracker.domain.work_calendar import DayKind
from tracker.web.forms.base import DayField, Form, at_most, needed, options, tidy

_DAY = "请填一个日期，如 2026-04-03。"


class NoticeForm(Form):
    """粘贴放假通知"""

    text = TextAreaField(
        "放假通知全文",
        validators=[needed("放假通知"), at_most(LONGEST_NOTICE, "放假通知")],
        description="从国务院办公厅的通知里整段复制，连同标题。天数、星期对不上的不会录入。",
        render_kw={"rows": 12},
    )


class LocalRuleForm(Form):
    """本地规定"""

    first = DayField("从", validators=[InputRequired(_DAY)])
    last = DayField("到", validators=[InputRequired(_DAY)])
    kind = SelectField("这几天", choices=options([(kind.value, kind.label) for kind in DayKind]))
    name = StringField(
        "缘由",
        filters=[tidy],
        validators=[needed("缘由"), at_most(60, "缘由")],
        description="例如“三月三”“停工令”或文件名。",
    )

    def facts(self) -> dict[str, Any]:
        """What the service is told."""
        return {
            "first": self.first.data, "last": self.last.data,
            "kind": DayKind(self.kind.data), "name": self.name.data,
        }  # fmt: skip
