"""Forms of 往年对应: a word on pairs of tasks."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import Optional

from tracker.domain.lineage import LineageKind
from tracker.services.lineage import Said
from tracker.web.forms.base import Form, at_most, options, tidy
from tracker.web.forms.ledger import LARGEST_ID

KINDS = (LineageKind.SAME, LineageKind.CONTINUED)
LONGEST_REASON = 300


class PickForm(Form):
    """选中的各对"""

    do = SelectField("怎样处理", choices=options([("confirm", "是"), ("refuse", "不是")]))
    reason = StringField("理由", filters=[tidy], validators=[at_most(LONGEST_REASON, "理由")])

    def words(self, picked: Iterable[str]) -> list[Said]:
        """What was ticked, as `task-earlier-kind`; what does not read so was not sent by the page."""
        refused = self.do.data == "refuse"
        found = []
        for each in picked:
            task, _, rest = each.partition("-")
            earlier, _, kind = rest.partition("-")
            if task.isdecimal() and earlier.isdecimal() and kind in set(KINDS):
                said = LineageKind.OTHER if refused else LineageKind(kind)
                found.append(Said(_number(task), _number(earlier), said))
        return found


class AddForm(Form):
    """自己对应"""

    task_id = IntegerField("本年任务", validators=[Optional()])
    earlier_task_id = IntegerField("往年任务", validators=[Optional()])
    kind = SelectField("关系", choices=options((kind.value, kind.label) for kind in KINDS))
    reason = StringField("理由", filters=[tidy], validators=[at_most(LONGEST_REASON, "理由")])

    def words(self) -> list[Said]:
        """The pair, where both were chosen."""
        task, earlier = self.task_id.data, self.earlier_task_id.data
        if not task or not earlier or self.kind.data not in set(KINDS):
            return []
        return [Said(_number(task), _number(earlier), LineageKind(self.kind.data))]


def _number(said: str | int) -> int:
    """A row's number; what is larger than any names no row."""
    return min(int(str(said)[:10]), LARGEST_ID)
