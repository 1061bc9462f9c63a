"""The desk's menu: of every place that this account may open, in the order of a working day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr

PLACES: Final[tuple[tuple[str, str], ...]] = (
    ("work", mark("My work")),
    ("approvals", mark("Approvals")),
    ("open", mark("New case")),
    ("reports", mark("Reports")),
    ("commitments", mark("Commitments")),
    ("progress", mark("Progress")),
    ("behind", mark("Behind")),
    ("targets", mark("Board of targets")),
    ("figures", mark("Figures")),
    ("observations", mark("Statistics")),
    ("boards", mark("Boards")),
    ("map", mark("Map")),
    ("admin", mark("Administration")),
    ("audit", mark("Audit log")),
)
"""Name of the page → what the menu calls it."""

FOR_ROLES: Final[Mapping[str, tuple[str, ...]]] = {"observations": ("statistics", "statistics")}
"""Pages that stand in the menu of those alone who keep what is there: mechanism and roles. Others come by a link."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the menu."""

    name: str
    title: str
    address: str
    here: bool


def menu(visit: Visit) -> tuple[Place, ...]:
    """The places that ``visit`` may go to; none before signing in."""
    from luoshi.desk.routes import ROUTES  # noqa: PLC0415 - the table is whole once all pages are imported

    if visit.account is None:
        return ()
    found = []
    for name, title in PLACES:
        route = ROUTES.get(name)
        if (
            route is not None
            and route.access.allows(visit)
            and (name not in FOR_ROLES or visit.holds(*FOR_ROLES[name]))
        ):
            address = reverse(f"desk:{name}")
            here = visit.request.path == address or (address != "/desk/" and visit.request.path.startswith(address))
            found.append(Place(name, tr(title), address, here))
    return tuple(found)
