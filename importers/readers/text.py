"""Plain text (.txt, 粘贴): finds the encoding, keeps every line.

Chinese offices save text as UTF-8, GB18030 or UTF-16, with or without a byte order mark. A mark decides;
otherwise strict UTF-8, then whichever of the others gives the most Chinese.
"""

from __future__ import annotations

import codecs
import re

from importers.findings import Finding
from importers.source import SourceBuilder, SourceDocument
from tracker.domain.errors import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like the next one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that no text needs; tabs and line breaks are none of them."""
_GARBAGE = "这个文件不是文字文件，无法读取。请打开原文件，另存为 .docx、.xlsx 或 .txt 后再上传。"
_CANDIDATES = ("gb18030", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


def _readable(text: str) -> float:
    """Return the share of characters that a Chinese document would hold."""
    if not text:
        return 0.0
    good = sum(
        1 for ch in text
        if
            "一" <= ch <=
                "鿿" or ch in
                    "，。、；：“”‘’（）《》〔〕—…·！？【】" or " " <= ch <= "~" or ch in "\r\n\t\u3000\xa0"
        or "！" <= ch <= "～"
    )
    return good / len(text)


def decode(data: bytes) -> tuple[str, bool]:
    """Return the text and whether some characters were lost.

    Raises:
        UnreadableFile: the bytes are no text.

    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _checked(data.decode(name, errors="replace"))
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    best, best_score = "", 0.0
    for name in _CANDIDATES:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if (score := _readable(text)) > best_score:
            best, best_score = text, score
    damaged = data.decode("utf-8", errors="replace")
    if damaged.count("�") < len(damaged) * 0.02 and _readable(damaged) > best_score:
        best, best_score = damaged, _readable(damaged)
    if best_score < 0.7:
        raise UnreadableFile(_GARBAGE)
    return _checked(best)


def _checked(text: str) -> tuple[str, bool]:
    controls = sum(1 for ch in text if ch < " " and ch not in "\r\n\t\f\v")
    if controls > max(2, len(text) // 200):
        raise UnreadableFile(_GARBAGE)
    return text, "�" in text


def read(data: bytes, filename: str) -> SourceDocument:
    text, damaged = decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")
    text = CONTROLS.sub("", text)
    if not text.strip():
        raise UnreadableFile("这个文件是空的，没有可读的文字。请检查后重新上传。")
    builder = SourceBuilder()
    if damaged:
        builder.findings.append(Finding(
            "warning", "encoding-damaged", "文件里有无法识别的字符（显示为�），请对照原文补正。",
        ))
    for line in text.split("\n"):
        builder.add_paragraph(line)
    return builder.build(filename, data, "txt")
