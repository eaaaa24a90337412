"""例会: the list, calling one, its agenda, who came, the minutes, and the papers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.domain.access import Permission
from tracker.domain.decision import DecisionState
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.domain.meeting import ENTERED
from tracker.services import (
    attending,
    meeting_pages,
    meeting_papers,
    meetings,
    minutes,
)
from tracker.services.ledger import ExportedFile
from tracker.services.meetings import Arrangement, Proposal
from tracker.store.tables import Meeting
from tracker.web import downloads, printing
from tracker.web.attempts import attempt, refusal, side_by_side
from tracker.web.edge import actor, now, session, today, writing
from tracker.web.forms.base import ActionForm, VersionedForm
from tracker.web.forms.ledger import LARGEST_ID, address, row_id
from tracker.web.forms.meetings import (
    ArrangementForm,
    CancelForm,
    DraftForm,
    HearForm,
    MinutesForm,
    RemarkForm,
    TokenForm,
    read_attendance,
    read_notes,
)
from tracker.web.policy import permit

blueprint = Blueprint("meetings", __name__)

ONE = f"/meetings/<int(max={LARGEST_ID}):meeting_id>"
STATES = {state.value: state.label for state in DecisionState}


@blueprint.get("/meetings")
@permit(Permission.MEETING_READ)
def index() -> str:
    """Every meeting that the person may see, and the periods that wait for one."""
    plan_id = request.args.get("plan", type=row_id)
    found = meeting_pages.listing(session(), actor(), plan_id=plan_id, today=today())
    return render_template("meetings/index.html", found=found, when=meeting_papers.when)


@blueprint.route("/meetings/new", methods=["GET", "POST"])
@permit(Permission.MEETING_WRITE)
def call() -> ResponseReturnValue:
    """召集: for a period (`period`), or a free one of a plan (`plan`)."""
    args = {name: request.args.get(name, type=row_id) for name in ("plan", "period")}
    found = meetings.propose(session(), plan_id=args["plan"], period_id=args["period"], now=now())
    form = _arranged(found.arrangement)
    if not form.validate_on_submit():
        return _calling(form, found, form.first_problem())
    try:
        made = _called(form, found)
    except RuleViolated as error:
        return _calling(form, found, error.message)
    flash("已召集。参会单位的“我的待办”里会看到，可以先告知谁来、报什么。", "ok")
    return redirect(url_for("meetings.show", meeting_id=made), 303)


def _called(form: ArrangementForm, found: Proposal) -> int:
    with writing() as writer:
        row = meetings.call(
            writer, actor(), plan_id=found.plan.id, period_id=found.period.id if found.period else None,
            wanted=form.arrangement(), now=now(),
        )  # fmt: skip
        return row.id


def _calling(form: ArrangementForm, found: Proposal, problem: str) -> ResponseReturnValue:
    page = render_template("meetings/edit.html", form=form, found=found, row=None, problem=problem)
    return page, 422 if form.is_submitted() else 200


def _arranged(shown: Arrangement, version: int = 0) -> ArrangementForm:
    form = ArrangementForm()
    form.offer(meeting_pages.units_to_ask(session()), shown)
    if not form.is_submitted():
        form.version.data = version
    return form


@blueprint.route(f"{ONE}/edit", methods=["GET", "POST"])
@permit(Permission.MEETING_WRITE)
def edit(meeting_id: int) -> ResponseReturnValue:
    """Change when, where and who."""
    row = _page_of(meeting_id).row
    form = _arranged(_stands(row), row.version)
    if not form.validate_on_submit():
        return _editing(form, row, form.first_problem(), 422 if form.is_submitted() else 200)
    if refused := refusal(lambda writer: _changed(writer, meeting_id, form)):
        return _editing(form, row, *refused)
    flash("已改好。", "ok")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


def _stands(row: Meeting) -> Arrangement:
    units = tuple(each.unit_id for each in row.units)
    return Arrangement(row.title, row.starts_at, row.place, tuple(row.roles), units)


def _changed(writer: Session, meeting_id: int, form: ArrangementForm) -> None:
    wanted, version = form.arrangement(), form.version.data or 0
    meetings.change(writer, actor(), meeting_id=meeting_id, version=version, wanted=wanted, now=now())


def _editing(form: ArrangementForm, row: Any, problem: str, status: int) -> ResponseReturnValue:
    form.version.raw_data, form.version.data = None, row.version
    page = render_template(
        "meetings/edit.html", form=form, found=None, row=row, problem=problem, status=status,
        when=meeting_papers.when,
    )  # fmt: skip
    return page, status


@blueprint.get(ONE)
@permit(Permission.MEETING_READ)
def show(meeting_id: int) -> ResponseReturnValue:
    """One meeting: agenda, who came, 议定事项, minutes."""
    return _page(meeting_id)


@blueprint.get(f"{ONE}/units/<int(max={LARGEST_ID}):unit_id>")
@permit(Permission.MEETING_READ)
def unit(meeting_id: int, unit_id: int) -> str:
    """One unit's page of the pack."""
    page = meeting_pages.unit_page(
        session(), actor(), meeting_id=meeting_id, unit_id=unit_id, now=now(), today=today()
    )
    return render_template("meetings/unit.html", page=page, address=address, when=meeting_papers.when)


