"""Enumerations whose members carry their Chinese words (枚举与中文名).

The value is what the store keeps and what addresses show; `label` is what a person reads.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Titled(StrEnum):
    """A `StrEnum` whose members are written as `NAME = "value", "中文"`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:  # the default lets a type checker see look-ups
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
