"""The look-back report (回头看报告): the facts that its documents are made from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.documents import look_back as documents
from tracker.documents.look_back import LookBackReport, LookBackRow
from tracker.domain.china_time import china_day, month_day
from tracker.domain.errors import NotFound
from tracker.domain.house_fields import TemplateKind
from tracker.domain.lineage import in_words, years_unfinished
from tracker.domain.look_back import VerdictKind
from tracker.domain.look_back_facts import EvidenceFact
from tracker.domain.look_back_steps import LookBackState
from tracker.domain.ports import Files
from tracker.domain.task import Role
from tracker.services import arranging, house_templates, lineage, reviewing, settings
from tracker.services.ledger import ExportedFile
from tracker.store.queries import reviews
from tracker.store.tables import Task, Verdict


def report(session: Session, *, plan_id: int, now: datetime) -> LookBackReport:
    """Everything that the report says of a plan, in the order of the plan.

    Raises:
        NotFound: there is no such plan, or its look-back has not begun.

    """
    view = reviewing.view(session, plan_id=plan_id)
    if view.look_back is None:
        raise NotFound
    evidence = reviewing.evidence_of(session, plan_id=plan_id)
    years = {task_id: years_unfinished(chain) for task_id, chain in lineage.chains(session, plan_id).items()}
    rows = tuple(
        _row(verdict, _given(evidence.get(verdict.task_id, ())), years.get(verdict.task_id, 0))
        for verdict in view.verdicts
    )
    office = settings.office_name(session)
    finished = view.look_back.state == LookBackState.FINAL
    return LookBackReport(view.plan.title, view.plan.year, office, now, rows, china_day(now), finished)


def docx(session: Session, *, plan_id: int, files: Files, now: datetime) -> ExportedFile:
    """The report as .docx; a final one in the template that was used when it was made final.

    Raises:
        NotFound: there is no such plan, or its look-back has not begun.

    """
    paper, held = report(session, plan_id=plan_id, now=now), reviews.look_back_of(session, plan_id)
    at = held.finished_at if held is not None and paper.is_final else None
    own = house_templates.set_in(session, files, TemplateKind.LOOK_BACK, documents.values(paper), at=at)
    return ExportedFile(f"{paper.file_stem}.docx", own or documents.as_docx(paper))


def xlsx(session: Session, *, plan_id: int, now: datetime) -> ExportedFile:
    """The items as a workbook.

    Raises:
        NotFound: there is no such plan, or its look-back has not begun.

    """
    paper = report(session, plan_id=plan_id, now=now)
    return ExportedFile(f"{paper.file_stem}.xlsx", documents.as_xlsx(paper))


def _given(evidence: Sequence[EvidenceFact]) -> tuple[str, ...]:
    """The links, and how many files there are: what is in these is not for everyone who reads a report."""
    links = dict.fromkeys(link.url.strip() for link in evidence if not link.is_file)
    files = len({file.key for file in evidence if file.is_file})
    return (*links, *([f"佐证材料{files}份"] if files else []))


def _row(verdict: Verdict, links: tuple[str, ...], years: int) -> LookBackRow:
    task = verdict.task
    return LookBackRow(
        serial=task.serial,
        title=task.title,
        section=task.section,
        units=units_in_words(task),
        due_on=task.due_on,
        deadline_phrase=task.deadline_phrase,
        proposed=VerdictKind(verdict.proposed),
        confirmed=VerdictKind(verdict.confirmed) if verdict.confirmed else None,
        reason=verdict.reason,
        contradictions=tuple(each["words"] for each in verdict.contradictions),
        note=verdict.note,
        links=links,
        past=in_words(years),
        terms=_terms_in_words(verdict),
    )


def _terms_in_words(verdict: Verdict) -> str:
    """市司法局牵头，2027年3月31日前; empty where nothing is to be mended."""
    terms = verdict.terms
    if terms is None or not arranging.wants_terms(verdict) or terms.due_on is None:
        return ""
    lead = f"{terms.lead_unit.name}牵头，" if terms.lead_unit else ""
    return f"{lead}{terms.due_on.year}年{month_day(terms.due_on)}前"


def units_in_words(task: Task) -> str:
    """市司法局牵头，市教育局配合; units that came from one collective name stand under it once."""
    parts = []
    for role, word in ((Role.LEAD, "牵头"), (Role.RESPONSIBLE, ""), (Role.SUPPORT, "配合")):
        names = dict.fromkeys(
            part.group_name or part.unit.name for part in task.assignments if part.role == role.value
        )
        if names:
            parts.append("、".join(names) + word)
    return "，".join(parts)
