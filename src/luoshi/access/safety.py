"""What is unsafe about a place as it is set up: its settings, its files, its accounts, its audit log.

A finding is a code with details; the words are in :mod:`luoshi.words.check`. ``grave`` findings refuse the place for
officers' work; the others are told.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.checks import Tags, run_checks

from luoshi.access import accounts, audit
from luoshi.access.models import ADMINISTRATORS, Account

SECRET_CHARACTERS: Final = 50
SECRET_DIFFERENT: Final = 10
LOCAL: Final = ("localhost", "127.0.0.1", "[::1]", "::1", "")
GUESSES: Final = ("luoshi", "demo", "admin", "password", "changeme", "123456", "12345678", "admin123")
"""Passwords of demos and handbooks: tried against the administrators' accounts."""
SHOWN: Final = 5
COVERED: Final = (
    "security.W002",  # X-Frame-Options: luoshi.desk.headers sends it
    "security.W005",  # HSTS for subdomains: the place's own choice
    "security.W008",  # the proxy before us ends TLS and redirects
    "security.W021",  # HSTS preload: the place's own choice
    "security.W009", "security.W018", "security.W020",  # secret key, DEBUG, hosts: told below in our words
)  # fmt: skip
"""Django's deployment checks that are told otherwise, or are no fault here."""
WITHOUT_HTTPS: Final = tuple(f"security.W{number}" for number in ("004", "010", "011", "012", "016"))
"""Those that only repeat that HTTPS is off."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something unsafe: ``code`` names the words, ``details`` fill them in."""

    code: str
    grave: bool = True
    details: dict[str, Any] = field(default_factory=dict)


def of_settings(home: Path) -> Iterator[Finding]:
    """What settings and files make unsafe; ``home`` is the folder of kept state."""
    key = str(settings.SECRET_KEY)
    if len(key) < SECRET_CHARACTERS or len(set(key)) < SECRET_DIFFERENT or key.startswith("django-insecure-"):
        yield Finding("secret_short", details={"least": SECRET_CHARACTERS})
    if not settings.HTTPS:
        yield Finding("https_off")
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding("hosts_any")
    elif all(host in LOCAL for host in settings.ALLOWED_HOSTS):
        yield Finding("hosts_local")
    if settings.DEMO:
        yield Finding("demo_on")
    if settings.DEBUG:
        yield Finding("debug_on")
    if settings.LUOSHI_SECOND_FACTOR not in ("administrators", "all"):
        yield Finding("factor_setting", details={"value": settings.LUOSHI_SECOND_FACTOR})
    if settings.HTTPS and settings.LUOSHI_PROXIES == 0:
        yield Finding("proxies_none", grave=False)
    yield from _of_database()
    yield from _of_files(home)
    yield from _of_django()


def _of_database() -> Iterator[Finding]:
    told = settings.DATABASES["default"]
    if "sqlite" in told["ENGINE"]:
        yield Finding("sqlite", grave=False)
        return
    host = str(told.get("HOST") or "")
    mode = str(told.get("OPTIONS", {}).get("sslmode", ""))
    if host not in LOCAL and not host.startswith("/") and mode not in ("require", "verify-ca", "verify-full"):
        yield Finding("database_plain", grave=False, details={"host": host})


def _of_files(home: Path) -> Iterator[Finding]:
    ledger = Path(settings.LUOSHI_LEDGER_KEY)
    if not ledger.exists():
        yield Finding("ledger_key_missing", details={"path": str(ledger)})
    closed = [ledger, home / "secret_key"]
    told = settings.DATABASES["default"]
    if "sqlite" in told["ENGINE"]:
        closed.append(Path(str(told["NAME"])))
    for path in closed:
        if open_to_others(path):
            yield Finding("file_open", details={"path": str(path)})
    for path in (home / "files", home):
        if open_to_others(path, stat.S_IRWXO):
            yield Finding("folder_open", details={"path": str(path)})
            break


def open_to_others(path: Path, bits: int = stat.S_IRWXG | stat.S_IRWXO) -> bool:
    """Whether others than its owner may do something with ``path``; never on systems without such modes."""
    return os.name == "posix" and path.exists() and bool(path.stat().st_mode & bits)


def _of_django() -> Iterator[Finding]:
    skipped = COVERED if settings.HTTPS else (*COVERED, *WITHOUT_HTTPS)
    for one in run_checks(tags=[Tags.security], include_deployment_checks=True):
        if one.id not in skipped:
            yield Finding("django", details={"id": one.id, "told": " ".join(str(one.msg).split())})


def of_accounts() -> Iterator[Finding]:
    """What accounts make unsafe: of the demo, with a password from a handbook, too few or too much for one person."""
    demo = list(Account.objects.filter(demo=True, is_active=True).values_list("username", flat=True)[: SHOWN + 1])
    if demo:
        yield Finding("demo_account", details={"names": _some(demo)})
    held = list(Account.objects.filter(is_active=True, demo=False).exclude(administrator="").order_by("username"))
    for district in sorted(set(Account.objects.values_list("district", flat=True))) or [""]:
        there = {one.administrator for one in held if one.district == district}
        for administrator in ADMINISTRATORS:
            if administrator not in there:
                yield Finding("administrator_missing", details={"kind": administrator, "district": district})
    for one in held:
        other = accounts.twice(one)
        if other is not None and (not other.administrator or one.username < other.username):
            yield Finding("person_twice", details={"person": one.name, "names": f"{one.username}, {other.username}"})
        if one.factor_at is None:
            yield Finding("administrator_without_factor", details={"name": one.username})
        if any(check_password(guess, one.password) for guess in (*GUESSES, one.username)):
            yield Finding("guessable", details={"name": one.username})


def of_audit() -> Iterator[Finding]:
    """Whether every district's audit log is whole."""
    for district in audit.districts():
        verdict = audit.verify(district)
        if verdict.broken:
            yield Finding("audit_broken", details={"district": district or "–", "line": verdict.broken})


def _some(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
