"""Whom the program may talk to."""

from __future__ import annotations

import pytest

from tracker.domain.allow_list import AllowList

LIST = AllowList.of(["qyapi.weixin.qq.com", "SMS.qingxi.example.", "10.20.30.40", "172.16.8.0/24", "fd00::5"])


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ("qyapi.weixin.qq.com", True),
        ("QYAPI.weixin.qq.com.", True),
        ("sms.qingxi.example", True),
        ("10.20.30.40", True),
        ("172.16.8.200", True),
        ("[fd00::5]", True),
        ("evil.qyapi.weixin.qq.com", False),
        ("qyapi.weixin.qq.com.evil.example", False),
        ("qq.com", False),
        ("10.20.30.41", False),
        ("127.0.0.1", False),
        ("0x7f.1", False),
        ("2130706433", False),
        ("", False),
    ],
)
def test_a_host_is_named_or_it_is_not(host: str, named: bool) -> None:
    assert LIST.names_host(host) is named


@pytest.mark.parametrize(
    ("address", "opens"),
    [
        pytest.param("183.47.102.64", True, id="a public address"),
        pytest.param("2408:8719::1", True, id="a public IPv6 address"),
        pytest.param("10.20.30.40", True, id="a private one on the list"),
        pytest.param("172.16.8.9", True, id="a network on the list"),
        pytest.param("10.20.30.41", False, id="its neighbour"),
        pytest.param("127.0.0.1", False, id="this machine"),
        pytest.param("::1", False, id="this machine in IPv6"),
        pytest.param("::ffff:127.0.0.1", False, id="this machine wrapped in IPv6"),
        pytest.param("2002:7f00:1::", False, id="this machine wrapped in 6to4"),
        pytest.param("169.254.169.254", False, id="a cloud's own data"),
        pytest.param("fe80::1%eth0", False, id="link-local"),
        pytest.param("100.64.0.1", False, id="a carrier's inside"),
        pytest.param("0.0.0.0", False, id="no address"),
        pytest.param("224.0.0.1", False, id="everybody"),
        pytest.param("::ffff:10.20.30.40", True, id="a listed one wrapped in IPv6"),
    ],
)
def test_a_name_opens_the_outside_and_the_inside_only_by_its_own_entry(address: str, opens: bool) -> None:
    assert LIST.opens(address) is opens


@pytest.mark.parametrize("entry", ["https://a.example/x", "a b", "*.example.com", "", "-a.example", "0x7f.1", "10.0.0.300"])
def test_what_is_neither_name_nor_network_is_told(entry: str) -> None:
    with pytest.raises(ValueError, match="不是主机名"):
        AllowList.of([entry])
