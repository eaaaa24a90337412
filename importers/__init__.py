"""File → draft plan (导入): `read_bytes` in this process, `read_safely` in a child with limits.

A file is admitted by its content, read into a SourceDocument, and turned into a DraftPlan that proposes
tasks and says what is uncertain. Nothing here knows the web or a database; `python -m importers FILE` uses
the same road.
"""

from __future__ import annotations

from importers.reading import (
    mark_return_safely,
    mark_sheet_safely,
    read_bytes,
    read_return_safely,
    read_safely,
    read_sheet_safely,
)

__all__ = [
    "mark_return_safely",
    "mark_sheet_safely",
    "read_bytes",
    "read_return_safely",
    "read_safely",
    "read_sheet_safely",
]
