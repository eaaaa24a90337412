"""Drafts that the pages can show, and what the pages have made of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.qingxi import MemoryFiles
from tracker.domain.actor import SYSTEM
from tracker.services import importing
from tracker.store.queries import imports
from tracker.store.tables import DraftRow, ImportDraft


def kept(session: Session, proposal: dict[str, Any]) -> ImportDraft:
    """A draft plan as an open draft, committed."""
    data = proposal["text"].encode()
    draft = importing.upload(
        session, SYSTEM, data=data, filename="要点.docx", files=MemoryFiles(), proposal=proposal, now=NOW
    )
    session.commit()
    return draft


def fresh(session: Session) -> None:
    """See what the pages have written since."""
    session.rollback()
    session.expire_all()


def rows(session: Session, draft: ImportDraft) -> list[DraftRow]:
    """The rows of a draft as they stand now."""
    fresh(session)
    return imports.rows(session, draft.id)
