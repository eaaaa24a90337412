"""A return that is a form, from the regime page to 通过: the office lays it out, a unit fills it in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import make_account, make_plan, make_task, make_unit
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.clock import CHINA
from tracker.domain.actor import Actor
from tracker.domain.asking import Answer, Part, PartKind, Requirement
from tracker.domain.period import Cadence
from tracker.domain.rhythm import Months
from tracker.services import advancing, regime, settings
from tracker.services.cadences import stored_parts
from tracker.store.tables import Account, Obligation, Plan, Return

OFFICE = Actor(account_id=None, name="陈雨", role="office")
QUARTERLY = Cadence(
    Months(10, 3, 1), time(17, 30), date(2026, 4, 1), date(2026, 12, 31), kind="quarterly", name="季度报送"
)
PARTS = (
    Part("count", "公开件数", PartKind.NUMBER),
    Part("summary", "本季度情况"),
    Part("problems", "存在问题", required=False),
)


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=CHINA).astimezone(UTC)


@dataclass
class Quarter:
    """A unit that owes its report on the third quarter, its contact and the office's clerk."""

    client: PageClient
    session: Session
    clock: SettableClock
    plan: Plan
    owed: Obligation
    contact: Account
    clerk: Account

    @property
    def path(self) -> str:
        return f"/my/returns/{self.owed.id}"

    def page(self, path: str = "") -> html.HtmlElement:
        return html.document_fromstring(self.client.get(path or self.path).get_data(as_text=True))

    def token(self) -> str:
        return str(self.page().xpath("//input[@name='token']/@value")[0])

    def post(self, action: str, token: str = "", **values: str) -> TestResponse:
        fields = {f"part-{name}-answer": value for name, value in values.items()}
        return self.client.post(self.path, data={"token": token or self.token(), "action": action} | fields)

    def fresh(self) -> Obligation:
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(Obligation).where(Obligation.id == self.owed.id)).one()

    def versions(self) -> list[Return]:
        self.fresh()
        query = select(Return).where(Return.obligation_id == self.owed.id).order_by(Return.number)
        return list(self.session.scalars(query))


@pytest.fixture
def quarter(client: PageClient, app_session: Session, clock: SettableClock) -> Quarter:
    settings.seed_calendar(app_session, work_calendar.official_days([2026]))
    plan, unit = make_plan(app_session), make_unit(app_session, "市教育局")
    make_task(app_session, plan, units=[unit])
    regime.switch_on(
        app_session, OFFICE, plan_id=plan.id, wanted=QUARTERLY, version=0, requirement=Requirement(Answer.FORM, PARTS),
        now=china("07-01T09:00"),
    )  # fmt: skip
    advancing.advance(app_session, now=china("10-09T09:00"))
    owed = app_session.scalars(select(Obligation).order_by(Obligation.id.desc())).first()
    assert owed is not None
    contact, clerk = make_account(app_session, "unit", unit=unit), make_account(app_session, "office")
    app_session.commit()
    clock.set(china("10-09T09:00"))
    client.as_account(contact)
    return Quarter(client, app_session, clock, plan, owed, contact, clerk)


FILLED = {"count": "1,234", "summary": "修订目录12项。\r\n培训两次。", "problems": ""}


def test_the_todo_says_which_report_it_is(quarter: Quarter) -> None:
    page = quarter.page("/my")

    (card,) = (found.text_content() for found in page.xpath("//article[contains(., '季度报送')]"))
    assert "第三季度" in card
    assert "明天 17:30" in card, "10 October is a worked Saturday"
    assert "去填" in card


