"""What headings announce (标题用语): aims, work, safeguards, a schedule, conditions and papers to bring."""

from __future__ import annotations

import re

AIMS = re.compile(
    r"总体要求|指导思想|基本原则|工作原则|总体目标|总体思路|工作思路|主要目标|发展目标|工作目标|改革目标|"
    r"目标任务$|重要意义|重大意义|充分认识|"
    r"适用范围|试点范围|实施范围|工作范围$|工作背景|编制依据|名词解释|附则|有关定义|基本情况|总体情况|"
    r"存在(?:的)?(?:主要)?问题|工作成效|主要成效|"
    r"解释权|施行时间|有效期|其他事项",
)
PAPER = re.compile(
    r"[^。；;]{2,60}(?:原件|复印件|扫描件|[一二两三\d]式[一二两三四五六\d]份)[^。；;]{0,12}[)）]?[。；;]?",
)
"""购房人身份证明(核原件,收复印件): a paper to bring, no work."""
WORK = re.compile(
    r"任务|进度|步骤|分工|重点工作|工作举措|主要举措|重点举措|阶段|工作内容|工作安排|时间安排|实施安排|"
    r"具体措施|工作重点|行动$"
)
SAFEGUARDS = re.compile(r"保障措施|组织保障|保障机制|工作保障|强化保障|加强保障|实施保障|组织领导|保障体系")
SCHEDULE = re.compile(
    r"(?:进度|步骤|时间|阶段|时序)(?:安排|计划|划分|要求|节点)|(?:工作|实施|方法|推进|具体|时间)(?:进度|"
    r"步骤|阶段|安排)",
)
_DUE_BELOW = re.compile(
    r"(?P<when>.{1,16}?(?:前|底|内|末|季度|半年|月份?|日|旬)(?:要|需|须|应)?(?:完成|办结|落实到位|落实|见效))的?"
    r"(?:重点|主要)?(?:任务|工作|事项|项目|清单)?(?:[(（].{1,12}[)）])?[:：]?$"
)
"""6月底前完成的任务: the day of every clause under this heading."""
_NUMBER = re.compile(r"^[(（]?[一二三四五六七八九十百\d]{1,4}[)）]?[、.．]?\s*")
_CHANGES = re.compile(
    r"提高|提升|扩大|优化|规范|完善|简化|明确|降低|放宽|调整|严格|健全|落实|统一|公开|细化|缩短|压缩|改进|改善|加强|强化|创新|推进|推行"
    r"|再造|精简|梳理|公布|发布|编制|制定|建立"
)
_PROCEDURE = re.compile(
    r"(?:(?:申请|申报|办理|审核|发放|受理|补贴|奖补|奖励|享受|适用)(?:的)?"
    r"(?:(?:程序|流程|方式|条件|对象|标准|范围|材料|资料|要件)[和及与、]?)+"
    r"|(?:所需|提交|提供|需提交的?|应提交的?)(?:以下|下列|如下|的)?(?:材料|资料|要件)|责任追究)$"
)
_LONGEST = 20


def due_below(title: str) -> str:
    """The words of a heading that set the day of the clauses under it; empty where it sets none."""
    match = _DUE_BELOW.fullmatch(_NUMBER.sub("", title))
    return match["when"] if match else ""


def is_procedure(title: str) -> bool:
    """Whether a heading only names conditions, papers or a procedure (补贴条件); 优化办理流程 is work."""
    name = re.split(r"[:：。，,；;]", _NUMBER.sub("", title))[0]
    return len(name) <= _LONGEST and not _CHANGES.match(name) and _PROCEDURE.search(name) is not None


def is_no_work(titles: tuple[str, ...]) -> bool:
    """Whether one of the headings above a clause states aims, or conditions and procedure."""
    return AIMS.search("".join(titles)) is not None or any(is_procedure(title) for title in titles)


def is_safeguard(heading: str) -> bool:
    return bool(SAFEGUARDS.search(heading))


def is_aim(heading: str) -> bool:
    return bool(AIMS.search(heading))
