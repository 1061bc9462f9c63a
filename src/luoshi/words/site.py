"""What the site's errors say to a person, by code: what happened, what to do; in the language spoken now."""

from __future__ import annotations

from typing import Final

from luoshi.messages import mark, printable, tr
from luoshi.site.errors import StoreError

STORE_MESSAGES: Final[dict[str, str]] = {
    "migrate_busy": mark("{name}: another process is changing the database; wait for it to end, or stop it"),
    "migrate_failed": mark(
        "the database could not be brought to this version ({reason}); nothing of the step that failed was kept; "
        "set right what the reason says and try again"
    ),
    "postgresql_encoding": mark(
        "the database {name} is in {encoding}, and Luoshi needs UTF8; "
        "make one with: createdb --template=template0 --encoding=UTF8 NAME"
    ),
    "postgresql_old": mark(
        "the database {name} is on PostgreSQL {version}, and Luoshi needs {least} or newer; "
        "upgrade the server (pg_upgrade), or leave DATABASE_URL empty to use SQLite"
    ),
    "secret_file": mark(
        "{name}: the secret key cannot be read or made ({reason}); "
        "set LUOSHI_SECRET_KEY, or LUOSHI_HOME to a folder you may write to"
    ),
    "secret_short": mark("{name}: the secret key is too short or cut off; remove the file, a new one is then made"),
    "sqlite_file": mark(
        "{name}: the database cannot be opened ({reason}); check the path in DATABASE_URL or LUOSHI_HOME, "
        "and that you may write there"
    ),
    "sqlite_folder": mark("{name}: there is no such folder; make it, or give another path in DATABASE_URL"),
    "sqlite_no_wal": mark(
        "{name}: the file system does not allow SQLite's WAL (it stays at {mode}); "
        "put the database on a local disk, or use PostgreSQL by DATABASE_URL"
    ),
    "store_newer": mark(
        "the database was made by a newer version of Luoshi ({migration} is not known here); use that version"
    ),
    "unreachable": mark(
        "the database {name} at {host} does not answer ({reason}); "
        "check that the server runs and that DATABASE_URL is right"
    ),
    "url_bad": mark("DATABASE_URL cannot be read ({reason}); write sqlite:///PATH or postgresql://USER@HOST:PORT/NAME"),
    "url_no_name": mark("DATABASE_URL names no database; write sqlite:///PATH or postgresql://USER@HOST:PORT/NAME"),
    "url_none": mark(
        "DATABASE_URL is no address of a database; write sqlite:///PATH or postgresql://USER@HOST:PORT/NAME"
    ),
    "url_scheme": mark(
        "DATABASE_URL begins with “{scheme}”; Luoshi uses sqlite:///PATH or postgresql://USER@HOST:PORT/NAME"
    ),
}
"""Error code → message; ``{fields}`` are filled from :attr:`StoreError.details`."""


def describe_store(error: StoreError) -> str:
    """One line for ``error``. KeyError (a fault of the program) for an unknown code."""
    fields = {key: printable(value) for key, value in error.details.items()}
    reason = fields.get("reason")
    if reason is not None:
        fields["reason"] = tr(reason)
    return tr(STORE_MESSAGES[error.code]).format(**fields)
