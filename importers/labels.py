"""Labels and brackets (责任单位:… 〔牵头单位:…〕): where a passage names units, times and people.

Three ways in which documents name who does a clause, all found here without reading the names:

    bracket  at the end of a sentence or paragraph: `(市商务局、市财政局负责落实,完成时限:2023年11月)`, with
             brackets of any kind, mixed, nested, or unbalanced by a stray one
    label    `责任单位:…` on its own line or after the sentence, also damaged: 贵任单位, ∶ for :, none
    record   several labels after each other on one line: 牵头领导:… 责任单位:… 完成时限:…

A label names a field: units of a role, a deadline, a person, a note. `分管领导:` is a person, never a unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from importers.source import Span

Field = Literal["lead", "support", "responsible", "units", "deadline", "person", "text", "note"]

UnitRole = Literal["lead", "support", "responsible"]
UNIT_ROLES: tuple[UnitRole, ...] = ("lead", "support", "responsible")

OPENING = "(（〔【[［〈<"
CLOSING = ")）〕】]］〉>"

_ROLE_WORDS = (
    "牵头|责任|贵任|负责|主办|承办|主责|配合|协办|协同|协助|参与|参加|落实|实施|属地|督办|督导|主管|分工"
)
_LABEL_NOUNS = "单位|部门|科室|处室|股室|主体|地区|机构|责任"
UNIT_LABEL = (
    rf"(?:(?:{_ROLE_WORDS}|共同|主要|具体|第一)(?:和|及|与|或|、|[(（])?){{1,3}}(?:{_LABEL_NOUNS})[)）]?"
    rf"|配部门|配单位"
)
_PERSON_LABEL = (
    r"(?:(?:牵头|分管|责任|包保|包抓|主抓|市级|县级|区级|包联|项目)+(?:市|县|区)?领导|(?:项目|直接|第一|"
    r"主要)?责任人|负责人|"
    r"牵头人|联系人|联络员|联系电话|填报人|审核人|咨询电话)"
)
_DEADLINE_LABEL = (
    r"(?:(?:计划|拟|预计)?(?:完成|办理|办结|整改|落实|推进|实施|工作)?(?:时限|期限|时间节点|时间要求|"
    r"时间安排|时限要求|进度安排|进度要求)(?:要求)?"
    r"|(?:计划|拟|预计)?(?:完成|办结|整改|落实)(?:时间|日期))"
)
_TEXT_LABEL = (
    r"(?:工作任务|任务内容|工作内容|任务措施|工作措施|具体措施|细化措施|主要任务|重点任务|具体任务|任务要求|"
    r"具体要求|工作举措|主要内容|主要举措)"
)
_NOTE_LABEL = (
    r"(?:实际完成情况|完成情况|进展情况|工作进展|落实情况|备注|项目名称|任务名称|工作目标|目标任务|预期成效|"
    r"完成标志|成果形式|联系方式)"
)
_COLON = r"\s*[:：∶﹕︰]\s*"

# A label stands at the start of something: a line, a bracket, after a sentence, after a blank.
_EDGE = rf"(?:^|(?<=[\s。;；,，:：!！?？、）)〕】\]\"”{re.escape(OPENING)}]))"
LABEL = re.compile(
    rf"{_EDGE}(?:(?P<unit>{UNIT_LABEL})|(?P<person>{_PERSON_LABEL})|(?P<deadline>{_DEADLINE_LABEL})"
    rf"|(?P<text>{_TEXT_LABEL})|(?P<note>{_NOTE_LABEL})){_COLON}",
)

_DIVISION = r"按(?:照)?(?:各自)?(?:职责|职能|责任|任务|工作)?(?:职责|职能)?(?:分工)?"
_VERBS = re.compile(
    r"(?:牵头|负责|落实|配合|承办|主办|协办|参与|实施|组织实施|推进|执行|办理|分工负责|共同负责|具体负责|"
    r"指导|支持|会同有关部门|"
    rf"{_DIVISION}(?:分工|落实|负责|推进|实施|做好)+(?:相关工作|工作)?)(?:工作)?$",
)
_NAME_ENDING = re.compile(
    r"(?:局|厅|委|办|部|署|院|会|中心|公司|集团|银行|支行|分行|社|科|处|室|股|队|站|所|校|学院|大学|政府|"
    r"行署|单位|部门|街道|乡镇|乡|镇|"
    r"机关|组|馆|台|联|中支|营管部|海关|协会|学会|委员会|管委会|园区|新区|开发区|经开区|高新区|示范区|"
    r"功能区|协作区|党校|"
    r"党委|支队|大队|总队|"
    r"[市县区州旗盟省]|企业|机构|法院|检察院|团委|妇联|工会|总工会|商会|社区|村|分局|总局|监管组|监管局|"
    r"省委|市委|县委|区委|"
    r"媒体|报社|医院|主体|成员|公共企事业单位|办事处|领导小组|指挥部|专班|人行|银保监|供电|电力|移动|联通|"
    r"电信|铁塔|库|窗口)"
    r"(?:[(（〔].{1,30}[)）〕])?$",
)
_NOT_A_NAME = re.compile(
    r"[。！？:：《》“”\"]|即[收接]?即办|即办即|的|按照|根据|进行|不得|应当|以上|以下|其中|"
    r"\d{2,}[年月日%％元万]"
)
_ACT = re.compile(
    r"邀请|听取|公布|建立|完善|开展|推进|推动|加强|加大|加快|做好|提高|提升|围绕|依托|强化|制定|编制|梳理|"
    r"汇总|归并|深化|支持|鼓励|探索|结合|利用|"
    r"确保|实行|统筹|积极|切实|严格|进一步|持续|不断|及时|定期|规范|优化|创新|充分|落实好|组织开展|督促|"
    r"扩大|拓展|健全|打造",
)
_TAIL = re.compile(
    rf"(?:(?:等(?:有关|相关)?(?:部门|单位)?)?{_DIVISION}(?:负责|落实|分工|推进|实施|做好|配合)*(?:相关工作|"
    rf"工作)?"
    r"|(?:负责|牵头|配合|落实|承办|主办|协办|参与|实施|共同|具体|分别|分工|组织|推进|执行|指导|"
    r"支持)+(?:工作)?|等)$",
)
_TERMINAL = "。！？!?；;"


@dataclass(frozen=True, slots=True)
class Part:
    """One labelled field of a unit phrase: which field, and where its content stands."""

    field: Field
    span: Span


@dataclass(frozen=True, slots=True)
class UnitPhrase:
    """A passage that names units: the whole as printed, and its fields."""

    span: Span
    parts: tuple[Part, ...]
    bracketed: bool

    @property
    def names_units(self) -> bool:
        return any(part.field in {"lead", "support", "responsible", "units"} for part in self.parts)


def names_of(text: str) -> list[str]:
    """Cut at list marks that stand outside brackets: 各县(市、区)政府、市商务局 gives two."""
    names, depth, current = [], 0, ""
    for ch in text:
        if ch in OPENING:
            depth += 1
        elif ch in CLOSING:
            depth = max(0, depth - 1)
        if depth == 0 and (ch in
            "、,，;；\n和及" or ch.isspace()) and not (ch in "和及" and len(current) < 2):
            names.append(current)
            current = ""
        else:
            current += ch
    names.append(current)
    return [name.strip() for name in names if name.strip()]


def looks_like_units(text: str) -> bool:
    """Whether a short text is nothing but names of units (with 牵头, 按职责分工 and the like)."""
    text = re.sub(r"\s+", " ", text).strip(" 。;；,，、")
    if not text or len(text) > 600 or _NOT_A_NAME.search(re.sub(rf"(?:{UNIT_LABEL}){_COLON}", "", text)):
        return False
    text = re.sub(rf"(?:{UNIT_LABEL}){_COLON}", "", text)
    names = []
    for name in names_of(text):
        bare = name
        for _ in range(3):
            bare = _TAIL.sub("", bare).strip()
        if bare:
            names.append(bare)
    if not names or any(_ACT.match(name) for name in names):
        return False
    good = sum(1 for name in names if 2 <= len(name) <= 32 and _NAME_ENDING.search(name))
    return good >= max(1, (len(names) * 2 + 2) // 3)


_TIME = re.compile(
    r"\d\s*月|年底|年内|季度|长期|持续|全年|每[年月周季日半]|常态|即[收接]?[即办时]|立即|随时|上半年|下半年|"
    r"工作日|\d\s*日|月底|"
    r"近期|底前|同步|\d{4}年|[一二三四五六七八九十]月|适时|年初|年末|按时|及时|\d{4}[.\-/]\d{1,2}|月前|"
    r"印发后|贯穿",
)


def looks_like_deadline(text: str) -> bool:
    """Whether a short text is nothing but a time."""
    text = text.strip()
    return 0 < len(text) <= 40 and bool(_TIME.search(text)) and not _NAME_ENDING.search(text.rstrip("。"))


def role_of_label(label: str) -> UnitRole:
    if re.search(r"牵头|主办|主责", label):
        return "lead"
    if re.search(r"配合|协办|协同|协助|参与|参加|配部门|配单位", label):
        return "support"
    return "responsible"


def fields_in(text: str, start: int, end: int) -> list[tuple[Field, Span, Span]]:
    """Return the labelled fields of a passage: field, the whole with its label, and its content."""
    matches = list(LABEL.finditer(text, start, end))
    found: list[tuple[Field, Span, Span]] = []
    for index, match in enumerate(matches):
        stop = matches[index + 1].start() if index + 1 < len(matches) else end
        kind: Field
        if match.group("unit"):
            kind = "units"
        else:
            kind = next(each for each in (
                "person", "deadline", "text", "note") if match.group(each))
        found.append((kind, Span(match.start(), stop), Span(match.end(), stop)))
    return found


def brackets_in(text: str, start: int, end: int) -> list[Span]:
    """Return the outermost bracket pairs; a stray opening or closing bracket spoils only itself."""
    stack: list[int] = []
    pairs: list[Span] = []
    for index in range(start, end):
        ch = text[index]
        if ch in OPENING:
            stack.append(index)
        elif ch in CLOSING and stack:
            opened = stack.pop()
            while pairs and pairs[-1].start > opened:
                pairs.pop()
            pairs.append(Span(opened, index + 1))
    return pairs


_BRACKET_LABEL = re.compile(
    rf"[{re.escape(OPENING)}]\s*(?:{UNIT_LABEL})(?:{_COLON}|(?=[各省市县区州镇局国人住自发财教民公]))",
)


_TIME_AHEAD = (
    r"(?=\s*(?:(?:于|在|到|至|力争|确保|争取)?\s*(?:20\d\d|\d{1,2}\s*[月日个]|[一二三四五六七八九十]{1,2}月|"
    r"年[底内末中]|全年|长期|持续|每[年月周季半日]|"
    r"第[一二三四]季度|上半年|下半年|常态)|印发))"
)
_END_OF_UNITS = re.compile(
    rf"[。；;]|[,，](?=\s*(?:完成|列|排|逗号|第一|首位|以下))|[,，、;；]{_TIME_AHEAD}",
)


def _bracket_units(text: str, span: Span) -> bool:
    inner = re.sub(r"\s*\n\s*", "", text[span.start + 1:span.end - 1]).strip()
    if len(inner) < 2 or len(inner) > 700:
        return False
    if re.match(rf"(?:{UNIT_LABEL})(?:{_COLON}|[各省市县区州])", inner):
        return True
    first = _END_OF_UNITS.split(inner)[0].strip()
    fields = fields_in(text, span.start + 1, span.end - 1)
    if any(field == "units" for field, _, _ in fields):
        return True
    first = LABEL.split(first)[0].strip(" ,，;；") if fields else first
    if not first or re.search(r"[《》“”]|下同$|以下简称", first):
        return False
    if looks_like_units(first):
        return True
    if not _VERBS.search(first) or len(first) > 300 or _ACT.match(first):
        return False
    last = _TAIL.sub("", _TAIL.sub("", names_of(first)[-1])).strip()
    before = text[:span.start].rstrip()[-1:]
    return not last or bool(_NAME_ENDING.search(last)) or (before in _TERMINAL and len(last) <= 20)


def unit_phrases(text: str, start: int, end: int) -> list[UnitPhrase]:
    """Return the passages of `text[start:end]` that name the units of what stands before them."""
    found = _bracket_phrases(text, start, end)
    found += _label_phrases(text, start, end, found)
    return sorted(found, key=lambda phrase: phrase.span.start)


def _bracket_phrases(text: str, start: int, end: int) -> list[UnitPhrase]:
    phrases: list[UnitPhrase] = []
    for span in _unit_brackets(text, start, end):
        before = text[start:span.start].rstrip()
        after = text[span.end:end].lstrip(" \t\u3000\xa0")
        closes = not after or after[0] in "\n。；;" or bool(re.match(r"[(（〔【\[]", after))
        opens = not before or before[-1] in _TERMINAL + '”"）)〕】,，:：' or text[span.start - 1] == "\n"
        labelled = bool(re.match(rf".\s*(?:{UNIT_LABEL})", text[span.start:span.end]))
        inner = text[span.start + 1:span.end - 1].strip()
        if not (closes or labelled or (opens and before[-1:] in _TERMINAL)):
            continue
        if closes and not opens and not labelled and not _VERBS.search(inner):
            continue
        phrases.append(UnitPhrase(span, _parts(text, span.start + 1, span.end - 1), bracketed=True))
    return phrases


def _unit_brackets(text: str, start: int, end: int) -> list[Span]:
    """Outermost unit brackets; an unbalanced one that begins with a label reaches to its line's end."""
    spans = [span for span in brackets_in(text, start, end) if _bracket_units(text, span)]
    for match in _BRACKET_LABEL.finditer(text, start, end):
        if any(span.start <= match.start() < span.end for span in spans):
            continue
        stop = match.end()
        while stop < end and text[stop] != "\n":
            stop += 1
        closing = max((text.rfind(ch, match.end(), stop) for ch in CLOSING), default=-1)
        spans.append(Span(match.start(), closing + 1 if closing > 0 else stop))
    return sorted(spans, key=lambda span: span.start)


