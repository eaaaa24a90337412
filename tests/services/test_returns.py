"""A unit types its weekly return, hands it in, changes it, and answers what was sent back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, make_cadence, make_obligation, make_period, make_plan, make_task, make_unit
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, VersionConflict
from tracker.domain.obligation import AlreadyAccepted, AlreadySubmitted, AlreadyWaived
from tracker.services import handing_in, returns
from tracker.services.return_lines import Baseline, InvalidLines, LineInput, TypedMeanwhile
from tracker.store.queries import audit
from tracker.store.tables import Assignment, Obligation, Return, Task, Unit

AFTER_CUT_OFF = NOW + timedelta(hours=4)


@dataclass
class Desk:
    """One unit with three tasks that owes two weeks' returns."""

    session: Session
    unit: Unit
    tasks: list[Task]
    owed: Obligation
    next_week: Obligation

    @property
    def actor(self) -> Actor:
        return Actor(account_id=None, name="林知远", role="unit", unit_id=self.unit.id)

    def part(self, index: int = 0) -> Assignment:
        return self.tasks[index].assignments[0]

    def line(self, index: int = 0, **typed: object) -> LineInput:
        return LineInput(self.part(index).id, **typed)  # type: ignore[arg-type]

    def token(self, owed: Obligation | None = None) -> str:
        self.session.flush()
        self.session.expire_all()
        return handing_in.versions_of(self.session, (owed or self.owed).id).token

    def save(self, *lines: LineInput, token: str = "", now: datetime = NOW) -> handing_in.Versions:
        return returns.save_draft(
            self.session, self.actor, obligation_id=self.owed.id, token=token or self.token(), lines=lines, now=now
        )

    def submit(self, *lines: LineInput, owed: Obligation | None = None, now: datetime = NOW, **more: object) -> returns.Submitted:
        owed = owed or self.owed
        token = self.token(owed)
        return returns.submit(
            self.session, self.actor, obligation_id=owed.id, token=token, lines=lines, now=now, **more  # type: ignore[arg-type]
        )

    def newest(self, owed: Obligation | None = None) -> Return:
        found = handing_in.versions_of(self.session, (owed or self.owed).id).newest
        assert found is not None
        return found


@pytest.fixture
def desk(session: Session) -> Desk:
    plan = make_plan(session)
    unit = make_unit(session, "市教育局")
    tasks = [
        make_task(session, plan, title, units=[unit], due=date(2026, 10, 20))
        for title in ("公开招生政策", "组织培训", "民办学校收费公开")
    ]
    make_task(session, plan, "已办结", units=[unit], state="signed_off")
    cadence = make_cadence(session, plan)
    owed = make_obligation(session, make_period(session, cadence, "2026-W39"), unit)
    later = make_obligation(session, make_period(session, cadence, "2026-W40"), unit)
    return Desk(session, unit, tasks, owed, later)


def test_one_form_answers_for_all_open_tasks(desk: Desk) -> None:
    done = desk.submit(desk.line(0, progress="公布学区图", next_plan="发布解读"))

    version = desk.newest()
    assert (done.number, done.changed, done.late) == (1, 1, False)
    assert [line.no_change for line in version.lines] == [False, True, True]
    assert (desk.owed.state, desk.owed.submitted_at, desk.owed.late) == ("submitted", NOW, False)


def test_the_present_status_follows_what_was_handed_in(desk: Desk) -> None:
    desk.submit(desk.line(0, status="blocked", progress="公布学区图", problem="缺经费", next_plan="发布解读"))

    part = desk.part(0)
    assert (part.status, part.progress, part.problem, part.next_plan) == ("blocked", "公布学区图", "缺经费", "发布解读")
    assert (part.reported_at, desk.tasks[0].state) == (NOW, "in_progress")
    assert desk.part(1).reported_at is None, "no change where nothing was ever said is no progress"


def test_no_change_at_all_is_one_click(desk: Desk) -> None:
    done = desk.submit(all_unchanged=True)

    assert done.changed == 0
    assert desk.newest().no_change
    assert desk.owed.state == "submitted"


def test_no_change_at_all_never_throws_away_what_was_typed(desk: Desk) -> None:
    with pytest.raises(TypedMeanwhile):
        desk.submit(desk.line(0, progress="公布学区图"), all_unchanged=True)


