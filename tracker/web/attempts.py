"""One step of a person, in one transaction: done, or refused with a sentence and the answer's status."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.web.edge import writing
from tracker.web.forms.base import Form, VersionedForm

CONFLICT = str(VersionConflict())


def refusal(act: Callable[[Session], object], *, stale: str = CONFLICT) -> tuple[str, int] | None:
    """Do it; None when it is done, otherwise what the person is told and the status of the answer.

    `stale` is said where somebody else was faster.

    Raises:
        NotFound: there is nothing at this address; no page can tell it.

    """
    try:
        with writing() as writer:
            act(writer)
    except (VersionConflict, StaleDataError):
        return stale, 409
    except NotFound:
        raise
    except RuleViolated as error:
        return error.message, 422
    return None


def attempt(
    form: Form,
    act: Callable[[Session], object],
    page: Callable[[str, int], ResponseReturnValue],
    *,
    done: str,
    back: str,
    stale: str = CONFLICT,
) -> ResponseReturnValue:
    """Take the step of a form and go back; refused, the page again, with what was wrong and the status."""
    if not form.validate():
        return page(form.first_problem(), 422)
    if refused := refusal(act, stale=stale):
        return page(*refused)
    flash(done, "ok")
    return redirect(back, 303)


def side_by_side(forms: Mapping[Any, Form], version: int) -> None:
    """Let several forms stand on one page: each of the version shown, each field with an id of its own."""
    for name, form in forms.items():
        if isinstance(form, VersionedForm):
            form.version.raw_data, form.version.data = None, version
        for field in form:
            field.id = f"{name}-{field.short_name}"


def words_left(typed: Mapping[str, Any], open_now: Collection[str]) -> list[tuple[str, str]]:
    """The words that were typed for steps which are no longer open, with what they are called."""
    left = [form.words.data for name, form in typed.items() if name not in open_now and "words" in form]
    return [("说明", words) for words in left if words]