def _label_phrases(text: str, start: int, end: int, taken: list[UnitPhrase]) -> list[UnitPhrase]:
    """Labels outside brackets; neighbouring fields of one record make one phrase."""
    phrases: list[UnitPhrase] = []
    group: list[tuple[Field, Span, Span]] = []
    stops = [phrase.span.start for phrase in taken]

    def close() -> None:
        if any(field == "units" for field, _, _ in group):
            parts = tuple(
                Part(role_of_label(text[whole.start:content.start]) if field == "units" else field, content)
                for field, whole, content in group
            )
            phrases.append(UnitPhrase(Span(group[0][1].start, group[-1][2].end), parts, bracketed=False))
        group.clear()

    for field, whole, content in _line_fields(text, start, end, taken):
        stop = min([content.end, *(each for each in stops if each >= content.start)])
        content = Span(content.start, stop)
        if field == "text":
            close()
            continue
        if group and text[group[-1][2].end:whole.start].strip(" \t\u3000\n。;；,，|"):
            close()
        group.append((field, whole, content))
    close()
    return phrases


def _line_fields(text: str, start: int, end: int, taken: list[UnitPhrase]) -> list[tuple[Field, Span, Span]]:
    """Fields outside brackets, each ending with its line (or at the next label)."""
    found: list[tuple[Field, Span, Span]] = []
    for field, whole, content in fields_in(text, start, end):
        if any(phrase.span.start <= whole.start < phrase.span.end for phrase in taken):
            continue
        depth = 0
        for index in range(max(start, whole.start - 400), whole.start):
            depth += (text[index] in OPENING) - (text[index] in CLOSING)
            if text[index] == "\n":
                depth = 0
        line = text.find("\n", content.start, content.end)
        stop = content.end if line < 0 else line
        if line >= 0 and not text[content.start:line].strip():
            following = text.find("\n", line + 1, content.end)
            stop = content.end if following < 0 else following
        if field != "units" and not found and depth > 0:
            continue
        found.append((field, whole, Span(content.start, stop)))
    found += _bare_labels(text, start, end, found, taken)
    return sorted(found, key=lambda each: each[1].start)


