"""Uploads on disk (原件): each file once, under its digest, whole or not there at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

from tracker.domain.errors import StorageFailed

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FolderFiles:
    """Keeps files in `folder` as `ab/abcdef…`; answers `Files` and `OpenFiles` of `tracker.domain.ports`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, data: bytes) -> str:
        """Write the bytes beside their place, flush them to the disk, then move them there in one step.

        What is there already stays; a copy that a disk has damaged since is written anew.

        Raises:
            StorageFailed: the disk is full, or nothing may be written there.

        """
        digest = hashlib.sha256(data).hexdigest()
        try:
            self._write(digest, data)
        except OSError as error:
            raise StorageFailed from error
        return digest

    def _write(self, digest: str, data: bytes) -> None:
        place = self._place(digest)
        if _holds(place, data):
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(place)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def read(self, sha256: str) -> bytes:
        """The bytes kept under a digest.

        Raises:
            FileNotFoundError: nothing is kept under it, or it is no digest.

        """
        return self._place(sha256).read_bytes()

    def open(self, sha256: str) -> BinaryIO:
        """The bytes kept under a digest, to be read piece by piece.

        Raises:
            FileNotFoundError: nothing is kept under it, or it is no digest.

        """
        return self._place(sha256).open("rb")

    def temporary(self) -> BinaryIO:
        """A file without a name on the same disk: it is gone when it is closed, however this process ends.

        Raises:
            StorageFailed: nothing may be written there.

        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return cast("BinaryIO", tempfile.TemporaryFile(dir=self._folder, prefix=".package-"))
        except OSError as error:
            raise StorageFailed from error

    def _place(self, digest: str) -> Path:
        # A digest comes back from the database, but a path is never built from unchecked text.
        if not _DIGEST.fullmatch(digest):
            raise FileNotFoundError(digest)
        return self._folder / digest[:2] / digest


def _holds(place: Path, data: bytes) -> bool:
    """Whether these bytes stand there whole; what cannot be read does not count."""
    try:
        return place.stat().st_size == len(data) and place.read_bytes() == data
    except OSError:
        return False
