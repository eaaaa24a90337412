"""Articles of experience: each step in each state, what goes with it, and what has to be written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tracker.domain import experience as rules
from tracker.domain import obligation
from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.experience import ExperienceState as State
from tracker.domain.experience import Step, Written
from tracker.domain.obligation import ObligationState as Owed

TODAY = date(2026, 6, 15)

STEPS = [
    (State.DRAFT, Step.SUBMIT, State.SUBMITTED),
    *((State.DRAFT, step, rules.NotHandedIn) for step in Step if step is not Step.SUBMIT),
    (State.SUBMITTED, Step.SUBMIT, State.SUBMITTED),
    (State.SUBMITTED, Step.RETURN, State.RETURNED),
    (State.SUBMITTED, Step.ADOPT, State.ADOPTED),
    (State.SUBMITTED, Step.KEEP, State.KEPT),
    (State.SUBMITTED, Step.SHOW, rules.AdoptFirst),
    (State.SUBMITTED, Step.SEND_UP, rules.AdoptFirst),
    (State.SUBMITTED, Step.TAKE_UP, rules.AdoptFirst),
    (State.RETURNED, Step.SUBMIT, State.SUBMITTED),
    *((State.RETURNED, step, rules.WithUnit) for step in Step if step is not Step.SUBMIT),
    (State.KEPT, Step.SUBMIT, rules.AlreadyDecided),
    (State.KEPT, Step.RETURN, rules.StepNotAllowed),
    (State.KEPT, Step.ADOPT, State.ADOPTED),
    (State.KEPT, Step.KEEP, rules.StepNotAllowed),
    (State.KEPT, Step.SHOW, rules.AdoptFirst),
    (State.KEPT, Step.SEND_UP, rules.AdoptFirst),
    (State.KEPT, Step.TAKE_UP, rules.AdoptFirst),
    (State.ADOPTED, Step.SUBMIT, rules.AlreadyDecided),
    (State.ADOPTED, Step.RETURN, rules.StepNotAllowed),
    (State.ADOPTED, Step.ADOPT, rules.StepNotAllowed),
    (State.ADOPTED, Step.KEEP, State.KEPT),
    (State.ADOPTED, Step.SHOW, State.SHOWN),
    (State.ADOPTED, Step.SEND_UP, State.SENT_UP),
    (State.ADOPTED, Step.TAKE_UP, rules.SendUpFirst),
    (State.SHOWN, Step.SUBMIT, rules.AlreadyDecided),
    (State.SHOWN, Step.RETURN, rules.StepNotAllowed),
    (State.SHOWN, Step.ADOPT, rules.StepNotAllowed),
    (State.SHOWN, Step.KEEP, rules.AlreadyUsed),
    (State.SHOWN, Step.SHOW, State.SHOWN),
    (State.SHOWN, Step.SEND_UP, State.SENT_UP),
    (State.SHOWN, Step.TAKE_UP, rules.SendUpFirst),
    (State.SENT_UP, Step.SUBMIT, rules.AlreadyDecided),
    (State.SENT_UP, Step.RETURN, rules.StepNotAllowed),
    (State.SENT_UP, Step.ADOPT, rules.StepNotAllowed),
    (State.SENT_UP, Step.KEEP, rules.AlreadyUsed),
    (State.SENT_UP, Step.SHOW, State.SENT_UP),
    (State.SENT_UP, Step.SEND_UP, State.SENT_UP),
    (State.SENT_UP, Step.TAKE_UP, State.TAKEN_UP),
    (State.TAKEN_UP, Step.SUBMIT, rules.AlreadyDecided),
    (State.TAKEN_UP, Step.RETURN, rules.StepNotAllowed),
    (State.TAKEN_UP, Step.ADOPT, rules.StepNotAllowed),
    (State.TAKEN_UP, Step.KEEP, rules.AlreadyUsed),
    (State.TAKEN_UP, Step.SHOW, State.TAKEN_UP),
    (State.TAKEN_UP, Step.SEND_UP, rules.StepNotAllowed),
    (State.TAKEN_UP, Step.TAKE_UP, State.TAKEN_UP),
]


@pytest.mark.parametrize(("state", "step", "outcome"), STEPS)
def test_each_step_in_each_state(state: State, step: Step, outcome: State | type[RuleViolated]) -> None:
    if isinstance(outcome, State):
        assert rules.take(state, step) is outcome
        assert step in rules.open_steps(state)
    else:
        with pytest.raises(outcome) as refused:
            rules.take(state, step)
        assert type(refused.value) is outcome
        assert refused.value.message.endswith("。")
        assert step not in rules.open_steps(state)


def test_the_table_above_leaves_nothing_out() -> None:
    assert {(state, step) for state, step, _ in STEPS} == {(state, step) for state in State for step in Step}


def test_every_step_of_the_table_stands_in_the_docstring() -> None:
    told = {
        (words[0], words[1].strip("->"), words[2])
        for line in (rules.__doc__ or "").splitlines()
        if "-->" in line and len(words := line.split()) >= 3
    }
    named = {(state.value, step.value, after.value) for (state, step), after in rules.TRANSITIONS.items()}
    assert told == named


AFTER = {Owed.OPEN: {State.DRAFT}, Owed.RETURNED: {State.RETURNED}, Owed.SUBMITTED: {State.SUBMITTED}}
DECIDED = {State.KEPT, State.ADOPTED, State.SHOWN, State.SENT_UP, State.TAKEN_UP}


class AnArticle(RuleBasedStateMachine):
    """An article and the obligation that it answers, whatever office and unit try in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.owed = State.DRAFT, Owed.OPEN
        self.waiting = self.shown = False

    @rule(step=st.sampled_from(Step))
    def try_(self, step: Step) -> None:
        try:
            after = rules.take(self.state, step)
        except RuleViolated:
            assert step not in rules.open_steps(self.state)
            return
        follows = rules.obligation_step(self.state, step)
        if follows is not None:
            self.owed = obligation.take(self.owed, follows)  # never refused: the two go together
        if step is Step.SHOW:
            self.shown = True
        if step is Step.KEEP:
            assert not self.shown  # what is on a page of the city stays adopted
        self.state = after

    @invariant()
    def the_obligation_stands_where_the_article_stands(self) -> None:
        assert self.state in AFTER.get(self.owed, DECIDED)
        assert (self.owed is Owed.ACCEPTED) is (self.state in DECIDED)

    @invariant()
    def a_shown_article_is_an_adopted_one(self) -> None:
        assert self.state.is_adopted or not self.shown
        assert self.state is not State.SHOWN or self.shown

    @invariant()
    def a_unit_writes_only_what_nobody_has_decided(self) -> None:
        assert self.state.is_writable is (self.state not in DECIDED)
        assert self.state.is_writable is (Step.SUBMIT in rules.open_steps(self.state))


