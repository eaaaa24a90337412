"""What the importer reads of a reporting rule is what the regime page proposes."""

from __future__ import annotations

from datetime import date

import pytest

from importers import regime_text
from tracker.domain.asking import STANDING_KINDS, Answer
from tracker.domain.rhythm import Months, Weeks
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


@pytest.mark.parametrize(
    ("text", "kind", "rhythm", "asked"),
    [
        ("每月25日前将进展情况报送市府办。", "monthly", Months(25), ("每月报送", Answer.FORM, ["进展情况"])),
        ("每月5日前报送上月情况。", "monthly", Months(5, 1, 1), ("每月报送", Answer.FORM, ["上月情况"])),
        ("每月底前召开一次工作例会。", "monthly", Months(31), ("一月一例会", Answer.MEETING, None)),
        ("每两周的周四报送经验材料。", "biweekly", Weeks(3, 2), ("两周一经验", Answer.MATERIAL, None)),
        ("每两周报送一次进展情况。", "biweekly", Weeks(4, 2), ("两周报送", Answer.FORM, ["进展情况"])),
        ("每季度末月20日前报送目录，每季度末报送进展。", "quarterly", Months(20, 3), ("季度报送", Answer.FORM, ["目录", "进展"])),
    ],
)  # fmt: skip
def test_the_proposal_follows_the_day_and_the_words(
    text: str, kind: str, rhythm: object, asked: tuple[str, Answer, list[str] | None]
) -> None:
    found = regime_text.find(text, year=2026)
    assert found is not None
    standing = STANDING_KINDS[kind]

    proposed = regime_proposal.proposal(found, standing, plan_year=2026, today=date(2026, 5, 1))
    wanted = regime_proposal.proposed_requirement(found, standing)

    labels = [part.label for part in standing.parts] if asked[2] is None else asked[2]
    assert proposed.rhythm == rhythm
    assert (proposed.name, wanted.answer, [part.label for part in wanted.parts]) == (*asked[:2], labels)


def test_the_page_says_how_many_and_what_else() -> None:
    found = regime_text.find("每月报送信息不少于2篇。每季度报送目录。每季度末报送进展。", year=2026)

    assert found is not None
    assert regime_proposal.duties(found) == ("每月报送：信息，每期至少2份", "季度报送：目录，另有进展")
