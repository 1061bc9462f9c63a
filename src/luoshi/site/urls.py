"""The site's addresses; each face adds its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("log/", include("luoshi.sealing.urls")),
]
