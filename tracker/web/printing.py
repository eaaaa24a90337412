"""Papers as .pdf: one way for every page that offers one, and what is said beside the link."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from tracker.adapters import fonts, pdf
from tracker.adapters.files import FolderFiles
from tracker.adapters.turns import AllBusy
from tracker.domain.typefaces import substitutions
from tracker.services.ledger import ExportedFile
from tracker.web import downloads
from tracker.web.edge import config

NO_PDF = "这台机器没有装 LibreOffice，不能生成 PDF，请下载 Word 打印。"
FAILED = "这次没有生成 PDF，请下载 Word 打印。"


def files() -> FolderFiles:
    """Where the office's own templates are kept, beside the uploads."""
    return FolderFiles(config().uploads_dir)


def answer(made: ExportedFile, *, made_at: datetime, back: str) -> ResponseReturnValue:
    """A .docx handed out as .pdf; where none can be made, `back` with a sentence that says so."""
    places = {"fonts_dir": config().fonts_dir, "turns_dir": config().printing_dir}
    try:
        data = pdf.from_docx(made.content, made_at=made_at, **places)
    except AllBusy as busy:
        flash(busy.message, "red")
        return redirect(back, 303)
    if data is None:
        flash(FAILED if pdf.available() else NO_PDF, "red")
        return redirect(back, 303)
    name = made.name.removesuffix(".docx") + ".pdf"
    return downloads.made(data, name)


def notice() -> str:
    """What a person should know before taking the .pdf: that there is none, or which typefaces it lacks."""
    if not pdf.available():
        return NO_PDF
    missing = substitutions(fonts.families(config().fonts_dir))
    if not missing:
        return ""
    told = "，".join(each.words for each in missing)
    return f"这台机器{told}，PDF 的字形会不同；要用原字体，请下载 Word 打印。"
