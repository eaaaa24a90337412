"""The gate before any parser (准入检查): decides by content what a file is, and whether it is safe to open.

An Office file is a zip of XML parts, and a small one can be made to fill the memory of a server. So the
gate counts before anything is parsed: declared and real sizes, ratio, parts, the farthest cell, the area of
merged cells. It refuses document types, links to the outside, macros, embedded objects and encryption.
Limits were chosen so that every real plan passes with room to spare.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from importers.readers import webarchive
from importers.readers.kinds import Kind
from tracker.domain.errors import UnreadableFile

MAX_UPLOAD = 20 * 1024 * 1024
MAX_PARTS = 2_000
MAX_PART = 24 * 1024 * 1024
MAX_TOTAL = 200 * 1024 * 1024
MAX_RATIO = 200
MAX_ROWS = 20_000
MAX_COLUMNS = 256
MAX_CELLS = 400_000
MAX_MERGED_AREA = 200_000
MAX_DEPTH = 200
_CHUNK = 256 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SAVE_AS = "请用 Word 或 WPS 打开，另存为 .docx（表格另存为 .xlsx）后再上传。"
_UNSAFE = (
    "为安全起见没有打开这个文件：{reason}。请用 Word、Excel 或 WPS 打开，把内容复制到新文件，另存为 .docx "
    "或 .xlsx 后再上传。"
)
_BROKEN = "文件已损坏或没有下载完整，打不开。请重新下载或重新另存后再上传。"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|div|p|span|meta)[\s>/]", re.IGNORECASE)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_MACRO = re.compile(
    r"(?:vbaproject|vbadata|macrosheets|activex|embeddings/.*\.bin$|oleobject)", re.IGNORECASE)


def admit(data: bytes) -> Kind:
    """Return what the file is.

    Raises:
        UnreadableFile: with one sentence that says what to do.

    """
    if not data.strip():
        raise UnreadableFile("这个文件是空的，没有可读的内容。请检查后重新上传。")
    if len(data) > MAX_UPLOAD:
        raise UnreadableFile("文件超过 20 MB，无法导入。请删去图片或拆成几个文件后再上传。")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableFile("这个文件加了打开密码，无法读取。请取消密码保护，另存后再上传。")
        raise UnreadableFile(f"暂不能直接读取旧格式（.doc、.xls、.wps、.et）。{_SAVE_AS}")
    if data.startswith(b"%PDF"):
        raise UnreadableFile(f"暂不能直接读取 PDF 文件。{_SAVE_AS}")
    if data.startswith(b"{\\rtf"):
        raise UnreadableFile(f"暂不能直接读取 RTF 文件。{_SAVE_AS}")
    if data.startswith(_PICTURES):
        raise UnreadableFile(
            "这是一张图片，里面的文字读不出来。请上传原来的 .docx 或 .xlsx 文件，或粘贴文字。"
        )
    if data.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise UnreadableFile("这是一个压缩包。请解压后上传里面的 .docx 或 .xlsx 文件。")
    if data.startswith(_ZIP):
        return _admit_package(data)
    if webarchive.is_archive(data):
        return "html"
    head = data[:65536].replace(b"\x00", b"")
    if len(_HTML.findall(head)) >= 2 and head.count(b"<") >= 4:
        return "html"
    return "txt"


def _refuse(reason: str) -> UnreadableFile:
    return UnreadableFile(_UNSAFE.format(reason=reason))


def _admit_package(data: bytes) -> Kind:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableFile(_BROKEN) from error
    with archive:
        parts = archive.infolist()
        names = [part.filename for part in parts]
        _check_names(parts, names)
        lowered = {name.lower() for name in names}
        found: Kind
        if "word/document.xml" in lowered:
            found = "docx"
        elif "xl/workbook.xml" in lowered:
            found = "xlsx"
        elif any(name.startswith("ppt/") for name in lowered):
            raise UnreadableFile("这是演示文稿，不能导入。请上传 .docx 或 .xlsx 文件，或粘贴文字。")
        elif "content.xml" in lowered:
            raise UnreadableFile(f"暂不能直接读取 ODF 文件。{_SAVE_AS}")
        else:
            raise UnreadableFile(
                "这是一个压缩包，不是 Word 或 Excel 文件。请解压后上传里面的 .docx 或 .xlsx 文件。"
            )
        _check_parts(archive, parts, found)
    return found


def _check_names(parts: list[zipfile.ZipInfo], names: list[str]) -> None:
    if len(parts) > MAX_PARTS:
        raise _refuse("里面的部件过多")
    if len({name.lower() for name in names}) != len(names):
        raise _refuse("里面有重名的部件")
    for part in parts:
        path = part.filename.replace("\\", "/")
        if path.startswith("/") or ":" in path or ".." in path.split("/"):
            raise _refuse("里面有指向外部的路径")
        if part.flag_bits & 0x1:
            raise UnreadableFile("这个文件加了密码，无法读取。请取消密码保护，另存后再上传。")
        if _MACRO.search(path):
            raise _refuse("里面有宏或嵌入对象")
        if part.file_size > MAX_PART and path.endswith((".xml", ".rels")):
            raise _refuse("解开后过大")
        if part.file_size > 1_000_000 and part.file_size > MAX_RATIO * max(1, part.compress_size):
            raise _refuse("压缩比异常")
    if sum(part.file_size for part in parts) > MAX_TOTAL:
        raise _refuse("解开后过大")


def _check_parts(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], found: Kind) -> None:
    """Read each XML part once, counting what really comes out, and look at it as bytes only."""
    total = 0
    for part in parts:
        name = part.filename.lower()
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        content = _content(archive, part)
        total += len(content)
        if total > MAX_TOTAL:
            raise _refuse("解开后过大")
        # UTF-16 XML would hide the markers below; Office never writes it.
        if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:64]:
            raise _refuse("里面的部件编码异常")
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise _refuse("里面有外部实体声明")
        if name.endswith(".rels"):
            _check_relations(content)
        if b"ddeLink" in content or b"DDEAUTO" in content:
            raise _refuse("里面有动态数据交换")
        if found == "xlsx" and name.startswith("xl/worksheets/") and name.endswith(".xml"):
            _check_sheet(content)
        _check_depth(content)


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    chunks: list[bytes] = []
    size = 0
    # A directory that points before the file's start is a ValueError; NotImplementedError is a RuntimeError.
    broken = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > MAX_PART or size > part.file_size:
                    raise _refuse("解开后过大")
                chunks.append(chunk)
    except UnreadableFile:
        raise
    except broken as error:
        raise UnreadableFile(_BROKEN) from error
    return b"".join(chunks)


_TARGET = re.compile(rb"""Target=(?:"([^"]*)"|'([^']*)')""")
_ELSEWHERE = re.compile(rb"^(?:[a-z][a-z0-9+.-]+:(?!/*[a-z]:|///[^/])|\\\\|//)", re.IGNORECASE)
_EXTERNAL = re.compile(rb"""TargetMode=["']External["']""")


