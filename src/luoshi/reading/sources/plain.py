"""Plain text: bytes to characters, and nothing else changed but the byte-order mark and the line ends."""

from __future__ import annotations

import codecs
import re

from luoshi.reading.errors import ReadError
from luoshi.reading.sources.limits import MAX_CHARS

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff\u3000-\u3011\uff01-\uff5e\u2014\u201c\u201d\n\r\t -~]")
_COMMON = re.compile(r"[\n，。、的和工一年 ]")
_SAMPLE = 4096
_DAMAGED_UTF8_AFTER = 8  # valid multi-byte characters; GB18030 text does not begin with that many by chance


def decode(data: bytes, name: str) -> str:
    """Decode ``data`` strictly: mark, UTF-8, UTF-16 without a mark, GB18030, in that order.

    Raises ``undecodable`` with ``position``, the offset of the first byte that fits no encoding.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, name, len(mark))
    if wide := _wide_encoding(data):
        return _strict(data, wide, name, 0)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(_MULTIBYTE.findall(data, 0, min(error.start, _SAMPLE))) >= _DAMAGED_UTF8_AFTER:
            raise ReadError("undecodable", name=name, position=error.start, encoding="UTF-8") from None
    return _strict(data, "gb18030", name, 0)


def normalise_lines(text: str) -> str:
    """Turn ``\\r\\n`` and ``\\r`` into ``\\n``."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def read(data: bytes, name: str) -> str:
    """Read plain text. Raises ``undecodable``, or ``unsupported_type`` where control characters show other data."""
    text = decode(data, name)
    refuse_binary(text, name)
    return normalise_lines(text)


def refuse_binary(text: str, name: str) -> None:
    """Raise ``unsupported_type`` when more than one character in a thousand is a control character, or any is NUL."""
    if len(text) > MAX_CHARS:
        return  # refused by its size
    controls = sum(1 for _ in _CONTROL.finditer(text))
    if controls * 1000 > len(text) or "\0" in text:
        raise ReadError("unsupported_type", name=name, kind="binary")


def _strict(data: bytes, encoding: str, name: str, skipped: int) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError("undecodable", name=name, position=skipped + error.start, encoding=encoding.upper()) from None


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: a sample that is nearly all Chinese, ASCII and their punctuation when read so."""
    if len(data) % 2 or len(data) < 4:
        return None
    sample = data[:_SAMPLE]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, "replace")
        if len(_CHINESE.findall(text)) >= 0.95 * len(text) and _COMMON.search(text):
            return encoding if b"\0" in sample or not _is_utf8(data) else None
    return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
