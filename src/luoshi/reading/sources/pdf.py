"""PDF with text: lines as printed, without page numbers and running heads; indented lines begin with ``　　``.

The file holds no paragraphs, only lines; :mod:`luoshi.reading.layout` puts them together. Pages follow one another
without a blank line, since a paragraph may run over the page's end.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from luoshi.reading.errors import ReadError
from luoshi.reading.sources.limits import (
    MAX_CHARS,
    MAX_PDF_BYTES,
    MAX_PDF_PAGES,
    MAX_PDF_STREAM_BYTES,
    MIN_PDF_CHARS_A_PAGE,
)

pypdfium2: Any = import_module("pypdfium2")  # a typed import would be checked with its own, unfinished, annotations

_BROKEN = (pypdfium2.PdfiumError, ValueError, OSError, RuntimeError, MemoryError)
_STREAM = re.compile(rb"stream\r?\n(?=[\x08-\x78][\x01-\xff])")
_CHUNK = 1 << 20
_PAGE_NUMBER = re.compile(
    r"[-—–―·•~\s]*(?:第\s*)?(?:\d{1,4}|[ivxlIVXL]{1,6})\s*页?\s*(?:[,，/／|]?\s*(?:共|of)?\s*\d{1,4}\s*页?)?[-—–―·•~\s]*"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_UNREADABLE = re.compile(r"[\ufffd\ue000-\uf8ff]")
_SENTENCE = re.compile(r"[，。；]")
_EDGE = 2  # lines at the top and at the foot of a page that may be running heads
_RUNNING_SHARE = 0.6
_RUNNING_PAGES = 3
_INDENT = 1.2  # in widths of a Chinese character
_SAME_LEFT = 3.0  # points


@dataclass(slots=True)
class _PdfLine:
    words: str
    left: float
    em: float  # width of the first character


def read(data: bytes, name: str) -> str:
    """The text of a PDF.

    Raises ``encrypted``, ``corrupt``, ``scanned_pdf`` (with ``pages``), ``too_large`` (with ``limit``) or ``zip_bomb``.
    """
    if b"%PDF-" not in data[:1024]:
        raise ReadError("corrupt", name=name, kind="pdf")
    _refuse_bomb(data, name)
    try:
        pages = _pages(data, name)
    except _BROKEN as error:
        raise ReadError("corrupt", name=name, kind="pdf") from error
    _drop_running(pages)
    lines = [line for page in pages for line in _indented(page)]
    text = "\n".join(lines)
    marks = len("".join(text.split()))
    if marks < MIN_PDF_CHARS_A_PAGE * len(pages) or len(_UNREADABLE.findall(text)) * 3 > marks:
        raise ReadError("scanned_pdf", name=name, pages=len(pages))
    return text


def _refuse_bomb(data: bytes, name: str) -> None:
    """Inflate every compressed stream against a budget, before a library inflates it into memory."""
    total = 0
    for match in _STREAM.finditer(data):
        size = 0
        inflater = zlib.decompressobj()
        rest = memoryview(data)[match.end() :]
        try:
            piece = inflater.decompress(rest[:_CHUNK], _CHUNK)
            at = _CHUNK
            while piece:
                size += len(piece)
                if size > MAX_PDF_STREAM_BYTES or total + size > MAX_PDF_BYTES:
                    raise ReadError("zip_bomb", name=name, limit=MAX_PDF_STREAM_BYTES, what="bytes")
                held: bytes | memoryview = inflater.unconsumed_tail
                if not held and not inflater.eof:
                    held, at = rest[at : at + _CHUNK], at + _CHUNK
                piece = inflater.decompress(held, _CHUNK) if len(held) else b""
        except zlib.error:
            pass  # not deflated, or damaged: the library decides
        total += size


def _pages(data: bytes, name: str) -> list[list[_PdfLine]]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise ReadError("encrypted", name=name) from None
        raise
    try:
        count = len(document)
        if count == 0:
            raise ReadError("corrupt", name=name, kind="pdf")
        if count > MAX_PDF_PAGES:
            raise ReadError("too_large", name=name, size=count, limit=MAX_PDF_PAGES, unit="pages")
        pages: list[list[_PdfLine]] = []
        chars = 0
        for index in range(count):
            pages.append(_page_lines(document, index))
            chars += sum(len(line.words) for line in pages[-1])
            if chars > MAX_CHARS:
                raise ReadError("too_large", name=name, size=chars, limit=MAX_CHARS, unit="chars")
        return pages
    finally:
        document.close()


def _page_lines(document: Any, index: int) -> list[_PdfLine]:
    page = document[index]
    try:
        text_page = page.get_textpage()
        try:
            return _lines(text_page)
        finally:
            text_page.close()
    finally:
        page.close()


def _lines(text_page: Any) -> list[_PdfLine]:
    count = text_page.count_chars()
    text = text_page.get_text_range() if count else ""
    placed = len(text) == count  # otherwise characters outside of the basic plane shift the places
    lines: list[_PdfLine] = []
    start = 0
    for raw in text.split("\r\n"):
        words = _CONTROL.sub("", raw).strip()
        if words:
            first = start + len(raw) - len(raw.lstrip())
            left, _, right, _ = text_page.get_charbox(first, loose=True) if placed else (0.0, 0.0, 0.0, 0.0)
            lines.append(_PdfLine(words, left, right - left))
        start += len(raw) + 2
    return lines


def _drop_running(pages: list[list[_PdfLine]]) -> None:
    """Take out page numbers, and lines that stand at the same edge of most pages."""
    for page in pages:
        for at in (0, -1):
            if page and len(pages) > 1 and _PAGE_NUMBER.fullmatch(page[at].words):
                del page[at]
    if len(pages) < _RUNNING_PAGES:
        return
    for first in (True, False):
        seen = Counter(key for page in pages for key in {_running_key(line) for line in _edge(page, first)})
        running = {key for key, n in seen.items() if key and n >= _RUNNING_SHARE * len(pages)}
        for page in pages:
            edge = _edge(page, first)
            kept = [line for line in edge if _running_key(line) not in running]
            page[:] = kept + page[len(edge) :] if first else page[: len(page) - len(edge)] + kept


def _edge(page: list[_PdfLine], first: bool) -> list[_PdfLine]:
    return page[:_EDGE] if first else page[-_EDGE:]


def _running_key(line: _PdfLine) -> str:
    """The line without digits and blanks; empty for what is no running head: a long line, a piece of a sentence."""
    if len(line.words) > 50 or _SENTENCE.search(line.words):
        return ""
    return re.sub(r"[\d\s\u3000]+", "", line.words)


def _indented(page: list[_PdfLine]) -> list[str]:
    """The lines of a page, those that begin to the right of the margin with two full-width blanks before them."""
    margin = _margin(page)
    em = max((line.em for line in page), default=0.0)
    out = []
    for line in page:
        width = line.em if line.em > 0.6 * em else em
        out.append(("\u3000\u3000" if width and line.left > margin + _INDENT * width else "") + line.words)
    return out


def _margin(page: list[_PdfLine]) -> float:
    """The leftmost place at which several lines begin."""
    lefts = sorted(line.left for line in page)
    enough = max(2, len(lefts) // 12)
    for i, left in enumerate(lefts):
        if sum(other <= left + _SAME_LEFT for other in lefts[i : i + enough]) >= min(enough, len(lefts)):
            return left
    return lefts[0] if lefts else 0.0
