r"""Rich Text Format (.rtf, often saved under the name .doc): control words, groups and text.

The result is that of .docx: fields show their result, deleted and hidden text is out, automatic numbers are
taken from the copy that writers leave for readers without lists (`\listtext`), tables keep merged cells. A
text is bytes of a code page that depends on the font, or `\u` followed by a substitute for old readers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from importers.findings import Finding
from importers.readers.doc_blocks import Line, Tree, emit
from importers.readers.doc_pieces import whole
from importers.readers.doc_tables import Row
from importers.source import SourceBuilder, SourceDocument
from tracker.domain.errors import UnreadableFile

_BROKEN = "文件已损坏或没有下载完整，打不开。请用 Word 或 WPS 打开，另存为 .docx 后再上传。"
_DEEPEST = 500
_MAX_CELLS = 64
_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    r"|(?P<group>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|.", re.DOTALL,
)
# Groups whose text is no text of the document; every group marked with \* is one too, save those below.
_ASIDE = frozenset({
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "nonshppict", "header", "headerl", "headerr",
    "headerf", "footer", "footerl", "footerr", "footerf", "footnote", "annotation", "fldinst", "object",
    "listtable", "sp", "shprslt", "nonesttables", "pgptbl", "revtbl", "xe", "tc", "rxe", "bkmkstart",
    "bkmkend", "atnid", "atnauthor", "themedata", "datastore", "xmlnstbl",
})
_STARRED_TEXT = frozenset({"shpinst", "nesttableprops", "shptxt"})
_LETTERS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "tab": "\t", "bullet": "•", "line": "\n", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005",
}
_SIGNS = {"~": "\xa0", "_": "-", "\\": "\\", "{": "{", "}": "}"}
# A letter of a symbol font is a box, a tick or a bullet; outside the font it means nothing.
_SYMBOLS = "symbols"
_CODE_PAGES = {936: "gb18030", 950: "cp950", 932: "cp932", 949: "cp949", 54936: "gb18030", 65001: "utf-8"}
_CHARSETS = {134: "gb18030", 136: "cp950", 128: "cp932", 129: "cp949", 0: "cp1252", 2: _SYMBOLS}
_NUMBERED = re.compile(r"[\w①-⓿㈠-㊰⑴-⒛]")


@dataclass(frozen=True, slots=True)
class _Group:
    """What a group may change for itself alone."""

    aside: bool = False
    label: bool = False
    fonts: bool = False
    codec: str = ""
    skipped: int = 1
    hidden: bool = False
    deleted: bool = False
    inner_row: bool = False
    box: bool = False


@dataclass(slots=True)
class _RowSoFar:
    """The definition of a row while its control words pass by."""

    borders: list[int] = field(default_factory=lambda: [0])
    flags: list[frozenset[str]] = field(default_factory=list)
    pending: set[str] = field(default_factory=set)

    def cell(self, right: int) -> None:
        if len(self.flags) < _MAX_CELLS:
            self.borders.append(max(right, self.borders[-1]))
            self.flags.append(frozenset(self.pending))
        self.pending.clear()

    def row(self) -> Row | None:
        if not self.flags:
            return None
        return Row(
            tuple(self.borders), tuple("clmrg" in flags for flags in self.flags),
            tuple("clvmrg" in flags for flags in self.flags),
            tuple("clvmgf" in flags for flags in self.flags),
        )


class _Reader:
    def __init__(self, text: str) -> None:
        self._input = text
        self._tree = Tree()
        self._groups = [_Group()]
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._raw = bytearray()
        self._text: list[str] = []
        self._label: list[str] = []
        self._skip = 0
        self._starred = False
        self._depth = 0
        self._heading = False
        self._rows = [_RowSoFar()]
        self._around: list[tuple[list[str], int, bool]] = []
        self.tracked = False

    def read(self) -> Tree:
        at = 0
        while (match := _TOKEN.match(self._input, at)) is not None:
            at = match.end()
            if match["group"]:
                self._brace(match["group"])
            elif match["word"]:
                if match["word"] == "bin":
                    at += max(0, int(match["number"] or 0))
                else:
                    self._word(match["word"], match["number"])
            elif match["hex"]:
                self._bytes(bytes.fromhex(match["hex"]))
            elif match["text"]:
                self._bytes(match["text"].encode("latin-1"))
            elif match["sign"]:
                self._sign(match["sign"])
        if "".join(self._text).strip() or self._raw:
            self._paragraph()
        self._tree.finish()
        return self._tree

    @property
    def _state(self) -> _Group:
        return self._groups[-1]

    def _change(self, **changes: object) -> None:
        self._groups[-1] = replace(self._groups[-1], **changes)  # type: ignore[arg-type]

    def _brace(self, brace: str) -> None:
        self._flush()
        self._skip, self._starred = 0, False
        if brace == "{":
            if len(self._groups) > _DEEPEST:
                raise UnreadableFile(_BROKEN)
            self._groups.append(self._state)
        elif len(self._groups) > 1:
            ended = self._groups.pop()
            if ended.inner_row and not self._state.inner_row:
                self._rows.pop()
            if ended.box and not self._state.box:
                self._leave_box()

    def _leave_box(self) -> None:
        if "".join(self._text).strip():
            self._paragraph()
        self._text, self._depth, self._heading = self._around.pop()

    def _bytes(self, raw: bytes) -> None:
        r"""Take text; what stands after \u for old readers is passed over, a character a byte."""
        if self._state.aside:
            return
        if self._skip:
            passed = min(self._skip, len(raw))
            self._skip -= passed
            raw = raw[passed:]
        self._raw += raw

    def _flush(self) -> None:
        if self._raw:
            raw = bytes(self._raw)
            self._raw.clear()
            self._put(self._decoded(raw))

    def _decoded(self, raw: bytes) -> str:
        codec = self._state.codec or self._codec
        if codec == _SYMBOLS:
            return ""
        if codec == "cp1252" and self._codec != "cp1252":
            # A Western font named by mistake: in a Chinese file pairs of high bytes are Chinese.
            try:
                return raw.decode(self._codec)
            except UnicodeDecodeError:
                pass
        return raw.decode(codec, errors="replace")

    def _put(self, text: str) -> None:
        state = self._state
        if state.aside or state.hidden or state.deleted:
            return
        (self._label if state.label else self._text).append(text)

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._starred = True
            return
        self._flush()
        if sign in "\r\n":
            self._paragraph()
        elif sign in _SIGNS:
            if self._skip:
                self._skip -= 1
            else:
                self._put(_SIGNS[sign])

    def _word(self, word: str, digits: str | None) -> None:
        number = int(digits) if digits is not None else None
        starred, self._starred = self._starred, False
        if word in _ASIDE or (starred and word not in _STARRED_TEXT):
            self._flush()
            self._change(aside=True, fonts=word == "fonttbl")
        elif self._state.fonts:
            self._of_font(word, number or 0)
        elif self._state.aside:
            # An embedded object shows its result.
            if word == "result":
                self._change(aside=False)
        elif word == "u":
            self._flush()
            self._put(chr((number or 0) & 0xFFFF))
            self._skip = self._state.skipped
        else:
            self._flush()
            if word in _LETTERS:
                self._put(_LETTERS[word])
            elif not self._of_text(word, number) and not self._of_paragraph(word, number):
                self._of_table(word, number)

    def _of_font(self, word: str, number: int) -> None:
        if word == "f":
            self._font = number
        elif word == "fcharset" and number in _CHARSETS:
            self._fonts[self._font] = _CHARSETS[number]

    def _of_text(self, word: str, number: int | None) -> bool:
        on = number != 0
        if word == "f":
            self._change(codec=self._fonts.get(number or 0, ""))
        elif word == "uc":
            self._change(skipped=max(0, min(number or 0, 4)))
        elif word == "ansicpg":
            self._codec = _CODE_PAGES.get(number or 0, "cp1252")
        elif word == "v":
            self._change(hidden=on)
        elif word == "deleted":
            self._change(deleted=on)
            self.tracked = self.tracked or on
        elif word == "revised":
            self.tracked = self.tracked or on
        elif word == "plain":
            self._change(hidden=False, deleted=False, codec="")
        elif word in {"listtext", "pntext"}:
            self._change(label=True)
        elif word == "shptxt":
            # A text box stands inside the paragraph at which it hangs.
            self._around.append((self._text, self._depth, self._heading))
            self._text = []
            self._change(box=True)
        else:
            return False
        return True

    def _of_paragraph(self, word: str, number: int | None) -> bool:
        if word in {"par", "sect"}:
            self._paragraph()
        elif word == "pard":
            if not self._state.label:
                self._depth, self._heading = 0, False
        elif word == "intbl":
            self._depth = max(1, self._depth)
        elif word == "itap":
            self._depth = max(0, min(number or 0, 30))
        elif word == "outlinelevel":
            self._heading = (number or 0) < 9
        else:
            return False
        return True

    def _of_table(self, word: str, number: int | None) -> None:
        definition = self._rows[-1]
        if word == "nesttableprops":
            self._change(inner_row=True)
            self._rows.append(_RowSoFar())
        elif word == "trowd":
            self._rows[-1] = _RowSoFar()
        elif word == "trleft" and not definition.flags:
            definition.borders[0] = number or 0
        elif word in {"clmgf", "clmrg", "clvmgf", "clvmrg"}:
            definition.pending.add(word)
        elif word == "cellx":
            definition.cell(number or 0)
        elif word == "cell":
            self._paragraph(depth=1, ends_cell=True)
        elif word == "nestcell":
            self._paragraph(depth=max(2, self._depth), ends_cell=True)
        elif word in {"row", "nestrow"}:
            depth = 1 if word == "row" else max(2, self._depth)
            if "".join(self._text).strip():
                self._paragraph(depth=depth, ends_cell=True)
            self._tree.end_row(depth, definition.row())

    def _paragraph(self, depth: int | None = None, *, ends_cell: bool = False) -> None:
        self._flush()
        text = "".join(ch for ch in whole("".join(self._text)) if ch >= " " or ch in "\t\n")
        label = whole("".join(self._label)).strip("\t\n")
        self._text.clear()
        self._label.clear()
        if text.strip() and _NUMBERED.search(label):
            text = label + text
        self._tree.add(
            Line(text, self._heading), self._depth if depth is None else depth, ends_cell=ends_cell,
        )


def read(data: bytes, filename: str) -> SourceDocument:
    """Read an RTF file.

    Raises:
        UnreadableFile: damaged, or without text.

    """
    reader = _Reader(data.decode("latin-1"))
    tree = reader.read()
    builder = SourceBuilder()
    if reader.tracked:
        builder.findings.append(Finding(
            "warning", "tracked-changes", "文档里有未接受的修订，已按接受后的文字读取，请核对是否为定稿。",
        ))
    emit(tree.blocks, builder)
    source = builder.build(filename, data, "rtf")
    if not source.text.strip():
        raise UnreadableFile("文档里没有文字，可能全是图片。请上传文字版，或粘贴文字。")
    return source
