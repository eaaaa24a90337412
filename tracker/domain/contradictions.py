"""Contradictions (矛盾点) of the look-back: where what was said and what is on record do not agree.

Each kind has a code, a sentence for a person and the facts behind it. None of them changes the verdict; they
are what a person looks at before confirming it. Kinds are listed in the order in which they are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tracker.domain import contradiction_checks as checks
from tracker.domain.look_back_facts import LookBackFacts
from tracker.domain.task import TaskState
from tracker.domain.titled import Titled


class ContradictionKind(Titled):
    DONE_WITHOUT_EVIDENCE = "done_without_evidence", "报告完成，但没有佐证链接"
    SIGNED_OFF_WITHOUT_EVIDENCE = "signed_off_without_evidence", "已销号，但没有佐证链接"
    DONE_AFTER_DUE = "done_after_due", "完成日期晚于时限，没有延期记录"
    DONE_NOT_SIGNED_OFF = "done_not_signed_off", "单位报告完成，但没有销号"
    SIGNED_OFF_WITHOUT_REPORT = "signed_off_without_report", "已销号，但没有任何进展报送"
    SIGNED_OFF_NOT_DONE = "signed_off_not_done", "已销号，但责任单位没有报告完成"
    WENT_BACK = "went_back", "报告完成后又改回未完成"
    OTHERS_NOT_DONE = "others_not_done", "牵头单位报告完成以后，其他单位仍报没有完成"
    BLOCKED_UNRESOLVED = "blocked_unresolved", "报告受阻后一直没有解决"
    SAYS_DONE = "says_done", "文字写已全部完成，状态却没有报完成"
    SAYS_UNDONE = "says_undone", "状态报了完成，文字却写还没有完成"
    DONE_SENT_BACK = "done_sent_back", "报告完成的那一期被退回，没有重新报送"
    EXTENSION_AFTER_DUE = "extension_after_due", "时限过了以后才同意延期"
    SIGNED_OFF_BY_REPORTER = "signed_off_by_reporter", "报送和销号是同一个人"
    SUB_ITEMS_OPEN = "sub_items_open", "已报完成或已销号，子项还没有做完"
    OPEN_MATTERS = "open_matters", "已销号，督办单或批示还没有办结"
    REPORTED_AFTER_CANCEL = "reported_after_cancel", "任务取消以后仍有单位报送"
    QUOTA_NOT_MET = "quota_not_met", "次数指标没有达到"
    EVENT_NOT_COUNTED = "event_not_counted", "登记的次数中有不能计入的"
    EVIDENCE_MISSING = "evidence_missing", "有单位报告完成，但没有给出链接"
    LINK_NEVER_GIVEN = "link_never_given", "写了已公开或稍后补链接，一直没有给出"
    EVIDENCE_INVALID = "evidence_invalid", "佐证链接公众打不开，不是有效的公开网址"
    EVIDENCE_FRONT_PAGE = "evidence_front_page", "佐证链接只到网站首页，看不到这件事"
    EVIDENCE_DUPLICATE = "evidence_duplicate", "佐证链接与其他任务相同"
    EVIDENCE_AFTER_DUE = "evidence_after_due", "佐证发布日期晚于时限"
    EVIDENCE_BEFORE_PLAN = "evidence_before_plan", "佐证发布日期早于要点印发"
    FIGURES_FELL = "figures_fell", "累计数字比以前报的少"
    SAME_TEXT = "same_text", "连续多期进展文字相同"
    PLAN_REPEATED = "plan_repeated", "下周计划多次重复，始终没有完成"
    MISSED_OFTEN = "missed_often", "多次未按时报送"
    PART_UNCLAIMED = "part_unclaimed", "按职责分工的部分没有认领"
    UNIT_SILENT = "unit_silent", "其他单位有进展，该单位一直没有报过进展"
    STANDING_SILENT = "standing_silent", "长期推进事项近半年没有进展报送"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One contradiction: its kind and the facts behind it, one line each."""

    kind: ContradictionKind
    facts: tuple[str, ...]

    @property
    def code(self) -> str:
        return self.kind.value

    @property
    def words(self) -> str:
        return self.kind.label


def contradictions(facts: LookBackFacts) -> tuple[Contradiction, ...]:
    """Every contradiction of an item, in the order of the kinds; of a cancelled one, what came afterwards."""
    cancelled = facts.state is TaskState.CANCELLED
    asked = [ContradictionKind.REPORTED_AFTER_CANCEL] if cancelled else list(ContradictionKind)
    found = ((kind, tuple(_CHECKS[kind](facts))) for kind in asked)
    return tuple(Contradiction(kind, behind) for kind, behind in found if behind)


_CHECKS: dict[ContradictionKind, Callable[[LookBackFacts], Iterable[str]]] = {
    ContradictionKind.DONE_WITHOUT_EVIDENCE: checks.done_without_evidence,
    ContradictionKind.SIGNED_OFF_WITHOUT_EVIDENCE: checks.signed_off_without_evidence,
    ContradictionKind.DONE_AFTER_DUE: checks.done_after_due,
    ContradictionKind.DONE_NOT_SIGNED_OFF: checks.done_not_signed_off,
    ContradictionKind.SIGNED_OFF_WITHOUT_REPORT: checks.signed_off_without_report,
    ContradictionKind.SIGNED_OFF_NOT_DONE: checks.signed_off_not_done,
    ContradictionKind.WENT_BACK: checks.went_back,
    ContradictionKind.OTHERS_NOT_DONE: checks.others_not_done,
    ContradictionKind.BLOCKED_UNRESOLVED: checks.blocked_unresolved,
    ContradictionKind.SAYS_DONE: checks.says_done,
    ContradictionKind.SAYS_UNDONE: checks.says_undone,
    ContradictionKind.DONE_SENT_BACK: checks.done_sent_back,
    ContradictionKind.EXTENSION_AFTER_DUE: checks.extension_after_due,
    ContradictionKind.SIGNED_OFF_BY_REPORTER: checks.signed_off_by_reporter,
    ContradictionKind.SUB_ITEMS_OPEN: checks.sub_items_open,
    ContradictionKind.OPEN_MATTERS: checks.open_matters,
    ContradictionKind.REPORTED_AFTER_CANCEL: checks.reported_after_cancel,
    ContradictionKind.QUOTA_NOT_MET: checks.quota_not_met,
    ContradictionKind.EVENT_NOT_COUNTED: checks.event_not_counted,
    ContradictionKind.EVIDENCE_MISSING: checks.evidence_missing,
    ContradictionKind.LINK_NEVER_GIVEN: checks.link_never_given,
    ContradictionKind.EVIDENCE_INVALID: checks.evidence_invalid,
    ContradictionKind.EVIDENCE_FRONT_PAGE: checks.evidence_front_page,
    ContradictionKind.EVIDENCE_DUPLICATE: checks.evidence_duplicate,
    ContradictionKind.EVIDENCE_AFTER_DUE: checks.evidence_after_due,
    ContradictionKind.EVIDENCE_BEFORE_PLAN: checks.evidence_before_plan,
    ContradictionKind.FIGURES_FELL: checks.figures_fell,
    ContradictionKind.SAME_TEXT: checks.same_text,
    ContradictionKind.PLAN_REPEATED: checks.plan_repeated,
    ContradictionKind.MISSED_OFTEN: checks.missed_often,
    ContradictionKind.PART_UNCLAIMED: checks.part_unclaimed,
    ContradictionKind.UNIT_SILENT: checks.unit_silent,
    ContradictionKind.STANDING_SILENT: checks.standing_silent,
}
