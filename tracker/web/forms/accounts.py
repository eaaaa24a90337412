"""Signing in, setting a password, making an account."""

from __future__ import annotations

import re

from wtforms import EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import EqualTo, Optional, Regexp, ValidationError

from tracker.domain.access import UserRole
from tracker.domain.notices import Addressee
from tracker.domain.password import password_problems
from tracker.web.forms.base import Form, VersionedForm, at_most, needed, options, tidy

NAME_PATTERN = r"^[A-Za-z0-9._\-]{2,40}$"
NAME_HINT = "用户名用2至40个字母、数字、点、横线或下划线。"


class SignInForm(Form):
    """登录"""

    username = StringField(
        "用户名",
        filters=[tidy],
        validators=[needed("用户名")],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        "口令", validators=[needed("口令")], render_kw={"autocomplete": "current-password"}
    )


class PasswordForm(Form):
    """A new password, typed twice; set `owner` before validating."""

    owner = ""
    password = PasswordField(
        "新口令",
        validators=[needed("新口令")],
        description="至少10位；大写字母、小写字母、数字、符号至少用三种；口令里不要包含用户名。",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "再输一次",
        validators=[EqualTo("password", "两次输入的口令不一样，请重新输入。")],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_password(self, field: PasswordField) -> None:
        """Hold the password against the rules."""
        if problems := password_problems(field.data or "", self.owner):
            raise ValidationError("".join(problems))


class FirstAdministratorForm(PasswordForm):
    """首次使用：管理员的名字和口令"""

    username = StringField(
        "用户名",
        filters=[tidy],
        validators=[needed("用户名"), Regexp(NAME_PATTERN, message=NAME_HINT)],
        description=NAME_HINT,
        render_kw={"autocomplete": "username"},
    )
    display_name = StringField(
        "姓名",
        filters=[tidy],
        validators=[needed("姓名"), at_most(30, "姓名")],
        render_kw={"autocomplete": "name"},
    )

    def validate_password(self, field: PasswordField) -> None:
        """Hold the password against the rules and the name typed above it."""
        self.owner = self.username.data or ""
        super().validate_password(field)


class ChangePasswordForm(PasswordForm):
    """修改自己的口令"""

    current = PasswordField(
        "现在的口令", validators=[needed("现在的口令")], render_kw={"autocomplete": "current-password"}
    )


class PersonFields(Form):
    """What an account says about its person."""

    display_name = StringField("姓名", filters=[tidy], validators=[needed("姓名"), at_most(30, "姓名")])
    unit_id = SelectField("单位（责任单位必选）", coerce=int, default=0)
    duty = SelectField(
        "在单位里",
        choices=options([("", "联系人"), (Addressee.HEAD.value, Addressee.HEAD.label)]),
        filters=[lambda duty: duty or ""],
        description="分管负责人只在逾期较久时收到提醒，平时的提醒由联系人收。",
    )
    email = EmailField(
        "邮箱（可不填，用来收提醒）",
        filters=[tidy],
        validators=[
            Optional(),
            at_most(200, "邮箱"),
            Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message="邮箱的写法不对，例如 name@example.gov.cn。"),
        ],
    )

    phone = StringField(
        "手机（可不填，用来收短信）",
        filters=[tidy],
        validators=[
            Optional(),
            Regexp(r"^\+?\d[\d -]{4,17}\d$", flags=re.ASCII, message="手机号的写法不对，请只写数字。"),
        ],
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )

    def offer_units(self, units: list[tuple[int, str]]) -> None:
        """Fill the list of units; 0 stands for none."""
        self.unit_id.choices = options([(0, "—"), *units])


class AccountForm(PersonFields):
    """新建账号"""

    username = StringField(
        "用户名",
        filters=[tidy],
        validators=[needed("用户名"), Regexp(NAME_PATTERN, message=NAME_HINT)],
        description=NAME_HINT,
        render_kw={"autocomplete": "off"},
    )
    role = RadioField(
        "身份",
        choices=options((role.value, role.label) for role in UserRole),
        default=UserRole.OFFICE.value,
        validators=[needed("身份")],
    )

    def validate_unit_id(self, field: SelectField) -> None:
        """A unit's person belongs to a unit."""
        if self.role.data == UserRole.UNIT and not field.data:
            raise ValidationError("责任单位的账号要选一个单位。")


class AccountChangeForm(PersonFields, VersionedForm):
    """修改账号"""


class ActiveForm(VersionedForm):
    """停用或启用"""

    active = RadioField("状态", choices=options([("1", "启用"), ("0", "停用")]), validators=[needed("状态")])
