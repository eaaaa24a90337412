"""What an address of 发送情况 asks for: day, state, channel, unit, person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.domain.china_time import FIRST_YEAR, LAST_YEAR
from tracker.domain.errors import NotFound
from tracker.services.deliveries import DeliveryFilter, DeliveryPart
from tracker.web.forms.ledger import row_id


def read(values: Mapping[str, str]) -> DeliveryFilter:
    """The filter that an address means.

    Raises:
        NotFound: a word that is none of ours leads nowhere.

    """
    try:
        return DeliveryFilter(
            day=_day(values["day"]) if values.get("day") else None,
            until=_day(values["until"]) if values.get("until") else None,
            part=DeliveryPart(values["state"]) if values.get("state") else DeliveryPart.EXPECTED,
            channel=values.get("channel", ""),
            unit_id=row_id(values["unit"]) if values.get("unit") else None,
            account_id=row_id(values["person"]) if values.get("person") else None,
        )
    except ValueError as error:
        raise NotFound from error


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(text)
    return day
