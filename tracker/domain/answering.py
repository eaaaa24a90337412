"""What people write when they answer or decide: words of some length, and the address that goes with them."""

from __future__ import annotations

from tracker.domain.errors import InvalidInput
from tracker.domain.web_address import is_web_address

WORDS_LENGTH = 1000


class WordsNeeded(InvalidInput):
    """请填写内容。"""


class WordsTooLong(InvalidInput):
    """内容请写在1000字以内。"""


class NoLink(InvalidInput):
    """链接要以 http:// 或 https:// 开头，请从浏览器地址栏复制。"""


def worded(words: str) -> str:
    """Words as they are kept.

    Raises:
        InvalidInput: there are none, or they are too long.

    """
    if not (words := fitting(words)):
        raise WordsNeeded
    return words


def fitting(words: str) -> str:
    """Words that may be left out.

    Raises:
        WordsTooLong: they are too long.

    """
    words = words.strip()
    if len(words) > WORDS_LENGTH:
        raise WordsTooLong
    return words


def linked(url: str) -> str:
    """The address that goes with the words; there may be none.

    Raises:
        NoLink: it is no web address.

    """
    url = url.strip()
    if url and not is_web_address(url):
        raise NoLink
    return url
