"""Word documents before Word 97, by way of antiword where it is installed: a small program for just this.

It runs inside the limited child that reads, and so within its memory and time. What it writes is DocBook;
paragraphs and tables are taken from that, merged cells it does not tell.
"""

from __future__ import annotations

import shutil
import subprocess

from lxml import etree

from importers.source import RawCell, SourceBuilder, SourceDocument

_SECONDS = 15
_LARGEST = 24 * 1024 * 1024


def read(data: bytes, filename: str) -> SourceDocument | None:
    """Return the document, or nothing where antiword is missing or does not know the variety either."""
    program = shutil.which("antiword")
    if program is None:
        return None
    try:
        # Through its standard input: a folder of ours would be left behind where this child is stopped.
        done = subprocess.run(  # noqa: S603 - a fixed program; the document goes through standard input
            [program, "-x", "db", "-"], input=data, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if done.returncode or not done.stdout or len(done.stdout) > _LARGEST:
        return None
    return from_docbook(done.stdout, data, filename)


def from_docbook(docbook: bytes, data: bytes, filename: str) -> SourceDocument | None:
    """Return the paragraphs and tables of a DocBook text, or nothing where it is none or empty."""
    # Control characters that the old format leaves in the text would make the XML invalid: recover.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(docbook, parser)
    except etree.XMLSyntaxError:
        return None
    builder = SourceBuilder()
    for node in root.iter("para", "title", "informaltable") if root is not None else ():
        if node.tag == "informaltable":
            builder.add_grid([
                RawCell(_lines(entry), index, column)
                for index, row in enumerate(node.iter("row"))
                for column, entry in enumerate(row.iter("entry"))
            ])
        elif not any(above.tag in {"entry", "bookinfo"} for above in node.iterancestors()):
            # A paragraph that only holds a table has no text of its own.
            text = " ".join((node.text or "").split("\n")).strip() if len(node) else _lines(node)
            builder.add_paragraph(text, "heading" if node.tag == "title" else "")
    document = builder.build(filename, data, "doc")
    return document if document.text.strip() else None


def _lines(node: etree._Element) -> str:
    """Return the text of a node as its lines stand, without the breaks around it."""
    text = "".join(str(piece) for piece in node.itertext())
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())
