"""Who may do what (权限): one policy table.

A permission is `resource:action` in lower case:

    permission = resource ":" action
    resource   = word ("_" word)*      the noun a page family is about
    action     = word ("_" word)*      read | write | the verb of one step (submit, accept, …)

`read` sees, `write` makes and changes. Which rows a person sees is a question of scope, answered in
queries: a unit's person sees and changes only the unit's own, whatever the table allows.

Administrators keep accounts and the machine and see no business data; auditors read the log and nothing else
(三员分立, GB/T 22239-2019 8.1.4 访问控制).
"""

from __future__ import annotations

from tracker.domain.titled import Titled


class UserRole(Titled):
    OFFICE = "office", "公开办"
    UNIT = "unit", "责任单位"
    LEADER = "leader", "领导"
    ADMINISTRATOR = "administrator", "系统管理员"
    AUDITOR = "auditor", "审计员"


class Permission(Titled):
    HOME_READ = "home:read", "查看首页"
    INBOX_READ = "inbox:read", "查看提醒"
    FEED_WRITE = "feed:write", "订阅日历"
    PLAN_READ = "plan:read", "查看工作要点"
    PLAN_IMPORT = "plan:import", "导入工作要点"
    PLAN_ACKNOWLEDGE = "plan:acknowledge", "签收工作任务"
    TASK_READ = "task:read", "查看任务"
    TASK_WRITE = "task:write", "修改任务"
    TASK_SIGN_OFF = "task:sign_off", "任务销号"
    TASK_EXPORT = "task:export", "导出台账"
    TASK_CLAIM = "task:claim", "认领任务"
    TASK_REQUEST = "task:request", "提出申请"
    SUB_ITEM_WRITE = "sub_item:write", "维护子项"
    REQUEST_DECIDE = "request:decide", "处理申请"
    RECEIPT_READ = "receipt:read", "查看签收与认领"
    RECEIPT_WRITE = "receipt:write", "设定认领期限"
    QUOTA_READ = "quota:read", "查看次数指标"
    QUOTA_WRITE = "quota:write", "登记次数"
    QUOTA_SET = "quota:set", "增改次数指标"
    QUOTA_SETTLE = "quota:settle", "确定次数由谁完成"
    CLOCK_READ = "clock:read", "查看时限"
    CLOCK_WRITE = "clock:write", "启动和办理时限"
    CLOCK_RULE = "clock:rule", "维护时限规则"
    CADENCE_WRITE = "cadence:write", "设置报送制度"
    RETURN_READ = "return:read", "查看报送"
    RETURN_SUBMIT = "return:submit", "报送"
    RETURN_REVIEW = "return:review", "审核报送"
    RETURN_WAIVE = "return:waive", "定为免报"
    RETURN_URGE = "return:urge", "催办"
    EXPERIENCE_READ = "experience:read", "查看经验材料"
    EXPERIENCE_WRITE = "experience:write", "撰写经验材料"
    EXPERIENCE_REVIEW = "experience:review", "审定经验材料"
    DASHBOARD_READ = "dashboard:read", "查看驾驶舱"
    SCREEN_WRITE = "screen:write", "设大屏地址"
    LOOK_BACK_READ = "look_back:read", "查看回头看"
    LOOK_BACK_CONFIRM = "look_back:confirm", "确认回头看结论"
    LOOK_BACK_EXPORT = "look_back:export", "导出回头看"
    EVIDENCE_EXPORT = "evidence:export", "导出考核佐证包"
    CROSSWALK_READ = "crosswalk:read", "查看上下对照"
    CROSSWALK_WRITE = "crosswalk:write", "核对上下对照"
    STATISTIC_READ = "statistic:read", "查看统计"
    STATISTIC_SUBMIT = "statistic:submit", "报统计表"
    STATISTIC_WRITE = "statistic:write", "维护统计指标"
    ANNUAL_READ = "annual:read", "查看年度报告数据"
    ANNUAL_WRITE = "annual:write", "填写年度报告数据"
    RECTIFICATION_READ = "rectification:read", "查看整改"
    RECTIFICATION_WRITE = "rectification:write", "办理整改"
    INSTRUCTION_READ = "instruction:read", "查看批示"
    INSTRUCTION_WRITE = "instruction:write", "写批示"
    INSTRUCTION_HANDLE = "instruction:handle", "办理批示"
    INSTRUCTION_ANSWER = "instruction:answer", "回复批示"
    SUPERVISION_READ = "supervision:read", "查看督办单"
    SUPERVISION_WRITE = "supervision:write", "发督办单"
    SUPERVISION_ANSWER = "supervision:answer", "反馈督办单"
    REPORT_READ = "report:read", "查看文稿"
    REPORT_WRITE = "report:write", "起草文稿、定稿"
    MEETING_READ = "meeting:read", "查看例会"
    MEETING_WRITE = "meeting:write", "召集例会、记纪要"
    DECISION_HANDLE = "decision:handle", "办理议定事项"
    DECISION_REPORT = "decision:report", "报议定事项完成"
    HANDOVER_WRITE = "handover:write", "办理联系人交接"
    DEPUTY_WRITE = "deputy:write", "安排代办"
    POINTS_READ = "points:read", "查看积分"
    POINTS_WRITE = "points:write", "制定积分办法、登记积分"
    POINTS_OBJECT = "points:object", "对积分提异议"
    UNIT_READ = "unit:read", "查看单位"
    UNIT_WRITE = "unit:write", "维护单位与简称"
    CALENDAR_READ = "calendar:read", "查看工作日历"
    CALENDAR_WRITE = "calendar:write", "维护工作日历"
    SETTING_READ = "setting:read", "查看设置"
    SETTING_WRITE = "setting:write", "修改设置"
    REMINDER_RULE = "reminder:rule", "设置提醒规则"
    DELIVERY_READ = "delivery:read", "查看发送情况"
    DELIVERY_RESEND = "delivery:resend", "重新发送"
    ACCOUNT_READ = "account:read", "查看账号"
    ACCOUNT_WRITE = "account:write", "维护账号"
    AUDIT_READ = "audit:read", "查看留痕"
    AUDIT_VERIFY = "audit:verify", "校验留痕"


