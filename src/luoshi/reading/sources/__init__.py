"""Files in: docx, pdf, html, Markdown and plain text become a text with the headings that the file declares.

``load`` looks at the content first and takes the name's ending as a help. It raises
:class:`~luoshi.reading.errors.ReadError` and nothing else, with one of the codes ``empty``, ``too_large``,
``encrypted``, ``macro``, ``corrupt``, ``zip_bomb``, ``scanned_pdf``, ``undecodable``, ``unsupported_type``.
Every error carries ``name``.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePath

from luoshi.reading.errors import ReadError
from luoshi.reading.model import Hint, Source
from luoshi.reading.sources import limits, plain

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"MIME-Version:", "mhtml"),
    (b"SQLite format 3", "binary"),
)
_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".shtml"})
_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_HTML_PIECE = re.compile(rb"\s*<(?:div|p|table|article|section|h[1-6]|meta|title)\b[^>]*>", re.I)
_MARKDOWN = re.compile(r"^#{1,6} \S", re.M)


def load(data: bytes, name: str) -> Source:
    """Read the bytes of a file called ``name`` (``-`` for standard input, judged by content alone).

    For plain text, ``Source.text`` is the decoded bytes without the byte-order mark and with ``\\n`` line ends.
    Raises :class:`ReadError` as the package says.
    """
    limits.check_bytes(len(data), name)
    text, hints = _read(data, name, PurePath(name).suffix.lower())
    limits.check_text(text, name)
    return Source(name=name, sha256=hashlib.sha256(data).hexdigest(), text=text, hints=hints)


def _read(data: bytes, name: str, suffix: str) -> tuple[str, list[Hint]]:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) or suffix in (".docx", ".docm"):
        return _read_zip(data, name)
    if b"%PDF-" in data[:1024] or suffix == ".pdf":
        from luoshi.reading.sources import pdf  # noqa: PLC0415 - each reader is imported when its kind of file comes

        return pdf.read(data, name), []
    _refuse_foreign(data, name)
    return _read_text(data, name, suffix)


def _read_zip(data: bytes, name: str) -> tuple[str, list[Hint]]:
    if data.startswith(_OLE):
        _refuse_foreign(data, name)
    if not data.startswith(b"PK"):
        raise ReadError("corrupt", name=name, kind="docx")
    from luoshi.reading.sources import docx  # noqa: PLC0415

    return docx.read(data, name)


def _refuse_foreign(data: bytes, name: str) -> None:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ReadError("encrypted", name=name)
        word = "WordDocument".encode("utf-16-le") in data
        raise ReadError("unsupported_type", name=name, kind="doc" if word else "ole")
    for magic, kind in _FOREIGN:
        if data.startswith(magic):
            raise ReadError("unsupported_type", name=name, kind=kind)


def _read_text(data: bytes, name: str, suffix: str) -> tuple[str, list[Hint]]:
    head = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")  # UTF-16 markup reads as ASCII without NULs
    if suffix in _HTML_SUFFIXES or _HTML.match(head) or (not suffix and _HTML_PIECE.match(head)):
        from luoshi.reading.sources import webpage  # noqa: PLC0415

        return webpage.read(data, name)
    text = plain.read(data, name)
    limits.check_text(text, name)
    if suffix in _MARKDOWN_SUFFIXES or (name == "-" and len(_MARKDOWN.findall(text)) >= 2):
        from luoshi.reading.sources import markdown  # noqa: PLC0415

        return markdown.read(text)
    return text, []
