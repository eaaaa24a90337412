"""The way out: whom it talks to, how long, and what it tells when nobody answers."""

from __future__ import annotations

import socket
import ssl
import traceback
from pathlib import Path

import pytest

from tests.support import certificates, gateway
from tests.support.gateway import Talk, says, serving
from tracker.adapters.channels.outgoing import MOST_BYTES, NoReply, NotSent, Outgoing, Request
from tracker.domain.allow_list import AllowList

HERE = AllowList.of(["127.0.0.1"])
NAMED = AllowList.of(["robot.qingxi.example"])
NAMED_HERE = AllowList.of(["robot.qingxi.example", "127.0.0.1"])
OUT = Outgoing(HERE, seconds=3)


def to(*addresses: str, allowed: AllowList = NAMED_HERE, tls: ssl.SSLContext | None = None) -> Outgoing:
    return Outgoing(allowed, seconds=3, resolve=lambda _host, _port: list(addresses), tls=tls)


def test_a_request_goes_out_and_the_answer_comes_back() -> None:
    with serving(says("好", 202)) as there:
        reply = OUT.exchange(Request(there.url("/a/b?key=1"), "文字".encode(), {"Idempotency-Key": "letter-1"}))

    assert (reply.status, reply.body.decode()) == (202, "好")
    [asked] = there.asked
    assert (asked.method, asked.target, asked.body.decode()) == ("POST", "/a/b?key=1", "文字")
    assert asked.headers["Host"] == f"127.0.0.1:{there.port}"
    assert asked.headers["Idempotency-Key"] == "letter-1"


def test_a_redirect_is_not_followed() -> None:
    with serving(says("")) as inside, serving(says("", 302, f"Location: {inside.url()}")) as there:
        reply = OUT.exchange(Request(there.url()))

    assert reply.status == 302
    assert inside.asked == []


@pytest.mark.parametrize("url", ["http://localhost:1/", "http://0x7f.1:1/", "http://[::1]:1/", "ftp://127.0.0.1/", "http:///x"])
def test_who_is_not_on_the_list_is_not_even_looked_up(url: str) -> None:
    def never(_host: str, _port: int) -> list[str]:
        raise AssertionError

    with pytest.raises(NotSent) as told:
        Outgoing(HERE, resolve=never).exchange(Request(url))

    assert told.value.final


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "10.0.0.1"])
def test_a_name_that_points_inside_is_not_followed(address: str) -> None:
    with serving(says("")) as there, pytest.raises(NotSent, match="内网地址"):
        to(address, allowed=NAMED).exchange(Request(there.url(host="robot.qingxi.example")))

    assert there.asked == []


def test_the_address_that_was_checked_is_the_one_that_is_connected_to() -> None:
    """A name that answers differently the second time (DNS rebinding) is never asked a second time."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    with serving(says("ok")) as there:
        out = Outgoing(NAMED_HERE, seconds=3, resolve=lambda _host, _port: next(answers))
        reply = out.exchange(Request(there.url(host="robot.qingxi.example")))

    assert reply.body == b"ok"
    assert there.asked[0].headers["Host"] == f"robot.qingxi.example:{there.port}"
    assert next(answers) == ["10.0.0.1"]


def test_the_second_address_of_a_name_is_tried_when_the_first_is_silent_or_forbidden() -> None:
    with serving(says("ok")) as there:
        out = to("10.0.0.1", "127.0.0.2", "127.0.0.1", allowed=AllowList.of([*NAMED.names, "127.0.0.0/8"]))
        assert out.exchange(Request(there.url(host="robot.qingxi.example"))).body == b"ok"


def test_a_name_nobody_knows_means_that_nothing_was_sent() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(NotSent, match="查不到") as told:
        Outgoing(NAMED, resolve=unknown).exchange(Request("https://robot.qingxi.example/"))

    assert not told.value.final


def test_a_closed_port_means_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(NotSent, match="没有开放") as told:
        OUT.exchange(Request(f"http://127.0.0.1:{port}/"))

    assert not told.value.final


@pytest.mark.parametrize(
    "talk",
    [gateway.hangs_up, gateway.keeps_silent, gateway.drips],
    ids=["it hangs up", "it keeps silent", "it sends a byte now and then"],
)
def test_bytes_that_went_out_without_an_answer_are_told_apart(talk: Talk) -> None:
    with serving(talk) as there, pytest.raises(NoReply, match="已发出"):
        Outgoing(HERE, seconds=1).exchange(Request(there.url(), b"x"))

    assert len(there.asked) == 1


def test_what_is_not_http_is_no_answer() -> None:
    def speaks_otherwise(peer: socket.socket) -> None:
        peer.sendall(b"220 mail.qingxi.example ESMTP\r\n")

    with serving(speaks_otherwise) as there, pytest.raises(NoReply):
        OUT.exchange(Request(there.url()))


def test_a_long_answer_is_read_only_in_part() -> None:
    with serving(says(b"x" * 10 * MOST_BYTES)) as there:
        assert len(OUT.exchange(Request(there.url())).body) == MOST_BYTES


def test_no_error_repeats_the_address() -> None:
    for url in ("http://127.0.0.1:1/send?key=geheim-4711", "http://127.0.0.1:1/a b\r\nX: geheim-4711"):
        with pytest.raises((NotSent, NoReply)) as told:
            OUT.exchange(Request(url))
        assert "geheim" not in "".join(traceback.format_exception(told.value))
    assert "geheim" not in repr(Request("http://127.0.0.1/?key=geheim-4711", b"geheim", {"X": "geheim"}))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for robot.qingxi.example that is its own authority."""
    return certificates.made(tmp_path_factory.mktemp("tls"), "robot.qingxi.example")


def test_tls_is_spoken_with_the_host_by_its_name(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=certificate.with_suffix(".crt"))
    with serving(says("ok"), tls=certificates.server(certificate)) as there:
        request = Request(there.url(scheme="https", host="robot.qingxi.example"), b"x")
        assert to("127.0.0.1", tls=trusting).exchange(request).body == b"ok"


@pytest.mark.parametrize(
    ("host", "trusting"), [("robot.qingxi.example", False), ("other.qingxi.example", True)],
    ids=["nobody vouches for it", "it is somebody else's"],
)  # fmt: skip
def test_a_certificate_that_is_not_right_means_that_nothing_is_sent(certificate: Path, host: str, trusting: bool) -> None:
    context = ssl.create_default_context(cafile=certificate.with_suffix(".crt")) if trusting else None
    out = to("127.0.0.1", allowed=AllowList.of([host, "127.0.0.1"]), tls=context)
    with serving(says("ok"), tls=certificates.server(certificate)) as there, pytest.raises(NotSent, match="证书"):
        out.exchange(Request(there.url(scheme="https", host=host), b"x"))

    assert there.asked == []
