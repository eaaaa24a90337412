"""Deadline phrases: how long one takes and how many are right, beside JioNLP where it is installed.

The phrases are those of the annotated collection where it lies beside the project, else the ones below. Both
readers are judged alike: by the last day on time of each stage, the period of what recurs, the length of what
an event starts. JioNLP counts from the document's date, so a length of days is right where its end is (a day
more or less), one of months or years where it ends in the right month or year; it knows no 长期. Phrases that
only the document around them tells to be no deadline (a term of validity, a date of issue) are left out.
"""

from __future__ import annotations

import csv
import importlib
import importlib.util
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from benchmarks.measure import Line
from importers import deadline_text
from launcher.environment import ROOT

COLLECTION = ROOT.parent / "shared" / "corpus" / "deadlines.tsv"
TARGET = 25.0
NO_PEER = "没有装 JioNLP，无从比较；要比较：python3 manage.py bench deadlines --with-peers"
OWN = (
    ("2026年11月30日前", "date:2026-11-30"), ("11月底前", "date:2026-11-30"),
    ("6月中旬", "date:2026-06-20"), ("2026年第三季度", "date:2026-09-30"),
    ("2026年上半年", "date:2026-06-30"), ("2026年底", "date:2026-12-31"),
    ("年内完成", "date:2026-12-31"), ("明年3月底", "date:2027-03-31"),
    ("2026-09-15", "date:2026-09-15"),
    ("9月底前完成初稿，12月20日前印发", "multi:date:2026-09-30|date:2026-12-20"),
    ("2026年6月1日至9月30日", "range:2026-06-01/2026-09-30"),
    ("6月至9月", "range:2026-06-01/2026-09-30"), ("每季度", "recurring:P3M"),
    ("每月25日前", "recurring:P1M by 25"), ("每周四", "recurring:P1W by thu"),
    ("每半年", "recurring:P6M"), ("印发后20个工作日内", "relative:20 workdays after 印发"),
    ("自合同签订之日起30日内", "relative:30 days after 合同签订"), ("长期坚持", "ongoing"),
    ("持续推进", "ongoing"), ("及时", "none"), ("按上级要求", "none"),
    ("二〇二六年十二月", "date:2026-12-31"), ("８月３１日前", "date:2026-08-31"),
)
_NO_TASK = re.compile(
    "validity|not a task deadline|no task deadline|eligibility|condition|issue date|look-back|start date",
)
_ALSO = re.compile(r"(?:also|acceptable|or)\s+((?:date|range|recurring|multi):[^\s;,]+)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

Answer = object
Reader = Callable[["Phrase"], list[Answer]]


@dataclass(frozen=True)
class Phrase:
    """A phrase with the date of its document and what may be read from it."""

    text: str
    year: int | None
    issued_on: date | None
    right: tuple[Answer, ...]

    @property
    def base(self) -> date:
        return self.issued_on or date(self.year or 2026, 1, 1)


def phrases() -> list[Phrase]:
    """The phrases of the collection, else our own."""
    if not COLLECTION.is_file():
        return [Phrase(text, 2026, None, (meaning(gold),)) for text, gold in OWN]
    with COLLECTION.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    known = [(*row, "")[:5] for row in rows if row]
    return [_phrase(*row) for row in known if not (row[2] == "none" and _NO_TASK.search(row[4]))]


def _phrase(text: str, when: str, gold: str, _document: str, note: str) -> Phrase:
    issued = date.fromisoformat(when) if _DAY.fullmatch(when) else None
    right = [meaning(each) for each in (gold, *_ALSO.findall(note))]
    none = [None] if _NO_TASK.search(note) else []
    return Phrase(text, None if issued else int(when[:4]), issued, (*right, *none))


def meaning(notation: str) -> Answer:
    """What a notation comes to: last days, a period, a length, 长期, or nothing."""
    kind, _, rest = notation.partition(":")
    if kind == "recurring":
        return re.split(r"[ (]", rest)[0]
    if kind == "relative" and (length := re.match(r"(\d+) ?(workday|day|month|year)", rest)):
        return int(length[1]), length[2]
    if kind in {"date", "range", "multi"}:
        stages = [_DAY.findall(stage) for stage in re.split(r"[|,]", rest)]
        open_ended = "open" if "open" in rest else ""
        return frozenset(open_ended or days[-1] for days in stages if days)
    return "ongoing" if kind == "ongoing" else None


def ours(phrase: Phrase) -> list[Answer]:
    """What our grammar reads; what it marks as uncertain counts with its other readings."""
    deadline, _ = deadline_text.read(phrase.text, year=phrase.year, issued_on=phrase.issued_on)
    others = () if deadline.certain else deadline.other_readings
    return [meaning(each.notation) for each in (deadline.reading, *others)]


def lines() -> Iterator[Line]:
    """Time and share right, ours and JioNLP's."""
    known = phrases()
    spent = min(_microseconds(_read_plainly, known) for _ in range(7))
    said = f"一个时限短语（{len(known)} 个），读对 {_share(ours, known):.1%}"
    yield Line(said, spent, "微秒", target=TARGET)
    for name, read in _peers():
        peer = _microseconds(read, known)
        yield Line(f"{name}，读对 {_share(read, known):.1%}", peer, "微秒", ratio=peer / spent)


def _read_plainly(phrase: Phrase) -> list[Answer]:
    deadline_text.read(phrase.text, year=phrase.year, issued_on=phrase.issued_on)
    return []


def _microseconds(read: Reader, known: list[Phrase]) -> float:
    begun = time.process_time()
    for phrase in known:
        read(phrase)
    return (time.process_time() - begun) / len(known) * 1e6


def _share(read: Reader, known: list[Phrase]) -> float:
    def is_right(phrase: Phrase) -> bool:
        return any(_same(answer, gold, phrase) for answer in read(phrase) for gold in phrase.right)

    return sum(map(is_right, known)) / len(known)


def _same(answer: Answer, gold: Answer, phrase: Phrase) -> bool:
    if answer == gold:
        return True
    if isinstance(gold, tuple) and isinstance(answer, frozenset) and len(answer) == 1:
        end = _DAY.fullmatch(str(next(iter(answer))))
        return end is not None and _ends(date.fromisoformat(end[0]), gold, phrase.base)
    return False


def _ends(day: date, length: tuple[Any, ...], base: date) -> bool:
    end = _end_of(length, base)
    if length[1] == "year":
        return day.year == end.year
    return abs(day - end) <= timedelta(days=1) or (length[1] == "month" and day.month == end.month)


def _end_of(length: tuple[Any, ...], base: date) -> date:
    count, unit = length
    if unit == "workday":
        day = base
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day
    return base + timedelta(days=count * {"day": 1, "month": 30.44, "year": 365.25}[unit])


def _peers() -> Iterator[tuple[str, Reader]]:
    """JioNLP in its two ways: a phrase taken as one time, and all times found in it."""
    if importlib.util.find_spec("jionlp") is None:
        print(NO_PEER)
        return
    jionlp = importlib.import_module("jionlp")
    jionlp.logging.disable()

    def parse(phrase: Phrase) -> list[Answer]:
        return [_of_jionlp([jionlp.parse_time(phrase.text, time_base=_stamp(phrase))])]

    def extract(phrase: Phrase) -> list[Answer]:
        found = jionlp.ner.extract_time(phrase.text, time_base=_stamp(phrase))
        return [_of_jionlp([each["detail"] for each in found])]

    yield "JioNLP parse_time", _forgiving(parse)
    yield "JioNLP extract_time", _forgiving(extract)


def _forgiving(read: Reader) -> Reader:
    def answer(phrase: Phrase) -> list[Answer]:
        try:
            return read(phrase)
        except Exception:  # noqa: BLE001 - a phrase that it cannot read raises whatever it meets
            return [None]

    return answer


def _stamp(phrase: Phrase) -> float:
    return datetime(phrase.base.year, phrase.base.month, phrase.base.day).timestamp()  # noqa: DTZ001 - its own


def _of_jionlp(found: list[dict[str, Any]]) -> Answer:
    """The end of its span is the last day on time; its period is a period, its delta a length."""
    days: set[str] = set()
    for each in found:
        said = each["time"]
        if each["type"] == "time_period":
            return _period(said["delta"])
        if each["type"] == "time_delta":
            unit, count = next(iter(said.items()))
            return int(count), unit
        days.add("open" if said[1] == "inf" else str(said[1])[:10])
    return frozenset(days) or None


def _period(delta: dict[str, float]) -> str:
    unit, count = next(iter(delta.items()))
    if unit == "day" and count % 7 == 0:
        return f"P{int(count // 7)}W"
    if unit == "year" and count < 1:
        unit, count = "month", count * 12
    return f"P{int(count)}{unit[0].upper()}"
