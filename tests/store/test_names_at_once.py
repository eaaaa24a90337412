"""A name that two people give in the same moment: the second hears of it as of any name that is taken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories import NOW
from tests.support.databases import opened
from tracker.domain.errors import NameTaken
from tracker.store.database import session_factory, transaction
from tracker.store.tables import Account, SourceFile, Unit, UnitGroup


def account() -> Account:
    return Account(username="chenyu", display_name="陈雨", role="office", created_at=NOW)


def unit() -> Unit:
    return Unit(name="市司法局", position=1, search_keys="")


def group() -> UnitGroup:
    return UnitGroup(name="市政府各部门")


def file() -> SourceFile:
    return SourceFile(sha256="a" * 64, filename="要点.txt", format="txt", size=1, uploaded_at=NOW)


def twice(url: str, make: Callable[[], object]) -> None:
    with opened(url) as engine, session_factory(engine)() as session:
        for _ in range(2):
            with transaction(session):
                session.add(make())


@pytest.mark.parametrize("make", [account, unit, group], ids=lambda make: make.__name__)
def test_is_taken(engine_url: str, make: Callable[[], object]) -> None:
    with pytest.raises(NameTaken, match="已有人使用"):
        twice(engine_url, make)


def test_anything_else_that_stands_once_is_no_name(engine_url: str) -> None:
    with pytest.raises(IntegrityError):
        twice(engine_url, file)
