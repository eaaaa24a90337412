"""The settings of channels (渠道): the tables `[channels.名称]` of `config.toml`, checked at the start.

An address is checked against the allow-list here already: who forgot to put a host on it learns so at the
start, not on the day of the first reminder. Keys and tokens stand in the addresses; neither a complaint nor
`repr` shows them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from tracker.domain.allow_list import AllowList, tidy_host

TITLES = {
    "wecom": "企业微信群",
    "dingtalk": "钉钉群",
    "feishu": "飞书群",
    "webhook": "对接系统",
    "sms": "短信",
}
_TAKEN = {"inbox", "mail"}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,19}")
_SMS_FIELDS = {"phone", "text", "key"}
_SMS_ONLY = ("form", "success", "retry", "charset")


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One channel beside inbox and mail: a group's robot, a webhook or a short-message gateway.

    `unit` narrows a group to what is said to one unit; `urgent_only` to what is said on its last day;
    `per_minute` 0 leaves the pace to the maker's own limit.
    """

    name: str
    kind: str
    title: str
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)
    unit: str = ""
    urgent_only: bool = False
    per_minute: int = 0
    form: str = field(default="", repr=False)
    success: str = ""
    retry: str = ""
    charset: str = "utf-8"


def read(tables: object, allowed: AllowList) -> tuple[ChannelSettings, ...]:
    """The channels of the table `[channels]`, in its order.

    Raises:
        ValueError: something cannot be used; the message is a Chinese clause without any secret.

    """
    if not isinstance(tables, Mapping) or not all(isinstance(table, Mapping) for table in tables.values()):
        raise ValueError("应在 config.toml 里写成 [channels.名称] 的小节")
    return tuple(_one(name, table, allowed) for name, table in tables.items())


def _one(name: str, table: Mapping[str, object], allowed: AllowList) -> ChannelSettings:
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise ValueError(f"渠道名“{name}”应为小写字母开头、不超过 20 位的字母数字，且不叫 inbox 或 mail")
    try:
        return _checked(name, table, allowed)
    except ValueError as problem:
        raise ValueError(f"[channels.{name}] {problem}") from None


def _checked(name: str, table: Mapping[str, object], allowed: AllowList) -> ChannelSettings:
    kind = table.get("kind")
    if kind not in TITLES or not isinstance(kind, str):
        raise ValueError(f"的 kind 应为 {'、'.join(TITLES)} 之一")
    allowed_keys = {"kind", *_READERS} - (set() if kind == "sms" else set(_SMS_ONLY))
    if unknown := [key for key in table if key not in allowed_keys]:
        raise ValueError(f"里不认识“{unknown[0]}”，可以写的有：{'、'.join(sorted(allowed_keys))}")
    given = {key: _READERS[key](key, value) for key, value in table.items() if key != "kind"}
    if "url" not in given:
        raise ValueError("缺少 url（对方给的完整地址）")
    _check_address(given["url"], allowed)
    made = ChannelSettings(**({"name": name, "kind": kind, "title": TITLES[kind]} | given))
    if kind == "webhook" and len(made.secret) < 16:
        raise ValueError("缺少 secret（签名用的密钥，至少 16 个字符，与对方约定）")
    if kind == "sms":
        _check_sms(made)
    return made


def _check_address(url: str, allowed: AllowList) -> None:
    parts = _split(url)
    host = tidy_host(parts.hostname or "")
    if not allowed.names_host(host):
        raise ValueError(f"的主机 {host} 不在 outgoing_hosts（外发名单）里，请先加上")
    if parts.scheme == "http" and host in allowed.names:
        raise ValueError("的 url 应以 https:// 开头；只有写在外发名单里的 IP 地址可以用 http://")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    plain = url.isascii() and url.isprintable() and " " not in url and port != 0
    if not plain or parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError("的 url 应为 http(s)://主机名/… 的完整地址，不含空格、汉字和口令")
    return parts


def _check_sms(channel: ChannelSettings) -> None:
    fields = set(re.findall(r"\{(\w+)\}", channel.url + channel.form))
    if not {"phone", "text"} <= fields:
        raise ValueError("的 url 或 form 里要有 {phone} 和 {text}")
    if unknown := sorted(fields - _SMS_FIELDS):
        raise ValueError(f"里不认识 {{{unknown[0]}}}，可以用的只有 {{phone}}、{{text}}、{{key}}")
    if not channel.form.isascii():
        raise ValueError("的 form 不能含汉字，请写成百分号编码")
    if not channel.success:
        raise ValueError("缺少 success（回音里表示成功的文字或正则，例如 ^0）")


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"的 {key} 应为一段文字")
    return value.strip()


def _truth(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"的 {key} 应为 true 或 false")  # noqa: TRY004 - one class for everything wrong in a setting
    return value


def _count(key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"的 {key} 应为大于零的整数")
    return value


def _pattern(key: str, value: object) -> str:
    text = _text(key, value)
    try:
        re.compile(text)
    except re.error:
        raise ValueError(f"的 {key} 不是能用的正则表达式") from None
    return text


def _charset(key: str, value: object) -> str:
    text = _text(key, value).lower()
    if text not in {"utf-8", "gbk", "gb18030"}:
        raise ValueError(f"的 {key} 应为 utf-8、gbk 或 gb18030")
    return text


_READERS: dict[str, Callable[[str, object], Any]] = {
    "url": _text,
    "secret": _text,
    "title": _text,
    "unit": _text,
    "urgent_only": _truth,
    "per_minute": _count,
    "form": _text,
    "success": _pattern,
    "retry": _pattern,
    "charset": _charset,
}
