"""Screens on a wall (大屏): by their token, and as a list."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.store.tables import WallScreen


def opened_by(session: Session, token_hash: str, *, today: date) -> WallScreen | None:
    """The screen of a token; of one that was ended or has run out there is none."""
    wanted = select(WallScreen).where(
        WallScreen.token_hash == token_hash, WallScreen.ended_at.is_(None), WallScreen.ends_on >= today
    )
    return session.scalars(wanted).one_or_none()


def in_use(session: Session, *, today: date) -> list[WallScreen]:
    """The screens whose addresses open something, in the order in which they were made."""
    wanted = select(WallScreen).where(WallScreen.ended_at.is_(None), WallScreen.ends_on >= today)
    return list(session.scalars(wanted.order_by(WallScreen.id)))


def one(session: Session, screen_id: int) -> WallScreen | None:
    """One screen, ended or not."""
    return session.get(WallScreen, screen_id)


def note_use(session: Session, screen_id: int, day: date) -> None:
    """Note the day on which a screen asked last."""
    session.execute(update(WallScreen).where(WallScreen.id == screen_id).values(last_seen_on=day))
