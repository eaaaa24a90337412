"""Which fields of a form that could not be saved are shown again, and under which names."""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import iter_modules

import pytest
from wtforms import BooleanField, FieldList, HiddenField, PasswordField, SelectFieldBase
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from tracker.web import forms
from tracker.web.kept import readable

TYPED = [("text", "公开年报。"), ("lead", "市司法局"), ("support", "市教育局"), ("day", "2026-09-30")]
CHOSEN = [
    ("deadline", "date:2026-12-31"), ("included", "y"), ("show", "all"), ("page", "1"), ("everywhere", "71"),
    ("notation", "date:2026-11-30"), ("take", "unit:3:市司法局"), ("side-4-lead", "sheet"), ("version", "2"),
    ("angle", "business"),
]  # fmt: skip


def test_what_was_typed_has_the_name_that_its_page_gives_it() -> None:
    assert readable(TYPED) == (
        ("任务内容", "公开年报。"), ("牵头单位", "市司法局"), ("配合单位", "市教育局"), ("日期", "2026-09-30"),
    )  # fmt: skip


def test_what_was_chosen_and_what_the_page_holds_for_itself_is_not_shown_as_typed() -> None:
    assert readable(CHOSEN) == ()


def test_each_of_several_fields_of_a_task_has_the_tasks_name_and_its_own() -> None:
    sent = [
        ("line-7-label", "11. 规范文件公开"), ("line-7-item-0", "dropped"), ("line-7-why-0", "上级已经统一公布"),
        ("stages-0-checkpoint_id", "4"), ("stages-0-day", "2026-09-30"), ("parts-0-role", "lead"),
    ]  # fmt: skip

    assert readable(sent) == (("11. 规范文件公开　理由", "上级已经统一公布"), ("日期", "2026-09-30"))


def test_of_orders_about_to_be_sent_the_words_and_the_days_are_shown() -> None:
    sent = [
        ("pick", "1-7-red"), ("1-7-red-matters", "task:5"), ("1-7-red-asked", "请说明进展。"),
        ("1-7-red-feedback_on", "2026-10-12"),
    ]  # fmt: skip

    assert readable(sent) == (("办理要求", "请说明进展。"), ("反馈时限", "2026-10-12"))


def fields() -> list[tuple[str, type]]:
    """Name and kind of every field of every form, except groups, whose parts are forms themselves."""
    modules = [import_module(f"{forms.__name__}.{each.name}") for each in iter_modules(forms.__path__)]
    classes = {one for each in modules for _, one in inspect.getmembers(each, inspect.isclass)}
    members = (part for one in classes if issubclass(one, BaseForm) for part in inspect.getmembers(one))
    found = {(name, one.field_class) for name, one in members if isinstance(one, UnboundField)}
    return sorted((each for each in found if each[1] is not FieldList), key=str)


@pytest.mark.parametrize(("name", "kind"), fields())
def test_every_field_of_every_form_is_named_in_chinese_and_no_choice_or_password_is_shown(
    name: str, kind: type
) -> None:
    """A new form's typed field gets a name in `WORDS`; what is chosen, ticked or secret belongs in `HIDDEN`."""
    shown = readable([(name, "字")])

    assert not any(label.startswith("第") for label, _ in shown)
    if issubclass(kind, SelectFieldBase | BooleanField | HiddenField | PasswordField):
        assert not shown or name == "day"  # 几号截止 is a number that a person knows
