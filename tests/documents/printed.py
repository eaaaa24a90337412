"""All papers whose printed pages are looked at, printed by one run of LibreOffice.

To start LibreOffice takes longer than to print a paper; so whoever asks for the first paper has all of them
printed. A paper that it does not open is missing, and only its own tests fail.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from tests.documents import papers
from tests.documents.crowded import pack, page
from tests.documents.pages import Page, pages_of
from tests.factories import NOW
from tracker.adapters import fonts, pdf
from tracker.documents import house_template, meeting
from tracker.documents.house_sample import sample
from tracker.documents.official import OfficialDocument
from tracker.domain.house_fields import TemplateKind
from tracker.domain.house_template import catalogue, example

needs_office = pytest.mark.skipif(not pdf.available(), reason="needs LibreOffice")

FULL = "核对现行有效行政规范性文件集中公开统一编号格式逐件注明施行日期" * 40
OFFICES = ("市政府办", "青溪市人民政府办公室政务公开工作领导小组办公室")
LINES = (15, 16, 17, 18)
"""So many lines before a signature, which then stands at the end of a page or at the head of the next."""
ATTACHED = ("任务清单", "核对现行有效行政规范性文件集中公开统一编号格式逐件注明施行日期清单")


def _paper(build: Callable[[OfficialDocument], None]) -> Callable[[], bytes]:
    def made() -> bytes:
        paper = OfficialDocument("青溪市政务公开工作情况", made_at=NOW)
        build(paper)
        return paper.to_bytes()

    return made


def _signed(office: str, lines: int) -> Callable[[], bytes]:
    def build(paper: OfficialDocument) -> None:
        for _ in range(lines):
            paper.body("专栏已上线。")
        paper.signature(office, "2026年9月24日")

    return _paper(build)


def _annexed(lines: int) -> Callable[[], bytes]:
    def build(paper: OfficialDocument) -> None:
        for _ in range(lines):
            paper.body("专栏已上线。")
        paper.attachments(ATTACHED[:1])
        paper.signature(OFFICES[0], "2026年9月24日")

    return _paper(build)


def _crowded() -> bytes:
    units = (page("市司法局", 40), page("市卫健委", 1), page("市教育局", 0, told=False))
    return meeting.pack_docx(pack(*units))


def _filled(kind: TemplateKind) -> Callable[[], bytes]:
    known = catalogue(kind)
    return lambda: house_template.fill(sample(known), known, example(known, NOW))


TO_PRINT: dict[str, Callable[[], bytes]] = {
    **{name: lambda make=make: make(NOW) for name, make in papers.WORD.items()},  # type: ignore[misc]
    "满页": _paper(lambda paper: paper.body(FULL)),
    "附件": _paper(lambda paper: paper.attachments(ATTACHED)),
    "挤满的例会材料": _crowded,
    **{f"署名 {office}": _signed(office, 1) for office in OFFICES},
    **{f"页末 {lines}": _signed("青溪市政务公开办", lines) for lines in LINES},
    **{f"页末有附件 {lines}": _annexed(lines) for lines in LINES},
    **{f"样板 {kind.value}": _filled(kind) for kind in TemplateKind},
}


def pages(name: str) -> tuple[Page, ...]:
    """The pages of a paper, as LibreOffice prints it."""
    made = _printed().get(name)
    assert made is not None, "LibreOffice does not open it"
    return _looked_at(made)


_looked_at = lru_cache(maxsize=None)(pages_of)


@lru_cache(maxsize=1)
def _printed() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        files = {name: place / f"{number}.docx" for number, name in enumerate(TO_PRINT)}
        for name, file in files.items():
            file.write_bytes(TO_PRINT[name]())
        program = pdf._program()
        assert program is not None
        command = [*fonts.told(None, place), program, f"-env:UserInstallation={(place / 'profile').as_uri()}"]
        command += ["--headless", "--norestore", "--convert-to", "pdf", "--outdir", folder]
        pdf._run([*command, *map(str, files.values())], place, seconds=180)
        made = {name: file.with_suffix(".pdf") for name, file in files.items()}
        return {name: file.read_bytes() for name, file in made.items() if file.is_file()}
