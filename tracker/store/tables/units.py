"""Units (责任单位), their classes, aliases and groups (集合称谓)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.store.base import Base


class UnitClass(Base):
    """A class of units (类别) such as 县(市、区) or 市政府部门; quotas are set by class."""

    __tablename__ = "unit_class"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int] = mapped_column(default=0)


class Unit(Base):
    """A unit that can owe work; names never merge by themselves."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    unit_class_id: Mapped[int | None] = mapped_column(ForeignKey("unit_class.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(60), default="")
    search_keys: Mapped[str] = mapped_column(Text, default="")
    """Full pinyin and initials in every reading, separated by blanks, for the search box."""
    version: Mapped[int] = mapped_column(default=1)

    unit_class: Mapped[UnitClass | None] = relationship()
    aliases: Mapped[list[UnitAlias]] = relationship(back_populates="unit", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}


class UnitAlias(Base):
    """Another name of a unit (简称) that a person has confirmed."""

    __tablename__ = "unit_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)

    unit: Mapped[Unit] = relationship(back_populates="aliases")


class UnitGroup(Base):
    """A collective name (集合称谓) such as 各县(市、区)政府, resolved to members when a plan is confirmed."""

    __tablename__ = "unit_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    aliases: Mapped[list[UnitGroupAlias]] = relationship(back_populates="group", cascade="all, delete-orphan")
    members: Mapped[list[UnitGroupMember]] = relationship(
        back_populates="group", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class UnitGroupAlias(Base):
    """Another way of writing a collective name."""

    __tablename__ = "unit_group_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("unit_group.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)

    group: Mapped[UnitGroup] = relationship(back_populates="aliases")


class UnitGroupMember(Base):
    """A unit that belongs to a group today; a confirmed plan keeps the members of its own day."""

    __tablename__ = "unit_group_member"
    __table_args__ = (UniqueConstraint("group_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("unit_group.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), index=True)

    group: Mapped[UnitGroup] = relationship(back_populates="members")
    unit: Mapped[Unit] = relationship()
