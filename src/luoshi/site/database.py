"""From ``DATABASE_URL`` to Django's ``DATABASES``: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from luoshi.site.errors import StoreError

SQLITE_FILE: Final = "luoshi.sqlite3"
BUSY_SECONDS: Final = 20
"""How long a writer waits for the one before it; write transactions are short, so this much waiting is a fault."""

SQLITE_PRAGMAS: Final = {
    "journal_mode": "WAL",  # readers do not wait for the writer
    "synchronous": "FULL",  # a commit is on disk before it is acknowledged
    "foreign_keys": "ON",
    "temp_store": "MEMORY",
    "cache_size": "-32768",  # KiB for a connection, of which there is one a thread
    "journal_size_limit": "67108864",  # a log that a long reader made large is cut back
}
"""Set on every connection. No ``mmap_size``: a disk's read error would then end the process instead of being told."""

POOL_SIZE: Final = 20
POOL_MOST: Final = 1000
POOL_PARAMETER: Final = re.compile(r"(?P<before>[?&])pool_size=(?P<size>[^&]*)(?P<after>&|$)")
POOL_SECONDS: Final = 10
CONNECT_SECONDS: Final = 5

Settings = dict[str, Any]


def databases(url: str | None, folder: Path) -> dict[str, Settings]:
    """``DATABASES`` for ``url``; without one, the SQLite file in ``folder``.

    Known: ``sqlite:///relative.sqlite3``, ``sqlite:////absolute.sqlite3`` and what libpq reads as a URL, such as
    ``postgresql://user@server/name`` and ``postgresql:///name?host=/run/postgresql&port=5433``; ``pool_size=N`` beside
    these sets how many connections a process may hold. Raises StoreError: ``url_none``, ``url_scheme``, ``url_bad``,
    ``url_no_name``.
    """
    if not url:
        return {"default": sqlite(folder / SQLITE_FILE)}
    scheme = url.partition("://")[0] if "://" in url else ""
    if scheme == "sqlite":
        return {"default": sqlite(_sqlite_path(url))}
    if scheme in ("postgresql", "postgres"):
        return {"default": postgresql(url)}
    raise StoreError("url_scheme", scheme=scheme) if scheme else StoreError("url_none")


def _sqlite_path(url: str) -> Path:
    parts = urlsplit(url)
    if parts.netloc or parts.query or parts.fragment:
        raise StoreError("url_bad", reason="sqlite:///PATH")
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise StoreError("url_no_name")
    return Path(name).expanduser().resolve()


def sqlite(path: Path) -> Settings:
    """Settings for the SQLite file at ``path``."""
    pragmas = "; ".join(f"PRAGMA {name} = {value}" for name, value in SQLITE_PRAGMAS.items())
    return {
        "ENGINE": "django.db.backends.sqlite3",
        # Django opens every name as a URI, but only if it begins with "file:"; a path does not.
        "NAME": str(path),
        "OPTIONS": {"timeout": BUSY_SECONDS, "transaction_mode": "IMMEDIATE", "init_command": pragmas},
        "CONN_MAX_AGE": None,
    }


def _take_pool_size(url: str) -> tuple[str, int]:
    """``url`` without ``pool_size``, which libpq does not know, and its number. The rest is left as it is written."""
    found = POOL_PARAMETER.search(url)
    if found is None:
        return url, POOL_SIZE
    wanted = found["size"]
    if not (wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= POOL_MOST):
        raise StoreError("url_bad", reason=f"pool_size=1…{POOL_MOST}")
    return url[: found.start()] + (found["before"] if found["after"] else "") + url[found.end() :], int(wanted)


def postgresql(url: str) -> Settings:
    """Settings for a PostgreSQL URL, read as libpq reads it."""
    from psycopg import ProgrammingError  # noqa: PLC0415 - SQLite alone does not pay for it
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        plain, pool_size = _take_pool_size(url)
        known: dict[str, Any] = dict(conninfo_to_dict(plain))
    except ProgrammingError as error:
        # libpq quotes the URL, and with it a password; only its words before the quotation are kept.
        raise StoreError("url_bad", reason=str(error).partition('"')[0].strip(" :\n")) from None
    name = known.pop("dbname", "")
    if not name:
        raise StoreError("url_no_name")
    known.setdefault("connect_timeout", str(CONNECT_SECONDS))
    known.setdefault("application_name", "luoshi")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": known.pop("user", ""),
        "PASSWORD": known.pop("password", ""),
        "HOST": known.pop("host", ""),
        "PORT": str(known.pop("port", "")),
        "OPTIONS": {**known, "pool": {"min_size": 1, "max_size": pool_size, "timeout": POOL_SECONDS}},
        "CONN_MAX_AGE": 0,  # the pool keeps connections; Django refuses both at once
        "CONN_HEALTH_CHECKS": True,  # a server that was restarted costs no request
    }
