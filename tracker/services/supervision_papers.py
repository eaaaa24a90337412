"""The paper of a supervision order (督办单): what its file says, from the row as it was sent."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.documents import supervision_order as documents
from tracker.documents.supervision_order import OrderPaper, PrintedMatter
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day, month_day
from tracker.domain.errors import NotFound
from tracker.domain.house_fields import TemplateKind
from tracker.domain.ports import Files
from tracker.domain.supervision import OrderColour, OrderState, number_words
from tracker.services import house_templates, settings
from tracker.services.ledger import ExportedFile
from tracker.store.queries import supervision as queries


def docx(session: Session, actor: Actor, *, order_id: int, files: Files, now: datetime) -> ExportedFile:
    """An order as .docx, in the template that was used when it was sent.

    Raises:
        NotFound: there is none, or it is not this unit's.

    """
    row = queries.one(session, order_id, actor)
    if row is None:
        raise NotFound
    state = OrderState(row.state)
    paper = OrderPaper(
        number=number_words(row.year, row.number),
        colour=OrderColour(row.colour),
        unit=row.unit_name,
        plan_title=row.plan.title,
        matters=tuple(
            PrintedMatter(matter.title, _day(matter.due_on), "\n".join(matter.reasons))
            for matter in row.matters
        ),
        asked=row.asked,
        feedback=_day(row.feedback_on),
        office=settings.office_name(session),
        sent=_day(china_day(row.sent_at)),
        settled=state.label if state is OrderState.WITHDRAWN else "",
        made_at=now,
    )
    own = house_templates.set_in(
        session, files, TemplateKind.ORDER, documents.values(paper), at=row.sent_at
    )
    return ExportedFile(f"{paper.file_stem}.docx", own or documents.docx(paper))


def _day(day: date) -> str:
    return f"{day.year}年{month_day(day)}"
