"""What services ask of the outside world, as protocols; `tracker.adapters` answers them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, Protocol


class Spell(Protocol):
    """Makes the search keys of names: full pinyin and initials in every reading, separated by blanks."""

    def __call__(self, names: Iterable[str]) -> str:
        """The keys of these names together."""


class Files(Protocol):
    """Keeps bytes under the name of their digest; keeping the same bytes twice changes nothing."""

    def keep(self, data: bytes) -> str:
        """Keep bytes and give back their SHA-256 in lower-case hexadecimal digits.

        Raises:
            StorageFailed: they could not be written.

        """

    def read(self, sha256: str) -> bytes:
        """The bytes of a digest.

        Raises:
            FileNotFoundError: nothing is kept under it.

        """


class OpenFiles(Protocol):
    """Opens kept bytes to be read piece by piece: many files together are more than the memory holds."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes that were kept under a digest; whether they still are these, the reader sees.

        Raises:
            OSError: nothing is kept under it, or it cannot be read.

        """
