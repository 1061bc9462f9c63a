"""What an officer may see, as grants made of posts, and as one condition in SQL. The read door's inside.

The truth conditions stand in :mod:`luoshi.casework.door`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db import connection

from luoshi.casework.setups import district as in_force
from luoshi.mechanisms.flow import Flow
from luoshi.org.posts import PostNode
from luoshi.org.snapshot import Org, snapshot

Kind = tuple[str, int]
"""A mechanism and its version: roles may differ from one version to the next."""


class Sql(NamedTuple):
    """A piece of SQL with ``%s``, and its parameters."""

    text: str
    params: Sequence[Any] = ()


TRUE: Final = Sql("TRUE")
FALSE: Final = Sql("FALSE")


def both(*pieces: Sql) -> Sql:
    """All of ``pieces``."""
    told = [one for one in pieces if one is not TRUE]
    if not told:
        return TRUE
    return Sql(" AND ".join(one.text for one in told), [value for one in told for value in one.params])


def either(*pieces: Sql) -> Sql:
    """One of ``pieces``, in brackets."""
    if not pieces:
        return FALSE
    return Sql(
        "(" + " OR ".join(f"({one.text})" for one in pieces) + ")", [value for one in pieces for value in one.params]
    )


def among(column: str, values: Iterable[Any]) -> Sql:
    """``column`` is one of ``values``."""
    told = sorted(values)
    if not told:
        return FALSE
    if len(told) == 1:
        return Sql(f"{column} = %s", told)
    return Sql(f"{column} IN ({', '.join(['%s'] * len(told))})", told)


@dataclass(frozen=True, slots=True)
class Grant:
    """Posts taken together: cases of these kinds, of these bodies (None: of all), in these areas (None: anywhere)."""

    kinds: frozenset[Kind]
    bodies: frozenset[str] | None
    areas: frozenset[str] | None

    def includes(self, other: Grant) -> bool:
        """Whether it shows all that ``other`` shows."""
        return (
            self.kinds >= other.kinds
            and (self.bodies is None or (other.bodies is not None and self.bodies >= other.bodies))
            and (self.areas is None or (other.areas is not None and self.areas >= other.areas))
        )


@dataclass(frozen=True, slots=True)
class Sight:
    """What ``officer`` may see in ``district`` on ``on_day``."""

    district: str
    officer: str
    on_day: str
    org: Org
    flows: Mapping[Kind, Flow]
    grants: tuple[Grant, ...]

    def kinds(self, alias: str, kinds: frozenset[Kind]) -> Sql:
        """The case ``alias`` is of one of ``kinds``."""
        known: dict[str, set[int]] = defaultdict(set)
        wanted: dict[str, set[int]] = defaultdict(set)
        for mechanism, version in self.flows:
            known[mechanism].add(version)
        for mechanism, version in kinds:
            wanted[mechanism].add(version)
        whole = [mechanism for mechanism, versions in wanted.items() if versions == known[mechanism]]
        pieces = [among(f"{alias}.mechanism", whole)] if whole else []
        pieces += [
            both(Sql(f"{alias}.mechanism = %s", [mechanism]), among(f"{alias}.version", wanted[mechanism]))
            for mechanism in sorted(wanted.keys() - set(whole))
        ]
        return pieces[0] if len(pieces) == 1 else either(*pieces)

    def beyond_bodies(self, alias: str, grant: Grant) -> Sql:
        """What ``grant`` asks of the case ``alias`` beside its bodies: its kind and area."""
        return both(self.kinds(alias, grant.kinds), Sight.beyond_kinds(self, alias, grant))

    def beyond_kinds(self, alias: str, grant: Grant) -> Sql:
        """What ``grant`` asks of the case ``alias`` beside its bodies, mechanism, :meth:`versions` and stage."""
        if grant.areas is None:
            return TRUE
        # Without an area the comparison would be neither true nor false, and so would its contrary.
        return both(Sql(f"{alias}.area IS NOT NULL"), among(f"{alias}.area", grant.areas))

    def versions(self, grant: Grant, mechanism: str, stage: str | None = None) -> frozenset[int] | None:
        """The versions of ``mechanism`` whose cases (in ``stage``) ``grant`` shows; None for all that there are."""
        return self.all_or(mechanism, {version for name, version in grant.kinds if name == mechanism})

    def all_or(self, mechanism: str, versions: Set[int]) -> frozenset[int] | None:
        """None if ``versions`` are all that there are of ``mechanism``."""
        known = {version for name, version in self.flows if name == mechanism}
        return None if versions == known else frozenset(versions)

    def part_kinds(self, grant: Grant) -> frozenset[str]:
        """The mechanisms of which ``grant`` shows cases for their parts; :meth:`by_part` is what decides."""
        return frozenset() if grant.bodies is None else frozenset(mechanism for mechanism, _ in grant.kinds)

    def stages(self, grant: Grant) -> frozenset[tuple[str, str]] | None:
        """The mechanisms and stages to which ``grant`` is narrowed; None for all. ``beyond_bodies`` is what decides."""
        return None

    def by_body(self, alias: str, grant: Grant) -> Sql:
        """The case ``alias`` is seen by ``grant`` for the body that is responsible."""
        bodies = TRUE if grant.bodies is None else among(f"{alias}.body", grant.bodies)
        return both(self.beyond_bodies(alias, grant), bodies)

    def by_part(self, part: str, alias: str, grant: Grant) -> Sql:
        """The case ``alias`` is seen by ``grant`` for its open part ``part``."""
        bodies = TRUE if grant.bodies is None else among(f"{part}.body", grant.bodies)
        return both(Sql(f"{part}.open"), self.beyond_bodies(alias, grant), bodies)

    def own(self, alias: str) -> Sql:
        """The case ``alias`` is seen for the body that is responsible."""
        return either(*(self.by_body(alias, grant) for grant in self.grants))

    def parted(self, part: str, alias: str) -> Sql:
        """The case ``alias`` is seen for its part ``part``. A grant for all bodies needs no parts: it sees the case."""
        return either(*(self.by_part(part, alias, grant) for grant in self.grants if grant.bodies is not None))

    def first_part(self, part: str, alias: str) -> Sql:
        """The case ``alias`` is seen for parts alone, and ``part`` is the first of them to act on (undated: last)."""
        other = self.parted("q", alias)
        own = self.own(alias)
        return both(
            self.parted(part, alias),
            Sql(f"NOT {own.text}", own.params),
            Sql(
                f"NOT EXISTS (SELECT 1 FROM casework_part q WHERE q.district = {part}.district "
                f"AND q.case_id = {part}.case_id AND (q.act_by < {part}.act_by "
                f"OR (q.act_by IS NOT NULL AND {part}.act_by IS NULL) "
                f"OR (q.act_by = {part}.act_by AND q.id < {part}.id) "
                f"OR (q.act_by IS NULL AND {part}.act_by IS NULL AND q.id < {part}.id)) "
                f"AND {other.text})",
                other.params,
            ),
        )

    def condition(self, alias: str) -> Sql:
        """The whole truth about the case ``alias``, open or closed, for a statement that looks at few cases."""
        part = self.parted("pt", alias)
        exists = Sql(
            f"EXISTS (SELECT 1 FROM casework_part pt WHERE pt.district = {alias}.district AND pt.case_id = {alias}.id "
            f"AND {part.text})",
            part.params,
        )
        seen = either(self.own(alias), exists) if part is not FALSE else self.own(alias)
        return both(Sql(f"{alias}.district = %s", [self.district]), seen)

    def readable(self, alias: str) -> Sql:
        """As :meth:`condition`, and also seen by bodies that have had a part in the case or hold a role in it.

        For a case that is asked for by its name: a bureau goes on reading what it has handed in, though it is not in
        its lists any more.
        """
        had = [
            both(self.beyond_bodies(alias, grant), _has_had(alias, grant.bodies))
            for grant in self.grants
            if grant.bodies is not None
        ]
        seen = self.condition(alias)
        return both(Sql(f"{alias}.district = %s", [self.district]), either(seen, *had)) if had else seen


ROLES: Final = "'\"roles\":'"
"""Where the roles begin in a state's text; its keys are sorted, and behind them stands a number alone."""


