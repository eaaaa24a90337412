"""What the office of 青溪市 has sent out: a digest and a circular that are issued, and drafts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.report import ReportKind
from tracker.domain.report_text import TITLE
from tracker.services import report_drafts, report_kinds
from tracker.store.tables import Plan

ISSUED = ((ReportKind.WEEKLY, 1), (ReportKind.CIRCULAR, 1))
"""Which of the subjects on offer is told of: the one before the newest."""
WRITTEN = ((ReportKind.WEEKLY, 0), (ReportKind.HALF_YEAR, -1))


def write(session: Session, office: Actor, plan: Plan, *, now: datetime) -> str:
    """Issue some documents and leave some as drafts; gives the sentence for the command line."""
    issued = sum(_made(session, office, plan, kind, place, issue=True, now=now) for kind, place in ISSUED)
    left = sum(_made(session, office, plan, kind, place, issue=False, now=now) for kind, place in WRITTEN)
    return f"文稿定稿{issued}份，草稿{left}份。"


def _made(
    session: Session, office: Actor, plan: Plan, kind: ReportKind, place: int, *, issue: bool, now: datetime
) -> bool:
    """Make one about the subject at this place, if so many are on offer."""
    offered = report_kinds.KINDS[kind].subjects(session, plan.id, china_day(now))
    if not -len(offered) <= place < len(offered):
        return False
    subject = offered[place][0]
    row, _ = report_drafts.make(session, office, kind=kind, plan_id=plan.id, subject=subject, now=now)
    if issue:
        report_drafts.issue(session, office, draft_id=row.id, version=row.version, now=now)
    elif kind is ReportKind.HALF_YEAR:
        texts = {TITLE: f"{row.subject_label}政务公开工作总结"}
        report_drafts.save(session, office, draft_id=row.id, version=row.version, texts=texts, now=now)
    return True
