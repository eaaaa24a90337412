"""积分 as people meet it: the office draws a scheme up, tries it, switches it on; units see their own lines and object."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.services.points_city import happened
from tests.support.pages import PageClient
from tests.support.points import OFFICE, SCHEME, switched_on
from tests.support.points_town import Town, filled, make_town, parsed, text
from tracker.services import point_lines, point_schemes, scoring
from tracker.store.tables import ScoreLine, ScoreObjection, ScoreScheme

NOW, TODAY = factories.NOW, factories.TODAY


@pytest.fixture
def town(app: Flask, app_session: Session) -> Town:
    return make_town(app, app_session)


@pytest.fixture
def scheme(town: Town, app_session: Session) -> ScoreScheme:
    """It is on, and the worker has ticked."""
    row = switched_on(app_session)
    scoring.enter_all(app_session, now=NOW)
    app_session.commit()
    return row


def missed(session: Session) -> ScoreLine:
    session.rollback()
    return (
        session.scalars(select(ScoreLine).where(ScoreLine.rule_key == "r1").order_by(ScoreLine.id)).first()
        or ScoreLine()
    )


def test_many_lines_are_paged_and_a_unit_sees_its_newest(
    town: Town, scheme: ScoreScheme, app_session: Session
) -> None:
    for number in range(60):
        again = happened(town.city.justice, words=f"第{number}件事")
        point_lines.enter(app_session, OFFICE, scheme_id=scheme.id, happened=again, now=NOW)
    app_session.commit()

    first = parsed(town.office, f"/points/lines?scheme={scheme.id}")
    (onward,) = {str(link) for link in first.xpath("//a/@href") if "page=2" in link}
    second = parsed(town.office, onward)
    mine = parsed(town.contact, "/points")

    assert [len(page.xpath("//tbody/tr")) for page in (first, second, mine)] == [50, 12, 20]
    assert f"scheme={scheme.id}" in onward
    assert mine.xpath("//a[@data-count='62']/@href") == [f"/points/lines?scheme={scheme.id}"]


def test_each_number_opens_as_many_lines(town: Town, scheme: ScoreScheme) -> None:
    for address in ("/points", f"/points/schemes/{scheme.id}"):
        for link in parsed(town.office, address).xpath("//a[@data-count]"):
            opened = parsed(town.office, str(link.get("href")))
            assert len(opened.xpath("//tbody/tr")) == int(str(link.get("data-count"))), link.get("href")


def test_a_past_day_is_shown_as_it_was(town: Town, scheme: ScoreScheme) -> None:
    before = (TODAY - timedelta(days=1)).isoformat()

    now_shown, then = (
        text(town.office, f"/points/schemes/{scheme.id}?day={day}") for day in (TODAY.isoformat(), before)
    )

    assert "<b>97</b>" in now_shown
    assert "<b>97</b>" not in then
    assert then.count("<b>100</b>") == 2


def test_a_unit_sees_its_own_points_and_no_others(
    town: Town, scheme: ScoreScheme, app_session: Session
) -> None:
    assert "/points" in parsed(town.contact, "/my").xpath("//a/@href")
    mine = text(town.contact, "/points")
    assert "97" in mine
    assert "市卫健委" not in mine
    line = missed(app_session)

    own, foreign = (client.get(f"/points/lines/{line.id}") for client in (town.contact, town.stranger))

    assert (own.status_code, foreign.status_code) == (200, 404)
    assert len(parsed(town.contact, "/points/lines").xpath("//tbody/tr")) == 2
    assert not parsed(town.stranger, f"/points/lines?unit={town.city.justice.id}").xpath("//tbody/tr")
    assert f"/reporting/obligations/{town.city.missed.id}" in parsed(
        town.contact, f"/points/lines/{line.id}"
    ).xpath("//a/@href")


def test_without_a_scheme_nothing_of_points_is_on_a_units_desk(town: Town) -> None:
    assert "/points" not in parsed(town.contact, "/my").xpath("//a/@href")


def test_a_unit_objects_and_the_office_upholds(town: Town, scheme: ScoreScheme, app_session: Session) -> None:
    line = missed(app_session)
    address = f"/points/lines/{line.id}"

    said = town.contact.post(f"{address}/object", data={"words": "那一周系统停机。"})
    assert said.status_code == 303
    assert "待处理异议" in text(town.office, "/points")
    assert "/points/lines?objected=1" in parsed(town.office, "/desk").xpath("//a[@data-count=1]/@href")
    page = parsed(town.office, address)
    assert "那一周系统停机。" in page.text_content()
    done = town.office.post(
        f"{address}/decide", data=filled(page, "/decide") | {"uphold": "yes", "words": "属实。"}
    )

    assert done.status_code == 303
    assert "异议成立" in text(town.contact, address)
    assert "98" in text(town.contact, "/points")


def test_what_was_typed_for_a_refused_step_stays(
    town: Town, scheme: ScoreScheme, app_session: Session
) -> None:
    line = missed(app_session)
    address = f"/points/lines/{line.id}"
    assert town.contact.post(f"{address}/object", data={"words": " "}).status_code == 422
    town.contact.post(f"{address}/object", data={"words": "停机。"})

    twice = town.contact.post(f"{address}/object", data={"words": "再补充一句。"})
    assert twice.status_code == 422
    assert "再补充一句。" in twice.get_data(as_text=True)
    no_choice = town.office.post(f"{address}/decide", data={"words": "理由。", "version": 1})
    assert no_choice.status_code == 422
    assert "理由。" in no_choice.get_data(as_text=True)


def test_a_decision_on_a_stale_page_is_told_so(town: Town, scheme: ScoreScheme, app_session: Session) -> None:
    line = missed(app_session)
    address = f"/points/lines/{line.id}"
    town.contact.post(f"{address}/object", data={"words": "停机。"})

    answer = town.office.post(f"{address}/decide", data={"uphold": "no", "words": "维持。", "version": 9})

    assert answer.status_code == 409
    assert "维持。" in answer.get_data(as_text=True)
    app_session.rollback()
    assert app_session.scalars(select(ScoreObjection.state)).one() == "waiting"


def test_the_office_enters_by_hand_with_evidence_and_puts_right(
    town: Town, scheme: ScoreScheme, app_session: Session
) -> None:
    address = f"/points/schemes/{scheme.id}/enter"
    sent = filled(parsed(town.office, address)) | {
        "unit_id": town.city.health.id, "on": TODAY.isoformat(), "words": "信息泄密一起", "evidence": ""
    }  # fmt: skip
    refused = town.office.post(address, data=sent)
    assert refused.status_code == 422
    assert "信息泄密一起" in refused.get_data(as_text=True)

    assert town.office.post(address, data=sent | {"evidence": "通报〔2026〕3号"}).status_code == 303

    app_session.rollback()
    line = app_session.scalars(select(ScoreLine).where(ScoreLine.origin == "by_hand")).one()
    assert town.office.post(f"/points/lines/{line.id}/correct", data={"words": "登错单位"}).status_code == 303
    assert "已冲销" in text(town.office, f"/points/lines/{line.id}")
    assert "登错单位" in text(town.stranger, "/points/lines")


def test_leaders_see_points_only_where_ranking_is_on(
    town: Town, scheme: ScoreScheme, app_session: Session
) -> None:
    line = missed(app_session)
    assert "市司法局" not in text(town.leader, "/points")
    assert "减负" in text(town.leader, "/points")
    assert town.leader.get(f"/points/lines/{line.id}").status_code == 404
    assert "/points" not in parsed(town.leader, "/dashboard").xpath("//a/@href")

    assert town.office.post("/points/ranking", data={"ranked": "y"}).status_code == 303
    rows = parsed(town.leader, "/points").xpath("//tbody/tr/th/text()")

    assert rows == ["市卫健委", "市司法局"]
    assert "/points" in parsed(town.leader, "/dashboard").xpath("//a/@href")
    assert town.office.post("/points/ranking", data={}).status_code == 303
    assert "市司法局" not in text(town.leader, "/points")
    assert "国办函〔2026〕12号" in text(town.office, "/points")


def test_the_offices_order_is_no_ranking(town: Town, scheme: ScoreScheme) -> None:
    rows = parsed(town.office, f"/points/schemes/{scheme.id}").xpath("//tbody/tr/th/text()")

    assert rows == ["市司法局", "市卫健委"], "the directory's order, though the first has fewer points"


def sheet(client: PageClient, address: str) -> list[tuple[Any, ...]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return list(openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))


def test_what_is_exported_adds_up(town: Town, scheme: ScoreScheme) -> None:
    lines = sheet(town.office, f"/points/schemes/{scheme.id}/lines.xlsx")
    scores = sheet(town.office, f"/points/schemes/{scheme.id}/scores.xlsx")

    counted = lines[0].index("计入")
    assert len(lines) == 3
    assert sum(row[counted] for row in lines[1:]) == -3
    assert scores[1][1:] == ("市司法局", None, 100, -3, 0, 97, "优秀")
    assert scores[2][1] == "市卫健委"


def test_a_unit_exports_its_own_lines_and_no_scores(town: Town, scheme: ScoreScheme) -> None:
    assert len(sheet(town.stranger, f"/points/schemes/{scheme.id}/lines.xlsx")) == 1
    assert town.stranger.get(f"/points/schemes/{scheme.id}/scores.xlsx").status_code == 403


def test_a_scheme_is_ended_on_its_page(town: Town, scheme: ScoreScheme, app_session: Session) -> None:
    page = parsed(town.office, f"/points/schemes/{scheme.id}")

    assert town.office.post(f"/points/schemes/{scheme.id}/off", data=filled(page, "/off")).status_code == 303

    app_session.rollback()
    app_session.expire_all()
    assert scheme.state == "off"
    assert "已停用" in text(town.office, f"/points/schemes/{scheme.id}")
    assert "/points" not in parsed(town.contact, "/my").xpath("//a/@href")


def test_a_changed_scheme_cannot_be_switched_on_for_the_past(
    town: Town, scheme: ScoreScheme, app_session: Session
) -> None:
    changed = SCHEME.__class__(
        **{**{name: getattr(SCHEME, name) for name in SCHEME.__slots__}, "maximum": 12000}
    )
    point_schemes.change(
        app_session, OFFICE, scheme_id=scheme.id, version=scheme.version, content=changed, now=NOW
    )
    app_session.commit()
    sent = filled(parsed(town.office, f"/points/schemes/{scheme.id}/trial"), "/on") | {
        "starts_on": "2026-03-01"
    }

    answer = town.office.post(f"/points/schemes/{scheme.id}/on", data=sent)

    assert answer.status_code == 422
    assert "只能从今天或以后起算" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "query", ["scheme=x", "unit=-1", "day=2026-13-40", "page=999", "page=x", "rule=%27", "objected=2"]
)
def test_an_address_that_says_nothing_sensible_narrows_nothing(
    town: Town, scheme: ScoreScheme, query: str
) -> None:
    assert parsed(town.office, f"/points/lines?{query}").xpath("//tbody/tr") or "rule" in query