def _check_relations(content: bytes) -> None:
    """Refuse what would be fetched from another machine.

    Word writes the path of the author's own template and Excel that of a linked workbook into honest files;
    these local paths are never followed and do no harm.
    """
    for relation in _RELATION.findall(content):
        if _EXTERNAL.search(relation) and b"/hyperlink" not in relation:
            target = _TARGET.search(relation)
            if target is None or _ELSEWHERE.match((target.group(1) or target.group(2) or b"").strip()):
                raise _refuse("里面有指向外部的链接")
        if b"/vbaProject" in relation or b"/oleObject" in relation:
            raise _refuse("里面有宏或嵌入对象")


_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,4})(\d{1,8})"')
_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d{1,10})"')
_MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?'
    rb'ref="\$?([A-Z]{1,4})\$?(\d{1,8})(?::\$?([A-Z]{1,4})\$?(\d{1,8}))?"',
)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_sheet(content: bytes) -> None:
    for cells, match in enumerate(_CELL.finditer(content), start=1):
        if cells > MAX_CELLS or _column(match.group(1)) > MAX_COLUMNS or int(match.group(2)) > MAX_ROWS:
            raise UnreadableFile(
                "表格过大，或者在很远的地方有单元格。请只保留需要的行和列，另存为新的 .xlsx 后再上传。",
            )
    if any(int(match.group(1)) > MAX_ROWS for match in _ROW.finditer(content)):
        raise UnreadableFile("表格超过两万行。请只保留需要的行，另存为新的 .xlsx 后再上传。")
    area = 0
    for first, top, last, bottom in _MERGE.findall(content):
        if last:
            area += (abs(_column(last) - _column(first)) + 1) * (abs(int(bottom) - int(top)) + 1)
        if area > MAX_MERGED_AREA:
            raise UnreadableFile("表格里合并的单元格过大。请取消整列整行的合并，另存为新的 .xlsx 后再上传。")


_TAG = re.compile(rb"<(/?)[A-Za-z_][^<>]*?(/?)>")


def _check_depth(content: bytes) -> None:
    """Refuse XML nested so deeply that a recursive reader would break."""
    depth = 0
    for match in _TAG.finditer(content):
        if match.group(1):
            depth -= 1
        elif not match.group(2):
            depth += 1
            if depth > MAX_DEPTH:
                raise _refuse("内容嵌套过深")