TestAnArticle = AnArticle.TestCase
TestAnArticle.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


@pytest.mark.parametrize(
    ("state", "step", "follows"),
    [
        (State.DRAFT, Step.SUBMIT, obligation.Step.SUBMIT),
        (State.RETURNED, Step.SUBMIT, obligation.Step.SUBMIT),
        (State.SUBMITTED, Step.SUBMIT, None),
        (State.SUBMITTED, Step.RETURN, obligation.Step.RETURN),
        (State.SUBMITTED, Step.ADOPT, obligation.Step.ACCEPT),
        (State.SUBMITTED, Step.KEEP, obligation.Step.ACCEPT),
        (State.KEPT, Step.ADOPT, None),
        (State.ADOPTED, Step.KEEP, None),
        (State.ADOPTED, Step.SHOW, None),
        (State.SHOWN, Step.SEND_UP, None),
        (State.SENT_UP, Step.TAKE_UP, None),
    ],
)
def test_the_obligation_goes_along(state: State, step: Step, follows: obligation.Step | None) -> None:
    assert rules.obligation_step(state, step) is follows


def test_what_every_unit_may_read() -> None:
    assert {state for state in State if state.is_adopted} == DECIDED - {State.KEPT}


GOOD = Written("窗口前移到家门口", "把专区搬进便民服务中心。", "https://qingxi.example/jy")


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        (GOOD, set()),
        (Written("题", "文"), set()),
        (Written(" ", "文"), {"title"}),
        (Written("题", "\n "), {"body"}),
        (Written("", ""), {"title", "body"}),
        (Written("题", "文", "www.qingxi.example"), {"link"}),
        (Written("题", "文", "javascript:alert(1)"), {"link"}),
        (Written("题" * 100, "文" * 20_000, " "), set()),
        (Written("题" * 101, "文" * 20_001, "h" * 1001), {"title", "body", "link"}),
    ],
)
def test_what_has_to_be_mended_before_it_is_handed_in(written: Written, wrong: set[str]) -> None:
    found = rules.faults(written)

    assert set(found) == wrong
    assert all(sentence.endswith("。") for sentence in found.values())


