"""我的: a return that is a form; the addresses are those of every return (`tracker.web.my`)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.asking import Answer
from tracker.domain.errors import RuleViolated
from tracker.services import form_returns, handing_in
from tracker.services.form_returns import InvalidParts
from tracker.services.handing_in import DraftConflict, Versions
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.my import SAVE, SUBMIT, ReturnForm, read_parts


def fill(obligation_id: int) -> str:
    """The form; `mend` in the address says that the draft could not be handed in."""
    shown = form_returns.page(session(), actor(), obligation_id, now=now())
    mend = request.args.get("mend") and shown.editable and shown.faults
    return _page(shown, InvalidParts(shown.faults) if mend else None)


def hand_in(obligation_id: int) -> ResponseReturnValue:
    """Keep the draft or hand in; whatever is wrong, the text stays."""
    form, values = _typed()
    try:
        if form.action.data == SAVE:
            _keep(obligation_id, form, values)
            flash("草稿已存好。离开也不会丢，截止前记得点“报送”。", "ok")
            return redirect(url_for("my.fill", obligation_id=obligation_id), 303)
        return _submit(obligation_id, form, values)
    except InvalidParts as error:
        return _refused(obligation_id, form, values, error)
    except DraftConflict as error:
        return _again(obligation_id, values, error), 409


def keep(obligation_id: int) -> Versions:
    """Save the draft."""
    return _keep(obligation_id, *_typed())


def _typed() -> tuple[ReturnForm, Mapping[str, str]]:
    return ReturnForm(), read_parts(request.form)


def _keep(obligation_id: int, form: ReturnForm, values: Mapping[str, str]) -> Versions:
    with writing() as writer:
        return form_returns.save_draft(
            writer, actor(), obligation_id=obligation_id, token=_token(form), values=values, now=now()
        )


def _token(form: ReturnForm) -> str:
    return form.token.data or ""


def _submit(obligation_id: int, form: ReturnForm, values: Mapping[str, str]) -> ResponseReturnValue:
    with writing() as writer:
        done = form_returns.submit(
            writer, actor(), obligation_id=obligation_id, token=_token(form), values=values, now=now()
        )
    meeting = handing_in.answer_of(session(), actor(), obligation_id) is Answer.MEETING
    if meeting:
        flash(f"已告知。{'开会前还能修改。' if done.editable else '算不算完成，以到会为准。'}", "ok")
    elif done.late:
        flash("已补报（迟报）。公开办会看到。", "ok")
    else:
        flash(f"已报送。{'截止前还能修改。' if done.editable else '等公开办审核。'}", "ok")
    return redirect(url_for("my.index"), 303)


def _refused(
    obligation_id: int, form: ReturnForm, values: Mapping[str, str], error: InvalidParts
) -> ResponseReturnValue:
    """Keep as a draft what cannot be handed in, and have its page fetched anew, as the page of tasks does."""
    if form.action.data != SAVE:
        with suppress(InvalidParts):
            _keep(obligation_id, form, values)
            return redirect(url_for("my.fill", obligation_id=obligation_id, mend=SUBMIT), 303)
    return _again(obligation_id, values, error), 422


def _again(obligation_id: int, values: Mapping[str, str], error: RuleViolated) -> str:
    shown = form_returns.page(session(), actor(), obligation_id, typed=values, now=now())
    return _page(shown, error)


def _page(page: form_returns.FormPage, error: RuleViolated | None) -> str:
    faults = error.faults if isinstance(error, InvalidParts) else {}
    return render_template(
        "my/form.html", page=page, error=error, faults=faults, conflict=isinstance(error, DraftConflict)
    )
