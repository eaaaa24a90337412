"""What a passage looks like (看起来像什么): names of units, a time, a label of units.

Judged by endings and words alone, without reading the names: enough to tell the cells of a table and the
brackets of a sentence apart. What the names are, `unit_text` says.
"""

from __future__ import annotations

import re
from typing import Literal

from importers.deadline_feasts import AHEAD, names_feast

Field = Literal["lead", "support", "responsible", "units", "deadline", "person", "text", "note"]

UnitRole = Literal["lead", "support", "responsible"]
UNIT_ROLES: tuple[UnitRole, ...] = ("lead", "support", "responsible")

OPENING = "(（〔【[［〈<"
CLOSING = ")）〕】]］〉>"

_ROLE_WORDS = (
    "牵头|责任|贵任|整改|负责|主办|承办|主责|配合|协办|协同|协助|参与|参加|落实|实施|属地|督办|督导|主管|分工"
)
_LABEL_NOUNS = "单位|部门|科室|处室|股室|主体|地区|机构|责任"
UNIT_LABEL = (
    rf"(?:(?:{_ROLE_WORDS}|共同|主要|具体|第一)(?:和|及|与|或|、|[(（])?){{1,3}}(?:{_LABEL_NOUNS})[)）]?(?:[(（/](?:{_LABEL_NOUNS})[)）]?)?"
    rf"|配部门|配单位|(?:牵头|主办|主责|承办|配合|协办)(?=\s*[:：∶﹕︰])"
)
COLON = r"\s*[:：∶﹕︰]\s*"

_DIVISION = r"按(?:照)?(?:各自)?(?:职责|职能|责任|任务|工作)?(?:职责|职能)?(?:分工)?"
VERBS = re.compile(
    r"(?:牵头|负责|落实|配合|承办|主办|协办|参与|实施|组织实施|推进|执行|办理|分工负责|共同负责|具体负责|"
    r"指导|支持|会同有关部门|"
    rf"{_DIVISION}(?:分工|落实|负责|推进|实施|做好)+(?:相关工作|工作)?)(?:工作)?$",
)
NAME_ENDING = re.compile(
    r"(?:局|厅|委|办|部|署|院|会|中心|公司|集团|银行|支行|分行|社|科|处|室|股|队|站|所|校|学院|大学|政府|"
    r"行署|单位|部门|街道|乡镇|乡|镇|"
    r"机关|组|馆|台|联|中支|营管部|海关|协会|学会|委员会|管委会|园区|新区|开发区|经开区|高新区|示范区|"
    r"功能区|协作区|党校|"
    r"党委|支队|大队|总队|"
    r"[市县区州旗盟省]|企业|机构|法院|检察院|团委|妇联|工会|总工会|商会|社区|村|分局|总局|监管组|监管局|"
    r"省委|市委|县委|区委|"
    r"媒体|报社|医院|院系|系部|机场|[林农牧渔茶]场|电厂|水厂|幼儿园|基地|(?<=[^公上])司|(?<=[立审执民刑行])[案判行事政]庭|主体|成员|公共企事业单位|办事处|领导小组|指挥部|专班|人行|银保监|供电|电力|移动|联通|"
    r"电信|铁塔|库|窗口)"
    r"(?:[(（〔].{1,30}[)）〕])?$",
)
_NOT_A_NAME = re.compile(
    r"[。！？:：《》“”\"]|即[收接]?即办|即办即|的|按照|根据|进行|不得|应当|以上|以下|其中|"
    r"\d{2,}[年月日%％元万]"
)
ACT = re.compile(
    r"邀请|听取|公布|建立|完善|开展|推进|推动|加强|加大|加快|做好|提高|提升|围绕|依托|强化|制定|编制|梳理|"
    r"汇总|归并|深化|支持|鼓励|探索|结合|利用|"
    r"确保|实行|统筹|积极|切实|严格|进一步|持续|不断|及时|定期|规范|优化|创新|充分|落实好|组织开展|督促|"
    r"扩大|拓展|健全|打造|开通|设立|增设|新增|修订|补齐|更换|举办|召开|印发|出台|配齐",
)
TAIL = re.compile(
    rf"(?:(?:等(?:有关|相关)?(?:部门|单位)?)?{_DIVISION}(?:负责|落实|分工|推进|实施|做好|配合)*(?:相关工作|"
    rf"工作)?"
    r"|(?:负责|牵头|配合|落实|承办|主办|协办|参与|实施|共同|具体|分别|分工|组织|推进|执行|指导|"
    r"支持)+(?:工作)?|等)$",
)
TERMINAL = "。！？!?；;"


