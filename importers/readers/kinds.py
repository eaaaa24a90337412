"""The kinds of file that the importer tells apart, by what is in them and never by their names."""

from __future__ import annotations

from typing import Literal

Kind = Literal["txt", "html", "docx", "doc", "rtf", "xlsx", "xls", "pdf"]
