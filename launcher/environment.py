"""The virtual environment `.venv`: made, filled, and made anew when it no longer fits.

A stamp inside it keeps what it was made for: the folder, the Python, the pinned requirements. While
the stamp agrees nothing is installed, and a start costs one short probe.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from launcher.console import Stopped, say
from launcher.system import apt_install, can_apt

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "taizhang.json"
# Without an outside network: wheels fetched elsewhere (`pip download`) are laid in this folder.
WHEELS = ROOT / "wheels"
RUN = "requirements.txt"
DEV = "requirements-dev.txt"
PROBE = (
    "import sys, importlib.util as u; "
    "print('%d.%d' % sys.version_info[:2] if u.find_spec('pip') and sys.version_info >= (3, 11) else '')"
)


def python_of(venv: Path) -> Path:
    """The interpreter inside a virtual environment."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def ensure(*, dev: bool = False) -> Path:
    """A Python that can import all that is needed; installs only what changed.

    Raises:
        Stopped: the environment cannot be made, or a package cannot be fetched.

    """
    python = python_of(VENV)
    stamp = _read_stamp()
    version = _probe(python)
    if not version or _is_out_of_place(stamp, version):
        if VENV.exists():
            say("运行环境 .venv 与当前目录或 Python 不符，正在重建……")
        _make_venv()
        stamp, version = {}, _probe(python)
        if not version:
            raise Stopped("运行环境 .venv 建好后不能使用，请确认 Python 安装完整，再运行一次。")
    wanted = DEV if dev else RUN
    digest = _digest(wanted)
    if stamp.get(wanted) != digest:
        server = _install(python, wanted)
        stamp |= {"place": str(VENV), "python": version, "server": server, wanted: digest, RUN: _digest(RUN)}
        STAMP.write_text(json.dumps(stamp, ensure_ascii=False, indent=1), encoding="utf-8")
    return python


def web_server() -> str:
    """`granian`, or `waitress` on a machine for which there is no granian wheel."""
    return _read_stamp().get("server", "granian")


def _read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in stamp.items()} if isinstance(stamp, dict) else {}


def _probe(python: Path) -> str:
    """The version of an environment that works, or nothing."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [python, "-I", "-c", PROBE], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _is_out_of_place(stamp: dict[str, str], version: str) -> bool:
    """Moved or copied to another folder, or its Python was replaced by another version."""
    return bool(stamp) and (stamp.get("place") != str(VENV) or stamp.get("python") != version)


def _digest(name: str) -> str:
    """What a requirements file asks for, with the file that it includes."""
    files = [RUN] if name == RUN else [RUN, name]
    return hashlib.sha256(b"\0".join((ROOT / file).read_bytes() for file in files)).hexdigest()


def _base_python() -> str:
    """The Python behind this one, should manage.py itself have been started from a virtual environment."""
    return getattr(sys, "_base_executable", "") or sys.executable


def _make_venv() -> None:
    say("正在建立运行环境 .venv ……")
    try:
        if VENV.exists():
            shutil.rmtree(VENV)
    except OSError as error:
        raise Stopped("旧的运行环境 .venv 正在被使用，请先停止台账，再运行一次。") from error
    done = _venv_command()
    if done.returncode != 0 and "ensurepip" in done.stdout and can_apt():
        apt_install(["python3-venv"])
        done = _venv_command()
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in done.stdout:
            raise Stopped("这台机器的 Python 缺少 venv 组件，请先执行：sudo apt install python3-venv")
        raise Stopped(f"{done.stdout.strip()}\n不能建立运行环境 .venv，请检查目录是否可写、磁盘是否已满。")


def _venv_command() -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter
        [_base_python(), "-m", "venv", "--clear", str(VENV)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip


def _install(python: Path, name: str) -> str:
    """Install the pinned packages and name the web server that they brought."""
    say("正在安装所需组件，第一次约需一两分钟……")
    code, output = _pip(python, ROOT / name)
    if code != 0 and "granian" in output:
        say("这台机器没有 granian 的安装包，改用 waitress 提供网页……")
        code, output = _without_granian(python, name)
    if code != 0:
        tail = "\n".join(output.splitlines()[-12:])
        raise Stopped(
            f"{tail}\n组件没有装好。请检查网络或内网软件源（pip config set global.index-url 地址）；"
            f"没有外网的机器，可先在别处用 pip download -r {name} -d wheels 取好，连同 wheels 目录拷来。"
        )
    say("组件已就绪。")
    probe = subprocess.run([python, "-c", "import granian.server"], capture_output=True, check=False)  # noqa: S603 - ours
    return "granian" if probe.returncode == 0 else "waitress"


def _without_granian(python: Path, name: str) -> tuple[int, str]:
    lines = [
        line
        for file in ([RUN] if name == RUN else [RUN, name])
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines()
        if not line.startswith(("granian", "-r "))
    ]
    reduced = VENV / "requirements-without-granian.txt"
    reduced.write_text("\n".join(lines), encoding="utf-8")
    return _pip(python, reduced)


def _pip(python: Path, requirements: Path) -> tuple[int, str]:
    command = [
        str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input",
        "--only-binary", "granian", "-r", str(requirements),
    ]  # fmt: skip
    if WHEELS.is_dir():
        command += ["--no-index", "--find-links", str(WHEELS)]
    lines: list[str] = []
    fetched = 0
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
        env=os.environ | {"PYTHONUTF8": "1"},
    ) as pip:  # fmt: skip
        for line in pip.stdout or ():
            lines.append(line.rstrip())
            fetched += line.startswith("Collecting ")
            if line.startswith("Collecting ") and fetched % 10 == 0:
                say(f"  已取得 {fetched} 个组件……")
            elif line.startswith("Installing collected"):
                say("  正在写入……")
    return pip.returncode, "\n".join(lines)
