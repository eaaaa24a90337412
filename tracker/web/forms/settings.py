"""Settings of the office."""

from __future__ import annotations

from wtforms import BooleanField, StringField

from tracker.web.forms.base import Form, at_most, needed, tidy


class OfficeForm(Form):
    """单位名称"""

    office_name = StringField(
        "办公室名称",
        filters=[tidy],
        validators=[needed("办公室名称"), at_most(30, "办公室名称")],
        description="显示在每一页的左上角，以及提醒和汇总的落款。",
    )


class OrderForm(Form):
    """单位的排列"""

    by_lag = BooleanField(
        "驾驶舱按落后程度排列单位",
        description="默认不用：排名容易变成负担，平时按单位目录的顺序排列。打开后红灯多的单位排在前面，不公开。",
    )
