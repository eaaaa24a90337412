"""Cut a list of units (责任单位) into names.

The marks that part units also stand inside names, so a list is read in three steps:

    pieces      cut at 、 , ; and at 和 及 between two whole names, never inside brackets
    levels      各市、县〔市、区〕政府 · 县、区政府 · 各乡、镇人民政府     one name with 、 in it
    endings     青东区、青西区人民政府 · 各市〔州〕、各县〔市、区〕人民政府   the last ending is shared

A left-out head (省住房城乡建设厅、财政厅) is not completed: the name stays as printed, and the register of
units says which one it is. Brackets of any kind may stand in a name and may be mixed ((市、区〕).
"""

from __future__ import annotations

import re
from functools import lru_cache

OPENING = "([{〔【〈<「『〖"
CLOSING = ")]}〕】〉>」』〗"
_ANY_BRACKET = re.compile(rf"[{re.escape(OPENING + CLOSING)}]")
_BRACKET = re.compile(rf"[{re.escape(CLOSING)}]")

_LEVEL = (
    r"(?:自治[区州县]|直辖市|县级市|开发区|功能区|园区|街道|地区|乡镇|镇街|街|省|市|州|县|区|旗|盟|乡|镇|村)"
)
_INNER = rf"[{re.escape(OPENING)}][^{re.escape(OPENING + CLOSING)}]*[{re.escape(CLOSING)}]"
_HEAD = r"(?:各有关|各相关|各|有关|相关|属地|所在地?|全市|全县|全省|全区)"
_OPEN_LEVELS = re.compile(rf"{_HEAD}?(?:{_LEVEL}|{_INNER})+")
_GOVERNMENT = r"(?:人民政府|政府|管委会|管理委员会|办事处|党委|党工委|行署)"
_CLOSED_LEVELS = re.compile(rf"(?:{_LEVEL}|{_INNER})+(?P<government>{_GOVERNMENT}(?:{_INNER})?)?")
_SHARED = re.compile(rf"(?P<stem>.+?)(?P<ending>(?:人民政府|政府|管委会|管理委员会)(?:{_INNER})?)")
_PLACE = re.compile(rf".*(?:[区县市州镇乡旗盟]|新城|街道|园|[^{re.escape(OPENING)}](?:{_INNER}))")
_ENDING = (
    r"(?:局|厅|委|办|署|院|部(?!门)|会|社|司|府|处|室|科|中心|公司|集团|行|海关|站|队|所|馆|台|团|组|联|学校|大学|学院"
    r"|总队|支队|大队|支|银行|专班|机构|协会|企业|单位|部门)"
)
_WHOLE_NAME = re.compile(rf".{{1,}}{_ENDING}(?:{_INNER})?")
_JOINT = re.compile(
    rf"(?:(?<=[局厅委办署府院会社处室部心司联行团])|(?<=部门)|(?<=单位))(?:{_INNER})?(?P<and>和|及其|及|以及|与)"
)
_OTHER_KIND = re.compile(r"(?:各|[省市县区]).*(?:政府|管委会|办事处|乡镇|街道|[局厅委办])")
"""市直有关部门和各县政府 are two, 有关部门和单位 one."""
_JOINT_HEAD = re.compile(
    r"[省市县区州]|各|有关|相关|属地|其他|国家|中[国央]|人民银行|人行|.{1,8}(?:局|厅|委|办|部|院)(?:$|[、,])"
    r"|.{2,10}(?:区|区域|园|新城|基地)(?:管委会|管理委员会)(?:$|[、,])"
)
_COLLECTIVE = re.compile(
    r"各|有关|相关|其他|成员单位|试点(?:城市|地区|县|区|乡镇)|属地|所属|局属|委属|直属|[省市县区州]直|全[省市县区]"
    r"|(?:部门|单位|科室|处室|企业|机构)$"
)
_BARE_ENDING = re.compile(rf"{_GOVERNMENT}")
_KINDS = re.compile(r"各?(?:单位|机构)")
_OFFICES = re.compile(r"[部委办局厅]+")
_EVERY_OFFICE = re.compile(r"各(?:[部委办局厅]、?)+$")
_OPEN_LIST = re.compile(r"(?<![高中初平对均优劣差上])等(?![级保额效同待候值教学])")
_GENERIC_AND = re.compile(
    r"((?:有关|相关)?(?:部门|单位|机构)(?:和单位|、单位)?)(?:和|及|以及|、)"
    r"(?!(?:有关|相关)?(?:部门|单位|机构)$)(?=.*(?:政府|管委会|局|厅|委|办|部|部门|单位)$)"
)
_OWN_SCOPE = re.compile(r"(?:各|其他|[省市县区州](?:直|级|属|政府|委)|[省市县区州](?:有关|相关)|国务院|中央)")
_ZONE = re.compile(
    r"(?:开发|高新|经开|新|园|功能|示范|保税|度假|管理|试验|实验|经济|景|产业|工业|集聚|科技|合作)区|新城|园$"
)


