"""Pages of a PDF as values: glyphs with their places, ruling lines, how much of it is a picture.

The only module that knows PDFium. Everything is handed on upright, in points from the page's upper left
corner, whatever the page's own rotation is: a table that was printed sideways is read like any other.
Scripts, links, attachments and forms are never looked at.
"""

from __future__ import annotations

import ctypes
import math
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import pypdfium2.raw as pdfium

from importers.readers.pdf_characters import UNKNOWN, is_chinese, ordinary
from tracker.domain.errors import UnreadableFile

MAX_PAGES = 500
MAX_GLYPHS = 2_000_000
MAX_OBJECTS = 400_000
_MAX_NESTING = 6
_THIN = 3.0  # a filled rectangle as thin as this is drawn as a line
_TALLEST = 0.4  # of a page: what is filled above this is its background, not a row's
_ASKEW = 0.1
_SAMPLES = 40
_INVISIBLE = 3

_DAMAGED = "这个 PDF 文件已损坏或没有下载完整，打不开。请重新下载，或用 WPS 打开后另存为 .docx 再上传。"
_LOCKED = "这个 PDF 文件加了打开密码，无法读取。请用 WPS 或 Acrobat 取消密码，另存后再上传。"
_TOO_LONG = f"这个 PDF 超过 {MAX_PAGES} 页，无法导入。请只保留任务所在的页，另存为新的 PDF 后再上传。"
_TOO_FULL = "这个 PDF 的内容过多，无法导入。请只保留任务所在的页，另存为新的 PDF 后再上传。"

_Matrices = tuple[pdfium.FS_MATRIX, ...]

# PDFium knows one thread at a time.
_ONE_AT_A_TIME = threading.Lock()


class Glyph(NamedTuple):
    """One character: `baseline` is where it stands, `size` its height in points."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float


class Rule(NamedTuple):
    """A line, horizontal or vertical: at `at`, from `start` to `end`."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Sheet:
    """One page, upright."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    horizontal: list[Rule] = field(default_factory=list)
    vertical: list[Rule] = field(default_factory=list)
    shades: list[tuple[float, float, float, float]] = field(default_factory=list)
    pictured: float = 0.0
    unseen: int = 0
    unknown: int = 0
    slanted: list[str] = field(default_factory=list)  # what stands askew: a watermark
    broken: bool = False


class _Frame(NamedTuple):
    """The page's corners in its own coordinates, and by how many quarters its text is turned."""

    left: float
    bottom: float
    right: float
    top: float
    quarter: int

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.quarter == 1:
            return y - self.bottom, x - self.left
        if self.quarter == 2:
            return self.right - x, y - self.bottom
        if self.quarter == 3:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    @property
    def size(self) -> tuple[float, float]:
        across, down = self.right - self.left, self.top - self.bottom
        return (down, across) if self.quarter % 2 else (across, down)


def sheets(data: bytes) -> Iterator[Sheet]:
    """Give the pages of a PDF one after the other.

    Raises:
        UnreadableFile: damaged, locked or far too large, with a sentence that says what to do.

    """
    with _ONE_AT_A_TIME, _opened(data) as document:
        count = int(pdfium.FPDF_GetPageCount(document))
        if count > MAX_PAGES:
            raise UnreadableFile(_TOO_LONG)
        if count < 1:
            raise UnreadableFile(_DAMAGED)
        glyphs = objects = 0
        for index in range(count):
            reading = _PageReading(index + 1, MAX_OBJECTS - objects)
            sheet = reading.read(document)
            glyphs += len(sheet.glyphs)
            objects = MAX_OBJECTS - reading.budget
            if glyphs > MAX_GLYPHS or reading.budget < 0:
                raise UnreadableFile(_TOO_FULL)
            yield sheet


@contextmanager
def _opened(data: bytes) -> Iterator[object]:
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        locked = pdfium.FPDF_GetLastError() in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}
        raise UnreadableFile(_LOCKED if locked else _DAMAGED)
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


