"""Filling an empty database with 青溪市."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from config import Config
from tracker.adapters.files import FolderFiles
from tracker.adapters.passwords import hash_password
from tracker.adapters.pinyin import search_keys
from tracker.demo import (
    city,
    experience,
    figures,
    life,
    meetings,
    orders,
    papers,
    points,
    upward,
    weeks,
    years_end,
)
from tracker.domain.access import UserRole
from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.asking import Answer, Part, PartKind, Requirement
from tracker.domain.china_time import china_day, instant
from tracker.domain.period import Cadence
from tracker.domain.rhythm import Months, Weeks
from tracker.services import (
    accounts,
    drafts,
    groups,
    importing,
    names,
    regime,
    reminding,
    settings,
    tasks,
    units,
)
from tracker.services.readiness import EVERY_CONCERN
from tracker.store.queries import demo, imports, reviews
from tracker.store.tables import Plan, Task

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SAMPLE_YEAR = 2026
THIS_YEAR = "青溪市2026年政务公开工作要点.txt"
DIVISION = "青溪市基层政务公开标准化重点任务分工表.docx"
LAST_YEAR = "青溪市2025年政务公开工作要点.html"
PROVINCE = "云川省2026年政务公开工作要点.txt"
SPARED_UNIT = "市教育局"
WEEKS = 10
SIGNED_IN_A_HUNDRED = 78
QUARTERLY = Requirement(
    Answer.FORM, (Part("count", "文件制发件数", PartKind.NUMBER), Part("content", "文件制发目录公开情况"))
)


def is_empty(session: Session) -> bool:
    """Whether nobody has put anything into this database yet."""
    return not demo.has_data(session)


def fill(session: Session, config: Config, *, now: datetime) -> Iterator[str]:
    """Fill the database, and say after each step what there is now; the caller keeps the transaction."""
    today = china_day(now)
    first_monday = today - timedelta(days=today.weekday() + 7 * WEEKS)
    begun = instant(first_monday - timedelta(days=60), time(9))
    contacts = _people(session, now=begun)
    office = contacts.pop(0)
    yield f"单位{len(city.UNITS)}家，集合称谓{len(city.GROUPS)}个，账号{len(city.PEOPLE)}个可以登录。"

    files = FolderFiles(config.uploads_dir)
    year = today.year
    last = _import(session, office, files, LAST_YEAR, year - 1, now=begun)
    plan = _import(session, office, files, THIS_YEAR, year, now=begun)
    division = _import(session, office, files, DIVISION, year, now=begun)
    yield f"由导入程序读入{len({last.id, plan.id, division.id})}份文件。"

    cadence = Cadence(Weeks(3), time(17, 30), starts_on=first_monday, ends_on=date(year, 12, 31))
    opening = instant(first_monday, time(8, 30))
    regime.switch_on(session, office, plan_id=plan.id, wanted=cadence, version=0, now=opening)
    quarterly = replace(cadence, rhythm=Months(10, 3, 1), kind="quarterly", name="季度报送")
    regime.switch_on(
        session, office, plan_id=plan.id, wanted=quarterly, version=0, requirement=QUARTERLY, now=opening
    )
    half_year = replace(cadence, rhythm=Months(10, 6, 1), kind="half_year", name="半年总结")
    regime.switch_on(session, office, plan_id=plan.id, wanted=half_year, version=0, now=opening)
    spared = demo.unit_id_named(session, SPARED_UNIT)
    closed, handed_in = weeks.live_through(session, office, contacts, spared_unit_id=spared, now=now)
    yield f"各项报送已过{closed}期，收到报送{handed_in}件。"

    signed = _sign_off(session, office, (plan, division), now=now)
    session.expire_all()
    yield life.live(session, office, contacts, plan, division, files=files, received=begun, now=now)
    yield experience.share(session, office, contacts, plan, now=now)
    yield meetings.hold(session, office, contacts, plan, now=now)
    left = years_end.look_back(session, office, last, now=now)
    years_end.go_on(session, office, plan, now=now)
    above = _in_year((SAMPLES / PROVINCE).read_bytes(), PROVINCE, year)
    filename = PROVINCE.replace(str(SAMPLE_YEAR), str(year))
    yield upward.compare(session, office, plan, data=above, filename=filename, now=now)
    yield figures.report(session, office, contacts, files=files, now=now)
    yield orders.send(session, office, contacts, now=now)
    yield points.keep_score(session, office, contacts, now=now)
    yield papers.write(session, office, plan, now=now)
    reminding.plan(session, now=now)
    yield f"销号{signed}项；{last.year}年要点已回头看，{left}项转入整改。"
    for person in city.PEOPLE:
        role = UserRole(person.role).label
        yield f"{role}：用户名 {person.username}，口令 {city.PASSWORD}（{person.name}）"


def _people(session: Session, *, now: datetime) -> dict[int, Actor]:
    """The city's units, groups and people; gives each unit's contact by its id, the office's clerk as 0."""
    settings.rename_office(session, SYSTEM, name=city.OFFICE_NAME, now=now)
    ids: dict[str, int] = {}
    for unit in city.UNITS:
        made = units.create_unit(
            session, SYSTEM, name=unit.name, class_name=unit.unit_class, aliases=unit.aliases,
            contact_name=unit.contact, spell=search_keys, now=now,
        )  # fmt: skip
        ids[unit.name] = made.id
    for group in city.GROUPS:
        members = [ids[unit.name] for unit in city.UNITS if unit.unit_class == group.unit_class]
        groups.create_group(
            session, SYSTEM, name=group.name, aliases=group.aliases, member_ids=members, now=now
        )
    digest = hash_password(city.PASSWORD)
    actors: dict[int, Actor] = {}
    for person in city.PEOPLE:
        account = accounts.create(
            session, SYSTEM, username=person.username, display_name=person.name, role=UserRole(person.role),
            unit_id=ids.get(person.unit), email=person.email, password_hash=digest, now=now,
        )  # fmt: skip
        if person.role == UserRole.OFFICE.value:
            actors[0] = Actor(account.id, person.name, person.role)
        elif account.unit_id is not None:
            actors[account.unit_id] = Actor(account.id, person.name, person.role, account.unit_id)
    for number, unit in enumerate(city.UNITS, start=1):
        unit_id = ids[unit.name]
        if unit_id not in actors:
            account = accounts.create(
                session, SYSTEM, username=f"unit{number:02d}", display_name=unit.contact, role=UserRole.UNIT,
                unit_id=unit_id, now=now,
            )  # fmt: skip
            actors[unit_id] = Actor(account.id, unit.contact, UserRole.UNIT.value, unit_id)
    return actors


