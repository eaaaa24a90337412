"""The drill of the outbox, in its short form on either engine, and that it sees what it looks for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.test_cli import data  # noqa: F401 - a fixture
from tracker import cli
from tracker.outbox_drill import faults, running
from tracker.outbox_drill.gateway import CHANCES, WORDS, Gateway
from tracker.outbox_drill.running import AT_RANDOM, Account, Killing


def test_nothing_is_missing_or_said_twice_for_no_reason_when_workers_are_killed(empty_url: str, tmp_path: Path) -> None:
    account = running.run(empty_url, tmp_path / "drill", kills=12, seed=20260924)

    log = (tmp_path / "drill" / "workers.log").read_text(encoding="utf-8")
    assert (account.missing, account.untold, account.doubled_inbox, account.fell_over) == (0, 0, 0, []), log
    assert account.expected >= running.UNITS * 7
    assert account.repeated <= account.ambiguous
    assert account.kills.total() >= 12


@pytest.mark.parametrize(("role", "points"), [("ticker", faults.OF_TICKER), ("sender", faults.OF_SENDER)])
def test_every_point_has_its_turn_and_some_workers_are_killed_at_any_moment(role: str, points: tuple[str, ...]) -> None:
    killing = Killing(100, seed=1)

    planned = [killing.plan(role)[0] for _ in range(60)]

    assert set(planned) == {*points, ""}
    assert min(planned.count(point) for point in points) >= 10


def test_every_point_and_every_answer_has_a_word() -> None:
    assert set(WORDS) == set(CHANCES)
    assert set(faults.WORDS) == {*faults.OF_TICKER, *faults.OF_SENDER}


def test_a_process_ends_at_its_point_and_at_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _process, number: ended.append(number))
    fault = faults.Fault(faults.AFTER_BYTES, countdown=2)

    fault.reached(faults.AFTER_CLAIM)
    fault.reached(faults.AFTER_BYTES)
    assert ended == []
    fault.reached(faults.AFTER_BYTES)
    assert len(ended) == 1


def test_the_gateway_fails_as_often_as_it_is_said_to() -> None:
    gateway = Gateway(seed=4)
    for _ in range(5000):
        gateway.choose()

    assert set(gateway.ways) == set(CHANCES)
    assert 0.08 < gateway.ways["fault"] / 5000 < 0.12
    assert 0.04 < gateway.ways["refusal"] / 5000 < 0.06
    assert 0.04 < gateway.ways["dropped"] / 5000 < 0.06


@pytest.mark.parametrize(
    ("account", "clean"),
    [
        pytest.param(Account(expected=7, delivered=7), True, id="everything arrived once"),
        pytest.param(Account(expected=7, delivered=7, repeated=2, ambiguous=2), True, id="repeated where nobody knew"),
        pytest.param(Account(expected=7, delivered=7, repeated=3, ambiguous=2), False, id="repeated for no reason"),
        pytest.param(Account(expected=7, delivered=6), False, id="one missing"),
        pytest.param(Account(expected=7, delivered=7, untold=1), False, id="a letter without its text"),
        pytest.param(Account(expected=7, delivered=7, doubled_inbox=1), False, id="twice in an inbox"),
        pytest.param(Account(expected=7, delivered=7, fell_over=["sender 1"]), False, id="a worker that fell over by itself"),
    ],
)
def test_the_verdict(account: Account, clean: bool) -> None:
    assert account.is_clean is clean


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(("delivered", "code"), [(7, 0), (6, 1)])
def test_the_command_tells_the_figures_and_fails_when_something_is_missing(
    delivered: int, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account = Account(expected=7, delivered=delivered, repeated=1, ambiguous=2)
    account.kills.update({AT_RANDOM: 3, faults.AFTER_BYTES: 2})
    monkeypatch.setattr(running, "run", lambda *_, **__: account)

    assert cli.main(["drill", "outbox", "--engine", "sqlite", "--kills", "5", "--seed", "3"]) == code

    said = capsys.readouterr()
    assert "强行结束 5 次（随机时刻 3，发出后 2）" in said.out
    assert f"应发 7 条，送到 {delivered} 条，缺 {7 - delivered} 条；重复 1 封，没有回音的发送 2 次" in said.out
    assert ("演练通过" in said.out, "演练未通过" in said.err) == (code == 0, code == 1)
