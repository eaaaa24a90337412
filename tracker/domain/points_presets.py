"""Schemes to begin with (积分办法样例): figures that offices have published, as data.

What is published is a figure here and there; how the rest of the base points is shared out is the preset's
own and is there to be changed. Sources: 涞源县 2023 (108 points: base and bonus; three rhythms of updating;
200 items a year earn 8), 泉州市鲤城区 2020 (deductions by occurrence), 岳阳市 (grades), 江山市 (weekly
progress, experience every two weeks, a bonus where an article is adopted and shown; no figures are named).

None has points for activity turned on: where a rule counts it, the office says that it wants that.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.clock import PUBLISH
from tracker.domain.points import HUNDRED, Band, FactKind, Indicator, Rule, Scheme

_K = FactKind
FULL = 100 * HUNDRED
GRADES = (
    Band("优秀", 90 * HUNDRED),
    Band("良好", 80 * HUNDRED),
    Band("合格", 60 * HUNDRED),
    Band("不合格", 0),
)


@dataclass(frozen=True, slots=True)
class Preset:
    """A scheme that a new one may begin with."""

    key: str
    title: str
    about: str
    scheme: Scheme


def _p(points: float) -> int:
    return round(points * HUNDRED)


def _rule(
    number: int,
    indicator: str,
    kind: FactKind,
    points: float,
    clause: str,
    *,
    cap: float | None = None,
    only: str = "",
) -> Rule:
    most = None if cap is None else _p(cap)
    return Rule(f"r{number}", indicator, kind, clause, _p(points), most, only)


UPDATING = Preset(
    "updating",
    "栏目更新制（满分108分）",
    "参照涞源县2023年：动态类、常规类、固定类按各自周期更新，另设8分信息量加分。",
    Scheme(
        name="政务公开积分办法",
        maximum=_p(108),
        indicators=(
            Indicator("1", "栏目更新", 0),
            Indicator("1.1", "动态类栏目，半月更新", _p(30)),
            Indicator("1.2", "常规类栏目，季度更新", _p(20)),
            Indicator("1.3", "固定类栏目，半年更新", _p(10)),
            Indicator("2", "工作落实", _p(40)),
            Indicator("3", "信息量加分", 0, most_added=_p(8)),
        ),
        rules=(
            _rule(1, "1.1", _K.BY_HAND, -1, "动态类栏目超过半个月没有更新，每次扣1分"),
            _rule(2, "1.2", _K.QUOTA_UNMET, -5, "常规类栏目一个季度没有更新，每次扣5分", only="P3M"),
            _rule(3, "1.3", _K.QUOTA_UNMET, -5, "固定类栏目半年没有更新，每次扣5分", only="P6M"),
            _rule(4, "2", _K.TASK_OVERDUE, -2, "任务到期没有完成，每项扣2分", cap=20),
            _rule(5, "2", _K.DONE_BARE, -1, "报了完成没有佐证，每项扣1分", cap=10),
            _rule(6, "3", _K.EVENT_COUNTED, 0.04, "全年公开信息200条得8分，每条0.04分", cap=8),
        ),
        bands=GRADES,
    ),
)
DEDUCTING = Preset(
    "deducting",
    "逐项扣分制（100分起扣）",
    "参照鲤城区2020年：逾期公开每条扣5分，要素不全每处扣1分，年报每种问题扣5分，依申请公开逾期、泄密各扣6分。",
    Scheme(
        name="政务公开考核扣分办法",
        maximum=FULL,
        indicators=(
            Indicator("1", "主动公开", _p(50)),
            Indicator("2", "政府信息公开工作年度报告", _p(15)),
            Indicator("3", "依申请公开", _p(20)),
            Indicator("4", "保密审查", _p(15)),
        ),
        rules=(
            _rule(1, "1", _K.CLOCK_OVERDUE, -5, "主动公开超过法定期限，每条扣5分", only=PUBLISH.key),
            _rule(2, "1", _K.BY_HAND, -1, "公开的信息要素不全，每处扣1分"),
            _rule(3, "2", _K.BY_HAND, -5, "年度报告没有按时报送，扣5分"),
            _rule(4, "2", _K.BY_HAND, -5, "年度报告没有按时公布，扣5分"),
            _rule(5, "2", _K.BY_HAND, -5, "年度报告内容与往年雷同，扣5分"),
            _rule(6, "3", _K.BY_HAND, -6, "依申请公开没有按期答复，每件扣6分"),
            _rule(7, "4", _K.BY_HAND, -6, "公开的信息泄露国家秘密，每起扣6分"),
        ),
        bands=GRADES,
    ),
)
GRADED = Preset(
    "graded",
    "分等次考核（优秀90、良好80、合格60）",
    "等次参照岳阳市；扣分只看报送、任务、整改有没有到位。",
    Scheme(
        name="政务公开年度考核办法",
        maximum=FULL,
        indicators=(
            Indicator("1", "报送", _p(30)),
            Indicator("2", "任务完成", _p(50)),
            Indicator("3", "督办与整改", _p(20)),
        ),
        rules=(
            _rule(1, "1", _K.RETURN_MISSED, -1, "到截止没有报送，每期扣1分"),
            _rule(2, "1", _K.RETURN_LATE, -0.5, "迟报，每期扣0.5分"),
            _rule(3, "2", _K.TASK_OVERDUE, -5, "任务到期没有完成，每项扣5分"),
            _rule(4, "2", _K.QUOTA_UNMET, -2, "次数没有达标，每项扣2分", cap=10),
            _rule(5, "3", _K.ORDER_ISSUED, -2, "收到督办单，每份扣2分", cap=10),
            _rule(6, "3", _K.RECTIFICATION_LATE, -5, "整改逾期，每项扣5分"),
        ),
        bands=GRADES,
    ),
)
ADOPTING = Preset(
    "adopting",
    "周进度、双周经验，采用加分",
    "参照江山市的做法：报送只扣不加，经验材料被采用并展示才加分。分值是样例，请按本地规定改。",
    Scheme(
        name="政务公开积分制考核办法",
        maximum=_p(110),
        indicators=(
            Indicator("1", "一周一进度", _p(40)),
            Indicator("2", "两周一经验", _p(30)),
            Indicator("3", "一月一例会", _p(10)),
            Indicator("4", "任务完成", _p(20)),
            Indicator("5", "经验采用加分", 0, most_added=_p(10)),
        ),
        rules=(
            _rule(1, "1", _K.RETURN_MISSED, -1, "周进度到截止没有报送，每期扣1分", only="weekly"),
            _rule(2, "1", _K.RETURN_LATE, -0.5, "周进度迟报，每期扣0.5分", only="weekly"),
            _rule(3, "2", _K.RETURN_MISSED, -1, "经验材料到截止没有报送，每期扣1分", only="biweekly"),
            _rule(4, "3", _K.RETURN_MISSED, -1, "例会缺席，每次扣1分", only="monthly"),
            _rule(5, "4", _K.TASK_OVERDUE, -2, "任务到期没有完成，每项扣2分"),
            _rule(6, "5", _K.EXPERIENCE_SHOWN, 1, "经验材料被采用并在政府网站展示，每篇加1分", cap=5),
            _rule(7, "5", _K.EXPERIENCE_TAKEN_UP, 3, "经验材料被省里采用，每篇加3分", cap=9),
        ),
        bands=GRADES,
    ),
)
BLANK = Preset(
    "blank",
    "从空白开始",
    "只有一项指标和一条规则，自己填。",
    Scheme(
        name="政务公开积分办法",
        maximum=FULL,
        indicators=(Indicator("1", "工作落实", FULL),),
        rules=(_rule(1, "1", _K.TASK_OVERDUE, -2, "任务到期没有完成，每项扣2分", cap=20),),
        bands=GRADES,
    ),
)
PRESETS = (GRADED, DEDUCTING, ADOPTING, UPDATING, BLANK)
