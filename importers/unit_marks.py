"""The words that mark roles in a responsibility phrase: labels, verbs, and notes for later phrases."""

from __future__ import annotations

import re
from typing import Literal

from importers.unit_names import CLOSING, OPENING

Role = Literal["lead", "support", "responsible"]

_WHO = r"(?:单位|部门|科室|处室|股室|机构|主体|方)"
_NOT_UNITS = (
    # times, persons and remarks that stand among the units; their content is not a unit
    r"(?:(?:完成|办理|整改|工作)?(?:时限|期限|时间|进度)(?:要求|节点|安排)?|序号|备注|实际完成情况|工作目标"
    r"|(?:牵头|责任|分管|包抓|项目|挂钩|联系|具体|主要|第一|直接|[市县区])*"
    r"(?:领导|责任人|负责人|联系人|联系电话)):"
)
_LABELS: tuple[tuple[Role | None, str], ...] = (
    (None, _NOT_UNITS),
    ("responsible", (
        rf"(?:牵头(?:及|和|与|、|/|\()+(?:责任|落实|配合)|责任(?:及|和|、|/)+(?:牵头|配合)|牵头落实){_WHO}\)?"
    )),
    ("lead", (
        rf"(?:[省市县区]级?|总|主|主要|共同)?(?:牵头|主办)(?:责任|负责|主办|实施|组织)?{_WHO}|(?:牵头|主办):"
    )),
    ("support", (
        rf"(?:共同|主要)?(?:配合|协办|协同|参与|参加|协作|协助|支持|会办|指导)(?:责任|落实|实施)?{_WHO}"
        r"|配(?:合单|单|合)?(?:部门|位)|(?:配合|参与|协办|协同|协助):"
    )),
    ("responsible", (
        rf"(?:[省市县区]级|主要|主体|第一|具体|直接|实施|共同)?[责贵]任(?:落实)?{_WHO}"
        rf"|(?:落实|承办|实施|主责|承担|执行|具体落实|组织实施|工作|完成|负责){_WHO}(?=:)"
        r"|属地责任|责任分工(?=:)|(?:负责|责任|落实)(?=:)"
    )),
)
_LABEL = re.compile("|".join(f"(?P<l{at}>{pattern})" for at, (_, pattern) in enumerate(_LABELS)))
_DAMAGED = re.compile(rf"[^,;。、:\s]{{1,6}}{_WHO}:")
"""责任任部门: — letters are wrong or doubled, but it ends as labels do."""
_RUN_ON = re.compile(
    r"((?:(?:牵头|主办|配合|协办|参与|协同|协助|承办|落实|实施|主责|主要责任|共同责任)(?:责任|负责|落实)?"
    rf"|[责贵]任){_WHO}:|(?:牵头|主办|协办|配合|承办):|{_NOT_UNITS})"
)

VERB = re.compile(
    r"(?P<how>(?:(?:按照?|根据|依据|结合|依)(?:各自|部门|本?单位|工作|相应|法定)?的?"
    r"(?:职责|职能|职权|权限|任务|管理权限)[和及]?(?:任务|职责)?(?:分工|范围|权限|要求)?)?"
    r"(?:各自|分别|共同|具体|联合|组织|主要|全面|统筹|协同|积极|密切|分工|归口|负责|抓好|牵头)*"
    r"(?P<do>牵头|负责|落实|实施|承担|承办|配合|参与|参加|协助|协同|支持|指导|推进|执行|主办|主责|协办|督导|监督|汇总|协调)"
    r"(?:并?(?:负责|组织|落实|实施|推进|抓总|抓落实|执行|配合|做好|统筹|协调|开展|完成))*(?:相关工作|工作|本项工作)?)$"
    r"|(?P<share>(?:按照?|根据|依据)(?:各自)?(?:职责|职能)(?:分工|范围)?)$"
)
"""The end of a clause that says what the units before it do."""
MIDDLE = re.compile(
    r"(?P<with>牵头,?会同|会同|商(?=[省市县区各国有相]))|(?P<lead>牵头)(?=.)"
    r"|(?P<organise>(?:负责)?(?:组织|指导|督促|协调)(?=各|有关|相关|[省市县区]))"
)
"""A verb between units: X会同Y、Z负责; X组织各Y实施."""
ROLE_BEHIND = re.compile(
    rf"[{re.escape(OPENING)}](?P<role>(?:总|共同|联合)?牵头|主办|主责|负责|配合|协办|参与|协助|责任|组长单位"
    rf"|(?:牵头|配合|责任)(?:单位|部门))[{re.escape(CLOSING)}]"
)
"""市司法局(牵头): the role of one name in a list."""
_ROLE_BEFORE = re.compile(
    rf"(?:^|(?<=[,;。、]))[{re.escape(OPENING)}](?P<role>牵头|主办|配合|协办|参与|责任|负责)"
    rf"(?:单位|部门)?[{re.escape(CLOSING)}](?!$|[,;。、])"
)
HOW_IN_BRACKETS = re.compile(
    rf"[{re.escape(OPENING)}](?:以上)?(?:均)?(?P<how>(?:按照?|根据|分别|共同)"
    rf"[^{re.escape(OPENING + CLOSING)}、,]*(?:负责|落实|实施))[{re.escape(CLOSING)}]$"
)