def test_a_form_is_kept_handed_in_and_accepted(quarter: Quarter) -> None:
    assert [label.text.strip() for label in quarter.page().xpath("//form[@id='return-form']//label")] == [
        "公开件数", "本季度情况", "存在问题（选填）",
    ]

    kept = quarter.post("save", count="约", summary="写到一半")
    assert (kept.status_code, kept.location) == (303, quarter.path)
    assert "写到一半" in quarter.page().xpath("string(//textarea[@name='part-summary-answer'])")
    assert quarter.fresh().state == "open"

    answer = quarter.post("submit", **FILLED)

    assert (answer.status_code, answer.location) == (303, "/my")
    [version] = quarter.versions()
    assert version.parts == {"count": "1234", "summary": "修订目录12项。\n培训两次。", "problems": ""}
    assert (quarter.fresh().state, quarter.fresh().late) == ("submitted", False)

    quarter.client.as_account(quarter.clerk)
    board = quarter.page(f"/reporting/{quarter.plan.id}/board?cadence=quarterly")
    assert "1234" in board.xpath("//section[@aria-labelledby='waiting']//tbody/tr")[0].text_content()
    read = quarter.page(f"/reporting/obligations/{quarter.owed.id}")
    told = [(name.text, words.text_content()) for name, words in zip(read.xpath("//dl[contains(@class,'parts-read')]/dt"), read.xpath("//dl[contains(@class,'parts-read')]/dd"), strict=True)]
    assert told == [("公开件数", "1234"), ("本季度情况", "修订目录12项。\n培训两次。"), ("存在问题", "没有填")]
    version_seen = str(quarter.fresh().version)
    accepted = quarter.client.post(f"/reporting/obligations/{quarter.owed.id}/accept", data={"version": version_seen})
    assert accepted.location.endswith("/board?cadence=quarterly&period=2026-Q3")
    assert quarter.fresh().state == "accepted"


def test_a_form_that_came_back_is_mended_and_shows_what_differs(quarter: Quarter) -> None:
    quarter.post("submit", **FILLED)
    quarter.client.as_account(quarter.clerk)
    data = {"version": str(quarter.fresh().version), "reason": "请写培训人数"}
    assert quarter.client.post(f"/reporting/obligations/{quarter.owed.id}/send-back", data=data).status_code == 303

    quarter.client.as_account(quarter.contact)
    page = quarter.page()
    assert "请写培训人数" in page.text_content()
    assert "修订目录12项" in page.xpath("string(//textarea[@name='part-summary-answer'])")
    quarter.post("submit", **FILLED | {"summary": "修订目录12项。\n培训两次，共80人。"})

    assert [version.state for version in quarter.versions()] == ["returned", "submitted"]
    quarter.client.as_account(quarter.clerk)
    read = quarter.page(f"/reporting/obligations/{quarter.owed.id}")
    assert [piece.text for piece in read.xpath("//ins")] == ["，共80人"]


def told(quarter: Quarter, number: int) -> list[tuple[str, str]]:
    """A version as the office reads it: each part with what was answered."""
    quarter.client.as_account(quarter.clerk)
    page = quarter.page(f"/reporting/obligations/{quarter.owed.id}?version={number}")
    names, words = (page.xpath(f"//dl[contains(@class,'parts-read')]/{tag}") for tag in ("dt", "dd"))
    return [(name.text, word.text_content()) for name, word in zip(names, words, strict=True)]


def test_a_version_is_read_with_the_labels_that_were_asked_for_then(quarter: Quarter) -> None:
    quarter.post("submit", **FILLED)
    quarter.client.as_account(quarter.clerk)
    data = {"version": str(quarter.fresh().version), "reason": "请补充"}
    quarter.client.post(f"/reporting/obligations/{quarter.owed.id}/send-back", data=data)
    changed = (Part("count", "公开件数和主要内容"), Part("visits", "访问量", PartKind.NUMBER))
    quarter.fresh().period.cadence.parts = stored_parts(changed)
    quarter.session.commit()
    first = [("公开件数", "1234"), ("本季度情况", "修订目录12项。\n培训两次。"), ("存在问题", "没有填")]

    assert told(quarter, 1) == first

    quarter.client.as_account(quarter.contact)
    fields = quarter.page().xpath("//form[@id='return-form']//label/text()")
    assert [label.strip() for label in fields] == ["公开件数和主要内容", "访问量"]
    quarter.post("submit", count="12件，都是目录", visits="9,000")
    assert told(quarter, 1) == first
    assert told(quarter, 2)[1] == ("访问量", "9000")
    quarter.fresh().period.cadence.parts = stored_parts(PARTS)
    quarter.session.commit()
    assert told(quarter, 2)[1] == ("访问量", "9000")


def test_a_version_from_before_labels_were_kept_is_read_with_those_of_now(quarter: Quarter) -> None:
    quarter.post("submit", **FILLED)
    [version] = quarter.versions()
    version.asked = None
    version.obligation.period.cadence.parts = stored_parts((Part("count", "件数", PartKind.NUMBER),))
    quarter.session.commit()

    assert told(quarter, 1) == [("件数", "1234")]


