"""A return filled in offline (离线填报表): handed out, taken back, compared cell by cell, put into the draft.

What a form means is compared anew each time it is shown and once more when it is put in, with what stands
online at that moment. It only ever becomes the draft: the unit looks at its page once more and hands in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

import importers
from tracker.documents import return_sheet as document
from tracker.domain import return_sheet as rules
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_clock, china_day, month_day
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated
from tracker.domain.events import Event
from tracker.domain.ports import Files
from tracker.domain.return_sheet import Cells, Compared, Field, Place, Problem, Sheet
from tracker.domain.rhythm import span_word
from tracker.domain.task_sheet import tidy
from tracker.services import auditing, one_page, returns
from tracker.services.handing_in import DraftConflict
from tracker.services.ledger import ExportedFile
from tracker.services.one_page import ReturnPage, TaskLine
from tracker.services.return_lines import Became, LineInput, OfferedStatus, faults
from tracker.services.returns import baselines
from tracker.services.units import tidied
from tracker.store.queries import evidence as queries
from tracker.store.tables import ReturnUpload

MARKED = "（标出错误）"
_STATUSES = {status.label: status.value for status in OfferedStatus}
_OUTCOMES = {outcome.label: outcome for outcome in Became}


class UploadDecided(RuleViolated):
    """这份填报表已经处理过。"""


class SheetFaulty(RuleViolated):
    """表里还有错误，没有填入任何内容。请下载标出错误的表，改好后再上传。"""


@dataclass(frozen=True, slots=True)
class UploadPage:
    """A form that came back beside what stands online now."""

    upload: ReturnUpload
    page: ReturnPage
    found: Compared
    problems: tuple[Problem, ...]
    titles: Mapping[str, str]

    @property
    def token(self) -> str:
        """Names the draft that was compared with."""
        return self.page.versions.token


def of_return(session: Session, actor: Actor, *, obligation_id: int, now: datetime) -> ExportedFile:
    """The page of a return as a form to be filled in offline.

    Raises:
        NotFound: it is not this unit's.

    """
    page = one_page.page(session, actor, obligation_id, now=now)
    online = cells_of(page)
    rows = tuple(
        document.FormRow(mark, title, known, online[mark])
        for line in page.lines
        for mark, title, known in _rows(line)
    )
    unit, label = page.owed.unit.name, page.period.label
    form = document.Form(
        obligation_id=page.owed.id,
        plan_sha256=page.plan.source_sha256,
        period=label,
        title=f"{unit}　{page.period.cadence.name}　{label}",
        remark=f"截止 {china_clock(page.cutoff.at):%m月%d日 %H:%M}　{china_clock(now):%m月%d日 %H:%M}下载",
        rows=rows,
        statuses=tuple(_STATUSES),
        outcomes=tuple(_OUTCOMES),
        made_at=now,
        span=span_word(page.period.key),
    )
    name = f"{unit}{label.partition('（')[0]}填报表.xlsx"
    return ExportedFile(name, document.workbook(form))


def _rows(line: TaskLine) -> list[tuple[str, str, str]]:
    """Mark, words and what is known of a task's row and of the rows of its last plan."""
    task, key = line.item.assignment.task, line.item.assignment.id
    known = [f"{month_day(line.known.due_on)}到期，{line.item.health.word}"] if line.known.due_on else []
    if line.known.last:
        known.append(f"{line.known.last.period_label.partition('（')[0]}报的：{line.known.last.progress}")
    if line.remark or line.known.remark:
        words = line.remark or (line.known.remark.words if line.known.remark else "")
        known.append(f"公开办意见：{words}")
    rows = [(rules.mark_of(key), f"{task.serial}. {task.title}", "\n".join(known))]
    rows += [
        (rules.mark_of(key, place), f"　　上周计划：{item.words}", "做了没有？请在“状态”里选")
        for place, item in enumerate(line.planned)
    ]
    return rows


def cells_of(page: ReturnPage) -> dict[str, Cells]:
    """The cells of a return as they stand online, by mark."""
    found: dict[str, Cells] = {}
    for line in page.lines:
        typed, key = line.typed, line.typed.assignment_id
        found[rules.mark_of(key)] = {
            Field.STATUS: OfferedStatus(typed.status).label if typed.status in set(OfferedStatus) else "",
            Field.PROGRESS: tidy(typed.progress),
            Field.NEXT_PLAN: tidy(typed.next_plan),
            Field.PROBLEM: tidy(typed.problem),
            Field.URL: tidy(typed.evidence_url),
            Field.ON: typed.evidence_on,
        }
        for place in range(len(line.planned)):
            outcome = Became.DONE if place in typed.done_items else Became.CONTINUED
            outcome = Became.DROPPED if place in typed.dropped_items else outcome
            found[rules.mark_of(key, place)] = {
                Field.STATUS: outcome.label,
                Field.PROGRESS: typed.dropped_items.get(place, ""),
            }
    return found


