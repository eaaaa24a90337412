"""Configuration: the only reader of environment variables and of `config.toml` in the data folder.

One name rule: the setting `smtp_host` is the key `smtp_host` of `config.toml` and the variable
`TRACKER_SMTP_HOST` of the environment; the environment wins. An unknown name is refused, because a
misspelt setting that is silently ignored is found only on the day it is needed.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import channel_settings
from channel_settings import ChannelSettings
from tracker.domain.allow_list import AllowList

PREFIX = "TRACKER_"
DATA_VARIABLE = "TRACKER_DATA"
# The tests' own switches share the prefix and are none of the application's business.
FOREIGN_PREFIX = "TRACKER_TEST_"
DEFAULT_DATA_DIR = Path(__file__).resolve().parent / "instance"

MIB = 1024 * 1024


class BadSetting(ValueError):
    """设置有误，请检查 config.toml 或环境变量。"""


@dataclass(frozen=True, slots=True)
class Mail:
    """Where letters go: an SMTP server, or without a host the spool folder, as .eml files."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = "taizhang@localhost"
    starttls: bool = False
    tls: bool = False

    @property
    def from_the_first_byte(self) -> bool:
        """Whether the server expects TLS at once; on port 465 every one does (RFC 8314, 3.3)."""
        return self.tls or self.port == 465


@dataclass(frozen=True, slots=True)
class Config:
    """What a run needs to know; made by `load`, handed to `create_app`, the worker and the commands."""

    data_dir: Path
    database_url: str
    secret_key: str = field(repr=False)
    clock: str | None = None
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ()
    mail: Mail = field(default_factory=Mail)
    # Whom channels may talk to, and the channels beside inbox and mail.
    outgoing_hosts: AllowList = field(default_factory=AllowList)
    channels: tuple[ChannelSettings, ...] = ()
    # Flask's own limits (500,000 bytes a field, 1,000 parts) refuse a pasted plan and a full ledger page.
    max_content_length: int = 20 * MIB
    max_form_memory_size: int = 5 * MIB
    max_form_parts: int = 20_000
    # Fonts for .pdf beside those of the machine, such as the licensed 方正小标宋简体 and 仿宋_GB2312.
    fonts_dir: Path | None = None
    # A sign-in ends after this long without use, and at the latest after this long.
    session_idle_hours: int = 8
    session_hours: int = 12
    testing: bool = False

    @property
    def uploads_dir(self) -> Path:
        return self.data_dir / "uploads"

    @property
    def backups_dir(self) -> Path:
        return self.data_dir / "backups"

    @property
    def printing_dir(self) -> Path:
        """The places of those who have a .pdf made, by which all processes of this machine take turns."""
        return self.data_dir / "printing"

    @property
    def spool_dir(self) -> Path:
        """Where letters are laid as .eml files when no SMTP server is set."""
        return self.data_dir / "spool"

    @property
    def sqlite_path(self) -> Path | None:
        """The database's file, or None when it is a server."""
        _, separator, path = self.database_url.partition("sqlite:///")
        return Path(path) if separator and path and path != ":memory:" else None

    def as_flask(self) -> dict[str, Any]:
        """The keys Flask and its extensions read."""
        secure = self.base_url.startswith("https://")
        return {
            "SECRET_KEY": self.secret_key,
            "TRUSTED_HOSTS": list(self.trusted_hosts),
            "BASE_URL": self.base_url,
            "PREFERRED_URL_SCHEME": "https" if secure else "http",
            "MAX_CONTENT_LENGTH": self.max_content_length,
            "MAX_FORM_MEMORY_SIZE": self.max_form_memory_size,
            "MAX_FORM_PARTS": self.max_form_parts,
            # A `__Host-` cookie is bound to this host and to TLS; a browser refuses it over plain http.
            "SESSION_COOKIE_NAME": "__Host-taizhang" if secure else "taizhang",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            # A report typed over a long morning must still be accepted; the session ends it, not the form.
            "WTF_CSRF_TIME_LIMIT": None,
            "BOOTSTRAP_SERVE_LOCAL": True,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "TESTING": self.testing,
        }


def load(data_dir: Path, environ: Mapping[str, str]) -> Config:
    """The configuration of one data folder; makes the folder and its secret key when they are missing.

    Raises:
        BadSetting: a name is unknown or a value cannot be used; the message is a Chinese sentence.

    """
    data_dir = data_dir.resolve()
    _make_folders(data_dir)
    given = _from_toml(data_dir / "config.toml") | _from_environ(environ)
    tables = given.pop("channels", {})
    values: dict[str, Any] = {name: _read(name, value) for name, value in given.items()}
    try:
        values["channels"] = channel_settings.read(tables, values.get("outgoing_hosts", AllowList()))
    except ValueError as error:
        raise BadSetting(f"设置 {error}。") from error

    mail = Mail(**{key: values.pop(name) for name, key in _MAIL.items() if name in values})
    if mail.user and not mail.host:
        raise BadSetting("设置了 smtp_user，但没有 smtp_host，请补上邮件服务器地址。")
    values.setdefault("database_url", f"sqlite:///{(data_dir / 'tracker.db').as_posix()}")
    if "secret_key" not in values:
        values["secret_key"] = _secret_key(data_dir / "secret.key")
    values.setdefault("base_url", f"http://127.0.0.1:{values.pop('port', 8000)}")
    values.pop("port", None)
    base_host = urlsplit(values["base_url"]).hostname or ""
    hosts = dict.fromkeys(("127.0.0.1", "localhost", "[::1]", base_host, *values.pop("trusted_hosts", ())))
    return Config(data_dir=data_dir, mail=mail, trusted_hosts=tuple(host for host in hosts if host), **values)


