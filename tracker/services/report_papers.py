"""文稿 as files: what its .docx says, from the document as it reads now."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.documents import report as documents
from tracker.domain.actor import Actor
from tracker.services import report_pages
from tracker.services.ledger import ExportedFile


def docx(session: Session, actor: Actor, *, draft_id: int) -> ExportedFile:
    """A document as .docx.

    Raises:
        NotFound: there is none, or it is not this person's to read.

    """
    report = report_pages.final(session, actor, draft_id=draft_id)
    return ExportedFile(f"{documents.file_stem(report)}.docx", documents.docx(report))


def text(session: Session, actor: Actor, *, draft_id: int) -> ExportedFile:
    """A document as plain text, to be pasted elsewhere.

    Raises:
        NotFound: there is none, or it is not this person's to read.

    """
    report = report_pages.final(session, actor, draft_id=draft_id)
    return ExportedFile(f"{documents.file_stem(report)}.txt", documents.text(report).encode())
