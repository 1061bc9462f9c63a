"""Published reports, for anybody: their list, and the files of each as they lie, under a policy of their own."""

from __future__ import annotations

from typing import Final

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

from luoshi.desk import errors
from luoshi.desk.headers import PUBLISHED
from luoshi.desk.published import File, find, reports
from luoshi.desk.routes import ANYONE, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.messages import language
from luoshi.writing.annual.shown import period_name

FOR_EVER: Final = "public, max-age=31536000, immutable"
ASKED_ANEW: Final = "public, no-cache"
"""A report may be published again; what did not change costs an answer without content."""


@page("", name="published", access=ANYONE, below="published/")
def published(visit: Visit) -> HttpResponse:
    """The list of published reports."""
    return render(visit, "desk/published.html", {"reports": reports(), "period": _period})


def _period(period: str) -> str:
    return period_name(period, language())


@page("<str:district>/<str:period>/<path:path>", name="published_file", access=ANYONE, below="published/")
def published_file(visit: Visit, district: str, period: str, path: str) -> HttpResponseBase:
    """A file of a report; 404 for what is none."""
    file = find(district, period, path)
    if file is None:
        return errors.missing(visit)
    try:
        etag = _etag(file)
        answer = get_conditional_response(visit.request, etag=etag) or _whole(file)
    except OSError:  # gone, since a report was published again just now
        return errors.missing(visit)
    # On an answer without content, too: a browser puts its headers in the place of those that it kept.
    answer["ETag"] = etag
    answer["Cache-Control"] = FOR_EVER if file.lasting else ASKED_ANEW
    answer["Content-Security-Policy"] = PUBLISHED
    return answer


def _whole(file: File) -> FileResponse:
    return FileResponse(file.path.open("rb"), content_type=file.kind)


def _etag(file: File) -> str:
    told = file.path.stat()
    return f'"{told.st_mtime_ns:x}-{told.st_size:x}"'
