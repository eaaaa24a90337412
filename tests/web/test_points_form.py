"""The form of a scheme of points: what is written comes back, what is wrong is marked, nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.points import SCHEME, switched_on
from tests.support.points_town import Town, filled, make_town, parsed, text
from tracker.domain.points_data import from_data
from tracker.store.tables import ScoreLine, ScoreScheme


@pytest.fixture
def town(app: Flask, app_session: Session) -> Town:
    return make_town(app, app_session)


@pytest.fixture
def scheme(town: Town, app_session: Session) -> ScoreScheme:
    row = switched_on(app_session)
    app_session.commit()
    return row


def test_from_the_settings_to_a_scheme_that_is_switched_on(town: Town, app_session: Session) -> None:
    assert "/points" in parsed(town.office, "/settings").xpath("//a/@href")
    sent = filled(parsed(town.office, "/points/schemes/new"), "") | {"preset": "graded"}

    made = town.office.post("/points/schemes/new", data=sent)
    assert made.status_code == 303
    page = parsed(town.office, made.headers["Location"])
    saved = town.office.post(made.headers["Location"], data=filled(page))
    assert saved.status_code == 303
    row = app_session.scalars(select(ScoreScheme)).one()
    shown = parsed(town.office, f"/points/schemes/{row.id}/trial")
    assert "到截止没有报送，每期扣1分" in shown.text_content()
    assert app_session.scalars(select(ScoreLine)).all() == []
    on = town.office.post(f"/points/schemes/{row.id}/on", data=filled(shown, "/on"))

    assert on.status_code == 303
    app_session.rollback()
    app_session.expire_all()
    assert row.state == "on"
    assert row.editions[0].starts_on.isoformat() == "2026-01-01"


def test_what_the_form_shows_comes_back_unchanged(
    town: Town, scheme: ScoreScheme, app_session: Session
) -> None:
    address = f"/points/schemes/{scheme.id}/edit"

    assert town.office.post(address, data=filled(parsed(town.office, address))).status_code == 303

    app_session.rollback()
    app_session.expire_all()
    assert from_data(scheme.content) == SCHEME


def test_rows_are_added_changed_and_emptied(town: Town, scheme: ScoreScheme, app_session: Session) -> None:
    address = f"/points/schemes/{scheme.id}/edit"
    sent = filled(parsed(town.office, address))
    sent |= {"rules-0-points": "－1.5", "rules-1-clause": "", "rules-1-points": ""}
    sent |= {
        "rules-13-indicator": "1",
        "rules-13-clause": "收到红色督办单，每份扣3分",
        "rules-13-points": "-3",
    }
    sent |= {
        "rules-13-kind": "order_issued",
        "rules-13-only": "red",
        "indicators-2-number": "3",
        "indicators-2-name": "其他",
    }

    assert town.office.post(address, data=sent).status_code == 303

    app_session.rollback()
    app_session.expire_all()
    content = from_data(scheme.content)
    assert [rule.key for rule in content.rules] == ["r1", *(f"r{n}" for n in range(3, 14)), "r14"]
    assert content.rules[0].points == -150
    assert (content.rules[-1].only, content.rules[-1].points) == ("red", -300)
    assert content.indicators[-1].name == "其他"
    assert "办法改过了，还没有启用" in text(town.office, f"/points/schemes/{scheme.id}")


def test_a_figure_that_is_none_is_marked_where_it_stands_and_nothing_is_lost(
    town: Town, scheme: ScoreScheme
) -> None:
    address = f"/points/schemes/{scheme.id}/edit"
    sent = filled(parsed(town.office, address)) | {"rules-0-points": "扣一分", "rules-1-clause": "新的依据"}

    answer = town.office.post(address, data=sent)

    assert answer.status_code == 422
    page: Any = html.fromstring(answer.get_data(as_text=True))
    wrong = page.xpath("//input[@name='rules-0-points']")[0]
    assert (wrong.get("value"), wrong.get("aria-invalid")) == ("扣一分", "true")
    assert page.xpath("//input[@name='rules-1-clause']/@value") == ["新的依据"]
    told = page.xpath("//*[contains(@class, 'note red')]")[0].text_content()
    assert told.strip() == "分值请填数字，最多两位小数，例如 -0.5。"


def unfolded(page: Any) -> list[str]:
    """The parts of the form that are open, by their headings."""
    return [
        head.text_content().partition("（")[0]
        for head in page.xpath("//details[contains(@class, 'part')][@open]/summary/h2")
    ]


def test_what_is_in_order_is_folded_and_what_is_not_is_open(town: Town, scheme: ScoreScheme) -> None:
    address = f"/points/schemes/{scheme.id}/edit"
    page = parsed(town.office, address)
    assert unfolded(page) == ["记分规则"]
    assert "工作落实、加分" in page.xpath("//summary[@id='indicators-title']")[0].text_content()
    assert len(page.xpath("//input[starts-with(@name, 'rules-') and contains(@name, '-clause')]")) == 14, "one is spare"

    answer = town.office.post(address, data=filled(page) | {"indicators-0-base": "许多"})

    assert answer.status_code == 422
    assert unfolded(html.fromstring(answer.get_data(as_text=True))) == ["指标", "记分规则"]


def test_what_is_wrong_with_a_scheme_is_told_and_keeps_it_off(town: Town, scheme: ScoreScheme) -> None:
    address = f"/points/schemes/{scheme.id}/edit"
    sent = filled(parsed(town.office, address)) | {"rules-0-indicator": "9"}
    assert town.office.post(address, data=sent).status_code == 303

    assert "要归到一项指标，“9”不在表里" in text(town.office, address)
    trial = parsed(town.office, f"/points/schemes/{scheme.id}/trial")
    assert not trial.xpath("//form[contains(@action, '/on')]")


def test_a_stale_form_shows_what_stands_now(town: Town, scheme: ScoreScheme, app_session: Session) -> None:
    address = f"/points/schemes/{scheme.id}/edit"
    first, second = (filled(parsed(town.office, address)) for _ in range(2))
    assert town.office.post(address, data=first | {"name": "第一个人改的"}).status_code == 303

    answer = town.office.post(address, data=second | {"name": "第二个人改的"})

    assert answer.status_code == 409
    said = answer.get_data(as_text=True)
    assert "第一个人改的" in said
    assert "第二个人改的" in said
    again = filled(html.fromstring(said))
    assert town.office.post(address, data=again).status_code == 303
