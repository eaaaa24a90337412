"""The papers of a meeting: the facts that its pack and its minutes are made from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.documents import meeting as documents
from tracker.documents.meeting import Agreed, Listed, Minutes, Pack, UnitPage
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_clock, china_day, month_day
from tracker.domain.decision import DecisionState, heard_words
from tracker.domain.errors import NotFound
from tracker.domain.house_fields import TemplateKind
from tracker.domain.meeting import MeetingState, Turnout
from tracker.domain.ports import Files
from tracker.domain.request import RequestKind
from tracker.services import house_templates, instruction_pages, meeting_pack, meeting_pages, settings
from tracker.services.ledger import ExportedFile
from tracker.services.meeting_pack import Lag, UnitPack
from tracker.services.meeting_pages import AgendaLine, MeetingPage
from tracker.store.queries import meetings
from tracker.store.queries.ledger import TaskRow
from tracker.store.tables import Meeting, MeetingDecision, MeetingHearing, TaskRequest

WEEKDAYS = "一二三四五六日"


def pack(session: Session, actor: Actor, *, meeting_id: int, files: Files, now: datetime) -> ExportedFile:
    """例会材料 as a file, as everything stands now, in the template that is used now.

    Raises:
        NotFound: there is no such meeting.

    """
    row = meetings.one(session, meeting_id, actor)
    if row is None:
        raise NotFound
    paper = Pack(
        title=row.title,
        plan_title=row.plan.title,
        when=when(row),
        place=row.place,
        expected="、".join(row.roles),
        office=settings.office_name(session),
        made_at=now,
        pages=tuple(_page(each) for each in meeting_pack.agenda(session, actor, row, now=now)),
    )
    own = house_templates.set_in(session, files, TemplateKind.PACK, documents.values(paper))
    return ExportedFile(paper.file_name, own or documents.pack_docx(paper))


def minutes(session: Session, actor: Actor, *, meeting_id: int, now: datetime) -> ExportedFile:
    """会议纪要 as a file; a draft until it is closed, which only the office and leaders see.

    Raises:
        NotFound: there is no such meeting, or its minutes are not this person's to read yet.

    """
    page = meeting_pages.view(session, actor, meeting_id=meeting_id, now=now, today=china_day(now))
    row, final = page.row, page.state is MeetingState.CLOSED
    if not (final or page.whole):
        raise NotFound
    paper = Minutes(
        title=row.title,
        plan_title=row.plan.title,
        when=when(row),
        place=row.place,
        office=settings.office_name(session),
        made_at=now,
        is_final=final,
        attendance=tuple((line.unit.name, *_cells(line)) for line in page.lines),
        roles=tuple(row.roles),
        summary=_summary(page),
        notes=tuple((each.unit.name, each.note) for each in page.notes),
        text=row.minutes,
        agreed=tuple(_stood(each) for each in page.stood) if final else tuple(_drafts(page)),
        remarks=tuple(f"{china_day(each.made_at):%Y-%m-%d}　{each.words}" for each in page.remarks),
    )
    return ExportedFile(paper.file_name, documents.minutes_docx(paper))


def when(row: Meeting) -> str:
    """2026年9月25日（周五）15:00."""
    moment = china_clock(row.starts_at)
    day = f"{moment.year}年{month_day(moment.date())}"
    return f"{day}（周{WEEKDAYS[moment.weekday()]}）{moment:%H:%M}"


def _page(each: UnitPack) -> UnitPage:
    since = each.since
    said = (
        f"上次例会以来：应报{since.due}期，按时{since.on_time}期，迟报{since.late}期，未报{since.missed}期。"
    )
    lists = (
        Listed("逾期任务", "项", tuple(_task(row) for row in each.overdue)),
        Listed("未了议定事项", "件", tuple(_decision(each, row) for row in each.decisions)),
        Listed("时限", "件", tuple(f"{clock.row.title}：{clock.left}" for clock in each.clocks)),
        Listed("未回复批示", "条", tuple(_instruction(line) for line in each.instructions)),
        Listed("次数落后", "项", tuple(_quota(lag) for lag in each.behind)),
        Listed("存在问题", "个", tuple(f"{part.problem}（{part.task.title}）" for part in each.problems)),
        Listed("待处理申请", "件", tuple(_request(row) for row in each.requests)),
        Listed("近期到期", "项", tuple(_task(row) for row in each.soon)),
    )
    told = tuple((part.label, text) for part, text in each.told)
    reasons = "；".join(each.need.reasons) or "按进度推进，没有需要研究的情况"
    return UnitPage(each.unit.name, reasons, said, told, tuple(one for one in lists if one.items))


def _cells(line: AgendaLine) -> Iterable[str]:
    for each in line.presences:
        told = each.who or each.why
        yield each.presence.label + (f"（{told}）" if told else "")


def _summary(page: MeetingPage) -> str:
    counted = page.counted
    words = {Turnout.ATTENDED: "到会", Turnout.EXCUSED: "请假", Turnout.ABSENT: "缺席"}
    said = [f"{word}{counted[turnout.value]}家" for turnout, word in words.items() if counted[turnout.value]]
    return f"{'，'.join(said)}。" if said else ""


def _stood(each: MeetingHearing) -> Agreed:
    state = DecisionState(each.outcome)
    settled = f"{state.label}：{each.decision.settling}".rstrip("：") if state.is_settled else ""
    return Agreed(
        each.decision.words,
        each.unit.name if each.unit else "",
        _full(each.due_on),
        heard_words(each.number),
        each.said,
        settled,
    )


def _drafts(page: MeetingPage) -> Iterable[Agreed]:
    for back in page.returning:
        unit = back.hearing.unit if back.hearing else back.row.unit
        due_on = back.hearing.due_on if back.hearing else back.row.due_on
        said = back.hearing.said if back.hearing else ""
        yield Agreed(back.row.words, unit.name if unit else "", _full(due_on), back.heard, said, "")
    for row in page.drafted:
        yield Agreed(row.words, row.unit.name if row.unit else "（未定）", _full(row.due_on), "", "", "")


def _task(row: TaskRow) -> str:
    return f"{_day(row.shown_day)}到期：{row.title}"


def _decision(each: UnitPack, row: MeetingDecision) -> str:
    late = "（已逾期）" if each.is_late(row) else ""
    return f"{_day(row.due_on)}前{late}：{row.words}（{heard_words(row.number + 1)}）"


def _instruction(line: instruction_pages.Line) -> str:
    late = "（已逾期）" if line.overdue else ""
    return f"{_day(line.row.due_on)}前回复{late}：{line.row.leader_name}批示，{line.row.words}"


def _quota(lag: Lag) -> str:
    span = f"{lag.cell.span.label}" if len(lag.target.spans) > 1 else ""
    return f"{lag.target.name}（{lag.target.words}）：{span}{lag.cell.pace.words}"


def _request(row: TaskRequest) -> str:
    return f"{RequestKind(row.kind).label}：{row.task.title}（{row.reason}）"


def _day(day: date | None) -> str:
    return month_day(day) if day else ""


def _full(day: date | None) -> str:
    return f"{day.year}年{month_day(day)}" if day else "（未定）"
