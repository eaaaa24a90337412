"""What a unit's words say by themselves (文字里说了什么): finished or not, published, promised, counted.

A status and a link are facts; words are read beside them, and only where they leave no room: a clause must
speak of the whole task, and nothing in the text may take it back. What is doubtful says nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLAUSE = re.compile(r"[，。；;,！!？?\n]+")
_GOING_ON = re.compile(
    r"正在|继续|下一步|尚|仍|还需|还要|还有|待|计划|拟|将|准备|推进中|进行中|剩余|余下|力争|争取|确保|预计"
)
_WHEN = r"(?:目前|截至目前|至此|现|本周|本期|年内|按要求|已按要求)?"
_TASK = r"(?:(?:本项|该项|此项|这项|各项|所有|全部|本|该)?(?:重点|工作|年度|目标)?(?:任务|工作|事项))"
_HOW = r"(?:按时|按期|如期|提前|圆满|顺利|全部|全面|高质量|整体)"
_ENDED = r"(?:完成|办结|完毕|落实到位|完结)(?:任务|工作|目标任务)?(?:了)?(?:[并且].{0,20})?"
_FINISHED = re.compile(
    rf"{_WHEN}(?:{_TASK}(?:均|都|现)?(?:已|已经|业已)(?:经)?{_HOW}*|(?:均|都)?(?:已|已经)?{_HOW}+|已经?){_ENDED}"
)
_ITS_WORK_FINISHED = re.compile(
    rf".{{0,14}}(?:工作|任务|事项)(?:均|都)?(?:已|已经)(?:全部|全面|圆满){_ENDED}"
)
_SHARE = r"(?:完成率|完成进度|完成比例|完成度|总体进度|整体进度|总进度|工作进度|任务进度|总体进展)"
_IS = r"(?:已经|已)?(?:约)?(?:达到|达|为|是|至|到)?[：:]?(?:约)?\s*"
_ALL_OF_IT = re.compile(
    rf"(?:{_SHARE}|(?:^|[，。；;,！!\n])(?:目前|当前|现|截至目前)?进度){_IS}100[%％]"
    r"|(?<!率)(?:100[%％]|百分之百)(?:全部)?完成|已?完成(?:100[%％]|百分之百)"
)
_NOT_YET = re.compile(
    r"(?:尚未|还未|仍未|未能|还没有|还没|没有|未)(?:按期|按时|全部|全面|最终|正式|如期)?(?:完成|办结|启动|开展|印发|出台|上线)"
)
_TAKEN_BACK = re.compile(
    r"无|不存在|没有(?=.{0,6}未)|说明(?:了)?(?:理由|原因)|(?:未完成|未办结).{0,6}(?:0|零)"
)
_STILL_AT_IT = re.compile(r"正在|仍在|还在|推进中|进行中")
_SOMETHING_ENDED = re.compile(r"完成|办结|印发|发布|公布|公开|上线|建成|完毕|到位|结束|出台|落实")
_PART_OF_IT = re.compile(
    rf"(?:(?:{_SHARE}|进度|进展|推进(?=[至到])){_IS}|已?完成(?:(?:总|全部)?(?:任务|工作)(?:量)?的)?(?:约)?)(\d{{1,3}}(?:\.\d+)?)\s*[%％]"
)
_STAGE = re.compile(
    r"第[一二三四五六七八九十\d]{1,3}(?:批|阶段|轮|期|季度|步|次)|[一二三四]季度|[一二三四五六七八九十\d]{1,2}月份?|[上下]半年"
)
"""What is counted by itself, and begins anew: a smaller number for the next batch is no step back."""
_PLACE = r"(?:网站|门户|官网|公众号|专栏|新媒体|微信|客户端|网上|平台)"
_PUT_OUT = r"(?:公开|公布|发布|上线|刊登|刊发|推送|公示|挂网)"
_PUBLISHED = re.compile(
    rf"已(?:经)?(?:全部|同步|按时)?(?:在|于|通过|依托)[^，。；;,\n]{{0,20}}?{_PLACE}[^，。；;,\n]{{0,12}}?{_PUT_OUT}"
    rf"|已(?:经)?(?:全部|同步|按时)?{_PUT_OUT}(?:在|于|至|到)[^，。；;,\n]{{0,20}}?{_PLACE}"
)
_NOT_OUTSIDE = re.compile(r"内网|内部|工作群|办公系统|OA|拟|将|计划|未|尚|原")
_PROOF = r"(?:链接|网址|佐证材料|佐证|截图)"
_LATER = r"(?:随后|后续|稍后|之后|下周|下期|下月|近日|另行|过后|届时)"
_PROMISED = re.compile(
    rf"{_PROOF}(?:将|会|在)?{_LATER}[^。；;，,\n]{{0,8}}?(?:补|报|提供|上传|附|发)"
    rf"|{_LATER}[^。；;，,\n]{{0,6}}?(?:补报|补充|补上|补交|提供|补|报送|上传)[^。；;，,\n]{{0,4}}?{_PROOF}"
    rf"|{_PROOF}(?:后补|另补|待补|另报|后报|后附|容后补|补报中)"
)
_TOTAL = re.compile(
    r"(?<!本周)(?<!本月)(?<!本期)(?<!当月)(?<!本季度)(?<!当周)累计(?:已|共)?([^\d\s，。；;、,:：]{0,14}?)(?:了|达到|达|约|共|为)?\s*"
    r"(\d[\d,]*(?:\.\d+)?)\s*([万亿]?)\s*[余多]?([^\d\s，。；;、,:：]{0,2})"
)
_MENDED = re.compile(r"更正|核减|去重|剔除|清理后|核销|撤下|合并|重新核|口径|误报|多报|删除")
_NO_WORD = re.compile(r"[\W_]+")
_GOES_ON = re.compile(
    r"(?:目前|本周|本期|本月|正在|已|按要求|按计划|按照要求|按照计划|按职责|有序|扎实|该项|此项|各项|相关|本项|工作|任务|事项)*"
    r"(?:持续|长期|常态化?|不断|继续|日常|正常|长效)(?:地)?(?:抓好|做好|推进|开展|坚持|落实|进行|推动|更新|实施|保持|维护)"
    r"(?:中|相关|各项|本项|该项|此项|工作|任务|事项|落实)*"
)
# Cheap questions that are asked first: of a year's lines hardly any say such a thing.
_SPEAKS_OF_AN_END = re.compile(r"完成|办结|完毕|落实到位|完结|100")
_SPEAKS_OF_PROOF = re.compile(_PROOF)
_SPEAKS_OF_TOTALS = re.compile(r"累计|[%％]")
_TIMES = {"": 1, "万": 10_000, "亿": 100_000_000}
PROGRESS = "完成进度"
"""What a share of the whole is called among the totals."""


def says_finished(text: str) -> bool:
    """Whether the words say of the task itself that all of it is done, and nothing that goes on."""
    if not _SPEAKS_OF_AN_END.search(text) or _GOING_ON.search(text):
        return False
    whole = any(not _stage(text, found) for found in _ALL_OF_IT.finditer(text))
    return whole or any(_FINISHED.fullmatch(each) for each in _clauses(text))


def says_its_work_finished(text: str) -> bool:
    """The same of a piece of work that may or may not be the task: 清理工作已全部完成."""
    if not _SPEAKS_OF_AN_END.search(text) or _GOING_ON.search(text):
        return False
    return any(_ITS_WORK_FINISHED.fullmatch(each) for each in _clauses(text))


def says_unfinished(text: str) -> bool:
    """Whether the words say that something is not done yet, or only tell of work that goes on."""
    for clause in _clauses(text):
        if _NOT_YET.search(clause) and not _TAKEN_BACK.search(clause):
            return True
    share = [float(found) for found in _PART_OF_IT.findall(text)]
    if share and max(share) < 100:
        return True
    return bool(_STILL_AT_IT.search(text)) and not _SOMETHING_ENDED.search(text)


def says_published(text: str) -> bool:
    """Whether the words say that it can be seen in a public place, so that there must be a link."""
    if not _PUBLISHED.search(text):
        return False
    return any(_PUBLISHED.search(each) and not _NOT_OUTSIDE.search(each) for each in _clauses(text))


def says_only_that_it_goes_on(text: str) -> bool:
    """Whether the words are a standing phrase (持续推进。), which of standing work is true every week."""
    return bool(_GOES_ON.fullmatch(_NO_WORD.sub("", text)))


def promises_proof(text: str) -> bool:
    """Whether the words promise a link or other proof for later (链接随后补报)."""
    return bool(_SPEAKS_OF_PROOF.search(text) and _PROMISED.search(text))


def totals(text: str) -> dict[str, float]:
    """The running totals that the words name: 累计公开政策文件132件 → {公开政策文件件: 132}.

    A share of the whole (完成进度80%) is one of them; what is said of one batch is kept apart from the next.
    A text that explains why a total is smaller than it was (去重, 核减) names none: nothing can be compared.
    """
    if not _SPEAKS_OF_TOTALS.search(text) or _MENDED.search(text):
        return {}
    found: dict[str, float] = {}
    for total in _TOTAL.finditer(text):
        what, number, times, counter = total.groups()
        found[f"{_stage(text, total)}{what}{counter}"] = float(number.replace(",", "")) * _TIMES[times]
    for share in _PART_OF_IT.finditer(text):
        name = f"{_stage(text, share)}{PROGRESS}"
        found[name] = max(float(share[1]), found.get(name, 0))
    return found


def _stage(text: str, number: re.Match[str]) -> str:
    """The batch or season that a number's own clause speaks of before it; empty where it is the whole."""
    named = _STAGE.findall(_CLAUSE.split(text[: number.start()])[-1])
    return str(named[-1]) if named else ""


def _clauses(text: str) -> Iterator[str]:
    return (part.strip() for part in _CLAUSE.split(text) if part.strip())
