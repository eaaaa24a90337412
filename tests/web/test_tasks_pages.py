"""The page of one task: what it says to whom, and the office's acts with their answers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy.orm import Session

from tests.factories import (
    NOW,
    TODAY,
    make_account,
    make_cadence,
    make_clause,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_task,
    make_unit,
)
from tests.support.pages import PageClient
from tracker.store.tables import Assignment, Task

DAY = timedelta(days=1)
OCTOBER, DECEMBER = date(2026, 10, 31), date(2026, 12, 31)


@pytest.fixture
def task(app_session: Session) -> Task:
    """Two units, two stages; both have reported, one link each."""
    plan = make_plan(app_session, text="青溪市要点\n1.公开民办学校收费，10月底前完成目录，年底前全部公开。")
    clause = make_clause(app_session, plan, "公开民办学校收费，10月底前完成目录，年底前全部公开。")
    units = [(make_unit(app_session, "市教育局"), "lead"), (make_unit(app_session, "市卫健委"), "support")]
    task = make_task(
        app_session, plan, "公开民办学校收费", units=units, due=[OCTOBER, DECEMBER], clause=clause,
        phrase="10月底前、年底前", reason="按原文的两个时间。",
    )  # fmt: skip
    period = make_period(app_session, make_cadence(app_session, plan))
    for part, words in zip(task.assignments, ("教育局进展", "卫健委进展"), strict=True):
        owed = make_obligation(app_session, period, part.unit, state="submitted", submitted_at=NOW)
        url = f"https://example.gov.cn/{part.id}"
        make_return(app_session, owed, [(part, "in_progress", words)], evidence_url=url, evidence_on=TODAY)
        part.status, part.progress, part.reported_at, part.evidence_count = "in_progress", words, NOW, 1
    app_session.commit()
    return task


def signed_in(client: PageClient, session: Session, role: str, part: Assignment | None = None) -> PageClient:
    account = make_account(session, role, unit=part.unit if part else None)
    session.commit()
    return client.as_account(account)


@pytest.fixture
def office(client: PageClient, app_session: Session, task: Task) -> PageClient:
    return signed_in(client, app_session, "office")


def parsed(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


def typed(page: html.HtmlElement) -> dict[str, str]:
    """What the last form of the page would send; a browser leaves out a text area's first line break."""
    values = {str(name): str(value).removeprefix("\n") for name, value in page.forms[-1].form_values()}
    values.pop("csrf_token")
    return values


def stored(session: Session, task: Task) -> Task:
    session.rollback()  # the session must not go on reading its old snapshot
    session.expire_all()
    return session.get_one(Task, task.id)


def text_of(client: FlaskClient, task: Task) -> str:
    return " ".join(parsed(client.get(f"/tasks/{task.id}").text).text_content().split())


def test_the_page_shows_source_day_reason_units_and_evidence(office: PageClient, task: Task) -> None:
    page = parsed(office.get(f"/tasks/{task.id}").text)

    text = " ".join(page.text_content().split())
    for words in ("10月底前完成目录", "10月底前、年底前", "按原文的两个时间。", "教育局进展", "卫健委进展", "2026年10月31日"):
        assert words in text
    assert page.xpath("//a[starts-with(@href, 'https://example.gov.cn/')]")
    place = page.xpath("//a[contains(@href, '/source?clause=')]/@href")[0]
    assert office.get(place).status_code == 200
    assert place.endswith(f"#offset-{task.plan.text.index('公开民办') if task.plan else 0}")


def test_a_unit_reads_the_document_but_not_another_unit_s_words(
    client: PageClient, app_session: Session, task: Task
) -> None:
    signed_in(client, app_session, "unit", task.assignments[0])

    text = text_of(client, task)

    assert "教育局进展" in text
    assert "市卫健委" in text
    assert "卫健委进展" not in text
    assert f"example.gov.cn/{task.assignments[1].id}" not in text
    assert "确认销号" not in text
    assert client.post(f"/tasks/{task.id}/sign-off", data={"version": 1, "words": "好"}).status_code == 403


def test_each_goes_back_to_where_the_own_tasks_stand(office: PageClient, client: PageClient, app_session: Session, task: Task) -> None:
    assert "回台账" in office.get(f"/tasks/{task.id}").text

    page = signed_in(client, app_session, "unit", task.assignments[0]).get(f"/tasks/{task.id}").text

    assert "回我的任务" in page
    assert "回台账" not in page


def test_a_stranger_unit_does_not_find_the_task(client: PageClient, app_session: Session, task: Task) -> None:
    account = make_account(app_session, "unit", unit=make_unit(app_session))
    app_session.commit()
    client.as_account(account)

    assert client.get(f"/tasks/{task.id}").status_code == 404


@pytest.mark.parametrize(
    ("act", "state", "back"), [("sign-off", "signed_off", "assigned"), ("cancel", "cancelled", "in_progress")]
)
def test_office_ends_a_task_and_brings_it_back(
    office: PageClient, app_session: Session, task: Task, act: str, state: str, back: str
) -> None:
    response = office.post(f"/tasks/{task.id}/{act}", data={"version": 1, "words": "见公开链接"})
    assert (response.status_code, response.headers["Location"]) == (303, f"/tasks/{task.id}")
    ended = stored(app_session, task)
    assert (ended.state, ended.next_due_on) == (state, None)
    assert "见公开链接" in text_of(office, task)

    office.post(f"/tasks/{task.id}/reopen", data={"version": ended.version, "words": "链接失效"})
    again = stored(app_session, task)
    assert (again.state, again.next_due_on) == ("in_progress", OCTOBER)
    assert "恢复办理：链接失效" in text_of(office, task)


