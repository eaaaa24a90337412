"""计入次数: a line's link counts when it is handed in, once, and follows the newest version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_cadence, make_obligation, make_period, make_plan, make_task, make_unit
from tests.support.counting import LINK, contact_of, enter, make_target
from tracker.services import counted_events, handing_in, one_page, reading, return_sheets, returns
from tracker.services.return_lines import InvalidLines, LineInput, TypedMeanwhile
from tracker.store.tables import CountedEvent, Obligation, QuotaTarget, Task, Unit


@dataclass
class Desk:
    """A unit with one counted task that owes two weeks."""

    session: Session
    unit: Unit
    task: Task
    target: QuotaTarget
    owed: Obligation
    later: Obligation

    def line(self, **typed: Any) -> LineInput:
        facts = {"progress": "办了一场访谈", "evidence_url": LINK, "evidence_on": "2026-09-22", "counted": frozenset({self.target.id})}
        return LineInput(self.task.assignments[0].id, **{**facts, **typed})

    def submit(self, *lines: LineInput, owed: Obligation | None = None, **more: Any) -> returns.Submitted:
        owed = owed or self.owed
        self.session.flush()
        self.session.expire_all()
        token = handing_in.versions_of(self.session, owed.id).token
        return returns.submit(
            self.session, contact_of(self.unit), obligation_id=owed.id, token=token, lines=lines, now=NOW, **more
        )

    def events(self, *, struck: bool = False) -> list[tuple[str, str, str]]:
        found = self.session.scalars(select(CountedEvent).order_by(CountedEvent.id))
        return [(each.held_on.isoformat(), each.title, each.evidence_url) for each in found if bool(each.struck_at) is struck]


@pytest.fixture
def desk(session: Session) -> Desk:
    plan, unit = make_plan(session), make_unit(session, "市教育局")
    task = make_task(session, plan, "在线访谈", units=[unit], due=date(2026, 12, 20))
    cadence = make_cadence(session, plan)
    owed, later = (
        make_obligation(session, make_period(session, cadence, key), unit) for key in ("2026-W39", "2026-W40")
    )
    return Desk(session, unit, task, make_target(session, task), owed, later)


def test_a_ticked_line_becomes_one_event_with_its_link_day_and_words(desk: Desk) -> None:
    done = desk.submit(desk.line())

    assert done.counted == 1
    assert desk.events() == [("2026-09-22", "办了一场访谈", LINK)]


def test_a_draft_keeps_the_tick_and_counts_nothing(desk: Desk) -> None:
    returns.save_draft(
        desk.session, contact_of(desk.unit), obligation_id=desk.owed.id, token="1.0", lines=[desk.line()], now=NOW
    )

    page = one_page.page(desk.session, contact_of(desk.unit), desk.owed.id, now=NOW)
    assert page.lines[0].typed.counted == {desk.target.id}
    assert desk.events() == []


def test_the_same_line_handed_in_again_counts_once(desk: Desk) -> None:
    desk.submit(desk.line())
    again = desk.submit(desk.line(progress="办了一场访谈，两千人看了"))
    next_week = desk.submit(desk.line(), owed=desk.later)

    assert (again.counted, next_week.counted) == (0, 0)
    assert desk.events() == [("2026-09-22", "办了一场访谈", LINK)]


@pytest.mark.parametrize(
    ("changed", "left"),
    [
        pytest.param({"counted": frozenset()}, [], id="the tick is taken away"),
        pytest.param({"evidence_url": f"{LINK}?2"}, [("2026-09-22", "办了一场访谈", f"{LINK}?2")], id="another link"),
        pytest.param({"evidence_on": "2026-09-21"}, [("2026-09-21", "办了一场访谈", LINK)], id="another day"),
    ],
)
def test_a_newer_version_takes_back_what_it_says_no_more(desk: Desk, changed: dict[str, Any], left: list[object]) -> None:
    desk.submit(desk.line())

    desk.submit(desk.line(**changed))

    assert desk.events() == left
    [struck] = [each for each in desk.session.scalars(select(CountedEvent)) if each.struck_at]
    assert struck.struck_reason == "第2稿改了这一项的填报，以新的一稿为准"


def test_a_line_that_says_nothing_any_more_is_taken_back(desk: Desk) -> None:
    desk.submit(desk.line())

    desk.submit()

    assert desk.events() == []


def test_what_was_entered_by_hand_is_counted_once_and_never_struck_by_a_return(desk: Desk) -> None:
    enter(desk.session, desk.target, desk.unit, "2026-09-22", title="自己登记的")

    assert desk.submit(desk.line()).counted == 0
    desk.submit(desk.line(counted=frozenset()))

    assert desk.events() == [("2026-09-22", "自己登记的", LINK)]


def test_what_the_office_has_struck_out_does_not_come_back_with_the_same_line(desk: Desk) -> None:
    desk.submit(desk.line())
    [event] = desk.session.scalars(select(CountedEvent))
    counted_events.strike(desk.session, contact_of(desk.unit), event_id=event.id, version=1, reason="不算", now=NOW)

    desk.submit(desk.line(progress="改了一句"))

    assert desk.events() == []
    assert len(desk.events(struck=True)) == 1


@pytest.mark.parametrize("missing", ["evidence_url", "evidence_on"])
def test_nothing_counts_without_link_and_day(desk: Desk, missing: str) -> None:
    with pytest.raises(InvalidLines) as told:
        desk.submit(desk.line(**{missing: ""}))

    assert list(told.value.faults) == [(desk.task.assignments[0].id, missing)]


def test_a_tick_alone_is_no_week_without_change(desk: Desk) -> None:
    with pytest.raises(TypedMeanwhile):
        desk.submit(desk.line(progress="", evidence_url="", evidence_on=""), all_unchanged=True)


def test_only_quotas_of_the_task_that_the_unit_owes_are_counted(desk: Desk) -> None:
    other = make_task(desk.session, desk.task.plan, units=[make_unit(desk.session)])
    foreign = make_target(desk.session, other)
    ended = make_target(desk.session, desk.task, ended_at=NOW)

    done = desk.submit(desk.line(counted=frozenset({foreign.id, ended.id, 4711})))

    assert (done.counted, desk.events()) == (0, [])


def test_the_offline_form_leaves_the_tick_as_it_is_online(desk: Desk) -> None:
    actor = contact_of(desk.unit)
    returns.save_draft(desk.session, actor, obligation_id=desk.owed.id, token="1.0", lines=[desk.line()], now=NOW)
    page = one_page.page(desk.session, actor, desk.owed.id, now=NOW)

    [line] = return_sheets.lines_of(return_sheets.cells_of(page), page)

    assert line == desk.line()


def test_the_office_reads_what_a_line_counts_for(desk: Desk) -> None:
    desk.submit(desk.line())

    read = reading.read(desk.session, contact_of(desk.unit), desk.owed.id, now=NOW)

    assert read.changed[0].counted == ((desk.target.id, "在线访谈"),)
