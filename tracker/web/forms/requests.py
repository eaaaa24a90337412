"""What a unit types to ask for something, and what the office types to answer."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from tracker.domain.request import REASON_LENGTH, RequestKind
from tracker.domain.task import Role
from tracker.services.requesting import UNIT_LENGTH, URL_LENGTH, Asked, Granting
from tracker.store.tables import Task, Unit
from tracker.web.forms.base import DayField, Form, at_most, needed, options, tidy

NOBODY = 0
LEAVES = ""


class AskForm(Form):
    """What the three have in common."""

    kind: RequestKind
    reason = TextAreaField(
        "理由", filters=[tidy], validators=[needed("理由"), at_most(REASON_LENGTH, "理由")]
    )

    def offer(self, task: Task) -> None:
        """What the task leaves to be chosen."""

    def asked(self) -> Asked:
        """What was typed, for the service."""
        return Asked(self.kind, self.reason.data or "")


class ExtensionForm(AskForm):
    """申请延期"""

    kind = RequestKind.EXTENSION
    checkpoint_id = SelectField("哪个时限", coerce=int)
    wanted_on = DayField("延到哪一天", validators=[InputRequired("请填写延到哪一天。")])

    def offer(self, task: Task) -> None:
        still_open = [point for point in task.checkpoints if point.closed_at is None]
        self.checkpoint_id.choices = options(
            (point.id, point.label or f"{point.due_on:%Y-%m-%d}") for point in still_open
        )

    def asked(self) -> Asked:
        return Asked(
            self.kind,
            self.reason.data or "",
            checkpoint_id=self.checkpoint_id.data,
            wanted_on=self.wanted_on.data,
        )


class SignOffForm(AskForm):
    """申请销号"""

    kind = RequestKind.SIGN_OFF
    reason = TextAreaField(
        "办结情况", filters=[tidy], validators=[at_most(REASON_LENGTH, "办结情况")],
        description="写明办结情况，或附公开链接；两样都有更好。",
    )  # fmt: skip
    evidence_url = StringField("公开链接", filters=[tidy], validators=[at_most(URL_LENGTH, "链接")])
    evidence_on = DayField("发布日期", validators=[Optional()])

    def asked(self) -> Asked:
        return Asked(
            self.kind,
            self.reason.data or "",
            evidence_url=self.evidence_url.data or "",
            evidence_on=self.evidence_on.data,
        )


class ObjectionForm(AskForm):
    """提出异议"""

    kind = RequestKind.OBJECTION
    wanted_unit = StringField(
        "应由哪家单位承担",
        filters=[tidy],
        validators=[at_most(UNIT_LENGTH, "单位")],
        description="知道就写，不清楚可以不填。",
    )

    def asked(self) -> Asked:
        return Asked(self.kind, self.reason.data or "", wanted_unit=self.wanted_unit.data or "")


ASK_FORMS: dict[RequestKind, type[AskForm]] = {
    form.kind: form for form in (ExtensionForm, SignOffForm, ObjectionForm)
}


class RefuseForm(Form):
    """不同意"""

    reason = TextAreaField(
        "不同意的理由", filters=[tidy], validators=[needed("不同意的理由"), at_most(REASON_LENGTH, "理由")]
    )


class GrantForm(Form):
    """同意; the fields of other kinds are left out."""

    words = TextAreaField("说明（可不填）", filters=[tidy], validators=[at_most(REASON_LENGTH, "说明")])
    day = DayField("延到", validators=[Optional()])
    role = SelectField("这家单位", choices=[], default=LEAVES)
    instead = SelectField("接手的单位", coerce=int, choices=[], default=NOBODY)

    def offer(self, kind: RequestKind, present: Role | None, units: Sequence[Unit]) -> None:
        """Keep the fields of this kind, with what can be chosen."""
        if kind is not RequestKind.EXTENSION:
            del self.day
        if kind is not RequestKind.OBJECTION:
            del self.role
            del self.instead
            return
        others = [role for role in Role if role is not present]
        self.role.choices = options(
            [(LEAVES, "不再承担"), *((role.value, f"改为{role.label}") for role in others)]
        )
        self.instead.choices = options([(NOBODY, "（不指定）"), *((unit.id, unit.name) for unit in units)])

    def granting(self) -> Granting:
        """What was typed, for the service."""
        fields = self.data
        role = fields.get("role")
        return Granting(
            words=fields["words"] or "",
            day=fields.get("day"),
            role=Role(role) if role else None,
            instead=fields.get("instead") or None,
        )
