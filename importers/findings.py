"""Finding (存疑项): what the importer could not be sure of, in words for a person.

Content is never an exception: whatever a document says badly becomes a finding that names the place and
says what to do. A finding is a value; the product decides how to show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warning", "blocking"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubtful point.

    Attributes:
        severity: `info` is worth knowing, `warning` wants a look, `blocking` must be settled first.
        code: a stable kebab-case name of the kind, e.g. `deadline-ambiguous`.
        message: one Chinese sentence that says what was seen and what to do.
        field: the part of a task it is about (`text`, `units`, `deadline`), or None for the whole.
        ref: where in the source, e.g. `表1 E14` or `第12段`.

    """

    severity: Severity
    code: str
    message: str
    field: str | None = None
    ref: str | None = None
