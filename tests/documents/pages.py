"""A .pdf as its reader sees it: characters with their places on the paper, in millimetres from the left and the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2

MM = 25.4 / 72
_LOWER = 2.0


@dataclass(frozen=True, slots=True)
class Character:
    """A printed character."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its size and what is printed on it."""

    width: float
    height: float
    characters: tuple[Character, ...]

    @property
    def number(self) -> tuple[Character, ...]:
        """The page number: what stands below the text."""
        return tuple(each for each in self.characters if each.top > self.height - 34)

    @property
    def text(self) -> tuple[Character, ...]:
        return tuple(each for each in self.characters if each.top <= self.height - 34)

    @property
    def lines(self) -> tuple[tuple[Character, ...], ...]:
        """The text line by line, as the file has it: a new one begins where characters stand clearly lower."""
        found: list[list[Character]] = []
        for each in self.text:
            if not found or abs(each.middle - found[-1][-1].middle) > _LOWER:
                found.append([])
            found[-1].append(each)
        return tuple(tuple(line) for line in found)


def pages_of(made: bytes) -> tuple[Page, ...]:
    """The pages of a .pdf."""
    document = pypdfium2.PdfDocument(made)
    return tuple(_page(document[number]) for number in range(len(document)))


def _page(page: pypdfium2.PdfPage) -> Page:
    width, height = page.get_size()
    text = page.get_textpage()
    return Page(width * MM, height * MM, tuple(_characters(text, height)))


def _characters(text: pypdfium2.PdfTextPage, height: float) -> Sequence[Character]:
    found = []
    for place in range(text.count_chars()):
        said = text.get_text_range(place, 1)
        if said.strip():
            left, bottom, right, top = text.get_charbox(place, loose=True)
            found.append(Character(said, left * MM, right * MM, (height - top) * MM, (height - bottom) * MM))
    return found
