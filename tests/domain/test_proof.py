"""What is given as evidence: an address, a file, or nothing."""

from __future__ import annotations

import pytest

from tracker.domain.evidence import NotEvidence
from tracker.domain.proof import NoWebAddress, Proof

LINK = "https://www.qingxi.gov.cn/zwgk/1.html"
PDF = b"%PDF-1.7"


class Folder:
    """Keeps in memory."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def keep(self, data: bytes) -> str:
        """Remember the bytes; the digest stands for them."""
        self.kept.append(data)
        return "0" * 64

    def read(self, sha256: str) -> bytes:
        """The bytes that were kept last."""
        assert sha256 == "0" * 64
        return self.kept[-1]


@pytest.mark.parametrize(
    ("proof", "something"),
    [
        pytest.param(Proof(), False, id="nothing"),
        pytest.param(Proof("  "), False, id="blanks"),
        pytest.param(Proof(LINK), True, id="a link"),
        pytest.param(Proof("", (PDF, "文件.pdf")), True, id="a file"),
        pytest.param(
            Proof("", (b"", "文件.pdf")), True, id="an empty file, which is refused and not passed over"
        ),
    ],
)
def test_is_there_something(proof: Proof, something: bool) -> None:
    assert bool(proof) is something


def test_an_address_begins_like_one() -> None:
    assert Proof(f" {LINK} ").address == LINK
    with pytest.raises(NoWebAddress):
        _ = Proof("javascript:alert(1)").address


def test_a_file_is_kept_under_its_name() -> None:
    folder = Folder()

    assert Proof("", (PDF, "  访谈\t记录.pdf")).keep(folder) == ("0" * 64, "访谈 记录.pdf")
    assert Proof(LINK).keep(folder) == ("", "")
    assert folder.kept == [PDF]


def test_an_empty_file_is_told_to_be_empty() -> None:
    folder = Folder()

    with pytest.raises(NotEvidence, match="空的"):
        Proof("", (b"", "访谈.pdf")).keep(folder)
    assert folder.kept == []
