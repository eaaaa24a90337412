"""`drill year`: a year on either engine, in a database of its own that is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tracker.adapters.files import FolderFiles
from tracker.domain.errors import RuleViolated
from tracker.outbox_drill.drilling import database_of
from tracker.year_drill import disturbances, running
from tracker.year_drill.city import Size
from tracker.year_drill.running import Account, Week

WHOLE, SMALL = Size(60, 150), Size(6, 12)
NAMED = 5
"""So many of the notices that differ are named."""


class DrillFailed(RuleViolated):
    """演练未通过，原因见上。"""


def drill(*, engine: str, seed: int, short: bool = False) -> Iterator[str]:
    """Do the drill and tell what came of it, week by week.

    Raises:
        DrillFailed: after the sentences, when something was not said, or said without ground, or doubled.
        NoPostgres: there is no PostgreSQL on this machine to be started.

    """
    account = Account()
    timetable = disturbances.SHORT if short else disturbances.FULL
    size = SMALL if short else WHOLE
    yield f"{timetable.span.weeks} 周，{size.units} 家单位，{size.tasks} 项任务，种子 {seed}。"
    with tempfile.TemporaryDirectory(prefix="taizhang-year-") as name:
        folder = Path(name)
        with database_of(engine, folder) as url:
            files = FolderFiles(folder / "files")
            for week in running.run(url, timetable, account, size, files=files, seed=seed):
                yield from told(week)
    yield from sentences(account, engine)
    if not account.is_clean:
        raise DrillFailed
    yield "演练通过。"


def told(week: Week) -> Iterator[str]:
    """One week: what was said and to how many inboxes, and by how much that differs."""
    yield (
        f"第 {week.number:2} 周（到 {week.ends_on}）：提醒 {week.said:4} 条，进站内 {week.arrived:4} 份，"
        f"差异 {week.difference}"
    )
    for what, keys in (("少", week.lacking), ("多", week.beyond)):
        if keys:
            rest = f" 等 {keys.total()} 处" if keys.total() > NAMED else ""
            yield f"  {what}：{'，'.join(sorted(keys)[:NAMED])}{rest}"


def sentences(account: Account, engine: str) -> Iterator[str]:
    """What the year came to."""
    yield (
        f"应说 {account.said} 条，送到站内 {account.arrived} 份，邮件 {account.letters} 封；"
        f"每周差异之和 {account.difference}，重复 {account.doubled}。"
    )
    yield f"一人一天最多：站内 {account.most_inbox} 份，邮件 {account.most_letters} 封。"
    yield f"时钟拨回后按真实日期重说 {account.again} 条；没有回音而重发的邮件 {account.repeated} 封。"
    yield (
        f"后台运行 {account.ticks} 轮（最长 {account.longest_tick:.1f} 秒），人办事 {account.acts} 件，"
        f"{engine}，用时 {account.seconds:.0f} 秒。"
    )
