"""例会 on the pages: called, told beforehand, attended, minuted, closed; then the unit answers its decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import cast

import pytest
from docx import Document
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.services import meeting_city
from tests.services.meeting_city import HELD_ON, LATER, TODAY, City
from tests.support.pages import PageClient
from tracker.adapters import pdf
from tracker.domain.china_time import china_clock
from tracker.services import attending, minutes
from tracker.store.tables import Account, Meeting, MeetingDecision, Obligation, Task

ROLES = "\n".join(meeting_city.ROLES)


@dataclass(frozen=True)
class Town:
    city: City
    office: PageClient
    leader: PageClient
    contact: PageClient
    other: PageClient
    stranger: PageClient


@pytest.fixture
def town(app: Flask, app_session: Session) -> Town:
    city = meeting_city.built(app_session)
    archive = factories.make_unit(app_session, "市档案馆")
    factories.make_task(app_session, city.plan, "整理目录", units=[city.justice, city.health])
    named = (
        ("office", None),
        ("leader", None),
        ("unit", city.justice),
        ("unit", city.health),
        ("unit", archive),
    )
    accounts = [
        factories.make_account(app_session, role, unit=of, username=f"{role}{place}")
        for place, (role, of) in enumerate(named)
    ]
    app_session.commit()

    def visit(account: Account) -> PageClient:
        return cast("PageClient", app.test_client()).as_account(account)

    return Town(city, *(visit(account) for account in accounts))


def text(page: PageClient, address: str) -> str:
    answer = page.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def the_only(session: Session) -> Meeting:
    session.rollback()
    return session.scalars(select(Meeting)).one()


def decision(session: Session) -> MeetingDecision:
    session.rollback()
    return session.scalars(select(MeetingDecision)).one()


def call(town: Town, session: Session) -> str:
    data = {
        "version": 0, "title": "9月例会", "day": TODAY.isoformat(), "hour": "15:00", "place": "三楼", "roles": ROLES,
        "unit_ids": list(town.city.both),
    }  # fmt: skip
    answer = town.office.post(f"/meetings/new?period={town.city.period.id}", data=data)
    assert answer.status_code == 303
    return f"/meetings/{the_only(session).id}"


def propose(
    town: Town, session: Session, address: str, *, due_on: str = LATER.isoformat()
) -> MeetingDecision:
    meeting = the_only(session)
    data = {
        "version": meeting.version,
        "words": "开放数据接口",
        "unit_id": town.city.justice.id,
        "due_on": due_on,
    }
    assert town.office.post(f"{address}/decisions", data=data).status_code == 303
    return decision(session)


def close(town: Town, session: Session, address: str) -> int:
    return town.office.post(f"{address}/close", data={"version": the_only(session).version}).status_code


def test_from_calling_to_the_confirmed_decision(town: Town, app_session: Session) -> None:
    assert "召集9月例会" in text(town.office, "/desk")
    assert "市司法局" in text(town.office, f"/meetings/new?period={town.city.period.id}")
    address = call(town, app_session)
    todo = text(town.contact, "/my")
    assert todo.count("9月例会") == 1, "the card says it, with hour and place"
    assert "告知谁来" in todo
    assert "三楼" in todo
    owed = meeting_city.obligation_of(app_session, town.city.period, town.city.justice)
    form = text(town.contact, f"/my/returns/{owed.id}")
    assert "看本单位的例会材料" in form

    assert "还没有登记到会情况" in text(town.office, address)
    assert close(town, app_session, address) == 422
    assert town.office.post(f"{address}/attendance/all").status_code == 303
    propose(town, app_session, address)
    assert "可以定稿" in text(town.office, address)
    assert close(town, app_session, address) == 303

    assert "到会</span> <a" in text(town.contact, "/my")
    row = decision(app_session)
    assert "开放数据接口" in text(town.contact, "/my")
    data = {"version": row.version, "words": "已开放", "evidence_url": ""}
    assert town.contact.post(f"/decisions/{row.id}/report", data=data).status_code == 303
    assert "等确认 1 件" in text(town.office, "/desk")
    data = {"version": decision(app_session).version, "words": ""}
    assert town.office.post(f"/decisions/{row.id}/confirm", data=data).status_code == 303
    assert decision(app_session).state == "done"
    assert "已办结" in text(town.leader, address)


def test_attendance_is_entered_by_role_and_wrong_rows_say_what_is_missing(
    town: Town, app_session: Session
) -> None:
    address = call(town, app_session)
    key = f"row-{town.city.justice.id}-0"
    meeting = the_only(app_session)
    data = {"token": attending.token_of(meeting), f"{key}-presence": "leave", f"{key}-told": ""}
    answer = town.office.post(f"{address}/attendance", data=data)
    assert answer.status_code == 422
    assert "请假的请写明原因" in answer.get_data(as_text=True)
    answer = town.office.post(f"{address}/attendance", data=data | {f"{key}-told": "赴省开会"})
    assert answer.status_code == 303
    assert "分管领导请假（赴省开会）" in text(town.office, address)
    answer = town.office.post(f"{address}/attendance", data=data | {f"{key}-presence": "present"})
    assert answer.status_code == 409
    assert "已存：请假（赴省开会）" in answer.get_data(as_text=True)


def test_two_writers_of_the_minutes_see_both_texts(town: Town, app_session: Session) -> None:
    address = call(town, app_session)
    token = minutes.token_of(the_only(app_session))
    note = f"unit-{town.city.justice.id}-note"
    first = {"token": token, "text": "听取进展", note: "进展正常"}
    assert town.office.post(f"{address}/minutes", data=first).status_code == 303
    answer = town.office.post(f"{address}/minutes", data=first | {"text": "研究问题"})
    assert answer.status_code == 409
    said = answer.get_data(as_text=True)
    assert "研究问题" in said
    assert "听取进展" in said
    assert "听取进展" not in text(town.contact, address), "units read closed minutes only"


def test_the_slower_of_two_at_one_decision_sees_both_texts(town: Town, app_session: Session) -> None:
    address = call(town, app_session)
    row = propose(town, app_session, address, due_on="")
    data = {"version": row.version, "words": "开放两个接口", "unit_id": 0, "due_on": ""}
    assert town.office.post(f"/decisions/{row.id}/change", data=data).status_code == 303
    answer = town.office.post(f"/decisions/{row.id}/change", data=data | {"words": "开放三个接口"})
    assert answer.status_code == 409
    said = answer.get_data(as_text=True)
    assert "开放两个接口" in said
    assert "开放三个接口" in said
    assert "没有完成日期" in text(town.office, address)
    data = {"version": decision(app_session).version}
    assert town.office.post(f"/decisions/{row.id}/remove", data=data).status_code == 303
    app_session.rollback()
    assert app_session.scalars(select(MeetingDecision)).all() == []


def test_a_unit_sees_its_own_page_and_the_closed_minutes(town: Town, app_session: Session) -> None:
    address = call(town, app_session)
    both = [f"{address}/units/{unit.id}" for unit in (town.city.justice, town.city.health)]
    assert town.contact.get(both[0]).status_code == 200
    assert town.contact.get(both[1]).status_code == 404
    assert town.stranger.get(address).status_code == 404
    assert town.contact.get(f"{address}/minutes.docx").status_code == 404
    assert town.contact.get(f"{address}/pack.docx").status_code == 403
    assert town.leader.get(both[1]).status_code == 200
    assert town.leader.post(f"{address}/close", data={"version": 1}).status_code == 403
    row = propose(town, app_session, address)
    assert town.contact.get(f"/decisions/{row.id}").status_code == 404
    assert row.words not in text(town.contact, address)

    town.office.post(f"{address}/attendance/all")
    assert close(town, app_session, address) == 303
    assert row.words in text(town.other, address)
    assert town.other.get(f"/decisions/{row.id}").status_code == 404
    assert town.contact.get(f"/decisions/{row.id}").status_code == 200
    file = town.other.get(f"{address}/minutes.docx")
    assert "责任单位：市司法局" in "".join(each.text for each in Document(BytesIO(file.data)).paragraphs)


def test_a_decision_becomes_a_task_with_a_link_both_ways(town: Town, app_session: Session) -> None:
    address = call(town, app_session)
    town.office.post(f"{address}/attendance/all")
    row = propose(town, app_session, address)
    assert close(town, app_session, address) == 303
    data = {"version": decision(app_session).version}
    assert town.office.post(f"/decisions/{row.id}/transfer", data=data).status_code == 303
    app_session.rollback()
    task = app_session.scalars(select(Task).order_by(Task.id.desc())).first()
    assert task is not None
    assert f"/tasks/{task.id}" in text(town.office, f"/decisions/{row.id}")
    assert f"/decisions/{row.id}" in text(town.contact, f"/tasks/{task.id}")


def test_what_comes_back_is_written_down_on_the_next_meetings_page(town: Town, app_session: Session) -> None:
    address = call(town, app_session)
    town.office.post(f"{address}/attendance/all")
    row = propose(town, app_session, address)
    assert close(town, app_session, address) == 303
    data = {
        "version": 0, "title": "10月例会", "day": (HELD_ON + timedelta(days=30)).isoformat(), "hour": "09:00",
        "place": "三楼", "roles": ROLES, "unit_ids": list(town.city.both),
    }  # fmt: skip
    assert town.office.post(f"/meetings/new?plan={town.city.plan.id}", data=data).status_code == 303
    app_session.rollback()
    second = app_session.scalars(select(Meeting).order_by(Meeting.id.desc())).first()
    assert second is not None
    said = text(town.office, f"/meetings/{second.id}")
    assert "第2次上会" in said
    heard = {
        "version": decision(app_session).version, "words": "标准已定", "unit_id": town.city.justice.id,
        "due_on": (HELD_ON + timedelta(days=40)).isoformat(),
    }  # fmt: skip
    address = f"/meetings/{second.id}/decisions/{row.id}"
    assert town.office.post(address, data=heard).status_code == 303
    assert town.office.post(address, data=heard).status_code == 409
    assert "标准已定" in text(town.office, f"/meetings/{second.id}")


def test_the_pack_is_a_file_and_every_number_opens_its_list(town: Town, app_session: Session) -> None:
    factories.make_task(
        app_session, town.city.plan, "清理文件", units=[town.city.justice], due=HELD_ON - timedelta(days=9)
    )
    app_session.commit()
    address = call(town, app_session)
    assert "逾期任务1项" in text(town.office, address)
    page = text(town.office, f"{address}/units/{town.city.justice.id}")
    query = f"/ledger?plan={town.city.plan.id}&amp;unit={town.city.justice.id}&amp;overdue=1"
    assert query in page
    assert "清理文件" in text(town.office, query.replace("&amp;", "&"))
    file = town.office.get(f"{address}/pack.docx")
    assert file.status_code == 200
    assert "市司法局" in "".join(each.text for each in Document(BytesIO(file.data)).paragraphs)


def test_pack_and_minutes_are_handed_out_as_pdf_too(
    town: Town, app_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = call(town, app_session)
    monkeypatch.setattr(pdf, "from_docx", lambda data, **_: b"%PDF-" + data[:2])

    for name in ("pack", "minutes"):
        file = town.office.get(f"{address}/{name}.pdf")
        assert (file.mimetype, file.data) == ("application/pdf", b"%PDF-PK")
    assert town.contact.get(f"{address}/minutes.pdf").status_code == 404

    monkeypatch.setattr(pdf, "from_docx", lambda *_, **__: None)
    monkeypatch.setattr(pdf, "_program", lambda: None)
    told = town.office.get(f"{address}/pack.pdf", follow_redirects=True).get_data(as_text=True)
    assert "这台机器没有装 LibreOffice" in told


def test_what_is_typed_wrongly_comes_back(town: Town, app_session: Session) -> None:
    data = {"version": 0, "title": "", "day": "2026-13-40", "hour": "", "place": "二楼", "roles": ""}
    answer = town.office.post(f"/meetings/new?period={town.city.period.id}", data=data)
    assert answer.status_code == 422
    assert "二楼" in answer.get_data(as_text=True)
    address = call(town, app_session)
    meeting = the_only(app_session)
    data = {
        "version": meeting.version, "title": "九月例会", "day": HELD_ON.isoformat(), "hour": "10:00", "place": "",
        "roles": ROLES, "unit_ids": [town.city.justice.id],
    }  # fmt: skip
    assert town.office.post(f"{address}/edit", data=data).status_code == 303
    assert town.office.post(f"{address}/edit", data=data).status_code == 409
    assert "九月例会" in text(town.office, address)
    data = {"version": the_only(app_session).version, "words": ""}
    assert town.office.post(f"{address}/cancel", data=data).status_code == 422
    assert town.office.post(f"{address}/cancel", data=data | {"words": "防汛"}).status_code == 303
    assert "防汛" in text(town.office, address)
    assert town.office.get("/meetings?plan=1").status_code == 200


def test_what_units_tell_waits_for_the_meeting_and_not_for_the_desk(town: Town, app_session: Session) -> None:
    meeting_city.tell(app_session, town.city, town.city.justice)
    app_session.commit()
    assert "待审 1 件" in text(town.office, "/desk")
    call(town, app_session)
    assert "待审 0 件" in text(town.office, "/desk")
    owed = app_session.scalars(select(Obligation).where(Obligation.state == "submitted")).one()
    listed = text(town.office, "/reporting/obligations?state=submitted&to_read=1")
    assert f"/reporting/obligations/{owed.id}" not in listed
    board = text(town.office, f"/reporting/{town.city.plan.id}/board?cadence=monthly")
    assert "纪要定稿时本期一并办结" in board
    assert "已告知" in board
    assert "待审" not in board
    answer = town.office.post(f"/reporting/obligations/{owed.id}/accept", data={"version": owed.version})
    assert answer.status_code == 422
    assert "不用单独通过" in answer.get_data(as_text=True)


def test_a_remark_stands_beside_closed_minutes(town: Town, app_session: Session) -> None:
    address = call(town, app_session)
    town.office.post(f"{address}/attendance/all")
    assert close(town, app_session, address) == 303
    assert town.office.post(f"{address}/remark", data={"words": ""}).status_code == 422
    assert town.office.post(f"{address}/remark", data={"words": "地点应为二楼"}).status_code == 303
    assert "地点应为二楼" in text(town.contact, address)
    assert town.office.post(f"{address}/minutes", data={"token": "x", "text": "改"}).status_code in {409, 422}


def test_a_card_is_due_at_the_hour_of_the_meeting_and_is_no_second_line(
    town: Town, app_session: Session
) -> None:
    call(town, app_session)
    meeting = the_only(app_session)
    assert meeting.starts_at < town.city.period.due_at
    hour = f"{china_clock(meeting.starts_at):%H:%M}"
    owed = meeting_city.obligation_of(app_session, town.city.period, town.city.justice)
    for page, address in (
        (town.contact, "/my"),
        (town.contact, f"/my/returns/{owed.id}"),
        (town.office, f"/reporting/{town.city.plan.id}/board?cadence=monthly"),
        (town.office, "/desk"),
        (town.office, f"/reporting/obligations/{owed.id}"),
    ):
        said = text(page, address)
        assert hour in said, address
        assert "17:30" not in said, address
    meeting_city.tell(app_session, town.city, town.city.justice)
    app_session.commit()
    told = text(town.contact, "/my")
    assert "已告知" in told
    assert "9月例会" in told, "with its card gone, its section says hour and place"


def test_what_a_cancelled_meeting_had_written_down_stays_and_can_be_deleted(
    town: Town, app_session: Session
) -> None:
    address = call(town, app_session)
    row = propose(town, app_session, address)
    data = {"version": the_only(app_session).version, "words": "防汛"}
    assert town.office.post(f"{address}/cancel", data=data).status_code == 303
    shown = text(town.office, address)
    assert "没有议定" in shown
    assert "没有需要研究的情况" not in shown, "nobody looked"
    assert "待登记" not in shown
    assert "开放数据接口" in shown
    assert "开放数据接口" not in text(town.contact, address)
    assert "删去这一件" in text(town.office, f"/decisions/{row.id}")
    changed = {"version": row.version, "words": "另一件", "unit_id": 0, "due_on": ""}
    assert town.office.post(f"/decisions/{row.id}/change", data=changed).status_code == 422
    assert town.office.post(f"/decisions/{row.id}/remove", data={"version": row.version}).status_code == 303
    assert "开放数据接口" not in text(town.office, address).split("经过")[0]


def test_a_unit_without_decisions_reads_one_sentence_and_finds_the_way(
    town: Town, app_session: Session
) -> None:
    call(town, app_session)
    assert '<a href="/meetings"' in text(town.contact, "/my")
    said = text(town.contact, "/decisions")
    assert "还没有议定事项" in said
    assert "逾期 0" not in said


def test_all_present_twice_says_that_nobody_was_left(town: Town, app_session: Session) -> None:
    address = call(town, app_session)
    town.office.post(f"{address}/attendance/all")
    assert "已记4人到会" in text(town.office, f"{address}/attendance")
    town.office.post(f"{address}/attendance/all")
    assert "已经都登记过了" in text(town.office, f"{address}/attendance")


def test_the_list_of_meetings_says_how_many_decisions_wait(town: Town, app_session: Session) -> None:
    assert "件没有办结" not in text(town.office, "/meetings")
    address = call(town, app_session)
    town.office.post(f"{address}/attendance/all")
    propose(town, app_session, address)
    close(town, app_session, address)
    assert "议定事项 1 件没有办结" in text(town.office, "/meetings")


def test_a_unit_sees_in_its_todo_that_its_report_came_back(town: Town, app_session: Session) -> None:
    address = call(town, app_session)
    town.office.post(f"{address}/attendance/all")
    row = propose(town, app_session, address)
    close(town, app_session, address)
    report = {"version": decision(app_session).version, "words": "已开放", "evidence_url": ""}
    town.contact.post(f"/decisions/{row.id}/report", data=report)
    back = {"version": decision(app_session).version, "words": "请附链接"}
    assert town.office.post(f"/decisions/{row.id}/send-back", data=back).status_code == 303
    assert "已退回，待再报" in text(town.contact, "/my")
    page = text(town.contact, f"/decisions/{row.id}")
    assert "请附链接" in page
    assert "只报一次" not in page
    again = {"version": decision(app_session).version, "words": "已开放，附链接", "evidence_url": ""}
    assert town.contact.post(f"/decisions/{row.id}/report", data=again).status_code == 303
    assert "已退回，待再报" not in text(town.contact, "/my")


def test_the_board_of_a_meeting_that_is_over_counts_who_came_and_urges_nobody(
    town: Town, app_session: Session
) -> None:
    address = call(town, app_session)
    board = f"/reporting/{town.city.plan.id}/board?cadence=monthly"
    before = text(town.office, board)
    assert "催还没告知的" in before
    assert "告知截止" in before
    rows = [f"row-{town.city.health.id}-{place}" for place in (0, 1)]
    data = {"token": attending.token_of(the_only(app_session))}
    data |= {f"{key}-presence": "absent" for key in rows} | {f"{key}-told": "" for key in rows}
    assert town.office.post(f"{address}/attendance", data=data).status_code == 303
    town.office.post(f"{address}/attendance/all")
    assert close(town, app_session, address) == 303
    said = text(town.office, board)
    assert "催还没" not in said
    assert "截止" not in said
    assert "<span>到会</span> <b>1</b>" in said
    assert "<span>缺席</span> <b>1</b>" in said
    assert "市卫健委 9月 缺席" in said
