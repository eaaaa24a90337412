"""An address as a page shows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.masking import masked


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("lin@jyj.qingxi.example", "l***@jyj.qingxi.example"),
        ("l@jyj.qingxi.example", "l***@jyj.qingxi.example"),
        ("13800001234", "138***34"),
        ("+86 138-0000-1234", "861***34"),
        ("青溪市政务公开群", "青溪市政务公开群"),
        ("", ""),
    ],
)
def test_an_address_is_told_apart_and_not_told(address: str, shown: str) -> None:
    assert masked(address) == shown


@given(st.from_regex(r"[a-z0-9.]{2,20}@[a-z]{1,10}\.example", fullmatch=True))
def test_of_a_mail_address_only_the_first_letter_of_the_name_is_shown(address: str) -> None:
    name, _, host = address.rpartition("@")

    assert masked(address) == f"{name[0]}***@{host}"
