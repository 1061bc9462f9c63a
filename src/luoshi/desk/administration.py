"""What the pages of the three administrators 三员 share: places, the audit line of a change, parts of forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from pypinyin import Style, lazy_pinyin

from luoshi.desk.routes import ROUTES, go
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr

PAGE: Final = 50
WRONG: Final = 422
LONGEST_WORD: Final = 60
KEPT_SECONDS: Final = 24 * 3600
"""How long what was shown before a change can be put in force."""
SECTIONS: Final[tuple[tuple[str, str], ...]] = (
    ("admin", mark("What needs a hand")),
    ("bodies", mark("Bodies and areas")),
    ("officers", mark("Officers")),
    ("holders", mark("Posts")),
    ("packs", mark("Mechanisms")),
    ("calendars", mark("Calendar")),
    ("templates", mark("Templates")),
    ("accounts", mark("Accounts")),
    ("audit", mark("Audit log")),
)
"""Name of the page → what the tabs of administration call it."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A place of administration."""

    title: str
    address: str
    here: bool


def tabs(visit: Visit) -> tuple[Tab, ...]:
    """The places of administration that the account may open."""
    path, found = visit.request.path, []
    for name, title in SECTIONS:
        if name in ROUTES and ROUTES[name].access.allows(visit):
            address = reverse(f"desk:{name}")
            here = path == address or (name != "admin" and path.startswith(address))
            found.append(Tab(tr(title), address, here))
    return tuple(found)


def show(visit: Visit, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """A page of administration, with its tabs and, once, what has just been ``done``."""
    done = DONE.get(visit.request.GET.get("done", ""))
    told = dict(context or {})
    for name in ("wrong", "typed"):
        told[name] = Blank(told.get(name) or {})
    return render(visit, template, {"tabs": tabs(visit), "done": tr(done) if done else "", **told}, status=status)


class Blank(dict[str, Any]):
    """What was typed, or what is wrong with it, by field: nothing for a field that is not told."""

    def __missing__(self, key: str) -> str:
        return ""


DONE: Final[dict[str, str]] = {
    "added": mark("It was added"),
    "renamed": mark("The new name is written"),
    "ended": mark("The body ends on the day that was told; its open cases follow when they are handed over"),
    "appointed": mark("The post is written; it counts from its first day on, everywhere within a second"),
    "post_ended": mark("The post ends with the day that was told"),
    "withdrawn": mark("The post was withdrawn before it began"),
    "adopted": mark("It is in force: new cases open with it from now on"),
    "imported": mark("The files were taken"),
    "unchanged": mark("Nothing has changed"),
    "closed": mark("The account is closed; its sessions have ended"),
    "unlocked": mark("The lock is lifted"),
    "no_lock": mark("There was no lock"),
    "sessions": mark("The sessions have ended"),
}
"""What the address may say was done → the sentence."""


def back(visit: Visit, to: str, done: str = "", **parts: Any) -> HttpResponse:
    """To the page ``to``, which says what was done."""
    address = reverse(f"desk:{to}", kwargs=parts or None)
    return go(visit, f"{address}?done={done}" if done else address)


def username(visit: Visit) -> str:
    """The name of who is signed in, as the audit log keeps it."""
    return visit.account.username if visit.account else ""


def record(visit: Visit, what: str, about: str = "", /, **details: Any) -> None:
    """A line of the audit log: he did ``what`` about ``about``. Joins the transaction that it is called in."""
    from luoshi.access import audit  # noqa: PLC0415 - the app registry must be ready
    from luoshi.access.signing import address_of  # noqa: PLC0415

    address = address_of(visit.request)
    audit.record(visit.district, username(visit), what, about=about, details=details, address=address)


def typed(visit: Visit, *names: str) -> dict[str, str]:
    """What was typed into the fields ``names``, without blanks around it."""
    return {name: visit.request.POST.get(name, "").strip() for name in names}


def word(visit: Visit, name: str = "q") -> str:
    """A word to look for, of the address; nothing where it cannot be one."""
    found = visit.request.GET.get(name, "").strip()[:LONGEST_WORD]
    return found if found.isprintable() else ""


def day_of(text: str) -> str | None:
    """A day as the store keeps it; None for what is none."""
    try:
        return date.fromisoformat(text).isoformat() if len(text) == len("2026-01-31") else None
    except ValueError:
        return None


def next_page(visit: Visit, after: str) -> str:
    """The address of this list, after ``after``."""
    return f"{visit.request.path}?{urlencode({**_narrowed(visit), 'after': after})}"


def first_page(visit: Visit) -> str | None:
    """The address of the beginning of this list, on a later page of it."""
    return f"{visit.request.path}?{urlencode(_narrowed(visit))}" if visit.request.GET.get("after") else None


def _narrowed(visit: Visit) -> dict[str, str]:
    """What narrows the list, without where in it we are."""
    given = visit.request.GET
    return {key: given.get(key, "") for key in given if key not in ("after", "done") and given.get(key)}


@lru_cache(maxsize=200_000)
def initials(name: str) -> str:
    """The first letters of a name's pinyin: 王芳 → wf."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def matches(query: str, name: str, code: str = "") -> bool:
    """Whether ``query`` is in the name, in its code, or begins its pinyin initials."""
    low = query.casefold()
    if low in name.casefold() or low in code.casefold():
        return True
    return low.isascii() and low.isalpha() and initials(name).startswith(low)


def seal(visit: Visit, kind: str, what: Any) -> str:
    """``what`` was shown to this administrator; a token with which he puts it in force."""
    return signing.dumps([username(visit), what], salt=f"luoshi.desk.{kind}", compress=True)


def unseal(visit: Visit, kind: str) -> Any:
    """What the token of the form holds; None if it is none of ours, somebody else's or too old."""
    try:
        who, what = signing.loads(visit.request.POST.get("token", ""), salt=f"luoshi.desk.{kind}", max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    return what if who == username(visit) else None


def grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    """Values by their keys, in order."""
    found: dict[str, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
