"""Records of labelled lines (逐项记录): 问题:… 整改措施:… 整改时限:… 责任单位:… again and again.

What is to be done stands behind a label of its own; the problem, the aim and the basis above it are told, not
tasked. The labels may be numbered (1.存在问题:… 2.整改措施:…), and then the numbers count no tasks.
"""

from __future__ import annotations

import re

from importers.label_fields import fields_in
from importers.label_words import LABEL
from importers.looks import Field
from importers.source import Span

_HEAD = re.compile(r"(?:序号|编号|任务名称|项目名称|事项名称|任务编号|类别)[:：]")
_TEXT = re.compile(
    r"(?<=\n)[ \u3000]*(?:任务|工作|事项|项目|建设|实施|主要|具体)(?:内容|要求|措施|举措)"
    r"[:：][ \u3000]*(?=\S)"
)
"""任务名称:… ⏎ 任务内容:…: the requirement of a record on lines of its own."""
_REMEDY = re.compile(r"[^一-鿿]*(?:整改|解决|改进)")
_NUMBER = re.compile(r"[ \t\u3000\xa0]*(?:[(（]?\d{1,2}[)）.．、]|[①-⑳])?[ \t\u3000\xa0]*")
_NUMBER_AT_END = re.compile(r"\s*\n[ \t\u3000\xa0]*(?:[(（]?\d{1,2}[)）.．、]|[①-⑳])?\s*\Z")


def requirement_in(text: str, start: int, end: int) -> Span | None:
    """Return what is to be done, where a passage is a record that says it behind a label; None elsewhere.

    Above a remedy (整改措施:) anything may stand, since it tells what went wrong; above 工作措施: and its
    like only labelled lines may, or the sentence there is the task.
    """
    if _HEAD.match(text, start, end) and (inner := _TEXT.search(text, start, end)):
        return Span(inner.end(), end)
    fields = fields_in(text, start, end)
    told = _NUMBER.match(text, start, end)
    labelled = bool(fields) and told is not None and fields[0][1].start == told.end()
    at = next((index for index, (field, whole, _) in enumerate(fields)
               if field == "text" and whole.start > start
               and (labelled or _begins_line(text, start, whole.start))), None)
    if at is None or not (labelled or _REMEDY.match(fields[at][1].of(text))):
        return None
    content = fields[at][2]
    stop = content.end
    for field, _, said in fields[at + 1:]:
        if field != "text":
            break
        stop = said.end
    tail = _NUMBER_AT_END.search(text[content.start:stop])
    return Span(content.start, content.start + tail.start() if tail else stop)


def _begins_line(text: str, start: int, place: int) -> bool:
    head = text.rfind("\n", start, place) + 1 or start
    return _NUMBER.fullmatch(text, head, place) is not None


def field_of(text: str, span: Span) -> Field | None:
    """The field that a line is, where it begins with a label."""
    match = LABEL.match(span.of(text))
    if match is None:
        return None
    kinds: tuple[Field, ...] = ("person", "deadline", "text", "note")
    return "units" if match["unit"] else next(kind for kind in kinds if match[kind])


def is_record(text: str, lines: list[Span]) -> bool:
    """Whether numbered lines are the fields of one record, and no tasks."""
    fields = {field_of(text, line) for line in lines}
    return len(lines) > 1 and None not in fields and bool(fields & {"units", "deadline"}) \
        and bool(fields & {"text", "note"})
