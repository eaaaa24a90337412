"""A report (文稿) as data: what it says, with every figure tied to the list behind it.

A report is made from facts once and kept: what it said in March it says in December. Its figures are pieces
of their own among the words, so that a page can link each to its list, a file can print it as plain text, and
a template can ask for it by name. Nothing here knows how a report is made, shown or kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.domain.titled import Titled


class ReportKind(Titled):
    """The kinds of documents (文稿) that are made from a plan's facts and kept as drafts."""

    WEEKLY = "weekly", "每周进展汇总"
    CIRCULAR = "circular", "督查通报"
    HALF_YEAR = "half_year", "半年总结"
    YEAR = "year", "年度总结"
    ANNUAL_PARAGRAPH = "annual_paragraph", "年报落实情况段落"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a report: what is shown, and where the list behind it is.

    `key` is one fact's own in its report and never changes (`due`, `missed`); a fact that is said twice is
    the same figure twice. `name` is what a person and a template call it (应报份数); `value` is the text as
    shown, without its measure word: 12, 430余, 87.5%. `address` is the path of the list, `rows` how many
    rows it opens: None where the value is no length of a list (a rate, a sum of what units reported).
    """

    key: str
    value: str
    address: str = ""
    rows: int | None = None
    name: str = ""


Piece = str | Figure
Paragraph = tuple[Piece, ...]


def counted(key: str, name: str, rows: int, address: str) -> Figure:
    """A figure that is the length of a list."""
    return Figure(key, str(rows), address, rows, name)


def plain(pieces: Iterable[Piece]) -> str:
    """What pieces say as text."""
    return "".join(piece.value if isinstance(piece, Figure) else piece for piece in pieces)


@dataclass(frozen=True, slots=True)
class Table:
    """A table in the run of the text; the widths add up to 156 mm at most."""

    header: tuple[str, ...]
    rows: tuple[tuple[Piece, ...], ...]
    widths_mm: tuple[float, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report: its heading, its paragraphs, then its tables.

    `key` is unique in the report and never changes: what a person writes in the place of the paragraphs is
    kept by it. A paragraph without a full stop that begins with （一） is a heading of the second level; this
    is read from its form, since a person types text. A part with `heading` "" continues the one before, or
    opens the report.
    """

    key: str
    heading: str
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Table, ...] = ()

    @property
    def text(self) -> str:
        """The paragraphs as a person edits them: one a line."""
        return "\n".join(plain(paragraph) for paragraph in self.paragraphs)

    def figures(self) -> Iterator[Figure]:
        """Every figure of the part, as they come, those in tables last."""
        for paragraph in self.paragraphs:
            yield from (piece for piece in paragraph if isinstance(piece, Figure))
        for table in self.tables:
            for row in table.rows:
                yield from (cell for cell in row if isinstance(cell, Figure))


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was made from the facts at one moment.

    `subject` says what it is about in the program's words (a period's key, 2026-H1, 2026), `subject_label` in
    a person's (2026年第38周). `as_of` is the day its facts are of, printed as 成文日期; `made_at` the moment
    they were read. `addressee` (主送机关, without the colon) may be empty.

    Raises:
        ValueError: two parts have one key, or two figures that differ.

    """

    kind: ReportKind
    title: str
    subject: str
    subject_label: str
    as_of: date
    made_at: datetime
    office: str
    parts: tuple[Part, ...]
    addressee: str = ""

    def __post_init__(self) -> None:
        keys = Counter(f"part {part.key}" for part in self.parts)
        keys.update(f"figure {figure.key}" for figure in set(self.figures()))
        twice = sorted(key for key, number in keys.items() if number > 1)
        if twice:
            raise ValueError(f"said twice in one report: {', '.join(twice)}")

    def figures(self) -> Iterator[Figure]:
        """Every figure, in the order of the text."""
        for part in self.parts:
            yield from part.figures()

    def part(self, key: str) -> Part | None:
        """The part of this key."""
        return next((part for part in self.parts if part.key == key), None)


def to_json(report: Report) -> dict[str, Any]:
    """The report as plain values that a store keeps; `from_json` makes it again."""
    return {
        "kind": report.kind.value,
        "title": report.title,
        "subject": report.subject,
        "subject_label": report.subject_label,
        "as_of": report.as_of.isoformat(),
        "made_at": report.made_at.isoformat(),
        "office": report.office,
        "addressee": report.addressee,
        "parts": [
            {
                "key": part.key,
                "heading": part.heading,
                "paragraphs": [_pieces_out(paragraph) for paragraph in part.paragraphs],
                "tables": [
                    {
                        "caption": table.caption,
                        "header": list(table.header),
                        "widths_mm": list(table.widths_mm),
                        "rows": [_pieces_out(row) for row in table.rows],
                    }
                    for table in part.tables
                ],
            }
            for part in report.parts
        ],
    }


def from_json(kept: Mapping[str, Any]) -> Report:
    """The report that `to_json` wrote.

    Raises:
        KeyError, ValueError: it is not one.

    """
    return Report(
        kind=ReportKind(kept["kind"]),
        title=kept["title"],
        subject=kept["subject"],
        subject_label=kept["subject_label"],
        as_of=date.fromisoformat(kept["as_of"]),
        made_at=datetime.fromisoformat(kept["made_at"]),
        office=kept["office"],
        addressee=kept["addressee"],
        parts=tuple(
            Part(
                part["key"],
                part["heading"],
                tuple(_pieces_in(paragraph) for paragraph in part["paragraphs"]),
                tuple(
                    Table(
                        header=tuple(table["header"]),
                        rows=tuple(_pieces_in(row) for row in table["rows"]),
                        widths_mm=tuple(table["widths_mm"]),
                        caption=table["caption"],
                    )
                    for table in part["tables"]
                ),
            )
            for part in kept["parts"]
        ),
    )


def _pieces_out(pieces: Iterable[Piece]) -> list[Any]:
    return [
        {"key": p.key, "name": p.name, "value": p.value, "address": p.address, "rows": p.rows}
        if isinstance(p, Figure)
        else p
        for p in pieces
    ]


def _pieces_in(kept: Sequence[Any]) -> tuple[Piece, ...]:
    return tuple(piece if isinstance(piece, str) else Figure(**piece) for piece in kept)
