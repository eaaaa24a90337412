"""Forms of articles of experience (经验材料): what a unit writes, and what the office decides."""

from __future__ import annotations

from datetime import date

from flask import request
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired

from tracker.domain.evidence import MOST_BYTES
from tracker.domain.experience import REASON_LENGTH, WORDS_LENGTH, Step, Written
from tracker.services.experience_writing import FileChange
from tracker.web.forms.base import DayField, Form, VersionedForm, at_most, tidy

SAVE, SUBMIT = "save", "submit"


class ArticleForm(Form):
    """What stands on the page on which a unit writes."""

    token = HiddenField()
    action = HiddenField()
    title = StringField("题目")
    body = TextAreaField("正文")
    link = StringField("公开链接")
    angle = StringField("角度")
    plan_id = StringField("归在哪项工作下")
    file = FileField("附件")
    drop_file = BooleanField("拿掉")

    def written(self) -> Written:
        """The words; browsers send CRLF, the store keeps one way of ending a line."""
        body = (self.body.data or "").replace("\r\n", "\n")
        return Written(self.title.data or "", body, self.link.data or "", self.angle.data or "")

    def change(self) -> FileChange:
        """What was done with the file; a file that is too large is read no further than that shows."""
        sent = request.files.get(self.file.name)
        data = sent.read(MOST_BYTES + 1) if sent and sent.filename else b""
        return FileChange(data, (sent.filename or "") if sent else "", bool(self.drop_file.data))

    def plan(self) -> int | None:
        """The plan that was chosen, if there was a choice."""
        chosen = self.plan_id.data or ""
        return int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10 else None


class StepForm(VersionedForm):
    """A step of the office without anything to fill in."""

    def carried(self) -> list[tuple[str, str]]:
        """What was typed, by label, for a page that has no form for it any more."""
        fields = (field for field in self if field.short_name not in {"version", "csrf_token"})
        return [(field.label.text, str(field.data)) for field in fields if field.data]


class ReasonForm(StepForm):
    """退改；收下"""

    words = TextAreaField(
        "理由", filters=[tidy], validators=[at_most(REASON_LENGTH, "理由")], render_kw={"rows": 3}
    )


class DayForm(StepForm):
    """报省"""

    on = DayField("日期", validators=[InputRequired("请填写日期。")])


class ShowForm(DayForm):
    """展示"""

    url = StringField("展示页面的链接", filters=[tidy], validators=[at_most(1000, "链接")])


class TakeUpForm(DayForm):
    """省采用"""

    words = StringField(
        "采用的链接，或刊物、文件名称", filters=[tidy], validators=[at_most(WORDS_LENGTH, "说明")]
    )


FORMS: dict[Step, type[StepForm]] = {
    Step.ADOPT: StepForm,
    Step.RETURN: ReasonForm,
    Step.KEEP: ReasonForm,
    Step.SHOW: ShowForm,
    Step.SEND_UP: DayForm,
    Step.TAKE_UP: TakeUpForm,
}


def begin_with(form: StepForm, *, on: date | None, url: str = "", words: str = "") -> None:
    """What a form shows before anybody has typed: what is set already."""
    if isinstance(form, DayForm):
        form.on.data = on
    if isinstance(form, ShowForm):
        form.url.data = url
    if isinstance(form, TakeUpForm):
        form.words.data = words
