"""The gate before Office packages (.docx, .xlsx): what the zip holds is counted before any of it is parsed.

A small zip of XML parts can be made to fill the memory of a server. So sizes are counted as they come out,
and ratio, parts, rows, columns, cells and merged areas are bounded. Document types, links to the outside,
macros, embedded objects, encryption and paths that climb out are refused. Limits were chosen so that every
real plan passes with room to spare.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, NoReturn

from importers.readers.kinds import Kind
from tracker.domain.errors import UnreadableFile

MAX_PARTS = 2_000
MAX_PART = 24 * 1024 * 1024
MAX_TOTAL = 200 * 1024 * 1024
MAX_RATIO = 200
MAX_ROWS = 20_000
MAX_COLUMNS = 256
MAX_CELLS = 400_000
MAX_MERGED_AREA = 200_000
MAX_DEPTH = 200
BROKEN = "文件已损坏或没有下载完整，打不开。请重新下载或重新另存后再上传。"
LOCKED = "这个文件加了打开密码，无法读取。请取消密码保护，另存后再上传。"
TOO_LARGE = "表格过大，或者在很远的地方有单元格。请只保留需要的行和列，另存为新的 .xlsx 后再上传。"
TOO_MANY_ROWS = "表格超过两万行。请只保留需要的行，另存为新的 .xlsx 后再上传。"
TOO_MERGED = "表格里合并的单元格过大。请取消整列整行的合并，另存为新的 .xlsx 后再上传。"
_UNSAFE = (
    "为安全起见没有打开这个文件：{reason}。请用 Word、Excel 或 WPS 打开，把内容复制到新文件，另存为 .docx "
    "或 .xlsx 后再上传。"
)
# The record at the end of a zip, the one that points to its larger kind, and what stands in them.
_END, _END_MARK, _LONGEST_COMMENT = 22, b"PK\x05\x06", 65_536
_LOCATOR, _LOCATOR_MARK = 20, b"PK\x06\x07"
_LONGEST_DIRECTORY = MAX_PARTS * 512
_CHUNK = 256 * 1024
_SNIFFED = 256
_MACRO = re.compile(
    r"(?:vbaproject|vbadata|macrosheets|activex|embeddings/.*\.bin$|oleobject)", re.IGNORECASE)


def refuse(reason: str) -> NoReturn:
    """Raise the sentence of a file that could do harm."""
    raise UnreadableFile(_UNSAFE.format(reason=reason))


def is_soon_listed(data: bytes) -> bool:
    """Whether the directory of a zip is no longer than that of an honest package: it can be read anywhere.

    What the end of the file says is believed as `zipfile` believes it: its directory is read as long as the
    record at the end says, and where a second record for very large files stands before that, as that says.
    """
    end = len(data) - _END if _is_bare_end(data[-_END:]) else data.rfind(_END_MARK, -_END - _LONGEST_COMMENT)
    if end < 0 or data[max(end - _LOCATOR, 0) : end].startswith(_LOCATOR_MARK):
        return False
    return int.from_bytes(data[end + 12 : end + 16], "little") <= _LONGEST_DIRECTORY


def _is_bare_end(tail: bytes) -> bool:
    return tail.startswith(_END_MARK) and tail.endswith(b"\x00\x00")


def admit(data: bytes) -> Kind:
    """Return what a zip is: a Word file or a workbook.

    Raises:
        UnreadableFile: with one sentence that says what to do.

    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableFile(BROKEN) from error
    with archive:
        parts = archive.infolist()
        found = _kind({part.filename.replace("\\", "/").lower() for part in parts})
        _check_names(parts)
        _check_parts(archive, parts, found)
    return found


def _kind(names: set[str]) -> Kind:
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if any(name.startswith("ppt/") for name in names):
        raise UnreadableFile("这是演示文稿，不能导入。请上传 .docx 或 .xlsx 文件，或粘贴文字。")
    if "xl/workbook.bin" in names:
        raise UnreadableFile("暂不能直接读取 .xlsb 文件。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。")
    if "ofd.xml" in names:
        raise UnreadableFile(
            "这是 OFD 版式文件，暂不能直接读取。请用阅读器打开，复制正文后用“粘贴”的方式导入，"
            "或另存为 PDF、Word 后再上传。"
        )
    if "content.xml" in names and ("mimetype" in names or "meta-inf/manifest.xml" in names):
        raise UnreadableFile(
            "暂不能直接读取 .odt、.ods 文件。请用 WPS 或 LibreOffice 打开，文字另存为 .docx，"
            "表格另存为 .xlsx 后再上传。"
        )
    raise UnreadableFile(
        "这是一个压缩包，不是 Word 或 Excel 文件。请解压后上传里面的 .docx 或 .xlsx 文件。"
    )


