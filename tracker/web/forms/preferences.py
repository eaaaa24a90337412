"""The form of 我的提醒设置, and the button beside a task."""

from __future__ import annotations

from wtforms import RadioField, SelectField, SelectMultipleField, StringField

from tracker.domain.digest import HOURS
from tracker.services.preferences import MyReminders
from tracker.web.forms.base import Form, VersionedForm, options

TOGETHER, AS_THEY_COME = "1", "0"


class ReminderForm(VersionedForm):
    """When and by which ways the person is reminded."""

    digest = RadioField("不急的提醒")
    digest_hour = SelectField(
        "每天几点发", coerce=int, choices=options((hour, f"{hour}:00") for hour in HOURS)
    )
    wanted = SelectMultipleField("发到哪里")

    def offer(self, page: MyReminders) -> None:
        """The ways that lead to this person, and what was chosen."""
        few = f"随时发，一天最多{page.most_a_day}封" if page.most_a_day > 1 else "随时发，一天最多一封"
        self.digest.choices = options([(TOGETHER, "每天合成一封"), (AS_THEY_COME, few)])
        self.wanted.choices = options((way.channel, way.title) for way in page.ways if way.address)
        if not self.is_submitted():
            self.digest.data = TOGETHER if page.choice.digest else AS_THEY_COME
            self.digest_hour.data, self.version.data = page.choice.at.hour, page.version
            self.wanted.data = [way.channel for way in page.ways if way.wanted]


class BackForm(Form):
    """A button that leads back to where it was pressed."""

    back = StringField()
