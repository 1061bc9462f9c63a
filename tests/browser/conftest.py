"""The fixtures of :mod:`tests.browser.site`."""

from __future__ import annotations

from tests.browser.site import chromium, desk_store, people, shared_people, shared_site, site

__all__ = ["chromium", "desk_store", "people", "shared_people", "shared_site", "site"]
