"""Read what a sentence wants counted (次数指标) and the clocks that events start (时限时钟).

    quota  = [class] period … (不少于 | 至少 | 不低于) NUMBER measure     各县(市、区)每年开展评价不少于5次
           | [class] period … verb NUMBER measure object              每季度开展1次“开放日”活动
           | … NUMBER measure 以上
    period = 每周 每两周 每月 每季度 每半年 每年 | 年内 全年 本年度 (a year)
    clock  = event … NUMBER (个工作日 | 日 | 天) 内                       决策文件出台后的10个工作日内

A second quota in a sentence keeps the period of the first (市政府部门…不少于2次) and, without words of its
own, what that one counts; a class may stand behind the period (每年各镇不少于5次), and is meant where its
heads are named (部门主要负责人). Several kinds in quotation marks (“甲”和“乙”活动) are counted one by one.
Percentages, sums of money and lengths of time are no quota.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from importers import deadline_grammar, unit_names
from importers.deadline_events import event_before
from importers.deadline_words import Count
from importers.numerals import narrow, number


@dataclass(frozen=True, slots=True)
class Quota:
    """At least `minimum` of what is `counted`, by each unit of the class, in every period (ISO 8601)."""

    minimum: int
    period: str
    unit_class: str | None
    counted: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A number of days, or workdays, that starts with an event."""

    days: int
    workdays: bool
    event: str


_FIGURE = r"(?P<n{0}>\d{{1,4}}|[一二两三四五六七八九十百]{{1,4}})"
_MEASURE = r"(?:场次|人次|次|场|期|篇|条|件|轮|堂|例|部|份|批)"
_ACTS_MEASURE = r"(?:场次|次|场|期|篇|轮|堂)"
"""What is done is counted in these even without 不少于; 背街小巷2304条 is a size of the work, not a quota."""
_LEAST = r"(?:不少于|不得少于|不低于|不得低于|至少|最少|确保)"
_ACT = (
    r"(?:开展|组织|召开|举办|举行|报送|形成|听取|邀请|发布|编发|完成|参加|安排|进行|制作|上报|提供|撰写"
    r"|开设|推出)"
)
_OBJECT = rf"(?:(?!、[^,。;、]*{_LEAST})[^,。;])*"
"""It ends at a mark behind which another one is counted."""
_QUOTA = re.compile(
    r"(?=[不至最确开组召举报形听邀发编完参安进制上提撰推])(?:"  # The first letters are asked first.
    rf"{_LEAST}(?P<act1>[^,。;\d]{{0,6}}?){_FIGURE.format(1)}{_MEASURE}(?!均|月)(?:以上)?(?P<object1>{_OBJECT})"
    rf"|(?P<act2>{_ACT}+(?:(?!{_LEAST})[^,。;\d]){{0,16}}?){_FIGURE.format(2)}{_ACTS_MEASURE}(?P<more>以上)?(?:的)?(?P<object2>[^,。;]*))"
)
_PERIOD = re.compile(
    r"每(?:一)?(?:个)?(?P<every>半年|两周|双周|半个?月|季度?|周|月|年度?)|年内|全年|本年度?|年度内|一年"
)
_CODES = {
    "半年": "P6M", "两周": "P2W", "双周": "P2W", "半月": "P2W", "半个月": "P2W", "季": "P3M", "季度": "P3M",
    "周": "P1W", "月": "P1M", "年": "P1Y", "年度": "P1Y",
}
_CLASS = re.compile(
    r"(?:其中)?(?P<class>(?:各|[省市县区乡镇]|有关|相关|其他).{1,20}?|部门)"
    r"(?:(?:党政)?(?:主要|分管)?(?:负责人|负责同志|领导))?"
    r"(?:要|应当?|须|需|将|至少|原则上|在|的)*$"
)
_CLASS_END = re.compile(r"(?:部门|单位|政府|[县市区镇乡旗州]|街道|科室|机构|委员会|[)局厅委办]|乡镇|企业)$")
_NOTHING_SAID = "工作"
_OBJECT_END = re.compile(r"(?:报送|上报|研究|讨论|解决|推进|并|以便|用于|进行|部署|的?(?:要求|目标|标准))")
_LEAD_VERB = re.compile(rf"^(?:(?:要|应当?|须|需|积极|定期|集中|依托.{{0,16}}?|在.{{0,16}}?)?{_ACT})+")
_QUOTED = re.compile(r"[“\"](?P<kind>[^”\"]{1,30})[”\"]")
_LOOK_BACK = re.compile(r"(?:最近|近|过去|连续|超过|不超过|满|延长)$")


