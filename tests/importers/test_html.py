"""Web pages as offices really publish and save them."""

from __future__ import annotations

import base64
import quopri

import pytest

from importers.readers import admission, html
from importers.reading import read_bytes
from importers.source import Paragraph
from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tests.importers.plans import brief
from tracker.domain.errors import UnreadableFile

HEADER = ["序号", "工作任务", "责任单位", "完成时限"]
ROWS = [["1", CLEAN, "市司法局", "11月底前"], ["2", MARK, "市财政局", "6月底前"]]
EXPECTED = [
    (CLEAN, {"responsible": ["市司法局"]}, "date:2023-11-30"), (MARK, {"responsible": ["市财政局"]}, "date:2023-06-30"),
]
CLAUSES = [f"1.{CLEAN}(责任单位:市司法局;完成时限:11月底前)", f"2.{MARK}(责任单位:市财政局;完成时限:6月底前)"]
BODY = "".join(f"<p>{clause}</p>" for clause in CLAUSES)


def _page(body: str, charset: str = "utf-8") -> bytes:
    head = f"<meta charset='{charset}'><title>工作要点_青溪市人民政府</title>"
    return f"<!DOCTYPE html><html><head>{head}</head><body><h1>青溪市2023年政务公开工作要点</h1>{body}</body></html>".encode(charset)


def _table(attributes: str = "") -> str:
    rows = "".join("<tr>" + "".join(f"<td {attributes}>{value}</td>" for value in row) + "</tr>" for row in [HEADER, *ROWS])
    return f"<table>{rows}</table>"


@pytest.mark.parametrize("body", [
    pytest.param(_table(), id="a table"),
    pytest.param(_table("colspan=2"), id="every field over two columns"),
    pytest.param(f"<table><tr><td>领导之窗<br>政务公开<br>工作要点</td><td><p>青溪市2023年政务公开工作要点</p>{'<p>各部门要高度重视,结合实际抓好落实,确保各项任务按期完成。</p>' * 12}{BODY}</td></tr></table>", id="an article in a cell beside the menu"),
    pytest.param("<div><div>" + "".join(f"<span>{word}</span> " for word in HEADER) + "</div>" + "".join(f"<div>{value}</div>" for row in ROWS for value in row) + "</div>", id="a header on one line above cells on lines"),
    pytest.param(BODY + "<div class='related'><h3>相关解读</h3><ul><li>一图读懂工作要点</li><li>1.解读二</li></ul></div>", id="related links below"),
    pytest.param(BODY + "<div id='xglj'><p>一图读懂工作要点</p></div><div class='hot'><p>1.政府召开会议</p></div>", id="boxes with pinyin names below"),
    pytest.param(f"<div style='display: none'><p>一、旧版任务,已经作废,不再执行。(责任单位:市水利局)</p></div>{BODY}", id="a hidden passage above"),
    pytest.param(f"{_table()}<div hidden>{_table().replace(CLEAN, DESK).replace(MARK, UPDATE)}</div>{'<p>附注。</p>' * 30}", id="a hidden table below"),
    pytest.param(f"<div class='content hot'>{BODY}</div>", id="a document in a box with the name of a side box"),
    pytest.param("".join(f"<p>&emsp;&emsp;{row[1]}</p><p>&emsp;&emsp;责任单位:{row[2]}</p><p>&emsp;&emsp;完成时限:{row[3]}</p>" for row in ROWS), id="em blanks as indents"),
    pytest.param("".join(f"&nbsp;&nbsp;{row[0]}.{row[1]}<br>&nbsp;&nbsp;责任单位:{row[2]}<br>&nbsp;&nbsp;完成时限:{row[3]}<br>" for row in ROWS), id="narrow blanks and line breaks"),
    pytest.param(_table().replace("市司法局", "市司\u200b法局\ufeff").replace("月底", "\xad月\u2060底"), id="characters that nobody sees"),
])
def test_a_page_gives_its_tasks_and_nothing_else(body: str) -> None:
    assert brief(read_bytes(_page(body), "x.html", 2023)) == EXPECTED