P = Permission

_OFFICE = frozenset(P) - {
    P.RETURN_SUBMIT,
    P.STATISTIC_SUBMIT,
    P.EXPERIENCE_WRITE,
    P.PLAN_ACKNOWLEDGE,
    P.TASK_CLAIM,
    P.TASK_REQUEST,
    P.SUB_ITEM_WRITE,
    P.INSTRUCTION_ANSWER,
    P.SUPERVISION_ANSWER,
    P.DECISION_REPORT,
    P.POINTS_OBJECT,
    P.ACCOUNT_READ,
    P.ACCOUNT_WRITE,
    P.AUDIT_READ,
    P.AUDIT_VERIFY,
}
_UNIT = frozenset(
    {
        P.HOME_READ,
        P.INBOX_READ,
        P.FEED_WRITE,
        P.PLAN_READ,
        P.TASK_READ,
        P.TASK_EXPORT,
        P.QUOTA_READ,
        P.QUOTA_WRITE,
        P.CLOCK_READ,
        P.CLOCK_WRITE,
        P.RETURN_READ,
        P.RETURN_SUBMIT,
        P.STATISTIC_SUBMIT,
        P.EXPERIENCE_READ,
        P.EXPERIENCE_WRITE,
        P.PLAN_ACKNOWLEDGE,
        P.TASK_CLAIM,
        P.TASK_REQUEST,
        P.SUB_ITEM_WRITE,
        P.RECTIFICATION_READ,
        P.RECTIFICATION_WRITE,
        P.INSTRUCTION_READ,
        P.INSTRUCTION_ANSWER,
        P.SUPERVISION_READ,
        P.SUPERVISION_ANSWER,
        P.MEETING_READ,
        P.DECISION_REPORT,
        P.HANDOVER_WRITE,
        P.DEPUTY_WRITE,
        P.POINTS_READ,
        P.POINTS_OBJECT,
        P.UNIT_READ,
        P.CALENDAR_READ,
    }
)
_LEADER = frozenset(
    {
        P.HOME_READ,
        P.INBOX_READ,
        P.FEED_WRITE,
        P.PLAN_READ,
        P.TASK_READ,
        P.TASK_EXPORT,
        P.QUOTA_READ,
        P.CLOCK_READ,
        P.RETURN_READ,
        P.EXPERIENCE_READ,
        P.DASHBOARD_READ,
        P.LOOK_BACK_READ,
        P.LOOK_BACK_EXPORT,
        P.CROSSWALK_READ,
        P.STATISTIC_READ,
        P.ANNUAL_READ,
        P.RECTIFICATION_READ,
        P.INSTRUCTION_READ,
        P.INSTRUCTION_WRITE,
        P.SUPERVISION_READ,
        P.REPORT_READ,
        P.MEETING_READ,
        P.DEPUTY_WRITE,
        P.POINTS_READ,
        P.UNIT_READ,
        P.CALENDAR_READ,
    }
)
_ADMINISTRATOR = frozenset(
    {
        P.HOME_READ,
        P.INBOX_READ,
        P.UNIT_READ,
        P.UNIT_WRITE,
        P.CALENDAR_READ,
        P.CALENDAR_WRITE,
        P.DELIVERY_READ,
        P.DELIVERY_RESEND,
        P.SETTING_READ,
        P.SETTING_WRITE,
        P.ACCOUNT_READ,
        P.ACCOUNT_WRITE,
    }
)
_AUDITOR = frozenset({P.HOME_READ, P.AUDIT_READ, P.AUDIT_VERIFY})

POLICY: dict[UserRole, frozenset[Permission]] = {
    UserRole.OFFICE: _OFFICE,
    UserRole.UNIT: _UNIT,
    UserRole.LEADER: _LEADER,
    UserRole.ADMINISTRATOR: _ADMINISTRATOR,
    UserRole.AUDITOR: _AUDITOR,
}


def allows(role: UserRole, permission: Permission) -> bool:
    """Whether the policy gives `role` this permission."""
    return permission in POLICY[role]


def tidy_username(username: str) -> str:
    """Names are compared without blanks around and without case, as people type them."""
    return username.strip().casefold()
