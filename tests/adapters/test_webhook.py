"""The signed webhook, read as its receiver would."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support import gateway
from tests.support.gateway import Talk, says, serving
from tracker.adapters.channels.outgoing import Outgoing
from tracker.adapters.channels.webhook import WebhookChannel
from tracker.domain.allow_list import AllowList
from tracker.domain.delivery import Answer, Letter
from tracker.domain.outbox import Outcome

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)
LETTER = Letter("letter-12", "", "督查系统", "即将截止：第39周", "市教育局：\n\n" + "报" * 5000)
SECRET = "a-shared-secret-of-32-characters"
OUT = Outgoing(AllowList.of(["127.0.0.1"]), seconds=1)


def post(talk: Talk, letter: Letter = LETTER) -> tuple[Answer, gateway.Gateway]:
    with serving(talk) as there:
        return WebhookChannel(there.url("/hook"), SECRET, OUT).deliver(letter, now=NOW), there


def test_a_receiver_can_tell_whose_letter_it_is_and_whether_it_is_whole() -> None:
    answer, there = post(says("", 204))

    [asked] = there.asked
    stamp = asked.headers["Taizhang-Timestamp"]
    expected = hmac.new(SECRET.encode(), f"{stamp}.".encode() + asked.body, hashlib.sha256).hexdigest()
    assert answer.outcome is Outcome.ACCEPTED
    assert stamp == str(int(NOW.timestamp()))
    assert asked.headers["Taizhang-Signature"] == f"sha256={expected}"
    assert asked.json == {
        "id": "letter-12", "subject": LETTER.subject, "body": LETTER.body, "at": "2026-09-24T15:00:00+08:00",
    }  # fmt: skip


def test_a_repetition_carries_the_same_key() -> None:
    _, first = post(gateway.hangs_up)
    _, again = post(says(""))
    _, another = post(says(""), replace(LETTER, key="letter-13"))

    keys = [there.asked[0].headers["Idempotency-Key"] for there in (first, again, another)]
    assert keys == ["letter-12", "letter-12", "letter-13"]


@pytest.mark.parametrize(
    ("talk", "outcome"),
    [
        pytest.param(says("whatever", 200), Outcome.ACCEPTED, id="received"),
        pytest.param(says("<html>", 200), Outcome.RETRY, id="the page of a network that wants a log-in"),
        pytest.param(says("", 307, "Location: /elsewhere"), Outcome.RETRY, id="moved"),
        pytest.param(says("", 401), Outcome.REFUSED, id="a signature that is not known"),
        pytest.param(says("<html>", 500), Outcome.RETRY, id="a fault of theirs"),
        pytest.param(says("", 502), Outcome.AMBIGUOUS, id="a proxy that lost sight of it"),
        pytest.param(gateway.hangs_up, Outcome.AMBIGUOUS, id="cut off after the bytes"),
        pytest.param(gateway.breaks_off, Outcome.AMBIGUOUS, id="cut off in the answer"),
        pytest.param(gateway.keeps_silent, Outcome.AMBIGUOUS, id="no answer in time"),
        pytest.param(gateway.drips, Outcome.AMBIGUOUS, id="a byte now and then"),
    ],
)
def test_its_answer_decides(talk: Talk, outcome: Outcome) -> None:
    assert post(talk)[0].outcome is outcome


def test_the_secret_shows_nowhere() -> None:
    answer, there = post(says(SECRET, 400))

    assert SECRET not in repr(WebhookChannel(there.url("/hook"), SECRET, OUT)) + answer.detail
