"""Read responsibility phrases (责任单位): phrase → units with their roles.

    phrase   = group+                      groups stand side by side: (牵头单位:…)(配合单位:…)
    group    = label [":"] names | names verb | names
    label    = 牵头单位 牵头责任单位 主办单位 | 配合部门 协办单位 参与单位 | 责任单位 责任部门 属地责任 …
    verb     = 牵头 牵头负责 | 配合 参与 协助 指导 | 负责 按职责分工负责 分别组织实施 负责落实 …
    names    = see `unit_names`; 会同 puts what follows in support, 组织…实施 adds what follows
    note     = 列第一位者为牵头单位,下同 · 逗号前面的为牵头单位,下同 · 以下均需…落实,不再列出
    other    = 完成时限:… 责任人:…            no unit; left out

Damaged labels are read (贵任单位, 责任单位∶, 责任单位市财政局, 配部门). 牵头 inside a name (各产业链牵头单位)
marks nobody. Names stay as printed, but for endings that several share.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from importers import unit_names
from importers.findings import Finding
from importers.numerals import squeeze

Role = Literal["lead", "support", "responsible"]


@dataclass(frozen=True, slots=True)
class UnitMention:
    """A unit as a phrase names it; `inherited` where an earlier rule of the document owes it."""

    unit: str
    role: Role
    collective: bool
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class UnitReading:
    """What a phrase says: who in which role, and how (按职责分工负责, 等)."""

    assignments: tuple[UnitMention, ...]
    qualifier: str | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class UnitRules:
    """What a note of the document or a column's head says about phrases without a role of their own."""

    first_is_lead: bool = False
    lead_before_comma: bool = False
    default_role: Role = "responsible"
    inherited: tuple[UnitMention, ...] = ()


