"""Damaged files from whole ones: flips, cuts, splices, and changes inside the parts of a package.

`mutated(samples, seed, number)` is a pure function: the same three give the same bytes.
"""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "big5")
_ODD_NUMBERS = (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFF, 0x10000)
_ODD_WORDS = (
    b"0", b"-1", b"99999999999", b"1e308", b"NaN", b"", b"\xff", b"\x00", b"&#0;", b"&lt;", b"<![CDATA[",
    b"-->",
    "责任单位:".encode(), b"(" * 50, "2026年13月45日前".encode(), "一、".encode() * 20, "\U0002e9f0".encode(),
)


@dataclass(frozen=True, slots=True)
class Mutated:
    """A damaged file: what was done to which sample."""

    number: int
    name: str
    data: bytes
    done: tuple[str, ...]


def samples_in(folder: Path) -> dict[str, bytes]:
    """The whole files that the drill begins with, by name, in an order that does not depend on the disk."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".md"
    }


def mutated(samples: dict[str, bytes], seed: int, number: int) -> Mutated:
    """Return the damaged file of a number: one sample after the other, each time in another way."""
    choose = random.Random(f"{seed}:{number}")  # noqa: S311 - a repeatable choice, not a secret
    names = list(samples)
    name = names[number % len(names)]
    data, done = samples[name], []
    for _ in range(choose.choice((1, 1, 1, 2, 3))):
        kinds: Sequence[tuple[str, Callable[[random.Random, bytes, list[bytes]], bytes]]] = _ANY
        if data.startswith(b"PK") and choose.random() < 0.75:
            kinds = (("部件", _inside_package),)
        word, change = choose.choice(kinds)
        data = change(choose, data, list(samples.values()))
        done.append(word)
    return Mutated(number, name, data, tuple(done))


def _flip(choose: random.Random, data: bytes, _others: list[bytes]) -> bytes:
    made = bytearray(data)
    for _ in range(choose.choice((1, 3, 10, 40)) if made else 0):
        made[choose.randrange(len(made))] = choose.randrange(256)
    return bytes(made)


def _cut(choose: random.Random, data: bytes, _others: list[bytes]) -> bytes:
    return data[:choose.randrange(len(data) + 1)]


def _passage(choose: random.Random, data: bytes) -> tuple[int, int]:
    start = choose.randrange(len(data) + 1)
    return start, min(len(data), start + choose.choice((1, 8, 100, 1000, 5000)))


def _drop(choose: random.Random, data: bytes, _others: list[bytes]) -> bytes:
    start, end = _passage(choose, data)
    return data[:start] + data[end:]


def _repeat(choose: random.Random, data: bytes, _others: list[bytes]) -> bytes:
    start, end = _passage(choose, data)
    return data[:end] + data[start:end] * choose.choice((1, 2, 30)) + data[end:]


def _splice(choose: random.Random, data: bytes, others: list[bytes]) -> bytes:
    other = choose.choice(others)
    start, end = _passage(choose, other)
    at = choose.randrange(len(data) + 1)
    return data[:at] + (other[start:end] if choose.random() < 0.5 else other[start:])


def _odd_number(choose: random.Random, data: bytes, _others: list[bytes]) -> bytes:
    made = bytearray(data)
    for _ in range(choose.choice((1, 2, 6)) if len(made) >= 8 else 0):
        # The head of a binary file, where sizes and places stand, is hit more often than the rest.
        end = choose.choice((512, 4096, len(made)))
        at = choose.randrange(min(end, len(made)) - 4) & ~1
        struct.pack_into("<I", made, at, choose.choice(_ODD_NUMBERS))
    return bytes(made)


def _odd_word(choose: random.Random, data: bytes, _others: list[bytes]) -> bytes:
    at = choose.randrange(len(data) + 1)
    return data[:at] + choose.choice(_ODD_WORDS) * choose.choice((1, 1, 200)) + data[at:]


def _encode(choose: random.Random, data: bytes, _others: list[bytes]) -> bytes:
    text = data.decode("utf-8" if choose.random() < 0.7 else "gb18030", errors="replace")
    return text.encode(choose.choice(_ENCODINGS), errors="replace")


def _attribute(choose: random.Random, data: bytes, _others: list[bytes]) -> bytes:
    """Give one number in the markup another value."""
    places = list(re.finditer(rb'"-?\d+"|="[^"]{1,40}"', data))
    if not places:
        return data
    place = choose.choice(places)
    word = b'"' + choose.choice(_ODD_WORDS[:6]) + b'"'
    sign = b"=" if place.group().startswith(b"=") else b""
    return data[:place.start()] + sign + word + data[place.end():]


def _tag(choose: random.Random, data: bytes, _others: list[bytes]) -> bytes:
    """Drop, double or wrap one tag."""
    places = list(re.finditer(rb"<[^<>]{1,200}>", data))
    if not places:
        return data
    place = choose.choice(places)
    times = choose.choice((0, 2, 2, 300))
    return data[:place.start()] + place.group() * times + data[place.end():]


_ANY = (
    ("翻转", _flip), ("截断", _cut), ("删除", _drop), ("重复", _repeat), ("拼接", _splice),
    ("数值", _odd_number), ("插入", _odd_word), ("编码", _encode), ("属性", _attribute), ("标签", _tag),
)
_INSIDE = (
    ("翻转", _flip), ("截断", _cut), ("删除", _drop), ("重复", _repeat), ("插入", _odd_word),
    ("编码", _encode), ("属性", _attribute), ("属性", _attribute), ("标签", _tag), ("标签", _tag),
)


_MAIN = re.compile(r"document\.xml$|sheet\d+\.xml|sharedStrings|styles|numbering|workbook\.xml")


def _inside_package(choose: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """Change one part of a zip and zip it again; where that fails, the outside is changed instead."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {part: archive.read(part) for part in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        return _flip(choose, data, others)
    if not parts:
        return _flip(choose, data, others)
    # The parts that hold the document come up more often than themes and settings.
    main = [part for part in parts if _MAIN.search(part)]
    part = choose.choice(main if main and choose.random() < 0.7 else list(parts))
    if choose.random() < 0.08:
        del parts[part]
    else:
        parts[part] = choose.choice(_INSIDE)[1](choose, parts[part], [*parts.values()])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
