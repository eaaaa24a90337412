"""manage.py: says what it needs, installs only what changed, keeps its children alive and sums up."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher import checks, commands, environment, server, system
from launcher.children import Child, pause_after, stop_all
from launcher.console import Stopped

MANAGE = environment.ROOT / "manage.py"


# --- before anything is installed


def test_the_entry_can_be_read_by_old_pythons() -> None:
    ast.parse(MANAGE.read_text(encoding="utf-8"), feature_version=(3, 5))


def test_an_old_python_is_told_what_is_needed() -> None:
    pretend = f"import sys; sys.version_info = (3, 8); exec(open({str(MANAGE)!r}, encoding='utf-8').read())"

    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", pretend], capture_output=True, encoding="utf-8", check=False
    )

    assert done.returncode == 1
    assert "需要 Python 3.11" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(["run", "--port", "0"], "端口应是 1 到 65535", id="a port that does not exist"),
        pytest.param(["run", "--prot", "1"], "不认识的参数：--prot 1", id="a misspelt option"),
        pytest.param(["start"], "命令或参数有误", id="a command that does not exist"),
        pytest.param([], "命令或参数有误", id="no command"),
        pytest.param(
            ["test", "--without", "mysql"], "可以略过的部分只有 browser、postgres", id="an unknown part"
        ),
    ],
)
def test_wrong_words_get_a_chinese_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = commands.main(words)
    except SystemExit as left:
        code = int(str(left.code))

    assert code == 2
    assert sentence in capsys.readouterr().err


def test_every_command_is_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        commands.main(["--help"])

    shown = capsys.readouterr().out
    assert all(
        word in shown for word in ("setup", "run", "test", "lint", "bench", "drill", "tracker", "用法")
    )


# --- the environment


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project without requirements, in a folder with a space and Chinese characters."""
    folder = tmp_path_factory.mktemp("台账 项目")
    for name in (environment.RUN, environment.DEV):
        (folder / name).write_text("")
    return folder


@pytest.fixture
def settled(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The launcher looking at that project."""
    place_launcher(project, monkeypatch)
    return project


def place_launcher(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "ROOT", folder)
    monkeypatch.setattr(environment, "VENV", folder / ".venv")
    monkeypatch.setattr(environment, "STAMP", folder / ".venv" / "taizhang.json")
    monkeypatch.setattr(environment, "WHEELS", folder / "wheels")


def test_an_environment_is_made_once_and_again_only_when_something_changed(
    settled: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    python = environment.ensure()
    assert python.exists()
    assert environment.web_server() == "waitress", "granian is not in this environment"
    assert "正在建立运行环境" in capsys.readouterr().out

    environment.ensure()
    assert capsys.readouterr().out == ""

    (settled / environment.RUN).write_text("# changed\n")
    environment.ensure()
    assert "正在安装所需组件" in capsys.readouterr().out

    moved = settled.with_name("搬家 以后")
    shutil.copytree(settled, moved, symlinks=True)
    place_launcher(moved, monkeypatch)
    environment.ensure()
    assert "正在重建" in capsys.readouterr().out


def test_an_environment_whose_python_is_gone_is_not_used(settled: Path) -> None:
    broken = settled / "broken"
    python = environment.python_of(broken)
    python.parent.mkdir(parents=True)
    python.symlink_to(settled / "no-such-python")

    assert environment._probe(python) == ""


def test_a_package_that_cannot_be_had_ends_in_advice(settled: Path) -> None:
    (settled / "wheels").mkdir(exist_ok=True)
    (settled / environment.RUN).write_text("a-package-that-nobody-has==1.0\n")

    with pytest.raises(Stopped, match=r"组件没有装好.*软件源"):
        environment.ensure()


# --- what the tests need


def test_a_missing_part_is_named_with_both_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    need = system.Need("postgres", "PostgreSQL", "postgresql", lambda: False, "安装 PostgreSQL")
    monkeypatch.setattr(system, "NEEDS", (need,))
    monkeypatch.setattr(system, "can_apt", lambda: False)

    with pytest.raises(Stopped, match=r"sudo apt install postgresql.*--without postgres"):
        system.fetch_what_is_missing(frozenset())

    system.fetch_what_is_missing(frozenset({"postgres"}))


def test_root_on_debian_fetches_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[str] = []
    need = system.Need("browser", "Chromium", "chromium", lambda: "chromium" in fetched, "安装 Chromium")
    monkeypatch.setattr(system, "NEEDS", (need,))
    monkeypatch.setattr(system, "can_apt", lambda: True)
    monkeypatch.setattr(system, "apt_install", fetched.extend)

    system.fetch_what_is_missing(frozenset())

    assert fetched == ["chromium"]


@pytest.mark.parametrize(
    ("failed", "left_out", "line"),
    [
        pytest.param([], [], "全部通过：规范、测试；用时 2 分 5 秒。", id="all is well"),
        pytest.param(
            [],
            ["browser"],
            "全部通过：规范、测试；按要求略过：browser；用时 2 分 5 秒。",
            id="a part left out",
        ),
        pytest.param(["测试"], [], "未通过：测试；用时 2 分 5 秒。", id="a failure"),
    ],
)
def test_the_last_line_sums_up(failed: list[str], left_out: list[str], line: str) -> None:
    assert checks.summary(["规范", "测试"], failed, left_out, 125.2) == line


def test_what_is_left_out_is_not_run() -> None:
    everything = [step.name for step in checks._test_steps(frozenset(), (), chosen=False)]
    fewer = [step.name for step in checks._test_steps(frozenset({"browser", "postgres"}), (), chosen=False)]

    assert everything == ["测试（SQLite）", "测试（PostgreSQL）", "浏览器故事"]
    assert fewer == ["测试（SQLite）"]


# --- the children


def test_a_taken_port_is_explained_with_another_that_is_free() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]

        with pytest.raises(Stopped, match=rf"端口 {port} 已被占用.*--port \d+"):
            server.require_free_port(port)

    server.require_free_port(server.free_port())


def test_pauses_double_up_to_half_a_minute() -> None:
    assert [pause_after(falls) for falls in (1, 2, 3, 4, 5, 6, 60)] == [1, 2, 4, 8, 16, 30, 30]


posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")


def _child(script: str) -> Child:
    child = Child("试验", [sys.executable, "-c", script], dict(os.environ))
    child.start()
    return child


@posix
def test_a_fallen_child_is_started_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("launcher.children.pause_after", lambda _: 0.0)
    child = _child("import time; time.sleep(60)")
    assert child.process is not None
    first = child.process
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    child.tend()
    child.tend()

    assert child.process is not None
    assert child.process.pid != first.pid
    assert "意外停止" in capsys.readouterr().err
    stop_all([child])
    assert child.process.poll() is not None


@posix
def test_a_child_that_does_not_listen_is_ended_with_all_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("launcher.children.PATIENCE_SECONDS", 0.3)
    ready = tmp_path / "pid"
    child = _child(
        "import signal, subprocess, sys, time, pathlib\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "one = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(ready)!r}).write_text(str(one.pid))\n"
        "time.sleep(60)"
    )
    while not (ready.exists() and ready.read_text()):
        time.sleep(0.05)

    stop_all([child])

    assert child.process is not None
    assert child.process.wait(5) == -signal.SIGKILL
    assert "没有及时停下" in capsys.readouterr().err
    assert _is_gone(int(ready.read_text()))


def _is_gone(pid: int) -> bool:
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().split()[2]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False