_SENTENCE = re.compile(r"[。;!?\n]")
_ACTED = re.compile(_ACT)
_COUNTED = re.compile(rf"[\d一二两三四五六七八九十百]{_MEASURE}")
_WITHIN_DAYS = re.compile(r"工作日|(?<=[日天期周月])[以之]?内")
"""Asked first: without one of these words a clause has no quota, and no clock."""


def find(text: str) -> tuple[Quota, ...]:
    """The quotas of a clause, in their order."""
    return counts_in(text)[0]


def clocks(text: str) -> tuple[Clock, ...]:
    """The event-started clocks of a clause; a count whose event is not printed has an empty event."""
    return counts_in(text)[1]


def counts_in(text: str) -> tuple[tuple[Quota, ...], tuple[Clock, ...]]:
    """The quotas and the clocks of a clause."""
    narrowed = narrow(text)
    plain = "".join(narrowed.split())
    counted = _COUNTED.search(plain)
    within = ("内" in plain or "工作日" in plain) and _WITHIN_DAYS.search(plain)
    return _quotas(narrowed) if counted else (), _clocks(plain) if within else ()


def _quotas(narrowed: str) -> tuple[Quota, ...]:
    quotas: list[Quota] = []
    for printed in _SENTENCE.split(narrowed):
        sentence = "".join(printed.split())
        if counted := _COUNTED.search(sentence):
            quotas += _in_sentence(sentence, sentence.rfind(",", 0, counted.start()) + 1)
    return tuple(dict.fromkeys(quotas))


def _clocks(plain: str) -> tuple[Clock, ...]:
    found = []
    for mention in deadline_grammar.mentions(plain):
        if not isinstance(mention, Count) or mention.unit not in ("days", "workdays"):
            continue
        before = plain[:mention.start]
        if not _LOOK_BACK.search(before):
            found.append(Clock(mention.count, mention.unit == "workdays", event_before(before)))
    return tuple(dict.fromkeys(found))


def _in_sentence(sentence: str, first: int) -> Iterator[Quota]:
    """The quotas of a sentence; `first` is where the part begins that counts anything first."""
    start, period, same = 0, "", ""
    for match in _QUOTA.finditer(sentence, first):
        before = sentence[start:match.start()]
        printed = list(_PERIOD.finditer(before))
        if printed:
            last = printed[-1]
            period = _CODES[last["every"]] if last["every"] else "P1Y"
        least = match["n1"] is not None
        if not least and not printed and not match["more"]:
            continue  # 召开1次会议 without a period is a single act, not a quota
        minimum = number(match["n1"] or match["n2"])
        start = match.end()
        if not minimum:
            continue
        head = _behind_last(",", before[printed[-1].end():] if printed else before).lstrip("、")
        head += match["act2"] or ""
        owner = _owner(before[:printed[-1].start()] if printed else before)
        tail = match["object1"] if least else match["object2"]
        if behind := _owner(head) if printed and least else None:  # 每年各镇不少于5次
            owner, head = behind, ""
        for counted in _counted(head, tail or "", owner if not printed else None):
            same = same if same and counted == _NOTHING_SAID else counted
            yield Quota(minimum, period or "P1Y", owner, same)


def _owner(before: str) -> str | None:
    """The class of units that the sentence speaks to, such as 各县(市、区)."""
    last = _ACTED.split(_behind_last(",;:", before), 1)[0].lstrip("、")
    if (match := _CLASS.fullmatch(last)) and _CLASS_END.search(match["class"]):
        return match["class"]
    return None


def _behind_last(marks: str, text: str) -> str:
    """What stands behind the last of the marks that is not inside a bracket."""
    if unit_names.has_brackets(text):
        return unit_names.cut(text, marks)[-1][0]
    return text[max(map(text.rfind, marks)) + 1:]


def _counted(head: str, tail: str, owner: str | None) -> list[str]:
    """What is counted: the words behind the figure, else those before it."""
    tail = _OBJECT_END.split(tail)[0].strip("、的")
    if tail:
        kinds = [match["kind"] for match in _QUOTED.finditer(tail)]
        rest = _QUOTED.sub("", tail).strip("和与及、")
        if kinds and len(rest) <= 4:
            return [kind + rest for kind in kinds]
        return [tail]
    text = head.removeprefix(owner or "")
    return [_LEAD_VERB.sub("", text).strip("、的等") or text.strip("、的") or _NOTHING_SAID]