def from_process(data_dir: Path | None = None) -> Config:
    """The configuration of this process: TRACKER_DATA names the folder, `instance/` by default."""
    return load(data_dir or Path(os.environ.get(DATA_VARIABLE) or DEFAULT_DATA_DIR), os.environ)


def _make_folders(data_dir: Path) -> None:
    try:
        for folder in (data_dir, data_dir / "uploads", data_dir / "backups", data_dir / "spool"):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"数据目录 {data_dir} 不能写入，请换一个目录或检查权限。") from error


def _from_toml(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        # Windows Notepad puts a byte-order mark in front, which TOML does not allow.
        return dict(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError as error:
        raise BadSetting(f"{path.name} 不是 UTF-8 编码，请在记事本里另存为 UTF-8。") from error
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"{path.name} 写法有误（{error}），请改正后再启动。") from error


def _from_environ(environ: Mapping[str, str]) -> dict[str, object]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and not name.startswith(FOREIGN_PREFIX) and name != DATA_VARIABLE and value
    }


def _read(name: str, value: object) -> object:
    if name not in _READERS:
        raise BadSetting(f"不认识的设置“{name}”，请检查拼写；可用的设置有：{'、'.join(_READERS)}。")
    try:
        return _READERS[name](value)
    except ValueError as error:
        # A password or a key must not come back on the screen with the complaint about it.
        shown = "" if name in _SECRET else f"“{value}”"
        raise BadSetting(f"设置 {name} 的值{shown}不能用：{error}。") from error


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("应为一段文字")
    return value.strip()


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in {"1", "true", "yes", "on", "是"}:
        return True
    if word in {"0", "false", "no", "off", "否"}:
        return False
    raise ValueError("应为 true 或 false")


def _count(value: object) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not text.isdecimal() or int(text) == 0:
        raise ValueError("应为大于零的整数")
    return int(text)


def _port(value: object) -> int:
    port = _count(value)
    if port > 65535:
        raise ValueError("端口应在 1 到 65535 之间")
    return port


def _hosts(value: object) -> tuple[str, ...]:
    names = value if isinstance(value, list) else str(value).replace("，", ",").split(",")
    return tuple(_text(name) for name in names)


def _allow_list(value: object) -> AllowList:
    return AllowList.of(_hosts(value))


def _folder(value: object) -> Path:
    folder = Path(_text(value)).expanduser()
    if not folder.is_absolute():
        raise ValueError("应为完整路径")
    if not folder.is_dir():
        raise ValueError("没有这个文件夹")
    return folder


def _key(value: object) -> str:
    key = _text(value)
    if len(key) < 32:
        raise ValueError("至少 32 个字符")
    return key


def _base_url(value: object) -> str:
    url = _text(value).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ValueError("应为 http(s)://主机名，不带路径")
    return url


def _database_url(value: object) -> str:
    url = _text(value)
    scheme, separator, rest = url.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and separator:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/"):
        return url
    raise ValueError("应以 sqlite:/// 或 postgresql:// 开头")


def _moment(value: object) -> str:
    # TOML reads an unquoted moment as one already.
    text = value.isoformat() if isinstance(value, datetime) else _text(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("应为带时区的时刻，例如 2026-09-24T15:00+08:00")
    return text


_SECRET = {"secret_key", "smtp_password", "database_url"}
_MAIL = {
    "smtp_host": "host",
    "smtp_port": "port",
    "smtp_user": "user",
    "smtp_password": "password",
    "smtp_starttls": "starttls",
    "smtp_tls": "tls",
    "mail_from": "sender",
}
_READERS: dict[str, Callable[[object], object]] = {
    "database_url": _database_url,
    "secret_key": _key,
    "clock": _moment,
    "port": _port,
    "base_url": _base_url,
    "trusted_hosts": _hosts,
    "outgoing_hosts": _allow_list,
    "smtp_host": _text,
    "smtp_port": _port,
    "smtp_user": _text,
    "smtp_password": _text,
    "smtp_starttls": _truth,
    "smtp_tls": _truth,
    "mail_from": _text,
    "max_content_length": _count,
    "max_form_memory_size": _count,
    "max_form_parts": _count,
    "session_idle_hours": _count,
    "session_hours": _count,
    "fonts_dir": _folder,
}


def _secret_key(path: Path) -> str:
    """The key kept beside the database; made once, readable by its owner alone.

    Two processes may start at the same instant: each writes its own draft, and the one whose link
    comes first wins, so that neither ever reads half a key.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:
            # A file system without links (FAT, some shares).
            draft.replace(path)
        draft.unlink(missing_ok=True)
    key = path.read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise BadSetting(f"{path.name} 内容不完整，请从备份恢复；若是新装，删除它后再启动。")
    return key
