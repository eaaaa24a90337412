"""What a batch (批次) of changes is made of: where it came from, and what can happen to one task."""

from __future__ import annotations

from tracker.domain.titled import Titled


class BatchKind(Titled):
    """Where the changes came from, and what follows from that."""

    IMPORT = "import", "首次导入"
    REVISION = "revision", "修订版"
    SHEET = "sheet", "表格回传"

    @property
    def is_document(self) -> bool:
        """Whether the document itself speaks, and not somebody who fills in a sheet about it."""
        return self is not BatchKind.SHEET

    @property
    def makes_the_plan(self) -> bool:
        """Whether the plan came with it, so that it may go with it as well."""
        return self is BatchKind.IMPORT

    @property
    def brings_an_edition(self) -> bool:
        """Whether it laid a new edition over the one before, which counts again when it is undone."""
        return self is BatchKind.REVISION

    @property
    def blocked_by_revision(self) -> bool:
        """Whether it can be undone only while no later edition stands on it."""
        return self.is_document


class ChangeKind(Titled):
    """What happened to a task; several can happen at once."""

    NEW = "new", "新增"
    WORDING = "wording", "文字"
    UNITS = "units", "单位"
    DATE = "date", "时限"
    REMOVED = "removed", "删去"
