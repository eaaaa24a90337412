"""The package of a template: what it may hold, its parts with text, and the finished file.

The gate of imports has looked at the bytes before (sizes, macros, embedded objects, links to the outside).
What is refused here is what an honest document may hold, but no template of which every reader gets a copy:
fields that fetch or change by themselves, text of other files, tracked changes and comments.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from xml.sax.saxutils import escape

from docx.oxml.ns import qn
from lxml import etree

from tracker.documents.official_layout import printable
from tracker.domain.errors import RuleViolated
from tracker.domain.sealing import packed, sealed

_TEXTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_COMMENTS = re.compile(r"word/comments\.xml")
_SETTINGS = re.compile(r"word/(?:settings\.xml|_rels/settings\.xml\.rels)")
_HARMLESS = {
    "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "PAGEREF", "REF", "NOTEREF", "STYLEREF", "SEQ", "TOC",
    "TC", "HYPERLINK", "SYMBOL", "EQ", "ADVANCE", "=",
}  # fmt: skip
_CODE = re.compile(r"\s*(=|[A-Za-z]+)")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_CORE = "docProps/core.xml"
BROKEN = "文件已损坏，打不开。请在 Word 或 WPS 里另存为 .docx 后再上传。"
MOST_UNPACKED = 40 * 1024 * 1024
_PLACES = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}


class NotTemplate(RuleViolated):
    """这个文件不能作模板。"""


@dataclass(slots=True)
class Package:
    """A template that was opened: its members in their order, and those with text as trees."""

    members: dict[str, bytes]
    texts: dict[str, etree._Element]

    def packed(self, title: str, made_at: datetime) -> bytes:
        """The finished file; it says nothing of who made the template, nor where that lay."""
        made: list[tuple[str, bytes]] = []
        for name, content in self.members.items():
            if name in self.texts:
                made.append((name, _bytes_of(self.texts[name])))
            elif name == _CORE:
                made.append((name, _core(title)))
            elif _SETTINGS.fullmatch(name):
                made.append((name, _without_ties(content)))
            else:
                made.append((name, content))
        return sealed(packed(made), made_at=made_at)


def opened(data: bytes) -> Package:
    """The package of a template that was admitted.

    Raises:
        NotTemplate: it cannot be read.

    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise NotTemplate("模板解开后过大。请压缩里面的图片，另存后再上传。")
            members = {part.filename: archive.read(part) for part in archive.infolist() if not part.is_dir()}
        texts = {name: _parsed(content) for name, content in members.items() if _TEXTS.fullmatch(name)}
    except (zipfile.BadZipFile, etree.XMLSyntaxError, OSError, RuntimeError, ValueError) as error:
        raise NotTemplate(BROKEN) from error
    return Package(members, texts)


def check(data: bytes) -> None:
    """Refuse what no template may hold.

    Raises:
        NotTemplate: with one sentence that says what to do.

    """
    package = opened(data)
    for name, content in package.members.items():
        if name.endswith((".xml", ".rels")):
            _readable(content)
        if _COMMENTS.fullmatch(name) and b"<w:comment " in content:
            raise NotTemplate("模板里还有批注，发出去的文稿会带着它们。请删去全部批注后再上传。")
    for part in package.texts.values():
        _check_part(part)


def _readable(content: bytes) -> None:
    """Refuse a part that no reader could follow: every document made of the template would be as broken."""
    try:
        _parsed(content)
    except etree.XMLSyntaxError as error:
        raise NotTemplate(BROKEN) from error


def _check_part(part: etree._Element) -> None:
    if next(part.iter(qn("w:ins"), qn("w:del"), qn("w:moveFrom"), qn("w:moveTo")), None) is not None:
        raise NotTemplate("模板里还有修订痕迹。请在“审阅”里接受全部修订，再另存上传。")
    if next(part.iter(qn("w:altChunk"), qn("w:subDoc")), None) is not None:
        raise NotTemplate("模板里嵌着另一个文件。请把内容复制进来，另存后再上传。")
    for code in _codes(part):
        found = _CODE.match(code)
        if found is None or found[1].upper() not in _HARMLESS:
            said = found[1].upper() if found else code.strip()[:20]
            raise NotTemplate(
                f"模板里有会自动变化或取外部内容的域（{said}）。请在 Word 里选中它按 Ctrl+Shift+F9 变成文字；"
                "日期请改用“{{成文日期}}”。"
            )


def _codes(part: etree._Element) -> list[str]:
    """The instructions of Word's own fields, put together where they are cut into runs."""
    found = [str(each.get(qn("w:instr"), "")) for each in part.iter(qn("w:fldSimple"))]
    open_codes: list[str] = []
    for each in part.iter(qn("w:fldChar"), qn("w:instrText")):
        if each.tag == qn("w:instrText"):
            if not open_codes:
                found.append(each.text or "")
            else:
                open_codes[-1] += each.text or ""
        elif each.get(qn("w:fldCharType")) == "begin":
            open_codes.append("")
        elif each.get(qn("w:fldCharType")) in {"separate", "end"} and open_codes:
            code = open_codes[-1]
            if each.get(qn("w:fldCharType")) == "end":
                open_codes.pop()
                found.append(code)
    return [*found, *open_codes]


def place_of(name: str) -> str:
    """页眉 for word/header2.xml."""
    return next((words for key, words in _PLACES.items() if key in name), "")


def _parsed(content: bytes) -> etree._Element:
    return etree.fromstring(content, _PARSER)


def _bytes_of(tree: etree._Element) -> bytes:
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


_TIES = {qn("w:attachedTemplate"), qn("w:mailMerge")}


def _without_ties(content: bytes) -> bytes:
    """Settings without the path of the author's own template, or of a list of addresses."""
    tree = _parsed(content)
    for each in list(tree.iter()):
        parent = each.getparent()
        kind = str(each.get("Type", "")).rpartition("/")[2]
        if parent is not None and (each.tag in _TIES or kind in {"attachedTemplate", "mailMergeSource"}):
            parent.remove(each)
    return _bytes_of(tree)


def _core(title: str) -> bytes:
    """The properties of the file: its title and the stamps, which are set with the rest (`sealing`)."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(printable(title))}</dc:title>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">-</dcterms:created>'
        '<dcterms:modified xsi:type="dcterms:W3CDTF">-</dcterms:modified></cp:coreProperties>'
    ).encode()
