"""The states of a look-back (回头看) and the steps it may take.

    open   --write---> open     (提建议、确认、安排整改)
    open   --finish--> final    (定稿)
    final  --reopen--> open     (补核: for the tasks that came after it, and for nothing else)

Everything else is refused with a sentence.
"""

from __future__ import annotations

from tracker.domain.errors import RuleViolated
from tracker.domain.steps import StepTable, said_by
from tracker.domain.titled import Titled


class LookBackState(Titled):
    OPEN = "open", "正在核对"
    FINAL = "final", "已定稿"


class LookBackStep(Titled):
    WRITE = "write", "核对"
    FINISH = "finish", "定稿"
    REOPEN = "reopen", "补核新增任务"


class AlreadyFinal(RuleViolated):
    """回头看已经定稿，不能再改。"""


class NotFinal(RuleViolated):
    """回头看还没有定稿，新增的任务可以直接核对。"""


_S, _T = LookBackState, LookBackStep
STEPS: dict[tuple[LookBackState, LookBackStep], LookBackState] = {
    (_S.OPEN, _T.WRITE): _S.OPEN,
    (_S.OPEN, _T.FINISH): _S.FINAL,
    (_S.FINAL, _T.REOPEN): _S.OPEN,
}
take = StepTable(STEPS, said_by({(_S.OPEN, _T.REOPEN): NotFinal}, AlreadyFinal)).take