def test_a_draft_may_be_unfinished_but_not_too_long() -> None:
    assert rules.too_long(Written("", "", "nothing yet")) == {}
    assert rules.too_long(Written("题" * 101, "")) == {"title": "最多100个字，现在有101个，请缩短。"}
    assert rules.faults(Written("题", "文", "h" * 1001)) == {"link": "最多1000个字，现在有1001个，请缩短。"}


def test_what_is_kept_has_no_blanks_around_it_and_no_angle_that_is_none() -> None:
    typed = Written("  窗口 \u3000前移 ", "\n 一、做法\n二、成效 \n", " https://qingxi.example ", "nonsense")

    assert typed.tidied() == Written("窗口 前移", "一、做法\n二、成效", "https://qingxi.example", "")
    assert Written("题", "文", "", "business").tidied().angle == "business"


def test_an_untouched_page_says_nothing() -> None:
    assert not Written("  ", "\n", "", "business").says_something
    assert all(each.says_something for each in (Written("题"), Written(body="文"), Written(link="h")))


@pytest.mark.parametrize(
    ("asked", "given", "kept"),
    [
        (rules.reasoned, "  请补充数据 ", "请补充数据"),
        (rules.reasoned, " \n", rules.ReasonNeeded),
        (rules.reasoned, "字" * 1001, rules.ReasonTooLong),
        (rules.reasoned, "字" * 1000, "字" * 1000),
        (rules.linked, " https://qingxi.example/zt ", "https://qingxi.example/zt"),
        (rules.linked, "", rules.LinkNeeded),
        (rules.linked, "qingxi.example/zt", rules.NoLink),
        (rules.linked, "ftp://qingxi.example/zt", rules.NoLink),
        (rules.proven, " 省政务公开简报第6期 ", "省政务公开简报第6期"),
        (rules.proven, " ", rules.ProofNeeded),
        (rules.proven, "字" * 300, "字" * 300),
        (rules.proven, "字" * 301, rules.ProofTooLong),
    ],
)
def test_what_goes_with_a_step(
    asked: Callable[[str], str], given: str, kept: str | type[InvalidInput]
) -> None:
    if isinstance(kept, str):
        assert asked(given) == kept
    else:
        with pytest.raises(kept):
            asked(given)


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (date(2026, 6, 1), None),
        (TODAY, None),
        (date(2026, 6, 16), rules.DayToCome),
        (date(2026, 5, 31), rules.DayTooEarly),
    ],
)
def test_a_day_lies_between_the_step_before_and_today(day: date, outcome: type[InvalidInput] | None) -> None:
    if outcome is None:
        assert rules.day_given(day, since=date(2026, 6, 1), today=TODAY) == day
    else:
        with pytest.raises(outcome):
            rules.day_given(day, since=date(2026, 6, 1), today=TODAY)
