"""Posts 任职 in words, and what has to hold of a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from luoshi.desk.administration import day_of
from luoshi.desk.names import Names, pick
from luoshi.desk.visit import Visit
from luoshi.messages import tr
from luoshi.org.posts import ANY

BETWEEN: Final = "|"


@dataclass(frozen=True, slots=True)
class Held:
    """A post as it is read; ``state`` is one of now, later, over."""

    id: int
    officer: str
    mechanism: str
    mechanism_name: str
    role: str
    body: str
    area: str
    from_day: str
    to_day: str | None
    state: str


def held(visit: Visit, limit: int | None = None, after: int = 0, rows: Any = None, **where: Any) -> list[Held]:
    """Posts of the district ``where``, by their key, in words; ``limit`` of them, after the key ``after``."""
    from luoshi.org.models import Post  # noqa: PLC0415 - the app registry must be ready

    found = (Post.objects.all() if rows is None else rows).filter(district=visit.district, id__gt=after, **where)
    names = Names(visit)
    return [_held(visit, names, one) for one in found.order_by("id")[:limit]]


def _held(visit: Visit, names: Names, one: Any) -> Held:
    today = visit.on_day
    state = "later" if one.from_day > today else "over" if one.to_day is not None and one.to_day < today else "now"
    anywhere = one.mechanism == ANY
    return Held(
        one.id, one.officer, one.mechanism, tr("any mechanism") if anywhere else names.mechanism(one.mechanism),
        role_name(visit, names, one.mechanism, one.role), names.body(one.body),
        names.area(one.area) if one.area else "", one.from_day, one.to_day, state,
    )  # fmt: skip


def role_name(visit: Visit, names: Names, mechanism: str, role: str) -> str:
    """The name of a role; of one in any mechanism, as the first that has it calls it."""
    if mechanism != ANY:
        return names.role(mechanism, role)
    having = (key for key, made in visit.place.in_force.items() if role in made.flow.mechanism.roles)
    return names.role(next(having, ""), role)


def role_options(visit: Visit) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be held: mechanism's name → (``mechanism|role``, the role's name); last, roles in any mechanism."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    every: dict[str, str] = {}
    for key, made in visit.place.in_force.items():
        roles = {
            name: pick(one, visit.lang) for name, one in made.flow.mechanism.roles.items() if one.kind != "outside"
        }
        groups.append((pick(made.flow.mechanism.names, visit.lang),
                       [(f"{key}{BETWEEN}{name}", said) for name, said in roles.items()]))  # fmt: skip
        for name, said in roles.items():
            every.setdefault(name, said)
    anywhere = [(f"{ANY}{BETWEEN}{name}", f"{said} ({name})") for name, said in sorted(every.items())]
    return [*sorted(groups), (tr("any mechanism"), anywhere)]


def wrong_post(visit: Visit, told: dict[str, str]) -> dict[str, str]:
    """What is wrong with a new post, by field."""
    wrong, tree = {}, visit.org.tree
    offered = {key for _, options in role_options(visit) for key, _ in options}
    if told["role"] not in offered:
        wrong["role"] = tr("Choose the role.")
    start = day_of(told["from"])
    if start is None:
        wrong["from"] = tr("Give the first day, written as 2026-01-31.")
    end = day_of(told["to"]) if told["to"] else None
    if told["to"] and end is None:
        wrong["to"] = tr("This is no day; write it as 2026-01-31.")
    elif end and start and end < start:
        wrong["to"] = tr("The last day lies before the first one.")
    if not tree.exists(told["body"], start or visit.on_day):
        wrong["body"] = tr("Choose a body that exists on the first day.")
    if told["area"] and told["area"] not in tree.areas:
        wrong["area"] = tr("Choose an area of the district.")
    return wrong
