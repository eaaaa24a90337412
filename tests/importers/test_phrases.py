"""The readers of phrases against the real ones that lie beside the project."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from importers import deadline_text, unit_text

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the real documents are not beside the project"),
]

NO_DEADLINE = re.compile(r"validity|not a task deadline|no task deadline|eligibility|condition|issue date|look-back|start date")


def rows(name: str) -> list[list[str]]:
    lines = (CORPUS / name).read_text(encoding="utf-8").splitlines()[1:]
    return [[*line.split("\t"), "", ""] for line in lines if line]


def narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def days(notation: str) -> list[str]:
    """A notation in a form to compare: anchors, events and remarks aside, stages in any order."""
    plain = re.sub(r"\(.*?\)| by \S+| after .*", "", notation).strip()
    return sorted(part.removeprefix("date:") for part in plain.removeprefix("multi:").split("|"))


def test_real_deadlines_are_read() -> None:
    wrong = []
    phrases = rows("deadlines.tsv")

    for phrase, when, gold, _, note, *_ in phrases:
        issued = date.fromisoformat(when) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", when) else None
        deadline, _ = deadline_text.read(phrase, year=None if issued else int(when[:4]), issued_on=issued)
        wanted = [days(gold.replace("issue/", f"{when}/"))] + [["none"]] * bool(NO_DEADLINE.search(note))
        offered = [deadline.notation] + [other.notation for other in deadline.other_readings if not deadline.certain]
        if not any(days(notation) in wanted for notation in offered):
            wrong.append(f"{phrase}: {gold}, not {deadline.notation}")

    assert len(phrases) > 200
    assert len(wrong) <= len(phrases) // 100, wrong


def test_real_units_are_read() -> None:
    phrases = [(row[0], json.loads(row[1])) for row in rows("units.tsv")]
    alone = [(phrase, gold) for phrase, gold in phrases if not gold.get("doc_rule")]

    wrong = [
        phrase for phrase, gold in alone
        if {(role, narrow(name)) for role in ("lead", "support", "responsible") for name in gold[role]}
        != {(mention.role, narrow(mention.unit)) for mention in unit_text.read(phrase).assignments}
    ]

    assert len(alone) > 200
    assert len(wrong) <= len(alone) // 100, wrong
