"""考核佐证包: the office sees what is missing, fetches it, and the trail tells; nobody else does."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config
from tests.factories import (
    NOW,
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_task,
    make_unit,
)
from tests.support.counting import make_target
from tests.support.lists import open_list
from tests.support.pages import PageClient
from tests.support.points import EVERY_KIND, OFFICE, SCHEME, drafted, switched_on
from tracker.adapters import work_calendar
from tracker.adapters.files import FolderFiles
from tracker.domain.events import Event
from tracker.domain.look_back_facts import EvidenceFact
from tracker.domain.points import Indicator
from tracker.services import point_lines, scoring, settings
from tracker.services.point_lines import Happened
from tracker.store.queries.evidence_package import given
from tracker.store.queries.look_back_facts import facts_of
from tracker.store.tables import (
    AuditEvent,
    Cadence,
    CountedEvent,
    EventClock,
    EvidenceFile,
    Plan,
    ScoreScheme,
    Task,
    TaskRequest,
    Unit,
)

SCHEMED = replace(
    SCHEME,
    indicators=(
        Indicator("1", "报送", 3000), Indicator("2", "次数", 3000), Indicator("3", "保密", 3000),
        Indicator("4", "督办", 1000),
    ),
    rules=tuple(
        replace(EVERY_KIND[place], indicator=number) for place, number in ((0, "1"), (5, "2"), (12, "3"), (8, "4"))
    ),
)  # fmt: skip
"""Returns, counted tasks, what is entered by hand, and orders, of which there are none."""
PDF, SHEET, LEFT = b"%PDF-1.7 one", b"%PDF-1.7 two", b"%PDF-1.7 taken back"


@pytest.fixture
def files(config: Config) -> FolderFiles:
    return FolderFiles(config.uploads_dir)


@pytest.fixture
def plan(app_session: Session, files: FolderFiles) -> Plan:
    """Four tasks: a link and files from returns, a sign-off, an event and a clock, a lone link, and nothing."""
    session = app_session
    plan, unit = make_plan(session), make_unit(session, "市教育局")
    other = make_unit(session, "市司法局", position=1)
    first, counted, linked, bare = (
        make_task(session, plan, title, units=[(unit, "lead"), (other, "support")])
        for title in ("公开招生政策", "开展培训", "清理文件", "设公开专区")
    )
    part = first.assignments[0]
    owed = make_obligation(session, make_period(session, make_cadence(session, plan)), unit, submitted_at=NOW)
    make_return(session, owed, [(part, "in_progress", "旧")], evidence_url="https://qingxi.example.cn/old", number=1)
    make_return(
        session, owed, [(part, "done", "已公开"), (linked.assignments[0], "done", "已清理")], number=2,
        evidence_url=" https://qingxi.example.cn/1 ", evidence_on=date(2026, 9, 20),
    )  # fmt: skip
    for data, name, removed in ((PDF, "方案.pdf", None), (LEFT, "拿掉.pdf", NOW)):
        session.add(
            EvidenceFile(
                obligation=owed, assignment=part, filename=name, kind="pdf", size=len(data), sha256=files.keep(data),
                uploaded_at=NOW, removed_at=removed,
            )
        )  # fmt: skip
    for state, url in (("granted", "https://qingxi.example.cn/2"), ("refused", "https://qingxi.example.cn/no")):
        session.add(
            TaskRequest(
                plan_id=plan.id, task_id=first.id, unit_id=other.id, kind="sign_off", state=state, evidence_url=url,
                evidence_on=date(2026, 9, 21), made_at=NOW, decided_at=NOW,
            )
        )  # fmt: skip
    target = make_target(session, counted)
    for struck, name in ((None, "签到表.pdf"), (NOW, "作废.pdf")):
        session.add(
            CountedEvent(
                target_id=target.id, unit_id=unit.id, held_on=date(2026, 9, 1), title="业务培训", file_name=name,
                file_sha256=files.keep(SHEET), made_at=NOW, struck_at=struck, struck_reason="重复" if struck else "",
            )
        )  # fmt: skip
    session.add(
        EventClock(
            plan_id=plan.id, task_id=counted.id, unit_id=other.id, rule_key="own-1", rule_name="公开", rule_event="形成",
            count=20, day_unit="workdays", title="培训办法", started_on=date(2026, 9, 1), closed_on=date(2026, 9, 10),
            made_at=NOW, evidence_url="没有网址",
        )
    )  # fmt: skip
    assert bare.id
    session.commit()
    return plan


@pytest.fixture
def office(client: PageClient, app_session: Session) -> PageClient:
    account = make_account(app_session, "office")
    app_session.commit()
    return client.as_account(account)


def fetched(office: PageClient, address: str) -> Iterator[zipfile.ZipFile]:
    answer = office.post(address)
    assert answer.status_code == 200
    content = answer.data
    assert int(answer.headers["Content-Length"]) == len(content)
    answer.close()
    yield zipfile.ZipFile(io.BytesIO(content))


def test_what_is_packed_is_what_the_look_back_judges_by(app_session: Session, plan: Plan) -> None:
    """The newest version handed in, what stands, what was granted: to the link and the file the same."""
    units = {unit.name: unit.id for unit in app_session.scalars(select(Unit))}
    told = {
        (task_id, units[each.unit], EvidenceFact(0, each.url, digest=each.sha256).key)
        for task_id, rows in given(app_session, plan.id).items()
        for each in rows
    }

    facts = facts_of(app_session, plan, ended_on=date(2026, 12, 31))

    assert told == {(task_id, each.unit_id, each.key) for task_id, fact in facts.items() for each in fact.evidence}
    assert len(told) == 6


def test_the_office_sees_what_is_missing_before_it_fetches(office: PageClient, plan: Plan) -> None:
    assert f"/look-back/{plan.id}/package" in office.get(f"/look-back/{plan.id}").text
    page: Any = html.document_fromstring(office.get(f"/look-back/{plan.id}/package").text)

    text = " ".join(page.xpath("//main")[0].text_content().split())
    assert "现在缺什么（2 处）" in text
    assert "任务 4 项，有佐证 3 项；链接 4 条，文件 2 份。" in text
    assert [" ".join(head.text_content().split()) for head in page.xpath("//main//h3")] == [
        "链接不是有效的网址（1）", "还没有完成，也没有佐证（1）",
    ]  # fmt: skip
    for link in page.xpath("//main//a[@data-count]"):
        assert open_list(office, f"/look-back/{plan.id}/package{link.get('href')}").is_of(int(link.get("data-count")))
    assert open_list(office, f"/look-back/{plan.id}/package#missing").is_of(2)


def test_the_package_holds_what_stands_and_its_sums_verify(
    office: PageClient, plan: Plan, app_session: Session
) -> None:
    (archive,) = fetched(office, f"/look-back/{plan.id}/package")

    names = [name for name in archive.namelist() if name.startswith("佐证/")]
    assert [name.rpartition("/")[2] for name in names] == ["2026-09-24 方案.pdf", "2026-09-24 签到表.pdf"]
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    page: Any = html.document_fromstring(archive.read("index.html").decode())
    text = page.text_content()
    assert "https://qingxi.example.cn/1" in text
    assert "（2026-09-20）" in text
    assert "次数登记：业务培训" in text
    assert not {"拿掉.pdf", "作废.pdf", "qingxi.example.cn/old", "qingxi.example.cn/no"} & set(text.split())

    event = app_session.scalars(select(AuditEvent).where(AuditEvent.action == "evidence:pack")).one()
    assert (event.object_type, event.object_id) == ("plan", plan.id)
    assert "4项任务的考核佐证包，文件2份，缺2处" in event.summary
    assert event.detail == {
        "sums_sha256": hashlib.sha256(archive.read("SHA256SUMS")).hexdigest(), "files": 2,
        "size": event.detail["size"],
    }  # fmt: skip


@pytest.fixture
def scheme(app_session: Session, plan: Plan) -> ScoreScheme:
    """It is on; the missed return and what was entered by hand are in its ledger."""
    settings.seed_calendar(app_session, work_calendar.official_days([2026]))
    plan.confirmed_at = NOW
    unit = app_session.scalars(select(Unit).where(Unit.name == "市司法局")).one()
    cadence = app_session.scalars(select(Cadence)).one()
    period = make_period(app_session, cadence, "2026-W37", state="closed")
    make_obligation(app_session, period, unit, state="missed")
    row = switched_on(app_session, SCHEMED)
    happened = Happened("r3", unit.id, NOW.date(), "信息泄密一起", "https://qingxi.example.cn/leak")
    point_lines.enter(app_session, OFFICE, scheme_id=row.id, happened=happened, now=NOW)
    scoring.enter_all(app_session, now=NOW)
    app_session.commit()
    return row


def test_the_package_is_indexed_by_the_scheme_that_is_on(
    office: PageClient, plan: Plan, scheme: ScoreScheme, app_session: Session
) -> None:
    address = f"/look-back/{plan.id}/package"
    shown: Any = html.document_fromstring(office.get(address).text)
    assert shown.xpath("//select[@name='scheme']/option[@selected]/text()") == [f"{scheme.name}（正在用）"]
    assert "指标没有佐证（1）" in shown.text_content()
    for link in shown.xpath("//main//a[@data-count]"):
        assert open_list(office, f"{address}{link.get('href')}").is_of(int(link.get("data-count")))
    (action,) = shown.xpath("//main//form[@method='post']/@action")

    (archive,) = fetched(office, action)

    page: Any = html.document_fromstring(archive.read("index.html").decode())
    told = {each.get("id"): " ".join(each.text_content().split()) for each in page.xpath("//section[@id]")}
    assert "报送 1 次：按时 0，迟报 0，未报 1。" in told["i1"]
    assert "第37周到截止没有报送" in told["i1"]
    assert "培训" in told["i2"]
    assert "招生" not in told["i2"], "it is not counted"
    assert "https://qingxi.example.cn/leak （2026-09-24）" in told["i3"]
    assert "缺：" in told["i4"]
    assert told["i4"].startswith("4 督办")
    assert len([name for name in archive.namelist() if name.startswith("佐证/")]) == 2
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    event = app_session.scalars(select(AuditEvent).where(AuditEvent.action == "evidence:pack")).one()
    assert f"按{scheme.name}（第1版）编目" in event.summary


def test_the_office_chooses_by_which_scheme_or_none(
    office: PageClient, plan: Plan, scheme: ScoreScheme, app_session: Session
) -> None:
    draft = drafted(app_session, replace(SCHEMED, name="明年的办法"))
    elsewhere = drafted(app_session, replace(SCHEMED, name="别的文件的办法", plan_ids=(plan.id + 1,)))
    app_session.commit()
    address = f"/look-back/{plan.id}/package"

    offered: Any = html.document_fromstring(office.get(f"{address}?scheme={draft.id}").text)
    (by_draft,) = fetched(office, f"{address}?scheme={draft.id}")
    (by_tasks,) = fetched(office, f"{address}?scheme=0")

    assert offered.xpath("//select[@name='scheme']/option/text()") == [
        "不按考核方案，只按任务", f"{scheme.name}（正在用）", "明年的办法（草稿）",
    ]  # fmt: skip
    assert offered.xpath("//select[@name='scheme']/option[@selected]/text()") == ["明年的办法（草稿）"]
    tried = by_draft.read("index.html").decode()
    assert "草稿，按已有事实试算" in tried
    assert "到截止没有报送" in tried
    assert "按指标看" not in by_tasks.read("index.html").decode()
    assert office.get(f"{address}?scheme={elsewhere.id}").status_code == 404


def test_one_task_has_a_package_of_its_own(office: PageClient, plan: Plan, app_session: Session) -> None:
    task = app_session.scalars(select(Task).where(Task.plan_id == plan.id, Task.title == "开展培训")).one()
    address = f"/look-back/{plan.id}/package?task={task.id}"
    page: Any = html.document_fromstring(office.get(address).text)
    assert f"第{task.serial}项 开展培训" in page.xpath("//main")[0].text_content()

    answer = office.post(address)
    content, name = answer.data, unquote(answer.headers["Content-Disposition"].partition("UTF-8''")[2])
    answer.close()

    assert name == f"{plan.title}第{task.serial}项考核佐证包（20260924）.zip"
    (file,) = [each for each in zipfile.ZipFile(io.BytesIO(content)).namelist() if each.startswith("佐证/")]
    assert file.endswith("签到表.pdf")
    assert office.get(f"/look-back/{plan.id}/package?task=999").status_code == 404
    assert office.get("/look-back/999/package").status_code == 404


def test_a_file_that_the_disk_has_lost_or_changed_is_told(office: PageClient, plan: Plan, config: Config) -> None:
    kept = {path.name: path for path in Path(config.uploads_dir).rglob("*") if path.is_file()}
    kept[hashlib.sha256(PDF).hexdigest()].unlink()
    kept[hashlib.sha256(SHEET).hexdigest()].write_bytes(b"%PDF-1.7 changed")

    (archive,) = fetched(office, f"/look-back/{plan.id}/package")

    assert not [name for name in archive.namelist() if name.startswith("佐证/")]
    page: Any = html.document_fromstring(archive.read("index.html").decode())
    text = page.text_content()
    assert "文件找不到或读不出，没有装入（1）" in text
    assert "文件与上传时不一致，没有装入（1）" in text


def test_the_same_day_the_same_facts_make_the_same_file(office: PageClient, plan: Plan) -> None:
    one, other = (office.post(f"/look-back/{plan.id}/package") for _ in range(2))

    assert one.data == other.data
    one.close()
    other.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
def test_a_full_disk_is_told_in_words_and_nothing_is_said_to_have_gone_out(
    office: PageClient, plan: Plan, app_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FolderFiles, "temporary", lambda _: Path("/dev/full").open("w+b"))  # noqa: SIM115 - the page closes it

    answer = office.post(f"/look-back/{plan.id}/package")

    assert answer.status_code == 503
    assert "磁盘已满或不可写，佐证包没有做成。请告诉管理员。" in answer.text
    told = app_session.scalars(select(AuditEvent.action)).all()
    assert Event.EVIDENCE_PACK not in told


def test_nothing_is_left_on_the_disk(office: PageClient, plan: Plan, config: Config) -> None:
    before = sorted(Path(config.uploads_dir).rglob("*"))

    office.post(f"/look-back/{plan.id}/package").close()

    assert sorted(Path(config.uploads_dir).rglob("*")) == before


@pytest.mark.parametrize("role", ["unit", "leader", "administrator", "auditor"])
def test_nobody_but_the_office_fetches_it(app: Flask, app_session: Session, plan: Plan, role: str) -> None:
    """An auditor reads in the trail that it was fetched; what units handed in is not his."""
    unit = make_unit(app_session) if role == "unit" else None
    account = make_account(app_session, role, unit=unit)
    app_session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.as_account(account)

    for answer in (client.get(f"/look-back/{plan.id}/package"), client.post(f"/look-back/{plan.id}/package")):
        assert answer.status_code == 403
    if role == "leader":
        assert "/package" not in client.get(f"/look-back/{plan.id}").text
