"""矛盾点: the halves of a condition, each by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.calendars import day
from tests.domain.look_back_items import CLEAN, LEAD, LINK, OPEN, SUPPORT, kinds, lead
from tracker.domain.contradictions import ContradictionKind as K
from tracker.domain.look_back import propose
from tracker.domain.look_back_facts import DayMoved, EvidenceFact, LookBackFacts
from tracker.domain.task import TaskState

SAID_PUBLIC = lead("推进中|已在市政府网站公开目录")
UNTICKED = replace(SUPPORT, sub_items=("市司法局的目录",))


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        pytest.param(
            replace(OPEN, parts=(lead("推进中|编制目录", "推进中|完成进度100%"),)),
            K.SAYS_DONE, id="the last word says done",
        ),
        pytest.param(
            replace(OPEN, parts=(replace(LEAD, sub_items=("市府办的目录",)),), evidence=CLEAN.evidence),
            K.SUB_ITEMS_OPEN, id="a unit is done with parts left, the task is open",
        ),
        pytest.param(
            replace(CLEAN, parts=(LEAD, replace(UNTICKED, lines=SUPPORT.lines[:1]))),
            K.SUB_ITEMS_OPEN, id="a task is signed off with parts left, the unit is not done",
        ),
        pytest.param(
            replace(OPEN, parts=(SAID_PUBLIC,), evidence=(EvidenceFact(2, LINK),)),
            K.LINK_NEVER_GIVEN, id="said to be public, the link is another unit's",
        ),
        pytest.param(
            replace(OPEN, parts=(SAID_PUBLIC,), evidence=(EvidenceFact(1, " "),)),
            K.LINK_NEVER_GIVEN, id="said to be public, the link is empty",
        ),
    ],
)  # fmt: skip
def test_one_half_is_enough(facts: LookBackFacts, kind: K) -> None:
    assert kind in kinds(facts)


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        pytest.param(
            replace(OPEN, parts=(OPEN.parts[0], replace(UNTICKED, lines=SUPPORT.lines[:1]))),
            K.SUB_ITEMS_OPEN, id="parts left where nothing is done",
        ),
        pytest.param(
            replace(OPEN, state=TaskState.CANCELLED, cancelled_on=OPEN.parts[0].said[-1].reported_on),
            K.REPORTED_AFTER_CANCEL, id="reported on the day on which it was cancelled",
        ),
        pytest.param(
            replace(CLEAN, signed_off_by=7, parts=(LEAD, replace(SUPPORT, lines=SUPPORT.lines[:1]))),
            K.SIGNED_OFF_BY_REPORTER, id="signed off by one person where a unit never said done",
        ),
    ],
)  # fmt: skip
def test_it_is_not_told_of(facts: LookBackFacts, kind: K) -> None:
    assert kind not in kinds(facts)


def test_a_day_that_nobody_asked_to_move_is_told_without_a_day_of_asking() -> None:
    moved = DayMoved("市府办", day("2026-06-30"), day("2026-09-30"), day("2026-07-01"))
    [found] = propose(replace(CLEAN, moved=(moved,))).contradictions

    assert found.kind is K.EXTENSION_AFTER_DUE
    assert "提出" not in found.facts[0]
