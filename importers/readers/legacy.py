"""The gate before compound files (.doc, .wps, .xls, .et): what the file is, by the streams at its root.

The containers of Word and Excel before 2007 also hold mail, drawings, installers and thumbnails, and the
encrypted packages of today. Chains of sectors are bounded by `compound`; what the streams hold is bounded by
the readers, which walk records once and never follow a link.
"""

from __future__ import annotations

import struct

from importers.readers import package
from importers.readers.compound import open_compound
from importers.readers.kinds import Kind
from tracker.domain.errors import UnreadableFile

_OTHERS = (
    ("EncryptedPackage", package.LOCKED),
    ("PowerPoint Document", "这是演示文稿，不能导入。请上传 .docx 或 .xlsx 文件，或粘贴文字。"),
    ("__properties_version1.0", "这是一封保存下来的邮件。请打开邮件，把附件另存出来后再上传。"),
    ("VisioDocument", "这是一张图，里面的文字读不出来。请上传原来的 .docx 或 .xlsx 文件，或粘贴文字。"),
)
_UNKNOWN = (
    "没有认出这是什么文件。请用 Word、Excel 或 WPS 打开，另存为 .docx（表格另存为 .xlsx）后再上传。"
)
_FREE = 0xFFFFFFFA  # [MS-CFB] 2.1: sector numbers from here on are marks, no sectors.


def admit(data: bytes) -> Kind:
    """Return what a compound file is.

    Raises:
        UnreadableFile: with one sentence that says what to do.

    """
    _check_head(data)
    file = open_compound(data)
    roots = {name.partition("/")[0] for name in file.names}
    for name, sentence in _OTHERS:
        if name in roots:
            raise UnreadableFile(sentence)
    found: Kind
    if "WordDocument" in roots:
        found = "doc"
    elif roots & {"Workbook", "Book"}:
        found = "xls"
    else:
        raise UnreadableFile(_UNKNOWN)
    if any(part in {"_VBA_PROJECT_CUR", "VBA"} for name in file.names for part in name.split("/")[:2]):
        package.refuse("里面有宏或嵌入对象")
    return found


def _check_head(data: bytes) -> None:
    """Refuse a head that promises more sectors than the file has: whoever follows it runs in circles."""
    if len(data) < 512:
        raise UnreadableFile(package.BROKEN)
    shift, mini = struct.unpack_from("<HH", data, 30)
    if shift not in {9, 12} or mini != 6:
        raise UnreadableFile(package.BROKEN)
    sectors = len(data) >> shift
    directory, tables, _, _, _, first_mini, minis, first_more, more = struct.unpack_from("<9I", data, 40)
    firsts = (each for each in (first_mini, first_more) if each < _FREE)
    if max(directory, tables, minis, more) > sectors or any(each > sectors for each in firsts):
        raise UnreadableFile(package.BROKEN)
