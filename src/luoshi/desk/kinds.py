"""What a file that was handed in really is: by its content, never by its name. Pure but for the stream it reads.

Taken are pictures (JPEG, PNG, WebP), PDF, the Office formats without macros, and plain text. What is known and not
taken is refused with what to do instead; all else is refused as unknown.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from functools import partial
from typing import Any, BinaryIO, Final

PICTURES: Final = frozenset({"jpg", "png", "webp"})
OFFICE: Final = frozenset({"docx", "xlsx", "pptx"})
TEXTS: Final = frozenset({"txt", "csv"})
EVERY: Final = PICTURES | OFFICE | TEXTS | {"pdf"}

MIB: Final = 1024 * 1024
MOST_BYTES: Final = {
    **dict.fromkeys(PICTURES, 20 * MIB), **dict.fromkeys(OFFICE, 50 * MIB), **dict.fromkeys(TEXTS, 5 * MIB),
    "pdf": 100 * MIB,
}  # fmt: skip
"""Kind → how large a file of it may be."""
HEAD: Final = 4096
PDF_WITHIN: Final = 1024
"""A reader takes a file for a PDF if its mark stands within so many bytes."""
MOST_PARTS: Final = 5000
MOST_UNPACKED: Final = 400 * MIB
MOST_RATIO: Final = 150
LARGEST_TYPES: Final = MIB
MOST_INFLATED: Final = 64 * MIB

_MAIN: Final = {
    "docx": b"wordprocessingml.document.main+xml", "xlsx": b"spreadsheetml.sheet.main+xml",
    "pptx": b"presentationml.presentation.main+xml",
}  # fmt: skip
_MACROS: Final = (b"macroEnabled", b"vbaProject", b"ms-office.activeX")
_HEIC: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!", b"dex\n")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ACTIVE: Final = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFile|EmbeddedFiles|RichMedia|XFA|SubmitForm|ImportData|GoToE|Rendition|Encrypt)"
    rb"(?![A-Za-z0-9])"
)
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_OTHER_FILTERS: Final = re.compile(rb"/(ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|RunLengthDecode|RL)\b")
"""Ways to pack objects that are not looked into."""
_FED: Final = 65_536
_STREAM: Final = re.compile(rb"stream\r?\n")
_MARKUP: Final = re.compile(r"\s*<(?:[a-zA-Z!?/])")


class UploadError(Exception):
    """A file that is not taken: ``code`` says why, ``details`` fill its words in."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), self.code, **self.details), ()


