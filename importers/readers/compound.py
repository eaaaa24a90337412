"""Compound files (.doc, .xls, .wps, .et before 2007): a small file system inside one file.

olefile walks the sectors; this module bounds what it may find and turns everything that a damaged file makes
it raise into one sentence. [MS-CFB] is the format's description.
"""

from __future__ import annotations

import io
import logging
import struct
import warnings
from dataclasses import dataclass

import olefile

from tracker.domain.errors import UnreadableFile

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_ENTRIES = 4_096
_BROKEN = "文件已损坏或没有下载完整，打不开。请重新下载，或用 Word、WPS 打开修复，另存后再上传。"
# What olefile lets escape from chains and directories that make no sense; found by mutating files.
_ESCAPES = (
    OSError, ValueError, struct.error, IndexError, KeyError, AttributeError, TypeError, OverflowError,
    RecursionError, UnboundLocalError,
)


@dataclass(frozen=True, slots=True)
class Compound:
    """An opened compound file; a stream's name is its path, `ObjectPool/_12/Ole`."""

    names: frozenset[str]
    _ole: olefile.OleFileIO
    _limit: int

    def read(self, name: str) -> bytes | None:
        """Return a stream, or nothing where there is none.

        Raises:
            UnreadableFile: the stream's sectors do not lead through the file.

        """
        if name not in self.names:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # A stream cannot be larger than the file that holds it.
                if self._ole.get_size(name) > self._limit:
                    raise UnreadableFile(_BROKEN)
                content: bytes = self._ole.openstream(name).read()
        except _ESCAPES as error:
            raise UnreadableFile(_BROKEN) from error
        return content


def open_compound(data: bytes) -> Compound:
    """Open a compound file and list its streams.

    Raises:
        UnreadableFile: it is none, or it is damaged.

    """
    logging.getLogger("olefile").setLevel(logging.CRITICAL)
    if not data.startswith(MAGIC) or len(data) < olefile.MINIMAL_OLEFILE_SIZE:
        raise UnreadableFile(_BROKEN)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ole = olefile.OleFileIO(io.BytesIO(data))
            names = frozenset("/".join(path) for path in ole.listdir())
    except _ESCAPES as error:
        raise UnreadableFile(_BROKEN) from error
    if len(names) > MAX_ENTRIES:
        raise UnreadableFile(_BROKEN)
    return Compound(names, ole, len(data))
