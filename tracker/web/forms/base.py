"""What every form shares: a CSRF token, Chinese sentences for what is wrong, the row's version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, IntegerField, SelectChoice, StringField  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from tracker.domain.china_time import FIRST_YEAR, LAST_YEAR
from tracker.domain.errors import NotFound

ONE_LINE = frozenset({StringField, EmailField})


def one_line(value: Any) -> Any:
    """Text with a blank for each line end and tab; a filter for fields."""
    return re.sub(r"[\r\n\t]+", " ", value) if isinstance(value, str) else value


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form with a CSRF token, whose library speaks Chinese where a field has no sentence of its own."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF has no types
        """The catalogue that sentences come from."""

        locales = ("zh",)

        def get_translations(self, form: BaseForm) -> Any:
            """WTForms' own catalogue; Flask-WTF would ask for another package."""
            return DefaultMeta.get_translations(self, form)

        def bind_field(self, form: BaseForm, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Fields of one line hold one line; a browser's field does, but what is sent need not."""
            if unbound_field.field_class not in ONE_LINE:
                return unbound_field.bind(form=form, **options)
            filters = [one_line, *unbound_field.kwargs.get("filters", ())]
            return unbound_field.bind(form=form, filters=filters, **options)

    def first_problem(self) -> str:
        """The first sentence that is wrong, for a flash; empty when nothing is."""
        return next(_sentences(self.errors), "")


def _sentences(problems: object) -> Iterator[str]:
    """What is wrong, in order: a field has a list of sentences, a row within a form its own fields."""
    inner = problems.values() if isinstance(problems, Mapping) else problems
    if isinstance(inner, Iterable) and not isinstance(inner, str):
        for each in inner:
            yield from _sentences(each)
    else:
        yield str(problems)


class DayField(DateField):
    """A day; a browser without a date picker sends what was typed, so the answer says how to type it.

    A year that nobody can mean is a slip: kept, it would be counted to day by day.
    """

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("日期请写成 2026-09-30 的样子。") from error
        if self.data is not None and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            self.data = None
            raise ValueError(f"年份应在{FIRST_YEAR}年到{LAST_YEAR}年之间，请检查日期。")


class VersionedForm(Form):
    """A form that changes a row: it carries the version it was filled in against."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("页面不完整，请重新打开再填。")])


class ActionForm(Form):
    """A button: nothing to fill in, only the token."""


def year_of(args: Mapping[str, str], *, usual: int) -> int:
    """The year that an address names; what is no number means the usual one.

    Raises:
        NotFound: no date can be in that year.

    """
    try:
        year = int(args.get("year", "") or usual)
    except ValueError:
        return usual
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound
    return year


def options(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """The choices of a select or radio field, from values and words."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def tidy(value: Any) -> Any:
    """Text without blanks around it; a filter for fields."""
    return value.strip() if isinstance(value, str) else value


def needed(what: str) -> DataRequired:
    """请填写…"""
    return DataRequired(f"请填写{what}。")


def at_most(length: int, what: str) -> Length:
    """…最多N个字"""
    return Length(max=length, message=f"{what}最多{length}个字，请缩短。")
