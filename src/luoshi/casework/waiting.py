"""What waits for an officer himself 待我办理, out of what he sees: a narrower sight for the read door.

A case waits for him if he sees it, and the role that is responsible in its stage is one of his, by the same post; or if
an open part of it is his: the role of the part's branch, by the same post. ``returned`` 退回: of these, the cases that
stand where a return brought them. That is told by the last entry which moved the case; a reminder or a remark since
changes nothing. (A part that was returned within its branch is not told apart.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from luoshi.casework.door import CaseRow
from luoshi.casework.lookup import rows_of
from luoshi.casework.sight import FALSE, TRUE, Grant, Kind, Sight, Sql, among, both, either, sight
from luoshi.mechanisms.flow import Flow
from luoshi.org.posts import PostNode

Stage = tuple[Kind, str]
Branch = tuple[Kind, str, str]


class OpenPart(NamedTuple):
    """An open part of a split case: which branch it is on, whose it is, where it stands, by when they must act."""

    case_id: int
    key: str
    branch: str
    kind: str
    body: str
    stage: str
    act_by: str | None


@dataclass(frozen=True, slots=True)
class WaitingGrant(Grant):
    """Of what a grant shows, the cases in ``stages``, and the parts on ``branches``."""

    stages: frozenset[Stage] = frozenset()
    branches: frozenset[Branch] = frozenset()


@dataclass(frozen=True, slots=True)
class Waiting(Sight):
    """A sight of what waits for the officer."""

    returned: bool = False

    def stages(self, grant: Grant) -> frozenset[tuple[str, str]] | None:
        """Those of the grant."""
        assert isinstance(grant, WaitingGrant)
        return frozenset((kind[0], stage) for kind, stage in grant.stages)

    def beyond_bodies(self, alias: str, grant: Grant) -> Sql:
        """As for any sight, and the case stands in a stage in which it waits for him."""
        assert isinstance(grant, WaitingGrant)
        if not grant.stages:
            return FALSE
        return both(self.kinds(alias, grant.kinds), _in_stages(alias, grant.stages), self.beyond_kinds(alias, grant))

    def beyond_kinds(self, alias: str, grant: Grant) -> Sql:
        """As for any sight, and a return brought it there, if these are what is asked for."""
        told = Sight.beyond_kinds(self, alias, grant)
        return both(told, Sql(f"{alias}.returned")) if self.returned else told

    def versions(self, grant: Grant, mechanism: str, stage: str | None = None) -> frozenset[int] | None:
        """Those in whose ``stage`` cases wait for him."""
        assert isinstance(grant, WaitingGrant)
        told = {kind[1] for kind, name in grant.stages if kind[0] == mechanism and stage in (None, name)}
        return self.all_or(mechanism, told)

    def part_kinds(self, grant: Grant) -> frozenset[str]:
        """Those that have branches of his."""
        assert isinstance(grant, WaitingGrant)
        if self.returned or grant.bodies is None:
            return frozenset()
        return frozenset(kind[0] for kind, _, _ in grant.branches)

    def by_part(self, part: str, alias: str, grant: Grant) -> Sql:
        """The open part ``part`` of the case ``alias`` is his."""
        assert isinstance(grant, WaitingGrant)
        if self.returned or not grant.branches:
            return FALSE
        bodies = TRUE if grant.bodies is None else among(f"{part}.body", grant.bodies)
        return both(
            Sql(f"{part}.open"),
            Sight.beyond_bodies(self, alias, grant),
            bodies,
            _on_branches(part, alias, grant.branches),
        )


def waiting(seen: Sight, *, returned: bool = False) -> Waiting:
    """Of what ``seen`` shows its officer, what waits for himself; with ``returned`` what was sent back to him."""
    places: dict[tuple[frozenset[Stage], frozenset[Branch], frozenset[str] | None], frozenset[str]] = {}
    for post in seen.org.posts.posts_of(seen.officer, seen.on_day):
        stages = frozenset(_stages_of(post, seen.flows))
        branches = frozenset(_branches_of(post, seen.flows))
        bodies = seen.org.tree.subtree(post.body)
        if bodies and (stages or branches):
            areas = None if post.area is None else seen.org.tree.area_subtree(post.area)
            key = (stages, branches, areas)
            places[key] = places.get(key, frozenset()) | bodies
    grants = [
        WaitingGrant(
            frozenset({one[0] for one in stages} | {one[0] for one in branches}),
            # A grant for all bodies would need no look at the parts; here it does, if it has any.
            None if bodies == seen.org.tree.every_body and not branches else bodies,
            areas,
            stages,
            branches,
        )
        for (stages, branches, areas), bodies in _together(places).items()
    ]
    return Waiting(seen.district, seen.officer, seen.on_day, seen.org, seen.flows, tuple(grants), returned)


def waiting_for(district: str, officer: str, on_day: str) -> Waiting:
    """What waits for ``officer`` on ``on_day``."""
    return waiting(sight(district, officer, on_day))


_Place = tuple[frozenset[Stage], frozenset[Branch], frozenset[str] | None]


def _together(places: Mapping[_Place, frozenset[str]]) -> dict[_Place, frozenset[str]]:
    """Posts for the same bodies and areas as one grant: every grant costs a look-up of its own."""
    found: dict[tuple[frozenset[str], frozenset[str] | None], tuple[set[Stage], set[Branch]]] = defaultdict(
        lambda: (set(), set())
    )
    for (stages, branches, areas), bodies in places.items():
        found[bodies, areas][0].update(stages)
        found[bodies, areas][1].update(branches)
    made: dict[_Place, frozenset[str]] = {}
    for (bodies, areas), (all_stages, all_branches) in found.items():
        key = (frozenset(all_stages), frozenset(all_branches), areas)
        made[key] = made.get(key, frozenset()) | bodies
    return made


def _stages_of(post: PostNode, flows: Mapping[Kind, Flow]) -> Iterable[Stage]:
    for kind, flow in flows.items():
        if post.is_of(kind[0]) and post.role not in flow.outside:
            for name, stage in flow.mechanism.stages.items():
                if stage.open and stage.responsible == post.role:
                    yield kind, name


def _branches_of(post: PostNode, flows: Mapping[Kind, Flow]) -> Iterable[Branch]:
    for kind, flow in flows.items():
        if post.is_of(kind[0]):
            for name, stage in flow.mechanism.stages.items():
                for branch, way in (stage.parallel.branches if stage.parallel else {}).items():
                    if way.role == post.role:
                        yield kind, name, branch


def _quoted(names: Iterable[str]) -> str:
    """Identifiers of mechanisms as SQL: they stand in each of many branches, and a statement takes so many parameters.

    A definition's identifiers are letters, digits and lines; anything else would be a fault of the loader.
    """
    told = sorted(names)
    if not all(name.isascii() and name.replace("_", "").isalnum() for name in told):
        raise ValueError(f"no identifiers: {told}")
    return ", ".join(f"'{name}'" for name in told)


def _in_stages(alias: str, stages: frozenset[Stage]) -> Sql:
    """The case ``alias``, which is of a kind in ``stages``, stands in one of them."""
    by_kind: dict[Kind, set[str]] = defaultdict(set)
    for kind, stage in stages:
        by_kind[kind].add(stage)
    alike: dict[str, dict[frozenset[str], list[int]]] = defaultdict(lambda: defaultdict(list))
    for (mechanism, version), names in by_kind.items():
        alike[mechanism][frozenset(names)].append(version)
    pieces = [
        Sql(
            f"{alias}.mechanism = {_quoted([mechanism])} AND {alias}.version IN ({', '.join(map(str, versions))}) "
            f"AND {alias}.stage IN ({_quoted(names)})"
        )
        for mechanism, several in sorted(alike.items())
        for names, versions in sorted(several.items(), key=lambda one: sorted(one[0]))
    ]
    return either(*pieces)


def _on_branches(part: str, alias: str, branches: frozenset[Branch]) -> Sql:
    """A part's key is ``split.branch.body`` (:mod:`luoshi.mechanisms.parts`)."""
    return either(
        *(
            both(
                _in_stages(alias, frozenset({(kind, stage)})),
                Sql(f"replace({part}.key, '.' || {_quoted([branch])} || '.', '') <> {part}.key"),
            )
            for kind, stage, branch in sorted(branches)
        )
    )


