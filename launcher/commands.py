"""The commands of manage.py and their words."""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from launcher import checks, environment, server
from launcher.console import Stopped, complain, prepare, say
from launcher.environment import ROOT


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for; the answer is the exit code."""
    prepare()
    # Words after `tracker` belong to the application, `--help` among them.
    if arguments and arguments[0] in {"tracker", "bench", "drill"}:
        return _guarded(arguments[0], list(arguments[1:]))
    options, extra = _parser().parse_known_args(arguments)
    if extra and options.command != "test":
        complain(f"不认识的参数：{' '.join(extra)}。用 python3 manage.py --help 看可用的命令。")
        return 2
    return _guarded(options.command, extra, options)


def _guarded(command: str, extra: list[str], options: argparse.Namespace | None = None) -> int:
    try:
        return _do(command, extra, options or argparse.Namespace())
    except Stopped as stopped:
        complain(str(stopped))
        return 1
    except KeyboardInterrupt:
        complain("已停止。")
        return 130


def _do(command: str, extra: list[str], options: argparse.Namespace) -> int:
    if command == "setup":
        environment.ensure(dev=options.dev)
        say("准备好了。启动：python3 manage.py run")
        return 0
    if command == "run":
        browser = not options.no_browser
        return server.run(server.Options(options.port, options.data, demo=options.demo, browser=browser))
    if command == "test":
        return checks.test(frozenset(options.without), extra)
    if command == "lint":
        return checks.lint()
    if command == "bench":
        return _module(environment.ensure(dev=True), "benchmarks", extra)
    return _module(environment.ensure(), "tracker.cli", ["drill", *extra] if command == "drill" else extra)


def _module(python: Path, name: str, words: list[str]) -> int:
    return subprocess.run([python, "-m", name, *words], cwd=ROOT, check=False).returncode  # noqa: S603 - our own interpreter


class Parser(argparse.ArgumentParser):
    """argparse with its few words in Chinese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False)
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "用法：").replace("options:", "选项：")

    def error(self, message: str) -> NoReturn:
        option, _, reason = message.partition(": ")
        # Only our own types speak Chinese; argparse's own complaints are put in one sentence.
        if reason.isascii() or not option.startswith("argument --"):
            reason = "命令或参数有误"
        complain(f"{reason}。用 {self.prog} --help 看可用的写法。")
        raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python3 manage.py", description="台账的安装、启动与检验。")
    commands = parser.add_subparsers(dest="command", required=True, title="命令", metavar="命令")

    setup = commands.add_parser("setup", help="建立运行环境 .venv 并安装组件")
    setup.add_argument("--dev", action="store_true", help="连同检验所需的组件")

    run = commands.add_parser("run", help="启动台账（第一次会自动安装）")
    run.add_argument("--demo", action="store_true", help="在空的数据库里装入演示城市“青溪市”")
    run.add_argument("--port", type=_port, default=8000, help="端口，默认 8000")
    run.add_argument("--data", type=Path, default=ROOT / "instance", help="数据目录，默认 instance")
    run.add_argument("--no-browser", action="store_true", help="不自动打开浏览器")

    test = commands.add_parser("test", help="全部检验：规范、类型、两种数据库上的测试、浏览器故事")
    test.add_argument("--without", type=_parts, default=[], metavar="browser,postgres", help="略过的部分")

    commands.add_parser("lint", help="只检验规范和类型")
    commands.add_parser("bench", help="测量开销")
    drills = "演练：备份恢复（backup）、读坏文件（importer）、发送（outbox）、过完一年（year）"
    commands.add_parser("drill", help=drills)
    commands.add_parser("tracker", help="台账自己的命令，例如 tracker calendar --help")
    return parser


def names() -> tuple[str, ...]:
    """The commands there are; documents are checked against them."""
    return ("setup", "run", "test", "lint", "bench", "drill", "tracker")


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"端口应是 1 到 65535 之间的整数，收到的是 {text}")
    return int(text)


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
    unknown = [part for part in parts if part not in checks.PARTS]
    if unknown:
        allowed = "、".join(checks.PARTS)
        raise argparse.ArgumentTypeError(f"可以略过的部分只有 {allowed}，收到的是 {'、'.join(unknown)}")
    return parts
