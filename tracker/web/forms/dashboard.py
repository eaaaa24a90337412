"""The address of the dashboard: read leniently into a scope, and written back.

    /dashboard?plan=1&section=一、主动公开&class=2&unit=5&light=red,yellow&since=2026-W38&all=1

A value that cannot be read narrows nothing, so that an old bookmark still opens.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from tracker.services.dashboard_scope import Scope
from tracker.web.forms import ledger

LONGEST_KEY = 20


def read(args: MultiDict[str, str]) -> Scope:
    """The scope that an address means; what narrows tasks is read as the ledger reads it."""
    wanted = ledger.read(args)[0].wanted
    return Scope(
        plan_id=wanted.plan_id,
        section=wanted.section,
        class_id=wanted.class_id,
        unit_id=wanted.unit_id,
        lights=wanted.lights,
        since=args.get("since", "").replace("\x00", "")[:LONGEST_KEY],
        all_units=args.get("all") == "1",
    )


def address(scope: Scope) -> dict[str, str]:
    """The values of an address that means this scope; what is usual is left out."""
    values = {
        **narrowed(scope),
        "light": ",".join(light.value for light in scope.lights),
        "since": scope.since,
        "all": "1" if scope.all_units else "",
    }
    return {name: value for name, value in values.items() if value}


def narrowed(scope: Scope) -> dict[str, str]:
    """Plan, section, class and unit, as the ledger's address names them too."""
    values = {
        "plan": scope.plan_id, "section": scope.section, "class": scope.class_id, "unit": scope.unit_id,
    }  # fmt: skip
    return {name: str(value) for name, value in values.items() if value}


def places(scope: Scope, sections: Iterable[str]) -> dict[str, Markup]:
    """By section: what it adds to an address, encoded and escaped; under "" what the sum of a row adds."""
    added = {section: Markup("&amp;{}").format(query({"section": section})) for section in sections}
    return {**added, "": added[scope.section] if scope.section in added else Markup("")}


def query(values: dict[str, str], **others: object) -> str:
    """The part of an address after the ?, without what is empty; a matrix has a thousand of them."""
    return urlencode({name: str(value) for name, value in (values | others).items() if value})