def _check_names(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS:
        refuse("里面的部件过多")
    if len({part.filename.replace("\\", "/").lower() for part in parts}) != len(parts):
        refuse("里面有重名的部件")
    for part in parts:
        path = part.filename.replace("\\", "/")
        # A colon makes a drive of the first letters, or on Windows a second stream behind a harmless name.
        if path.startswith("/") or ":" in path or ".." in path.split("/"):
            refuse("里面有指向外部的路径")
        if part.flag_bits & 0x1:
            raise UnreadableFile(LOCKED)
        if _MACRO.search(path):
            refuse("里面有宏或嵌入对象")
        if part.file_size > MAX_PART and path.endswith((".xml", ".rels")):
            refuse("解开后过大")
        if part.file_size > 1_000_000 and part.file_size > MAX_RATIO * max(1, part.compress_size):
            refuse("压缩比异常")
    if sum(part.file_size for part in parts) > MAX_TOTAL:
        refuse("解开后过大")


def _check_parts(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], found: Kind) -> None:
    """Read each XML part once, counting what really comes out, and look at it as bytes only."""
    total = 0
    for part in parts:
        name = part.filename.replace("\\", "/").lower()
        if "/media/" in name and not name.endswith(".xml"):
            continue  # Pictures, which no reader opens; an honest drawing (.svg) has a document type.
        content = _content(archive, part, whole=name.endswith((".xml", ".rels", ".vml")))
        total += len(content)
        if total > MAX_TOTAL:
            refuse("解开后过大")
        if not content:
            continue
        _check_xml(content)
        if name.endswith(".rels"):
            _check_relations(content)
        if name == "[content_types].xml" and b"macroEnabled" in content:
            refuse("里面有宏或嵌入对象")
        if found == "xlsx" and name.startswith("xl/") and b"sheetData" in content:
            _check_sheet(content)


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo, *, whole: bool) -> bytes:
    """Return an XML part; of other parts nothing, unless they hold XML under another name."""
    chunks: list[bytes] = []
    size = 0
    # A directory that points before the file's start is a ValueError; NotImplementedError is a RuntimeError.
    broken = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
    try:
        with archive.open(part) as stream:
            if not whole:
                head = stream.read(_SNIFFED)
                if not head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
                    return b""
                chunks, size = [head], len(head)
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > MAX_PART or size > part.file_size:
                    refuse("解开后过大")
                chunks.append(chunk)
    except UnreadableFile:
        raise
    except broken as error:
        raise UnreadableFile(BROKEN) from error
    return b"".join(chunks)


_ENCODING = re.compile(rb"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']\s*([\w.:-]+)")
# In all of these the markers below are the same bytes; in UTF-7 or EBCDIC they are not.
_ENCODINGS = {
    b"utf-8", b"utf8", b"us-ascii", b"ascii", b"gbk", b"gb2312", b"gb18030", b"iso-8859-1", b"windows-1252",
}


# A pattern with a plain beginning runs over a large part twice as fast as `in` and `count` look for
# two bytes, and many times as fast as one that begins with an alternative.
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_LINKS, _AUTOMATIC_LINKS = re.compile(rb"ddeLink"), re.compile(rb"DDEAUTO")


def _check_xml(content: bytes) -> None:
    declared = _ENCODING.match(content[:_SNIFFED].removeprefix(b"\xef\xbb\xbf"))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:64] or (
        declared and declared.group(1).lower() not in _ENCODINGS
    ):
        refuse("里面的部件编码异常")
    if _DECLARES.search(content):
        refuse("里面有外部实体声明")
    if _LINKS.search(content) or _AUTOMATIC_LINKS.search(content):
        refuse("里面有动态数据交换")
    _check_depth(content)


