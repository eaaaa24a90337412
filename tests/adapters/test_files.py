"""Uploads on disk: whole, once, and never outside their folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tracker.adapters.files import FolderFiles
from tracker.domain.errors import StorageFailed

DIGEST = hashlib.sha256(b"one").hexdigest()


def test_what_is_kept_is_read_back_by_its_digest(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path)

    assert files.keep(b"one") == DIGEST
    assert files.read(DIGEST) == b"one"


def test_the_same_bytes_are_written_once(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path)
    files.keep(b"one")
    written = (tmp_path / DIGEST[:2] / DIGEST).stat().st_mtime_ns

    files.keep(b"one")

    (kept,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert kept.stat().st_mtime_ns == written


@pytest.mark.parametrize("damaged", [b"", b"on", b"onf"], ids=["emptied", "cut off", "one bit"])
def test_a_damaged_copy_is_healed_by_the_same_bytes(tmp_path: Path, damaged: bytes) -> None:
    files = FolderFiles(tmp_path)
    files.keep(b"one")
    (tmp_path / DIGEST[:2] / DIGEST).write_bytes(damaged)

    assert files.keep(b"one") == DIGEST

    assert files.read(DIGEST) == b"one"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_damaged_copy_stays_where_it_cannot_be_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FolderFiles(tmp_path)
    files.keep(b"one")
    place = tmp_path / DIGEST[:2] / DIGEST
    place.write_bytes(b"onf")

    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageFailed):
        files.keep(b"one")

    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b"onf"]


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(StorageFailed, match="磁盘已满"):
        FolderFiles(tmp_path).keep(b"one")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_can_be_read_piece_by_piece(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path)
    files.keep(b"one")

    with files.open(DIGEST) as kept:
        assert [kept.read(2), kept.read(2), kept.read(2)] == [b"on", b"e", b""]
    with pytest.raises(FileNotFoundError):
        files.open("../../etc/passwd")


def test_a_temporary_file_is_on_the_same_disk_and_gone_when_it_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FolderFiles(tmp_path / "uploads")
    with files.temporary() as out:
        out.write(b"one")
        out.seek(0)
        assert out.read() == b"one"
    assert list((tmp_path / "uploads").iterdir()) == []

    def full(**_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(StorageFailed, match="磁盘已满"):
        files.temporary()


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1], f"{DIGEST}/.."])
def test_what_is_no_digest_is_not_found(tmp_path: Path, digest: str) -> None:
    with pytest.raises(FileNotFoundError):
        FolderFiles(tmp_path).read(digest)
