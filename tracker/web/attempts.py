"""One step of a person, in one transaction: done, or refused with a sentence and the answer's status."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.web.edge import writing

CONFLICT = str(VersionConflict())


def refusal(act: Callable[[Session], object], *, stale: str = CONFLICT) -> tuple[str, int] | None:
    """Do it; None when it is done, otherwise what the person is told and the status of the answer.

    `stale` is said where somebody else was faster.

    Raises:
        NotFound: there is nothing at this address; no page can tell it.

    """
    try:
        with writing() as writer:
            act(writer)
    except (VersionConflict, StaleDataError):
        return stale, 409
    except NotFound:
        raise
    except RuleViolated as error:
        return error.message, 422
    return None
