"""我的: what a unit's contact sees and does; everything here is the unit's own.

A return is filled in on the page of its kind of answer: `PAGES` says which module that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from tracker.domain.access import Permission
from tracker.domain.asking import Answer
from tracker.domain.china_time import china_clock
from tracker.services import (
    claiming,
    decision_pages,
    experience_pages,
    handing_in,
    handovers,
    instruction_pages,
    meeting_pages,
    point_pages,
    receipts,
    request_pages,
    return_pages,
    statistic_sheets,
    supervision_pages,
    urgent_counts,
)
from tracker.web import my_experience, my_forms, my_progress
from tracker.web.edge import actor, now, session, today
from tracker.web.policy import permit

blueprint = Blueprint("my", __name__)


class Typed(Protocol):
    """What is being typed, as a page carries it."""

    @property
    def token(self) -> str:
        """Tells a second tab from the first."""


class Answering(Protocol):
    """A module with the page of one kind of answer; each reads the request's form itself."""

    def fill(self, obligation_id: int, /) -> ResponseReturnValue:
        """The page, or the way to it."""

    def hand_in(self, obligation_id: int, /) -> ResponseReturnValue:
        """What its buttons do; whatever is wrong, the text stays."""

    def keep(self, obligation_id: int, /) -> Typed:
        """Save what is typed as the draft."""


PAGES: Mapping[Answer, Answering] = MappingProxyType(
    {
        Answer.PROGRESS: my_progress,
        Answer.FORM: my_forms,
        Answer.MATERIAL: my_experience,
        Answer.MEETING: my_forms,
    }
)


@blueprint.get("/my")
@permit(Permission.RETURN_SUBMIT)
def index() -> str:
    """我的待办."""
    asked = instruction_pages.for_unit(session(), actor(), today=today())
    todo = return_pages.todo(session(), actor(), now=now())
    given = _owed_once() | {
        "leaving": handovers.running(session(), actor(), today=today()),
        "returned_articles": experience_pages.returned(session(), actor()),
        "counts": urgent_counts.view(session(), actor(), today=today()),
        "coming": meeting_pages.coming(session(), actor()),
        "agreed": decision_pages.for_unit(session(), actor(), today=today()),
        "ordered": supervision_pages.for_unit(session(), actor(), today=today()),
        "points_on": point_pages.is_on_for(session(), actor()),
        "answered_to": request_pages.answered_to(session(), actor(), now=now()),
    }
    return render_template("my/index.html", todo=todo, asked=asked, **given)


def _owed_once() -> dict[str, Any]:
    """What a unit does once for a plan or a year."""
    return {
        "to_acknowledge": receipts.to_acknowledge(session(), actor(), now=now()),
        "claims_waiting": claiming.waiting(session(), actor()),
        "statistics_due": statistic_sheets.waiting(session(), actor()),
    }


@blueprint.get("/my/tasks")
@permit(Permission.RETURN_SUBMIT)
def tasks() -> str:
    """我的任务; `part=open` shows what is not settled, and nothing else."""
    mine = return_pages.my_tasks(session(), actor(), now=now())
    asked = request_pages.waiting_of(session(), actor())
    only_open = request.args.get("part") == "open"
    return render_template("my/tasks.html", tasks=mine, asked=asked, only_open=only_open)


@blueprint.get("/my/returns/<int:obligation_id>")
@permit(Permission.RETURN_SUBMIT)
def fill(obligation_id: int) -> ResponseReturnValue:
    """The page on which one return is filled in; `mend` says what of the draft could not be handed in."""
    return _page_of(obligation_id).fill(obligation_id)


@blueprint.post("/my/returns/<int:obligation_id>")
@permit(Permission.RETURN_SUBMIT)
def hand_in(obligation_id: int) -> ResponseReturnValue:
    """Keep the draft, or hand in; whatever is wrong, the text stays."""
    return _page_of(obligation_id).hand_in(obligation_id)


@blueprint.post("/my/returns/<int:obligation_id>/draft")
@permit(Permission.RETURN_SUBMIT)
def autosave(obligation_id: int) -> ResponseReturnValue:
    """The same as the button, for the script that saves every so often; errors answer by their status."""
    kept = _page_of(obligation_id).keep(obligation_id)
    return jsonify(token=kept.token, saved=f"{china_clock(now()):%H:%M}")


def _page_of(obligation_id: int) -> Answering:
    return PAGES[handing_in.answer_of(session(), actor(), obligation_id)]