def lines_of(cells: Mapping[str, Cells], page: ReturnPage) -> list[LineInput]:
    """What a unit would have typed on the page to have these cells; ticks that have none stay as online."""
    counted = {line.typed.assignment_id: line.typed.counted for line in page.lines}
    lines: list[LineInput] = []
    for mark, row in cells.items():
        ids = rules.ids_of(mark)
        if ids is None or ids[1] is not None:
            continue
        done, dropped = set(), {}
        for place in range(100):
            planned = cells.get(rules.mark_of(ids[0], place))
            if planned is None:
                break
            outcome = _OUTCOMES.get(planned.get(Field.STATUS, ""), Became.CONTINUED)
            if outcome is Became.DONE:
                done.add(place)
            elif outcome is Became.DROPPED:
                dropped[place] = planned.get(Field.PROGRESS, "")
        lines.append(
            LineInput(
                assignment_id=ids[0],
                status=_STATUSES.get(row.get(Field.STATUS, ""), OfferedStatus.IN_PROGRESS.value),
                progress=row.get(Field.PROGRESS, ""),
                next_plan=row.get(Field.NEXT_PLAN, ""),
                problem=row.get(Field.PROBLEM, ""),
                evidence_url=row.get(Field.URL, ""),
                evidence_on=row.get(Field.ON, ""),
                done_items=frozenset(done),
                dropped_items=dropped,
                counted=counted.get(ids[0], frozenset()),
            )
        )
    return lines


def read(*, data: bytes) -> Sheet:
    """A form, read in a process of its own.

    Raises:
        UnreadableFile: it is another file, damaged, or without a column that is needed.

    """
    return importers.read_return_safely(data)


def keep(
    session: Session,
    actor: Actor,
    *,
    obligation_id: int,
    data: bytes,
    filename: str,
    sheet: Sheet,
    files: Files,
    now: datetime,
) -> ReturnUpload:
    """Keep a form that came back until its person has looked at it; the same bytes that wait are one.

    Raises:
        NotFound: the return is not this unit's.
        InvalidInput: the form is of another return.
        StorageFailed: the disk is full.

    """
    page = one_page.page(session, actor, obligation_id, now=now)
    if sheet.obligation_id != obligation_id or sheet.plan_sha256 != page.plan.source_sha256:
        label = sheet.period.partition("（")[0]
        raise InvalidInput(f"这是“{label}”的填报表，不是这一期、这个单位的。请打开对应的一期再上传。")
    digest = hashlib.sha256(data).hexdigest()
    for waiting in queries.uploads_waiting(session, obligation_id):
        if waiting.sha256 == digest:
            return waiting
    files.keep(data)
    upload = ReturnUpload(
        obligation_id=obligation_id, filename=tidied(filename)[-255:], sha256=digest,
        sheet=json.loads(sheet.to_json()), uploaded_by_id=actor.account_id, uploaded_at=now,
    )  # fmt: skip
    session.add(upload)
    session.flush()
    _record(session, actor, Event.RETURN_SHEET_UPLOAD, page, f"上传填报表“{upload.filename}”", now=now)
    return upload


def page(session: Session, actor: Actor, *, upload_id: int, now: datetime) -> UploadPage:
    """A form that came back, compared with what stands online now.

    Raises:
        NotFound: it is not this unit's.

    """
    upload = queries.upload(session, upload_id)
    if upload is None:
        raise NotFound
    shown = one_page.page(session, actor, upload.obligation_id, now=now)
    online = cells_of(shown)
    sheet = rules.from_json(json.dumps(upload.sheet))
    found = rules.compare(sheet, online)
    problems = [*found.problems, *_problems(session, shown, found, online, now=now)]
    titles = {mark: title for line in shown.lines for mark, title, _ in _rows(line)}
    return UploadPage(
        upload, shown, found, tuple(sorted(problems, key=lambda told: told.number)), titles
    )


