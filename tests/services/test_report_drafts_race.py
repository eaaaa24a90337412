"""Two people of the office at one document in the same moment: one document, one step each, no word lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW
from tests.support.at_once import Act, at_once
from tests.support.databases import opened
from tracker.domain.actor import Actor
from tracker.domain.report import ReportKind
from tracker.services import auditing, report_drafts
from tracker.store.tables import AuditEvent, ReportDraft

OFFICE = Actor(None, "王主任", "office")
MAKERS = 4


@dataclass(frozen=True)
class Desk:
    """A plan with a closed week, of which nothing is made yet."""

    engine: Engine
    plan_id: int

    def make(self) -> Act:
        return lambda session: _make(session, self.plan_id)

    def made(self) -> ReportDraft:
        with Session(self.engine, expire_on_commit=False) as session:
            _make(session, self.plan_id)
            session.commit()
            return session.scalars(select(ReportDraft)).one()

    def rows(self) -> list[ReportDraft]:
        """All documents; the trail holds."""
        with Session(self.engine, expire_on_commit=False) as session:
            assert auditing.first_broken(session) is None
            return list(session.scalars(select(ReportDraft).order_by(ReportDraft.id)))


def _make(session: Session, plan_id: int) -> bool:
    kind, subject = ReportKind.WEEKLY, "2026-W38"
    return report_drafts.make(session, OFFICE, kind=kind, plan_id=plan_id, subject=subject, now=NOW)[1]


@pytest.fixture
def desk(engine_url: str) -> Iterator[Desk]:
    with opened(engine_url) as engine:
        with Session(engine) as session:
            plan = factories.make_plan(session)
            period = factories.make_period(
                session, factories.make_cadence(session, plan), "2026-W38", state="closed"
            )
            factories.make_obligation(session, period, factories.make_unit(session), state="missed")
            session.commit()
            plan_id = plan.id
        yield Desk(engine, plan_id)


def test_a_document_that_several_make_at_once_is_made_once(desk: Desk) -> None:
    came = at_once(desk.engine, *(desk.make() for _ in range(MAKERS)))

    assert sorted(str(each.answer) for each in came) == ["False"] * (MAKERS - 1) + ["True"]
    assert len(desk.rows()) == 1
    with Session(desk.engine) as session:
        assert list(session.scalars(select(AuditEvent.action))) == ["report:make"]


def test_of_two_texts_one_is_kept_and_the_other_is_refused(desk: Desk) -> None:
    row = desk.made()

    def write(words: str) -> Act:
        texts = {"opening": words}
        return lambda session: (
            report_drafts.save(
                session, OFFICE, draft_id=row.id, version=row.version, texts=texts, now=NOW
            ).edited
        )

    came = at_once(desk.engine, write("甲写的。"), write("乙写的。"))

    assert sorted(each.word for each in came) == ["ReportConflict", "done"]
    kept = next(each.answer for each in came if each.done)
    assert [each.edited for each in desk.rows()] == [kept]


def test_a_document_is_issued_with_the_words_that_were_kept_before_or_not_at_all(desk: Desk) -> None:
    row = desk.made()

    def write(session: Session) -> object:
        texts = {"opening": "赶在前面写的。"}
        return report_drafts.save(
            session, OFFICE, draft_id=row.id, version=row.version, texts=texts, now=NOW
        ).id

    def issue(session: Session) -> object:
        return report_drafts.issue(session, OFFICE, draft_id=row.id, version=row.version, now=NOW).id

    wrote, issued = at_once(desk.engine, write, issue)

    assert wrote.done is not issued.done
    (after,) = desk.rows()
    assert (after.state == "issued") is issued.done
    assert bool(after.edited) is wrote.done


def test_two_who_begin_a_correction_at_once_get_the_same_one(desk: Desk) -> None:
    row = desk.made()
    with Session(desk.engine) as session:
        report_drafts.issue(session, OFFICE, draft_id=row.id, version=row.version, now=NOW)
        session.commit()

    def again(session: Session) -> object:
        return report_drafts.again(session, OFFICE, draft_id=row.id, now=NOW).id

    came = at_once(desk.engine, again, again)

    assert len({each.answer for each in came}) == 1
    assert [(each.edition, each.state) for each in desk.rows()] == [(1, "issued"), (2, "draft")]
