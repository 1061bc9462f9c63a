"""Published reports as they lie in LUOSHI_HOME/published/DISTRICT/PERIOD/: which there are, and the files of each.

What is served is what `luoshi write --publish` put there, and nothing else: plain names, known kinds, no links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Final

from luoshi.home import home
from luoshi.ledger.checkpoint import parse_checkpoint
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.note import parse_note

REPORT: Final = "report.html"
BESIDE: Final = (("report.docx", "Word"), ("report.pdf", "PDF"), ("figures.json", "JSON"))
"""What a report may come in, too."""
MOST: Final = 500
HEAD_BYTES: Final = 16_384
NOTE_BYTES: Final = 1_000_000

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
_DEEPEST: Final = 12
_TITLE: Final = re.compile(r"<title>([^<]{1,400})</title>")
_LANGUAGE: Final = re.compile(r'xml:lang="(zh-CN|en)"')
_TEXT: Final = "text/plain; charset=utf-8"
_BYTES: Final = "application/octet-stream"
_XML: Final = "application/xml; charset=utf-8"
_KINDS: Final = {
    ".html": "application/xhtml+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl; charset=utf-8",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".xsd": _XML,
    ".xml": _XML,
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".txt": _TEXT,
    ".md": _TEXT,
}
_TILE: Final = re.compile(r"ledger/tile/(?:[0-9]{1,2}|entries)/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?", re.ASCII)
_BARE: Final = frozenset({"checkpoint", "LICENSE"})


@dataclass(frozen=True, slots=True)
class File:
    """A file to serve: where it is, its content type, and whether it never changes."""

    path: Path
    kind: str
    lasting: bool


@dataclass(frozen=True, slots=True)
class Published:
    """A published report: ``size`` is how many entries its ledger has (None if it cannot be read), ``beside`` the
    other files that it comes in, with the name of their kind."""

    district: str
    period: str
    title: str
    lang: str
    size: int | None
    beside: tuple[tuple[str, str], ...]


def folder() -> Path:
    """Where the reports lie; it need not be there."""
    return home() / "published"


def find(district: str, period: str, path: str) -> File | None:
    """The file ``path`` of a report; None where there is none, or none that is served."""
    parts = (district, period, *path.split("/"))
    if len(parts) > _DEEPEST or not all(_NAME.fullmatch(part) for part in parts):
        return None
    lasting = _TILE.fullmatch(path) is not None
    kind = _BYTES if lasting else _TEXT if parts[-1] in _BARE else _KINDS.get(Path(path).suffix)
    if kind is None:
        return None
    root = folder().resolve()
    wanted = root.joinpath(*parts)
    # Resolved it is another path if any part of it is a link.
    if wanted.resolve() != wanted or not wanted.is_file():
        return None
    return File(wanted, kind, lasting)


def reports() -> list[Published]:
    """Every published report, by district, the latest period first."""
    root = folder()
    if not root.is_dir():
        return []
    found = []
    for district in sorted(one.name for one in root.iterdir()):
        if not _NAME.fullmatch(district) or not (root / district).is_dir():
            continue
        for period in sorted((one.name for one in (root / district).iterdir()), reverse=True):
            page = find(district, period, REPORT)
            if page is not None:
                found.append(_told(district, period, page.path))
    return list(islice(found, MOST))


def _told(district: str, period: str, page: Path) -> Published:
    with page.open("rb") as stream:
        head = stream.read(HEAD_BYTES).decode("utf-8", "replace")
    title, lang = _TITLE.search(head), _LANGUAGE.search(head)
    beside = tuple((name, kind) for name, kind in BESIDE if find(district, period, name) is not None)
    return Published(
        district, period, unescape(title[1]).strip() if title else f"{district} {period}",
        lang[1] if lang else "zh-CN", _size(district, period), beside,
    )  # fmt: skip


def _size(district: str, period: str) -> int | None:
    checkpoint = find(district, period, "ledger/checkpoint")
    if checkpoint is None or checkpoint.path.stat().st_size > NOTE_BYTES:
        return None
    try:
        return parse_checkpoint(parse_note(checkpoint.path.read_bytes()).text).size
    except LedgerError:
        return None
