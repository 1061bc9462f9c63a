"""The log for clients of transparency logs, under ``/log/`` as C2SP tlog-tiles says: checkpoint, tiles, entry bundles.

What is public in the log is public to everybody, without an account; a full tile never changes and may be kept.
"""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from luoshi.ledger.tiles import WIDTH, Tile, bundle_bytes
from luoshi.sealing import log

FOR_EVER: Final = "public, max-age=31536000, immutable"
FOR_NOW: Final = "no-cache"
"""A checkpoint is asked for anew each time; so is a partial tile, which may soon be another file."""
DEEPEST: Final = 7
"""The highest tile level of a log of less than 2⁶³ entries."""


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The last signed checkpoint; 404 before the first seal."""
    head = log.head()
    if head is None:
        raise Http404
    return _answer(head.note, "text/plain; charset=utf-8", FOR_NOW)


@require_safe
def tile(request: HttpRequest, level: str, number: str, width: str | None = None) -> HttpResponse:
    """The tile of hashes ``level``/``number``; 404 for one that is not full, or not so far, yet."""
    hashes = log.tile_hashes(_tile(int(level), number, width))
    if hashes is None:
        raise Http404
    return _answer(hashes, "application/octet-stream", FOR_EVER if width is None else FOR_NOW)


@require_safe
def entries(request: HttpRequest, number: str, width: str | None = None) -> HttpResponse:
    """The entries of a tile of level 0, each after its length in two bytes; 404 as for the tile."""
    found = log.bundle(_tile(0, number, width))
    if found is None:
        raise Http404
    return _answer(bundle_bytes(found), "application/octet-stream", FOR_EVER if width is None else FOR_NOW)


def _tile(level: int, number: str, width: str | None) -> Tile:
    """The tile of a path; 404 for a path that no tile has, such as ``x000/001``."""
    n = int(number.replace("/", "").replace("x", ""))
    wanted = Tile(level, n, int(width) if width is not None else WIDTH)
    end = f"/{number}" if width is None else f"/{number}.p/{width}"
    if level > DEEPEST or not 0 < wanted.width <= WIDTH or wanted.path != f"tile/{level}{end}":
        raise Http404
    return wanted


def _answer(data: bytes, kind: str, keep: str) -> HttpResponse:
    return HttpResponse(data, content_type=kind, headers={"Cache-Control": keep, "Access-Control-Allow-Origin": "*"})
