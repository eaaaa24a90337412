"""Units inside sentences (句中的责任单位): 由市司法局牵头，市财政局配合，4月20日前完成…

Only what assigns the work outright counts, at the beginning of a sentence or behind a comma in it:

    由 UNITS 牵头 · UNITS 牵头 · UNITS 配合 · UNITS 负责(落实)      nothing else up to the next comma
    由 UNITS 牵头组织… · UNITS 牵头制定…                        who leads, then what
    UNITS 于3月底前… · 请 UNITS 在2月底前…                       who, then a last day
    UNITS 负责…                                              only beside one of those above

    UNITS 负责制定… · UNITS 负责…，5月底前…                      a duty that is an act or has a day, by itself

A last sentence of nothing but these (…。市财政局负责，6月底前完成。) is no part of the requirement.

What an office does by its nature (市司法局负责合法性审核), or any sentence whose subject is an office
(市政府要适时督查), assigns nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from importers import unit_names
from importers.label_fields import Part, UnitPhrase
from importers.looks import ACT, looks_like_deadline, looks_like_units, names_of
from importers.source import Span

IN_SENTENCE = ("units-in-sentence", "责任单位是从条文的句子里读出的，请核对。")
"""What to tell a person of units that no label or bracket names."""

_SENTENCE = re.compile(r"[^。；;！!\n]+")
_PIECE = re.compile(r"[^，,:：]+")
_BY = r"[-—－]*(?:(?:并|均|统一)?由|请)?"
_BY_WHOM = re.compile(rf"^\s*{_BY}")
_OTHERS = r"(?:等(?:有关|相关)?(?:部门|单位)?)?"
_TOGETHER = rf"{_OTHERS}(?:按(?:照)?(?:各自)?职责(?:分工)?)?(?:共同|分别|具体|主要|各自)?"
_WHOLE = re.compile(
    rf"\s*{_BY}(?P<units>\S.*?){_TOGETHER}(?:牵头(?:负责|落实|组织)?|承办|主办|负责(?:落实|实施|组织实施)?)"
)
_HELPS = re.compile(
    rf"\s*{_BY}(?P<units>\S.*?){_TOGETHER}(?:配合|参与|协助|协同|协办|会办)(?:实施|落实|做好)?"
)
_WITH = re.compile(r"\s*(?:会同|商)(?P<units>.+)")
_LEADS = re.compile(
    r"\s*(?:并?由)?(?P<units>\S.*?)(?P<verb>牵头)(?:负责)?(?=[一-鿿]{2})(?!单位|部门|人|领导|作用|的)"
)
_DUE = re.compile(
    rf"\s*(?:由|请)?(?P<units>\S.*?){_OTHERS}(?:要|应当?|须|需|务必)?(?:在|于)"
    r"(?=(?:20\d\d年|今年|年)?(?:\d{1,2}月|[底内])[^，,]{0,6}(?:前|底|内))"
)
_DOES = re.compile(r"\s*(?:由)?(?P<units>\S.*?)(?:具体|主要)?(?P<verb>负责)(?=[一-鿿]{2})(?!解释|解读|人|的)")
_NOBODY = re.compile(
    r"(?:各?(?:有关|相关|所在|主管|单位|项目|上级|本|该|其)|[一-鿿]{0,4}主管)+(?:单位|部门|机构|方面)?"
    r"|各?(?:试点|示范|项目|申报|建设|承担).{0,4}(?:地区|单位|城市|企业|机构)|(?:地方|本级|当地|所在地|各级)?(?:人民)?政府(?:部门)?"
    r"|.{0,4}(?:企业|市场主体)"
)
_GOES_ON = re.compile(r"\s*(?:并?(?:长期|持续|常态化))(?:推进|坚持|落实|开展|实施|做好)?\s*")
_MAKES = re.compile(
    rf"{ACT.pattern}|组织|牵头|起草|拟[定订]|筹[备建]|建设|改造|搭建|采购|安装|编[写印]|绘制|制作|收集|整理|排查|核查|整改|办理|协调|"
    r"筹[集措]|征[地收]|拆迁|验收|督[促办]|受理|培训|宣传|保障|"
    r"更新|维护|发布|报送|报告|提供|对接|落实|实施|完成|承办"
)
"""What somebody is to do now; 全市文件的审核 is what an office is there for."""
_TIME = re.compile(
    r"(?:确保|力争|争取|要|应|须)?(?:于|在)?\S{2,16}(?:前|底|内|末|季度|半年|年度|全年)"
    r"(?:(?:全部|全面|基本)?(?:完成|办结|到位|落实)(?:到位)?)?"
)
_BY_A_DAY = re.compile(r"(?:\d[日号]|月|季度|年)[底末]?(?:之?前|以前)")
_LONGEST = 120


def assigned_in(text: str) -> str:
    """Return the phrase that assigns a clause to units, as `unit_text` reads it; empty where none does."""
    found: list[str] = []
    duties: list[str] = []
    acts = False
    for sentence in _SENTENCE.finditer(text):
        said = _assigned(sentence.group())
        found += said
        match = _DOES.match(sentence.group(), 0, _LONGEST) if not said else None
        if match and _are_units(match["units"]):
            duties.append(match["units"] + "负责")
            acts = acts or _MAKES.match(sentence.group(), match.end()) is not None \
                or _BY_A_DAY.search(sentence.group(), match.end()) is not None
    return "；".join([*found, *duties]) if found or acts else ""


def standing_in(text: str) -> str:
    """长期坚持 beside the units of such a sentence: the work has no end; empty where nothing says so."""
    for sentence in _SENTENCE.finditer(text):
        if _assigned(sentence.group()):
            for piece in _pieces(sentence.group()):
                if _GOES_ON.fullmatch(piece):
                    return piece.strip()
    return ""


def closing_sentence(text: str, start: int, end: int, *, alone: bool) -> UnitPhrase | None:
    """Return the sentence at the end of a passage that only says who does it, perhaps by when.

    Args:
        text: the document.
        start: where the passage begins.
        end: where it ends.
        alone: whether the passage may be nothing but this sentence.

    """
    last = len(text[:end].rstrip(" \t\u3000\xa0\n。"))
    begin = max(text.rfind(mark, start, last) for mark in "。！!") + 1
    if last <= start or (not begin and not alone):
        return None
    parts: list[Part] = []
    for piece in re.compile(r"[^，,；;]+").finditer(text, max(begin, start), last):
        said = re.sub(r"\s", "", piece.group())
        place = Span(piece.start() + len(piece.group()) - len(piece.group().lstrip()), piece.end())
        helps = (_HELPS.fullmatch(said) or _WITH.fullmatch(said)) if parts else None
        match = _WHOLE.fullmatch(said) or helps
        if match and "由" in match["units"]:
            return None  # 群众来访由市信访局负责: what is done stands before who does it
        if match and len(said) <= _LONGEST and (
                _are_units(match["units"]) or (helps and looks_like_units(match["units"]))):
            by = _BY_WHOM.match(text, *place)
            begins = by.end() if by else place.start
            if parts and parts[-1].field == "units" and begins == place.start:
                parts[-1] = Part("units", Span(parts[-1].span.start, place.end))
            else:
                parts.append(Part("units", Span(begins, place.end)))
        elif _GOES_ON.fullmatch(said) or (_TIME.fullmatch(said) and looks_like_deadline(said)):
            parts.append(Part("deadline", place))
        else:
            return None
    phrase = UnitPhrase(Span(max(begin, start), end), tuple(parts), bracketed=False, spoken=True)
    return phrase if phrase.names_units else None


def _assigned(sentence: str) -> list[str]:
    """What one sentence assigns: its pieces that are nothing but units and what they do, side by side."""
    said: list[str] = []
    for piece in _pieces(sentence):
        if (match := _WHOLE.fullmatch(piece)) and _are_units(match["units"]):
            said.append(_BY_WHOM.sub("", piece))
        elif said and (match := _WITH.fullmatch(piece) or _HELPS.fullmatch(piece)) \
                and _are_units(match["units"]):
            said.append(_BY_WHOM.sub("", piece).strip())
        elif (match := _LEADS.match(piece)) and _are_units(match["units"]):
            said.append(match["units"] + match["verb"])
        elif (match := _DUE.match(piece)) and _are_units(match["units"]):
            said.append(match["units"])
    return ["，".join(said)] if said else []


def _pieces(sentence: str) -> Iterator[str]:
    return (piece.group() for piece in _PIECE.finditer(sentence) if len(piece.group()) <= _LONGEST)


def _are_units(units: str) -> bool:
    """Whether these are names of units, and not only of some unit or other (有关部门, 主管部门)."""
    names = names_of(units.strip(), joints="")
    return bool(names) and looks_like_units(units) and not ACT.match(names[0]) \
        and all(unit_names.looks_like_unit(name) for name in names) \
        and not all(_NOBODY.fullmatch(name) for name in names)
