"""The words of labels (标签用语) before units, persons, times, requirements and notes."""

from __future__ import annotations

import re

from importers.looks import CLOSING, COLON, OPENING, UNIT_LABEL

AND_PERSON = r"(?:(?:[及和与、/]|以及)(?:直接|主要)?(?:责任人|负责人|联系人|责任领导))?"
_PERSON_LABEL = (
    r"(?:(?:牵头|分管|责任|包保|包抓|主抓|市级|县级|区级|处级|县处级|厅级|科级|党政|包联|项目)+(?:市|县|区)?领导|(?:项目|直接|第一|整改|"
    r"主要)?责任人|负责人|"
    r"牵头人|联系人|联络员|联系电话|填报人|审核人|咨询电话)"
)
DEADLINE_LABEL = (
    r"(?:(?:计划|拟|预计)?(?:完成|办理|办结|整改|落实|推进|实施|工作){0,2}(?:时限|期限|时间节点|时间要求|"
    r"时间安排|时限要求|进度安排|进度要求)(?:要求)?"
    r"|(?:计划|拟|预计)?(?:完成|办结|整改|落实){1,2}(?:时间|日期))"
)
_TEXT_LABEL = (
    r"(?:工作任务|任务内容|工作内容|活动内容|任务措施|工作措施|具体措施|细化措施|主要任务|重点任务|具体任务|任务要求|"
    r"具体要求|工作举措|主要内容|主要举措|工作要求|推进措施|推进举措|(?:整改|解决|改进)(?:措施|举措|要求|任务|内容)|"
    r"(?:提升|优化|改革|攻坚|应对|防范|落实|创新)(?:措施|举措)|"
    r"实施内容|建设内容|办理要求|细化举措)"
)
_NOTE_LABEL = (
    r"(?:实际完成情况|完成情况|进展情况|工作进展|落实情况|备注|项目名称|任务名称|工作目标|目标任务|预期成效|"
    r"完成标志|成果形式|(?:联系|咨询|报送)(?:单位|部门|科室|地址|方式|邮箱)|(?:政策|文件|工作|制定)依据"
    r"|(?:存在|反馈|具体|突出|主要|督查|督察|巡[视察]|审计|整改|评估|检查|排查|发现)?的?(?:主要|突出|具体)?问题(?:描述|表现|简述|内容|来源)?"
    r"|原因分析|产生原因|整改(?:目标|类型|结果|进展|情况|标准))"
)
# A label stands at the start of something: a line, a bracket, after a sentence, after a blank.
_EDGE = rf"(?:^|(?<=[\s。;；,，:：!！?？、）)〕】\]\"”①-⑳{re.escape(OPENING)}])|(?<=\d[.．]))"
_SQUARE = "【〔［["
LABEL = re.compile(
    rf"(?:{_EDGE}|(?=[{re.escape(_SQUARE)}]))(?P<bracket>[{re.escape(OPENING)}]\s*)?"
    rf"(?:(?P<unit>(?:{UNIT_LABEL}){AND_PERSON})|(?P<person>{_PERSON_LABEL})|(?P<deadline>{DEADLINE_LABEL})"
    rf"|(?P<text>{_TEXT_LABEL})|(?P<note>{_NOTE_LABEL}))"
    rf"(?(bracket)\s*[{re.escape(CLOSING)}](?:{COLON}|\s*)|{COLON})",
)
"""责任单位: or 【责任单位】, before what it says."""
