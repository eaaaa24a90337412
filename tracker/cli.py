"""The application's own commands: `python manage.py tracker COMMAND`, or `python -m tracker.cli COMMAND`.

An edge like the pages: each command takes the time, opens one transaction and calls one service. A new one
is a function and a line in COMMANDS. Exit codes: 0 done, 1 could not be done, 2 wrong words, 3 there is
data already.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from config import BadSetting, Config, from_process
from tracker import calendar_questions
from tracker.adapters import work_calendar
from tracker.clock import CHINA, Clock, clock_from
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import RuleViolated
from tracker.domain.work_calendar import WorkCalendar
from tracker.services import accounts, calendars, locks, settings
from tracker.store import backup, migrating
from tracker.store.database import prepare_engine, session_factory, transaction

DATA_EXISTS = 3
MOST_DIGITS = 9
"""Of a number of a drill; the seed of a day has six."""


class NotReady(RuleViolated):
    """数据库还没有建好，或不是最新的。请先运行 manage.py run，或 manage.py tracker migrate。"""


@dataclass(frozen=True)
class Edge:
    """What a command stands on: configuration, clock and database."""

    config: Config

    @cached_property
    def engine(self) -> Engine:
        engine = create_engine(self.config.database_url)
        prepare_engine(engine)
        return engine

    @cached_property
    def clock(self) -> Clock:
        return clock_from(self.config.clock)

    @cached_property
    def sessions(self) -> sessionmaker[Session]:
        """Sessions on a database that is there and up to date.

        Raises:
            NotReady: it is not; `migrate` makes it so.

        """
        if not migrating.is_current(self.engine):
            raise NotReady
        return session_factory(self.engine)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """A session inside one transaction."""
        with self.sessions() as session, transaction(session):
            yield session

    def close(self) -> None:
        if "engine" in self.__dict__:
            self.engine.dispose()


def migrate(edge: Edge, _: argparse.Namespace) -> int:
    """Bring the database up to date, with a copy beforehand when there is something to lose."""
    if not migrating.is_current(edge.engine):
        _back_up_before_migration(edge)
        migrating.upgrade(edge.engine)
        print("数据库已就绪。")
    with edge.writing() as session:
        settings.seed_calendar(session, work_calendar.official_days(work_calendar.known_years()))
    return 0


def _back_up_before_migration(edge: Edge) -> None:
    path = edge.config.sqlite_path
    if path is None:
        print("正在升级 PostgreSQL 数据库；升级前的备份请用 pg_dump 完成。")
    elif not backup.is_empty(path):
        stamp = edge.clock().astimezone(CHINA).strftime("%Y%m%d-%H%M%S")
        copy = backup.back_up(path, edge.config.backups_dir / f"升级前-{stamp}.db")
        print(f"数据库要升级，已先备份到 {copy}。")


def first_link(edge: Edge, _: argparse.Namespace) -> int:
    """Print the one-time link of the first administrator, as long as there is none."""
    with edge.writing() as session:
        token = accounts.first_link(session, now=edge.clock())
    if token is not None:
        print("还没有系统管理员。请打开下面的一次性链接，设置管理员的口令（七天内有效）：")
        print(f"{edge.config.base_url}/password/{token}")
    return 0


def unlock(edge: Edge, options: argparse.Namespace) -> int:
    """Let somebody sign in again who was locked out by failed attempts."""
    with edge.writing() as session:
        account = locks.unlock(session, SYSTEM, username=options.username, now=edge.clock())
        name = account.display_name
    print(f"已解除“{name}”的登录锁定，现在可以登录。")
    return 0


def demo(edge: Edge, _: argparse.Namespace) -> int:
    """Fill an empty database with the invented 青溪市."""
    from tracker import demo as city

    with edge.sessions() as session:
        if not city.is_empty(session):
            print("数据库里已有数据，没有装入演示城市，原有数据不变。")
            return DATA_EXISTS
    print("正在装入演示城市“青溪市”，约需半分钟……")
    with edge.writing() as session:
        for sentence in city.fill(session, edge.config, now=edge.clock()):
            print(sentence)
    return 0


def tick(edge: Edge, _: argparse.Namespace) -> int:
    """What the worker does every half minute, once."""
    from tracker.ticking import run_tick  # late: a start must not wait for what only the worker needs

    done = run_tick(edge.sessions, edge.config, edge.clock, anew=True)
    print(f"报送：新开 {done.opened} 期，截止 {done.closed} 期。")
    print(f"提醒：新增 {done.planned} 条，撤回 {done.withdrawn} 条，发出 {done.letters} 封（含站内）。")
    return 0


def drill(edge: Edge, _: argparse.Namespace) -> int:
    """Back the database up, open the copy as a restore would, and compare it row for row."""
    path = edge.config.sqlite_path
    if path is None:
        print("演练目前只支持 SQLite；PostgreSQL 请按 docs/deployment.md 用 pg_dump 和 pg_restore 演练。")
        return 1
    if backup.is_empty(path):
        print("数据库还是空的，没有可演练的内容。请先启动一次：python3 manage.py run")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        # A still copy is what the restored one is compared with: the database itself may go on changing.
        still = backup.back_up(path, Path(folder) / "still.db")
        restored = backup.back_up(still, Path(folder) / "restored.db")
        found = backup.differences(still, restored)
        seconds = time.perf_counter() - begun
        rows = backup.count_rows(restored)
    for difference in found:
        print(f"表 {difference.table} 不一致：原有 {difference.here} 行，恢复后 {difference.there} 行。")
    print(f"演练{'未通过' if found else '通过'}：备份并恢复 {rows} 行，用时 {seconds:.1f} 秒。")
    return 1 if found else 0


def drill_importer(edge: Edge, options: argparse.Namespace) -> int:
    """Have thousands of damaged files read: none may crash, hang, or come in by half."""
    from tracker import importer_drill  # late: no other command reads documents

    seed = options.seed if options.seed is not None else edge.clock().toordinal()
    print(f"正在用 {options.files} 个损坏的文件检验导入……", flush=True)
    try:
        for sentence in importer_drill.drill(
            files=options.files, seed=seed, jobs=options.jobs, now=edge.clock()
        ):
            print(sentence, flush=True)
    except importer_drill.DrillFailed as failed:
        print(failed.__doc__)
        return 1
    return 0


def drill_outbox(edge: Edge, options: argparse.Namespace) -> int:
    """Have workers killed while they plan and send: nothing may be missing, or said twice for no reason."""
    from tracker.outbox_drill import drilling  # late: no other command needs it

    seed = options.seed if options.seed is not None else edge.clock().toordinal()
    print(f"正在演练发送：强行结束后台进程 {options.kills} 次，要几分钟……", flush=True)
    for sentence in drilling.drill(engine=options.engine, kills=options.kills, seed=seed):
        print(sentence, flush=True)
    return 0


def drill_year(edge: Edge, options: argparse.Namespace) -> int:
    """Live through a year in minutes: each week, what was said is what should have been."""
    from tracker.year_drill import drilling  # late: no other command needs it

    seed = options.seed if options.seed is not None else edge.clock().toordinal()
    print("正在演练一整年：时钟由程序拨动，约一刻钟（`--short` 约半分钟）……", flush=True)
    for sentence in drilling.drill(engine=options.engine, seed=seed, short=options.short):
        print(sentence, flush=True)
    return 0


def calendar(edge: Edge, options: argparse.Namespace) -> int:
    """Answer a question about the calendar."""
    for line in options.answer(_calendar(edge), options):
        print(line)
    return 0


def _calendar(edge: Edge) -> WorkCalendar:
    """The office's calendar; before there is a database, the published notices that it will begin with."""
    if not migrating.is_begun(edge.engine):
        return WorkCalendar.of(work_calendar.official_days(work_calendar.known_years()))
    with edge.sessions() as session:
        return calendars.load(session)


