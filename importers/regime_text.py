"""Read the reporting rules of a plan (报送制度): who reports what, and how often.

    weekly     一周一进度 · 每周四下班前将…报送市府办
    biweekly   两周一经验 · 每两周形成至少一篇经验材料
    monthly    一月一例会 · 每月…召开一次工作例会 · 月调度
    quarterly  每季度末月20日前报送本单位文件制发目录 · 季度通报
    half_year  半年总结报送制度 · 每半年报送…

A rhythm counts only where something is handed in or met about (报送, 例会, 总结 …): 每季度开展1次活动 is a
quota, not a regime, and what the office itself does (每季度通报结果) is nobody's return. The shape is that of
`regime` in the draft plan's schema; keys that were not found are absent. Besides it keeps `at_least` where a
span asks for more than one, `day` (31 is the month's last) and `lag` (months behind the span) where a day is
printed, the `weekday` of two weeks, and in `also` what else is asked for in the same rhythm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from importers import deadline_grammar
from importers.deadline_words import Point, Rhythm
from importers.numerals import narrow, number

_KEYS = {"P1W": "weekly", "P2W": "biweekly", "P1M": "monthly", "P3M": "quarterly", "P6M": "half_year"}
_REPORTS = re.compile(r"报送|上报|报备|抄报|例会|调度|汇报|台账|报表|信息报|报[省市县区我]|专报")
_HANDED_UP = re.compile(r"报送|上报|报备|汇报|报[省市县区我]")
"""What 按月 has to say: 按月更新 and 按月调度 are no returns."""
_MOVED = re.compile(r"[将把](?P<moved>[^,。;]{2,60}?)(?:报送|上报|反馈|报告|报)[至到给]?")
_BEHIND = re.compile(
    r"(?:报送|上报|通报|报告|反馈|报备|形成|召开|提交|总结)(?:至少|一次|1次|不少于)*(?P<object>[^,。;]{0,40})"
)
_LEAST = r"(?:至少|最少|不少于|不得少于|不低于)"
_FIGURE = re.compile(
    rf"(?P<least>{_LEAST})?(?<![第\d])(?P<figure>\d{{1,3}}|[一二两三四五六七八九十]{{1,3}})"
    r"(?:篇|条|次|份|期|件|(?(least)个|(?!)))(?:以上)?"
)
_OTHER_SPAN = re.compile(r"全年|年内|年度内|一年|本年度|累计|每[人家]")
"""Behind these words a figure is not the span's."""
_LEAD = re.compile(
    r"(?:结束)?(?:之?后)?的?(?:次月|下个?月)?"
    r"(?:最后一(?:天|个工作日)|[上中下]旬|月?[底末]|(?:周|星期)[一二三四五六日天]"
    r"|[一二三四五六日天](?=报送|上报|[向将把前])|\d{1,2}(?:个工作日|[日号天])|(?:[、和]\d{1,2}[日号])+)?"
    r"(?:[上下]午)?(?:下班)?(?:之?前|以?内)?[,、]?"
)
"""What of the time stands behind the rhythm: 结束后次月10日前, 的周四, 最后一个工作日前."""
_DOING = re.compile(r"(?:强化|加强|开展|进行|组织|做好)+")
_WEEKDAY = re.compile(r"的?(?:周|星期)?(?P<day>[一二三四五六日天])(?=[上下]午|下班|报送|上报|[向将把前])")
_NEXT_MONTH = re.compile(
    r"(?:结束)?(?:(?P<after>之?后)|次月|下个?月)+(?P<day>\d{1,2})(?:日|号|天)(?:之?前|以?内)"
)
_ANOTHER_DAY = re.compile(r"[、和]\d{1,2}[日号]")
_LAST_DAY = re.compile(r"(?:的?最后一(?:天|个工作日)|月?[底末])")
_BEFORE = re.compile(r"上个?月|上一?个?季度?|上半年度?的?(?=工作|情况|总结|落实)")
_LAST_OF = {"quarterly": (3, 6, 9, 12), "half_year": (6, 12)}
_NEXT_RHYTHM = re.compile(r"(?=每(?:两?周|月|季|半年|年))")
_END_OF_CONTENT = re.compile(r"报送|上报|报(?=[省市县区])")
_SYSTEM = re.compile(r"(?:报送)?(?:的)?(?:制度|机制|工作法)$")
_MARKS = "、的“”\"'"
_LONGEST = 40
_MONTH_END = 31


_WEEKDAYS = {
    "mon": "monday", "tue": "tuesday", "wed": "wednesday", "thu": "thursday", "fri": "friday",
    "sat": "saturday", "sun": "sunday",
}


