"""The form by which a screen on a wall gets its address."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from tracker.web.forms.base import Form, options

NEWEST = 0
"""What stands for the newest plan, whichever that is."""


class ScreenForm(Form):
    """Where the screen hangs, and what it shows."""

    name = StringField(
        "屏在哪里", [InputRequired("请写明这块屏在哪里。"), Length(max=60)], description="例如：三楼会议室"
    )
    plan_id = SelectField("显示哪份文件", coerce=int, default=NEWEST)

    def offer(self, plans: Iterable[tuple[int, int, str]]) -> None:
        """The plans to choose from."""
        named = ((number, title) for number, _, title in plans)
        self.plan_id.choices = [(NEWEST, "正在报送的最新一份"), *options(named)]
