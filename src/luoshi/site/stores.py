"""The store behind the alias ``default``: can it be used, which kind is it, bring it to this program's schema.

Django must be configured (:func:`luoshi.site.setup`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from luoshi.home import home
from luoshi.site.errors import StoreError

Vendor = Literal["sqlite", "postgresql"]

POSTGRESQL_MIN: Final = 15
MIGRATION_LOCK: Final = 0x6C756F736869
"""The advisory lock that whoever migrates a PostgreSQL holds: the bytes of "luoshi"."""
LOCK_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class Store:
    """A store that can be used: its kind, its version, and its name without user and password."""

    vendor: Vendor
    version: str
    name: str


def vendor() -> Vendor:
    """The kind of the store."""
    if connection.vendor == "sqlite":
        return "sqlite"
    if connection.vendor == "postgresql":
        return "postgresql"
    raise StoreError("url_scheme", scheme=connection.vendor)


def check_store() -> Store:
    """Connect and say what is there.

    Raises StoreError: ``sqlite_folder``, ``sqlite_file``, ``sqlite_no_wal``; ``unreachable``, ``postgresql_old``,
    ``postgresql_encoding``.
    """
    return _check_sqlite() if vendor() == "sqlite" else _check_postgresql()


def _check_sqlite() -> Store:
    path = Path(connection.settings_dict["NAME"])
    _folder_of(path)
    with _sqlite_lock(path):  # the switch of a new file to WAL does not wait for another one, it fails
        try:
            connection.ensure_connection()
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode")
                mode = cursor.fetchone()[0]
        except DatabaseError as error:
            raise StoreError("sqlite_file", name=str(path), reason=str(error)) from error
    if mode != "wal":
        raise StoreError("sqlite_no_wal", name=str(path), mode=mode)
    return Store("sqlite", sqlite3.sqlite_version, str(path))


def _folder_of(path: Path) -> None:
    """Make the folder if it is Luoshi's own; a folder somebody named must be there (a typing error makes none)."""
    if path.parent == home():
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreError("sqlite_file", name=str(path), reason=error.strerror or str(error)) from error
    if not path.parent.is_dir():
        raise StoreError("sqlite_folder", name=str(path.parent))


def _connect_postgresql() -> Any:
    """A connection of its own: beside the pool, which would go on trying for its whole timeout."""
    import psycopg  # noqa: PLC0415 - SQLite alone does not pay for it

    settings = connection.settings_dict
    try:
        return psycopg.connect(**connection.get_connection_params(), autocommit=True)
    except psycopg.OperationalError as error:
        place = settings["HOST"] or "localhost"
        raise StoreError("unreachable", name=settings["NAME"], host=place, reason=_one_line(error)) from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _check_postgresql() -> Store:
    with closing(_connect_postgresql()) as own:
        number = own.info.server_version
        encoding = own.info.parameter_status("server_encoding")
    name = connection.settings_dict["NAME"]
    version = f"{number // 10000}.{number % 10000}"
    if number < POSTGRESQL_MIN * 10000:
        raise StoreError("postgresql_old", name=name, version=version, least=POSTGRESQL_MIN)
    if encoding != "UTF8":
        raise StoreError("postgresql_encoding", name=name, encoding=encoding)
    return Store("postgresql", version, name)


def migrate() -> int:
    """Bring the store to this program's schema, making it if it is empty; how many migrations were applied.

    Of two at once one waits and then finds nothing to do. Raises StoreError: as :func:`check_store`, and
    ``store_newer``, ``migrate_busy``, ``migrate_failed``.
    """
    check_store()
    with _migration_lock():
        executor = MigrationExecutor(connection)
        unknown = sorted(set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations))
        newer = [f"{app}.{name}" for app, name in unknown if app in apps.app_configs]
        if newer:
            raise StoreError("store_newer", migration=newer[-1])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            try:
                call_command("migrate", verbosity=0, interactive=False)
            except DatabaseError as error:
                raise StoreError("migrate_failed", reason=_one_line(error)) from error
        return len(plan)


def _migration_lock() -> Any:
    return _sqlite_lock(Path(connection.settings_dict["NAME"])) if vendor() == "sqlite" else _postgresql_lock()


@contextmanager
def _sqlite_lock(path: Path) -> Iterator[None]:
    """Hold the lock beside ``path``. The lock is SQLite's own, on an empty file: the system frees it if we die."""
    lock = path.with_name(path.name + ".lock")
    try:
        own = sqlite3.connect(lock, timeout=LOCK_SECONDS, isolation_level=None)
    except sqlite3.Error as error:
        raise StoreError("sqlite_file", name=str(lock), reason=str(error)) from error
    with closing(own):
        try:
            own.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            busy = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY
            code = "migrate_busy" if busy else "sqlite_file"
            raise StoreError(code, name=str(lock), reason=str(error)) from error
        yield


@contextmanager
def _postgresql_lock() -> Iterator[None]:
    """Hold the advisory lock, in a transaction so that it is held behind a connection pooler as well."""
    import psycopg  # noqa: PLC0415

    with closing(_connect_postgresql()) as own, own.transaction():
        own.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        own.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        try:
            own.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
        except psycopg.errors.LockNotAvailable as error:
            raise StoreError("migrate_busy", name=connection.settings_dict["NAME"]) from error
        yield
