"""Coverage-guided fuzzing of the importer with atheris; run by hand, pytest does not collect it.

    pip install atheris                                    (Linux on x86; in an environment of its own)
    python tests/fuzz/fuzz_importer.py TARGET [-max_total_time=180] [CORPUS_FOLDER]

TARGET is one of gate, text, html, xls, deadline, unit. A find is written to `crash-…` in the working folder and
printed with its traceback; `python tests/fuzz/fuzz_importer.py TARGET crash-…` shows it again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import atheris

if not TYPE_CHECKING:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports():
    from importers import compose, deadline_text, unit_text
    from importers.drill.judging import fault_of
    from importers.readers import admission, html, text, xls
    from tests.fuzz.words import WORDS
    from tracker.domain.deadline import parse_notation
    from tracker.domain.errors import UnreadableFile


def _phrase(data: bytes) -> str:
    """Words of the trade by their number, other bytes as text: noise alone would never reach the grammar."""
    return "".join(WORDS[byte] if byte < len(WORDS) else chr(byte) for byte in data[:80])


def _sentence(error: UnreadableFile) -> None:
    if not error.message.endswith("。"):
        raise AssertionError(f"no sentence: {error.message}")


def gate(data: bytes) -> None:
    """Any bytes: a kind or a sentence."""
    try:
        admission.recognised(data)
    except UnreadableFile as error:
        _sentence(error)


def _read_by(reader: Callable[[bytes, str], Any]) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        try:
            plan = compose.draft(reader(data, "x"), 2026)
        except UnreadableFile as error:
            _sentence(error)
            return
        if fault := fault_of(plan):
            raise AssertionError(fault)

    return target


def read_words(data: bytes) -> None:
    """A text of the words of the trade, through the whole importer."""
    _read_by(text.read)(_phrase(data).encode(errors="replace"))


def deadline(data: bytes) -> None:
    """A time phrase: its notation can be read back, the same phrase reads the same."""
    phrase = _phrase(data)
    first, findings = deadline_text.read(phrase, year=2026, issued_on=None)
    if parse_notation(first.notation).notation != first.notation:
        raise AssertionError(first.notation)
    if (first, findings) != deadline_text.read(phrase, year=2026, issued_on=None):
        raise AssertionError("two answers to one phrase")
    deadline_text.find(phrase, year=2026, issued_on=None)


def unit(data: bytes) -> None:
    """A responsibility phrase: names of at least one sign, roles that exist."""
    phrase = _phrase(data)
    for mention in unit_text.read(phrase).assignments:
        if not mention.unit.strip() or mention.role not in {"lead", "support", "responsible"}:
            raise AssertionError(mention)
    unit_text.rules_in(phrase)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "gate": gate, "text": read_words, "html": _read_by(html.read), "xls": _read_by(xls.read),
    "deadline": deadline, "unit": unit,
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"TARGET: {' '.join(TARGETS)}")
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
