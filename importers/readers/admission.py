"""The gate before any parser (准入检查): decides by content what a file is, and whether it is safe to open.

Names are not looked at: a page saved as .xls is a page, a workbook named .txt a workbook. What can be read
is returned as a `Kind`; everything else is refused with one sentence that says what to do. The packages of
Office and the compound files before them are counted before they are parsed (`package`, `legacy`).
"""

from __future__ import annotations

import re

from importers.readers import compound, legacy, package, signatures, webarchive
from importers.readers.kinds import Kind
from tracker.domain.errors import UnreadableFile

MAX_UPLOAD = 20 * 1024 * 1024
# Half a million characters are three hundred printed pages; the longest plan of a province has a tenth.
MAX_TEXT = 8 * 1024 * 1024

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PDF_HEAD = 1024  # A PDF may have foreign bytes before its mark, says its standard.
_TAGS = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|style|table|tr|td|th|div|p|br|span|font|meta|h[1-6]|ul|ol|li)[\s>/]",
    re.IGNORECASE,
)


def admit(data: bytes) -> Kind:
    """Return what the file is.

    Raises:
        UnreadableFile: with one sentence that says what to do.

    """
    try:
        return recognised(data)
    except UnreadableFile:
        raise
    except Exception as error:
        # A slip of the gate's own is no reason to leave a person without a sentence.
        raise UnreadableFile(package.BROKEN) from error


def recognised(data: bytes) -> Kind:
    """Return what the file is; `admit` without the net under it, for tests and fuzzing.

    Raises:
        UnreadableFile: with one sentence that says what to do.

    """
    if not data.strip(b" \t\r\n\x0b\x0c\x00\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("这个文件是空的，没有可读的内容。请检查后重新上传。")
    if len(data) > MAX_UPLOAD:
        raise UnreadableFile("文件超过 20 MB，无法导入。请删去图片或拆成几个文件后再上传。")
    if data.startswith(compound.MAGIC):
        return legacy.admit(data)
    if data.startswith(_ZIP):
        return package.admit(data)
    if data.startswith(b"%PDF-") or (b"%PDF-" in data[:_PDF_HEAD] and b" obj" in data):
        return "pdf"
    if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return "rtf"
    if sentence := signatures.refusal(data):
        raise UnreadableFile(sentence)
    if len(data) > MAX_TEXT:
        raise UnreadableFile("文字超过 8 MB，不像是一份计划。请只保留任务内容，另存后再上传。")
    return "html" if _is_page(data) else "txt"


def _is_page(data: bytes) -> bool:
    if webarchive.is_archive(data):
        return True
    head = data[:65536].replace(b"\x00", b"")
    return len(_TAGS.findall(head)) >= 2 and head.count(b"<") >= 4
