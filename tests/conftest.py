"""Fixtures in every test's reach; what they cost is paid by the tests that use them."""

from __future__ import annotations

from tests.browser.site import chromium
from tests.stores import postgres_url, store, stores

__all__ = ["chromium", "postgres_url", "store", "stores"]