_OTHERS = r"(?:,(?:其他|其余|后面|之后)(?:的)?(?:单位|部门)?[为是](?:配合|责任|参与|协办)(?:单位|部门))?"
_SAME_BELOW = _OTHERS + r"(?:,(?:以?下同|下列各项同|余同))?"
_LEADS = r"(?:牵头|主要责任|主办|主责)"
FIRST_LEADS = re.compile(
    r"(?:其中,?)?(?:责任单位(?:中)?,?)?(?:[排列]|名列|排名)(?:在|名|序)?(?:首位|第[一1](?:位|名|个)?|最?前面?|首个)"
    rf"[^。;]{{0,8}}?(?:为|是|系|作为)[^。;,]{{0,6}}{_LEADS}[^,。;)〕]{{0,14}}{_SAME_BELOW}"
    r"|(?:第一(?:个|位|家)?|首个|首位)(?:责任)?(?:单位|部门)?(?:的)?(?:为|是|系)(?:工作)?"
    rf"{_LEADS}[^,。;)〕]{{0,10}}{_SAME_BELOW}"
)
"""列第一位者为牵头单位,下同."""
COMMA_LEADS = re.compile(
    r"[“\"]?(?:逗号|分号|[,;])[”\"]?(?:之)?前(?:面)?(?:的)?[^。;,]{0,6}(?:为|是)[^。;,]{0,4}"
    r"牵头[^,。;)〕]{0,10}"
    r"(?:,[“\"]?(?:逗号|分号)?[”\"]?(?:之)?后(?:面)?(?:的)?[^。;,]{0,6}(?:为|是)[^。;,]{0,4}"
    rf"(?:配合|责任|参与)[^,。;)〕]{{0,8}})?{_SAME_BELOW}"
)
"""逗号前面的为牵头单位,下同."""
STARRED_LEADS = re.compile(
    rf"(?:[标带加注有]|打)?[“\"]?[*★☆▲△※][”\"]?(?:号|者)?(?:的)?(?:单位|部门)?[为是]牵头[^,。;)〕]{{0,6}}{_SAME_BELOW}"
)
"""带★的为牵头单位,下同."""
OTHERS_SUPPORT = re.compile(r"(?:其他|其余|后面|之?后)(?:的)?(?:单位|部门)?[为是](?:配合|参与|协办)")
AMONG_THEM = re.compile(r",?其中,?(?P<names>[^,。;]{2,40}?)[为是](?:牵头|主办)(?:责任)?(?:单位|部门)")
"""其中市司法局为牵头单位."""
STARS = "*★☆▲△※"
_NOT_AGAIN = (
    r",?(?:以下)?(?:均)?不再(?:一一|单独|逐一|重复|另行|逐项|分别)*(?:列[出示明举]?|标注|注明|[做作]分工|分工|赘述)"
    r"(?:,(?:以?下同))?"
)
OWED_BELOW = re.compile(
    r"(?:以[下上]|下列|各项|具体任务|本[方意措][案见施]|上述)[^。;:]{0,16}?"
    r"(?:均需|均须|均由|均应由?|都需|都由|均包括|包括|均含|还需|同时由|均涉及)(?P<units>[^。;]+?)"
    rf"(?P<verb>(?:共同|分别|具体)?(?:负责|组织|抓好|配合)?(?:落实|负责|实施|执行|配合))?{_NOT_AGAIN}"
    r"|(?P<every>各[^。;,]{2,40}?)(?:(?:均)?[为是][^。;,]{0,10}(?P<kind>责任|落实|实施|配合)单位"
    r"|负责[^。;,]{0,16}(?:落实|实施))" + _NOT_AGAIN
)
"""以下均需各县(市、区)政府落实,不再列出 · 各县(市、区)政府均为责任单位,不再列出."""

