"""Meetings (例会): who was asked and who came, what was said, and what was agreed on (议定事项)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base
from tracker.store.tables.plans import Plan, Task
from tracker.store.tables.reporting import Period
from tracker.store.tables.units import Unit


class Meeting(Base):
    """One meeting of a plan: that of a period of a rhythm, or a free one."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("state IN ('called', 'closed', 'cancelled')", name="known_state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_iff_closed"),
        Index("ix_meeting_plan_id_starts_at", "plan_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), index=True)
    """The period whose obligations it answers; None for a free meeting."""
    title: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(120), default="")
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Who is expected of each unit, in words: 分管领导, 政务公开负责人."""
    state: Mapped[str] = mapped_column(String(20), default="called")
    called_at: Mapped[datetime]
    called_by_name: Mapped[str] = mapped_column(String(130))
    minutes: Mapped[str] = mapped_column(Text, default="")
    """What the minutes say besides the units and the decisions."""
    closed_at: Mapped[datetime | None]
    closed_by_name: Mapped[str] = mapped_column(String(130), default="")
    agenda: Mapped[list[Any] | None] = mapped_column(JSON)
    """The order and the reasons as they stood when the minutes closed: `{unit_id, score, reasons}`."""
    cancelled_because: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    period: Mapped[Period | None] = relationship()
    units: Mapped[list[MeetingUnit]] = relationship(
        back_populates="meeting", order_by="MeetingUnit.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class MeetingUnit(Base):
    """A unit that a meeting has asked for, and what the minutes say of it."""

    __tablename__ = "meeting_unit"
    __table_args__ = (UniqueConstraint("meeting_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    """What was said at its turn."""

    meeting: Mapped[Meeting] = relationship(back_populates="units")
    unit: Mapped[Unit] = relationship()
    attendance: Mapped[list[MeetingAttendance]] = relationship(
        order_by="MeetingAttendance.position", cascade="all, delete-orphan"
    )


class MeetingAttendance(Base):
    """How one unit's person of one role took part (到会、代会、请假、缺席)."""

    __tablename__ = "meeting_attendance"
    __table_args__ = (
        UniqueConstraint("meeting_unit_id", "role"),
        CheckConstraint(
            "presence IN ('expected', 'present', 'deputy', 'leave', 'absent')", name="known_presence"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_unit_id: Mapped[int] = mapped_column(ForeignKey("meeting_unit.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)
    presence: Mapped[str] = mapped_column(String(20), default="expected")
    who: Mapped[str] = mapped_column(String(60), default="")
    why: Mapped[str] = mapped_column(String(200), default="")


class MeetingDecision(Base):
    """What a meeting has agreed on (议定事项): words, the unit that does it, and the day by which."""

    __tablename__ = "meeting_decision"
    __table_args__ = (
        CheckConstraint(
            "state IN ('drafted', 'open', 'carried', 'reported', 'done', 'task', 'dropped')",
            name="known_state",
        ),
        CheckConstraint(
            "state = 'drafted' OR (unit_id IS NOT NULL AND due_on IS NOT NULL)", name="has_owner_and_day"
        ),
        CheckConstraint("(state = 'task') = (task_id IS NOT NULL)", name="task_iff_transferred"),
        CheckConstraint(
            "(state IN ('done', 'task', 'dropped')) = (settled_at IS NOT NULL)", name="settled_at_iff_settled"
        ),
        Index("ix_meeting_decision_plan_id_state", "plan_id", "state"),
        Index("ix_meeting_decision_unit_id_state", "unit_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    """The meeting that has agreed on it first."""
    words: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    due_on: Mapped[date | None]
    given_at: Mapped[datetime | None]
    """When it got another unit or day last; None where it has those of its first minutes."""
    state: Mapped[str] = mapped_column(String(20), default="drafted")
    number: Mapped[int] = mapped_column(default=0)
    """At how many closed meetings it has stood."""
    report: Mapped[str] = mapped_column(Text, default="")
    evidence_url: Mapped[str] = mapped_column(String(1000), default="")
    reported_at: Mapped[datetime | None]
    reported_by_name: Mapped[str] = mapped_column(String(130), default="")
    returned_because: Mapped[str] = mapped_column(Text, default="")
    """Why the office sent the last report back; empty once there is a new one."""
    settling: Mapped[str] = mapped_column(Text, default="")
    """The office's last words: what became of it, or why it is dropped."""
    settled_at: Mapped[datetime | None]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    meeting: Mapped[Meeting] = relationship()
    unit: Mapped[Unit | None] = relationship()
    task: Mapped[Task | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class MeetingHearing(Base):
    """A decision before one meeting (上会): what was said of it there, and owner and day as agreed there.

    The rows of a closed meeting are its minutes: they stay as they are whatever becomes of the decision.
    """

    __tablename__ = "meeting_hearing"
    __table_args__ = (UniqueConstraint("meeting_id", "decision_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    decision_id: Mapped[int] = mapped_column(
        ForeignKey("meeting_decision.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int] = mapped_column(default=1)
    """第几次上会."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    due_on: Mapped[date | None]
    said: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(20), default="")
    """The state in which the meeting left it; empty while its minutes are open."""

    decision: Mapped[MeetingDecision] = relationship()
    unit: Mapped[Unit | None] = relationship()


class MeetingRemark(Base):
    """A correction beside closed minutes (更正说明); never changed."""

    __tablename__ = "meeting_remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by_name: Mapped[str] = mapped_column(String(130))