class _PageReading:
    """Reads one page; counts the drawn objects down, so that a bomb of them ends in a sentence."""

    def __init__(self, number: int, budget: int) -> None:
        self.number = number
        self.budget = budget

    def read(self, document: object) -> Sheet:
        page = pdfium.FPDF_LoadPage(document, self.number - 1)
        if not page:
            return Sheet(self.number, 0, 0, broken=True)
        try:
            text = pdfium.FPDFText_LoadPage(page)
            try:
                frame = _frame(page, text)
                sheet = Sheet(self.number, *frame.size)
                self._drawings(page, frame, sheet)
                if text and self.budget >= 0:
                    _glyphs(text, frame, sheet)
                return sheet
            finally:
                if text:
                    pdfium.FPDFText_ClosePage(text)
        finally:
            pdfium.FPDF_ClosePage(page)

    def _drawings(self, page: object, frame: _Frame, sheet: Sheet) -> None:
        for index in range(pdfium.FPDFPage_CountObjects(page)):
            self._object(pdfium.FPDFPage_GetObject(page, index), frame, sheet, ())
            if self.budget < 0:
                return

    def _object(self, thing: object, frame: _Frame, sheet: Sheet, above: _Matrices) -> None:
        self.budget -= 1
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._path(thing, frame, sheet, above)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = _bounds(thing, frame, above)
            across, down = min(x1, sheet.width) - max(x0, 0.0), min(y1, sheet.height) - max(y0, 0.0)
            sheet.pictured += max(0.0, across) * max(0.0, down) / max(1.0, sheet.width * sheet.height)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and len(above) < _MAX_NESTING:
            matrix = _matrix(thing)
            for index in range(pdfium.FPDFFormObj_CountObjects(thing)):
                self._object(pdfium.FPDFFormObj_GetObject(thing, index), frame, sheet, (matrix, *above))
                if self.budget < 0:
                    return

    def _path(self, path: object, frame: _Frame, sheet: Sheet, above: _Matrices) -> None:
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(path, filled, stroked)
        if not filled.value and not stroked.value:
            return
        x0, y0, x1, y1 = _bounds(path, frame, above)
        if x1 - x0 <= _THIN or y1 - y0 <= _THIN:
            _add_rule(sheet, (x0, y0), (x1, y1), _THIN)
        elif stroked.value:
            matrices = (_matrix(path), *above)
            for one, other in self._strokes(path):
                _add_rule(sheet, _moved(one, frame, matrices), _moved(other, frame, matrices), 1.0)
        else:
            matrices = (_matrix(path), *above)
            for corners in self._boxes(path):
                points = [_moved(corner, frame, matrices) for corner in corners]
                across, down = [x for x, _ in points], [y for _, y in points]
                one, other = (min(across), min(down)), (max(across), max(down))
                _add_rule(sheet, one, other, _THIN)
                if other[0] - one[0] > _THIN and _THIN < other[1] - one[1] < _TALLEST * sheet.height:
                    sheet.shades.append((*one, *other))

    def _segments(self, path: object) -> Iterator[tuple[int, tuple[float, float], bool]]:
        x, y = ctypes.c_float(), ctypes.c_float()
        count = pdfium.FPDFPath_CountSegments(path)
        self.budget -= count // 8
        for index in range(count if self.budget >= 0 else 0):
            segment = pdfium.FPDFPath_GetPathSegment(path, index)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            yield kind, (x.value, y.value), bool(pdfium.FPDFPathSegment_GetClose(segment))

    def _strokes(self, path: object) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
        """Give the straight pieces of a path; a curve only moves the pen."""
        first = here = (0.0, 0.0)
        for kind, point, closes in self._segments(path):
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                first = point
            elif kind == pdfium.FPDF_SEGMENT_LINETO:
                yield here, point
            here = point
            if closes:
                yield here, first
                here = first

    def _boxes(self, path: object) -> Iterator[list[tuple[float, float]]]:
        """Give the filled polygons of a path: many thin ones in one path are the lines of a whole table."""
        corners: list[tuple[float, float]] = []
        for kind, point, _ in self._segments(path):
            if kind == pdfium.FPDF_SEGMENT_MOVETO and corners:
                yield corners
                corners = []
            corners.append(point)
        if corners:
            yield corners


