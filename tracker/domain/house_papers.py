"""What templates of papers with a form of their own may ask for: orders, packs, look-backs, collections.

Reports (文稿) share one form, which stands in `house_template`. A row of `CATALOGUES` names each field with
what it means to a person; `tracker.documents` fills it, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.domain.house_fields import (
    BODY,
    FIGURES,
    HEADING,
    PARTS,
    TITLE,
    Catalogue,
    Group,
    Known,
    TemplateKind,
)
from tracker.domain.look_back import VerdictKind

OFFICE = Known("办公室", "署名的单位", ("青溪市政务公开办",))
PLAN = Known("文件", "工作所依据的文件", ("青溪市2026年政务公开工作要点",))

_ORDER = Catalogue(
    TemplateKind.ORDER,
    (
        Known("编号", "督办单的编号", ("〔2026〕1号",), required=True),
        Known("颜色", "蓝色、黄色、红色", ("红色",)),
        Known("承办单位", "办理的单位", ("市司法局",), required=True),
        PLAN,
        Known("办理要求", "要求的话，一条一段", ("请说明原因。", "由主要负责人审签后反馈。"), required=True),
        Known("反馈时限", "2026年10月9日这样写", ("2026年10月9日",), required=True),
        OFFICE,
        Known("发出日期", "2026年9月24日这样写", ("2026年9月24日",)),
        Known("办理结果", "已撤回的写“已撤回”，别的空着", ()),
    ),
    (
        Group(
            "督办事项",
            "一件事项一行，有几件就重复几行",
            (
                Known("序号", "从1数起", ("1",)),
                Known("事项", "任务或报送", ("清理规范性文件",)),
                Known("时限", "到期的日子", ("2026年9月17日",)),
                Known("情况", "为什么督办", ("已过6个工作日，还没有办结。",)),
            ),
        ),
    ),
    ("督办事项",),
)

_PACK = Catalogue(
    TemplateKind.PACK,
    (
        Known(TITLE, "例会材料的标题", ("9月例会材料",), required=True),
        PLAN,
        Known("时间", "开会的时间", ("2026年9月25日（周五）15:00",), required=True),
        Known("地点", "开会的地点", ("三楼会议室",)),
        Known("参会人员", "各单位由谁参加", ("各单位分管领导",)),
        OFFICE,
        Known(f"{FIGURES}.单位", "要听取几家单位", ("12",), ("0",)),
    ),
    (
        Group(
            "单位",
            "一家单位重复一次，按需要研究的轻重排列",
            (
                Known("序号", "从1数起", ("1",)),
                Known("名称", "单位的名称", ("市司法局",)),
                Known("需要研究", "为什么要研究", ("逾期任务2项",)),
                Known("报送情况", "上次例会以来报送的情况", ("上次例会以来：应报8期，按时7期。",)),
                Known("会前告知", "单位会前说的，一条一段", ("参会人员：韩立",)),
                Known("事项", "逾期任务、未了议定事项等，一条一段", ("逾期任务1项", "· 清理规范性文件")),
            ),
        ),
    ),
    ("单位",),
)

_LOOK_BACK = Catalogue(
    TemplateKind.LOOK_BACK,
    (
        Known(TITLE, "报告的标题", ("《青溪市2026年政务公开工作要点》落实情况“回头看”报告",), required=True),
        Known("草稿说明", "没有定稿时写明是草稿，定稿后空着", ("（草稿：还没有定稿）",), required=True),
        PLAN,
        Known("年度", "这一年", ("2026",)),
        OFFICE,
        Known("成文日期", "2026年12月28日这样写", ("2026年12月28日",)),
        Known(BODY, "全文，小标题都在里面", ("一、总体情况", "逐项开展了“回头看”。")),
        Known("总体情况", "各类结论各有几项", ("共8项，完成有据5项。",)),
        Known("未完成事项", "一项一段", ("1．第3项“清理规范性文件”：没有办结。",)),
        Known("矛盾点", "需要说明的矛盾点，一项一段", ("1．第5项：完成没有佐证。",)),
        Known("下一步工作", "转入整改的话", ("对上述1项，转入2027年整改台账。",)),
        Known(f"{FIGURES}.任务", "任务的数字", ("8",), ("0",)),
        *(Known(f"{FIGURES}.{kind.label}", f"{kind.label}的数字", ("2",), ("0",)) for kind in VerdictKind),
    ),
    (
        Group(
            PARTS,
            "每一部分重复一次：小标题、正文",
            (
                Known(HEADING, "这一部分的小标题，带序号", ("一、总体情况",)),
                Known(BODY, "这一部分的文字", ("逐项开展了“回头看”。",)),
            ),
        ),
        Group(
            "逐项结论",
            "一项任务一行，有几项就重复几行",
            (
                Known("序号", "任务的序号", ("1",)),
                Known("任务", "任务的名称", ("清理规范性文件",)),
                Known("责任单位", "谁牵头、谁配合", ("市司法局牵头",)),
                Known("完成时限", "到期的日子，或原文的时限", ("2026.11.30",)),
                Known("结论", "完成有据、未完成……", ("完成有据",)),
                Known("依据", "结论的依据", ("已销号，有2条佐证链接",)),
                Known("矛盾点", "没有就空着", ("连续多期进展文字相同",)),
                Known("说明", "确认时写的话，没有就空着", ("已核实。",)),
            ),
        ),
    ),
    (BODY, PARTS, "总体情况", "未完成事项", "矛盾点", "下一步工作"),
    ("逐项结论",),
)

_EXPERIENCE = Catalogue(
    TemplateKind.EXPERIENCE,
    (
        Known(TITLE, "汇编的标题", ("经验材料汇编",), required=True),
        Known("范围", "收录了哪份文件、哪一期、哪家单位的", ("各单位",)),
        OFFICE,
        Known("编印日期", "2026年9月24日这样写", ("2026年9月24日",)),
        Known(f"{FIGURES}.篇数", "收录了几篇", ("6",), ("0",)),
    ),
    (
        Group(
            "文章",
            "一篇重复一次",
            (
                Known("序号", "从1数起", ("1",)),
                Known("篇名", "文章的题目", ("招生问答先让家长来改",)),
                Known("单位", "报送的单位", ("市教育局",)),
                Known(BODY, "文章的正文，一段一段", ("一、做法。", "二、成效。")),
                Known("展示", "哪天展示、链接；没有就空着", ("展示：2026年9月4日",)),
                Known("省采用", "省里怎样采用；没有就空着", ("省采用：简报第3期",)),
            ),
        ),
    ),
    ("文章",),
)

CATALOGUES: Mapping[TemplateKind, Catalogue] = {
    each.kind: each for each in (_ORDER, _PACK, _LOOK_BACK, _EXPERIENCE)
}
