"""What is no plan, told by its first bytes (文件头), and the sentence that says what to do with it."""

from __future__ import annotations

import re

_PICTURE = (
    "这是一张图片，里面的文字读不出来。请上传原来的 .docx 或 .xlsx 文件；只有图片时，请先用识别文字的工具"
    "（OCR）转成文字，再粘贴导入。"
)
_ARCHIVE = "这是一个压缩包。请解压后上传里面的 .docx 或 .xlsx 文件。"
_PROGRAM = "这是一个程序文件，不能导入。请上传计划文件本身。"
_SHORTCUT = "这是一个快捷方式，不是文件本身。请上传它指向的那个文件。"
_CLOUD = "这里只有一个网址或云文档的链接，没有正文。请打开它，下载或另存为 .docx、.xlsx 后再上传。"
_XML = (
    "这是以 XML 保存的旧格式，暂不能直接读取。请用 Word、Excel 或 WPS 打开，另存为 .docx（表格另存为 .xlsx）"
    "后再上传。"
)

# (offset, bytes, sentence), the first that fits decides.
_MAGIC = (
    (0, b"\x89PNG\r\n", _PICTURE),
    (0, b"\xff\xd8\xff", _PICTURE),
    (0, b"GIF87a", _PICTURE),
    (0, b"GIF89a", _PICTURE),
    (0, b"II*\x00", _PICTURE),
    (0, b"MM\x00*", _PICTURE),
    (8, b"WEBPVP8", _PICTURE),
    (4, b"ftypheic", _PICTURE),
    (4, b"ftypmif1", _PICTURE),
    (6, b"\x00\x00\x00\x00\x36\x00\x00\x00", _PICTURE),  # BMP, whose mark BM also begins words
    (0, b"Rar!\x1a\x07", _ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (0, b"\x1f\x8b\x08", _ARCHIVE),
    (0, b"BZh", _ARCHIVE),
    (0, b"\xfd7zXZ\x00", _ARCHIVE),
    (0, b"MSCF\x00\x00\x00\x00", _ARCHIVE),
    (257, b"ustar", _ARCHIVE),
    (0, b"MZ\x90\x00", _PROGRAM),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", _SHORTCUT),
    (0, b"[InternetShortcut]", _SHORTCUT),
)
_LINK = re.compile(r"\s*(?:\S{0,80}[:：]\s*)?https?://\S+\s*\Z")
# Word, Excel and the Chinese UOF wrote whole documents as one XML file; to a text reader it is all tags.
_XML_ROOT = re.compile(
    rb"<\?mso-application\b|<(?:\w+:)?(?:wordDocument|Workbook\s[^>]*urn:schemas-microsoft-com|UOF|package\s[^>]*2006/xmlPackage"
    rb"|document\s[^>]*opendocument|document-content)\b",
)


def refusal(data: bytes) -> str | None:
    """Return the sentence for a file of a kind that holds no readable plan, or nothing."""
    for offset, magic, sentence in _MAGIC:
        if data.startswith(magic, offset):
            return sentence
    head = data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"<") and _XML_ROOT.search(head):
        return _XML
    if len(data) < 2048 and _LINK.match(data.decode("utf-8", errors="replace").lstrip("\ufeff")):
        return _CLOUD
    return None
