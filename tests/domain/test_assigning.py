"""Who owes a task in which role."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.assigning import Part, merged
from tracker.domain.task import Role

LEAD, SUPPORT, RESPONSIBLE = Role.LEAD, Role.SUPPORT, Role.RESPONSIBLE


def own(unit: int, role: Role) -> Part:
    return Part(unit, role, f"单位{unit}")


def of_group(unit: int, role: Role) -> Part:
    return Part(unit, role, "市政府各部门", "市政府各部门")


@pytest.mark.parametrize(
    ("parts", "stands"),
    [
        ([own(1, SUPPORT), own(1, LEAD)], own(1, LEAD)),
        ([own(1, SUPPORT), own(1, RESPONSIBLE)], own(1, RESPONSIBLE)),
        ([of_group(1, SUPPORT), own(1, LEAD)], own(1, LEAD)),
        ([of_group(1, RESPONSIBLE), own(1, SUPPORT)], own(1, SUPPORT)),
        ([of_group(1, SUPPORT), of_group(1, LEAD)], of_group(1, LEAD)),
        ([own(1, LEAD), of_group(1, LEAD)], own(1, LEAD)),
    ],
    ids=[
        "lead before support",
        "responsible before support",
        "its own lead before its group's support",
        "its own name before its group's stronger role",
        "the stronger of two groups",
        "its own name among equals",
    ],
)
def test_a_unit_that_is_named_twice_owes_once(parts: list[Part], stands: Part) -> None:
    assert merged(parts) == (stands,)


def test_leads_come_first_and_the_rest_as_printed() -> None:
    parts = [own(3, SUPPORT), own(2, RESPONSIBLE), own(1, LEAD), own(4, RESPONSIBLE)]

    assert [part.unit_id for part in merged(parts)] == [1, 2, 4, 3]


PARTS = st.builds(
    Part, st.integers(1, 5), st.sampled_from(Role), st.just("甲"), st.sampled_from(["", "各县"])
)


@given(st.lists(PARTS))
def test_nobody_is_lost_and_nobody_owes_twice(parts: list[Part]) -> None:
    found = merged(parts)

    assert sorted(part.unit_id for part in found) == sorted({part.unit_id for part in parts})
    assert merged(found) == found