def test_a_stage_is_closed_and_taken_back(office: PageClient, app_session: Session, task: Task) -> None:
    stage = task.checkpoints[0].id

    assert office.post(f"/tasks/{task.id}/checkpoints/{stage}/close", data={"version": 1}).status_code == 303
    assert stored(app_session, task).next_due_on == DECEMBER

    assert office.post(f"/tasks/{task.id}/checkpoints/{stage}/reopen", data={"version": 2}).status_code == 303
    assert stored(app_session, task).next_due_on == OCTOBER


def test_missing_words_are_asked_for_and_nothing_changes(office: PageClient, app_session: Session, task: Task) -> None:
    response = office.post(f"/tasks/{task.id}/sign-off", data={"version": 1, "words": "  "})

    assert response.status_code == 422
    assert "请写明销号依据" in response.text
    assert stored(app_session, task).state == "assigned"


def test_the_slower_office_sees_what_changed_and_keeps_the_words(
    office: PageClient, app_session: Session, task: Task
) -> None:
    office.post(f"/tasks/{task.id}/cancel", data={"version": 1, "words": "机构调整"})

    response = office.post(f"/tasks/{task.id}/sign-off", data={"version": 1, "words": "我写了很久的依据"})

    assert response.status_code == 409
    assert "已被他人修改" in response.text
    assert "机构调整" in response.text
    assert "我写了很久的依据" in response.text
    assert '<label for="kept-1">说明</label>' in response.text


class TestEditing:
    def form(self, task: Task, **changes: str) -> dict[str, str]:
        values = {"version": "1", "words": task.title, "reason": "", "new_day": ""}
        for place, part in enumerate(task.assignments):
            values |= {f"parts-{place}-unit_id": str(part.unit_id), f"parts-{place}-role": part.role}
        for place, point in enumerate(task.checkpoints):
            values |= {
                f"stages-{place}-checkpoint_id": str(point.id),
                f"stages-{place}-day": point.due_on.isoformat(),
            }
        for place in range(3):
            values |= {f"joining-{place}-unit_id": "0", f"joining-{place}-role": "responsible"}
        return values | changes

    def test_the_form_shows_what_stands(self, office: PageClient, task: Task) -> None:
        page = parsed(office.get(f"/tasks/{task.id}/edit").text)

        assert typed(page) == self.form(task)

    def test_title_unit_and_day_are_changed_together(
        self, office: PageClient, app_session: Session, task: Task
    ) -> None:
        newcomer = make_unit(app_session, "市财政局")
        app_session.commit()
        changes = {
            "words": "公开学校收费",
            "parts-1-role": "",
            "joining-0-unit_id": str(newcomer.id),
            "stages-1-day": "2027-01-15",
            "reason": "等省里文件",
        }

        refused = office.post(f"/tasks/{task.id}/edit", data=self.form(task, **changes))
        assert refused.status_code == 422
        assert "已有报送的单位不能移出" in refused.text
        assert "等省里文件" in refused.text

        changes["parts-1-role"] = "responsible"
        assert office.post(f"/tasks/{task.id}/edit", data=self.form(task, **changes)).status_code == 303
        changed = stored(app_session, task)
        roles = [(part.unit.name, part.role) for part in changed.assignments]
        assert (changed.title, changed.due_on) == ("公开学校收费", date(2027, 1, 15))
        assert roles == [("市教育局", "lead"), ("市卫健委", "responsible"), ("市财政局", "responsible")]
        assert "原定" in text_of(office, task)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"words": ""}, "请填写任务名称"),
            ({"stages-0-day": "十月"}, "error"),
            ({"new_day": "2026-11-30"}, "改动时限要写明理由"),
            ({"parts-0-role": "boss"}, "请从列表里选择"),
            ({"joining-0-unit_id": "987654"}, "请从列表里选择"),
        ],
        ids=["no title", "no day", "no reason", "no such role", "no such unit"],
    )
    def test_bad_input_comes_back_as_typed(
        self, office: PageClient, app_session: Session, task: Task, changes: dict[str, str], sentence: str
    ) -> None:
        response = office.post(f"/tasks/{task.id}/edit", data=self.form(task, **{"reason": "", "words": "新名字", **changes}))

        assert response.status_code == 422
        assert sentence in response.text
        assert stored(app_session, task).version == 1

    def test_a_conflict_shows_both_and_saving_again_goes_through(
        self, office: PageClient, app_session: Session, task: Task
    ) -> None:
        office.post(f"/tasks/{task.id}/edit", data=self.form(task, words="别人改的名字"))

        response = office.post(f"/tasks/{task.id}/edit", data=self.form(task, words="我改的名字"))

        assert response.status_code == 409
        assert "别人改的名字" in response.text
        again = typed(parsed(response.text))
        assert (again["words"], again["version"]) == ("我改的名字", "2")
        assert office.post(f"/tasks/{task.id}/edit", data=again).status_code == 303
        assert stored(app_session, task).title == "我改的名字"
