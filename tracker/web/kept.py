"""What a person has typed is never lost: it comes back when a sign-in has ended in the middle of a form.

A form whose CSRF token was right but whose sign-in has ended shows the sign-in page with the text; signing
in there offers to hand the same fields in again. So does one whose sign-in and token are both gone (signed
out in another tab), when the browser says that the form stood on a page of ours. Any other form without a
right token may come from a stranger's page: its text is shown (`typed_fields`), never offered for handing in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from tracker.domain.access import Permission
from tracker.domain.errors import InvalidInput
from tracker.web.addresses import is_local
from tracker.web.policy import required

HIDDEN = frozenset({
    "csrf_token", "version", "next", "kept_path", "submit", "action",
    # Where a page stood and what was chosen or ticked on the pages of imports and of the calendar.
    "show", "page", "to", "seen", "notation", "everywhere", "checked", "mark", "deadline", "included",
    "role", "rows", "starts", "how", "share", "at", "other_id", "other_version", "what", "take", "bulk",
    "chosen", "obvious", "unit_id", "group_id", "members", "classes", "remember", "relation", "plan", "shown",
    "accepted", "unit_ids", "checkpoint_id", "instead", "repeated", "gone", "kind", "was",
    # Chosen on the pages of reporting, quotas, clocks, people and the look-back.
    "every", "weekday", "lag", "step", "other_step", "holiday_rule", "collision", "answer", "who", "roles",
    "class_ids", "named", "asked", "shown_units", "previewed", "cadence", "period", "rule", "unit",
    "may_stop", "task_id", "account_id", "by_id", "for_id", "leader_id", "lead_unit_id", "said", "active",
    "file", "drop_file", "plan_id", "angle",
    # Chosen on the pages of reminders, urging and supervision orders.
    "whose", "before_1", "before_2", "overdue_1", "overdue_2", "overdue_3", "missed_1", "missed_2",
    "missed_3", "quiet_days_off", "spoken", "digest", "digest_hour", "wanted", "duty", "back", "pick",
    "matters", "leaders",
    # Chosen on the pages of points.
    "preset", "ranked", "activity", "plan_ids", "uphold", "of_group", "only", "key", "typed", "subject",
    # Ticked and chosen on the pages of the crosswalk, of statistics and of the annual report.
    "unpick", "upper", "do", "source", "counted_from", "taken", "numerator_id", "denominator_id",
    "form",
    # Chosen where a task is said to go on with an earlier one.
    "earlier_task_id", "from_plan_id",
    # Chosen on the page of templates.
    "template_id",
    # Ticked on the page of settings.
    "by_lag",
})  # fmt: skip
LABEL = "-label"
# Chosen or ticked, not typed: the value is the program's word, which tells a person nothing.
CHOSEN = re.compile(
    r"-(status|presence|no_change|done|label|item-\d+|count-\d+|role|unit_id|checkpoint_id|matters"
    r"|kind|only|of_group|key|class_ids)$"
)
SIDE = "side-"
# What a field is called where the text is shown without its page; a field not listed is numbered.
WORDS = {
    "progress": "本周进展", "next_plan": "下周计划", "problem": "问题", "evidence_url": "佐证链接",
    "evidence_on": "发布日期", "remark": "对一项的意见", "reason": "理由", "why": "理由",
    "words": "说明", "title": "标题", "text": "任务内容", "pasted": "粘贴的全文", "year": "年份",
    "lines": "名单", "name": "名称", "aliases": "简称和别名", "class_name": "类别", "contact_name": "联系人",
    "contact_phone": "联系电话", "username": "用户名", "display_name": "姓名", "email": "邮箱",
    "office_name": "办公室名称", "person": "承办人", "due_on": "完成日期",
    "wanted_on": "延到哪一天", "wanted_unit": "应由哪家单位承担",
    "lead": "牵头单位", "responsible": "责任单位", "support": "配合单位",
    "day": "日期", "first": "从", "last": "到", "names": "单位", "issuer": "发文机关",
    "document_number": "文号", "issued_on": "印发日期", "new_name": "单位全称",
    "leader_name": "领导姓名", "said_on": "批示日期", "starts_on": "从", "ends_on": "到",
    "changed_on": "变动日期", "phone": "电话",
    "held_on": "哪一天", "link": "链接", "by": "认领期限", "cutoff": "几点截止",
    "parts": "报送的栏目", "counted": "数的是什么", "minimum": "至少几次", "printed": "文件里的称呼",
    "event": "从什么事起算", "count": "天数", "basis": "依据", "started_on": "起算之日",
    "formed_on": "形成之日", "new_day": "新增完成时限",
    "body": "正文", "on": "日期", "url": "展示页面的链接",
    "place": "地点", "roles": "每家单位谁参会", "hour": "时间", "told": "代会人或请假原因",
    "note": "说明",
    "asked": "办理要求", "addressee": "主送单位", "feedback_on": "反馈时限", "soon_workdays": "任务节点提前",
    "clock_soon_workdays": "时限提前",
    "duty_soon_workdays": "认领、议定事项、批示、督办、交接提前", "quota_ends_workdays": "次数截止提前",
    "waiting_workdays": "申请没有答复的，再提醒公开办", "overdue_workdays": "逾期后第几个工作日",
    "again_after": "以后每隔几个工作日再提醒", "morning": "日常提醒", "day_before_at": "截止前一个工作日",
    "hours_before": "截止前几小时", "quiet_from": "免打扰从", "quiet_until": "免打扰到",
    "most_a_day": "每人每天最多几封信",
    "maximum": "满分", "floor": "最低分", "objection_days": "异议期（天）", "number": "指标编号",
    "base": "基础分", "most_added": "加分上限", "indicator": "归入指标", "clause": "规则依据",
    "points": "分值", "cap": "上限", "letter": "类别代号", "at_least": "从几分起", "evidence": "佐证",
    "newcomers": "库里还没有的成员", "new_class": "归入的类别", "register_class": "归入类别",
    "serials": "对应本级第几项", "section": "归入哪一类", "measure": "计量单位", "definition": "口径",
    "position": "排在第几",
}  # fmt: skip
SECRET_WORDS = ("token", "secret")
# 现在的口令 and 再输一次 stand beside the field `password`.
PASSWORDS = frozenset({"password", "current", "again"})
PREFIX = "kept."
MAX_SHOWN = 400


def typed_fields() -> tuple[tuple[str, str], ...]:
    """Label and text of each field worth showing again; no passwords, no machinery, nothing empty."""
    try:
        items = list(request.form.items(multi=True))
    except HTTPException:
        return ()  # the body was too large to read
    return readable(items)


def readable(items: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those of some fields that a person would recognise as typed, each under a name a person knows."""
    fields = list(items)
    lines = {name.removesuffix(LABEL): text for name, text in fields if name.endswith(LABEL)}
    shown = [(_label(name, lines), text) for name, text in fields if _shown(name, text)][:MAX_SHOWN]
    return tuple((label or f"第 {place} 处", text) for place, (label, text) in enumerate(shown, 1))