def _import(
    session: Session, office: Actor, files: FolderFiles, sample: str, year: int, *, now: datetime
) -> Plan:
    """Upload a sample, settle what the importer asks, and confirm: as a clerk would."""
    data = _in_year((SAMPLES / sample).read_bytes(), sample, year)
    filename = sample.replace(str(SAMPLE_YEAR), str(year)).replace(str(SAMPLE_YEAR - 1), str(year))
    draft = importing.upload(session, office, data=data, filename=filename, year=year, files=files, now=now)
    for row in imports.rows(session, draft.id):
        if not row.reading["deadline"].get("certain", True):
            # 12月前 is meant as the end of December here; elsewhere the printed reading stands.
            others = row.reading["deadline"].get("other_readings") or [row.reading["deadline"]["notation"]]
            drafts.choose_reading(
                session, office, draft_id=draft.id, row_id=row.id, version=row.version, notation=others[0],
                now=now,
            )  # fmt: skip
    page = names.names_page(session, draft_id=draft.id)
    unknown = [name.printed for name in page.open]
    if unknown:
        names.create_units(session, office, draft_id=draft.id, printed=unknown, spell=search_keys, now=now)
    session.refresh(draft)
    return importing.confirm(
        session, office, draft_id=draft.id, version=draft.version, accepted=EVERY_CONCERN, now=now
    )


def _in_year(data: bytes, sample: str, year: int) -> bytes:
    """A text sample moved into another year; a .docx names none."""
    if sample.endswith(".docx"):
        return data
    text = data.decode("utf-8")
    printed = SAMPLE_YEAR if str(SAMPLE_YEAR) in sample else SAMPLE_YEAR - 1
    return text.replace(str(printed), str(year)).encode("utf-8")


def _sign_off(session: Session, office: Actor, plans: tuple[Plan, ...], *, now: datetime) -> int:
    """Sign off most of what is past its day, and tick off the stages that were reached; some stay overdue."""
    count = 0
    yesterday = now - timedelta(days=1)
    for plan in plans:
        for task in reviews.tasks_of(session, plan.id):
            if weeks.chance(plan.id, task.serial, "sign") >= SIGNED_IN_A_HUNDRED:
                continue
            if _is_over(task, china_day(now)):
                tasks.sign_off(
                    session, office, task_id=task.id, version=task.version, note="已核对链接，内容齐全。",
                    now=yesterday,
                )  # fmt: skip
                count += 1
                continue
            for point in [each for each in task.checkpoints if each.due_on <= china_day(yesterday)]:
                tasks.close_checkpoint(
                    session, office, task_id=task.id, version=task.version, checkpoint_id=point.id,
                    now=yesterday,
                )  # fmt: skip
    return count


def _is_over(task: Task, today: date) -> bool:
    return task.due_on is not None and task.due_on < today
