"""Outbox (发件箱): what an answer from a channel makes of a message, and when to try again.

An answer is one of four outcomes.

- accepted: the message is sent.
- refused (a bad address): dead, and the administrator is told; trying again changes nothing.
- retry: due again after 1 minute · 2ⁿ, at most 30 minutes, a fifth more or less; dead after 12 tries.
- ambiguous (sent, no answer): an urging message is sent again, better twice than never; an escalation to a
  leader is not, it waits for a person as unconfirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from tracker.domain.titled import Titled

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
MOST_TRIES = 12
SPREAD = 0.2
"""A wait is so much shorter or longer, by the letter: what failed together does not come back together."""
URGED = "urged"
"""The kind of a notice by which a person urges (催办)."""
ESCALATED = "escalated"
"""The kind of a notice by which a person takes something to a leader (上报)."""
ORDERED = "ordered"
"""The kind of a notice by which a person sends a supervision order (督办单)."""
SAID_BY_A_PERSON = frozenset({URGED, ORDERED, ESCALATED})
"""No rule wants them, and no rule takes them back."""


class OutboxState(Titled):
    DUE = "due", "待发"
    SENDING = "sending", "正在发送"
    SENT = "sent", "已送达"
    UNCONFIRMED = "unconfirmed", "未确认"
    DEAD = "dead", "发送失败"
    CANCELLED = "cancelled", "已撤回"


class Outcome(Titled):
    ACCEPTED = "accepted", "对方已接收"
    REFUSED = "refused", "对方拒收"
    RETRY = "retry", "暂时失败"
    AMBIGUOUS = "ambiguous", "没有回音"


SETTLED_BY_HAND = "settled"
"""How a row of the tries ends that is no try: a person has found out, or has told the receiver otherwise."""


def outcome_words(outcome: str) -> str:
    """How a try ended, as people read it."""
    return "人工核实" if outcome == SETTLED_BY_HAND else Outcome(outcome).label


@dataclass(frozen=True, slots=True)
class NextStep:
    """The state after a try, and the earliest moment of the next one when there is one."""

    state: OutboxState
    not_before: datetime | None = None


def backoff(tries: int) -> timedelta:
    """The wait after the `tries`-th try (1 for the first).

    Raises:
        ValueError: there was no try.

    """
    if tries < 1:
        raise ValueError(f"a try is counted from 1: {tries}")
    # The cap comes first: 2 to the power of a large count is a number no timedelta holds.
    factor = 1 << min(tries - 1, MOST_TRIES)
    return min(FIRST_WAIT * factor, LONGEST_WAIT)


def jittered(wait: timedelta, letter: str, *, tries: int) -> timedelta:
    """The wait of one letter after its `tries`-th try, the same whoever asks; in whole milliseconds.

    The parts of a letter have one key, and so come back in the same moment, as one letter.
    """
    share = int.from_bytes(sha256(f"{letter}:{tries}".encode()).digest()[:8], "big") / 2**64
    milliseconds = round(wait / timedelta(milliseconds=1) * (1 - SPREAD + 2 * SPREAD * share))
    return timedelta(milliseconds=milliseconds)


def after_try(
    outcome: Outcome, *, tries: int, now: datetime, letter: str = "", resend_when_unsure: bool = True
) -> NextStep:
    """What becomes of a message after its `tries`-th try ended in `outcome` at `now`.

    `letter` is the key that it goes under; without one the wait is the plain one.
    """
    match outcome:
        case Outcome.ACCEPTED:
            return NextStep(OutboxState.SENT)
        case Outcome.REFUSED:
            return NextStep(OutboxState.DEAD)
        case Outcome.AMBIGUOUS if not resend_when_unsure:
            return NextStep(OutboxState.UNCONFIRMED)
        case Outcome.AMBIGUOUS if tries >= MOST_TRIES:
            return NextStep(OutboxState.UNCONFIRMED)
        case Outcome.RETRY if tries >= MOST_TRIES:
            return NextStep(OutboxState.DEAD)
        case _:
            wait = backoff(tries)
            return NextStep(OutboxState.DUE, now + (jittered(wait, letter, tries=tries) if letter else wait))


def is_said_once(kind: str) -> bool:
    """Whether a notice of this kind rather stays unconfirmed than is said a second time."""
    return kind == ESCALATED
