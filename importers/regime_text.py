"""Read the reporting rules of a plan (报送制度): who reports what, and how often.

    weekly     一周一进度 · 每周四下班前将…报送市府办
    biweekly   两周一经验 · 每两周形成至少一篇经验材料
    monthly    一月一例会 · 每月…召开一次工作例会 · 月调度
    quarterly  每季度报送本单位文件制发目录 · 季度通报
    half_year  半年总结报送制度 · 每半年报送…

A rhythm counts only where something is reported or met about (报送, 通报, 例会, 总结 …): 每季度开展1次活动 is a
quota, not a regime. The shape is that of `regime` in the draft plan's schema; keys that were not found are absent.
"""

from __future__ import annotations

import re
from datetime import date

from importers import deadline_grammar
from importers.deadline_words import Point, Rhythm
from importers.numerals import number, squeeze

_KEYS = {"P1W": "weekly", "P2W": "biweekly", "P1M": "monthly", "P3M": "quarterly", "P6M": "half_year"}
_REPORTS = re.compile(
    r"报送|上报|报告|报备|抄报|通报|例会|调度|总结|小结|报表|台账|进度|进展|经验|汇报|会商|信息报|[周月季]报|反馈"
)
_OBJECT = re.compile(r"(?:将|把)(?P<moved>[^,。;]{2,60}?)(?:报送|上报|报|反馈|报告)(?:至|到|给)?")
_BEHIND = re.compile(r"(?:报送|上报|通报|报告|反馈|报备|形成|召开|提交|总结)(?:至少|一次|1次|不少于)*(?P<object>[^,。;]{0,40})")
_FIGURE = re.compile(r"(?:至少|不少于|不低于)?(?P<figure>\d{1,3}|[一二两三四五六七八九十]{1,3})(?:篇|条|次|份|个|期|件)")
_SLOGAN = re.compile(r"^(?P<name>[^、,。;”\"]{1,8})")
_FROM = re.compile(r"(?:自|从)$")


def find(text: str, *, year: int | None = None) -> dict[str, object] | None:
    """The reporting rules in a text, or None; `year` fills in the year of 自7月1日开始."""
    squeezed = squeeze(text)[0]
    regime: dict[str, object] = {}
    names: dict[str, str] = {}
    for sentence in re.split(r"[。;!?\n]", squeezed):
        if not _REPORTS.search(sentence):
            continue
        for mention in deadline_grammar.mentions(sentence):
            if isinstance(mention, Rhythm) and (key := _KEYS.get(mention.period)):
                _rule(regime, names, key, mention, sentence, year)
    for key, name in names.items():
        regime.setdefault(key, _entry(key, name, "", None))
    return {key: regime[key] for key in _KEYS.values() if key in regime} or None


def _rule(
    regime: dict[str, object], names: dict[str, str], key: str, rhythm: Rhythm, sentence: str, year: int | None,
) -> None:
    behind = sentence[rhythm.end:]
    words = sentence[rhythm.start:rhythm.end]
    if words.endswith("一") and not words.startswith("每"):  # 一周一进度
        if match := _SLOGAN.match(behind):
            names.setdefault(key, re.sub(r"(?:的)?(?:制度|机制|工作法)$", "", match["name"]))
        return
    if not rhythm.explicit:  # 半年总结报送制度
        names.setdefault(key, re.sub(r"(?:报送)?(?:的)?(?:制度|机制)$", "", _shortened(sentence, rhythm)))
        return
    part = re.split(r"(?=每(?:两?周|月|季|半年|年))", behind)[0]
    if not _REPORTS.search(part):
        return
    if match := _OBJECT.search(part):
        content = match["moved"]
    elif match := _BEHIND.search(part):
        content = match["object"]
    else:
        content = part.split(",")[0]
    figure = _FIGURE.search(part)
    content = re.split(r"报送|上报|报(?=[省市县区])", _FIGURE.sub("", content))[0].strip("、的“”\"")
    entry = _entry(key, content or part.split(",")[0][:40], rhythm.anchor, _start(sentence, rhythm, year))
    if key == "biweekly":
        entry["at_least"] = (number(figure["figure"]) if figure else None) or 1
    regime.setdefault(key, entry)


def _shortened(sentence: str, rhythm: Rhythm) -> str:
    return re.split(r"[,、”\"]", sentence[rhythm.start:])[0][:24]


def _entry(key: str, content: str, anchor: str, start: str | None) -> dict[str, object]:
    if key == "weekly":
        return {"weekday": anchor or None, "start": start, "content": content}
    if key == "biweekly":
        return {"content": content, "at_least": 1}
    return {"content": content}


def _start(sentence: str, rhythm: Rhythm, year: int | None) -> str | None:
    """自7月1日开始, where it stands before the rhythm."""
    for mention in deadline_grammar.mentions(sentence[:rhythm.start]):
        if isinstance(mention, Point) and mention.boundary == "from" and mention.grain == "day":
            at = mention.year or year
            span = mention.span(at, 0) if at else None
            if span:
                return date.isoformat(span.first)
    return None
