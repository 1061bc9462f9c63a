"""The bounds of what is read, in one place: every reader of a format keeps to them and refuses what lies beyond."""

from __future__ import annotations

from luoshi.reading.errors import ReadError

MAX_BYTES = 64 * 1024 * 1024
"""Bytes of a file. The longest national report with all its pictures stays under 20 MiB."""

MAX_CHARS = 5_000_000
"""Characters of text: about 200 reports in one file."""

MAX_ZIP_MEMBERS = 5_000
MAX_ZIP_BYTES = 200 * 1024 * 1024
"""Bytes of all members of a zip together, inflated."""

MAX_ZIP_RATIO = 200
"""Inflated to deflated; only asked of members above :data:`ZIP_RATIO_FROM`, since empty XML shrinks well."""

ZIP_RATIO_FROM = 1024 * 1024
MAX_XML_BYTES = 64 * 1024 * 1024
"""Bytes of one XML part: its tree in memory takes some ten times as much."""

MAX_PDF_PAGES = 2_000
MAX_PDF_STREAM_BYTES = 200 * 1024 * 1024
"""Bytes of one stream of a PDF, inflated; a scanned page of A3 in colour has 100 MB."""

MAX_PDF_BYTES = 600 * 1024 * 1024
"""Bytes of all deflated streams of a PDF together; they are inflated one by one."""

MIN_PDF_CHARS_A_PAGE = 12
"""A document whose pages hold fewer characters on average is a scan: page numbers and stamps are all its text."""


def check_bytes(size: int, name: str) -> None:
    """Refuse a file above :data:`MAX_BYTES` (``too_large``) and one without a byte (``empty``)."""
    if size > MAX_BYTES:
        raise ReadError("too_large", name=name, size=size, limit=MAX_BYTES, unit="bytes")
    if size == 0:
        raise ReadError("empty", name=name)


def check_text(text: str, name: str) -> None:
    """Refuse a text above :data:`MAX_CHARS` (``too_large``) and one of blanks only (``empty``)."""
    if len(text) > MAX_CHARS:
        raise ReadError("too_large", name=name, size=len(text), limit=MAX_CHARS, unit="chars")
    if not text or text.isspace():
        raise ReadError("empty", name=name)