_WHO = r"(?:单位|部门|科室|处室|股室|机构|主体|方)"
_LABELS: tuple[tuple[Role | None, str], ...] = (
    # times, persons and remarks that stand among the units; their content is not a unit
    (None, r"(?:(?:完成|办理|整改|工作)?(?:时限|期限|时间|进度)(?:要求|节点|安排)?|序号|备注|实际完成情况|工作目标"
           r"|(?:牵头|责任|分管|包抓|项目|挂钩|联系|具体|主要|第一|直接|[市县区])*(?:领导|责任人|负责人|联系人|联系电话)):"),
    ("responsible", rf"(?:牵头(?:及|和|与|、|/|\()+(?:责任|落实|配合)|责任(?:及|和|、|/)+(?:牵头|配合)|牵头落实){_WHO}\)?"),
    ("lead", rf"(?:[省市县区]级?|总|主|主要|共同)?(?:牵头|主办)(?:责任|负责|主办|实施|组织)?{_WHO}|(?:牵头|主办):"),
    ("support", rf"(?:共同|主要)?(?:配合|协办|协同|参与|参加|协作|协助|支持|会办|指导)(?:责任|落实|实施)?{_WHO}"
                r"|配(?:合单|单|合)?(?:部门|位)|(?:配合|参与|协办|协同|协助):"),
    ("responsible", rf"(?:[省市县区]级|主要|主体|第一|具体|直接|实施|共同)?[责贵]任(?:落实)?{_WHO}"
                    rf"|(?:落实|承办|实施|主责|承担|执行|具体落实|组织实施|工作|完成|负责){_WHO}(?=:)"
                    r"|属地责任|责任分工(?=:)|(?:负责|责任|落实)(?=:)"),
)
_LABEL = re.compile("|".join(f"(?P<l{at}>{pattern})" for at, (_, pattern) in enumerate(_LABELS)))
_LABEL_INSIDE = re.compile(
    rf"((?:(?:牵头|主办|配合|协办|参与|协同|协助|承办|落实|实施|主责|主要责任|共同责任)(?:责任|负责|落实)?"
    rf"|[责贵]任){_WHO}:|{_LABELS[0][1]})"
)
_VERB = re.compile(
    r"(?P<how>(?:(?:按照?|根据|依据|结合|依)(?:各自|部门|本?单位|工作|相应|法定)?的?(?:职责|职能|职权|权限|任务|管理权限)"
    r"[和及]?(?:任务|职责)?(?:分工|范围|权限|要求)?)?"
    r"(?:各自|分别|共同|具体|联合|组织|主要|全面|统筹|协同|积极|密切|分工|归口|负责|抓好|牵头)*"
    r"(?P<do>牵头|负责|落实|实施|承担|配合|参与|参加|协助|协同|支持|指导|推进|执行|主办|协办|督导|汇总|协调)"
    r"(?:并?(?:负责|组织|落实|实施|推进|抓总|抓落实|执行|配合|做好|统筹|协调|开展|完成))*(?:相关工作|工作|本项工作)?)$"
    r"|(?P<share>(?:按照?|根据|依据)(?:各自)?(?:职责|职能)(?:分工|范围)?)$"
)
_MIDDLE = re.compile(
    r"(?P<with>牵头,?会同|会同|商(?=[省市县区各国有相]))|(?P<lead>牵头)(?=.)"
    r"|(?P<organise>(?:负责)?(?:组织|指导|督促|协调)(?=各|有关|相关|[省市县区]))"
)
_NAME_ROLE = re.compile(
    rf"[{re.escape(unit_names.OPENING)}](?P<role>总?牵头|主办|主责|负责|配合|协办|参与|协助|责任|组长单位|牵头单位|配合单位|责任单位|牵头部门)"
    rf"[{re.escape(unit_names.CLOSING)}]"
)
_LEADING = ("牵头", "总牵头", "主办", "主责", "组长")
_SUPPORTING = ("配合", "参与", "参加", "协助", "协同", "支持", "指导", "协办", "督导")
_FIRST_LEADS = re.compile(
    r"(?:其中,?)?(?:责任单位(?:中)?,?)?(?:[排列]|名列|排名)(?:在|名|序)?(?:首位|第[一1](?:位|名|个)?|最?前面?|首个)[^。;]{0,8}?(?:为|是|系|作为)[^。;,]{0,6}(?:牵头|主要责任|主办|主责)"
    r"[^,。;)]{0,14}(?:[,,](?:以?下同|下列各项同|余同))?"
    r"|(?:第一(?:个|位|家)?|首个|首位)(?:责任)?(?:单位|部门)?(?:的)?(?:为|是|系)(?:工作)?(?:牵头|主要责任|主办|主责)[^,。;)]{0,10}(?:,(?:以?下同|余同))?"
)
_COMMA_LEADS = re.compile(
    r"[“\"]?(?:逗号|分号|[,;])[”\"]?(?:之)?前(?:面)?(?:的)?[^。;,]{0,6}(?:为|是)[^。;,]{0,4}牵头[^,。;)]{0,10}"
    r"(?:,[“\"]?(?:逗号|分号)?[”\"]?(?:之)?后(?:面)?(?:的)?[^。;,]{0,6}(?:为|是)[^。;,]{0,4}(?:配合|责任|参与)[^,。;)]{0,8})?(?:,(?:以?下同|余同))?"
)
_INHERITED = re.compile(
    r"(?:以[下上]|下列|各项|本[方意措]?[案见施]?|上述)[^。;:]{0,16}?(?:均需|均须|均由|均应由?|都需|都由|均包括|包括|均含|还需|同时由)"
    r"(?P<units>[^。;]+?)(?P<verb>(?:共同|分别|具体)?(?:负责|组织|抓好|配合)?(?:落实|负责|实施|执行|配合))?,?(?:以下)?(?:均)?不再(?:一一|单独|逐一|重复|另行|逐项)*列[出示明举]?"
)


def read(phrase: str, rules: UnitRules | None = None) -> UnitReading:
    """Read who is responsible from a phrase: a bracket, a label line or a table cell.

    Args:
        phrase: as printed; line breaks between names part units.
        rules: what the document set before; by default nothing, and units without a mark are responsible.

    """
    rules = rules or UnitRules()
    findings: list[Finding] = []
    text = _prepare(phrase, findings)
    own = rules_in(text)
    for pattern in (_FIRST_LEADS, _COMMA_LEADS, _INHERITED):
        text = pattern.sub("", text)
    if own:
        rules = replace(rules, first_is_lead=rules.first_is_lead or own.first_is_lead,
                        lead_before_comma=rules.lead_before_comma or own.lead_before_comma,
                        inherited=(*rules.inherited, *own.inherited))
    reader = _Reader(rules.default_role)
    for group in _groups(text):
        reader.group(group)
    mentions = _apply(reader.named, rules)
    if not mentions and text:
        findings.append(Finding("warning", "unit-none-found", "没有读出责任单位，请核对原文后填写", "units"))
    findings += [
        Finding("warning", "unit-doubtful", f"“{mention.unit[:40]}”不像一个单位名称，请核对", "units")
        for mention in mentions if len(mention.unit) > 40 or not unit_names.looks_like_unit(mention.unit)
    ]
    qualifier = ";".join(dict.fromkeys(reader.remarks)) or None
    return UnitReading(mentions, qualifier, tuple(findings))