def kind_of(stream: BinaryIO, name: str, size: int) -> str:
    """The kind of what ``stream`` holds (``name`` only tells .csv from .txt). Raises UploadError.

    Codes: ``empty``, ``heic``, ``program``, ``old_office``, ``markup``, ``polyglot``, ``unknown``, ``too_large``,
    ``macros``, ``archive``, ``zip_bomb``, ``broken``.
    """
    stream.seek(0)
    head = stream.read(HEAD)
    kind = _by_magic(head) or _text(stream, name, size)
    if size > MOST_BYTES[kind]:
        raise UploadError("too_large", most=MOST_BYTES[kind] // MIB)
    if kind == "zip":
        raise UploadError("archive")
    return kind


def _by_magic(head: bytes) -> str:
    if not head:
        raise UploadError("empty")
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        raise UploadError("heic")
    if head.startswith(_PROGRAMS):
        raise UploadError("program")
    if head.startswith(_OLE):
        raise UploadError("old_office")
    kind = ""
    if head.startswith(b"\xff\xd8\xff"):
        kind = "jpg"
    elif head.startswith(b"\x89PNG\r\n\x1a\n"):
        kind = "png"
    elif head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        kind = "webp"
    elif head.startswith(b"%PDF-"):
        return "pdf"
    if not kind and b"%PDF-" in head[:PDF_WITHIN]:
        raise UploadError("polyglot")
    return kind


def _text(stream: BinaryIO, name: str, size: int) -> str:
    """An Office file, or plain text."""
    stream.seek(0)
    if stream.read(4) == b"PK\x03\x04":
        if size > MOST_BYTES["docx"]:
            raise UploadError("too_large", most=MOST_BYTES["docx"] // MIB)
        return office_kind(stream, size)
    if size > MOST_BYTES["txt"]:
        raise UploadError("unknown")
    stream.seek(0)
    text = decoded(stream.read(MOST_BYTES["txt"] + 1))
    if _MARKUP.match(text):
        raise UploadError("markup")
    return "csv" if name.lower().endswith(".csv") else "txt"


def decoded(data: bytes) -> str:
    """Plain text in UTF-8 or GB 18030. UploadError ``unknown`` for what is none."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(char.isprintable() or char in "\n\r\t\f\u3000\u00a0" or ord(char) > 0x7F for char in text):
            return text
        break
    raise UploadError("unknown")


def office_kind(stream: BinaryIO, size: int) -> str:
    """``docx``, ``xlsx`` or ``pptx``: a zip that names itself so, carries no macro and unpacks to a bounded size."""
    try:
        with zipfile.ZipFile(stream) as parts:
            _bounded(parts.infolist(), size)
            try:
                with parts.open("[Content_Types].xml") as types:
                    told = types.read(LARGEST_TYPES + 1)
            except KeyError as error:
                raise UploadError("archive") from error
            names = [one.filename.lower() for one in parts.infolist()]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        raise UploadError("broken") from error
    if any(mark in told for mark in _MACROS) or any("vbaproject" in name or "activex" in name for name in names):
        raise UploadError("macros")
    found = [kind for kind, main in _MAIN.items() if main in told]
    if len(told) > LARGEST_TYPES or len(found) != 1:
        raise UploadError("archive")
    return found[0]


def _bounded(parts: list[zipfile.ZipInfo], size: int) -> None:
    """Not a bomb: parts that lie over each other, too many, too large, or packed too tightly; no name twice."""
    packed, unpacked = sum(one.compress_size for one in parts), sum(one.file_size for one in parts)
    if len(parts) > MOST_PARTS or packed > size or unpacked > MOST_UNPACKED:
        raise UploadError("zip_bomb")
    if unpacked > MIB and unpacked > MOST_RATIO * max(1, packed):
        raise UploadError("zip_bomb")
    names = {one.filename for one in parts}
    if len(names) != len(parts) or any(".." in name or name.startswith(("/", "\\")) for name in names):
        raise UploadError("broken")
    if any(one.flag_bits & 1 for one in parts):
        raise UploadError("locked_file")


def pdf_is_active(data: bytes) -> bool:
    """Whether a PDF may do something by itself (scripts, programs, files within) or cannot be looked into.

    Names are looked for in the file and in its packed streams, also where their letters are written as numbers. True as
    well where a stream is too large to look into: this decides on showing a file, so doubt counts as yes.
    """
    if _names_active(data) or (b"/ObjStm" in data and _OTHER_FILTERS.search(data)):
        return True
    left = MOST_INFLATED
    for found in _STREAM.finditer(data):
        text = _inflated(data, found.end(), left)
        left -= len(text)
        if left <= 0 or _names_active(text):
            return True
    return False


def _inflated(data: bytes, at: int, most: int) -> bytes:
    """What is packed from ``at`` on, ``most`` bytes of it; nothing if it is not zlib's. Fed bit by bit, since zlib
    copies what it leaves over."""
    if at + 2 > len(data) or data[at] & 0x0F != 8 or (data[at] << 8 | data[at + 1]) % 31:
        return b""
    opened, out = zlib.decompressobj(), bytearray()
    try:
        while not opened.eof and at < len(data) and len(out) < most:
            out += opened.decompress(opened.unconsumed_tail + data[at : at + _FED], most - len(out))
            at += _FED
    except zlib.error:
        return bytes(out)
    return bytes(out)


def _names_active(data: bytes) -> bool:
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)
    return bool(_ACTIVE.search(plain))
