"""Cutting a text to so many bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.fitting import CUT, fit

ENDING = "\n\n编号 12"


def _text(size: int, begins: str = "") -> str:
    """Chinese characters of three bytes each, after what brings the whole to `size` bytes."""
    rest = size - len(begins.encode())
    return begins + "a" * (rest % 3) + "报" * (rest // 3)


@pytest.mark.parametrize("size", [2047, 2048])
def test_what_fits_stays_whole(size: int) -> None:
    text = _text(size - len(ENDING.encode()))

    assert fit(text, 2048, ending=ENDING) == text + ENDING


@pytest.mark.parametrize("begins", ["", "a", "ab"])
def test_one_byte_too_many_is_cut_between_characters_and_said(begins: str) -> None:
    text = _text(2049 - len(ENDING.encode()), begins)

    cut = fit(text, 2048, ending=ENDING)

    assert 2048 - 2 <= len(cut.encode()) <= 2048
    head, _, rest = cut.partition(CUT)
    assert text.startswith(head)
    assert rest == ENDING


def test_a_text_without_an_ending_fills_the_last_byte() -> None:
    assert fit("报" * 682 + "ab", 2048) == "报" * 682 + "ab"


@pytest.mark.parametrize("joined", ["e\u0301", "☎\ufe0e", "👩\u200d💻"])
def test_what_belongs_to_one_character_is_not_torn_from_it(joined: str) -> None:
    text = "a" * 10 + joined + "b" * 100
    room = 10 + len(joined[0].encode()) + len(CUT.encode())

    assert fit(text, room) == "a" * 10 + CUT


def test_there_must_be_room_for_the_ending() -> None:
    with pytest.raises(ValueError, match="no text fits"):
        fit("报" * 100, 20, ending=ENDING)


@given(st.text(), st.integers(60, 200))
def test_the_limit_holds_and_nothing_but_the_end_is_lost(text: str, most: int) -> None:
    cut = fit(text, most, ending=ENDING)

    assert len(cut.encode("utf-8", "replace")) <= most
    assert cut.endswith(ENDING)
    head = cut.removesuffix(ENDING).removesuffix(CUT)
    assert text.encode("utf-8", "replace").startswith(head.encode("utf-8", "replace"))