def test_the_last_plan_comes_back_as_a_checklist_and_what_is_not_done_goes_on(desk: Desk) -> None:
    desk.submit(desk.line(0, progress="开会", next_plan="公布学区图；录制短视频"))

    desk.submit(desk.line(0, progress="公布了", next_plan="答复咨询", done_items=frozenset({0})), owed=desk.next_week)

    line = desk.newest(desk.next_week).lines[0]
    assert line.planned == [["公布学区图", True], ["录制短视频", False]]
    assert line.next_plan == "答复咨询\n录制短视频"


def test_a_checklist_of_an_older_release_is_read_and_what_is_given_up_comes_back_as_typed(desk: Desk) -> None:
    desk.submit(desk.line(0, progress="开会", next_plan="公布学区图；录制短视频"))
    desk.session.flush()
    typed = desk.line(0, progress="公布了", dropped_items={1: "并入教育视频号"})
    desk.submit(typed, owed=desk.next_week)

    line = desk.newest(desk.next_week).lines[0]
    assert line.planned == [["公布学区图", False], ["录制短视频", False, "并入教育视频号"]]
    assert line.next_plan == "公布学区图"
    assert returns.as_input(line, Baseline()).dropped_items == {1: "并入教育视频号"}
    line.planned = [["公布学区图", True], ["录制短视频", False]]
    assert returns.as_input(line, Baseline()).done_items == {0}


@pytest.mark.parametrize("all_unchanged", [True, False])
@pytest.mark.parametrize("as_the_form_shows_it", [True, False])
def test_a_line_left_alone_keeps_status_plan_and_problem(
    desk: Desk, *, all_unchanged: bool, as_the_form_shows_it: bool
) -> None:
    desk.submit(desk.line(0, status="blocked", problem="缺经费", progress="停滞", next_plan="再协调"))

    sent = [desk.line(0, status="blocked")] if as_the_form_shows_it else []
    desk.submit(*sent, owed=desk.next_week, all_unchanged=all_unchanged)

    line = desk.newest(desk.next_week).lines[0]
    assert (line.no_change, line.status, line.problem, line.next_plan) == (True, "blocked", "缺经费", "再协调")
    assert desk.part(0).status == "blocked"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"evidence_url": "www.qingxi.example"}, "evidence_url", id="an address without http"),
        pytest.param({"evidence_url": "javascript:alert(1)"}, "evidence_url", id="a script is no address"),
        pytest.param({"evidence_url": "https://"}, "evidence_url", id="an address without a host"),
        pytest.param({"evidence_url": "https://a.example/" + "x" * 1000}, "evidence_url", id="too long an address"),
        pytest.param({"evidence_on": "2026-02-30"}, "evidence_on", id="a day that is none"),
        pytest.param({"evidence_on": "0001-09-24"}, "evidence_on", id="a year that nobody means"),
        pytest.param({"evidence_on": "2026-09-25"}, "evidence_on", id="a day that is still to come"),
        pytest.param({"status": "blocked", "progress": "停滞"}, "problem", id="blocked without a problem"),
        pytest.param({"status": "lazy"}, "status", id="an unknown status"),
        pytest.param({"progress": "字" * 2001}, "progress", id="too long a text"),
        pytest.param({"no_change": True, "progress": "有"}, "no_change", id="no change and yet a text"),
    ],
)
def test_a_line_that_has_to_be_mended_is_named(desk: Desk, typed: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidLines) as caught:
        desk.submit(desk.line(0, **typed))

    assert list(caught.value.faults) == [(desk.part(0).id, field)]
    assert desk.owed.state == "open"


def test_done_without_a_link_is_a_word_and_no_refusal(desk: Desk) -> None:
    done = desk.submit(desk.line(0, status="done", progress="办结"))

    assert done.without_evidence == 1
    assert desk.part(0).status == "done"


def test_a_draft_keeps_even_what_could_not_be_handed_in(desk: Desk) -> None:
    desk.save(desk.line(0, evidence_url="qingxi", status="blocked"))

    draft = handing_in.versions_of(desk.session, desk.owed.id).draft
    assert draft is not None
    kept = returns.as_input(draft.lines[0], Baseline())
    assert (kept.evidence_url, kept.status) == ("qingxi", "blocked")
    assert (desk.owed.state, desk.part(0).status) == ("open", "not_started")