def _no_words(parser: argparse.ArgumentParser) -> None:
    """For a command without words of its own."""


def _drill_words(parser: argparse.ArgumentParser) -> None:
    drills = parser.add_subparsers(title="演练", metavar="演练")
    drills.add_parser("backup", help="备份、恢复并逐行核对（不写时就是它）").set_defaults(run=drill)
    importer = drills.add_parser("importer", help="用损坏的文件检验导入")
    importer.add_argument("--files", type=_number, default=1000, metavar="N", help="多少个文件，默认 1000")
    importer.add_argument("--seed", type=_number, metavar="N", help="种子，默认每天一换")
    importer.add_argument("--jobs", type=_positive, default=2, metavar="N", help="同时读几个，默认 2")
    importer.set_defaults(run=drill_importer)
    outbox = drills.add_parser("outbox", help="反复强行结束后台进程，检验提醒不漏不重")
    engines = ("sqlite", "postgresql")
    outbox.add_argument("--engine", choices=engines, default="sqlite", help="数据库，默认 sqlite")
    outbox.add_argument("--kills", type=_positive, default=100, metavar="N", help="强行结束几次，默认 100")
    outbox.add_argument("--seed", type=_number, metavar="N", help="种子，默认每天一换")
    outbox.set_defaults(run=drill_outbox)
    year = drills.add_parser("year", help="用几分钟过完一年，逐周核对该说的提醒说了没有")
    year.add_argument("--engine", choices=engines, default="sqlite", help="数据库，默认 sqlite")
    year.add_argument("--seed", type=_number, metavar="N", help="种子，默认每天一换")
    year.add_argument("--short", action="store_true", help="只过十一周，六家单位")
    year.set_defaults(run=drill_year)


