"""Shares in per cent, as they are printed: 87.5%, 100%.

Only what is whole is 100%, and only what is nothing is 0%: 99.96% is printed as 99.9% and 0.04% as 0.1%.
An office that reads 100% reads that nobody is missing, and 0% that nobody is there; no rounding may say so.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def in_percent(part: float, whole: float, *, places: int = 1) -> str:
    """So much of so much, with at most so many places; a half is rounded up, 0 behind the point is left out.

    Raises:
        ZeroDivisionError: there is no whole to have a share of.

    """
    if not whole:
        raise ZeroDivisionError
    step = Decimal(1).scaleb(-places)
    share = Decimal(part) * 100 / Decimal(whole)
    rounded = share.quantize(step, ROUND_HALF_UP)
    for edge in (Decimal(0), Decimal(100)):
        if rounded == edge != share:
            rounded = edge + (step if share > edge else -step)
    said = f"{rounded:f}"
    return f"{said.rstrip('0').rstrip('.') if '.' in said else said}%"
