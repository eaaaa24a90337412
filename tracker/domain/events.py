"""Events of the audit trail (留痕).

Grammar: `resource:action`, the resource a glossary noun, the action a verb in the infinitive. The value is
what the store keeps; the label is what the history of an object shows.
"""

from __future__ import annotations

from tracker.domain.titled import Titled


class Event(Titled):
    """Every act that leaves a trace."""

    ACCOUNT_CREATE = "account:create", "建立账号"
    ACCOUNT_CHANGE = "account:change", "修改账号"
    ACCOUNT_SET_PASSWORD = "account:set_password", "设置口令"
    SESSION_OPEN = "session:open", "登录"
    SESSION_REFUSE = "session:refuse", "登录失败"
    SESSION_CLOSE = "session:close", "退出"
    UNIT_CREATE = "unit:create", "新增单位"
    UNIT_CHANGE = "unit:change", "修改单位"
    GROUP_CHANGE = "group:change", "修改集合称谓"
    DRAFT_CREATE = "draft:create", "上传文件"
    DRAFT_CHANGE = "draft:change", "更正识别结果"
    DRAFT_MAP_NAME = "draft:map_name", "对应单位名称"
    DRAFT_DISCARD = "draft:discard", "放弃导入"
    READING_REMEMBER = "reading:remember", "记住读法"
    READING_FORGET = "reading:forget", "去掉记住的读法"
    SHEET_UPLOAD = "sheet:upload", "上传任务表"
    SHEET_APPLY = "sheet:apply", "导入任务表"
    SHEET_DISCARD = "sheet:discard", "放弃任务表"
    PLAN_CONFIRM = "plan:confirm", "确认导入"
    PLAN_REVISE = "plan:revise", "确认修订"
    BATCH_UNDO = "batch:undo", "撤销导入"
    DRAFT_COMPARE = "draft:compare", "认定版本"
    TASK_CREATE = "task:create", "新增任务"
    TASK_CHANGE = "task:change", "修改任务"
    TASK_SIGN_OFF = "task:sign_off", "销号"
    TASK_REOPEN = "task:reopen", "恢复办理"
    TASK_CANCEL = "task:cancel", "取消任务"
    CADENCE_SWITCH_ON = "cadence:switch_on", "启用报送制度"
    CADENCE_CHANGE = "cadence:change", "调整报送制度"
    PERIOD_OPEN = "period:open", "开始报送"
    PERIOD_CLOSE = "period:close", "报送截止"
    RETURN_SUBMIT = "return:submit", "报送"
    RETURN_SEND_BACK = "return:send_back", "退回"
    RETURN_ACCEPT = "return:accept", "通过"
    OBLIGATION_WAIVE = "obligation:waive", "免报"
    UNIT_URGE = "unit:urge", "催办"
    NOTICE_RESEND = "notice:resend", "重发提醒"
    LOOK_BACK_START = "look_back:start", "开始回头看"
    VERDICT_CONFIRM = "verdict:confirm", "确认结论"
    LOOK_BACK_FINISH = "look_back:finish", "回头看定稿"
    RECTIFICATION_CREATE = "rectification:create", "转入整改"
    RECTIFICATION_SCHEDULE = "rectification:schedule", "安排整改"
    RECTIFICATION_LINK = "rectification:link", "填报整改链接"
    RECTIFICATION_CLOSE = "rectification:close", "整改销号"
    CALENDAR_CHANGE = "calendar:change", "调整工作日历"
    SETTING_CHANGE = "setting:change", "修改设置"
