"""The check-up on real documents: exactly what is known of them, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.qingxi import MemoryFiles
from tracker.adapters import work_calendar
from tracker.domain.actor import SYSTEM
from tracker.services import check_up, importing, settings
from tracker.store.queries import imports

SEEDS = Path(__file__).parents[2].parent / "shared" / "corpus" / "seeds"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="the documents do not stand beside the project"),
]
WHOLE: list[int] = []
LATE_IN_YEAR = [*range(1, 6), *range(7, 11), *range(12, 18), *range(21, 24), 37, 38, 40]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        (
            "dezhou-2023",
            {
                "overdue-when-published": [11, 18, 39],
                "quota-without-class": [21, 36, 37, 38],
                "crowded-month": LATE_IN_YEAR,
            },
        ),
        ("dongan-2022", {"no-units": WHOLE}),
        (
            "jiangshan-2020",
            {
                "born-overdue": [33, 34],
                "no-units": list(range(27, 42)),
                "no-lead-in-plan": [*range(1, 14), *range(15, 20), *range(22, 27)],
                "several-days": [27],
            },
        ),
        ("panjin-2023", {"no-task-found": WHOLE}),
        (
            "shanwei-2023",
            {"deadline-undecided": [18], "standing-without-rhythm": [*range(2, 17)]},
        ),
    ],
)
def test_a_seed_gives_exactly_the_known_findings(
    session: Session, name: str, known: dict[str, list[int]]
) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2020, 2021, 2022, 2023, 2024]))
    document = SEEDS / f"{name}.txt"
    draft = importing.upload(
        session,
        SYSTEM,
        data=document.read_bytes(),
        filename=document.name,
        files=MemoryFiles(),
        now=NOW,
    )

    found = check_up.check_up(session, draft, imports.rows(session, draft.id))

    assert {each.code: [serial for serial, _ in each.rows] for each in found} == known
    assert len(found) == len(known), "no kind twice"