def _matrix(thing: object) -> pdfium.FS_MATRIX:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(thing, matrix)
    return matrix


def _moved(point: tuple[float, float], frame: _Frame, matrices: _Matrices) -> tuple[float, float]:
    x, y = point
    for m in matrices:
        x, y = m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f
    return frame.point(x, y)


def _bounds(thing: object, frame: _Frame, above: _Matrices) -> tuple[float, float, float, float]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    one = _moved((left.value, bottom.value), frame, above)
    other = _moved((right.value, top.value), frame, above)
    return min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])


def _add_rule(sheet: Sheet, one: tuple[float, float], other: tuple[float, float], thin: float) -> None:
    across, down = abs(one[0] - other[0]), abs(one[1] - other[1])
    if not (math.isfinite(across) and math.isfinite(down)):
        return
    if down <= thin and across > down:
        sheet.horizontal.append(Rule((one[1] + other[1]) / 2, min(one[0], other[0]), max(one[0], other[0])))
    elif across <= thin and down > across:
        sheet.vertical.append(Rule((one[0] + other[0]) / 2, min(one[1], other[1]), max(one[1], other[1])))


def _frame(page: object, text: object) -> _Frame:
    """The page's box, and the quarter turn that sets most of its text upright."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, box):
        box.right, box.top = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    count = pdfium.FPDFText_CountChars(text) if text else 0
    turns: Counter[int] = Counter()
    for index in range(0, count, max(1, count // _SAMPLES)):
        if not pdfium.FPDFText_IsGenerated(text, index):
            angle = pdfium.FPDFText_GetCharAngle(text, index)
            turns[-round(angle / (math.pi / 2)) % 4] += 1  # PDFium counts with the clock.
    quarter = turns.most_common(1)[0][0] if turns else int(pdfium.FPDFPage_GetRotation(page)) % 4
    return _Frame(box.left, box.bottom, box.right, box.top, quarter)


def _glyphs(text: object, frame: _Frame, sheet: Sheet) -> None:
    count = pdfium.FPDFText_CountChars(text)
    if count > MAX_GLYPHS:
        raise UnreadableFile(_TOO_FULL)
    loose = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pictured = sheet.pictured > 0.5
    upright = -frame.quarter * math.pi / 2
    for index in range(count):
        if pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        code = pdfium.FPDFText_GetUnicode(text, index)
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        if frame.quarter:
            pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top)
            one = frame.point(left.value, bottom.value)
            other = frame.point(right.value, top.value)
        else:
            pdfium.FPDFText_GetLooseCharBox(text, index, loose)
            one = frame.point(loose.left, loose.bottom)
            other = frame.point(loose.right, loose.top)
        origin = frame.point(x.value, y.value)
        x0, x1 = min(one[0], other[0], origin[0]), max(one[0], other[0])
        if abs(math.remainder(pdfium.FPDFText_GetCharAngle(text, index) - upright, math.tau)) > _ASKEW:
            sheet.slanted.append(ordinary(code))
            continue
        if not (x1 >= -1 and x0 <= sheet.width + 1 and -1 <= origin[1] <= sheet.height + 1):
            continue
        said = ordinary(code)
        if not said:
            continue
        if said == UNKNOWN or pdfium.FPDFText_HasUnicodeMapError(text, index) == 1:
            said = UNKNOWN
            sheet.unknown += 1
        size = abs(other[1] - one[1]) or 10.0
        if frame.quarter or is_chinese(said):
            size = max(size, min(x1 - x0, 1.4 * size), 4.0)
        sheet.glyphs.append(Glyph(said, x0, x1, origin[1], size))
        if pictured:
            thing = pdfium.FPDFText_GetTextObject(text, index)
            sheet.unseen += bool(thing) and pdfium.FPDFTextObj_GetTextRenderMode(thing) == _INVISIBLE
