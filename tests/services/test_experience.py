"""Articles of experience: written, handed in, decided; the obligation they answer is never out of step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support import articles
from tests.support.articles import NOW, OFFICE, WORDS, Fortnight, article, contact, hand_in, later
from tests.support.qingxi import MemoryFiles
from tracker.domain import experience as rules
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.domain.evidence import NotEvidence
from tracker.domain.experience import Written
from tracker.domain.obligation import AlreadyAccepted, AlreadySubmitted
from tracker.services import (
    auditing,
    experience_articles,
    experience_steps,
    experience_writing,
    reporting,
    return_pages,
)
from tracker.services.experience_articles import Place
from tracker.services.experience_writing import FileChange, InvalidArticle
from tracker.services.handing_in import DraftConflict
from tracker.services.reporting import Decision, NewerVersion
from tracker.store.queries import reminders
from tracker.store.tables import AuditEvent, Experience, ExperienceVersion, Obligation, Return

LINK = "https://www.qingxi.example/zt/1.html"
BETTER = Written(WORDS.title, f"{WORDS.body}\n三、下一步。推广到各乡镇。")


@pytest.fixture
def fortnight(session: Session) -> Fortnight:
    return articles.make_fortnight(session)


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def standing(session: Session, owed: Obligation) -> tuple[str, bool, list[str]]:
    """The obligation with its returns, as the board reads them."""
    session.flush()
    session.refresh(owed)
    found = session.scalars(select(Return).where(Return.obligation_id == owed.id).order_by(Return.number))
    return owed.state, owed.late, [each.state for each in found]


def test_handing_in_answers_the_obligation_and_is_one_event(session: Session, fortnight: Fortnight) -> None:
    before = len(events(session))
    done = hand_in(session, contact(fortnight.education), fortnight.place)

    row = article(session, done)
    assert (done.number, done.late, done.editable) == (1, False, True)
    assert done.answers == "两周一经验第39周"
    assert (row.state, row.number, row.obligation_id) == ("submitted", 1, fortnight.owed.id)
    assert standing(session, fortnight.owed) == ("submitted", False, ["submitted"])
    assert events(session)[before:] == ["experience:submit"]
    version = session.scalars(select(ExperienceVersion)).one()
    assert (version.title, version.body, version.handed_in_by_name) == (
        WORDS.title, WORDS.body, "市教育局联系人",
    )  # fmt: skip


def test_what_comes_after_the_cut_off_is_late_for_its_own_period(
    session: Session, fortnight: Fortnight
) -> None:
    after = fortnight.owed.period.due_at + timedelta(days=3)
    fortnight.owed.state = "missed"
    session.flush()

    done = hand_in(session, contact(fortnight.education), fortnight.place, now=after)

    assert done.late
    assert not done.editable
    assert standing(session, fortnight.owed) == ("submitted", True, ["submitted"])


def test_until_the_cut_off_a_newer_version_replaces_the_one_before(
    session: Session, fortnight: Fortnight
) -> None:
    contact_ = contact(fortnight.education)
    hand_in(session, contact_, fortnight.place)
    done = hand_in(session, contact_, fortnight.place, BETTER, now=later())

    assert done.number == 2
    assert standing(session, fortnight.owed) == ("submitted", False, ["submitted", "submitted"])
    with pytest.raises(AlreadySubmitted):
        hand_in(session, contact_, fortnight.place, now=fortnight.owed.period.due_at + timedelta(seconds=1))


@pytest.mark.parametrize("by_board", [False, True], ids=["on the article's page", "on the board"])
def test_a_returned_article_is_a_returned_obligation_and_keeps_its_text(
    session: Session, fortnight: Fortnight, by_board: bool
) -> None:
    unit = contact(fortnight.education)
    row = article(session, hand_in(session, unit, fortnight.place))
    before = len(events(session))

    if by_board:
        session.refresh(fortnight.owed)
        decision = Decision(fortnight.owed.id, fortnight.owed.version, " 请补充数据 ")
        reporting.send_back(session, OFFICE, decision, now=later())
    else:
        experience_steps.send_back(
            session, OFFICE, article_id=row.id, version=row.version, reason=" 请补充数据 ", now=later()
        )

    assert events(session)[before:] == ["experience:return"]
    assert standing(session, fortnight.owed) == ("returned", False, ["returned"])
    session.refresh(row)
    assert row.state == "returned"
    found = experience_articles.read(session, unit, fortnight.place)
    assert found.newest is not None
    assert (found.newest.decision, found.newest.reason) == ("returned", "请补充数据")
    assert experience_articles.written_in(found.shown) == WORDS
    due = return_pages.todo(session, unit, now=later()).due
    assert [(item.row.id, item.reason) for item in due] == [(fortnight.owed.id, "请补充数据")]
    facts = {fact.obligation_id: fact for fact in reminders.obligation_facts(session)}
    assert facts[fortnight.owed.id].return_reason == "请补充数据"

    after_cut_off = fortnight.owed.period.due_at + timedelta(days=1)
    done = hand_in(session, unit, fortnight.place, BETTER, now=after_cut_off)
    assert (done.number, done.late) == (2, False), "mending is not the unit's delay"
    assert standing(session, fortnight.owed) == ("submitted", False, ["returned", "submitted"])


@pytest.mark.parametrize(
    ("how", "state", "decision"),
    [
        ("adopt", "adopted", "adopted"),
        ("keep", "kept", "kept"),
        ("board", "kept", "kept"),
        ("several", "kept", "kept"),
    ],
)
def test_adopted_or_kept_is_an_accepted_obligation(
    session: Session, fortnight: Fortnight, how: str, state: str, decision: str
) -> None:
    row = article(session, hand_in(session, contact(fortnight.education), fortnight.place))
    session.refresh(fortnight.owed)
    owed, before = fortnight.owed, len(events(session))

    if how == "adopt":
        experience_steps.adopt(session, OFFICE, article_id=row.id, version=row.version, now=later())
    elif how == "keep":
        experience_steps.keep(
            session, OFFICE, article_id=row.id, version=row.version, reason="做法已有", now=later()
        )
    elif how == "board":
        reporting.accept(session, OFFICE, Decision(owed.id, owed.version), now=later())
    else:
        done = reporting.accept_several(session, OFFICE, seen=[(owed.id, owed.version)], now=later())
        assert (done.accepted, done.left) == (1, 0)

    assert standing(session, owed) == ("accepted", False, ["accepted"])
    session.refresh(row)
    assert row.state == state
    assert (row.adopted_at is None) is (state == "kept")
    version = session.scalars(select(ExperienceVersion)).one()
    assert (version.decision, version.decided_at, version.decided_by_name) == (decision, later(), "陈雨")
    assert (version.reason != "") is (state == "kept")
    assert events(session)[before:] == [f"experience:{'adopt' if how == 'adopt' else 'keep'}"]
    assert auditing.first_broken(session) is None
    with pytest.raises(AlreadyAccepted):
        hand_in(session, contact(fortnight.education), fortnight.place)


def test_an_article_goes_all_the_way_and_each_step_is_one_event(
    session: Session, fortnight: Fortnight
) -> None:
    row = article(session, hand_in(session, contact(fortnight.education), fortnight.place))
    before = len(events(session))
    day, next_day = date(2026, 9, 24), date(2026, 9, 28)
    monday = NOW + timedelta(days=5)
    given: dict[str, Any] = {"session": session, "actor": OFFICE, "article_id": row.id, "now": monday}

    experience_steps.keep(**given, version=row.version, reason="先收下")
    experience_steps.adopt(**given, version=row.version)
    experience_steps.show(**given, version=row.version, url=f" {LINK} ", on=day)
    experience_steps.send_up(**given, version=row.version, on=next_day)
    with pytest.raises(rules.DayTooEarly):
        experience_steps.take_up(**given, version=row.version, words="省简报", on=next_day - timedelta(days=1))
    experience_steps.take_up(**given, version=row.version, words=" 省简报第6期 ", on=next_day)

    session.refresh(row)
    assert (row.state, row.shown_url, row.shown_on) == ("taken_up", LINK, day)
    assert (row.sent_up_on, row.taken_up_on, row.taken_up_words) == (next_day, next_day, "省简报第6期")
    assert events(session)[before:] == [
        f"experience:{step}" for step in ("keep", "adopt", "show", "send_up", "take_up")
    ]
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert last.summary == f"市教育局经验材料《{WORDS.title}》9月28日省采用：省简报第6期"
    assert last.detail["state"] == ["sent_up", "taken_up"]


def test_what_a_step_needs(session: Session, fortnight: Fortnight) -> None:
    row = article(session, hand_in(session, contact(fortnight.education), fortnight.place))
    one: dict[str, Any] = {"session": session, "actor": OFFICE, "article_id": row.id, "now": NOW}
    today = date(2026, 9, 24)

    def refused(error: type[RuleViolated], step: Any, **given: Any) -> None:
        session.refresh(row)
        with pytest.raises(error):
            step(**one, version=row.version, **given)

    refused(rules.ReasonNeeded, experience_steps.send_back, reason=" ")
    refused(rules.ReasonNeeded, experience_steps.keep, reason="")
    refused(rules.AdoptFirst, experience_steps.show, url=LINK, on=today)
    experience_steps.adopt(**one, version=row.version)
    refused(rules.NoLink, experience_steps.show, url="qingxi.example", on=today)
    refused(rules.DayToCome, experience_steps.show, url=LINK, on=today + timedelta(days=1))
    refused(rules.DayTooEarly, experience_steps.show, url=LINK, on=today - timedelta(days=1))
    refused(rules.DayTooEarly, experience_steps.send_up, on=today - timedelta(days=1))
    refused(rules.SendUpFirst, experience_steps.take_up, words="省简报", on=today)
    experience_steps.send_up(**one, version=row.version, on=today)
    refused(rules.ProofNeeded, experience_steps.take_up, words=" ", on=today)
    refused(rules.AlreadyUsed, experience_steps.keep, reason="撤回")
    refused(rules.DayTooEarly, experience_steps.take_up, words="省简报", on=today - timedelta(days=1))


def test_an_adoption_can_be_taken_back_while_nothing_came_of_it(
    session: Session, fortnight: Fortnight
) -> None:
    row = article(session, hand_in(session, contact(fortnight.education), fortnight.place))
    experience_steps.adopt(session, OFFICE, article_id=row.id, version=row.version, now=NOW)
    experience_steps.keep(
        session, OFFICE, article_id=row.id, version=row.version, reason="与上月的重复", now=later()
    )

    session.refresh(row)
    assert (row.state, row.adopted_at) == ("kept", None)
    assert standing(session, fortnight.owed)[0] == "accepted"


def test_who_was_slower_gets_a_conflict(session: Session, fortnight: Fortnight) -> None:
    unit = contact(fortnight.education)
    row = article(session, hand_in(session, unit, fortnight.place))
    session.refresh(fortnight.owed)
    seen, seen_on_board = row.version, fortnight.owed.version
    hand_in(session, unit, fortnight.place, BETTER, now=later())

    with pytest.raises(VersionConflict):
        experience_steps.adopt(session, OFFICE, article_id=row.id, version=seen, now=later(2))
    with pytest.raises(NewerVersion):
        reporting.accept(session, OFFICE, Decision(fortnight.owed.id, seen_on_board), now=later(2))
    session.refresh(row)
    experience_steps.adopt(session, OFFICE, article_id=row.id, version=row.version, now=later(3))
    session.refresh(fortnight.owed)
    with pytest.raises(AlreadyAccepted):
        reporting.accept(session, OFFICE, Decision(fortnight.owed.id, fortnight.owed.version), now=later(4))


def test_a_draft_that_is_being_typed_does_not_stop_the_office(session: Session, fortnight: Fortnight) -> None:
    unit = contact(fortnight.education)
    row = article(session, hand_in(session, unit, fortnight.place))
    seen = row.version
    found = experience_writing.save_draft(
        session, unit, fortnight.place, token="2.0", written=BETTER, now=later()
    )

    assert found.token == "2.1"
    experience_steps.adopt(session, OFFICE, article_id=row.id, version=seen, now=later(2))
    assert standing(session, fortnight.owed)[0] == "accepted"


def test_two_tabs_are_told_apart_and_neither_loses_its_words(session: Session, fortnight: Fortnight) -> None:
    unit = contact(fortnight.education)
    first = experience_writing.save_draft(session, unit, fortnight.place, token="1.0", written=WORDS, now=NOW)

    assert first.token == "1.1"
    assert standing(session, fortnight.owed) == ("open", False, ["draft"])
    with pytest.raises(DraftConflict):
        experience_writing.save_draft(session, unit, fortnight.place, token="1.0", written=BETTER, now=NOW)
    again = experience_writing.save_draft(session, unit, fortnight.place, token="1.1", written=WORDS, now=NOW)
    assert again.token == "1.2", "two saves within one tick of the clock are two"
    assert session.scalar(select(func.count()).select_from(Experience)) == 1
    todo = return_pages.todo(session, unit, now=NOW)
    assert [item.draft_saved_at for item in todo.due] == [NOW]


def test_what_cannot_be_handed_in_is_kept_as_a_draft(session: Session, fortnight: Fortnight) -> None:
    unit = contact(fortnight.education)
    unfinished = Written("", "正文写了一半", "not yet a link")

    with pytest.raises(InvalidArticle) as refused:
        experience_writing.hand_in(session, unit, fortnight.place, token="1.0", written=unfinished, now=NOW)
    assert set(refused.value.faults) == {"title", "link"}
    saved = experience_writing.save_draft(
        session, unit, fortnight.place, token="1.0", written=unfinished, now=NOW
    )
    assert experience_articles.written_in(saved.shown) == unfinished


def test_one_file_goes_with_a_version_and_with_the_next(session: Session, fortnight: Fortnight) -> None:
    unit, files = contact(fortnight.education), MemoryFiles()
    pdf = FileChange(b"%PDF-1.7 enough", "经验.pdf")
    given: dict[str, Any] = {"written": WORDS, "files": files, "now": NOW}

    with pytest.raises(NotEvidence):
        experience_writing.save_draft(
            session, unit, fortnight.place, token="1.0", file=FileChange(b"MZ", "a.exe"), **given
        )
    experience_writing.hand_in(session, unit, fortnight.place, token="1.0", file=pdf, **given)
    second = experience_writing.save_draft(session, unit, fortnight.place, token="2.0", **given)
    assert second.draft is not None
    assert (second.draft.file_name, second.draft.file_size) == ("经验.pdf", 15)
    without = experience_writing.save_draft(
        session, unit, fortnight.place, token="2.1", file=FileChange(drop=True), **given
    )
    assert without.draft is not None
    assert without.draft.file_sha256 == ""
    assert without.handed_in[0].file_name == "经验.pdf"


def test_another_units_article_is_not_found(session: Session, fortnight: Fortnight) -> None:
    done = hand_in(session, contact(fortnight.education), fortnight.place)
    stranger = contact(fortnight.health)

    for place in (fortnight.place, Place(article_id=done.article_id), Place(article_id=99), Place()):
        with pytest.raises(NotFound):
            experience_articles.read(session, stranger, place)
    with pytest.raises(NotFound):
        experience_articles.read(session, OFFICE, fortnight.place)
    with pytest.raises(NotFound):
        experience_steps.adopt(session, OFFICE, article_id=99, version=1, now=NOW)


def test_an_obligation_that_asks_for_something_else_is_no_place(
    session: Session, fortnight: Fortnight
) -> None:
    fortnight.cadence.answer = "form"
    session.flush()

    with pytest.raises(NotFound):
        experience_articles.read(session, contact(fortnight.education), fortnight.place)