def test_what_is_missing_is_said_and_nothing_typed_is_lost(quarter: Quarter) -> None:
    answer = quarter.post("submit", count="约12件", summary="")

    assert (answer.status_code, answer.location) == (303, f"{quarter.path}?mend=submit")
    page = quarter.page(answer.location)
    assert [item.text for item in page.xpath("//ul[@class='mends']//a")] == [
        "公开件数请填一个数，例如 12。", "请填写本季度情况；没有的话写“无”。",
    ]
    assert page.xpath("//input[@name='part-count-answer']/@value") == ["约12件"]
    assert quarter.fresh().state == "open"


def test_a_second_tab_is_a_conflict_that_shows_both(quarter: Quarter) -> None:
    old = quarter.token()
    quarter.post("save", summary="另一个窗口写的")

    answer = quarter.post("submit", token=old, count="3", summary="这个窗口写的")

    assert answer.status_code == 409
    assert "另一个窗口写的" in answer.text
    assert "这个窗口写的" in answer.text
    assert quarter.fresh().state == "open"


def test_typing_is_kept_by_itself(quarter: Quarter) -> None:
    data = {"token": quarter.token(), "part-summary-answer": "自动存的"}

    answer = quarter.client.post(f"{quarter.path}/draft", data=data)

    assert answer.json is not None
    assert re.fullmatch(r"1\.\d+", answer.json["token"])
    assert quarter.versions()[0].parts == {"count": "", "summary": "自动存的", "problems": ""}


def test_what_was_written_last_time_stands_beside_the_field(quarter: Quarter) -> None:
    quarter.post("submit", **FILLED)
    advancing.advance(quarter.session, now=china("12-31T23:00"))
    advancing.advance(quarter.session, now=datetime(2027, 1, 1, 9, tzinfo=UTC))
    later = quarter.session.scalars(select(Obligation).order_by(Obligation.id.desc())).first()
    assert later is not None
    quarter.session.commit()
    quarter.clock.set(datetime(2027, 1, 4, 1, tzinfo=UTC))
    quarter.client.as_account(quarter.contact)

    page = quarter.page(f"/my/returns/{later.id}")

    assert later.id != quarter.owed.id
    assert [item.text for item in page.xpath("//details[@class='before']/p")] == ["1234", "修订目录12项。\n培训两次。"]


def test_words_that_were_said_before_are_noted_and_not_blocked(quarter: Quarter) -> None:
    quarter.post("submit", **FILLED)
    advancing.advance(quarter.session, now=datetime(2027, 1, 1, 9, tzinfo=UTC))
    later = quarter.session.scalars(select(Obligation).order_by(Obligation.id.desc())).first()
    assert later is not None
    quarter.session.commit()
    quarter.clock.set(datetime(2027, 1, 4, 1, tzinfo=UTC))
    quarter.client.as_account(quarter.contact)
    quarter.owed = later

    assert quarter.post("submit", **FILLED).status_code == 303

    quarter.client.as_account(quarter.clerk)
    board = quarter.page(f"/reporting/{quarter.plan.id}/board?cadence=quarterly")
    row = board.xpath("//section[@aria-labelledby='waiting']//tbody/tr")[0].text_content()
    assert "与三季度文字相同" in row
    assert "1234；修订目录12项。" in row
    assert board.xpath("//input[@name='seen']") == [], "a person looks at it"


def test_a_form_handed_in_late_is_late_for_its_own_period(quarter: Quarter) -> None:
    advancing.advance(quarter.session, now=china("10-10T18:00"))
    quarter.session.commit()
    quarter.clock.set(china("10-12T09:00"))
    quarter.client.as_account(quarter.contact)

    answer = quarter.post("submit", **FILLED)

    assert answer.status_code == 303
    assert (quarter.fresh().state, quarter.fresh().late) == ("submitted", True)


def test_another_units_form_is_not_there(quarter: Quarter) -> None:
    stranger = make_account(quarter.session, "unit", unit=make_unit(quarter.session))
    quarter.session.commit()
    quarter.client.as_account(stranger)

    assert quarter.client.get(quarter.path).status_code == 404
    assert quarter.client.post(quarter.path, data={"token": "1.0", "action": "submit"}).status_code == 404