# None of these patterns runs past a `<`: on tags that never end it would look at the rest again and again.
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*>")
_TARGET = re.compile(rb"""Target\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ELSEWHERE = re.compile(rb"^(?:[a-z][a-z0-9+.-]+:(?!/*[a-z]:|///[^/])|\\\\|//)", re.IGNORECASE)
_EXTERNAL = re.compile(rb"""TargetMode\s*=\s*["']External["']""")
_HYPERLINK = re.compile(rb"""Type\s*=\s*["'][^"']*/hyperlink["']""")


def _check_relations(content: bytes) -> None:
    """Refuse what would be fetched from another machine.

    Word writes the path of the author's own template and Excel that of a linked workbook into honest files;
    these local paths are never followed and do no harm.
    """
    for relation in _RELATION.findall(content):
        if _EXTERNAL.search(relation) and not _HYPERLINK.search(relation):
            target = _TARGET.search(relation)
            if target is None or _ELSEWHERE.match((target.group(1) or target.group(2) or b"").strip()):
                refuse("里面有指向外部的链接")
        if b"/vbaProject" in relation or b"/oleObject" in relation:
            refuse("里面有宏或嵌入对象")


_CELL, _PREFIXED_CELL = re.compile(rb"<c[\s>/]"), re.compile(rb":c[\s>/]")
_BARE_CELL = re.compile(rb"<c>")
# Beyond column IV or row 20,000.
_FAR_COLUMN = re.compile(rb"""r=["'](?:[A-Z]{3,}|[J-Z][A-Z]|I[W-Z])\d""")
_FAR_ROW = re.compile(
    rb"""r=["'][A-Z]+(?:[1-9]\d{5,}|[3-9]\d{4}|2(?:[1-9]\d{3}|0[1-9]\d{2}|00[1-9]\d|000[1-9]))\b""",
)
_IN_ROW = rb"""row\b(?:[^<>]*?\sr=["'](\d{1,10}))?"""
_IN_MERGE = rb"""mergeCell\s[^<>]*?ref=["']\$?([A-Z]{1,4})\$?(\d{1,8})(?::\$?([A-Z]{1,4})\$?(\d{1,8}))?"""


def _named(name: bytes, inside: bytes) -> Callable[[bytes], list[Any]]:
    """How tags of a name are found, whatever their prefix; the long way is gone only where there is one."""
    bare, prefix = re.compile(b"<" + inside), re.compile(b":" + name)
    prefixed = re.compile(rb"<[^<>\s:/?!]+:" + inside)

    def found(content: bytes) -> list[Any]:
        return bare.findall(content) + (prefixed.findall(content) if prefix.search(content) else [])

    return found


_rows, _merges = _named(b"row", _IN_ROW), _named(b"mergeCell", _IN_MERGE)


def column_number(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _cells(content: bytes) -> int:
    return len(_CELL.findall(content)) + len(_PREFIXED_CELL.findall(content))


def _check_sheet(content: bytes) -> None:
    rows = _rows(content)
    if len(rows) > MAX_ROWS or any(int(number or 0) > MAX_ROWS for number in rows):
        raise UnreadableFile(TOO_MANY_ROWS)
    if _cells(content) > MAX_CELLS or _FAR_COLUMN.search(content) or _FAR_ROW.search(content):
        raise UnreadableFile(TOO_LARGE)
    # A cell without a reference stands behind the one before it.
    if _BARE_CELL.search(content) and any(
        _cells(row) > MAX_COLUMNS for row in content.split(b"</row>")
    ):
        raise UnreadableFile(TOO_LARGE)
    area = 0
    for first, top, last, bottom in _merges(content):
        if last:
            across = abs(column_number(last) - column_number(first)) + 1
            area += across * (abs(int(bottom) - int(top)) + 1)
        if area > MAX_MERGED_AREA:
            raise UnreadableFile(TOO_MERGED)


_CLOSED, _EMPTY, _OTHER = (re.compile(mark).findall for mark in (rb"</", rb"/>", rb"<[?!]"))
_TAG = re.compile(rb"<(/?)[A-Za-z_][^<>]*?(/?)>")
_BLOCK = 1024


def _check_depth(content: bytes) -> None:
    """Refuse XML nested so deeply that a recursive reader would break.

    Tags are counted block by block, which costs next to nothing; only where a block could reach the limit are
    they looked at one by one.
    """
    depth, start, end = 0, 0, len(content)
    while start < end:
        cut = content.find(b"<", min(start + _BLOCK, end))
        stop = cut if cut >= 0 else end
        closed, empty = len(_CLOSED(content, start, stop)), len(_EMPTY(content, start, stop))
        other = len(_OTHER(content, start, stop))
        opened = content.count(b"<", start, stop) - closed - empty - other
        if depth + opened > MAX_DEPTH:
            inner = depth
            for match in _TAG.finditer(content, start, stop):
                inner += -1 if match.group(1) else 0 if match.group(2) else 1
                if inner > MAX_DEPTH:
                    refuse("内容嵌套过深")
        depth += opened - closed
        start = stop
