"""Talking to the person at the terminal, in Chinese, one sentence a line."""

from __future__ import annotations

import io
import sys


class Stopped(Exception):
    """A command cannot go on; the message says what happened and what to do."""


def prepare() -> None:
    """A console that cannot show a character shows a question mark instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace", line_buffering=True)


def say(sentence: str) -> None:
    """One sentence, at once, also when the output goes into a pipe."""
    print(sentence, flush=True)  # noqa: T201 - this is the console


def complain(sentence: str) -> None:
    """One sentence on standard error."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201 - this is the console
