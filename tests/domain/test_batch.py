"""What follows from where the changes of a batch came from."""

from __future__ import annotations

import pytest

from tracker.domain.batch import BatchKind


@pytest.mark.parametrize(
    ("kind", "is_document", "makes_the_plan", "brings_an_edition", "blocked_by_revision"),
    [
        (BatchKind.IMPORT, True, True, False, True),
        (BatchKind.REVISION, True, False, True, True),
        (BatchKind.SHEET, False, False, False, False),
    ],
)
def test_a_kind_of_batch_knows_what_follows_from_it(
    kind: BatchKind,
    is_document: bool,
    makes_the_plan: bool,
    brings_an_edition: bool,
    blocked_by_revision: bool,
) -> None:
    found = (kind.is_document, kind.makes_the_plan, kind.brings_an_edition, kind.blocked_by_revision)

    assert found == (is_document, makes_the_plan, brings_an_edition, blocked_by_revision)
