"""A confirmed plan about 青溪市 and a revised edition of it, for tests of revising and undoing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_unit
from tests.support.qingxi import TITLE, Item, MemoryFiles, Other, draft_plan
from tracker.domain.actor import SYSTEM
from tracker.domain.likeness import Relation
from tracker.services import editions, importing, revising
from tracker.services.edition_diff import DiffItem
from tracker.services.readiness import EVERY_CONCERN
from tracker.store.tables import ImportBatch, ImportDraft, Plan, Task

UNITS = ("市司法局", "市营商局", "市人社局", "市财政局")
FILES = Item(
    "对现行有效的行政规范性文件逐件核对，集中放到专栏。",
    [("lead", "市司法局"), ("support", "市财政局")],
    phrase="11月底前", deadline="date:2026-11-30", reason="按11月最后一天计。", number="1",
)  # fmt: skip
ANSWERS = Item(
    "建立政策问答库，归并热线、大厅、网站的高频问题。",
    [("responsible", "市营商局")],
    phrase="12月底前", deadline="date:2026-12-31", reason="按12月最后一天计。", number="2",
)  # fmt: skip
DESK = Item(
    "在政务服务大厅设置公开专区，配备自助查询设备。",
    [("responsible", "市人社局")],
    phrase="长期推进", deadline="ongoing", reason="没有终点。", number="3", heading="二、平台建设",
)  # fmt: skip
PROJECTS = Item(
    "及时公开重大建设项目的批准和实施信息。",
    [("responsible", "市财政局")],
    phrase="10月底前", deadline="date:2026-10-31", reason="按10月最后一天计。", number="4", heading="二、平台建设",
)  # fmt: skip
NEW = Item(
    "举办政府开放日，邀请群众走进窗口单位。",
    [("responsible", "市司法局")],
    phrase="9月底前", deadline="date:2026-09-30", reason="按9月最后一天计。", number="1",
)  # fmt: skip
FIRST = (FILES, ANSWERS, DESK, PROJECTS)


def directory(session: Session) -> None:
    """The units of the plan."""
    for place, name in enumerate(UNITS):
        make_unit(session, name, position=place)


def uploaded(
    session: Session, items: Sequence[Item], *, title: str = TITLE, number: str = "青政公开办〔2026〕3号"
) -> ImportDraft:
    """A draft of a document with these items."""
    proposal: dict[str, Any] = draft_plan([Other("title", title), *items], title=title)
    proposal["document_number"] = number
    return importing.upload(
        session, SYSTEM, data=proposal["text"].encode(), filename=f"{number}.docx",
        files=MemoryFiles(), proposal=proposal, now=NOW,
    )  # fmt: skip


def imported(session: Session, items: Sequence[Item] = FIRST) -> Plan:
    """The plan of these items."""
    draft = uploaded(session, items)
    return importing.confirm(
        session, SYSTEM, draft_id=draft.id, version=draft.version, accepted=EVERY_CONCERN, now=NOW
    )


def revision(session: Session, plan: Plan, items: Sequence[Item]) -> ImportDraft:
    """A draft that was said to be a revision of the plan."""
    draft = uploaded(session, items, title=f"{TITLE}（修订版）", number="青政公开办〔2026〕9号")
    editions.choose(session, SYSTEM, draft_id=draft.id, relation=Relation.REVISION, plan_id=plan.id, now=NOW)
    return draft


def confirmed(session: Session, draft: ImportDraft) -> revising.Revised:
    """The revision, confirmed as it is ticked."""
    return revising.confirm(
        session, SYSTEM, draft_id=draft.id, version=draft.version, accepted=EVERY_CONCERN, now=NOW
    )


def items_of(session: Session, draft: ImportDraft, show: str = "all") -> list[DiffItem]:
    """What the diff page shows."""
    return list(editions.diff_page(session, draft_id=draft.id, show=show).items)


def tasks(session: Session, plan: Plan) -> list[Task]:
    """The tasks of the plan as they stand now."""
    session.expire_all()
    return list(session.scalars(select(Task).where(Task.plan_id == plan.id).order_by(Task.serial)))


def last_batch(session: Session) -> ImportBatch:
    """The newest batch."""
    return session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first() or ImportBatch()


def owed(task: Task) -> list[tuple[str, str]]:
    """Who owes a task, in which role."""
    return [(part.unit.name, part.role) for part in task.assignments]
