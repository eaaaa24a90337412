"""What a batch (批次) of changes is made of: where it came from, and what can happen to one task."""

from __future__ import annotations

from tracker.domain.titled import Titled


class BatchKind(Titled):
    """Where the changes came from."""

    IMPORT = "import", "首次导入"
    REVISION = "revision", "修订版"
    SHEET = "sheet", "表格回传"


class ChangeKind(Titled):
    """What happened to a task; several can happen at once."""

    NEW = "new", "新增"
    WORDING = "wording", "文字"
    UNITS = "units", "单位"
    DATE = "date", "时限"
    REMOVED = "removed", "删去"
