"""Which fields of a form that could not be saved are shown again, and under which names."""

from __future__ import annotations

from tracker.web.kept import readable

TYPED = [("text", "公开年报。"), ("lead", "市司法局"), ("support", "市教育局"), ("day", "2026-09-30")]
CHOSEN = [
    ("deadline", "date:2026-12-31"), ("included", "y"), ("show", "all"), ("page", "1"), ("everywhere", "71"),
    ("notation", "date:2026-11-30"), ("take", "unit:3:市司法局"), ("side-4-lead", "sheet"), ("version", "2"),
]  # fmt: skip


def test_what_was_typed_has_the_name_that_its_page_gives_it() -> None:
    assert readable(TYPED) == (
        ("任务内容", "公开年报。"), ("牵头单位", "市司法局"), ("配合单位", "市教育局"), ("日期", "2026-09-30"),
    )  # fmt: skip


def test_what_was_chosen_and_what_the_page_holds_for_itself_is_not_shown_as_typed() -> None:
    assert readable(CHOSEN) == ()
