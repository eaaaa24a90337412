"""佐证材料: a unit adds files to a line; it and the office fetch them, nobody else."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tests.support.unit_desk import Office
from tracker.store.tables import EvidenceFile

PDF = b"%PDF-1.7 \xe5\x85\xac\xe5\xbc\x80"


@pytest.fixture
def office(client: PageClient, app_session: Session) -> Office:
    """A unit with one task that owes this week's return, and its contact signed in."""
    plan = make_plan(app_session)
    unit = make_unit(app_session, "市教育局")
    tasks = [make_task(app_session, plan, "公开招生政策", units=[(unit, "lead")], due=date(2026, 9, 30))]
    owed = make_obligation(app_session, make_period(app_session, make_cadence(app_session, plan)), unit)
    contact = make_account(app_session, "unit", unit=unit)
    app_session.commit()
    client.as_account(contact)
    return Office(client, app_session, unit, contact, tasks, owed, f"/my/returns/{owed.id}")


def address(office: Office) -> str:
    return f"{office.path}/files/{office.tasks[0].assignments[0].id}"


def send(office: Office, data: bytes = PDF, name: str = "方案.pdf") -> TestResponse:
    return office.client.post(address(office), data={"file": (BytesIO(data), name)})


def rows(office: Office) -> list[EvidenceFile]:
    office.session.rollback()
    office.session.expire_all()
    return list(office.session.scalars(select(EvidenceFile)))


def person(app: Flask, session: Session, role: str) -> PageClient:
    unit = make_unit(session) if role == "unit" else None
    account = make_account(session, role, unit=unit)
    session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client.as_account(account)


def test_the_way_to_the_files_keeps_what_was_typed(office: Office) -> None:
    key = office.tasks[0].assignments[0].id

    answer = office.post(f"file-{key}", **{office.name(0, "progress"): "公布学区图"})

    assert (answer.status_code, answer.location) == (303, address(office))
    assert "公布学区图" in office.client.get(office.path).get_data(as_text=True)
    assert "回到填报" in office.client.get(answer.location).get_data(as_text=True)


def test_a_file_is_kept_listed_and_handed_out_to_be_saved(office: Office, app: Flask) -> None:
    assert send(office).status_code == 303
    assert send(office).status_code == 303, "the same bytes twice"
    (file,) = rows(office)
    assert (file.kind, file.size, file.assignment.evidence_count) == ("pdf", len(PDF), 1)

    page: Any = html.document_fromstring(office.client.get(office.path).get_data(as_text=True))
    assert page.xpath("//ul[@class='files']//a/text()") == ["方案.pdf"]
    for client in (office.client, person(app, office.session, "office")):
        got = client.get(f"/evidence/{file.id}")
        assert got.data == PDF
        assert got.headers["Content-Disposition"].startswith("attachment;")
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.mimetype == "application/octet-stream"


@pytest.mark.parametrize("role", ["unit", "leader"])
def test_nobody_else_fetches_it(office: Office, app: Flask, role: str) -> None:
    send(office)
    (file,) = rows(office)

    other = person(app, office.session, role)

    assert other.get(f"/evidence/{file.id}").status_code == 404
    assert other.post(f"/my/files/{file.id}/take-back").status_code == (404 if role == "unit" else 403)


def test_the_office_sees_it_beside_the_line(office: Office, app: Flask) -> None:
    send(office)
    office.post("submit", **{office.name(0, "status"): "done", office.name(0, "progress"): "办结"})
    assert "还没有佐证" not in office.client.get("/my").get_data(as_text=True)

    clerk = person(app, office.session, "office")
    page: Any = html.document_fromstring(clerk.get(f"/reporting/obligations/{office.owed.id}").get_data(as_text=True))

    assert page.xpath("//a[starts-with(@href, '/evidence/')]/text()") == ["方案.pdf"]


def test_a_file_is_taken_back_and_stays_on_record(office: Office) -> None:
    send(office)
    (file,) = rows(office)

    assert office.client.post(f"/my/files/{file.id}/take-back").status_code == 303

    (file,) = rows(office)
    assert file.removed_at is not None
    assert file.assignment.evidence_count == 0
    assert office.client.get(f"/evidence/{file.id}").status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        pytest.param(b"<html><script>", "页.html", "收不了", id="a page"),
        pytest.param(PDF, "方案.docx", "内容却是", id="a name that misleads"),
        pytest.param(b"", "", "请先选择文件", id="nothing chosen"),
    ],
)
def test_what_is_not_taken_is_told(office: Office, data: bytes, name: str, words: str) -> None:
    answer = send(office, data, name)

    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert rows(office) == []


def test_after_the_cut_off_what_was_handed_in_stands(office: Office, clock: SettableClock) -> None:
    send(office)
    office.post("submit")
    clock.advance(hours=3)

    assert send(office, PDF + b"2").status_code == 422
    assert len(rows(office)) == 1


def test_a_line_of_another_unit_takes_no_file(office: Office) -> None:
    stranger = make_unit(office.session, "市司法局")
    other = make_task(office.session, office.tasks[0].plan, "别家的任务", units=[stranger])
    office.session.commit()

    answer = office.client.post(
        f"{office.path}/files/{other.assignments[0].id}", data={"file": (BytesIO(PDF), "方案.pdf")}
    )

    assert answer.status_code == 404
