"""Words typed into a search, as tasks and units can have them."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import ColumnElement, literal, or_, select

from tracker.store.tables import Assignment, Task, Unit, UnitAlias

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_PINYIN = re.compile(r"[a-z0-9]+")


def mentions(word: str) -> ColumnElement[bool]:
    """A word stands in the task's own text, or names one of its units.

    Plain LIKE on purpose: a full-text index that cuts Chinese into threes never finds 公开. A word typed or
    printed in full width is tried both ways.
    """
    spellings = _spellings(word)
    texts = (Task.title, Task.text, Task.section)
    in_text = [text.icontains(spelling, autoescape=True) for text in texts for spelling in spellings]
    matches = _names(word)
    part = [Assignment.task_id == Task.id, Assignment.ended_at.is_(None)]
    part.append(Assignment.unit_id.in_(select(Unit.id).where(matches)))
    return or_(*in_text, select(Assignment.id).where(*part).correlate(Task).exists())


def _names(word: str) -> ColumnElement[bool]:
    """A unit is named by `word`: part of its name or of an alias, or the beginning of a pinyin key."""
    spellings = _spellings(word)
    named = [Unit.name.icontains(spelling, autoescape=True) for spelling in spellings]
    alias = or_(*(UnitAlias.name.icontains(spelling, autoescape=True) for spelling in spellings))
    named.append(select(UnitAlias.id).where(UnitAlias.unit_id == Unit.id, alias).correlate(Unit).exists())
    keys = unicodedata.normalize("NFKC", word).lower()
    if _PINYIN.fullmatch(keys):
        # A key begins at the start or after a blank; letters and digits need no escaping.
        named.append((literal(" ") + Unit.search_keys).like(f"% {keys}%"))
    return or_(*named)


def _spellings(word: str) -> set[str]:
    """The word as typed, in half width and in full width (ＡＰＰ, （市）); documents print either."""
    narrow = unicodedata.normalize("NFKC", word)
    return {word, narrow, narrow.translate(_WIDE), narrow.upper().translate(_WIDE)}
