"""Requests: what a unit may ask, and that a decision is made once."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import request as rules
from tracker.domain.errors import InvalidInput
from tracker.domain.request import Decision, RequestState

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (Decision.GRANT, RequestState.GRANTED),
        (Decision.REFUSE, RequestState.REFUSED),
        (Decision.WITHDRAW, RequestState.WITHDRAWN),
        (Decision.LAPSE, RequestState.LAPSED),
    ],
)
def test_a_waiting_request_is_decided(decision: Decision, state: RequestState) -> None:
    assert rules.decide(RequestState.WAITING, decision, reason="资料尚未齐备") is state


@given(st.sampled_from([state for state in RequestState if state is not RequestState.WAITING]),
       st.sampled_from(Decision))  # fmt: skip
def test_a_decision_is_final(state: RequestState, decision: Decision) -> None:
    with pytest.raises(rules.AlreadyDecided):
        rules.decide(state, decision, reason="理由")


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_refusal_says_why(reason: str) -> None:
    with pytest.raises(rules.WhyNeeded):
        rules.decide(RequestState.WAITING, Decision.REFUSE, reason=reason)


def test_a_reason_has_its_length() -> None:
    assert rules.worded("  系统正在改版 ") == "系统正在改版"
    assert rules.worded("字" * 1000) == "字" * 1000
    with pytest.raises(rules.WhyTooLong):
        rules.worded("字" * 1001)


@pytest.mark.parametrize(
    ("wanted", "present", "error"),
    [
        (date(2026, 6, 30), date(2026, 6, 29), None),
        (date(2026, 6, 15), date(2026, 6, 1), None),
        (date(2026, 6, 30), date(2026, 6, 30), rules.LaterDayNeeded),
        (date(2026, 6, 14), date(2026, 6, 1), rules.PastDay),
    ],
)
def test_a_later_day_is_later(wanted: date, present: date, error: type[InvalidInput] | None) -> None:
    if error is None:
        assert rules.later_day(wanted, present=present, today=TODAY) == wanted
        return
    with pytest.raises(error):
        rules.later_day(wanted, present=present, today=TODAY)


@pytest.mark.parametrize(
    ("reason", "url", "error"),
    [
        ("已在门户网站专栏公开", "", None),
        ("", "https://www.qingxi.example/zwgk/1.html", None),
        (" ", " ", rules.EvidenceNeeded),
        ("", "www.qingxi.example", rules.NoLink),
        ("", "javascript:alert(1)", rules.NoLink),
        ("", "http://[bad", rules.NoLink),
        ("字" * 1000, "", None),
        ("字" * 1001, "", rules.WhyTooLong),
    ],
)
def test_a_sign_off_is_proven(reason: str, url: str, error: type[InvalidInput] | None) -> None:
    if error is None:
        assert rules.proven(reason, url) == (reason, url)
        return
    with pytest.raises(error):
        rules.proven(reason, url)