def names_of(text: str, joints: str = "和及") -> list[str]:
    """Cut at list marks that stand outside brackets: 各县(市、区)政府、市商务局 gives two."""
    names, depth, current = [], 0, ""
    for ch in text:
        if ch in OPENING:
            depth += 1
        elif ch in CLOSING:
            depth = max(0, depth - 1)
        joint = ch in joints and len(current) >= 2
        if depth == 0 and (ch in "、,，;；\n" or ch.isspace() or joint):
            names.append(current)
            current = ""
        else:
            current += ch
    names.append(current)
    return [name.strip() for name in names if name.strip()]


def looks_like_units(text: str) -> bool:
    """Whether a short text is nothing but names of units (with 牵头, 按职责分工 and the like)."""
    text = re.sub(r"\s+", " ", text).strip(" 。;；,，、")
    if not text or len(text) > 600 or _NOT_A_NAME.search(re.sub(rf"(?:{UNIT_LABEL}){COLON}", "", text)):
        return False
    text = re.sub(rf"(?:{UNIT_LABEL}){COLON}", "", text)
    names = []
    for name in names_of(text, joints=""):  # 市自然资源和规划局 is one name, 市教育局和各县政府 ends as one
        bare = name
        for _ in range(3):
            bare = TAIL.sub("", bare).strip()
        if bare:
            names.append(bare)
    if not names or any(ACT.match(name) for name in names):
        return False
    good = sum(1 for name in names if 2 <= len(name) <= 32 and NAME_ENDING.search(name))
    return good >= max(1, (len(names) * 2 + 2) // 3)


_TIME = re.compile(
    r"\d\s*月|年底|年内|季度|长期|持续|全年|每[年月周季日半]|常态|即[收接]?[即办时]|立即|随时|上半年|下半年|"
    r"工作日|\d\s*日|月底|"
    r"近期|底前|同步|\d{4}年|[一二三四五六七八九十]月|适时|年初|年末|按时|及时|(?<!\d)\d{4}[.\-/]\d{1,2}(?!\d)|月前|"
    r"印发后|贯穿|[天周月日]内|[寒暑]假|学期|开学前",
)


def looks_like_deadline(text: str) -> bool:
    """Whether a short text is nothing but a time."""
    text = text.strip()
    return 0 < len(text) <= 40 and (_TIME.search(text) is not None or names_feast(text)) \
        and not NAME_ENDING.search(text.rstrip("。"))


_ONLY_A_TIME = re.compile(
    r"(?:完成)?(?:时限|时间|期限)?[:：]?(?:"
    r"[\d一二三四五六七八九十两年月日号周季度旬底末初中上下半前后内以之至到起第每全今明本当个天]|"
    r"[—\-~～.、，,/（）()]|长期|常态化?|持续|动态|[即及随按适]时|工作日|[一二三四两]次|不?少于|至少|于|在|"
    r"力争|争取|确保|务必|计划|预计|拟|要求|必须|须|应|全部|全面|基本|"
    rf"完成|办结|落实|到位|结束|实现|推进|坚持|开展|更新|实施|整改|销号|建成|上线|启用|任务|工作|{AHEAD})+[。；;]?"
)


def says_deadline(note: str) -> bool:
    """Whether a note is a time by which to be done, and not a remark that only names one (2025年已启动)."""
    return looks_like_deadline(note) and _ONLY_A_TIME.fullmatch("".join(note.split())) is not None


TIME_BEHIND = re.compile(
    r"(?:\s*[\n；;，,(（]\s*|(?<=[^\s、，,])[ \u3000]+)"
    r"(?P<time>[^\n；;，,、\s()（）]{2,20})[)）]?[。；;]?\s*$")
"""市司法局；6月底前 and 市司法局（6月底前）: a time behind the units in one cell."""


def names_units(text: str) -> bool:
    """Whether a cell is nothing but names of units, or these and a time behind them."""
    if looks_like_units(text):
        return True
    behind = TIME_BEHIND.search(text)
    return behind is not None and looks_like_deadline(behind["time"]) \
        and looks_like_units(text[:behind.start()])


def role_of_label(label: str) -> UnitRole:
    if re.search(r"牵头|主办|主责", label):
        return "lead"
    if re.search(r"配合|协办|协同|协助|协作|支持|参与|参加|配部门|配单位", label):
        return "support"
    return "responsible"
