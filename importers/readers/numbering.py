"""Word's automatic numbering (自动编号): the numbers that are shown but stand nowhere in the text.

A paragraph points to a list and a level; the list says how each level is written (`%1、`, `(%2)`). Reading
without it would lose every 一、(一)1. that the author did not type by hand.
"""

from __future__ import annotations

import re

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_CHINESE = {
    "chineseCounting",
        "chineseCountingThousand", "chineseLegalSimplified", "ideographDigital", "japaneseCounting",
    "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseDigitalTenThousand", "koreanDigital2",
}


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


def _written(value: int, style: str) -> str:
    if style in _CHINESE:
        return chinese_number(value)
    if style in {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"} and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if style in {"upperLetter", "lowerLetter"} and 1 <= value <= 26:
        return chr((65 if style == "upperLetter" else 97) + value - 1)
    if style in {"bullet", "none"}:
        return ""
    return str(value)


class Numbering:
    """The lists of one document, counting as paragraphs pass by in reading order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._styles: dict[str, tuple[str | None, str | None, str | None]] = {}
        self._headings: set[str] = set()
        if numbering is not None:
            self._read(numbering)
        for style in styles.iter(f"{W}style") if styles is not None else ():
            based = style.find(f"{W}basedOn")
            number, level = _reference(style.find(f"{W}pPr"))
            if _outline_level(style.find(f"{W}pPr")) or re.match(
                    r"(?:heading|标题)\s*\d$", _value(style, "name") or "", re.IGNORECASE):
                self._headings.add(style.get(f"{W}styleId") or "")
            self._styles[style.get(f"{W}styleId") or ""] = (
                number, level, based.get(f"{W}val") if based is not None else None,
            )

    def _read(self, numbering: etree._Element) -> None:
        for abstract in numbering.iter(f"{W}abstractNum"):
            name = abstract.get(f"{W}abstractNumId") or ""
            for level in abstract.iter(f"{W}lvl"):
                index = int(level.get(f"{W}ilvl") or 0)
                self._levels[name, index] = (
                    _value(level, "numFmt") or "decimal", _value(level, "lvlText") or "",
                    _whole(_value(level, "start"), 1),
                )
        for number in numbering.iter(f"{W}num"):
            self._abstract[number.get(f"{W}numId") or ""] = _value(number, "abstractNumId") or ""

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
        if properties is None:
            return ""
        number, level_text = _reference(properties)
        if number is None:
            number, inherited = self._of_style(_value(properties, "pStyle"))
            level_text = level_text or inherited
        if number in {None, "0"}:
            return ""
        abstract = self._abstract.get(number or "")
        level = _whole(level_text, 0)
        if abstract is None or (abstract, level) not in self._levels:
            return ""
        counts = self._counts.setdefault(abstract, {})
        start = self._levels[abstract, level][2]
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        style, pattern, _ = self._levels[abstract, level]
        if style == "bullet":
            return ""
        for index in range(level + 1):
            own_style, _, own_start = self._levels.get((abstract, index), ("decimal", "", 1))
            pattern = pattern.replace(f"%{index + 1}", _written(counts.get(index, own_start), own_style))
        return pattern


def _value(node: etree._Element, name: str) -> str | None:
    found = node.find(f"{W}{name}")
    return None if found is None else found.get(f"{W}val")


def _outline_level(properties: etree._Element | None) -> bool:
    level = _value(properties, "outlineLvl") if properties is not None else None
    return level is not None and level.isdigit() and int(level) < 9


def _whole(value: str | None, default: int) -> int:
    return int(value) if value is not None and value.isdigit() else default


def _reference(properties: etree._Element | None) -> tuple[str | None, str | None]:
    reference = properties.find(f"{W}numPr") if properties is not None else None
    if reference is None:
        return None, None
    return _value(reference, "numId"), _value(reference, "ilvl")
