"""What a password must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.password import MAX_LENGTH, character_classes, password_problems


@pytest.mark.parametrize(
    ("password", "username", "said"),
    [
        pytest.param("Qingxi-2026", "chenyu", "", id="three kinds, long enough"),
        pytest.param("青溪市政务公开Ab1", "chenyu", "", id="Chinese counts as the fourth kind"),
        pytest.param("Ab1-", "x", "至少10位，现在是4位", id="short"),
        pytest.param("A1-" * 100, "x", f"最长{MAX_LENGTH}位", id="endless"),
        pytest.param("abcdefghijkl", "x", "其中三种", id="one kind"),
        pytest.param("abcdefghijk1", "x", "其中三种", id="two kinds"),
        pytest.param("my-CHENYU-2026", "chenyu", "不要包含用户名", id="holds the name in another case"),
    ],
)
def test_a_password_that_is(password: str, username: str, said: str) -> None:
    problems = "".join(password_problems(password, username))

    assert said in problems
    assert bool(problems) == bool(said)


@given(st.text(max_size=40))
def test_kinds_are_between_none_and_four(password: str) -> None:
    assert 0 <= character_classes(password) <= 4
    assert (character_classes(password) == 0) == (password == "")
