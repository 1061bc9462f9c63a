"""The site's addresses; each face adds its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, include, path


def front(request: HttpRequest) -> HttpResponseRedirect:
    """The front door leads to the desk."""
    return HttpResponseRedirect("/desk/")


urlpatterns: list[URLPattern | URLResolver] = [
    path("", front),
    path("", include("luoshi.desk.urls")),
    path("log/", include("luoshi.sealing.urls")),
]

handler400 = "luoshi.desk.errors.bad_request"
handler404 = "luoshi.desk.errors.not_found"
handler500 = "luoshi.desk.errors.fault"
