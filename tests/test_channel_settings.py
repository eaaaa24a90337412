"""The settings of channels: what may be written, and a Chinese sentence for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import BadSetting, Config, load

ROBOT = 'kind = "wecom"\nurl = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=geheim-4711"\n'
HOSTS = 'outgoing_hosts = ["qyapi.weixin.qq.com", "10.20.30.40"]\n'
SMS = 'kind = "sms"\nurl = "http://10.20.30.40/sms?pw=geheim&to={phone}&msg={text}"\n'


def settings(folder: Path, text: str) -> Config:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load(folder, {})


def test_channels_are_read_in_their_order(tmp_path: Path) -> None:
    config = settings(
        tmp_path,
        f'{HOSTS}[channels.work-group]\n{ROBOT}unit = "市教育局"\nurgent_only = true\nper_minute = 10\n'
        f'[channels.sms]\n{SMS}success = "^0"\ntitle = "政务短信"\ncharset = "GBK"\n',
    )

    robot, sms = config.channels
    assert (robot.name, robot.kind, robot.title, robot.unit) == ("work-group", "wecom", "企业微信群", "市教育局")
    assert (robot.urgent_only, robot.per_minute) == (True, 10)
    assert (sms.title, sms.success, sms.charset) == ("政务短信", "^0", "gbk")


def test_without_tables_there_are_no_channels_and_nobody_is_talked_to(tmp_path: Path) -> None:
    config = load(tmp_path, {})

    assert config.channels == ()
    assert not config.outgoing_hosts.names_host("qyapi.weixin.qq.com")


def test_the_allow_list_may_come_from_the_environment(tmp_path: Path) -> None:
    hosts = load(tmp_path, {"TRACKER_OUTGOING_HOSTS": "open.feishu.cn，10.0.0.0/8"}).outgoing_hosts

    assert hosts.names_host("open.feishu.cn")
    assert hosts.opens("10.1.2.3")


def test_no_secret_shows_when_the_configuration_is_printed(tmp_path: Path) -> None:
    shown = repr(settings(tmp_path, f'{HOSTS}[channels.a]\n{ROBOT}secret = "geheim-0815"\n'))

    assert "geheim" not in shown


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("channels = 3\n", r"写成 \[channels.名称\]", id="no table"),
        pytest.param(f"[channels]\n{ROBOT}", r"写成 \[channels.名称\]", id="a table without a name"),
        pytest.param(f"[channels.mail]\n{ROBOT}", "渠道名“mail”", id="a name that is taken"),
        pytest.param(f'[channels."工作群"]\n{ROBOT}', "渠道名“工作群”", id="a name in Chinese"),
        pytest.param('[channels.a]\nkind = "qq"\n', "kind 应为 wecom、", id="a kind nobody knows"),
        pytest.param("[channels.a]\n", "kind 应为 wecom、", id="no kind"),
        pytest.param(f"[channels.a]\n{ROBOT}scret = 'geheim'\n", "不认识“scret”", id="a misspelt key"),
        pytest.param(f"[channels.a]\n{ROBOT}success = '0'\n", "不认识“success”", id="a key of another kind"),
        pytest.param('[channels.a]\nkind = "wecom"\n', "缺少 url", id="no address"),
        pytest.param(f"[channels.a]\n{ROBOT}".replace("https", "http"), "应以 https:// 开头", id="an address anybody reads"),
        pytest.param(f"[channels.a]\n{ROBOT}".replace("qyapi", "evil"), "evil.weixin.qq.com 不在 outgoing_hosts", id="a host not listed"),
        pytest.param(f"[channels.a]\n{ROBOT}".replace("qyapi.", "u:geheim@qyapi."), "不含空格、汉字和口令", id="a password in the address"),
        pytest.param(f"[channels.a]\n{ROBOT}".replace(".com/", ".com:99999/"), "完整地址", id="a port that does not exist"),
        pytest.param(f"[channels.a]\n{ROBOT}".replace("send?", "se nd?"), "完整地址", id="a blank in the address"),
        pytest.param(f"[channels.a]\n{ROBOT}per_minute = 0\n", "per_minute 应为大于零的整数", id="a pace of nothing"),
        pytest.param(f"[channels.a]\n{ROBOT}urgent_only = 'yes'\n", "true 或 false", id="neither yes nor no"),
        pytest.param(f"[channels.a]\n{ROBOT}".replace('"wecom"', '"webhook"'), "至少 16 个字符", id="a webhook without a secret"),
        pytest.param(f"[channels.a]\n{SMS}", "缺少 success", id="success without a pattern"),
        pytest.param(f"[channels.a]\n{SMS}success = '('\n", "不是能用的正则", id="a pattern that is none"),
        pytest.param(f"[channels.a]\n{SMS}success = '0'\n".replace("{text}", "{txt}"), r"要有 \{phone\} 和 \{text\}", id="no text"),
        pytest.param(f"[channels.a]\n{SMS}success = '0'\nform = 'a={{b}}'\n", r"不认识 \{b\}", id="a field that stands for nothing"),
        pytest.param(f"[channels.a]\n{SMS}success = '0'\ncharset = 'big5'\n", "utf-8、gbk", id="other characters"),
        pytest.param('outgoing_hosts = ["https://a.example/"]\n', "不是主机名", id="an address in place of a host"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadSetting, match=sentence) as told:
        settings(tmp_path, text if text.startswith("outgoing") else HOSTS + text)

    assert "geheim" not in str(told.value)
    assert "\n" not in str(told.value)


def test_channels_are_no_setting_of_the_environment(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"config\.toml"):
        load(tmp_path, {"TRACKER_CHANNELS": "geheim"})
