"""Word's automatic numbering (自动编号): the numbers that are shown but stand nowhere in the text.

A paragraph points to a list and a level; the list says how each level is written (`%1、`, `(%2)`). Reading
without it would lose every 一、(一)1. that the author did not type by hand.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_CHINESE = {
    "chineseCounting",
        "chineseCountingThousand", "chineseLegalSimplified", "ideographDigital", "japaneseCounting",
    "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseDigitalTenThousand", "koreanDigital2",
}

_SIGNS = {  # ①, ⑴ and ⒈ stand for 1
    "decimalEnclosedCircle": 0x2460, "decimalEnclosedCircleChinese": 0x2460,
    "decimalEnclosedParen": 0x2474, "decimalEnclosedFullstop": 0x2488,
}
_WIDE = {ord("0") + digit: ord("０") + digit for digit in range(10)}
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def chinese_number(value: int) -> str:
    """Write 1..999 as a clerk would: 一, 十, 十二, 二十一, 一百零三."""
    if not 0 < value < 1000:
        return str(value)
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def _roman(value: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (value // worth)
        value %= worth
    return text


def _written(value: int, style: str) -> str:
    if style in _CHINESE:
        return chinese_number(value)
    if style in _SIGNS and 1 <= value <= 20:
        return chr(_SIGNS[style] + value - 1)
    if style in {"upperRoman", "lowerRoman"} and 1 <= value <= 100:
        return _roman(value) if style == "upperRoman" else _roman(value).lower()
    if style == "decimalZero":
        return f"{value:02}"
    if style in {"decimalFullWidth", "decimalFullWidth2"}:
        return str(value).translate(_WIDE)
    if style in {"upperLetter", "lowerLetter"} and 1 <= value <= 26:
        return chr((65 if style == "upperLetter" else 97) + value - 1)
    if style in {"bullet", "none"}:
        return ""
    return str(value)


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is written; in `pattern`, %1 stands for the number of the first level."""

    style: str
    pattern: str
    start: int


@dataclass(slots=True)
class Counter:
    """Counts the numbers of one document's lists as paragraphs pass by in reading order.

    A list (`name`) may be used several times (`use`); all uses count on together, save where one of them says
    that it begins anew (`restarts`, by level), which holds at its first paragraph.
    """

    _counts: dict[Hashable, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[Hashable, int]] = field(default_factory=set)

    def label(
        self, name: Hashable, use: Hashable, level: int,
        levels: Mapping[int, Level], restarts: Mapping[int, int],
    ) -> str:
        """Return what is written before the next paragraph of this list and level."""
        counts = self._counts.setdefault(name, {})
        if level in restarts and (use, level) not in self._begun:
            counts[level] = restarts[level] - 1
        self._begun.add((use, level))
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if levels[level].style == "bullet":
            return ""
        pattern = levels[level].pattern
        for index in range(level + 1):
            own = levels.get(index, Level("decimal", "", 1))
            pattern = pattern.replace(f"%{index + 1}", _written(counts.get(index, own.start), own.style))
        return pattern


class Numbering:
    """The lists of a .docx file, counting as paragraphs pass by in reading order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._abstract: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._counter = Counter()
        self._styles: dict[str, tuple[str | None, str | None, str | None]] = {}
        self._headings: set[str] = set()
        if numbering is not None:
            self._read(numbering)
        for style in styles.iter(f"{W}style") if styles is not None else ():
            based, properties = first(style, f"{W}basedOn"), first(style, f"{W}pPr")
            number, level = _reference(properties)
            if _outline_level(properties) or re.match(
                    r"(?:heading|标题)\s*\d$", _value(style, "name") or "", re.IGNORECASE):
                self._headings.add(style.get(f"{W}styleId") or "")
            self._styles[style.get(f"{W}styleId") or ""] = (
                number, level, based.get(f"{W}val") if based is not None else None,
            )

    def _read(self, numbering: etree._Element) -> None:
        for abstract in numbering.iter(f"{W}abstractNum"):
            name = abstract.get(f"{W}abstractNumId") or ""
            for level in abstract.iter(f"{W}lvl"):
                self._levels.setdefault(name, {})[_whole(level.get(f"{W}ilvl"), 0)] = Level(
                    _value(level, "numFmt") or "decimal", _value(level, "lvlText") or "",
                    _whole(_value(level, "start"), 1),
                )
        for number in numbering.iter(f"{W}num"):
            name = number.get(f"{W}numId") or ""
            self._abstract[name] = _value(number, "abstractNumId") or ""
            self._restarts[name] = {
                _whole(override.get(f"{W}ilvl"), 0): _whole(start, 1)
                for override in number.iter(f"{W}lvlOverride")
                if (start := _value(override, "startOverride")) is not None
            }

    def _of_style(self, style: str | None) -> tuple[str | None, str | None]:
        for _ in range(20):
            if style is None or style not in self._styles:
                break
            number, level, based = self._styles[style]
            if number is not None:
                return number, level
            style = based
        return None, None

    def heads(self, properties: etree._Element | None) -> bool:
        """Whether a paragraph is a heading: by its outline level, its style, or what that is based on."""
        if properties is None:
            return False
        style = _value(properties, "pStyle")
        for _ in range(20):
            if style is None or style in self._headings:
                break
            style = self._styles.get(style, (None, None, None))[2]
        return _outline_level(properties) or style is not None

    def label(self, properties: etree._Element | None) -> str:
        """Return the number that Word shows before a paragraph with these properties, or nothing."""
        if properties is None or not self._levels:
            return ""
        number, level_text = _reference(properties)
        if number is None:
            number, inherited = self._of_style(_value(properties, "pStyle"))
            level_text = level_text or inherited
        if number in {None, "0"}:
            return ""
        abstract = self._abstract.get(number or "", "")
        level = _whole(level_text, 0)
        levels = self._levels.get(abstract, {})
        if level not in levels:
            return ""
        return self._counter.label(abstract, number, level, levels, self._restarts[number or ""])


def first(node: etree._Element, tag: str) -> etree._Element | None:
    """The first child of a kind; `find` would read its tag as a path, which takes several times as long."""
    return next(node.iterchildren(tag), None)


def _value(node: etree._Element, name: str) -> str | None:
    found = first(node, f"{W}{name}")
    return None if found is None else found.get(f"{W}val")


def _outline_level(properties: etree._Element | None) -> bool:
    level = _value(properties, "outlineLvl") if properties is not None else None
    return level is not None and level.isdigit() and int(level) < 9


def _whole(value: str | None, default: int) -> int:
    return int(value) if value is not None and value.isdigit() else default


def _reference(properties: etree._Element | None) -> tuple[str | None, str | None]:
    reference = first(properties, f"{W}numPr") if properties is not None else None
    if reference is None:
        return None, None
    return _value(reference, "numId"), _value(reference, "ilvl")
