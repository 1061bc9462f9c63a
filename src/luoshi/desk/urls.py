"""The desk's addresses: importing a module of pages registers them."""

from __future__ import annotations

from luoshi.desk import account, pages, signing
from luoshi.desk.routes import urlpatterns as registered

__all__ = ["account", "pages", "signing"]

app_name = "desk"
urlpatterns = registered()
