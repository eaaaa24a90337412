"""The evidence package: names that every system takes, and what is missing."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.factories import NOW
from tracker.domain.evidence_package import (
    Given,
    Lack,
    Package,
    PackedTask,
    by_lack,
    missing,
    placed,
    safe_file_name,
    safe_name,
)

DAY = date(2026, 9, 24)


def link(url: str = "https://qingxi.example.cn/1", on: date | None = DAY, unit: str = "市教育局") -> Given:
    return Given(1, unit, "第39周报送", DAY, url, on)


def file(name: str = "方案.pdf", digest: str = "a", unit: str = "市教育局") -> Given:
    return Given(1, unit, "第39周报送", DAY, sha256=digest * 64, filename=name)


def task(*given_: Given, number: int = 1, **facts: object) -> PackedTask:
    made = PackedTask(
        id=number, serial=number, title="公开民办学校收费", section="一、主动公开", units="市教育局", due="9月底前",
        state="已销号", verdict="", cancelled=False, done=True, evidenced=bool(given_), silent=(), given=given_,
    )  # fmt: skip
    return replace(made, **facts)  # type: ignore[arg-type]


def package(*tasks: PackedTask) -> Package:
    return Package("青溪市2026年政务公开工作要点", 2026, "青溪市政务公开办", NOW, tasks)


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("方案.pdf", "方案.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\我\\桌面\\照片.JPG", "照片.jpg"),
        ("/", "材料.bin"),
        ("..", "材料.bin"),
        ("", "材料.bin"),
        (".pdf", "材料.pdf"),
        ('a:b*c?d"e<f>g|h.docx', "abcdefgh.docx"),
        ("换\n行\t和\0空.xlsx", "换 行 和空.xlsx"),
        ("\u202egpj.exe", "gpj.exe.bin"),
        ("脚本.pdf.exe", "脚本.pdf.exe.bin"),
        ("desktop.ini", "desktop.ini.bin"),
        ("CON.pdf", "_CON.pdf"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ("尾点...pdf", "尾点.pdf"),
        ("e\u0301.pdf", "\u00e9.pdf"),
    ],
)
def test_a_file_gets_a_name_that_every_system_takes(filename: str, name: str) -> None:
    assert safe_file_name(filename) == name


@settings(max_examples=300)
@given(st.text(max_size=300), st.integers(8, 120))
@example("😀" * 100, 9)
@example("长" * 300, 60)
def test_a_name_leads_nowhere_and_is_as_short_as_it_must_be(text: str, most: int) -> None:
    name = safe_name(text, most, "材料")

    assert name
    assert not set(name) & set('<>:"/\\|?*')
    assert name.isprintable()
    assert name == name.strip(" .")
    assert len(name.encode()) <= max(most, 6) + 1
    assert unicodedata.is_normalized("NFC", name)
    assert PurePosixPath(name).name == name


def test_every_file_has_a_place_of_its_own() -> None:
    clashing = task(file("A.pdf", "a"), file("a.PDF", "b"), file("a/a.pdf", "c"), file("A.pdf", "a"), number=3)
    other = task(file("方案.pdf", "a"), file("方案.pdf", "d"), number=4, section="../二、解读", title="公开|招生")

    paths = [each.path for each in placed(package(clashing, other))]

    assert paths == [
        "佐证/01 一、主动公开/003 公开民办学校收费/市教育局/2026-09-24 A.pdf",
        "佐证/01 一、主动公开/003 公开民办学校收费/市教育局/2026-09-24 a（2）.pdf",
        "佐证/01 一、主动公开/003 公开民办学校收费/市教育局/2026-09-24 a（3）.pdf",
        "佐证/02 二、解读/004 公开招生/市教育局/2026-09-24 方案.pdf",
    ]


NAMES = st.text(max_size=200)


@settings(max_examples=150)
@given(st.lists(st.tuples(NAMES, NAMES, NAMES, NAMES), min_size=1, max_size=6))
def test_whatever_people_called_things_no_two_files_meet_and_windows_can_open_them(
    rows: list[tuple[str, str, str, str]],
) -> None:
    tasks = [
        task(file(name, f"{number:x}", unit), number=number, section=section, title=title)
        for number, (section, title, unit, name) in enumerate(rows, start=1)
    ]

    paths = [each.path for each in placed(package(*tasks))]

    assert len({unicodedata.normalize("NFC", path).casefold() for path in paths}) == len(rows)
    for path in paths:
        parts = path.split("/")
        assert len(parts) == 5
        assert not {"", ".", ".."} & set(parts)
        assert len(path) < 200
        assert all(len(part.encode()) <= 200 and part == part.strip(" .") for part in parts)


def test_what_is_missing_is_told_by_kind_in_the_order_of_the_plan() -> None:
    found = missing(
        package(
            task(link("javascript:alert(1)"), link(on=None), number=1, silent=("市司法局",)),
            task(number=2),
            task(number=3, done=False, evidenced=False),
            task(number=4, cancelled=True, done=False),
            task(link(), file(), number=5),
        )
    )

    assert [(lack, [(each.place, each.words) for each in kind]) for lack, kind in by_lack(found)] == [
        (Lack.DONE_WITHOUT, [(2, "")]),
        (Lack.UNIT_WITHOUT, [(1, "市司法局")]),
        (Lack.LINK_INVALID, [(1, "市教育局：javascript:alert(1)")]),
        (Lack.LINK_UNDATED, [(1, "市教育局：https://qingxi.example.cn/1")]),
        (Lack.OPEN_WITHOUT, [(3, "")]),
    ]


def test_a_file_is_one_however_many_tasks_it_was_given_for() -> None:
    one, other = task(file(), file(unit="市司法局"), link()), task(file(), file(digest="b"), number=2)

    assert (package(one, other).files, package(one, other).links) == (2, 1)
    assert [[each.serial for each in kept.tasks] for kept in package(one, other).filed] == [[1, 2], [2]]
    assert [name for name, _ in package(one, task(section="", number=2)).sections] == ["一、主动公开", "未分板块"]
