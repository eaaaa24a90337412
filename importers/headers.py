"""Header words (表头用语): which role a header cell names, and which rows are headers at all.

Three answers for a row: the header of a table of tasks, the header of a table of another kind (contacts,
scores, a duty roster, an agenda, purchases, opinions, the catalogue of what is published), or no header.
A table of another kind never gives a task, however much its columns of units and times look like a plan.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from importers import marks
from importers.looks import UNIT_ROLES, role_of_label

Role = Literal["number", "content", "lead", "support", "responsible", "deadline", "person", "duty", "note"]
HeaderKind = Literal["tasks", "other", ""]

_NUMBER = re.compile(
    r"^(?:序号?|项次|编号|(?:项目|任务|工作|事项)(?:编号|序号)|序列|No\.?|编码)$", re.IGNORECASE)
_PERSON = re.compile(r"领导|责任人|负责人|联系人|联络员|电话|分管|牵头人|姓名|职务|填报人")
_UNITS = re.compile(
    r"^(?:.{0,8}(?:牵头|责任|主办|主责|承办|落实|负责|实施|配合|协办|协同|协助|协作|支持|参与|参加|执行|承担|"
    r"完成|推进|组织|主管|主要|认领|包保|包联|对接).{0,6}"
    r"(?:单位|部门|科室|处室|股室|处科室|站所|站办所|所站|办所|科所|院系|主体|机构|地区|责任)|责任分工|任务分工|分工|单位|部门|科室|处室|股室|"
    r".{0,4}(?:牵头|责任|主办|主责|承办|落实)(?:单位|部门|科室)(?:及|和|与|、|/).{1,10}|责任单位.{0,12}|责任落实|牵头|主责|配合|协办|协同)$",
)
_DEADLINE = re.compile(
    r"^.{0,6}(?:时限|期限|时间节点|时间要求|时间安排|时间进度|进度安排|进度要求|进度计划|完成时间|完成日期|截止日期|截止时间|办结日期|"
    r"办结时间|整改时间|落实时间|更新频率|时间|频次|周期|节点|时序|月份)(?:要求|安排)?$",
)
# When work began, was handed down, done or reported is told beside the deadline and is none.
_OTHER_TIME = re.compile(
    r"(?:实际|启动|开始|开工|起始|报送|上报|填报|填表|更新|印发|登记|交办|下达|"
    r"受理|收文|来文|发现|会议|批示|检查|督查|立项|反馈).{0,4}(?:时间|日期|时限)$")

_OVERSEER = re.compile(
    r"^(?:督办|督导|督查|监督|监管|审核|考核|验收|评估|指导|交办|反馈|填报|报送).{0,4}(?:单位|部门|科室|处室|股室)$")
_QUARTER = re.compile(r"^(?:20\d\d年)?第?[一二三四1-4]季度(?:.{0,4}(?:目标|任务|计划|进度|安排|节点))?$")
_COUNTED = re.compile(r"^(?:任务|项目|事项|工作|措施|类别)[一二三四五六七八九十\d]{1,3}$")
_NOTE = re.compile(
    r"备注|说明|进展|(?:完成|落实|整改|办理|推进|执行|实施|工作|开展|反馈|销号)情况|佐证|得分|分值|依据|成果|考核标准|评分|预期|材料|附注|是否|标志|状态$"
)
_CONTENT = re.compile(
    r"任务|要求|内容|措施|举措|事项|工作|项目|类别|类型|类|指标|领域|板块|方面|目标|名称|要点|重点|主题|"
    r"栏目|安排|行动|清单|分类|做法|环节|阶段|步骤|条款|政策|问题",
)
_BLANK_OR_STAR = re.compile(r"[\s|*＊]+")
_SENTENCE = re.compile(r"[。；;:：]")
_BRACKET_BEHIND = re.compile(r"(?<=.)[(（〔【\[].*[)）〕】\]]$")
BARE_UNIT = frozenset({"单位", "部门", "科室", "分工"})


_SHORTENED = re.compile(r"[\s|*＊)）〕】\]]")
_LONGEST_WORD = 24


def role_of(header: str) -> Role | None:
    """Return the role that a header cell names, or None where it is no header word.

    What stands in a bracket behind the word explains it and does not count: 责任单位（排在第一位的牵头）.
    """
    # Most cells of a table are sentences, numbers and lists of names, and all differ: told without the words.
    if "。" in header or "；" in header or header.isdecimal():
        return None
    if len(header) > _LONGEST_WORD and not _SHORTENED.search(header):
        return None
    return _role_of_word(header)


@lru_cache(maxsize=4096)
def _role_of_word(header: str) -> Role | None:
    header = _BLANK_OR_STAR.sub("", header)
    if not 1 <= len(header) <= 60 or _SENTENCE.search(header):
        return None
    header = _BRACKET_BEHIND.sub("", header)
    if len(header) > _LONGEST_WORD:
        return None
    if _COUNTED.match(header):
        return None
    if _NUMBER.match(header):
        return "number"
    if _PERSON.search(header) and not re.search(r"单位|部门", header):
        return "person"
    if _OVERSEER.match(header):
        return "note"
    if _UNITS.match(header):
        return role_of_label(header)
    if _OTHER_TIME.search(header) or _QUARTER.match(header):
        return "note"
    if _DEADLINE.match(header):
        return "deadline"
    if len(header) <= 12 and _NOTE.search(header):
        return "note"
    if len(header) <= 10 and _CONTENT.search(header) and not marks.mark_at(header + "x", 0, len(header) + 1):
        return "content"
    return None


def names_other_time(header: str) -> bool:
    """Whether a header asks for a time by which nothing is due: 启动时间, 交办日期."""
    return _OTHER_TIME.search(_BLANK_OR_STAR.sub("", header)) is not None


_OTHER_KIND = re.compile(
    r"姓名|手机|得分|排名|名次|扣分|采购|预算|授课|讲师|课程|主持人|参会|出席|带班|值班|提出单位|意见建议|采纳|"
    r"邮箱|传真|邮编|账号|网址|链接地址|座机|规格|型号|单价"
)
_CATALOGUE = re.compile(r"^公开(?:依据|主体|方式|渠道|对象|层级|形式|范围|载体|时限)")
_NOT_A_WORD = re.compile(r"[。；;:：]|\d{3,}|^\d+$")
_TASK = re.compile(r"任务|措施|举措|要点|重点|工作|行动|整改|目标")


def is_other_header(texts: list[str]) -> bool:
    """Whether these cells head a table of another kind: people, scores, duties, purchases, opinions."""
    filled: list[str] = []
    for text in texts:
        bare = "".join(text.split())
        if len(bare) > 20 or _NOT_A_WORD.search(bare):
            return False
        if bare:
            filled.append(bare)
    if len(filled) < 3:
        return False
    if sum(1 for text in filled if _CATALOGUE.match(text)) >= 2:
        return True
    named = [text for text in filled if _OTHER_KIND.search(text)]
    roles = {text: role_of(text) for text in filled}
    content = [text for text in filled if roles[text] == "content" and text not in named]
    words = [text for text in filled if roles[text] or text in named]
    if any(_TASK.search(text) for text in content) or len(words) * 2 < len(filled):
        return False
    return bool(named) or ("person" in roles.values() and not content)


def kind_of_header(texts: list[str]) -> HeaderKind:
    """Which table these cells, none of them empty, head: one of tasks, one of another kind, or none."""
    if _heads_nothing(texts):
        return ""
    return "tasks" if is_header(texts) else "other" if is_other_header(texts) else ""


def _heads_nothing(texts: list[str]) -> bool:
    """Whether so many cells are numbers or sentences that no kind of header is left to ask for.

    Told without looking at a word: nearly every row of a plan is such a row.
    """
    strange = 0
    for text in texts:
        if "。" in text or "；" in text or "：" in text or text.isdecimal():
            strange += 1
    return strange * 3 > len(texts)


def _has_sentences(filled: list[str]) -> bool:
    """Whether so many cells are no header words that the row heads nothing, whatever the others say."""
    strange = 0
    for text in filled:
        if len(text) > 20 and role_of(text) is None:
            strange += 1
            if strange * 3 > len(filled):
                return True
    return False


def is_header(texts: list[str]) -> bool:
    """Whether these cells head a table of tasks: header words, and more than content among them."""
    filled = [text for text in texts if text.strip()]
    if _has_sentences(filled):
        return False
    roles = [role_of(text) for text in filled]
    known = [role for role in roles if role]
    if len(known) < 2 or "content" not in known or is_other_header(filled):
        return False
    if len(known) * 3 >= len(filled) * 2:
        return any(role not in {"content", "note"} for role in known)
    # Content beside a labelled column of units is enough where the other cells are short words too.
    units = any(role in UNIT_ROLES and re.sub(r"\s+", "", text) not in BARE_UNIT
                for text, role in zip(filled, roles, strict=True))
    return units and all(len(text) <= 20 and not _NOT_A_WORD.search(text) for text in filled)
