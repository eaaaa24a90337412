"""Forms of the documents that go out (文稿)."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from tracker.domain.report import ReportKind
from tracker.domain.report_text import ADDRESSEE, TITLE
from tracker.web.forms.base import Form
from tracker.web.forms.ledger import row_id

BODY = "-body"
PREFIX = "part-"
SAVE, AFRESH, ISSUE, TAKE = "save", "afresh", "issue", "take:"
SEEN = "issue:"
"""Before the mark of the typed figures that a person has looked at: issue it all the same."""


class MakeForm(Form):
    """Which document of which plan about what."""

    kind = StringField()
    plan_id = IntegerField(validators=[InputRequired("请选择文件。")])
    subject = StringField(validators=[InputRequired("请选择时段。")])

    @property
    def wanted(self) -> ReportKind | None:
        """The kind, if it is one of ours."""
        return next((kind for kind in ReportKind if kind == self.kind.data), None)


class ReportForm(Form):
    """The document as it is edited; its texts are read by `read_texts`."""

    token = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面不完整，请重新打开再填。")])
    action = StringField()


def read_texts(form: Mapping[str, str]) -> dict[str, str]:
    """What stands in the fields, by the keys under which it is kept."""
    texts = {
        name.removeprefix(PREFIX).removesuffix(BODY): text
        for name, text in form.items()
        if name.startswith(PREFIX) and name.endswith(BODY)
    }
    named = {"title": TITLE, "addressee": ADDRESSEE}
    return texts | {key: form[name] for name, key in named.items() if name in form}


def number(text: str | None) -> int | None:
    """A number of an address that can name a row; None for anything else."""
    try:
        return row_id(text or "")
    except ValueError:
        return None
