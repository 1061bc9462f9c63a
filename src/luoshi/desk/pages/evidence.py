"""Evidence 佐证材料: a file of a case, or its thumbnail, for who may read the case; only what an entry of it names."""

from __future__ import annotations

import re
from typing import Final

from django.http import FileResponse, HttpResponse, HttpResponseBase

from luoshi.casework import door
from luoshi.casework.errors import CaseworkError
from luoshi.casework.models import Entry
from luoshi.desk import errors
from luoshi.desk.kinds import PICTURES, UploadError
from luoshi.desk.routes import OFFICER, page
from luoshi.desk.timeline import upload_names
from luoshi.desk.uploads import kept_files, thumbnail
from luoshi.desk.visit import Visit

POLICY: Final = "default-src 'none'; sandbox"
TYPES: Final = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@page("cases/<str:case>/files/<str:sha256>", name="case_file", access=OFFICER)
def file(visit: Visit, case: str, sha256: str) -> HttpResponseBase:
    """The file: a picture to look at, anything else to download under the name that it had."""
    return served(visit, sha256) if named(visit, case, sha256) else errors.missing(visit)


@page("cases/<str:case>/files/<str:sha256>/thumb", name="case_thumb", access=OFFICER)
def thumb(visit: Visit, case: str, sha256: str) -> HttpResponseBase:
    """A small picture of a picture."""
    return small(visit, sha256) if named(visit, case, sha256) else errors.missing(visit)


def named(visit: Visit, case: str, sha256: str) -> bool:
    """Whether the reader sees the case, and an entry of it names the file."""
    row = door.may_read(visit.sight, case) if _DIGEST.fullmatch(sha256) else None
    if row is None:
        return False
    # An entry's canonical bytes hold the digest as it is; nothing else of 64 such digits is looked for in it.
    wanted = f'"sha256":"{sha256}"'.encode()
    data = Entry.objects.filter(district=visit.district, case_id=row.id).values_list("data", flat=True)
    return any(wanted in bytes(one) for one in data.iterator())


def served(visit: Visit, sha256: str) -> HttpResponseBase:
    """A kept file, with everything that keeps a browser from running it."""
    name, kind = upload_names(visit.district, [sha256]).get(sha256, ("", ""))
    try:
        stream = kept_files().open(sha256)
    except CaseworkError:
        return errors.missing(visit)
    picture = kind in PICTURES
    answer = FileResponse(
        stream,
        as_attachment=not picture,
        filename=name or f"{sha256[:12]}.{kind or 'bin'}",
        content_type=TYPES[kind] if picture else "application/octet-stream",
    )
    return _safe(answer)


def small(visit: Visit, sha256: str) -> HttpResponseBase:
    """The thumbnail of a kept picture; 404 for what is none."""
    try:
        data = thumbnail(sha256)
    except (CaseworkError, UploadError):
        return errors.missing(visit)
    return _safe(HttpResponse(data, content_type="image/jpeg"))


def _safe(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