def depth_marks(text: str) -> list[int]:
    """How many brackets are open at each character; brackets without a partner count for nothing."""
    marks = [0] * len(text)
    if not has_brackets(text):
        return marks
    opened: list[int] = []
    partner: dict[int, int] = {}
    for at, char in enumerate(text):
        if char in OPENING:
            opened.append(at)
        elif char in CLOSING and opened:
            partner[opened.pop()] = at
    level, closings = 0, set(partner.values())
    for at in range(len(text)):
        if at in partner:
            level += 1
        marks[at] = level
        if at in closings:
            level -= 1
    return marks


def has_brackets(text: str) -> bool:
    """Whether a bracket of any kind is closed in a text."""
    return _BRACKET.search(text) is not None


def is_balanced(text: str) -> bool:
    """Whether every bracket has a partner, of whatever kind."""
    if not _ANY_BRACKET.search(text):
        return True
    level = 0
    for char in text:
        level += (char in OPENING) - (char in CLOSING)
        if level < 0:
            return False
    return level == 0


@lru_cache(maxsize=64)
def _marks(marks: str) -> re.Pattern[str]:
    return re.compile(f"([{re.escape(marks)}])")


def cut(text: str, marks: str) -> list[tuple[str, str]]:
    """Pieces of `text` with the mark behind each, cut at `marks` outside brackets."""
    if not has_brackets(text):
        parts = _marks(marks).split(text)
        return list(zip(parts[::2], [*parts[1::2], ""], strict=True))
    pieces, start = [], 0
    for at, level in enumerate(depth_marks(text)):
        if level == 0 and text[at] in marks:
            pieces.append((text[start:at], text[at]))
            start = at + 1
    pieces.append((text[start:], ""))
    return pieces


def names_in(text: str) -> tuple[list[str], list[str]]:
    """The names of a list, and what the list says besides (等, 等有关部门)."""
    names: list[str] = []
    remarks: list[str] = []
    for chunk, _ in cut(text, ",;"):
        listed: list[str] = []
        for piece, _ in cut(chunk, "、"):
            piece_names, piece_remarks = _names_of(piece)
            listed += piece_names
            remarks += piece_remarks
        names += _share_endings(_join_levels(listed))
    return names, remarks


