"""Claims: which work is shared, by when it is to be claimed, and what an answer needs."""

from __future__ import annotations

from datetime import date

import pytest

from tests.domain.calendars import real
from tracker.domain import claim as rules
from tracker.domain.claim import ClaimState

WAITING, CLAIMED, DECLINED = ClaimState


@pytest.mark.parametrize(
    ("qualifier", "shared"),
    [
        ("按职责分工负责", True),
        ("按职能分工负责", True),
        ("按各自职责", True),
        ("按照职责分工落实", True),
        ("", False),
        ("等", False),
        ("分别负责", False),
    ],
)
def test_work_is_shared_by_what_its_qualifier_says(qualifier: str, shared: bool) -> None:
    assert rules.is_shared(qualifier) is shared


@pytest.mark.parametrize(
    ("claims", "words", "known", "answer"),
    [
        (True, "", (WAITING, ""), (CLAIMED, "")),
        (True, " 负责学校一侧 ", (WAITING, ""), (CLAIMED, "负责学校一侧")),
        (False, "属市财政局职责", (WAITING, ""), (DECLINED, "属市财政局职责")),
        (False, "改由下属单位办", (CLAIMED, ""), (DECLINED, "改由下属单位办")),
        (True, "", (DECLINED, "属市财政局职责"), (CLAIMED, "")),
        (True, "负责清单", (CLAIMED, ""), (CLAIMED, "负责清单")),
        (False, "  ", (WAITING, ""), rules.WhyDeclined),
        (True, "字" * 500, (WAITING, ""), (CLAIMED, "字" * 500)),
        (True, "字" * 501, (WAITING, ""), rules.WordsTooLong),
        (True, "负责清单", (CLAIMED, "负责清单"), rules.SameAnswer),
    ],
)
def test_an_answer(
    claims: bool, words: str, known: tuple[ClaimState, str], answer: tuple[ClaimState, str] | type[Exception]
) -> None:
    if isinstance(answer, type):
        with pytest.raises(answer):
            rules.answered(known[0], words, claims=claims, known=known[1])
        return
    assert rules.answered(known[0], words, claims=claims, known=known[1]) == answer


@pytest.mark.parametrize(
    ("confirmed_on", "by"),
    [
        (date(2026, 3, 18), date(2026, 4, 1)),
        # 国庆节 takes seven days away, and 9月20日 and 10月10日 are worked.
        (date(2026, 9, 24), date(2026, 10, 15)),
    ],
)
def test_units_have_ten_workdays(confirmed_on: date, by: date) -> None:
    assert rules.usual_day(confirmed_on, real()) == by


@pytest.mark.parametrize(
    ("state", "today", "late"),
    [(WAITING, 10, False), (WAITING, 11, True), (CLAIMED, 11, False), (DECLINED, 11, False)],
)
def test_the_day_itself_is_in_time(state: ClaimState, today: int, late: bool) -> None:
    assert rules.is_late(state, date(2026, 4, 10), date(2026, 4, today)) is late