@blueprint.get(f"{ONE}/pack.docx")
@permit(Permission.MEETING_WRITE)
def pack(meeting_id: int) -> ResponseReturnValue:
    """例会材料."""
    paper = meeting_papers.pack(session(), actor(), meeting_id=meeting_id, files=printing.files(), now=now())
    return _sent(paper)


@blueprint.get(f"{ONE}/minutes.docx")
@permit(Permission.MEETING_READ)
def minutes_file(meeting_id: int) -> ResponseReturnValue:
    """会议纪要."""
    return _sent(meeting_papers.minutes(session(), actor(), meeting_id=meeting_id, now=now()))


@blueprint.get(f"{ONE}/pack.pdf")
@permit(Permission.MEETING_WRITE)
def pack_pdf(meeting_id: int) -> ResponseReturnValue:
    """例会材料 as .pdf, where this machine can make one."""
    paper = meeting_papers.pack(session(), actor(), meeting_id=meeting_id, files=printing.files(), now=now())
    return printing.answer(paper, made_at=now(), back=url_for("meetings.show", meeting_id=meeting_id))


@blueprint.get(f"{ONE}/minutes.pdf")
@permit(Permission.MEETING_READ)
def minutes_pdf(meeting_id: int) -> ResponseReturnValue:
    """会议纪要 as .pdf, where this machine can make one."""
    paper = meeting_papers.minutes(session(), actor(), meeting_id=meeting_id, now=now())
    return printing.answer(paper, made_at=now(), back=url_for("meetings.show", meeting_id=meeting_id))


def _sent(paper: ExportedFile) -> ResponseReturnValue:
    return downloads.made(paper.content, paper.name)


@blueprint.post(f"{ONE}/cancel")
@permit(Permission.MEETING_WRITE)
def cancel(meeting_id: int) -> ResponseReturnValue:
    """取消."""
    form = CancelForm()

    def act(writer: Session) -> None:
        one = {"meeting_id": meeting_id, "version": form.version.data or 0}
        meetings.cancel(writer, actor(), **one, why=form.words.data or "", now=now())

    return _do(meeting_id, "cancel", form, act, "已取消，单位不用再为这次例会准备。")


@blueprint.post(f"{ONE}/close")
@permit(Permission.MEETING_WRITE)
def close(meeting_id: int) -> ResponseReturnValue:
    """纪要定稿."""
    form = VersionedForm()

    def act(writer: Session) -> None:
        minutes.close(writer, actor(), meeting_id=meeting_id, version=form.version.data or 0, now=now())

    return _do(meeting_id, "close", form, act, "纪要已定稿，议定事项已交各单位办理。")


@blueprint.post(f"{ONE}/remark")
@permit(Permission.MEETING_WRITE)
def remark(meeting_id: int) -> ResponseReturnValue:
    """更正说明."""
    form = RemarkForm()

    def act(writer: Session) -> None:
        minutes.remark(writer, actor(), meeting_id=meeting_id, words=form.words.data or "", now=now())

    return _do(meeting_id, "remark", form, act, "更正说明已记在纪要后面。")


@blueprint.post(f"{ONE}/decisions")
@permit(Permission.MEETING_WRITE)
def propose(meeting_id: int) -> ResponseReturnValue:
    """Write a 议定事项 down."""
    form = DraftForm()
    form.offer(meeting_pages.units_to_ask(session()))

    def act(writer: Session) -> None:
        minutes.propose(writer, actor(), meeting_id=meeting_id, wanted=form.proposed(), now=now())

    return _do(meeting_id, "draft", form, act, "已记下。", anchor="decisions")


@blueprint.post(f"{ONE}/decisions/<int(max={LARGEST_ID}):decision_id>")
@permit(Permission.MEETING_WRITE)
def hear(meeting_id: int, decision_id: int) -> ResponseReturnValue:
    """What is said this time of a decision that came back."""
    form = HearForm()
    form.offer(meeting_pages.units_to_ask(session()))

    def act(writer: Session) -> None:
        given: dict[str, Any] = {"unit_id": form.unit_id.data, "due_on": form.due_on.data}
        minutes.hear(
            writer, actor(), meeting_id=meeting_id, decision_id=decision_id, said=form.words.data or "",
            version=form.version.data or 0, **given, now=now(),
        )  # fmt: skip

    return _do(meeting_id, f"hear{decision_id}", form, act, "已记下，纪要定稿时生效。", anchor="decisions")


