"""What the importer reads of a reporting rule is what the regime page proposes."""

from __future__ import annotations

from datetime import date

import pytest

from importers import regime_text
from tracker.domain.rhythm import Weeks
from tracker.services import regime_proposal

DAYS = "一二三四五六日"


@pytest.mark.parametrize("weekday", range(7), ids=[f"每周{day}" for day in DAYS])
def test_the_printed_weekday_is_the_proposed_one(weekday: int) -> None:
    text = f"实行一周一进度,自5月6日起,各单位每周{DAYS[weekday]}下班前将本周进展和下周计划报送市政府办公室。"

    found = regime_text.find(text, year=2026)

    assert found is not None
    proposed = regime_proposal.proposal(found, plan_year=2026, today=date(2026, 5, 1))
    assert proposed.rhythm == Weeks(weekday)
    assert proposed.starts_on == date(2026, 5, 6)
