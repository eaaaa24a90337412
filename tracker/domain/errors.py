"""Errors with one Chinese sentence each: what happened and what to do.

A class's docstring is its message. The web maps classes to HTTP answers in one table
(`tracker.web.errors`); services raise, never catch.
"""

from __future__ import annotations


class RuleViolated(Exception):
    """这一步现在不能做。"""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])

    @property
    def message(self) -> str:
        return str(self)


class NotFound(RuleViolated):
    """没有找到这一项，可能已被删除，或不属于本单位。"""


class NotAllowed(RuleViolated):
    """您的身份不能做这一步，请联系公开办。"""


class VersionConflict(RuleViolated):
    """已被他人修改。您填写的内容还在，请对照新的内容后再保存。"""


class InvalidInput(RuleViolated):
    """填写的内容有误，请按提示修改。"""


class NameTaken(InvalidInput):
    """这个名称已有人使用，请换一个，或者打开列表核对。"""


class UnreadableFile(RuleViolated):
    """这个文件打不开，请另存为 .docx 或 .xlsx 后再上传。"""


class StorageFailed(RuleViolated):
    """磁盘已满或不可写，刚才的文件没有保存。请告诉管理员。"""


class AlreadyImported(RuleViolated):
    """这份文件已导入过。"""
