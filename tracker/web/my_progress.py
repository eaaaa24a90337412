"""我的: a return with a line a task (进展表); the addresses are those of every return (`tracker.web.my`)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.errors import RuleViolated
from tracker.services import one_page, returns
from tracker.services.handing_in import DraftConflict, Versions
from tracker.services.return_lines import Became, InvalidLines, LineInput, OfferedStatus, TypedMeanwhile
from tracker.services.returns import Submitted
from tracker.web.edge import actor, now, session, writing
from tracker.web.forms.my import (
    COPY,
    FILE,
    SAVE,
    SUBMIT,
    UNCHANGED,
    ReturnForm,
    aside,
    read_lines,
)


def fill(obligation_id: int) -> str:
    """One page for all tasks of the unit; `mend` says what of the draft could not be handed in."""
    return _page(obligation_id, mend=request.args.get("mend", ""))


def hand_in(obligation_id: int) -> ResponseReturnValue:
    """Keep the draft, hand in, or hand in without any change; whatever is wrong, the text stays."""
    form, lines = _typed()
    try:
        if (step := aside(form.action.data or ""))[0]:
            return _aside(obligation_id, form, lines, *step)
        if form.action.data == SAVE:
            return _save(obligation_id, form, lines)
        return _submit(obligation_id, form, lines, all_unchanged=form.action.data == UNCHANGED)
    except (InvalidLines, TypedMeanwhile) as error:
        return _refused(obligation_id, form, lines, error)
    except DraftConflict as error:
        return _page(obligation_id, lines, error), 409


def keep(obligation_id: int) -> Versions:
    """Save the draft."""
    return _keep(obligation_id, *_typed())


def _typed() -> tuple[ReturnForm, Sequence[LineInput]]:
    return ReturnForm(), read_lines(dict(request.form.lists()))


def _save(obligation_id: int, form: ReturnForm, lines: Sequence[LineInput]) -> ResponseReturnValue:
    _keep(obligation_id, form, lines)
    flash("草稿已存好。离开也不会丢，截止前记得报送。", "ok")
    return redirect(url_for("my.fill", obligation_id=obligation_id), 303)


def _aside(
    obligation_id: int, form: ReturnForm, lines: Sequence[LineInput], step: str, key: int
) -> ResponseReturnValue:
    """A button of one line, pressed without a script; what was typed is kept on the way.

    Last period's words come into its field (沿用), or the page of its files opens.
    """
    if step == COPY:
        lines = one_page.with_last_words(session(), actor(), obligation_id, lines, key)
    _keep(obligation_id, form, lines)
    address = url_for("my.fill", obligation_id=obligation_id, _anchor=f"task-{key}")
    if step == FILE:
        address = url_for("evidence.files", obligation_id=obligation_id, assignment_id=key)
    return redirect(address, 303)


def _keep(obligation_id: int, form: ReturnForm, lines: Sequence[LineInput]) -> Versions:
    with writing() as writer:
        return returns.save_draft(
            writer, actor(), obligation_id=obligation_id, token=form.token.data or "", lines=lines, now=now()
        )


def _submit(
    obligation_id: int, form: ReturnForm, lines: Sequence[LineInput], *, all_unchanged: bool
) -> ResponseReturnValue:
    with writing() as writer:
        done = returns.submit(
            writer,
            actor(),
            obligation_id=obligation_id,
            token=form.token.data or "",
            lines=lines,
            all_unchanged=all_unchanged,
            now=now(),
        )
    flash(_thanks(done), "ok")
    if done.counted:
        flash(f"计入次数{done.counted}次，不用再登记。", "ok")
    if done.without_evidence:
        when = "截止前可以补上" if done.editable else "下一期可以补上"
        hint = f"有{done.without_evidence}项报了“已完成”还没有佐证链接，{when}；不补也已报送。"
        flash(hint, "blue")
    if done.repeated:
        flash(f"有{done.repeated}项的进展与以前报过的相同或几乎相同，公开办会看到提示；不影响报送。", "blue")
    return redirect(url_for("my.index"), 303)


def _refused(
    obligation_id: int, form: ReturnForm, lines: Sequence[LineInput], error: RuleViolated
) -> ResponseReturnValue:
    """Keep as a draft what cannot be handed in, and have its page fetched anew: then neither going back nor
    reloading asks for the form again. What cannot even be a draft is shown as it was typed.
    """
    if form.action.data != SAVE:
        with suppress(InvalidLines):
            _keep(obligation_id, form, lines)
            mend = UNCHANGED if isinstance(error, TypedMeanwhile) else SUBMIT
            return redirect(url_for("my.fill", obligation_id=obligation_id, mend=mend), 303)
    return _page(obligation_id, lines, error), 422


def _thanks(done: Submitted) -> str:
    said = f"{done.changed}项有变化" if done.changed else "全部无变化"
    if done.late:
        return f"已补报（迟报），{said}。公开办会看到。"
    return f"已报送，{said}。" + ("截止前还能修改。" if done.editable else "等公开办审核。")


def _page(
    obligation_id: int,
    typed: Sequence[LineInput] | None = None,
    error: RuleViolated | None = None,
    *,
    mend: str = "",
) -> str:
    page = one_page.page(session(), actor(), obligation_id, typed=typed, now=now())
    if page.editable and mend == UNCHANGED and page.changed:
        error = TypedMeanwhile()
    elif page.editable and mend and page.faults:
        error = InvalidLines(page.faults)
    told = error.faults if isinstance(error, InvalidLines) else {}
    mends = tuple(item for item in page.mends if item.key in told)
    return render_template(
        "my/return.html",
        page=page,
        error=error,
        mends=mends,
        faults={item.key: item.sentence for item in mends},
        conflict=isinstance(error, DraftConflict),
        statuses=list(OfferedStatus),
        outcomes=list(Became),
    )
