"""The fixtures of :mod:`tests.browser.site`."""

from __future__ import annotations

from tests.browser.site import desk_store, people, shared_people, shared_site, site

__all__ = ["desk_store", "people", "shared_people", "shared_site", "site"]