def test_a_second_tab_is_a_conflict_even_within_one_moment(desk: Desk) -> None:
    token = desk.token()
    desk.save(desk.line(0, progress="第一个窗口"), token=token)

    with pytest.raises(VersionConflict):
        desk.save(desk.line(0, progress="第二个窗口"), token=token)

    second = desk.token()
    desk.save(desk.line(0, progress="对照以后"), token=second)
    assert desk.token() != second


def test_a_draft_becomes_the_version_that_is_handed_in(desk: Desk) -> None:
    desk.save(desk.line(0, progress="半句"), desk.line(1, progress="又删掉的"))

    desk.submit(desk.line(0, progress="整句"))

    found = handing_in.versions_of(desk.session, desk.owed.id)
    assert (len(found.handed_in), found.draft) == (1, None)
    assert [line.progress for line in found.handed_in[0].lines] == ["整句", "", ""]


def test_until_the_cut_off_a_new_version_replaces_the_old(desk: Desk) -> None:
    desk.submit(desk.line(0, progress="第一稿"))
    version = desk.owed.version

    done = desk.submit(desk.line(0, progress="第二稿"), now=NOW + timedelta(hours=1))

    assert done.number == 2
    assert (desk.part(0).progress, desk.owed.submitted_at) == ("第二稿", NOW)
    assert desk.owed.version > version, "the office that reads the first version must notice"


def test_after_the_cut_off_what_was_handed_in_stands(desk: Desk) -> None:
    desk.submit(desk.line(0, progress="第一稿"))

    with pytest.raises(AlreadySubmitted):
        desk.submit(desk.line(0, progress="第二稿"), now=AFTER_CUT_OFF)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        pytest.param("accepted", AlreadyAccepted, id="accepted"),
        pytest.param("waived", AlreadyWaived, id="waived"),
    ],
)
def test_what_is_settled_takes_no_return(desk: Desk, state: str, error: type[Exception]) -> None:
    desk.owed.state = state

    with pytest.raises(error):
        desk.submit(desk.line(0, progress="进展"))


def test_a_missed_return_comes_late_for_its_own_week(desk: Desk) -> None:
    desk.owed.state = "missed"

    done = desk.submit(desk.line(0, progress="补报"), now=AFTER_CUT_OFF)

    assert done.late
    assert (desk.owed.state, desk.owed.late) == ("submitted", True)


def test_mending_what_was_sent_back_keeps_it_on_time(desk: Desk) -> None:
    desk.submit(desk.line(0, progress="第一稿"))
    desk.owed.state = "returned"
    desk.newest().state = "returned"

    done = desk.submit(desk.line(0, progress="第二稿"), now=AFTER_CUT_OFF)

    assert (done.number, done.late, desk.owed.late) == (2, False, False)


def test_a_late_return_of_an_old_week_does_not_overwrite_the_newest_word(desk: Desk) -> None:
    desk.submit(desk.line(0, progress="第40周的话"), owed=desk.next_week)
    desk.owed.state = "missed"

    desk.submit(desk.line(0, progress="第39周的话", evidence_url="https://a.example/1"), now=AFTER_CUT_OFF)

    assert desk.part(0).progress == "第40周的话"
    assert desk.part(0).evidence_count == 1


def test_one_link_counts_once_however_often_it_is_given(desk: Desk) -> None:
    link = {"progress": "公布", "evidence_url": "https://a.example/1"}
    desk.submit(desk.line(0, **link))
    desk.submit(desk.line(0, **link))
    assert desk.part(0).evidence_count == 1

    desk.submit(desk.line(0, **link), owed=desk.next_week)
    assert desk.part(0).evidence_count == 1

    desk.submit(desk.line(0, progress="换一条", evidence_url="https://a.example/2"), owed=desk.next_week)
    assert desk.part(0).evidence_count == 2


def test_a_version_that_takes_a_change_back_restores_what_stood_before(desk: Desk) -> None:
    desk.submit(desk.line(0, status="blocked", problem="缺经费", progress="误填", evidence_url="https://a.example/1"))

    desk.submit(all_unchanged=True)

    part = desk.part(0)
    assert (part.status, part.progress, part.problem, part.evidence_count) == ("not_started", "", "", 0)


def test_words_that_are_taken_back_leave_the_last_ones_said_before(desk: Desk) -> None:
    desk.submit(desk.line(0, progress="清单已列出"))
    desk.submit(desk.line(0, status="done", progress="误填完成"), owed=desk.next_week, now=AFTER_CUT_OFF)

    desk.submit(all_unchanged=True, owed=desk.next_week, now=AFTER_CUT_OFF)

    part = desk.part(0)
    assert (part.status, part.progress) == ("in_progress", "清单已列出")


