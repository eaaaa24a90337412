"""The states of a scheme of points (积分办法) and of an objection (异议), and the steps they may take.

    scheme     draft   --switch on---> on      (启用: its first edition)
               on      --switch on---> on      (a changed scheme: the next edition)
               on      --switch off--> off     (停用: nothing is looked at any more, what was entered stays)
    objection  waiting --uphold------> upheld  (the line is taken back)
               waiting --refuse------> refused

A scheme is written as long as it is not off. Everything else is refused with a sentence.
"""

from __future__ import annotations

from tracker.domain.errors import RuleViolated
from tracker.domain.steps import StepTable
from tracker.domain.titled import Titled


class SchemeState(Titled):
    DRAFT = "draft", "草稿"
    ON = "on", "正在用"
    OFF = "off", "已停用"


class SchemeStep(Titled):
    WRITE = "write", "编写"
    SWITCH_ON = "switch_on", "启用"
    SWITCH_OFF = "switch_off", "停用"


class SchemeEnded(RuleViolated):
    """这份办法已经停用，记录留着备查；要再用请新建一份。"""


class NotOn(RuleViolated):
    """这份办法还没有启用。"""


_S = SchemeState
SCHEME_STEPS: dict[tuple[SchemeState, SchemeStep], SchemeState] = {
    (_S.DRAFT, SchemeStep.WRITE): _S.DRAFT,
    (_S.DRAFT, SchemeStep.SWITCH_ON): _S.ON,
    (_S.ON, SchemeStep.WRITE): _S.ON,
    (_S.ON, SchemeStep.SWITCH_ON): _S.ON,
    (_S.ON, SchemeStep.SWITCH_OFF): _S.OFF,
}
take = StepTable(SCHEME_STEPS, lambda state, _: SchemeEnded if state is SchemeState.OFF else NotOn).take


class ObjectionState(Titled):
    WAITING = "waiting", "待处理"
    UPHELD = "upheld", "成立"
    REFUSED = "refused", "不成立"


class ObjectionStep(Titled):
    UPHOLD = "uphold", "成立，冲销这一笔"
    REFUSE = "refuse", "不成立，维持"


class AlreadyDecided(RuleViolated):
    """这条异议已经有人处理，请刷新页面看结果。"""


OBJECTION_STEPS: dict[tuple[ObjectionState, ObjectionStep], ObjectionState] = {
    (ObjectionState.WAITING, ObjectionStep.UPHOLD): ObjectionState.UPHELD,
    (ObjectionState.WAITING, ObjectionStep.REFUSE): ObjectionState.REFUSED,
}
decide = StepTable(OBJECTION_STEPS, lambda _, __: AlreadyDecided).take
