"""The fonts for a .pdf: which a machine has, which stand in, and that a folder of the office's is used."""

from __future__ import annotations

import shutil
import struct
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tracker.adapters import fonts
from tracker.domain import typefaces
from tracker.domain.typefaces import Substitution, substitutions


def font(*names: str) -> bytes:
    """The least of a font file that says its names: a directory of one table, and that table."""
    texts = [name.encode("utf-16-be") for name in names]
    records, place = b"", 0
    for text in texts:
        records += struct.pack(">6H", 3, 1, 0x804, 1, len(text), place)
        place += len(text)
    table = struct.pack(">3H", 0, len(texts), 6 + len(records)) + records + b"".join(texts)
    return struct.pack(">L4H4s3L", 0x10000, 1, 16, 0, 0, b"name", 0, 28, len(table)) + table


def collection(first: bytes, second: bytes) -> bytes:
    """Two faces in one file, the places of their tables moved."""
    begin = 20, 20 + len(first)
    moved = [face[:20] + struct.pack(">L", 28 + at) + face[24:] for at, face in zip(begin, (first, second), strict=True)]
    return struct.pack(">4s2L2L", b"ttcf", 0x10000, 2, *begin) + b"".join(moved)


def test_a_file_tells_its_families(tmp_path: Path) -> None:
    (tmp_path / "a.ttf").write_bytes(font("仿宋_GB2312", "FangSong_GB2312"))
    (tmp_path / "b.TTC").write_bytes(collection(font("方正小标宋简体"), font("楷体_GB2312")))
    (tmp_path / "c.otf").write_bytes(b"no font at all")
    (tmp_path / "d.ttf").write_bytes(b"")
    (tmp_path / "e.txt").write_bytes(font("宋体"))

    found = list(fonts.named_in([tmp_path, tmp_path / "gone"]))

    assert found == ["仿宋_GB2312", "FangSong_GB2312", "方正小标宋简体", "楷体_GB2312"]


@pytest.mark.parametrize(
    ("families", "told"),
    [
        pytest.param(["方正小标宋简体", "仿宋_GB2312"], [], id="both are there"),
        pytest.param(["FZXiaoBiaoSong-B05S", "FangSong_GB2312"], [], id="under their English names"),
        pytest.param(
            ["方正小标宋简体", "仿宋", "宋体"],
            ["没有“仿宋_GB2312”，用“仿宋”代替"],
            id="the one that Windows has stands in",
        ),
        pytest.param(
            ["Noto Serif CJK SC"],
            [f"没有“{name}”，用“Noto Serif CJK SC”代替" for name in typefaces.LICENSED],
            id="nothing but the free ones",
        ),
        pytest.param(
            [], [f"没有“{name}”，用系统默认字体代替" for name in typefaces.LICENSED], id="nothing known"
        ),
    ],
)
def test_what_a_machine_does_without_is_said_with_what_stands_in(families: list[str], told: list[str]) -> None:
    assert [each.words for each in substitutions(families)] == told


def test_fontconfig_is_told_of_the_folder_and_of_every_typeface() -> None:
    told = ET.fromstring(fonts.fontconfig(Path("/字体 & 授权")))

    assert [each.text for each in told.findall("dir")] == ["/字体 & 授权"]
    wanted = [rule.findtext("test/string") for rule in told.findall("match")]
    assert wanted == list(typefaces.STANDING_IN)
    assert told.findtext("include") == "/etc/fonts/fonts.conf"


@pytest.mark.skipif(shutil.which("fc-list") is None or sys.platform == "win32", reason="needs fontconfig")
def test_a_machine_says_what_it_has_beside_what_the_folder_holds(tmp_path: Path) -> None:
    without = fonts.families(None)

    assert without
    assert fonts.families(tmp_path) == without


def test_a_machine_that_cannot_be_asked_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    fonts._families.cache_clear()

    try:
        assert substitutions(fonts.families(tmp_path))[0] == Substitution(typefaces.TITLE, "")
    finally:
        fonts._families.cache_clear()
