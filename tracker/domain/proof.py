"""What a person gives to prove that something was done (佐证): the link of a page, or a file."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.errors import InvalidInput
from tracker.domain.evidence import admit
from tracker.domain.ports import Files
from tracker.domain.web_address import is_web_address


class NoWebAddress(InvalidInput):
    """佐证链接要以 http:// 或 https:// 开头，请从浏览器的地址栏复制。"""


@dataclass(frozen=True, slots=True)
class Proof:
    """A link, a file (its bytes with its name), or both; or nothing yet."""

    url: str = ""
    file: tuple[bytes, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.url.strip() or self.file)

    @property
    def address(self) -> str:
        """The link as it is kept.

        Raises:
            NoWebAddress: it is none.

        """
        address = self.url.strip()
        if address and not is_web_address(address):
            raise NoWebAddress
        return address

    def keep(self, files: Files | None) -> tuple[str, str]:
        """Keep the file, and give its digest and its name; empty where there is none.

        `files` may be None where it is known that there is no file.

        Raises:
            NotEvidence: it is empty, too large, or of no kind that is taken in.

        """
        if self.file is None or files is None:
            return "", ""
        data, name = self.file
        admit(data, name)
        return files.keep(data), " ".join(name.split())[-255:]


NOTHING_YET = Proof()