def returned_among(seen: Sight, rows: Iterable[CaseRow]) -> frozenset[int]:
    """Those of ``rows``, which the door showed, that stand where a return brought them; their ids."""
    wanted = among("c.id", {row.id for row in rows})
    if wanted is FALSE:
        return frozenset()
    sql = f"SELECT c.id FROM casework_case c WHERE c.district = %s AND {wanted.text} AND c.returned"
    return frozenset(found[0] for found in rows_of(Sql(sql, [seen.district, *wanted.params])))


def open_parts(seen: Sight, cases: Iterable[int]) -> dict[int, tuple[OpenPart, ...]]:
    """The open parts of ``cases``, by case; of cases that the door showed. Raises CaseworkError ``store_…``."""
    wanted = among("p.case_id", set(cases))
    if wanted is FALSE:
        return {}
    sql = (
        "SELECT p.case_id, p.key, p.kind, p.body, p.stage, p.act_by FROM casework_part p "
        f"WHERE p.district = %s AND p.open AND {wanted.text} ORDER BY p.case_id, p.id"
    )
    found: dict[int, list[OpenPart]] = defaultdict(list)
    for case_id, key, kind, body, stage, act_by in rows_of(Sql(sql, [seen.district, *wanted.params])):
        found[case_id].append(OpenPart(case_id, key, key.split(".")[1], kind, body, stage, act_by))
    return {case_id: tuple(parts) for case_id, parts in found.items()}
