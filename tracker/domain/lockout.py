"""When failed sign-ins (登录失败) lock, and for how long (GB/T 22239-2019 8.1.4.1 身份鉴别: 登录失败处理).

Failures are counted per account and address, so that whoever mistypes a colleague's name keeps nobody out
but their own computer. Only an attack from many addresses at once locks an account as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address

WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
PAIR_LIMIT = 5
ACCOUNT_LIMIT = 50
ADDRESS_LIMIT = 30


def locked_until(failures: Sequence[datetime], limit: int) -> datetime | None:
    """When the lock ends that these failures have set, or None when they are too few or lie apart.

    Attempts while it lasts are not counted, so the newest failure is the one that has set it.

    Args:
        failures: their moments, newest first; more than `limit` are not looked at.
        limit: how many within WINDOW lock.

    """
    if len(failures) < limit or failures[0] - failures[limit - 1] >= WINDOW:
        return None
    return failures[0] + LOCK


def is_one_computer(address: str) -> bool:
    """Whether an address tells people apart; behind a proxy that names none, all come from this machine."""
    try:
        return not ip_address(address).is_loopback
    except ValueError:
        return False
