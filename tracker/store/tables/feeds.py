"""Calendar feeds (日历订阅): who subscribes, what a calendar has been told, and addresses that were wrong."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base


class FeedToken(Base):
    """A person's calendar address; its token is shown once, this row keeps its hash alone.

    One a person: a new one takes the place of the old, and revoking deletes it.
    """

    __tablename__ = "feed_token"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_used_on: Mapped[date | None]


class FeedEntry(Base):
    """One event as the calendars of a scope were told of it last, so that a change can be told as one."""

    __tablename__ = "feed_entry"
    __table_args__ = (UniqueConstraint("scope", "uid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(40))
    """Whose calendars: see `tracker.domain.feed.scope_of`."""
    uid: Mapped[str] = mapped_column(String(80))
    told: Mapped[dict[str, Any]]
    """The event as `tracker.domain.feed.kept` writes it."""
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    called_off_at: Mapped[datetime | None]


class FeedRefusal(Base):
    """A calendar address that was asked for and opens nothing; kept as long as it counts for a lock."""

    __tablename__ = "feed_refusal"
    __table_args__ = (Index("ix_feed_refusal_address_at", "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
