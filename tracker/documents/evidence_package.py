"""The evidence package (考核佐证包) as a zip: the files under safe names, an index, sums that verify.

    index.html                        what is missing first, then every indicator where there is a scheme,
                                      and every task with its links and files; offline
    SHA256SUMS                        the SHA-256 of everything else in it, as `sha256sum -c` reads it
    校验方法.txt                       how to check it on Windows and Linux
    佐证/01 …/003 …/市教育局/…          the files, each once: section, first task that it is for, unit

A file is copied to a place of its own while it is summed, and packed only if it still is what was uploaded;
what is lost or changed is told on the first page. However many files there are, the memory holds a piece of
one. The same facts give the same bytes: nothing is compressed, no member has a day.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from tracker.documents import evidence_index
from tracker.domain.evidence_package import Lack, Missing, Package, PlacedFile, missing, ordered, placed
from tracker.domain.ports import OpenFiles
from tracker.domain.sealing import entry

INDEX, SUMS, HOW = "index.html", "SHA256SUMS", "校验方法.txt"
_PIECE = 256 * 1024
_HELD = 1024 * 1024
"""Bytes of a file that are held in memory before it goes to the disk."""
_HOW = """怎样核对这份佐证包有没有改动

先把压缩包全部解压到一个空文件夹，再核对。

一、Windows：在这个文件夹的空白处按住 Shift 点右键，选“在此处打开 PowerShell 窗口”，粘贴下面几行，回车：

Get-Content SHA256SUMS -Encoding UTF8 | ForEach-Object {
  $sum, $path = $_ -split '  ', 2
  $found = (Get-FileHash -LiteralPath $path -Algorithm SHA256).Hash
  if ($found -eq $sum) { "一致  $path" } else { "不一致  $path" }
}

二、Linux（统信、麒麟等）：在这个文件夹里打开终端，输入：

sha256sum -c SHA256SUMS

全部显示“一致”（或“成功”“OK”）就是没有改动。index.html 用浏览器打开，不需要联网。
"""


@dataclass(frozen=True, slots=True)
class Packed:
    """What came of packing."""

    files: int
    links: int
    size: int
    sums_sha256: str
    """The digest of the sums: it stands for the whole package."""
    missing: tuple[Missing, ...]


def write(package: Package, files: OpenFiles, out: BinaryIO) -> Packed:
    """Write the package into `out`, which is left at its beginning.

    Raises:
        OSError: `out` cannot be written.

    """
    sums: list[tuple[str, str]] = []
    sizes: dict[str, int] = {}
    lacking = list(missing(package))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for file in placed(package):
            found = _pack(archive, file, files)
            if isinstance(found, Lack):
                words = f"{file.given.unit}：{file.given.filename or '没有文件名'}（{file.given.source}）"
                lacking += [Missing(found, task, words) for task in file.tasks]
            else:
                sizes[file.path] = found
                sums.append((file.given.sha256, file.path))
        told = ordered(lacking)
        index = evidence_index.page(package, told, placed(package), sizes).encode("utf-8")
        # Notepad of older Windows needs the mark and its line ends.
        how = ("\ufeff" + _HOW.replace("\n", "\r\n")).encode("utf-8")
        for name, content in ((INDEX, index), (HOW, how)):
            sums.append((hashlib.sha256(content).hexdigest(), name))
            _add(archive, name, content)
        lines = "".join(f"{digest}  {path}\n" for digest, path in sums).encode("utf-8")
        _add(archive, SUMS, lines)
    size = out.tell()
    out.seek(0)
    return Packed(len(sizes), package.links, size, hashlib.sha256(lines).hexdigest(), told)


def _pack(archive: zipfile.ZipFile, file: PlacedFile, files: OpenFiles) -> int | Lack:
    """Put one file in, if it is what was uploaded; its size, or what is wrong with it."""
    with SpooledTemporaryFile(max_size=_HELD) as copy:
        summed, size = hashlib.sha256(), 0
        try:
            kept = files.open(file.given.sha256)
        except OSError:
            return Lack.FILE_LOST
        with kept:
            # What goes wrong while it is written down is the disk's fault, not the file's.
            while piece := _next(kept):
                summed.update(piece)
                size += len(piece)
                copy.write(piece)
        if summed.hexdigest() != file.given.sha256:
            return Lack.FILE_CHANGED
        copy.seek(0)
        member = _member(file.path)
        member.file_size = size
        with archive.open(member, "w") as place:
            shutil.copyfileobj(copy, place, _PIECE)
    return size


def _next(source: BinaryIO) -> bytes:
    """The next piece of a file; a disk that cannot read it on ends it, and the sum tells."""
    try:
        return source.read(_PIECE)
    except OSError:
        return b""


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(_member(name), content)


def _member(name: str) -> zipfile.ZipInfo:
    """A member as it is: what people hand in is compressed already, and compressors differ."""
    member = entry(name)
    member.compress_type = zipfile.ZIP_STORED
    return member
