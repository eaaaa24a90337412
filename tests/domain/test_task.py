"""When a task is signed off, by what its parts say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.task import Role, Share, is_signed_off

LEAD, SUPPORT, RESPONSIBLE = Role.LEAD, Role.SUPPORT, Role.RESPONSIBLE
SHARES = st.lists(st.builds(Share, st.sampled_from(Role), st.booleans()), max_size=6)


def shares(*parts: tuple[Role, bool]) -> list[Share]:
    return [Share(role, done) for role, done in parts]


@pytest.mark.parametrize(
    ("parts", "signed_off"),
    [
        ([(LEAD, True)], True),
        ([(LEAD, False)], False),
        ([(LEAD, True), (RESPONSIBLE, False)], False),
        ([(LEAD, True), (RESPONSIBLE, True)], True),
        ([(RESPONSIBLE, True), (RESPONSIBLE, False)], False),
        ([(LEAD, True), (SUPPORT, False)], True),
        ([(LEAD, False), (SUPPORT, True)], False),
        ([(SUPPORT, True), (SUPPORT, False)], False),
        ([(SUPPORT, True), (SUPPORT, True)], True),
        ([], False),
    ],
)
def test_lead_and_responsible_units_decide_and_supporting_ones_do_not_hold_it_open(
    parts: list[tuple[Role, bool]], signed_off: bool
) -> None:
    assert is_signed_off(shares(*parts)) is signed_off


@given(SHARES)
def test_a_further_sign_off_never_opens_a_task(parts: list[Share]) -> None:
    if is_signed_off(parts):
        for place, share in enumerate(parts):
            more = [*parts[:place], Share(share.role, signed_off=True), *parts[place + 1 :]]
            assert is_signed_off(more)


@given(SHARES, st.booleans())
def test_a_supporting_unit_beside_one_that_answers_changes_nothing(parts: list[Share], done: bool) -> None:
    if any(share.role.answers for share in parts):
        assert is_signed_off([*parts, Share(SUPPORT, done)]) is is_signed_off(parts)