def _problems(
    session: Session, shown: ReturnPage, found: Compared, online: Mapping[str, Cells], *, now: datetime
) -> list[Problem]:
    """What could not be handed in of what the form says; a slip that stands online already is not its own."""
    told: list[Problem] = []
    numbers: dict[int, int] = {}
    for cell in found.cells:
        key, place = rules.ids_of(cell.mark) or (0, None)
        numbers[key] = cell.number
        words = [*_STATUSES] if place is None else [*_OUTCOMES]
        if cell.field is Field.STATUS and cell.wanted not in words:
            told.append(Problem(cell.number, f"请从下拉里选：{'、'.join(words)}。", Field.STATUS))
    wanted = lines_of(rules.merged(online, found.cells, ()), shown)
    touched = [line for line in wanted if line.assignment_id in numbers]
    known = faults(touched, today=china_day(now), before=baselines(session, shown.owed))
    rows = {cell.mark: cell.number for cell in found.cells}
    for (key, name), sentence in known.items():
        field = Field(name) if name in set(Field) else None
        number = rows.get(rules.mark_of(key), numbers[key])
        told.append(Problem(number, sentence, field))
    return told


def apply(
    session: Session,
    actor: Actor,
    *,
    upload_id: int,
    token: str,
    kept: Collection[Place],
    chosen: Collection[Place],
    now: datetime,
) -> ReturnUpload:
    """Put the form into the draft; of each cell that both sides have changed a person has chosen one side.

    `kept` are the cells that stay as they are online, `chosen` those that the form's words replace.

    Raises:
        UploadDecided: it was put in or given up already.
        VersionConflict: the draft is no longer what the form was compared with.
        SheetFaulty: something in it is wrong.
        InvalidInput: a cell that both sides have changed waits for a choice.
        RuleViolated: the return takes no changes now.

    """
    upload = _open(session, upload_id)
    shown = page(session, actor, upload_id=upload_id, now=now)
    if shown.token != token:
        raise DraftConflict("核对期间网上又有人改过，请看过最新的对照再选。")
    if shown.problems:
        raise SheetFaulty
    for cell in shown.found.clashes:
        if cell.place not in kept and cell.place not in chosen:
            name = rules.head_of(cell.field, span_word(shown.page.period.key))
            raise InvalidInput(f"第{cell.number}行的“{name}”两边都改过，请选定用哪一边。")
    lines = lines_of(rules.merged(cells_of(shown.page), shown.found.cells, kept), shown.page)
    returns.save_draft(
        session, actor, obligation_id=upload.obligation_id, token=token, lines=lines, now=now
    )
    _decide(upload, actor, "applied", now=now)
    session.flush()
    words = f"把填报表“{upload.filename}”填入草稿，{len(shown.found.cells)}格"
    _record(session, actor, Event.RETURN_SHEET_APPLY, shown.page, words, now=now)
    return upload


def discard(session: Session, actor: Actor, *, upload_id: int, now: datetime) -> ReturnUpload:
    """Give a form up; nothing was changed by it.

    Raises:
        NotFound: it is not this unit's.
        UploadDecided: it was put in or given up already.

    """
    shown = page(session, actor, upload_id=upload_id, now=now)
    upload = _open(session, upload_id)
    _decide(upload, actor, "discarded", now=now)
    session.flush()
    words = f"放弃填报表“{upload.filename}”"
    _record(session, actor, Event.RETURN_SHEET_DISCARD, shown.page, words, now=now)
    return upload


def marked(
    session: Session, actor: Actor, *, upload_id: int, files: Files, now: datetime
) -> ExportedFile:
    """The file as it was uploaded, with what is wrong marked in it.

    Raises:
        NotFound: it is not this unit's, or nothing is wrong in it.

    """
    shown = page(session, actor, upload_id=upload_id, now=now)
    notes: dict[int, list[tuple[str, str]]] = {}
    for told in shown.problems:
        notes.setdefault(told.number, []).append((told.field.value if told.field else "", told.message))
    if not notes:
        raise NotFound
    content = importers.mark_return_safely(files.read(shown.upload.sha256), notes)
    name = shown.upload.filename.removesuffix(".xlsx").replace(MARKED, "")
    return ExportedFile(f"{name}{MARKED}.xlsx", content)


def _open(session: Session, upload_id: int) -> ReturnUpload:
    upload = queries.upload(session, upload_id, lock=True)
    if upload is None:
        raise NotFound
    if upload.state != "open":
        raise UploadDecided
    return upload


def _decide(upload: ReturnUpload, actor: Actor, state: str, *, now: datetime) -> None:
    upload.state, upload.decided_by_id, upload.decided_at = state, actor.account_id, now


def _record(
    session: Session, actor: Actor, event: Event, page: ReturnPage, words: str, *, now: datetime
) -> None:
    summary = f"{page.owed.unit.name}{page.period.label}{words}"[:500]
    auditing.record(session, actor, event, ("obligation", page.owed.id), summary, now=now)
