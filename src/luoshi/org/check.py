"""What must hold between the parts of a district's org data. Pure: data in, faults out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from luoshi.org.data import ChangeData, DutyData, OrgData, PostData
from luoshi.org.duties import DutyNode, ambiguous
from luoshi.org.errors import Fault
from luoshi.org.shapes import ShapeError, read_shape
from luoshi.org.tree import AreaNode, BodyNode, Tree


def check(data: OrgData) -> list[Fault]:
    """Every fault of ``data`` that its shape alone does not show."""
    faults = [
        *_codes("bodies", [one.code for one in data.bodies]),
        *_codes("areas", [one.code for one in data.areas]),
        *_codes("officers", [one.code for one in data.officers]),
        *_parents("bodies", {one.code: one.parent for one in data.bodies}),
        *_parents("areas", {one.code: one.parent for one in data.areas}),
        *_bodies(data),
        *_shapes(data),
        *_changes(data),
        *_references(data),
    ]
    return faults or list(_duties(data))


def _codes(name: str, codes: Sequence[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, code in enumerate(codes):
        if code in seen:
            yield Fault("code_twice", f"{name}[{place}]", {"code": code})
        seen.add(code)


def _parents(name: str, parents: Mapping[str, str | None]) -> Iterator[Fault]:
    for place, (code, parent) in enumerate(parents.items()):
        if parent is not None and parent not in parents:
            yield Fault("parent_unknown", f"{name}[{place}]", {"code": code, "parent": parent})
        walked = {code}
        while parent is not None and parent in parents:
            if parent in walked:
                yield Fault("parent_ring", f"{name}[{place}]", {"code": code, "parent": parent})
                break
            walked.add(parent)
            parent = parents[parent]  # noqa: PLW2901 - the walk up from one code


def _bodies(data: OrgData) -> Iterator[Fault]:
    followed = {code for change in data.changes for code in change.from_}
    for place, body in enumerate(data.bodies):
        if body.founded_on and body.ended_on and body.founded_on >= body.ended_on:
            yield Fault("days_reversed", f"bodies[{place}]", {"code": body.code})
        if body.ended_on and body.code not in followed:
            yield Fault("ended_without_successor", f"bodies[{place}]", {"code": body.code})


def _shapes(data: OrgData) -> Iterator[Fault]:
    for place, area in enumerate(data.areas):
        if area.shape is None:
            continue
        try:
            shape = read_shape(area.shape)
        except ShapeError as error:
            yield Fault(error.code, f"areas[{place}].shape", {"code": area.code})
            continue
        if shape.lines and area.kind != "reach":
            yield Fault("shape_line_of_area", f"areas[{place}].shape", {"code": area.code})


def _changes(data: OrgData) -> Iterator[Fault]:
    bodies = {one.code: one for one in data.bodies}
    areas = {one.code for one in data.areas}
    gone: set[str] = set()
    for number, change in enumerate(data.changes):
        place = f"changes[{number}]"
        for code in change.from_:
            if code not in bodies:
                yield Fault("body_unknown", f"{place}.from", {"body": code})
            elif bodies[code].ended_on != change.on:
                yield Fault("change_day", f"{place}.on", {"body": code, "on": change.on.isoformat()})
            if code in gone:
                yield Fault("change_twice", f"{place}.from", {"body": code})
            gone.add(code)
        for one in change.to:
            found = bodies.get(one.body)
            if found is None:
                yield Fault("body_unknown", f"{place}.to", {"body": one.body})
            elif (found.founded_on and found.founded_on > change.on) or (
                found.ended_on and found.ended_on <= change.on
            ):
                yield Fault("successor_not_there", f"{place}.to", {"body": one.body, "on": change.on.isoformat()})
            for area in one.areas:
                if area not in areas:
                    yield Fault("area_unknown", f"{place}.to", {"area": area})
        yield from _change_shape(place, change)


def _change_shape(place: str, change: ChangeData) -> Iterator[Fault]:
    """One to one by a renaming, several to one by a merger; by a division every case has exactly one successor."""
    if change.kind == "rename" and (len(change.from_), len(change.to)) != (1, 1):
        yield Fault("rename_shape", place)
    if change.kind == "merge" and len(change.to) != 1:
        yield Fault("merge_shape", place)
    if change.kind == "split" and (len(change.from_) != 1 or len(change.to) < 2):
        yield Fault("split_shape", place)
    rest = [one for one in change.to if not one.areas and not one.categories]
    if len(rest) != 1:
        yield Fault("split_rest", f"{place}.to")
    parts = [("area", code) for one in change.to for code in one.areas]
    parts += [("category", code) for one in change.to for code in one.categories]
    for part in {part for part in parts if parts.count(part) > 1}:
        yield Fault("split_part_twice", f"{place}.to", {part[0]: part[1], "code": part[1]})


def _references(data: OrgData) -> Iterator[Fault]:
    bodies = {one.code for one in data.bodies}
    areas = {one.code for one in data.areas}
    officers = {one.code for one in data.officers}
    uses: list[tuple[str, Sequence[DutyData | PostData]]] = [("duties", data.duties), ("posts", data.posts)]
    for name, items in uses:
        for number, one in enumerate(items):
            if one.body not in bodies:
                yield Fault("body_unknown", f"{name}[{number}].body", {"body": one.body})
            if one.area is not None and one.area not in areas:
                yield Fault("area_unknown", f"{name}[{number}].area", {"area": one.area})
    for number, post in enumerate(data.posts):
        if post.officer not in officers:
            yield Fault("officer_unknown", f"posts[{number}].officer", {"officer": post.officer})
        if post.to is not None and post.to < post.from_:
            yield Fault("days_reversed", f"posts[{number}]", {"code": post.officer})


def _duties(data: OrgData) -> Iterator[Fault]:
    tree = tree_of(data)
    nodes = [DutyNode(one.mechanism, one.category, one.area, one.body) for one in data.duties]
    for a, b in ambiguous(tree, nodes):
        yield Fault("duties_ambiguous", f"duties[{nodes.index(b)}]", {"first": told(a), "second": told(b)})


def told(duty: DutyNode) -> str:
    """A duty as people read it."""
    return f"{duty.mechanism} / {duty.category} / {duty.area or '*'} → {duty.body}"


def tree_of(data: OrgData) -> Tree:
    """The trees of bodies and areas, without days."""
    return Tree(
        (BodyNode(one.code, one.zh, one.en, one.kind, one.parent) for one in data.bodies),
        areas=(AreaNode(one.code, one.zh, one.en, one.kind, one.parent) for one in data.areas),
    )
