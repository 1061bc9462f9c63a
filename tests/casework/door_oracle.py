"""Who sees which case, told again by loops over plain data; nothing here comes from the door or from org."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

PARENT_OF_BODY: dict[str, str | None] = {
    "gov": None,
    "dept": "gov",
    "sub1": "dept",
    "sub2": "dept",
    "town": "gov",
    "village": "town",
}
PARENT_OF_AREA: dict[str, str | None] = {"A": None, "S": "A", "C": "S", "T": "A"}
ON_DAY = "2026-06-15"


@dataclass(frozen=True)
class APost:
    """A post as the test made it."""

    mechanism: str
    role: str
    body: str
    area: str | None
    from_day: str = "2026-01-01"
    to_day: str | None = None


@dataclass(frozen=True)
class APart:
    """A part as the test made it."""

    body: str
    open: bool
    act_by: str | None


@dataclass(frozen=True)
class ACase:
    """A case as the test made it."""

    id: int
    mechanism: str
    version: int
    stage: str
    open: bool
    body: str
    area: str | None
    category: str
    act_by: str | None
    due_on: str | None
    parts: tuple[APart, ...]
    holder: str = ""
    """The body that holds a role in it."""


def within(code: str | None, top: str, parents: Mapping[str, str | None]) -> bool:
    """Whether ``code`` is ``top`` or lies below it."""
    while code is not None:
        if code == top:
            return True
        code = parents[code]
    return False


Roles = Callable[[str, int], set[str]]
"""The roles of a mechanism's version, without parties from outside."""


def ways(posts: tuple[APost, ...], case: ACase, roles: Roles) -> tuple[bool, list[APart]]:
    """Whether the case is seen for its responsible body, and the parts for which it is seen."""
    own, parts = False, []
    for post in posts:
        if not (post.from_day <= ON_DAY and (post.to_day is None or post.to_day >= ON_DAY)):
            continue
        if post.mechanism not in ("*", case.mechanism) or post.role not in roles(case.mechanism, case.version):
            continue
        if post.area is not None and not within(case.area, post.area, PARENT_OF_AREA):
            continue
        own = own or within(case.body, post.body, PARENT_OF_BODY)
        parts += [part for part in case.parts if part.open and within(part.body, post.body, PARENT_OF_BODY)]
    return own, parts


def reads(posts: tuple[APost, ...], case: ACase, roles: Roles) -> bool:
    """Whether the case is seen by who asks for it by its name: also for a part that is done, and for a role in it."""
    own, _ = ways(posts, case, roles)
    bodies = [case.holder or None, *(part.body for part in case.parts)]
    asked = [replace(case, body=body, parts=()) for body in bodies if body is not None]
    return own or any(ways(posts, one, roles)[0] for one in asked)


def place(posts: tuple[APost, ...], case: ACase, roles: Roles) -> tuple[bool, str, int] | None:
    """Where the case stands in the officer's list; None if it is not in it."""
    own, parts = ways(posts, case, roles)
    if not own and not parts:
        return None
    days = sorted(part.act_by for part in parts if part.act_by is not None)
    day = case.act_by if own else (days[0] if days else None)
    return day is None, day or "", case.id