def test_the_numbers_of_an_ordered_list_are_written_out() -> None:
    items = f"<li>{CLEAN}</li><li><p>{MARK}</p></li><li>3.{UPDATE}<ol><li>甲</li><li>乙</li></ol></li>"

    read = html.read(f"<html><body><h2>一、任务</h2><ol start=1>{items}</ol><ol start=7><li>丙</li><li>丁</li></ol></body></html>".encode(), "x.html")

    assert [block.span.of(read.text) for block in read.blocks if isinstance(block, Paragraph)] == [
        "一、任务", f"1.{CLEAN}", f"2.{MARK}", f"3.{UPDATE}", "(1)甲", "(2)乙", "7.丙", "8.丁",
    ]


@pytest.mark.parametrize("opening", [
    pytest.param("<ol type='a'>", id="letters"), pytest.param("<ol style='list-style: none'>", id="none"), pytest.param("<ul>", id="bullets"),
])
def test_a_list_without_figures_gets_none(opening: str) -> None:
    closing = "</ul>" if "ul" in opening else "</ol>"

    read = html.read(f"<html><body>{opening}<li>甲</li><li>乙</li>{closing}</body></html>".encode(), "x.html")

    assert read.text.split() == ["甲", "乙"]


def test_items_of_a_list_without_units_are_a_task_each() -> None:
    body = f"<h2>一、重点任务</h2><ol><li>{CLEAN}</li><li>{MARK}</li></ol>"

    assert [task.text for task in read_bytes(_page(body), "x.html", 2023).tasks] == [CLEAN, MARK]


@pytest.mark.parametrize(("encoding", "body", "charset"), [
    pytest.param("quoted-printable", quopri.encodestring(_page(_table())), "utf-8", id="quoted-printable"),
    pytest.param("base64", base64.encodebytes(_page(_table(), "gb18030")), "gb2312", id="base64 in a Chinese character set"),
])
def test_a_page_saved_as_one_file_is_read(encoding: str, body: bytes, charset: str) -> None:
    head = f'From: <Saved by a browser>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="B"\r\n\r\n--B\r\nContent-Type: text/html; charset="{charset}"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    data = head.encode() + body + b"\r\n--B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--B--\r\n"

    assert admission.admit(data) == "html"
    assert brief(read_bytes(data, "要点.mht", 2023)) == EXPECTED


def test_a_text_that_speaks_of_mime_is_a_text() -> None:
    assert admission.admit("Subject: 说明\nMIME-Version 1.0 是邮件的版本。".encode()) == "txt"


def test_what_stands_in_hundreds_of_unclosed_tags_is_kept() -> None:
    page = f"<html><body>{'<font>' * 300}<p>{CLEAN}</p><p>{MARK}</p></body></html>"

    assert html.read(page.encode(), "x.html").text.split() == [CLEAN, MARK]


@pytest.mark.parametrize("depth", [900, 5_000])
def test_a_page_that_would_lose_its_middle_is_refused(depth: int) -> None:
    page = f"<html><body><p>{MARK}</p>{'<div>' * depth}<p>{CLEAN}</p>{'</div>' * depth}</body></html>"

    with pytest.raises(UnreadableFile, match="嵌套过深"):
        html.read(page.encode(), "x.html")


@pytest.mark.parametrize("charset", ["utf-8\0", "rot13", "idna", "no-such-set", "x" * 300])
def test_a_character_set_that_is_none_is_passed_over(charset: str) -> None:
    body = _page(BODY)
    head = f'MIME-Version: 1.0\r\nContent-Type: text/html; charset="{charset}"\r\n'
    head += "Content-Transfer-Encoding: 8bit\r\n\r\n"

    assert CLEAN in html.read(head.encode() + body, "x.mht").text