def _label(name: str, lines: dict[str, str]) -> str:
    """`line-7-progress` is 本周进展 of the line whose own field `line-7-label` says which task it is.

    A line may have several fields of a kind (`line-7-why-0`), and so may a form (`stages-0-day`, `remark-3`).
    """
    line, field = name, ""
    while "-" in line:
        line, _, field = line.rpartition("-")
        if line in lines:
            return f"{lines[line]}　{WORDS.get(field, '')}".strip()
    return WORDS.get(name, "") or WORDS.get(name.rpartition("-")[2], "") or WORDS.get(line, "")


def _shown(name: str, text: str) -> bool:
    machinery = name in HIDDEN or CHOSEN.search(name) or name.startswith(SIDE)
    secret = name in PASSWORDS or any(word in name for word in SECRET_WORDS)
    return bool(text.strip()) and not machinery and not secret


def interrupted() -> ResponseReturnValue:
    """The sign-in page with what was typed; address and fields travel with its form, no password does."""
    from tracker.web.forms.accounts import SignInForm  # late: forms know services, which know no web

    left_out = PASSWORDS | {"csrf_token"}
    fields = [(name, text) for name, text in request.form.items(multi=True) if name not in left_out]
    page = render_template(
        "accounts/sign_in.html",
        form=SignInForm(formdata=None),
        carried=carried(request.full_path.rstrip("?"), fields),
        typed=typed_fields(),
        ended=True,
    )
    return page, 401


def is_ours_without_sign_in() -> bool:
    """Whether a form that lacks its token stood on a page of ours, and only the sign-in has gone.

    The browser says where a form stood, and no page can make it say otherwise (Fetch Metadata, W3C 2.2;
    Fetch, origin header). A password does not travel on: it is typed again.
    """
    asked = request.endpoint and required(current_app, request.endpoint)
    if g.get("actor") is not None or not isinstance(asked, Permission):
        return False
    site = request.headers.get("Sec-Fetch-Site")
    same = site == "same-origin" if site else request.headers.get("Origin") == request.host_url.rstrip("/")
    return same and PASSWORDS.isdisjoint(request.form)


def carried(path: str, fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The hidden fields that carry a form through the sign-in page."""
    return [("kept_path", path), *((f"{PREFIX}{name}", text) for name, text in fields)]


def brought() -> tuple[str, list[tuple[str, str]]] | None:
    """The address and fields that came through the sign-in page, or None."""
    path = request.form.get("kept_path", "")
    if not path:
        return None
    if not is_local(path):
        raise InvalidInput
    items = request.form.items(multi=True)
    return path, [(name.removeprefix(PREFIX), text) for name, text in items if name.startswith(PREFIX)]