@blueprint.route(f"{ONE}/attendance", methods=["GET", "POST"])
@permit(Permission.MEETING_WRITE)
def attendance(meeting_id: int) -> ResponseReturnValue:
    """到会: who came, for each unit and role."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _attendance(meeting_id)
    typed = read_attendance(request.form, _page_of(meeting_id).row)
    try:
        with writing() as writer:
            changed = attending.enter(
                writer, actor(), meeting_id=meeting_id, token=form.token.data or "", entered=typed, now=now()
            )
    except attending.AttendanceChanged as error:
        return _attendance(meeting_id, typed, error), 409
    except attending.WrongRows as error:
        return _attendance(meeting_id, typed, error), 422
    flash(f"已登记{changed}人。" if changed else "没有变化。", "ok")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


def _attendance(meeting_id: int, typed: Any = None, error: RuleViolated | None = None) -> str:
    page = meeting_pages.attendance(session(), actor(), meeting_id=meeting_id)
    faults = error.faults if isinstance(error, attending.WrongRows) else {}
    conflict = isinstance(error, attending.AttendanceChanged)
    facts = {
        "typed": typed or {}, "error": error, "faults": faults, "presences": ENTERED, "conflict": conflict
    }  # fmt: skip
    return render_template("meetings/attendance.html", page=page, as_domain=attending.as_domain, **facts)


@blueprint.post(f"{ONE}/attendance/all")
@permit(Permission.MEETING_WRITE)
def all_present(meeting_id: int) -> ResponseReturnValue:
    """全部到会."""
    form = ActionForm()
    if form.validate():
        with writing() as writer:
            number = attending.all_present(writer, actor(), meeting_id=meeting_id, now=now())
        told = f"已记{number}人到会" if number else "已经都登记过了"
        flash(f"{told}，有例外的请逐个改。", "ok")
    return redirect(url_for("meetings.attendance", meeting_id=meeting_id), 303)


@blueprint.route(f"{ONE}/minutes", methods=["GET", "POST"])
@permit(Permission.MEETING_WRITE)
def write(meeting_id: int) -> ResponseReturnValue:
    """What was said: of each unit, and the rest."""
    form, page = MinutesForm(), _page_of(meeting_id)
    if not form.validate_on_submit():
        form.text.data = page.row.minutes
        return _writing(form, page)
    notes = read_notes(request.form, page.row)
    try:
        _written(meeting_id, form, notes)
    except NotFound:
        raise
    except RuleViolated as error:
        return _writing(form, page, notes, error), 409 if isinstance(error, VersionConflict) else 422
    flash("已存好。", "ok")
    return redirect(url_for("meetings.show", meeting_id=meeting_id, _anchor="minutes"), 303)


def _written(meeting_id: int, form: MinutesForm, notes: dict[int, str]) -> None:
    token, text = form.token.data or "", form.text.data or ""
    with writing() as writer:
        minutes.write(writer, actor(), meeting_id=meeting_id, token=token, notes=notes, text=text, now=now())


def _writing(
    form: MinutesForm, page: meeting_pages.MeetingPage, notes: Any = None, error: RuleViolated | None = None
) -> str:
    if not isinstance(error, minutes.MinutesChanged):
        form.token.data = form.token.data if error else minutes.token_of(page.row)
    else:
        form.token.raw_data, form.token.data = None, minutes.token_of(page.row)
    facts = {"notes": notes, "error": error, "conflict": isinstance(error, minutes.MinutesChanged)}
    return render_template("meetings/minutes.html", form=form, page=page, **facts)


def _do(
    meeting_id: int,
    name: str,
    form: Any,
    act: Callable[[Session], None],
    done: str,
    *,
    anchor: str | None = None,
) -> ResponseReturnValue:
    """Take one step and go back to the page; refused, it says why and keeps what was typed."""
    back = url_for("meetings.show", meeting_id=meeting_id, _anchor=anchor)
    return attempt(form, act, partial(_page, meeting_id, {name: form}), done=done, back=back)


def _page_of(meeting_id: int) -> meeting_pages.MeetingPage:
    return meeting_pages.view(session(), actor(), meeting_id=meeting_id, now=now(), today=today())


def _page(
    meeting_id: int, typed: dict[str, Any] | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    """The page; `typed` holds the form that was refused, by its step."""
    page, tried = _page_of(meeting_id), typed or {}
    forms: dict[str, Any] = {
        "cancel": tried.get("cancel") or CancelForm(formdata=None),
        "remark": tried.get("remark") or RemarkForm(formdata=None),
        "draft": tried.get("draft") or DraftForm(formdata=None),
    }
    forms["draft"].offer(page.units)
    side_by_side(forms, page.row.version)
    for back in page.returning:
        name = f"hear{back.row.id}"
        forms[name] = _heard(back, tried.get(name), page)
        side_by_side({name: forms[name]}, back.row.version)
    facts = {"forms": forms, "problem": problem, "tried": next(iter(tried), ""), "DECISION_WORDS": STATES}
    return render_template("meetings/show.html", page=page, when=meeting_papers.when, **facts), status


def _heard(
    back: meeting_pages.Returning, typed: HearForm | None, page: meeting_pages.MeetingPage
) -> HearForm:
    """The form of a decision that came back; it begins with what is said so far, or with what stands."""
    form = typed or HearForm(formdata=None)
    form.offer(page.units)
    stands = back.hearing or back.row
    if typed is None:
        form.unit_id.data, form.due_on.data = stands.unit_id, stands.due_on
        form.words.data = back.hearing.said if back.hearing else ""
    form.version.raw_data, form.version.data = None, back.row.version
    return form