_LEADING = ("牵头", "总牵头", "主牵头", "主办", "主责", "组长")
_SUPPORTING = ("配合", "参与", "参加", "协助", "协同", "支持", "指导", "协办", "督导", "监督")


def label_at(clause: str) -> tuple[Role | None, int] | None:
    """The role of the label that begins a clause, and where it ends; the role None marks no units at all."""
    if found := _LABEL.match(clause):
        return _LABELS[int((found.lastgroup or "l0")[1:])][0], found.end()
    if found := _DAMAGED.match(clause):
        supports = re.search(r"[配协]|参[与加]", found[0])
        leads = re.search(r"[牵头]|主办", found[0])
        return "lead" if leads else "support" if supports else "responsible", found.end()
    return None


def role_of(word: str, otherwise: Role) -> Role:
    """The role that a verb or a bracketed word gives."""
    if "牵头" in word or word.startswith(_LEADING):
        return "lead"
    return "support" if word.startswith(_SUPPORTING) else otherwise


def verb_role(verb: re.Match[str], otherwise: Role) -> Role:
    """The role that the verb at a clause's end gives to the units before it."""
    return role_given(verb) or otherwise


def role_given(verb: re.Match[str]) -> Role | None:
    """The role that a verb gives by itself; None for 负责 and 落实, which leave it to the label."""
    how, do = verb["how"] or verb["share"], verb["do"] or ""
    if "牵头" in how or do in ("主办", "主责"):
        return "lead"
    return "support" if do.startswith(_SUPPORTING) or how.startswith(_SUPPORTING) else None


_VERB_ENDS = frozenset("头责实施担合与加助同持导进行办督总调织好筹展成作能工围")


def verb_behind(clause: str) -> re.Match[str] | None:
    """The verb at the end of a clause; most clauses end in a name, which their last letter tells."""
    return VERB.search(clause) if clause[-1:] in _VERB_ENDS else None


_AS_UNIT = re.compile(
    r"(?<=[局厅委办院会社司部心府处行站所馆室科])(?:均|分别|共同)?作?为"
    r"(?P<role>牵头|主办|配合|协办|参与|责任)(?:责任)?(?:单位|部门)"
    r"(?=$|[,;。、)])"
)
_MAINLY = re.compile(
    r"(?:^|(?<=[,;。]))以(?P<units>[^,;。以为]{3,40})为主(?=[,;。]|$)"
)


def _in_verbs(text: str) -> str:
    """市司法局为牵头单位, 以市司法局为主 as 市司法局牵头; notes on places in a list stay as they are."""
    if "为" not in text or "其中" in text:
        return text
    text = _AS_UNIT.sub(lambda found: "负责" if found["role"] == "责任" else found["role"], text)
    return _MAINLY.sub(lambda found: f"{found['units']}牵头", text)


def set_off(text: str) -> str:
    """Give labels and bracketed roles that run on from a name a clause of their own."""
    text = _in_verbs(text)
    text = _ROLE_BEFORE.sub(lambda found: f"{found['role']}:", text)
    if ":" not in text:
        return text
    return _RUN_ON.sub(lambda found: _own_clause(found, text), text)


def _own_clause(label: re.Match[str], text: str) -> str:
    before = re.split(rf"[,;。、:{re.escape(OPENING)}]", text[:label.start()])[-1]
    # up to two letters are no unit but the damaged beginning of the label itself (责责任单位)
    return ";" + label[0] if len(before) > 2 else label[0]
