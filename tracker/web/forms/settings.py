"""Settings of the office."""

from __future__ import annotations

from wtforms import StringField

from tracker.web.forms.base import Form, at_most, needed, tidy


class OfficeForm(Form):
    """单位名称"""

    office_name = StringField(
        "办公室名称",
        filters=[tidy],
        validators=[needed("办公室名称"), at_most(30, "办公室名称")],
        description="显示在每一页的左上角，以及提醒和汇总的落款。",
    )
