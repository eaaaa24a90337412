"""Masking (遮盖): an address as a page shows it, enough to tell whose it is and too little to copy."""

from __future__ import annotations

import re

_PHONE = re.compile(r"\+?[\d -]{6,}")
HIDDEN = "***"


def masked(address: str) -> str:
    """`l***@jyj.qingxi.example` or `138***34`; what is neither mail address nor telephone stays as it is."""
    name, at, host = address.rpartition("@")
    if at:
        return f"{name[:1]}{HIDDEN}@{host}"
    if _PHONE.fullmatch(address):
        digits = re.sub(r"\D", "", address)
        return f"{digits[:3]}{HIDDEN}{digits[-2:]}"
    return address
