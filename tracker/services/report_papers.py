"""文稿 as files: what its .docx says, from the document as it reads now."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.documents import report as documents
from tracker.domain.actor import Actor
from tracker.domain.house_fields import TemplateKind
from tracker.domain.house_template import of_report
from tracker.domain.ports import Files
from tracker.services import house_templates, report_pages
from tracker.services.ledger import ExportedFile


def docx(session: Session, actor: Actor, *, draft_id: int, files: Files) -> ExportedFile:
    """A document as .docx: in the office's own template, an issued one in that of the day it was issued.

    Raises:
        NotFound: there is none, or it is not this person's to read.

    """
    report = report_pages.final(session, actor, draft_id=draft_id)
    issued_at = report_pages.issued_at(session, actor, draft_id=draft_id)
    kind = TemplateKind(report.kind.value)
    own = house_templates.set_in(session, files, kind, of_report(report), at=issued_at)
    return ExportedFile(f"{documents.file_stem(report)}.docx", own or documents.docx(report))


def text(session: Session, actor: Actor, *, draft_id: int) -> ExportedFile:
    """A document as plain text, to be pasted elsewhere.

    Raises:
        NotFound: there is none, or it is not this person's to read.

    """
    report = report_pages.final(session, actor, draft_id=draft_id)
    return ExportedFile(f"{documents.file_stem(report)}.txt", documents.text(report).encode())
