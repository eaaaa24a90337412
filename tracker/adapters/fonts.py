"""The fonts that LibreOffice sets a .pdf in: the machine's own and those of a folder that is configured.

On Linux fontconfig is told of the folder, and of what stands in for a typeface that is missing, by a file
beside the conversion's profile: without it LibreOffice takes whatever comes first, such as a Japanese cut.
On Windows the folder's fonts are lent to the session, as installing them for all users would do.
"""

from __future__ import annotations

import ctypes
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from xml.sax.saxutils import escape

from tracker.domain.typefaces import STANDING_IN

SECONDS = 20
_ENDINGS = {".ttf", ".otf", ".ttc", ".otc"}
_FAMILIES = {1, 16}
"""The name records of a family (OpenType 1.9, name table): as four styles share it, and as all do."""
_WINDOWS = 3
_MOST_FACES = 64


def fontconfig(folder: Path | None) -> str:
    """A configuration for fontconfig: the machine's own, the folder, and who stands in for whom."""
    place = f"<dir>{escape(str(folder))}</dir>" if folder else ""
    rules = "".join(
        f'<match target="pattern"><test name="family" qual="any"><string>{escape(wanted)}</string></test>'
        f'<edit name="family" mode="append" binding="same">'
        f"{''.join(f'<string>{escape(name)}</string>' for name in names)}</edit></match>"
        for wanted, names in STANDING_IN.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{place}{rules}</fontconfig>'
    )


def families(folder: Path | None) -> frozenset[str]:
    """The families that a .pdf can be set in; empty where they cannot be found out.

    What was found is kept while the folder stays as it is; fonts of the machine count from the next start on.
    """
    stamp = folder.stat().st_mtime_ns if folder and folder.is_dir() else 0
    return _families(folder, stamp)


@lru_cache(maxsize=4)
def _families(folder: Path | None, _stamp: int) -> frozenset[str]:
    if sys.platform == "win32":
        return frozenset(named_in(_windows_folders(folder)))
    return frozenset(_listed(folder))


def _listed(folder: Path | None) -> Iterator[str]:
    """What fontconfig knows: a line a font, its names with commas between them."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        command = [*told(folder, Path(place)), "fc-list", ":", "family"]
        try:
            found = subprocess.run(command, capture_output=True, check=True, timeout=SECONDS)  # noqa: S603 - fixed
        except (OSError, subprocess.SubprocessError):
            return
    for line in found.stdout.decode("utf-8", "replace").splitlines():
        yield from (name.replace("\\", "").strip() for name in line.split(","))


def told(folder: Path | None, place: Path) -> tuple[str, ...]:
    """What stands before a command so that fontconfig hears of the folder; `place` is for its file."""
    if sys.platform == "win32":
        return ()
    file = place / "fonts.conf"
    file.write_text(fontconfig(folder), encoding="utf-8")
    return ("env", f"FONTCONFIG_FILE={file}")


def lend(folder: Path | None) -> None:
    """Let programs of this Windows session use the fonts of a folder; elsewhere fontconfig does it."""
    if sys.platform == "win32" and folder is not None:
        for file in _fonts_in([folder]):
            ctypes.windll.gdi32.AddFontResourceW(str(file))


def _windows_folders(folder: Path | None) -> Iterator[Path]:
    yield Path(r"C:\Windows\Fonts")
    yield Path.home() / "AppData" / "Local" / "Microsoft" / "Windows" / "Fonts"
    if folder is not None:
        yield folder


def _fonts_in(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from (each for each in sorted(folder.iterdir()) if each.suffix.lower() in _ENDINGS)


def named_in(folders: Iterable[Path]) -> Iterator[str]:
    """The families that the font files of these folders say they are; a file that is none says nothing."""
    for file in _fonts_in(folders):
        try:
            with file.open("rb") as handle, mmap(handle.fileno(), 0, access=ACCESS_READ) as data:
                yield from [name for face in _faces(data) for name in _names(data, face)]
        except (OSError, ValueError, struct.error):
            continue


def _faces(data: mmap) -> Iterable[int]:
    """Where each face of a file begins: one, or those of a collection."""
    if data[:4] != b"ttcf":
        return (0,)
    (count,) = struct.unpack_from(">L", data, 8)
    return struct.unpack_from(f">{min(count, _MOST_FACES)}L", data, 12)


def _names(data: mmap, face: int) -> Iterator[str]:
    (tables,) = struct.unpack_from(">H", data, face + 4)
    for number in range(tables):
        tag, _, start, _ = struct.unpack_from(">4s3L", data, face + 12 + 16 * number)
        if tag == b"name":
            yield from _records(data, start)


def _records(data: mmap, start: int) -> Iterator[str]:
    """The family names among the records of a name table, as Windows keeps them: in UTF-16."""
    _, count, strings = struct.unpack_from(">3H", data, start)
    for number in range(count):
        at = start + 6 + 12 * number
        platform, _, _, what, length, offset = struct.unpack_from(">6H", data, at)
        if platform == _WINDOWS and what in _FAMILIES:
            begin = start + strings + offset
            yield data[begin : begin + length].decode("utf-16-be")
