"""Characters of a PDF (字符): the ordinary ones for those that fonts give, and what is no text at all.

Many fonts say ⼀ (U+2F00, a radical of the Kangxi dictionary) for 一: it looks the same and is found by no
search. Radicals and compatibility forms become the characters of writing; nothing else is changed.
"""

from __future__ import annotations

import re
import unicodedata

UNKNOWN = "�"
BULLET = "•"
_MOST = 0.2
_FEWEST_COMMON = 0.6
_FEWEST_LETTERS = 0.7
_FEWEST_VOWELS, _MOST_VOWELS = 0.28, 0.55
_LATIN_WORD = re.compile(r"(?<![^\W_])(?:[A-Z]?[a-zß-öø-ÿ]+|[A-Z]+)(?![^\W_])")
_VOWEL = re.compile(r"[aeiouyà-åè-ïò-öø-ü]", re.IGNORECASE)

# Of the supplement (U+2E80–2EFF) Unicode itself maps two; these are the others that are whole characters.
_SUPPLEMENT = dict(zip(
    "⺄⺆⺇⺋⺔⺗⺝⺟⺠⺧⺩⺪⺫⺬⺯⺶⺼⺽⻁⻃⻄⻅⻆⻇⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰",
    "乙冂几卩彑忄月母民牛王疋目示糸羊肉臼虎覀西见角角贝足车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙",
    strict=True,
))


def _table() -> dict[int, str]:
    found = {ord(radical): plain for radical, plain in _SUPPLEMENT.items()}
    for code in (*range(0x2E80, 0x2F00), *range(0x2F00, 0x2FE0), *range(0xF900, 0xFB00)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain != chr(code):
            found[code] = plain
    return found


_ORDINARY = _table()


def ordinary(code: int) -> str:
    """Return the character for a code point: empty for what nobody sees, `UNKNOWN` for what is no text."""
    plain = _ORDINARY.get(code)
    if plain is not None:
        return plain
    if code < 0x20:
        # A soft hyphen at the end of a line comes as U+0002.
        return " " if code in {9, 10, 13} else "-" if code == 2 else UNKNOWN if code == 0 else ""
    if 0xF021 <= code <= 0xF0FF:
        return BULLET  # The sign fonts of word processors: what they draw before the items of a list.
    if 0xD800 <= code <= 0xF8FF or code in {0xFFFD, 0xFFFE, 0xFFFF} or code > 0x10FFFF or code >= 0xF0000:
        return UNKNOWN
    return chr(code)


def is_chinese(character: str) -> bool:
    return "一" <= character <= "鿿" or "㐀" <= character <= "䶿" or "\U00020000" <= character <= "\U0003ffff"


def unreadable(text: str) -> bool:
    """Whether a text is no writing: signs without a meaning, or characters that no office writes.

    Of the characters of an office's text nearly all belong to the 3,755 of the first level of GB 2312; of
    characters taken at random a fifth do. A text in a Western language is none that this system looks for
    tasks in, but it can be read.
    """
    seen = [character for character in text if not character.isspace()]
    if not seen:
        return False
    chinese = [character for character in seen if is_chinese(character)]
    if text.count(UNKNOWN) > len(seen) * _MOST:
        return True
    if len(chinese) * 20 < len(seen):
        return not _is_western(text, len(seen))
    common = sum(1 for character in chinese if _is_common(character))
    return len(chinese) >= 20 and common < len(chinese) * _FEWEST_COMMON


def _is_western(text: str, length: int) -> bool:
    """Whether nearly all of a text is words of Latin letters, with as many vowels as languages have.

    A font whose table of characters is wrong turns writing into letters too (7KH%XUHDX), but not into words.
    """
    words = _LATIN_WORD.findall(text)
    letters = sum(map(len, words))
    vowels = sum(len(_VOWEL.findall(word)) for word in words)
    return letters > length * _FEWEST_LETTERS and _FEWEST_VOWELS < vowels / letters < _MOST_VOWELS \
        and sum(1 for word in words if _VOWEL.search(word)) > len(words) * _FEWEST_LETTERS


def _is_common(character: str) -> bool:
    code = character.encode("gb2312", errors="ignore")
    return len(code) == 2 and code[0] <= 0xD7
