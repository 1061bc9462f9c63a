"""The site: Django's settings, and the store (a database) that every command and every page shares."""

from __future__ import annotations

import os
from typing import Final

SETTINGS_MODULE: Final = "luoshi.site.settings"


def setup() -> None:
    """Configure Django for a command or a worker, and check that the store can be used; twice does no harm.

    Raises :class:`luoshi.site.errors.StoreError`: ``DATABASE_URL`` is wrong, or the database does not answer, or is not
    one that Luoshi can use. It migrates nothing: that is :func:`luoshi.site.stores.migrate`.
    """
    import django  # noqa: PLC0415 - commands that use no store do not pay for Django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
    django.setup()
    from luoshi.site.stores import check_store  # noqa: PLC0415 - needs Django configured

    check_store()
