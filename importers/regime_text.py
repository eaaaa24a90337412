"""Read the reporting rules of a plan (报送制度): who reports what, and how often.

    weekly     一周一进度 · 每周四下班前将…报送市府办
    biweekly   两周一经验 · 每两周形成至少一篇经验材料
    monthly    一月一例会 · 每月…召开一次工作例会 · 月调度
    quarterly  每季度报送本单位文件制发目录 · 季度通报
    half_year  半年总结报送制度 · 每半年报送…

A rhythm counts only where something is reported or met about (报送, 通报, 例会, 总结 …): 每季度开展1次活动
is a quota, not a regime. The shape is that of `regime` in the draft plan's schema; keys that were not found
are absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from importers import deadline_grammar
from importers.deadline_words import Point, Rhythm
from importers.numerals import narrow, number

_KEYS = {"P1W": "weekly", "P2W": "biweekly", "P1M": "monthly", "P3M": "quarterly", "P6M": "half_year"}
_REPORTS = re.compile(r"报送|上报|报备|抄报|通报|例会|调度|汇报|台账|报表|信息报|报[省市县区我]|专报")
_MOVED = re.compile(r"[将把](?P<moved>[^,。;]{2,60}?)(?:报送|上报|反馈|报告|报)[至到给]?")
_BEHIND = re.compile(
    r"(?:报送|上报|通报|报告|反馈|报备|形成|召开|提交|总结)(?:至少|一次|1次|不少于)*(?P<object>[^,。;]{0,40})"
)
_FIGURE = re.compile(
    r"(?:至少|不少于|不低于)?(?P<figure>\d{1,3}|[一二两三四五六七八九十]{1,3})(?:篇|条|次|份|个|期|件)"
)
_NEXT_RHYTHM = re.compile(r"(?=每(?:两?周|月|季|半年|年))")
_END_OF_CONTENT = re.compile(r"报送|上报|报(?=[省市县区])")
_SYSTEM = re.compile(r"(?:报送)?(?:的)?(?:制度|机制|工作法)$")
_MARKS = "、的“”\"'"
_LONGEST = 40


_WEEKDAYS = {
    "mon": "monday", "tue": "tuesday", "wed": "wednesday", "thu": "thursday", "fri": "friday",
    "sat": "saturday", "sun": "sunday",
}


_SENTENCE = re.compile(r"[。;!?\n]")
_SLOGAN = (
    r"(?:(?<=[月年季度周天日])一"
    r"|(?<=[年月季半周])度?(?:工作)?(?:总结|小结|报告|报送|通报|例会|调度|督查|分析))"
)
_HINTS = re.compile(rf"[每月年季度周天日半](?:(?<=每)|{_SLOGAN})")
"""Asked first, of the whole text: a rule has 每; its slogan a pair (一周一) or a name (半年总结)."""
_MAY_NAME = re.compile(rf"[月年季度周天日半]{_SLOGAN}")


def find(text: str, *, year: int | None = None) -> dict[str, object] | None:
    """The reporting rules in a text, or None; `year` fills in the year of 自7月1日开始."""
    rules: dict[str, object] = {}
    slogans: dict[str, object] = {}
    plain = "\n".join(["".join(line.split()) for line in narrow(text).split("\n")])
    for sentence in _sentences(plain):
        for mention in deadline_grammar.mentions(sentence):
            if not isinstance(mention, Rhythm) or mention.period not in _KEYS:
                continue
            key = _KEYS[mention.period]
            if sentence[mention.start] == "每":
                if rule := _rule(key, mention, sentence, year):
                    rules.setdefault(key, rule)
            elif name := _slogan(mention, sentence):
                slogans.setdefault(key, _entry(key, name))
    found = slogans | rules  # a rule in full says more than its slogan
    return {key: found[key] for key in _KEYS.values() if key in found} or None


def _sentences(plain: str) -> Iterator[str]:
    """The sentences that may hold a rule."""
    at = 0
    while hint := _HINTS.search(plain, at):
        begin = plain.rfind("\n", at, hint.start()) + 1 or at
        at = plain.find("\n", hint.end())
        at = len(plain) if at < 0 else at
        for sentence in _SENTENCE.split(plain[begin:at]):
            if ("每" in sentence and _REPORTS.search(sentence)) or _MAY_NAME.search(sentence):
                yield sentence


def _slogan(rhythm: Rhythm, sentence: str) -> str:
    """进度 of 一周一进度, 半年总结 of 半年总结报送制度; empty for 按月更新, which reports to nobody."""
    if sentence[rhythm.start] in "按逐":
        return ""
    start = rhythm.end if rhythm.explicit else rhythm.start
    name = re.split(r"[、,”\"]", sentence[start:])[0][:_LONGEST]
    if not rhythm.explicit and not re.search(r"制度|机制|例会|报送|调度|通报", name):
        return ""  # 年度报告 alone is a document, not a rule
    return _SYSTEM.sub("", name)


def _rule(key: str, rhythm: Rhythm, sentence: str, year: int | None) -> dict[str, object] | None:
    """The rule that a full sentence sets: 每周四下班前将…报送市府办."""
    part = _NEXT_RHYTHM.split(sentence[rhythm.end:])[0]
    if not _REPORTS.search(part):
        return None
    if match := _MOVED.search(part):
        content = match["moved"]
    elif match := _BEHIND.search(part):
        content = match["object"]
    else:
        content = next(words for words in part.split(",") if _REPORTS.search(words))
    content = _END_OF_CONTENT.split(_FIGURE.sub("", content))[0].strip(_MARKS)
    entry = _entry(key, content or part.split(",")[0].strip(_MARKS)[:_LONGEST])
    if key == "weekly":
        entry |= {"weekday": _WEEKDAYS.get(rhythm.anchor), "start": _start(sentence, rhythm, year)}
    if key == "biweekly" and (figure := _FIGURE.search(part)):
        entry["at_least"] = number(figure["figure"]) or 1
    return entry


def _entry(key: str, content: str) -> dict[str, object]:
    if key == "weekly":
        return {"weekday": None, "start": None, "content": content}
    return {"content": content, "at_least": 1} if key == "biweekly" else {"content": content}


def _start(sentence: str, rhythm: Rhythm, year: int | None) -> str | None:
    """自7月1日开始, where it stands before the rhythm."""
    for mention in deadline_grammar.mentions(sentence[:rhythm.start]):
        if isinstance(mention, Point) and mention.boundary == "from" and mention.grain == "day":
            at = mention.year or year
            if at and (span := mention.span(at, 0)):
                return span.first.isoformat()
    return None
