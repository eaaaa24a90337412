"""The evidence package as a zip: it unpacks anywhere, its sums verify, its first page tells what is missing."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

import pytest
from lxml import html

from tests.factories import NOW
from tracker.documents.evidence_package import HOW, INDEX, SUMS, Packed, write
from tracker.domain.evidence_by_indicator import Grounds, IndexedLine, IndicatorIndex, Returned, index_of
from tracker.domain.evidence_package import Given, Lack, Package, PackedTask
from tracker.domain.points import FactKind, Indicator, Rule, Scheme

DAY = date(2026, 9, 24)
PDF, PICTURE = b"%PDF-1.7 \xe5\x85\xac", b"\x89PNG\r\n\x1a\n" + bytes(3_000)
HOSTILE = '../../<script>alert(1)</script>"&“佐证”.pdf'


class Broken(io.BytesIO):
    """Opens, and then the disk cannot read it."""

    def read(self, _: int | None = -1, /) -> bytes:
        raise OSError(5, "Input/output error")


class Shelf:
    """Files in memory; `broken` can be opened but not read."""

    def __init__(self, *contents: bytes) -> None:
        self.kept = {hashlib.sha256(content).hexdigest(): content for content in contents}
        self.broken: set[str] = set()

    def open(self, sha256: str) -> BinaryIO:
        if sha256 not in self.kept:
            raise FileNotFoundError(sha256)
        if sha256 in self.broken:

            return Broken()
        return io.BytesIO(self.kept[sha256])


def file(content: bytes, name: str, unit: str = "市教育局") -> Given:
    return Given(1, unit, "第39周报送", DAY, sha256=hashlib.sha256(content).hexdigest(), filename=name)


def task(*given: Given, number: int = 1, **facts: object) -> PackedTask:
    made = PackedTask(
        id=number, serial=number, title="公开民办学校收费", section="一、主动公开", units="市教育局牵头", due="9月底前",
        state="已销号", verdict="完成有据", cancelled=False, done=True, evidenced=bool(given), silent=(), given=given,
    )  # fmt: skip
    return replace(made, **facts)  # type: ignore[arg-type]


FULL = (
    task(
        file(PDF, "方案.pdf"), file(PICTURE, HOSTILE, "市司法局"),
        Given(1, "市教育局", "销号申请", DAY, "https://qingxi.example.cn/a?b=1&c=“2”", date(2026, 9, 20)),
    ),
    task(Given(1, "市司法局", "第39周报送", DAY, 'javascript:alert("1")'), number=2, title="<b>规范性文件</b>",
         evidenced=False),
    task(number=3, section="", done=False, title="设公开专区"),
)  # fmt: skip


def packed(
    *tasks: PackedTask, shelf: Shelf | None = None, by_indicator: IndicatorIndex | None = None
) -> tuple[Packed, bytes]:
    out = io.BytesIO()
    package = Package("青溪市2026年政务公开工作要点", 2026, "青溪市政务公开办", NOW, tasks, by_indicator=by_indicator)
    result = write(package, shelf or Shelf(PDF, PICTURE), out)
    assert out.tell() == 0
    assert result.size == len(out.getvalue())
    return result, out.getvalue()


def first_page(content: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return html.document_fromstring(archive.read(INDEX).decode("utf-8"))


def test_it_unpacks_into_a_clean_folder_and_its_sums_verify(tmp_path: Path) -> None:
    _, content = packed(*FULL)
    (tmp_path / "包.zip").write_bytes(content)
    folder = tmp_path / "clean"
    folder.mkdir()
    if shutil.which("unzip"):
        subprocess.run(["unzip", "-q", "../包.zip"], cwd=folder, check=True, capture_output=True)
    else:
        zipfile.ZipFile(tmp_path / "包.zip").extractall(folder)

    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert names == [
        SUMS, INDEX,
        "佐证/01 一、主动公开/001 公开民办学校收费/市司法局/2026-09-24 script&“佐证”.pdf",
        "佐证/01 一、主动公开/001 公开民办学校收费/市教育局/2026-09-24 方案.pdf",
        HOW,
    ]  # fmt: skip
    lines = (folder / SUMS).read_text("utf-8").splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    assert set(listed) == {*names} - {SUMS}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in listed.items())
    if shutil.which("sha256sum"):
        done = subprocess.run(["sha256sum", "-c", "--strict", SUMS], cwd=folder, check=True, capture_output=True)
        assert done.stdout.decode().count("OK") + done.stdout.decode().count("成功") == len(listed)
        (folder / names[3]).write_bytes(b"changed")
        assert subprocess.run(["sha256sum", "-c", SUMS], cwd=folder, check=False, capture_output=True).returncode == 1


def test_the_first_page_begins_with_what_is_missing() -> None:
    lost = file(b"gone", "丢了的.docx")
    result, content = packed(*FULL, task(lost, number=4))

    page = first_page(content)
    text = " ".join(page.text_content().split())
    assert text.index("缺什么（4处）") < text.index("目录") < text.index("方案.pdf")
    assert [each.lack for each in result.missing] == [
        Lack.DONE_WITHOUT, Lack.FILE_LOST, Lack.LINK_INVALID, Lack.OPEN_WITHOUT,
    ]  # fmt: skip
    told = page.xpath("//section[@class='lack']//li")
    assert len(told) == len(result.missing)
    assert all(page.xpath(f"//section[@id='{link[1:]}']") for link in page.xpath("//section[@class='lack']//a/@href"))
    assert "丢了的.docx（第39周报送）" in text
    assert "没有装入，见上面“缺什么”" in text


def test_every_link_and_file_stands_with_its_day_and_files_are_found() -> None:
    _, content = packed(*FULL)

    page = first_page(content)
    text = page.text_content()
    assert "销号申请" in text
    assert "（2026-09-20）" in text
    assert hashlib.sha256(PDF).hexdigest() in text
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
    inside = [unquote(link) for link in page.xpath("//a/@href") if link[0] != "#" and "://" not in link]
    assert len(inside) == 2
    assert set(inside) <= names
    assert page.xpath("//a[contains(@href, 'qingxi')]/@href") == ["https://qingxi.example.cn/a?b=1&c=“2”"]


def indexed(*lines: IndexedLine) -> IndicatorIndex:
    """Three indicators: tasks stand for the first, returns for the second, nothing for the third."""
    scheme = Scheme(
        "积分办法", 10000,
        (Indicator("1", "任务<完成>", 6000), Indicator("2", "报送", 3000), Indicator("3", "保密审查", 1000)),
        (
            Rule("r1", "1", FactKind.TASK_OVERDUE, "逾期每项扣2分", -200),
            Rule("r2", "2", FactKind.RETURN_MISSED, "未报每期扣1分", -100),
            Rule("r3", "3", FactKind.BY_HAND, "泄密每起扣6分", -600),
        ),
    )  # fmt: skip
    grounds = Grounds({1: True, 2: False, 3: False}, returns={"weekly": (Returned("市教育局", 38, 1, 1),)})
    return index_of(scheme, "积分办法（第1版）", grounds, {"r1": lines})


def test_the_index_by_indicator_stands_beside_the_index_by_task_and_files_lie_once() -> None:
    line = IndexedLine(
        8, "市司法局", date(2026, 9, 2), "“规范性文件”到期", -200, "https://qingxi.example.cn/9", 2
    )
    shared = replace(FULL[2], given=FULL[0].given[:1], evidenced=True)
    result, content = packed(FULL[0], FULL[1], shared, by_indicator=indexed(line))

    page = first_page(content)
    text = " ".join(page.text_content().split())
    assert text.index("缺什么") < text.index("指标没有佐证（1）") < text.index("按指标积分办法（第1版）") < text.index("按任务 一、")
    assert page.xpath("//section[@class='lack']//a[@href='#i3']/text()") == ["3 保密审查"]
    assert all(page.xpath(f"//*[@id='{link[1:]}']") for link in page.xpath("//a/@href") if link.startswith("#"))
    (tasks,) = page.xpath("//section[@id='i1']")
    assert "逾期每项扣2分 （-2）1 笔" in " ".join(tasks.text_content().split())
    assert "https://qingxi.example.cn/9 （2026-09-02）" in tasks.text_content()
    one, other = (
        {link for link in page.xpath(f"//section[{places}]//a/@href") if link[0] != "#" and "://" not in link}
        for places in ("@id='i1'", "@id='t1' or @id='t3'")
    )
    assert one == other
    assert len(one) == 2
    assert "报送 40 次：按时 38，迟报 1，未报 1。" in page.xpath("//section[@id='i2']")[0].text_content()
    assert "缺：本系统里没有能证明它的材料" in page.xpath("//section[@id='i3']")[0].text_content()
    assert "与第3项是同一份文件" in page.xpath("//section[@id='t1']")[0].text_content()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        digests = [hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if "/" in name]
    assert len(digests) == len(set(digests)) == result.files == 2
    assert packed(FULL[0], FULL[1], shared, by_indicator=indexed(line)) == (result, content)


def test_of_much_evidence_an_indicator_shows_some_and_leads_to_all() -> None:
    links = [Given(1, "市教育局", "报送", DAY, f"https://qingxi.example.cn/{number}", DAY) for number in range(8)]
    lines = [IndexedLine(number, "市教育局", DAY, f"第{number}件", -200) for number in range(1, 13)]

    page = first_page(packed(task(*links), FULL[1], FULL[2], by_indicator=indexed(*lines))[1])

    (indicator,) = page.xpath("//section[@id='i1']")
    assert len(indicator.xpath(".//a[contains(@href, 'qingxi')]")) == 5
    assert indicator.xpath(".//a[text()='全部 8 件']/@href") == ["#t1"]
    assert len(page.xpath("//section[@id='t1']//a[contains(@href, 'qingxi')]")) == 8
    assert len(indicator.xpath(".//details[summary='逐笔看']//tbody/tr")) == 12


def test_a_lost_file_is_told_for_every_task_that_it_was_given_for() -> None:
    lost = file(b"gone", "丢了的.docx")

    result, _ = packed(task(lost), task(lost, number=2))

    assert [(each.lack, each.place) for each in result.missing] == [(Lack.FILE_LOST, 1), (Lack.FILE_LOST, 2)]


def test_what_people_typed_is_text_and_nothing_in_the_page_runs_or_loads() -> None:
    _, content = packed(*FULL)

    page = first_page(content)
    assert not page.xpath("//script | //img | //link | //iframe | //form | //@onclick | //b[.='规范性文件']")
    assert not [link for link in page.xpath("//a/@href") if link.startswith("javascript")]
    assert "<b>规范性文件</b>" in page.text_content()
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content")[0]


def test_where_nothing_is_missing_the_first_page_says_so() -> None:
    result, content = packed(FULL[0])

    assert result.missing == ()
    assert (result.files, result.links) == (2, 1)
    assert "没有缺的" in first_page(content).text_content()


@pytest.mark.parametrize("damage", ["changed", "lost", "unreadable"])
def test_a_file_that_is_not_what_was_uploaded_is_told_and_not_packed(damage: str) -> None:
    shelf, digest = Shelf(PDF, PICTURE), hashlib.sha256(PDF).hexdigest()
    if damage == "changed":
        shelf.kept[digest] = PDF + b"!"
    elif damage == "lost":
        del shelf.kept[digest]
    else:
        shelf.broken.add(digest)

    result, content = packed(FULL[0], shelf=shelf)

    (one,) = result.missing
    assert one.lack is (Lack.FILE_LOST if damage == "lost" else Lack.FILE_CHANGED)
    assert one.words == "市教育局：方案.pdf（第39周报送）"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if name.endswith("方案.pdf")]
        assert digest not in archive.read(SUMS).decode()
    assert result.files == 1


def test_the_same_facts_give_the_same_bytes() -> None:
    (one, first), (other, second) = packed(*FULL), packed(*FULL)

    assert first == second
    assert one == other
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert hashlib.sha256(archive.read(SUMS)).hexdigest() == one.sums_sha256


def test_the_memory_holds_a_piece_of_one_file(tmp_path: Path) -> None:
    """Sixty files of two million bytes each, and never more than a few millions in memory."""
    contents = [bytes([number]) * 2_000_000 for number in range(60)]
    digests = []
    for content in contents:
        digests.append(hashlib.sha256(content).hexdigest())
        (tmp_path / digests[-1]).write_bytes(content)
    del contents

    class OnDisk:
        def open(self, sha256: str) -> BinaryIO:
            return (tmp_path / sha256).open("rb")

    given = [Given(1, "市教育局", "第39周报送", DAY, sha256=digest, filename="件.pdf") for digest in digests]
    package = Package("要点", 2026, "公开办", NOW, (task(*given),))
    with (tmp_path / "out.zip").open("w+b") as out:
        tracemalloc.start()
        result = write(package, OnDisk(), out)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert result.files == 60
    assert result.size > 120_000_000
    assert peak < 8_000_000