def _unlock_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username", metavar="用户名")


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > MOST_DIGITS:
        raise argparse.ArgumentTypeError(f"应是不多于 {MOST_DIGITS} 位的整数，收到的是 {text[:20]}")
    return int(text)


def _positive(text: str) -> int:
    number = _number(text)
    if not number:
        raise argparse.ArgumentTypeError("至少是 1")
    return number


@dataclass(frozen=True)
class Command:
    """A line of the table of commands; `words` declares its arguments and may choose another function."""

    name: str
    help: str
    run: Callable[[Edge, argparse.Namespace], int]
    words: Callable[[argparse.ArgumentParser], None] = _no_words


COMMANDS = (
    Command("migrate", "建立或升级数据库，升级前自动备份", migrate),
    Command("first-link", "显示第一位管理员的一次性链接", first_link),
    Command("unlock", "解除一个账号的登录锁定", unlock, _unlock_words),
    Command("demo", "在空的数据库里装入演示城市", demo),
    Command("tick", "立即做一轮后台任务", tick),
    Command("drill", "演练：备份恢复、读损坏的文件、强行结束后台进程、过完一年", drill, _drill_words),
    Command("calendar", "查询工作日历和报送各期", calendar, calendar_questions.declare),
)


CHOICES = re.compile(r"\(choose from (.+)\)")

HELP_WORDS = {"usage:": "用法：", "options:": "选项：", "positional arguments:": "内容："}


class Parser(argparse.ArgumentParser):
    """argparse with its few words in Chinese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False)
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def format_help(self) -> str:
        """The help as it is shown."""
        text = super().format_help()
        for english, chinese in HELP_WORDS.items():
            text = text.replace(english, chinese)
        return text

    def error(self, message: str) -> NoReturn:
        argument, _, reason = message.partition(": ")
        if argument.startswith("argument --") and (offered := CHOICES.search(reason)):
            name = argument.removeprefix("argument ").partition("/")[0]
            values = "、".join(each.strip(" '") for each in offered[1].split(","))
            reason = f"{name} 只能写：{values}"
        if reason.isascii() or not argument.startswith("argument"):
            reason = "命令或参数有误"
        print(f"{reason}。用 {self.prog} --help 看可用的写法。", file=sys.stderr)
        raise SystemExit(2)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = Parser(prog="manage.py tracker", description="台账自己的命令。")
    whole.add_argument("--data", type=Path, help="数据目录，默认 instance")
    commands = whole.add_subparsers(required=True, title="命令", metavar="命令")
    for command in COMMANDS:
        one = commands.add_parser(command.name, help=command.help)
        one.set_defaults(run=command.run)
        command.words(one)
    return whole


def main(arguments: Sequence[str]) -> int:
    """Do what the words ask for; the answer is the exit code."""
    options = parser().parse_args(arguments)
    try:
        edge = Edge(from_process(options.data))
    except BadSetting as error:
        print(error, file=sys.stderr)
        return 2
    try:
        run: Callable[[Edge, Any], int] = options.run
        return run(edge, options)
    except (RuleViolated, backup.BackupFailed) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        edge.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
