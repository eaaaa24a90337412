"""What is handed out has one header, whatever it is called."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from tests.promises import project
from tracker.web.downloads import disposition


@pytest.mark.parametrize(
    ("name", "named", "simple"),
    [
        ("青溪市2026年要点台账（20260924）.xlsx", "青溪市2026年要点台账（20260924）.xlsx", "202620260924.xlsx"),
        ("台账.xlsx", "台账.xlsx", "download.xlsx"),
        ("report-1.docx", "report-1.docx", "report-1.docx"),
        ('2025/2026年"要点"\r\n.xlsx', "2025 2026年 要点.xlsx", "20252026.xlsx"),
        ("../../etc/passwd.pdf", "etc passwd.pdf", "etcpasswd.pdf"),
        ("没有后缀", "没有后缀", "download"),
        ("", "file", "download"),
    ],
)
def test_a_name_is_said_as_it_is_and_once_more_for_old_programs(name: str, named: str, simple: str) -> None:
    header = disposition(name)

    assert header.isascii()
    assert header.startswith(f'attachment; filename="{simple}"; filename*=UTF-8\'\'')
    assert unquote(header.partition("UTF-8''")[2]) == named
    assert parse_options_header(header) == ("attachment", {"filename": named})


@given(st.text(max_size=300))
def test_no_name_breaks_the_header_or_leads_elsewhere(name: str) -> None:
    header = disposition(name)

    kind, options = parse_options_header(header)
    assert kind == "attachment"
    assert header.isascii()
    assert header.isprintable()
    assert set(options) == {"filename"}
    assert not set(options["filename"]) & set('/\\:*?"<>|')
    assert options["filename"].isprintable()


def test_every_view_hands_files_out_in_this_one_way() -> None:
    own = {
        path.as_posix()
        for path in project.under("tracker/web")
        if path.suffix == ".py" and "send_file" in project.read(path)
    }

    assert own == {"tracker/web/downloads.py"}