def rules_in(text: str) -> UnitRules | None:
    """The rule that a bracket or note sets for later phrases (下同, 不再列出), or None."""
    text = squeeze(text)[0]
    first, comma = bool(_FIRST_LEADS.search(text)), bool(_COMMA_LEADS.search(text))
    inherited: list[UnitMention] = []
    for match in _INHERITED.finditer(text):
        role: Role = "support" if "配合" in (match["verb"] or "") else "responsible"
        names, _ = unit_names.names_in(match["units"])
        inherited += [UnitMention(name, role, unit_names.is_collective(name), inherited=True) for name in names]
    if not (first or comma or inherited):
        return None
    return UnitRules(first_is_lead=first, lead_before_comma=comma, inherited=tuple(inherited))


def _prepare(phrase: str, findings: list[Finding]) -> str:
    """Half width, no blanks but those that part names, damaged characters mended and reported."""
    parted = re.sub(r"(?<=[局厅委办院会社司部心府团处行站队所组馆校科室)）〕])\s*\n\s*(?=[^\s、,，;；。)）〕员]{2})", "、", phrase.strip())
    parted = re.sub(r"(?<=[局厅委办院会部心府处])[ \t\u3000]+(?=[省市县区州各][^\s]{2})", "、", parted)
    text = squeeze(parted)[0].replace("∶", ":").replace("︰", ":").replace("\uff0c", ",")
    if mended := re.sub(r"(?<=区)具(?=[(〔\[<〈]市|人民政府)", "县", text):
        if mended != text:
            findings.append(Finding("info", "unit-misprint", "“具”像是“县”的误字，已按“县”读取，请核对", "units"))
        text = mended
    if not unit_names.is_balanced(text):
        findings.append(Finding("info", "unit-brackets", "责任单位的括号不成对，请核对名称", "units"))
    return _LABEL_INSIDE.sub(lambda found: _set_off(found, text), text)


def _set_off(label: re.Match[str], text: str) -> str:
    """A label that runs on from the name before it begins a part of its own."""
    runs_on = label.start() and text[label.start() - 1] not in ",;。、:" + unit_names.OPENING
    return ";" + label[0] if runs_on else label[0]


def _groups(text: str) -> list[str]:
    """The inside of each outermost bracket where brackets hold the whole phrase, else the phrase itself."""
    text = text.strip("。;,、 ")
    levels = unit_names.depth_marks(text)
    if not text or text[0] not in unit_names.OPENING or levels[0] == 0:
        stray = text[1:] if text[:1] in tuple(unit_names.OPENING) else text
        return [stray[:-1] if stray[-1:] in tuple(unit_names.CLOSING) and levels[-1] == 0 and stray else stray]
    groups, start = [], 0
    for at, level in enumerate(levels):
        closes = level == 1 and text[at] in unit_names.CLOSING
        if closes:
            groups.append(text[start + 1:at] if text[start] in unit_names.OPENING else text[start:at + 1])
            start = at + 1
            if start < len(text) and text[start] not in unit_names.OPENING:
                groups.append(text[start:])
                break
    return [group for group in groups if group] or [text]


@dataclass(frozen=True, slots=True)
class _Named:
    """A name, the role that the phrase gives it, and the number of commas before it."""

    name: str
    role: Role
    commas: int


