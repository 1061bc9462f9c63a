"""Addresses under ``/log/``."""

from __future__ import annotations

from typing import Final

from django.urls import path, re_path

from luoshi.sealing import views

NUMBER: Final = r"(?P<number>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"

urlpatterns = [
    path("checkpoint", views.checkpoint, name="log-checkpoint"),
    re_path(rf"^tile/entries/{NUMBER}$", views.entries, name="log-entries"),
    re_path(rf"^tile/(?P<level>[0-9])/{NUMBER}$", views.tile, name="log-tile"),
]
