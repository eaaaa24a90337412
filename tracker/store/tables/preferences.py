"""Each person's choices about reminders (我的提醒设置): when they come, by which ways, and what is muted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base


class PersonSetting(Base):
    """When and by which ways one person is reminded; without a row as `tracker.domain.digest` says."""

    __tablename__ = "person_setting"
    __table_args__ = (CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_the_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    digest: Mapped[bool] = mapped_column(default=True)
    hour: Mapped[int] = mapped_column(default=9)
    declined: Mapped[list[str]] = mapped_column(default=list)
    """The channels that the person does not want; one that is opened later is wanted."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class MutedTask(Base):
    """A task that a person wants no reminders of (不再提醒) as long as it is not overdue."""

    __tablename__ = "muted_task"
    __table_args__ = (UniqueConstraint("account_id", "task_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    muted_at: Mapped[datetime]
