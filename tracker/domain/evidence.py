"""Files of evidence (佐证材料): which are taken in, told by their content and never by their name alone.

Taken are documents and pictures that an office hands in: PDF, OFD, Word, Excel, PowerPoint and WPS, PNG and
JPEG. Whatever a browser could run or a machine could execute is not among them; a file that pretends to be
another is refused as well, because whoever opens it would be misled.
"""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import PurePosixPath

from tracker.domain.errors import InvalidInput

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 6
"""Files of one line in one period."""
MOST_PARTS = 5_000
"""Parts of a package; an honest document has some dozens."""
NAME_LENGTH = 120
TAKEN = "pdf、ofd、docx、xlsx、pptx、doc、xls、ppt、wps、et、dps、png、jpg"
ACCEPT = ".pdf,.ofd,.docx,.xlsx,.pptx,.doc,.xls,.ppt,.wps,.et,.dps,.png,.jpg,.jpeg"

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD = frozenset({"doc", "xls", "ppt", "wps", "et", "dps"})
_MAIN_PARTS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_RUNS = ("vbaProject.bin", ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1")
_WRONG_KIND = f"这种文件收不了。可以上传：{TAKEN}；其他材料请先另存为 PDF。"


class NotEvidence(InvalidInput):
    """这个文件收不了，请另存为 PDF 再上传。"""


def admit(data: bytes, filename: str) -> str:
    """The kind of a file, as the ending it is handed out under.

    Raises:
        NotEvidence: it is empty, too large, of no kind that is taken, or not what its name says.

    """
    if not data:
        raise NotEvidence("这个文件是空的，请检查后重新上传。")
    if len(data) > MOST_BYTES:
        raise NotEvidence(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请压缩图片或只留需要的页，再上传。")
    kind = _kind(data, _ending(filename))
    said = {"jpeg": "jpg"}.get(_ending(filename), _ending(filename))
    if kind != said:
        raise NotEvidence(
            f"文件名写的是“.{said}”，内容却是“.{kind}”。请改好文件名再上传。" if said else
            f"文件名没有后缀，内容是“.{kind}”。请改好文件名再上传。"
        )  # fmt: skip
    return kind


def _kind(data: bytes, ending: str) -> str:
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(_COMPOUND) and ending in _OLD:
        return ending  # the containers of Word, Excel and WPS before 2007 look alike from outside
    if data.startswith(b"PK\x03\x04"):
        return _package(data)
    raise NotEvidence(_WRONG_KIND)


def _package(data: bytes) -> str:
    """The kind of a package, from the names of its parts; nothing of it is unpacked."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + 22 or struct.unpack_from("<H", data, end + 10)[0] > MOST_PARTS:
        raise NotEvidence("文件已损坏，打不开。请重新保存后再上传。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise NotEvidence("文件已损坏，打不开。请重新保存后再上传。") from error
    if any(name.endswith(_RUNS) for name in names):
        raise NotEvidence("文件里带有宏或程序，收不了。请另存为不带宏的文档，或者转成 PDF 再上传。")
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" in names:
        for folder, kind in _MAIN_PARTS.items():
            if any(name.startswith(folder) for name in names):
                return kind
    raise NotEvidence(_WRONG_KIND)


def _ending(filename: str) -> str:
    return PurePosixPath(filename.replace("\\", "/")).suffix.lower().removeprefix(".")


def tidy_name(filename: str) -> str:
    """A file's name without folders, control characters and what Windows forbids; at most so long."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    kept = "".join(sign for sign in name if sign.isprintable() and sign not in '<>:"/\\|?*').strip(" .")
    path = PurePosixPath(kept or "材料")
    return f"{path.stem[:NAME_LENGTH]}{path.suffix}"