class _Reader:
    """Collects units group by group; each list of names waits for the verb that may follow it."""

    def __init__(self, default: Role) -> None:
        self.default = default
        self.named: list[_Named] = []
        self.remarks: list[str] = []
        self.commas = 0

    def group(self, text: str) -> None:
        label: Role = self.default
        labelled = ignored = False
        waiting: list[tuple[str, int]] = []
        for clause, mark in _clauses(text):
            if found := _LABEL.match(clause):
                self._settle(waiting, label)
                role = _LABELS[int((found.lastgroup or "l0")[1:])][0]
                waiting, label, labelled, ignored = [], role or self.default, role is not None, role is None
                clause = clause[found.end():].removeprefix(":")
            if ignored:
                ignored = mark not in ("。", ";")
                continue
            verb = _VERB.search(clause)
            if verb and not unit_names.depth_marks(clause)[verb.start()]:
                self._with_verb(clause[:verb.start()], verb, waiting, label)
                waiting = []
            elif clause:
                waiting.append((clause, self.commas))
            self.commas += mark == ","
            if mark == "。" or (mark == ";" and not labelled):
                self._settle(waiting, label)
                waiting = []
        self._settle(waiting, label)

    def _with_verb(
        self, names: str, verb: re.Match[str], waiting: list[tuple[str, int]], label: Role,
    ) -> None:
        how = verb["how"] or verb["share"]
        role = label
        if "牵头" in how or verb["do"] == "主办":
            role = "lead"
        elif verb["do"] in _SUPPORTING or how.startswith(_SUPPORTING):
            role = "support"
        names = re.sub(r"^(?:由|请|并由)", "", names)
        middle = _MIDDLE.search(names)
        if middle and middle.start() and not unit_names.depth_marks(names)[middle.start()]:
            first: Role = "lead" if "牵头" in middle[0] else role
            second: Role = "support" if middle["with"] else role
            self._settle([*waiting, (names[:middle.start()], self.commas)], first)
            self._settle([(names[middle.end():], self.commas)], second)
            self.remarks.append(f"{middle[0]}…{how}")
            return
        self._settle([*waiting, (names, self.commas)], role)
        self.remarks.append(how)

    def _settle(self, waiting: list[tuple[str, int]], role: Role) -> None:
        """Give the waiting names their role."""
        for text, commas in waiting:
            names, remarks = unit_names.names_in(text)
            self.remarks += remarks
            for name in names:
                own = role
                if found := _NAME_ROLE.search(name):
                    word = found["role"]
                    own = "lead" if word.startswith(_LEADING) else "support" if word.startswith(_SUPPORTING) else role
                    name = name[:found.start()] + name[found.end():]
                if name := name.strip(":;,。、 "):
                    self.named.append(_Named(name, own, commas))


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """Parts that , ; 。 set off; 、 does so only behind a verb or before a label (X牵头、Y配合)."""
    waiting = ""
    for piece, mark in unit_names.cut(text, ",;。、"):
        if waiting and _LABEL.match(piece):
            yield waiting.removesuffix("、"), "、"
            waiting = ""
        waiting += piece
        if mark == "、" and not (_VERB.search(piece) and not unit_names.depth_marks(piece)[-1]):
            waiting += mark
            continue
        yield waiting, mark
        waiting = ""


def _apply(named: list[_Named], rules: UnitRules) -> tuple[UnitMention, ...]:
    """The document's rules on what the phrase left open; each unit once, in its foremost role."""
    roles: dict[str, Role] = {}
    leads: set[str] = set()
    different = list(dict.fromkeys(one.name for one in named))
    if all(one.role == "responsible" for one in named) and len(different) > 1:
        if rules.first_is_lead:
            leads = {different[0]}
        if rules.lead_before_comma:
            before = {one.name for one in named if one.commas == named[0].commas}
            leads = before if len(before) < len(different) else leads
    for one in named:
        role: Role = "lead" if one.name in leads else one.role
        if one.name not in roles or _RANK[role] < _RANK[roles[one.name]]:
            roles[one.name] = role
    made = [UnitMention(name, role, unit_names.is_collective(name)) for name, role in roles.items()]
    made += [mention for mention in dict.fromkeys(rules.inherited) if mention.unit not in roles]
    return tuple(made)


_RANK: dict[Role, int] = {"lead": 0, "responsible": 1, "support": 2}


def _main() -> None:
    """Lines PHRASE in; one JSON object a line out."""
    for line in sys.stdin:
        reading = read(line.rstrip("\n"))
        sys.stdout.write(json.dumps({
            "assignments": [{"unit": mention.unit, "role": mention.role, "collective": mention.collective}
                            for mention in reading.assignments],
            "qualifier": reading.qualifier,
        }, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    _main()