_NAMED_DAYS = dict(zip("一二三四五六日", _WEEKDAYS.values(), strict=True)) | {"天": "sunday"}
_SENTENCE = re.compile(r"[。;!?\n]")
_SLOGAN = (
    r"(?:(?<=[月年季度周天日])一"
    r"|(?<=[年月季半周])度?(?:工作)?(?:总结|小结|报告|报送|通报|例会|调度|督查|分析))"
)
_HINTS = re.compile(rf"[每月年季度周天日半](?:(?<=每)|(?<=[按逐][月季周])|{_SLOGAN})")
"""Asked first, of the whole text: a rule has 每; its slogan a pair (一周一) or a name (半年总结)."""
_REGULARLY = re.compile(r"每|[按逐][月季周]")
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
            if _REGULARLY.match(sentence, mention.start):
                if rule := _rule(key, mention, sentence, year):
                    _add(rules, key, rule)
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
            if (_REGULARLY.search(sentence) and _REPORTS.search(sentence)) or _MAY_NAME.search(sentence):
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
    behind = _NEXT_RHYTHM.split(sentence[rhythm.end:])[0]
    wanted = _REPORTS if sentence[rhythm.start] == "每" else _HANDED_UP
    if not wanted.search(behind):
        return None
    entry = _entry(key, _content(behind[_end_of_time(behind):]))
    if key == "weekly":
        weekday = _WEEKDAYS.get(rhythm.anchor) or _weekday(behind)
        entry |= {"weekday": weekday, "start": _start(sentence, rhythm, year)}
    elif key == "biweekly":
        entry |= {"weekday": day} if (day := _weekday(behind)) else {}
    else:
        entry |= _day(key, rhythm, behind)
    least = _at_least(behind)
    return entry | ({"at_least": least} if least > 1 or key == "biweekly" else {})


def _add(rules: dict[str, object], key: str, rule: dict[str, object]) -> None:
    """The first rule of a rhythm; what later ones ask for besides stands in `also`."""
    first = rules.setdefault(key, rule)
    if first is rule or not isinstance(first, dict):
        return
    known: list[str] = [first["content"], *first.get("also", ())]
    new = str(rule["content"])
    if new and not any(new in said or said in new for said in known):
        first["also"] = [*known[1:], new]


def _end_of_time(behind: str) -> int:
    """Where the rest of the time ends that stands behind the rhythm."""
    match = _LEAD.match(behind)
    return match.end() if match else 0


def _content(part: str) -> str:
    """What is to be handed in."""
    part = _FIGURE.sub("", part)
    if match := _MOVED.search(part):
        content = match["moved"]
    elif match := _BEHIND.search(part):
        content = match["object"]
    else:
        content = next((words for words in part.split(",") if _REPORTS.search(words)), "")
    content = _END_OF_CONTENT.split(content)[0] or _END_OF_CONTENT.split(part.split(",", 1)[0])[0]
    content = content.strip(_MARKS)
    doing = _DOING.match(content)
    return content[doing.end() if doing else 0:][:_LONGEST]


def _at_least(part: str) -> int:
    """How many a span asks for, where a clause that reports says so: 报送信息不少于2篇."""
    for clause in _OTHER_SPAN.split(part)[0].split(","):
        if re.search(_LEAST, clause) or _REPORTS.search(clause):
            for figure in _FIGURE.finditer(clause):
                if found := number(figure["figure"]):
                    return found
    return 1


def _weekday(behind: str) -> str | None:
    """The weekday behind 每两周的, or behind 每周 where the grammar takes it for a word."""
    match = _WEEKDAY.match(behind)
    return _NAMED_DAYS[match["day"]] if match else None


def _day(key: str, rhythm: Rhythm, behind: str) -> dict[str, object]:
    """The day of the month on which it is due, 31 for the last, and how many months behind the span."""
    clause = behind[:_LONGEST]
    before = bool(_BEFORE.search(clause))
    month, _, day = rhythm.anchor.rpartition("-")
    if match := _NEXT_MONTH.match(behind):
        return {"day": int(match["day"]), "lag": 1}
    if not rhythm.anchor and _LAST_DAY.match(behind):
        return {"day": _MONTH_END}
    if not rhythm.anchor:
        return _named_months(key, behind)
    if _ANOTHER_DAY.match(behind):
        return {}  # twice in a span
    number_of = _MONTH_END if day == "end" else int(day) if day.isdecimal() else 0
    if not 1 <= number_of <= _MONTH_END or month not in {"", "m1", "m3", "m6"}:
        return {}
    if (key, month) == ("half_year", "m3"):
        return {}
    late = month == "m1" or (key == "monthly" and before)
    return {"day": number_of, "lag": 1} if late else {"day": number_of}


def _named_months(key: str, behind: str) -> dict[str, object]:
    """每半年(6月20日、12月20日前): the months named are each span's last, or each the one behind it."""
    if not behind.startswith("(") or key not in _LAST_OF:
        return {}
    named = [
        mention
        for mention in deadline_grammar.mentions(behind[: behind.find(")")])
        if isinstance(mention, Point)
    ]
    days = {_MONTH_END if point.place == "end" or not point.day else point.day for point in named}
    months = tuple(sorted(point.ordinal for point in named))
    last = _LAST_OF[key]
    if len(days) != 1 or months not in {last, tuple(sorted(month % 12 + 1 for month in last))}:
        return {}
    return {"day": days.pop(), **({} if months == last else {"lag": 1})}


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