def _has_had(alias: str, bodies: frozenset[str]) -> Sql:
    """One of ``bodies`` has or had a part of the case ``alias``, or holds a role in it."""
    part = among("had.body", bodies)
    find = "instr" if connection.vendor == "sqlite" else "strpos"
    roles = f"substr({alias}.state, {find}({alias}.state, {ROLES}))"
    told = [body.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for body in sorted(bodies)]
    return either(
        Sql(
            f"EXISTS (SELECT 1 FROM casework_part had WHERE had.district = {alias}.district "
            f"AND had.case_id = {alias}.id AND {part.text})",
            part.params,
        ),
        *(Sql(f"{roles} LIKE %s ESCAPE '\\'", [f'%:"{body}"%']) for body in told),
    )


def sight(district: str, officer: str, on_day: str) -> Sight:
    """What ``officer`` may see on ``on_day``; nothing without a post that is in force."""
    org = snapshot(district)
    flows = in_force(district).flows
    found: dict[tuple[frozenset[Kind], frozenset[str] | None], frozenset[str]] = {}
    for post in org.posts.posts_of(officer, on_day):
        kinds = _kinds_of(post, flows)
        bodies = org.tree.subtree(post.body)
        if not kinds or not bodies:
            continue
        areas = None if post.area is None else org.tree.area_subtree(post.area)
        key = (kinds, areas)
        found[key] = found.get(key, frozenset()) | bodies
    # Posts for the same bodies and areas as one grant, whatever the roles: every grant costs a look-up of its own.
    together: dict[tuple[frozenset[str], frozenset[str] | None], frozenset[Kind]] = {}
    for (kinds, areas), bodies in found.items():
        together[bodies, areas] = together.get((bodies, areas), frozenset()) | kinds
    grants = [
        Grant(kinds, None if bodies == org.tree.every_body else bodies, areas)
        for (bodies, areas), kinds in together.items()
    ]
    return Sight(district, officer, on_day, org, flows, _widest(grants))


def _kinds_of(post: PostNode, flows: Mapping[Kind, Flow]) -> frozenset[Kind]:
    """The kinds in which the post's role is one; a party from outside holds no post."""
    return frozenset(
        kind
        for kind, flow in flows.items()
        if post.is_of(kind[0]) and post.role in flow.mechanism.roles and post.role not in flow.outside
    )


def _widest(grants: Sequence[Grant]) -> tuple[Grant, ...]:
    """Without those that another one includes; no two are equal."""
    return tuple(one for one in grants if not any(other is not one and other.includes(one) for other in grants))