_BARE_LABEL = re.compile(rf"(?:^|(?<=\n))[ \t\u3000\xa0]*(?P<label>{UNIT_LABEL})(?![:：∶﹕︰\s])")


def _bare_labels(
    text: str, start: int, end: int, found: list[tuple[Field, Span, Span]], taken: list[UnitPhrase],
) -> list[tuple[Field, Span, Span]]:
    """Lines such as `责任单位市财政局` that lost their colon."""
    extra: list[tuple[Field, Span, Span]] = []
    for match in _BARE_LABEL.finditer(text, start, end):
        stop = text.find("\n", match.end(), end)
        stop = end if stop < 0 else stop
        place = match.start("label")
        inside = any(phrase.span.start <= place < phrase.span.end for phrase in taken)
        known = any(whole.start <= place < content.end for _, whole, content in found)
        if not inside and not known and looks_like_units(text[match.end():stop]):
            extra.append(("units", Span(place, stop), Span(match.end(), stop)))
    return extra


def _parts(text: str, start: int, end: int) -> tuple[Part, ...]:
    """Cut the inside of a bracket into units and the labelled times, people and notes beside them."""
    fields = [each for each in fields_in(text, start, end) if each[0] != "units"]
    parts: list[Part] = []
    cursor = start
    for field, whole, content in fields:
        if whole.start > cursor and text[cursor:whole.start].strip(" ,，;；。\n"):
            parts.append(Part("units", Span(cursor, whole.start)))
        # A unit label after a time begins the units again.
        later = re.search(rf"[,，;；。\s](?={UNIT_LABEL}{_COLON})", text[content.start:content.end])
        stop = content.start + later.start() if later else content.end
        parts.append(Part(field, Span(content.start, stop)))
        cursor = stop
    if text[cursor:end].strip(" ,，;；。\n"):
        parts.append(Part("units", Span(cursor, end)))
    return tuple(each for part in parts for each in _without_time(text, part))


def _without_time(text: str, part: Part) -> list[Part]:
    """(市司法局负责,11月底前完成): a time after the units, without a label."""
    if part.field != "units":
        return [part]
    match = re.compile(rf"[,，、;；]{_TIME_AHEAD}").search(text, part.span.start, part.span.end)
    if match is None or not looks_like_deadline(text[match.end():part.span.end].strip(" 。;；")):
        return [part]
    return [Part(
        "units", Span(part.span.start, match.start())), Part("deadline", Span(match.end(), part.span.end))]
