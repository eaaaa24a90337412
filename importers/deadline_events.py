"""The event that starts a count: 印发 in 自本意见印发之日起30日内, 调整 in 确需调整的,应在5个工作日内."""

from __future__ import annotations

import re

_OWN = re.compile(r"(?:印发|发布|公布|下发|出台|发文|施行|实施|生效|执行|通过)$|即日$|^发文")
_BEHIND = re.compile(
    r"(?:[自从在于]|应于|应在|将于|要在|须在|需在|必须在|力争在|争取在)?(?P<event>[^,。;:?!、自从]{1,40}?)"
    r"(?:(?:之日|当日|之时|次日|当年)?(?:起算?|后的?|之后的?|以后的?)|之日)(?:的|内)?第?(?:力争|争取)?,?[在于]?$"
)
_CONDITION = re.compile(
    r"(?P<event>[^,。;:?!、]{2,24}?)(?:的|后),(?:[^,。;]{0,12}?)(?:应当?|须|要|需|将|必须|可)?[在于]?$"
)
_ABOUT = re.compile(
    r"对[^,。;]{0,8}?新?(?P<act>出台|印发|制定|发布|公布|形成|受理|收到|产生|作出)的(?P<what>[^,。;]{2,20}),"
    r"[^,。;]{0,16}?[在于]?$"
)
_ANNOUNCED = re.compile(
    r"自(?P<event>本?[^,。;自从]{1,16}?(?:印发|公布|发布|出台|下发|实施|施行))之日起,"
    r"[^,。;]{1,20}?(?:要|应当?|须|需|必须)(?:[在于])?$"
)
_HEAD = re.compile(r"^.*(?:应当|应|须|必须|需|要|将|可|并|人|者)?(?:在|于|自|从)(?=.)")
_SENTENCE = re.compile(r"[。;:?!\n]")


def event_before(before: str) -> str:
    """The event whose count stands right behind `before`; empty where none is printed."""
    tail = _SENTENCE.split(before)[-1][-60:]
    if match := _ABOUT.search(tail):
        return (match["what"] + match["act"]).replace("|", "")
    if match := _BEHIND.search(tail):
        event = match["event"]
        head = _HEAD.match(event)
        event = event[head.end():] if head and head.end() < len(event) else event
        event = re.sub(r"^[要应须需将并则可]+", "", event) or event
    elif match := _ANNOUNCED.search(tail):
        event = match["event"]
    elif match := _CONDITION.search(tail):
        event = re.sub(r"^(?:对|如|若|确?因(?:工作需要)?|凡|但)+", "", match["event"]) or match["event"]
    else:
        return ""
    event = re.split(r"[“\"(《]", event)[-1] or event  # 严格执行“主动公开文件印发实施后…”
    event = event.replace("|", "").strip("”\"'》)□")
    return "会议" if event == "会" else event


def is_own(event: str) -> bool:
    """Whether an event is the issue or start of a document, not an act of someone outside."""
    return _OWN.search(event) is not None
