"""Passwords (口令) as argon2id digests.

One verification takes 64 MiB and a good part of a second by intent, so one runs at a time in a
process: fifty people who sign in on Monday morning must not ask for three gigabytes.
"""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
_room = BoundedSemaphore(1)


def hash_password(password: str) -> str:
    """The digest to keep instead of the password."""
    with _room:
        return _hasher.hash(password)


def matches(password: str, digest: str | None) -> bool:
    """Whether `password` belongs to `digest`.

    Without a digest (nobody has this name, or has set no password yet) the same work is done on one that
    fits nothing, so that the time taken does not tell which names exist.
    """
    with _room:
        try:
            return _hasher.verify(digest or _nobody(), password) and digest is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