def test_a_unit_finds_only_its_own(desk: Desk, session: Session) -> None:
    stranger = Actor(account_id=None, name="别人", role="unit", unit_id=make_unit(session).id)

    for act in (returns.save_draft, returns.submit):
        with pytest.raises(NotFound):
            act(session, stranger, obligation_id=desk.owed.id, token="1.0", lines=(), now=NOW)


def test_lines_of_another_unit_are_left_out(desk: Desk, session: Session) -> None:
    other = make_task(session, desk.tasks[0].plan, units=[make_unit(session)])

    desk.submit(LineInput(other.assignments[0].id, progress="越界"))

    assert {line.task_id for line in desk.newest().lines} == {task.id for task in desk.tasks}
    assert other.assignments[0].progress == ""


def test_handing_in_leaves_a_trace(desk: Desk) -> None:
    desk.submit(desk.line(0, progress="公布学区图"))

    event = audit.history(desk.session, "obligation", desk.owed.id)[0]
    assert (event.action, event.actor) == ("return:submit", "林知远")
    assert event.summary == "市教育局报送一周一进度第39周第1稿，1项有变化"


def test_the_instant_of_the_cut_off_still_takes_a_new_version(desk: Desk) -> None:
    desk.submit(desk.line(0, progress="第一稿"))

    done = desk.submit(desk.line(0, progress="最后一刻"), now=desk.owed.period.due_at)

    assert (done.number, done.late) == (2, False)


def test_what_was_decided_is_undecided_again_once_a_mended_version_is_in(desk: Desk) -> None:
    desk.submit(desk.line(0, progress="第一稿"))
    returned = {"state": "returned", "decided_at": NOW}
    for name, value in returned.items():
        setattr(desk.owed, name, value)
    desk.newest().state = "returned"

    desk.submit(desk.line(0, progress="第二稿"))

    assert {name: getattr(desk.owed, name) for name in returned} == {"state": "submitted", "decided_at": None}


@pytest.mark.parametrize(
    ("typed", "answered"),
    [
        pytest.param({"progress": "补充公开链接"}, True, id="with words it is answered for"),
        pytest.param({"status": "done"}, False, id="a status alone says nothing of it"),
        pytest.param({}, False, id="left alone it is not asked for"),
    ],
)
def test_a_closed_task_is_answered_for_only_in_words(desk: Desk, typed: dict[str, object], answered: bool) -> None:
    closed = make_task(desk.session, desk.tasks[0].plan, "已了结", units=[desk.unit], state="signed_off").assignments[0]

    desk.submit(LineInput(closed.id, **typed))  # type: ignore[arg-type]

    said = [line.no_change for line in desk.newest().lines if line.assignment_id == closed.id]
    assert said == ([False] if answered else [])
    assert closed.task.state == "signed_off"


def test_a_line_that_was_shown_and_left_as_it_was_is_no_change(desk: Desk) -> None:
    done = desk.submit(desk.line(0), desk.line(1, progress="开会"))

    line = desk.newest().lines[0]
    assert (line.no_change, line.status, done.changed) == (True, "not_started", 1)
    assert desk.part(0).reported_at is None


def test_a_line_that_is_emptied_again_leaves_the_draft(desk: Desk) -> None:
    desk.save(desk.line(0, progress="半句"), desk.line(1, progress="又删掉的"))

    desk.save(desk.line(0, progress="半句"), desk.line(1))

    draft = handing_in.versions_of(desk.session, desk.owed.id).draft
    assert draft is not None
    assert [line.assignment_id for line in draft.lines] == [desk.part(0).id]


def test_words_said_before_are_counted_and_never_refused(desk: Desk) -> None:
    words = "已公开招生信息，答复群众咨询，正在起草政策解读稿。"
    desk.submit(desk.line(0, progress=words), desk.line(1, progress="走访学校三所，核对收费公示栏。"))

    done = desk.submit(
        desk.line(0, progress=words.replace("正在", "仍在")), desk.line(1, progress="收费公示栏已全部换新。"), owed=desk.next_week
    )

    assert (done.changed, done.repeated) == (2, 1)
    assert desk.next_week.state == "submitted"
