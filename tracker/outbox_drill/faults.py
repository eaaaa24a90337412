"""Where a worker is killed: the points at which something could be lost, or said a second time.

Each is put around a function of the program from outside, in the drill's own child alone; a worker that is
started otherwise holds nothing of it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http.client import HTTPResponse
from typing import Any
from unittest.mock import patch

from tracker.adapters.channels import outgoing
from tracker.delivering import WaysOut
from tracker.domain.delivery import Answer, Channel, Letter
from tracker.services import reminding, sending
from tracker.store.insert import insert_missing

BEFORE_INSERT, AFTER_COMMIT = "before-insert", "after-commit"
AFTER_CLAIM, AFTER_BYTES = "after-claim", "after-bytes"
AFTER_ANSWER, BEFORE_FINISH = "after-answer", "before-finish"
WORDS = {
    BEFORE_INSERT: "写入前",
    AFTER_COMMIT: "提交后",
    AFTER_CLAIM: "领取后",
    AFTER_BYTES: "发出后",
    AFTER_ANSWER: "收到回音后",
    BEFORE_FINISH: "记账前",
}
OF_TICKER = (BEFORE_INSERT, AFTER_COMMIT)
OF_SENDER = (AFTER_CLAIM, AFTER_BYTES, AFTER_ANSWER, BEFORE_FINISH)


@dataclass
class Fault:
    """This process ends without warning when it comes to `point` for the `countdown`-th time."""

    point: str = ""
    countdown: int = 1

    def reached(self, point: str) -> None:
        if point != self.point:
            return
        self.countdown -= 1
        if self.countdown <= 0:
            # Windows has no SIGKILL; there SIGTERM ends a process without asking it.
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    def install(self) -> None:
        """Put the points around the program's functions."""
        insert, open_letter, finish = insert_missing, sending.open_letter, sending.finish

        def before_insert(session: Any, table: Any, rows: Any, **facts: Any) -> Any:
            if rows:
                self.reached(BEFORE_INSERT)
            return insert(session, table, rows, **facts)

        def after_claim(*words: Any, **facts: Any) -> Any:
            self.reached(AFTER_CLAIM)
            return open_letter(*words, **facts)

        def before_finish(*words: Any, **facts: Any) -> Any:
            finished = finish(*words, **facts)
            self.reached(BEFORE_FINISH)
            return finished

        fault = self

        class Response(HTTPResponse):
            def begin(self) -> None:
                fault.reached(AFTER_BYTES)
                super().begin()

        patch.object(reminding, "insert_missing", before_insert).start()
        patch.object(sending, "open_letter", after_claim).start()
        patch.object(sending, "finish", before_finish).start()
        patch.object(outgoing, "HTTPResponse", Response).start()


@dataclass(frozen=True, slots=True)
class _Watched:
    channel: Channel
    fault: Fault

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:
        answer = self.channel.deliver(letter, now=now)
        self.fault.reached(AFTER_ANSWER)
        return answer


def watched(ways: WaysOut, fault: Fault, *, seconds: float) -> WaysOut:
    """The same ways out with less patience, and with a point behind each answer."""
    channels: Mapping[str, Channel] = {
        name: _Watched(_impatient(channel, seconds), fault) for name, channel in ways.channels.items()
    }
    return WaysOut(channels, ways.routes)


def _impatient(channel: Any, seconds: float) -> Channel:
    if not hasattr(channel, "outgoing"):
        return channel  # type: ignore[no-any-return] # the spool, which waits for nobody
    return replace(channel, outgoing=replace(channel.outgoing, seconds=seconds))  # type: ignore[no-any-return]
