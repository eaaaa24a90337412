"""The bar of page families, as each role sees it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tracker.domain.access import UserRole

KNOWN_PATHS = "taizhang.navigation"

_OFFICE = (
    ("工作台", "/desk"),
    ("导入", "/imports"),
    ("台账", "/ledger"),
    ("报送", "/reporting"),
    ("经验", "/experience"),
    ("例会", "/meetings"),
    ("次数", "/quotas"),
    ("时限", "/clocks"),
    ("驾驶舱", "/dashboard"),
    ("批示", "/instructions"),
    ("督办", "/supervision"),
    ("文稿", "/documents"),
    ("回头看", "/look-back"),
    ("单位", "/units"),
    ("设置", "/settings"),
)
_UNIT = (
    ("我的待办", "/my"),
    ("我的任务", "/my/tasks"),
    ("经验材料", "/my/experience"),
    ("例会", "/meetings"),
    ("次数", "/quotas"),
    ("时限", "/clocks"),
)
_LEADER = (
    ("驾驶舱", "/dashboard"),
    ("台账", "/ledger"),
    ("经验", "/experience"),
    ("例会", "/meetings"),
    ("次数", "/quotas"),
    ("时限", "/clocks"),
    ("批示", "/instructions"),
    ("督办", "/supervision/orders"),
    ("文稿", "/documents"),
    ("回头看", "/look-back"),
)
_ADMINISTRATOR = (("账号", "/accounts"), ("单位", "/units"), ("设置", "/settings"))
_AUDITOR = (("留痕", "/audit"),)

BARS: dict[UserRole, tuple[tuple[str, str], ...]] = {
    UserRole.OFFICE: _OFFICE,
    UserRole.UNIT: _UNIT,
    UserRole.LEADER: _LEADER,
    UserRole.ADMINISTRATOR: _ADMINISTRATOR,
    UserRole.AUDITOR: _AUDITOR,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One word in the bar."""

    label: str
    path: str
    current: bool


def home_of(role: UserRole) -> str:
    """Where a role starts: the first page of its bar."""
    return BARS[role][0][1]


def entries() -> tuple[Entry, ...]:
    """The bar of this request's person; the longest path that fits is the current one."""
    person = g.get("actor")
    if person is None:
        return ()
    known = current_app.extensions[KNOWN_PATHS]
    bar = [(label, path) for label, path in BARS[UserRole(person.role)] if path in known]
    here = request.path.rstrip("/") + "/"
    fitting = max((path for _, path in bar if here.startswith(f"{path}/")), key=len, default="")
    return tuple(Entry(label, path, path == fitting) for label, path in bar)


def install(app: Flask) -> None:
    """Remember which pages of the bars this application has, and give templates the bar."""
    adapter = app.url_map.bind("localhost")
    paths = {path for bar in BARS.values() for _, path in bar}
    app.extensions[KNOWN_PATHS] = frozenset(path for path in paths if _leads_somewhere(adapter, path))
    app.jinja_env.globals["navigation"] = entries


def _leads_somewhere(adapter: object, path: str) -> bool:
    try:
        adapter.match(path, method="GET")  # type: ignore[attr-defined]
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True
