"""A list of drafts compares each with the plans once, and anew when one of both has changed."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.editions import FIRST, NEW, confirmed, directory, imported, revision, uploaded
from tests.support.qingxi import TITLE
from tracker.domain import likeness as rules
from tracker.domain.actor import SYSTEM
from tracker.services import drafts, editions, importing, recognising
from tracker.services.readiness import EVERY_CONCERN


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles of the drafts that were compared, each time."""
    titles: list[str] = []

    def likeness(document: rules.Document, known: rules.Document) -> rules.Likeness | None:
        titles.append(document.title)
        return rules.likeness(document, known)

    monkeypatch.setattr(recognising, "likeness", likeness)
    monkeypatch.setattr(recognising, "_KEPT", recognising._Kept(5))
    return titles


def test_a_list_that_is_looked_at_again_compares_nothing_again(session: Session, compared: list[str]) -> None:
    directory(session)
    plan = imported(session)
    drafts_ = [
        uploaded(session, [*FIRST, NEW], title=f"{TITLE}（{word}）", number="") for word in ("定稿", "修订稿")
    ]

    for _ in range(2):
        found = editions.standings(session, [draft.id for draft in drafts_])

        assert [found[draft.id].words for draft in drafts_] == [f"像是《{plan.title}》的修订版，请认定"] * 2
    assert len(compared) == 2


def test_a_corrected_draft_is_compared_anew(session: Session, compared: list[str]) -> None:
    directory(session)
    imported(session)
    draft = uploaded(session, [*FIRST, NEW], title=f"{TITLE}（定稿）", number="")
    assert editions.standing(session, draft).proposed is not None

    drafts.change_about(
        session, SYSTEM, draft_id=draft.id, version=draft.version, title="青溪市2031年预算", year=2026,
        issuer=draft.issuer, document_number="", issued_on=None, now=NOW,
    )  # fmt: skip
    session.refresh(draft)

    assert editions.standing(session, draft).proposed is None
    assert compared == [f"{TITLE}（定稿）", "青溪市2031年预算"]


def test_a_revised_plan_is_compared_anew(session: Session, compared: list[str]) -> None:
    directory(session)
    plan = imported(session)
    draft = uploaded(session, [*FIRST, NEW], title=f"{TITLE}（定稿）", number="")
    first = editions.standing(session, draft).proposed

    confirmed(session, revision(session, plan, FIRST[:1]))
    second = editions.standing(session, draft).proposed

    assert first is not None
    assert second is not None
    assert len(compared) == 2


def test_only_the_last_pairs_are_kept(session: Session, compared: list[str]) -> None:
    directory(session)
    imported(session)
    drafts_ = [uploaded(session, [*FIRST, NEW], title=f"{TITLE}（第{place}稿）") for place in range(6)]

    for _ in range(2):
        editions.standings(session, [draft.id for draft in drafts_])

    assert len(compared) == 12, "six pairs do not fit where five are kept"


def test_a_plan_with_another_name_is_known_by_the_tasks_it_shares(session: Session) -> None:
    directory(session)
    plan = imported(session)

    draft = uploaded(session, FIRST, title="年度重点任务分解表", number="另号")

    proposed = editions.standing(session, draft).proposed
    assert proposed is not None
    assert proposed.plan is plan


def test_of_plans_that_stand_whole_in_a_draft_it_is_the_one_with_more_tasks(session: Session) -> None:
    directory(session)
    plan = imported(session)
    small = uploaded(session, [NEW], title="开放日分工", number="另号")
    importing.confirm(
        session, SYSTEM, draft_id=small.id, version=small.version, accepted=EVERY_CONCERN, now=NOW
    )

    draft = uploaded(session, [*FIRST, NEW], title="全年台账", number="")

    proposed = editions.standing(session, draft).proposed
    assert proposed is not None
    assert (proposed.plan, proposed.likeness.alike) == (plan, len(FIRST))
