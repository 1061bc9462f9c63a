"""A row of a list of cases as people read it: where it stands, whose turn it is, what is asked of the officer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.http import urlencode

from luoshi.casework.door import CaseRow
from luoshi.casework.offers import ORDER
from luoshi.casework.waiting import OpenPart, open_parts, returned_among
from luoshi.desk.links import link
from luoshi.desk.names import Names, pick
from luoshi.desk.visit import Visit
from luoshi.mechanisms.flow import Flow, Ready
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.nearness import FAR, direction, nearness


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list, in words.

    ``role`` and ``bodies``: who must act next (none of a closed case); ``asked``: the main thing asked of the officer
    himself, "" if it is somebody else's turn, and ``act`` the address of its form; ``part``: which part of a split
    case is his; ``returned``: a return brought it here; ``segments``: the title in pieces, each with whether it is what
    was looked for.
    """

    row: CaseRow
    title: str
    mechanism: str
    stage: str
    category: str
    role: str
    bodies: tuple[str, ...]
    asked: str
    act: str
    part: str
    returned: bool
    segments: tuple[tuple[str, bool], ...] = ()


def categories(mechanism: Mechanism | None) -> dict[str, Any]:
    """The choices of the fields that a mechanism puts into the public column ``category``."""
    found: dict[str, Any] = {}
    for _, action in mechanism.every_action() if mechanism else ():
        source = action.sets.get("category", "")
        if mechanism and source in mechanism.fields:
            found.update(mechanism.fields[source].choices)
    return found


def category_name(mechanism: Mechanism | None, category: str, visit: Visit) -> str:
    """The name of a category; a code that is not known stands for itself."""
    found = categories(mechanism).get(category)
    return pick(found, visit.lang) if found else category


def lines(visit: Visit, rows: Sequence[CaseRow], names: Names, q: str = "") -> tuple[Line, ...]:
    """``rows`` in words: two look-ups for all of them."""
    split = [row.id for row in rows if row.open and _parallel(visit, row)]
    parts = open_parts(visit.sight, split)
    back = returned_among(visit.sight, rows)
    return tuple(_line(visit, row, names, parts.get(row.id, ()), row.id in back, q) for row in rows)


def _flow(visit: Visit, row: CaseRow) -> Flow | None:
    return visit.sight.flows.get((row.mechanism, row.version))


def _parallel(visit: Visit, row: CaseRow) -> bool:
    flow = _flow(visit, row)
    return flow is not None and flow.mechanism.stages[row.stage].parallel is not None


def _line(
    visit: Visit, row: CaseRow, names: Names, parts: Sequence[OpenPart], returned: bool, q: str
) -> Line:  # fmt: skip
    flow = _flow(visit, row)
    definition = flow.mechanism if flow else None
    # A hidden title names nothing: the number does.
    title = row.number if row.title_masked or not row.title else row.title
    role = definition.stages[row.stage].responsible if definition and row.open else None
    own = _own_part(visit, row, flow, parts)
    bodies = tuple(dict.fromkeys([row.body, *(part.body for part in parts)])) if row.open else ()
    asked = _asked_of_part(visit, row, flow, own) if own else _asked(visit, row, flow, role)
    return Line(
        row,
        title,
        names.mechanism(row.mechanism),
        names.stage(row.mechanism, row.version, row.stage),
        category_name(definition, row.category, visit) if row.category else "",
        names.role(row.mechanism, role) if role else "",
        tuple(names.body(body) for body in bodies),
        pick(asked.action, visit.lang) if asked else "",
        _act(row, asked, own) if asked else "",
        _part_name(visit, row, flow, own) if own else "",
        returned,
        marked_parts(title, q),
    )


def _act(row: CaseRow, asked: Ready, own: OpenPart | None) -> str:
    """The address of the form of an action."""
    address = link("act", case=row.case, action=asked.name)
    return f"{address}?{urlencode({'part': own.key})}" if own else address


def _holds(visit: Visit, row: CaseRow, role: str, body: str) -> bool:
    return visit.org.posts.holds(visit.officer, row.mechanism, role, body, row.area, visit.on_day)


def _asked(visit: Visit, row: CaseRow, flow: Flow | None, role: str | None) -> Ready | None:
    """The main action that the responsible role has in the stage, if the officer holds it."""
    if flow is None or role is None or not _holds(visit, row, role, row.body):
        return None
    found = [ready for ready in flow.actions.values() if row.stage in ready.from_ and role in ready.action.by]
    return min(found, key=lambda ready: _rank(flow, row.stage, ready), default=None)


def _rank(flow: Flow, stage: str, ready: Ready) -> tuple[int, int]:
    """As offers rank: what leads on first, the nearest to the close first."""
    return ORDER.index(direction(flow, stage, ready)), nearness(flow).get(ready.action.to or stage, FAR)


def _own_part(visit: Visit, row: CaseRow, flow: Flow | None, parts: Sequence[OpenPart]) -> OpenPart | None:
    """The open part that is the officer's: the first to act on."""
    if flow is None:
        return None
    own = [
        part for part in parts if _holds(visit, row, flow.mechanism.branch_of(row.stage, part.branch).role, part.body)
    ]
    return min(own, key=lambda part: (part.act_by is None, part.act_by or "", part.key), default=None)


def _asked_of_part(visit: Visit, row: CaseRow, flow: Flow | None, part: OpenPart) -> Ready | None:
    if flow is None:
        return None
    role = flow.mechanism.branch_of(row.stage, part.branch).role
    return next(
        (
            ready
            for (stage, branch, _), ready in flow.part_actions.items()
            if (stage, branch) == (row.stage, part.branch)
            and part.stage in ready.from_
            and role in ready.action.by
            and ready.action.to
        ),
        None,
    )


def _part_name(visit: Visit, row: CaseRow, flow: Flow | None, part: OpenPart) -> str:
    parallel = flow.mechanism.stages[row.stage].parallel if flow else None
    kind = parallel.kinds.get(part.kind) if parallel else None
    return pick(kind, visit.lang) if kind else part.kind


def marked_parts(title: str, q: str) -> tuple[tuple[str, bool], ...]:
    """``title`` in pieces, each with whether it is what was looked for."""
    told, wanted = title.casefold(), q.casefold()
    # A letter that becomes two when its case is folded would shift the places; such a title stands unmarked.
    if not wanted or wanted not in told or len(told) != len(title):
        return ((title, False),)
    pieces: list[tuple[str, bool]] = []
    at = 0
    while (hit := told.find(wanted, at)) >= 0:
        if hit > at:
            pieces.append((title[at:hit], False))
        pieces.append((title[hit : hit + len(wanted)], True))
        at = hit + len(wanted)
    if at < len(title):
        pieces.append((title[at:], False))
    return tuple(pieces)
