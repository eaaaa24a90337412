"""The stories of the planted year that lie in who is silent, what the office does, and what is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.support.planted_acts import (
    cancel,
    claim,
    events,
    instruct,
    moved,
    put_off,
    quota,
    send_back,
    sign_off_oneself,
    signed_off_with,
    steps,
)
from tests.support.planted_year import ABSENT, YEAR, Draw, Story, clean, planted
from tracker.domain.contradictions import ContradictionKind as K
from tracker.domain.look_back import VerdictKind as V

# Who says nothing.


@planted
def the_lead_is_silent(draw: Draw) -> Story:
    story = draw.open("lead", "support")
    story.says = {key: said for key, said in story.says.items() if key[1] == 1}
    return story.planted(K.UNIT_SILENT)


@clean
def nobody_says_anything(draw: Draw) -> Story:
    """A verdict, no contradiction."""
    return Story(((draw.unit(), "lead"),), date(YEAR, 11, 30), verdict=V.NEVER_REPORTED)


@planted
def standing_work_that_fell_silent(draw: Draw) -> Story:
    story = Story(((draw.unit(), "lead"),), None, notation="ongoing")
    return draw.moving(story, 1, len(draw.days) // 3).planted(K.STANDING_SILENT)


@clean
def standing_work_that_is_kept(draw: Draw) -> Story:
    story = Story(((draw.unit(), "lead"),), None, notation="ongoing", verdict=V.STANDING_KEPT)
    return draw.moving(story, len(draw.days) * 2 // 3, len(draw.days) - 1)


@planted
def the_unit_that_missed_three(draw: Draw) -> Story:
    story = Story(((ABSENT, "lead"),), date(YEAR, 12, 20))
    return draw.moving(story, 1, len(draw.days) - 8).planted(K.MISSED_OFTEN)


@clean
def done_before_its_unit_missed_three(draw: Draw) -> Story:
    story = draw.done(at=draw.week(0.3, 0.6))
    return replace(story, units=((ABSENT, "lead"),))


@planted
def shared_work_that_nobody_claimed(draw: Draw) -> Story:
    story = draw.done("responsible", "responsible")
    story.qualifier = "按职责分工负责"
    return story.act(-1, claim(0)).planted(K.PART_UNCLAIMED)


@clean
def shared_work_that_was_claimed(draw: Draw) -> Story:
    story = draw.done("responsible", "responsible")
    story.qualifier = "按职责分工负责"
    return story.act(-1, claim(0)).act(0, claim(1))


# What the office did.


def late_by(draw: Draw, weeks: int) -> tuple[Story, int, date]:
    """A task that is done so many weeks after its day, the week of it, and a later day that would have been kept."""
    story = draw.done()
    week = draw.done_week(story)
    story.due = draw.days[week - weeks]
    return story, week, draw.days[week] + timedelta(days=20)


@planted
def put_off_when_the_day_had_passed(draw: Draw) -> Story:
    story, week, new = late_by(draw, 5)
    return story.act(week - 3, put_off(new)).planted(K.EXTENSION_AFTER_DUE)


@clean
def put_off_in_time(draw: Draw) -> Story:
    story, week, new = late_by(draw, 3)
    return story.act(week - 5, put_off(new, granted=new + timedelta(days=1)))


@planted
def moved_by_the_office_afterwards(draw: Draw) -> Story:
    story, week, new = late_by(draw, 4)
    return story.act(week - 2, moved(new)).planted(K.EXTENSION_AFTER_DUE)


@clean
def moved_by_the_office_before(draw: Draw) -> Story:
    story, week, new = late_by(draw, 2)
    return story.act(week - 4, moved(new))


@planted
def sent_back_and_left(draw: Draw) -> Story:
    """Its unit hands the same return in again only for what else is on it: it does not."""
    story = draw.done(at=len(draw.days) - 3)
    story.acts.insert(0, (draw.done_week(story), send_back))
    return story.planted(K.DONE_SENT_BACK)


@planted
def reported_and_signed_off_by_one_person(draw: Draw) -> Story:
    story = draw.done(signed=False)
    return story.act(draw.done_week(story) + 1, sign_off_oneself).planted(K.SIGNED_OFF_BY_REPORTER)


@planted
def own_steps_left_open(draw: Draw) -> Story:
    return draw.done().act(-1, steps(ticked=1)).planted(K.SUB_ITEMS_OPEN)


@clean
def own_steps_ticked_off(draw: Draw) -> Story:
    return draw.done().act(-1, steps(ticked=2))


@planted
def an_instruction_left_open(draw: Draw) -> Story:
    story = draw.done()
    return story.act(draw.done_week(story) - 1, instruct(close=False)).planted(K.OPEN_MATTERS)


@clean
def an_instruction_that_was_closed(draw: Draw) -> Story:
    story = draw.done()
    return story.act(draw.done_week(story) - 1, instruct(close=True))


@planted
def reported_after_it_was_cancelled(draw: Draw) -> Story:
    story = draw.open()
    week = draw.week(0.4, 0.5)
    story.says = {key: said for key, said in story.says.items() if key[0] < week}
    story.says[week + 2, 0] = {"progress": "继续走访企业。"}
    story.verdict = V.CANCELLED
    return story.act(week, cancel).planted(K.REPORTED_AFTER_CANCEL)


@clean
def reported_before_it_was_cancelled(draw: Draw) -> Story:
    story = draw.open()
    week = draw.week(0.4, 0.5)
    story.says = {key: said for key, said in story.says.items() if key[0] < week}
    story.verdict = V.CANCELLED
    return story.act(week, cancel)


# What was counted.


@planted
def too_few_events(draw: Draw) -> Story:
    story = draw.done()
    return story.act(-1, quota).act(draw.done_week(story) - 1, events(draw, 4)).planted(K.QUOTA_NOT_MET)


@planted
def one_event_entered_twice(draw: Draw) -> Story:
    story = draw.done()
    entered = events(draw, 5, twice=True)
    return story.act(-1, quota).act(draw.done_week(story) - 1, entered).planted(K.EVENT_NOT_COUNTED)


@clean
def just_enough_events(draw: Draw) -> Story:
    story = draw.done()
    return story.act(-1, quota).act(draw.done_week(story) - 1, events(draw, 5))


# Nothing at all.


@clean
def done(draw: Draw) -> Story:
    return draw.done()


@clean
def signed_off_on_request(draw: Draw) -> Story:
    story = draw.done(signed=False)
    return story.act(draw.done_week(story) + 1, signed_off_with(draw.link(), None))


@clean
def unfinished(draw: Draw) -> Story:
    return draw.open()


@clean
def unfinished_by_two(draw: Draw) -> Story:
    return draw.open("lead", "support")
