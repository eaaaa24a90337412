"""Units inside sentences (句中的责任单位): 由市司法局牵头，市财政局配合，4月20日前完成…

Only what assigns the work outright counts, at the beginning of a sentence or behind a comma in it:

    由 UNITS 牵头 · UNITS 牵头 · UNITS 配合 · UNITS 负责(落实)      nothing else up to the next comma
    由 UNITS 牵头组织… · UNITS 牵头制定…                        who leads, then what
    UNITS 于3月底前… · 请 UNITS 在2月底前…                       who, then a last day
    UNITS 负责…                                              only beside one of those above

What an office does by its nature (市司法局负责合法性审核), or any sentence whose subject is an office
(市政府要适时督查), assigns nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from importers import unit_names
from importers.looks import ACT, looks_like_units, names_of

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
_LONGEST = 120


def assigned_in(text: str) -> str:
    """Return the phrase that assigns a clause to units, as `unit_text` reads it; empty where none does."""
    found: list[str] = []
    duties: list[str] = []
    for sentence in _SENTENCE.finditer(text):
        said = _assigned(sentence.group())
        found += said
        if not said:
            duties += [match["units"] + "负责" for match in _DOES.finditer(sentence.group(), 0, _LONGEST)
                       if match.start() == 0 and _are_units(match["units"])]
    return "；".join([*found, *duties]) if found else ""


def standing_in(text: str) -> str:
    """长期坚持 beside the units of such a sentence: the work has no end; empty where nothing says so."""
    for sentence in _SENTENCE.finditer(text):
        if _assigned(sentence.group()):
            for piece in _pieces(sentence.group()):
                if _GOES_ON.fullmatch(piece):
                    return piece.strip()
    return ""


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
