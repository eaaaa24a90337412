"""Search keys of names."""

from __future__ import annotations

import pytest

from tracker.adapters.pinyin import READINGS, search_keys


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("市公安局", "shigonganju"),
        ("市公安局", "sgaj"),
        ("六安市", "luanshi"),
        ("六安市", "liuanshi"),
        ("重庆市", "chongqingshi"),
        ("重庆市", "zhongqingshi"),
        ("长寿区", "csq"),
        ("市政府办（外办）", "szfbwb"),
        ("第2中学OA办", "di2zhongxueoaban"),
    ],
    ids=str,
)
def test_a_name_is_found_by_each_of_its_readings(name: str, key: str) -> None:
    assert key in search_keys([name]).split()


def test_two_characters_of_one_name_may_have_rarer_readings() -> None:
    assert {"chongqingyinhang", "cqyh"} <= set(search_keys(["重庆银行"]).split())


def test_each_key_stands_once_and_aliases_have_theirs() -> None:
    keys = search_keys(["市公安局", "公安局", "市公安局"]).split()

    assert len(keys) == len(set(keys))
    assert "gonganju" in keys


def test_a_name_of_many_readings_keeps_few_keys() -> None:
    assert len(search_keys(["长沙市行政审批和重点项目服务管理局"]).split()) <= 2 * READINGS


@pytest.mark.parametrize("names", [[], [""], ["（）"]])
def test_no_letters_give_no_keys(names: list[str]) -> None:
    assert search_keys(names) == ""