@lru_cache(maxsize=4096)
def _names_of(piece: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names between two marks of a list: one, or two joined by 和; and a remark such as 等."""
    names: list[str] = []
    remarks: list[str] = []
    for part in _split_joint(piece):
        part_names, remark = _open_list(part)
        names += [name for name in part_names if name]
        remarks += [remark] if remark else []
    return tuple(names), tuple(remarks)


def gives_ending(name: str) -> bool:
    """Whether a place before it may share this name's ending: 青西区人民政府."""
    found = _SHARED.fullmatch(name)
    return found is not None and _PLACE.fullmatch(found["stem"]) is not None


def takes_ending(name: str) -> bool:
    """Whether a name may share the ending of one behind it: 青东区."""
    return _PLACE.fullmatch(name) is not None and not _WHOLE_NAME.fullmatch(name)


@lru_cache(maxsize=4096)
def is_collective(name: str) -> bool:
    """Whether a name stands for several units (各县(市、区)政府, 市直有关部门, 乡镇)."""
    return bool(_COLLECTIVE.search(name) or _CLOSED_LEVELS.fullmatch(name) or _BARE_ENDING.fullmatch(name))


@lru_cache(maxsize=4096)
def looks_like_unit(name: str) -> bool:
    """Whether a name ends as units do, or is a place or a group."""
    return bool(_WHOLE_NAME.fullmatch(name) or _PLACE.fullmatch(name) or is_collective(name))


def _split_joint(piece: str) -> list[str]:
    """市教育局和各县政府 are two; 住房和城乡建设局 and 有关部门和单位 are one."""
    if not _JOINT.search(piece):
        return [piece]
    levels = depth_marks(piece)
    for match in _JOINT.finditer(piece):
        left, right = piece[:match.start("and")], piece[match.end():]
        if levels[match.start("and")] or len(left) <= 2 or not _JOINT_HEAD.match(right):
            continue
        if not left.endswith(("部门", "单位")) or _OTHER_KIND.match(right):
            return [left, *_split_joint(right)]
    return [piece]


def _open_list(piece: str) -> tuple[list[str], str]:
    """Cut 等 off: what follows is a group of its own where it names its scope, else only a remark."""
    if "等" not in piece:
        return [piece], ""
    levels = depth_marks(piece)
    for match in _OPEN_LIST.finditer(piece):
        if levels[match.start()]:
            continue
        head, rest = piece[:match.start()], piece[match.end():].lstrip("和及与、,")
        if _OWN_SCOPE.match(rest):
            return [head, rest], "等"
        if found := _GENERIC_AND.match(rest):
            return [head, rest[found.end():]], "等" + found[1]
        return [head], "等" + rest
    return [piece], ""


@lru_cache(maxsize=4096)
def may_go_on(name: str) -> bool:
    """Whether a name may be the second half of another: 县(市、区)政府, 单位, 办."""
    patterns = (_CLOSED_LEVELS, _BARE_ENDING, _KINDS, _OFFICES)
    return any(pattern.fullmatch(name) for pattern in patterns)


def _join_levels(names: list[str]) -> list[str]:
    """Put 各市、县〔市、区〕政府 together again."""
    joined: list[str] = []
    for name in names:
        if not joined or not may_go_on(name):
            joined.append(name)
            continue
        before = joined[-1]
        closed = _CLOSED_LEVELS.fullmatch(name)
        opened = _OPEN_LEVELS.fullmatch(before)
        levels = closed and opened and (closed["government"] or re.match(_HEAD, before))
        party = before.endswith("委") and _BARE_ENDING.fullmatch(name)
        kinds = before.endswith("部门") and _KINDS.fullmatch(name)
        offices = _EVERY_OFFICE.search(before) and _OFFICES.fullmatch(name)
        if before and (levels or party or kinds or offices):
            joined[-1] = f"{before}、{name}"
        else:
            joined.append(name)
    return joined


def _share_endings(names: list[str]) -> list[str]:
    """Give 浔阳区、濂溪区人民政府 an ending each."""
    if not any("政府" in name or "管" in name for name in names):
        return names
    ending = ""
    done: list[str] = []
    for name in reversed(names):
        if gives_ending(name) and (found := _SHARED.fullmatch(name)):
            ending = found["ending"]
        elif ending and _takes_ending(name, ending):
            name += ending
        else:
            ending = ""
        done.append(name)
    return done[::-1]


def _takes_ending(name: str, ending: str) -> bool:
    return takes_ending(name) and ("管" not in ending or _ZONE.search(name) is not None)
