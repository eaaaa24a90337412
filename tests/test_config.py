"""Settings: defaults that run at once, one name rule, and a Chinese sentence for each mistake."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config import BadSetting, load


def _write(folder: Path, text: str, encoding: str = "utf-8") -> None:
    (folder / "config.toml").write_text(text, encoding=encoding)


def test_a_bare_folder_is_enough(tmp_path: Path) -> None:
    folder = tmp_path / "数据 目录"

    config = load(folder, {})

    assert config.database_url == f"sqlite:///{folder.as_posix()}/tracker.db"
    assert config.sqlite_path == folder / "tracker.db"
    assert config.base_url == "http://127.0.0.1:8000"
    assert "127.0.0.1" in config.trusted_hosts
    assert config.mail.host == ""
    assert config.spool_dir.is_dir()
    assert config.clock is None


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = load(tmp_path, {}).secret_key
    again = load(tmp_path, {}).secret_key

    assert first == again
    assert len(first) == 64
    if os.name != "nt":
        assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(1000, 9000))
    monkeypatch.setattr(os, "getpid", lambda: next(numbers))

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load(tmp_path, {}).secret_key, range(32)))

    assert len(keys) == 1
    assert [path.name for path in tmp_path.glob("secret.key*")] == ["secret.key"]


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    _write(
        tmp_path,
        'base_url = "https://gk.example.gov.cn"\nsmtp_host = "mail.example.gov.cn"\nsmtp_port = 465\n',
    )

    config = load(tmp_path, {"TRACKER_SMTP_PORT": "587", "TRACKER_TEST_ENGINE": "sqlite", "HOME": "x"})

    assert config.base_url == "https://gk.example.gov.cn"
    assert "gk.example.gov.cn" in config.trusted_hosts
    assert (config.mail.host, config.mail.port) == ("mail.example.gov.cn", 587)


@pytest.mark.parametrize(
    ("given", "at_once"),
    [({}, False), ({"SMTP_PORT": "465"}, True), ({"SMTP_PORT": "587"}, False), ({"SMTP_PORT": "2465", "SMTP_TLS": "1"}, True)],
)
def test_mail_is_encrypted_from_the_first_byte_on_port_465_and_where_asked(
    tmp_path: Path, given: dict[str, str], at_once: bool
) -> None:
    config = load(tmp_path, {f"TRACKER_{name}": value for name, value in given.items()})

    assert config.mail.from_the_first_byte is at_once


def test_a_file_from_notepad_with_its_byte_order_mark_is_read(tmp_path: Path) -> None:
    _write(tmp_path, 'base_url = "http://taizhang.qingxi.example"\n', encoding="utf-8-sig")

    assert load(tmp_path, {}).base_url == "http://taizhang.qingxi.example"


def test_a_moment_may_stand_without_quotes(tmp_path: Path) -> None:
    _write(tmp_path, "clock = 2026-09-24T15:00:00+08:00\n")

    assert load(tmp_path, {}).clock == "2026-09-24T15:00:00+08:00"


@pytest.mark.parametrize(
    "given", ["postgres://u:p@db/t", "postgresql://u:p@db/t", "postgresql+psycopg://u:p@db/t"]
)
def test_every_way_to_name_postgresql_means_the_same_driver(tmp_path: Path, given: str) -> None:
    config = load(tmp_path, {"TRACKER_DATABASE_URL": given})

    assert config.database_url == "postgresql+psycopg://u:p@db/t"
    assert config.sqlite_path is None


def test_cookies_are_bound_to_tls_when_the_address_is(tmp_path: Path) -> None:
    plain = load(tmp_path, {}).as_flask()
    secure = load(tmp_path, {"TRACKER_BASE_URL": "https://gk.example.gov.cn/"}).as_flask()

    assert not plain["SESSION_COOKIE_SECURE"]
    assert secure["SESSION_COOKIE_SECURE"]
    assert secure["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert plain["SESSION_COOKIE_HTTPONLY"]


def test_no_secret_shows_when_the_configuration_is_printed(tmp_path: Path) -> None:
    given = {"TRACKER_SECRET_KEY": "k" * 40, "TRACKER_SMTP_HOST": "h", "TRACKER_SMTP_PASSWORD": "geheim"}

    shown = repr(load(tmp_path, given))

    assert "k" * 40 not in shown
    assert "geheim" not in shown


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        pytest.param("databse_url", "sqlite:///x", "不认识的设置“databse_url”", id="a misspelt name"),
        pytest.param(
            "database_url", "mysql://h/d?password=geheim", "应以 sqlite:/// 或 postgresql://", id="another database"
        ),
        pytest.param("clock", "2026-09-24T15:00", "带时区的时刻", id="a moment without an offset"),
        pytest.param("clock", "明天", "带时区的时刻", id="no moment at all"),
        pytest.param("smtp_port", "70000", "1 到 65535", id="a port that does not exist"),
        pytest.param("smtp_port", "二十五", "大于零的整数", id="a port in words"),
        pytest.param("smtp_starttls", "maybe", "true 或 false", id="neither yes nor no"),
        pytest.param("smtp_user", "office", "没有 smtp_host", id="a mail user without a server"),
        pytest.param("base_url", "gk.example.gov.cn", "http(s)://", id="an address without a scheme"),
        pytest.param(
            "base_url", "https://gk.example.gov.cn/taizhang", "不带路径", id="an address with a path"
        ),
        pytest.param("timezone", "Asia/Urumqi", "不认识的设置", id="another time zone: days are days in China"),
        pytest.param("secret_key", "geheim", "至少 32 个字符", id="a key that is too short"),
        pytest.param("fonts_dir", "fonts", "应为完整路径", id="fonts somewhere or other"),
        pytest.param("max_form_parts", "0", "大于零的整数", id="a limit of nothing"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    with pytest.raises(BadSetting) as told:
        load(tmp_path, {f"TRACKER_{name.upper()}": value})

    assert sentence in str(told.value)
    assert "\n" not in str(told.value)
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "encoding", "sentence"),
    [
        pytest.param('base_url = "http', "utf-8", "写法有误", id="an open quotation mark"),
        pytest.param('mail_from = "公开办@example.gov.cn"', "gbk", "不是 UTF-8", id="saved as GBK"),
        pytest.param("smtp_port = true", "utf-8", "大于零的整数", id="yes as a number"),
        pytest.param("base_url = 8", "utf-8", "应为一段文字", id="a number as an address"),
    ],
)
def test_a_mistake_in_the_file_is_told_too(tmp_path: Path, text: str, encoding: str, sentence: str) -> None:
    _write(tmp_path, text, encoding)

    with pytest.raises(BadSetting, match=sentence):
        load(tmp_path, {})


def test_half_a_key_is_refused_instead_of_used(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("abc")

    with pytest.raises(BadSetting, match="内容不完整"):
        load(tmp_path, {})


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(BadSetting, match="不能写入"):
        load(tmp_path / "file" / "instance", {})


def test_fonts_are_looked_for_in_a_folder_that_is_there(tmp_path: Path) -> None:
    fonts = tmp_path / "fonts"
    with pytest.raises(BadSetting, match="没有这个文件夹"):
        load(tmp_path, {"TRACKER_FONTS_DIR": str(fonts)})

    fonts.mkdir()

    assert load(tmp_path, {}).fonts_dir is None
    assert load(tmp_path, {"TRACKER_FONTS_DIR": str(fonts)}).fonts_dir == fonts
