"""Pages of cases in the order of the day by which somebody must act, at a cost that does not grow with the district.

Every way on which an officer sees cases gives its own first ``k`` by an index, and these are merged. A way is a grant's
bodies one by one, its areas, its mechanisms, or, of what waits for an officer, its stages. Where a grant is narrow in
both, the first rows of each mechanism are tried: if they hold a page, it is exact; if not, the bodies are walked. The
day of a case that is seen for an open part is the part's; a case seen on several ways is listed once, for its
responsible body if that is one of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from luoshi.casework import search
from luoshi.casework.filters import LONGEST_TEXT, Filters, of_case, of_day, plain_kinds
from luoshi.casework.lookup import Leads, first_of, rows_of
from luoshi.casework.sight import TRUE, Grant, Kind, Sight, Sql, among, both

MANY_BODIES: Final = 64
"""From here on a look at each body costs more than reading on in the order of the days."""
MANY_AREAS: Final = 64
"""From here on a look at each area costs more."""
FEW_AREAS: Final = 8
"""So few areas hold so few cases that sorting them is cheaper than skipping all others."""
TRIED: Final = 3000
"""Rows that are tried, of all mechanisms together, before the bodies are walked."""
TRIED_COLUMNS: Final = ", ".join(
    f"f.{name}"
    for name in (
        "id", "act_by", "body", "area", "mechanism", "version", "stage", "category", "channel", "open", "due_on",
        "number", "title", "opened_on", "struck_off_on", "returned",
    )
)  # fmt: skip
CASE: Final = ("day", "id")
PART: Final = ("day", "id", "part")
STRETCH: Final = 60
"""Open parts that are looked at together; more where a text is looked for, which few of them have."""
LONG_STRETCH: Final = 1000
LONGER: Final = 4
"""How many times longer each stretch is than the one before it, so that they are few."""
MOST_BRANCHES: Final = 400
"""SQLite allows 500 in one statement."""
LONGEST_ID: Final = 18
"""Digits; more, and SQLite takes no such number."""


_Part = tuple[str | None, int, int]


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A place in the list: dated cases come first, then by day, then by id."""

    undated: bool
    day: str
    id: int

    @classmethod
    def of(cls, day: str | None, case_id: int) -> Key:
        """The place of a case."""
        return cls(day is None, day or "", case_id)

    def written(self) -> str:
        """As text, for an address."""
        return f"{self.day}.{self.id}"

    @classmethod
    def read(cls, text: str) -> Key:
        """What :meth:`written` wrote. Raises ValueError."""
        day, _, number = text.partition(".")
        if day and (len(day) != 10 or not day.replace("-", "").isdigit()):
            raise ValueError(text)
        if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_ID):
            raise ValueError(text)
        return cls.of(day or None, int(number))


def keys(sight: Sight, filters: Filters, after: Key | None, k: int) -> list[Key]:
    """The first ``k`` places beyond ``after`` of the cases that ``sight`` shows and ``filters`` let through."""
    found: set[Key] = set()
    if filters.text:
        known = searched(sight, filters.text)
        few = sorted({*(known.numbers or ()), *(known.titles or ())})
        if known.numbers is not None and known.titles is not None:
            return _among_few(sight, filters, after, k, few)
        if known.numbers is not None:
            # Whatever else has the text has it in its title: kinds whose titles are not searched are left out.
            found |= set(_among_few(sight, filters, after, k, few))
            sight = _with_kinds(sight, plain_kinds(sight))
    for phase in _phases(sight, filters, after, k):
        for walk in phase:
            found |= walk.found()
        if len(found) >= k:
            break
    return sorted(found)[:k]


def some(sight: Sight, filters: Filters, most: int) -> int:
    """How many places :func:`keys` would give, at most ``most``. Nobody asks which: they are not put in order first."""
    if filters.text:
        return len(keys(sight, filters, None, most))
    found: set[Key] = set()
    for phase in _phases(sight, filters, None, most, ordered=False):
        for walk in phase:
            if len(found) < most:
                found |= walk.found()
    return min(len(found), most)


def _phases(
    sight: Sight, filters: Filters, after: Key | None, k: int, *, ordered: bool = True
) -> Iterator[list[_Walk]]:
    """The dated cases come first, then those without a day, among which are all that are closed.

    Open and closed ones have indexes of their own, and so a walk each.
    """
    if filters.timing != "undated" and filters.open is not False and (after is None or not after.undated):
        yield [_Walk(sight, replace(filters, open=True), after, k, undated=False, ordered=ordered)]
    if filters.timing in (None, "undated"):
        beyond = after if after is not None and after.undated else None
        states = (True, False) if filters.open is None else (filters.open,)
        yield [_Walk(sight, replace(filters, open=one), beyond, k, undated=True, ordered=ordered) for one in states]


def searched(sight: Sight, text: str) -> search.Found:
    """The cases of the district that ``text`` may be in."""
    return search.candidates(sight.district, text[:LONGEST_TEXT], titles=bool(plain_kinds(sight)))


def _with_kinds(sight: Sight, kinds: frozenset[Kind]) -> Sight:
    """``sight`` of these kinds alone."""
    grants = [replace(one, kinds=one.kinds & kinds) for one in sight.grants if one.kinds & kinds]
    return replace(sight, grants=tuple(grants))


def _among_few(sight: Sight, filters: Filters, after: Key | None, k: int, few: Sequence[int]) -> list[Key]:
    """As :func:`keys`, of the cases ``few`` alone."""
    if not few:
        return []
    narrow = of_case(sight, filters, "c")
    district = Sql("c.district = %s", [sight.district])
    own = both(district, search.within("c.id", few), sight.own("c"), narrow, of_day(sight, filters, "c.act_by"))
    found = {
        Key.of(*row) for row in rows_of(Sql(f"SELECT c.act_by, c.id FROM casework_case c WHERE {own.text}", own.params))
    }
    if filters.open is not False:
        part = both(
            Sql("p.district = %s", [sight.district]),
            search.within("p.case_id", few),
            sight.first_part("p", "c"),
            narrow,
            of_day(sight, filters, "p.act_by"),
        )
        sql = (
            "SELECT p.act_by, p.case_id FROM casework_part p JOIN casework_case c ON c.id = p.case_id "
            f"WHERE {part.text}"
        )
        found |= {Key.of(*row) for row in rows_of(Sql(sql, part.params))}
    return sorted(key for key in found if after is None or key > after)[:k]


class _Walk:
    """One walk along the dated cases, or along those without a day; of open ones, or of closed ones.

    Not ``ordered``: whichever ``k`` places are met first, and not the first ones.
    """

    def __init__(
        self, sight: Sight, filters: Filters, after: Key | None, k: int, *, undated: bool, ordered: bool = True
    ) -> None:  # fmt: skip
        self.sight = sight
        self.filters = filters
        self.after = after
        self.k = k
        self.undated = undated
        self.ordered = ordered
        self.narrow = of_case(sight, filters, "c")
        self.stretch = LONG_STRETCH if filters.text else STRETCH

    def found(self) -> set[Key]:
        """The first ``k`` places of each way."""
        made: set[Key] = set()
        for grant in self.sight.grants:
            made |= self._by_body(grant)
        if self.filters.open is not False and (self.ordered or len(made) < self.k):
            # What lies behind a full page need not be looked for.
            made |= self._by_parts(sorted(made)[self.k - 1] if len(made) >= self.k else None)
        return made

    # --- for the responsible body

    def _by_body(self, grant: Grant) -> set[Key]:
        bodies = self._bodies(grant)
        inside = TRUE if bodies is None else among("c.body", bodies)
        stages = self._stages(grant)
        if stages is not None and not stages:
            return set()
        mechanisms = sorted({mechanism for mechanism, _ in grant.kinds} & self._wanted_mechanisms())
        in_areas = [] if grant.areas is None else [(area,) for area in sorted(grant.areas)]
        few_areas = grant.areas is not None and len(grant.areas) <= FEW_AREAS
        if stages is not None and not few_areas and (bodies is None or len(bodies) > len(stages)):
            return self._run(*self._at_stages(grant, stages, inside))
        if bodies is None and grant.areas is None:
            return self._run(*self._of_kinds(grant, mechanisms))
        beyond = self.sight.beyond_bodies("c", grant)
        in_bodies = [] if bodies is None else [(body,) for body in sorted(bodies)]
        every_kind = len(grant.kinds) == len(self.sight.flows) and self.filters.mechanism is None
        few = bodies is not None and len(bodies) <= MANY_BODIES
        if bodies is not None and few and (every_kind or len(bodies) == 1) and grant.areas is None:
            return self._run(Leads(("body",), in_bodies, beyond))
        if grant.areas is not None and len(grant.areas) <= min(MANY_AREAS, len(bodies) if bodies else MANY_AREAS):
            return self._run(Leads(("area",), in_areas, both(inside, beyond)))
        tried = self._try(grant, bodies, mechanisms)
        if tried is not None:
            return tried
        if bodies is None or few_areas:
            return self._run(Leads((), [()], both(inside, beyond)))
        return self._run(Leads(("body",), in_bodies, beyond))

    def _at_stages(self, grant: Grant, stages: Iterable[tuple[str, str]], inside: Sql) -> Iterator[Leads]:
        """A look-up for each stage; those of which the same versions are seen go together."""
        alike: dict[frozenset[int] | None, list[tuple[str, ...]]] = defaultdict(list)
        for mechanism, stage in sorted(stages):
            alike[self.sight.versions(grant, mechanism, stage)].append((mechanism, stage))
        for versions, values in alike.items():
            where = both(inside, _of_versions(versions), self.sight.beyond_kinds("c", grant))
            yield Leads(("mechanism", "stage"), values, where)

    def _of_kinds(self, grant: Grant, mechanisms: Iterable[str]) -> Iterator[Leads]:
        """A look-up for each mechanism; those of which the same versions are seen go together."""
        alike: dict[frozenset[int] | None, list[tuple[str, ...]]] = defaultdict(list)
        for mechanism in mechanisms:
            alike[self.sight.versions(grant, mechanism)].append((mechanism,))
        for versions, values in alike.items():
            yield Leads(("mechanism",), values, _of_versions(versions))

    def _bodies(self, grant: Grant) -> frozenset[str] | None:
        """The bodies to look at: the grant's, those asked for, or both."""
        if self.filters.body is None:
            return grant.bodies
        asked = self.sight.org.tree.subtree(self.filters.body)
        return asked if grant.bodies is None else asked & grant.bodies

    def _stages(self, grant: Grant) -> frozenset[tuple[str, str]] | None:
        """The stages to look at, of a grant that is narrowed to stages."""
        stages, asked = self.sight.stages(grant), self.filters
        if stages is None:
            return None
        if asked.open is False:
            return frozenset()  # what is closed waits for nobody
        return frozenset(
            (mechanism, stage)
            for mechanism, stage in stages
            if asked.mechanism in (None, mechanism) and asked.stage in (None, stage)
        )

    def _wanted_mechanisms(self) -> set[str]:
        known = {mechanism for mechanism, _ in self.sight.flows}
        return known if self.filters.mechanism is None else known & {self.filters.mechanism}

    def _order(self, day: str, number: str, after: Key | None) -> Sql:
        """The phase, and what lies beyond ``after``."""
        if self.undated:
            told = Sql(f"{day} IS NULL")
            return told if after is None else both(told, Sql(f"{number} > %s", [after.id]))
        told = both(Sql(f"{day} IS NOT NULL"), of_day(self.sight, self.filters, day))
        if after is None:
            return told
        return both(told, Sql(f"({day}, {number}) > (%s, %s)", [after.day, after.id]))

    def _run(self, *ways: Leads) -> set[Key]:
        found: set[Key] = set()
        for leads in ways:
            where = both(
                Sql("c.district = %s", [self.sight.district]),
                self._order("c.act_by", "c.id", self.after),
                leads.where,
                self.narrow,
            )
            head = "SELECT c.act_by AS day, c.id AS id FROM casework_case AS c"
            by = CASE if self.ordered else ()
            rows = self._looked_up(leads._replace(head=head, where=where), by, self.k)
            found |= {Key.of(day, case_id) for day, case_id in rows}
        return found

    def _looked_up(self, leads: Leads, columns: Sequence[str], most: int) -> list[tuple[Any, ...]]:
        return first_of(leads, columns[1:] if self.undated else columns, most, MOST_BRANCHES)

    def _try(self, grant: Grant, bodies: frozenset[str] | None, mechanisms: Sequence[str]) -> set[Key] | None:
        """The page from the first rows of each mechanism; None if they do not hold it."""
        if self.undated or not mechanisms:
            return None if mechanisms else set()
        depth = max(TRIED // len(mechanisms), 4 * self.k)
        inside = TRUE if bodies is None else among("c.body", bodies)
        wanted = both(self.sight.beyond_bodies("c", grant), inside, self.narrow)
        found: set[Key] = set()
        short: list[str] = []
        for name in mechanisms:
            first = self._first(name, depth, TRIED_COLUMNS)
            text = (
                f"SELECT c.act_by, c.id FROM ({first.text}) AS c WHERE {wanted.text} ORDER BY c.act_by, c.id LIMIT %s"
            )
            rows = rows_of(Sql(text, [*first.params, *wanted.params, self.k]))
            found |= {Key.of(day, case_id) for day, case_id in rows}
            if len(rows) < self.k:
                short.append(name)
        for name in short:
            first = self._first(name, depth, "f.id")
            if rows_of(Sql(f"SELECT count(*) FROM ({first.text}) AS c", first.params))[0][0] == depth:
                return None
        return found

    def _first(self, mechanism: str, depth: int, columns: str) -> Sql:
        where = both(
            Sql("f.district = %s AND f.open AND f.mechanism = %s", [self.sight.district, mechanism]),
            self._order("f.act_by", "f.id", self.after),
        )
        return Sql(
            f"SELECT {columns} FROM casework_case f WHERE {where.text} ORDER BY f.act_by, f.id LIMIT {depth}",
            where.params,
        )

    # --- for open parts

    def _by_parts(self, until: Key | None) -> set[Key]:
        """Cases that are seen for an open part alone, each at the day of the first such part.

        The parts of all bodies are walked in their order, and of each stretch those are kept that the truth conditions
        let through.
        """
        ways = [(grant, self.sight.part_kinds(grant)) for grant in self.sight.grants]
        bodies = frozenset().union(*(grant.bodies or () for grant, kinds in ways if kinds))
        kinds = {mechanism for _, some in ways for mechanism in some} & self._wanted_mechanisms()
        if not bodies or not kinds:
            return set()
        every = len(kinds) == len({mechanism for mechanism, _ in self.sight.flows})
        wanted = TRUE if every else among("p.mechanism", kinds)
        found: set[Key] = set()
        last: _Part | None = None
        size = self.stretch
        while True:
            stretch = self._stretch(bodies, wanted, last, size)
            if stretch:
                found |= self._kept([number for _, _, number in stretch])
            if len(stretch) < size or len(found) >= self.k:
                return found
            last = stretch[-1]
            if until is not None and Key.of(last[0], last[1]) > until:
                return found
            size *= LONGER

    def _stretch(self, bodies: frozenset[str], wanted: Sql, last: _Part | None, size: int) -> list[_Part]:
        """The next parts after ``last``: day, case and id of each. A case may have several parts on one day."""
        by = "p.case_id, p.id" if self.undated else "p.act_by, p.case_id, p.id"
        beyond = TRUE
        if last is not None:
            beyond = Sql(f"({by}) > (%s, %s)", last[1:]) if self.undated else Sql(f"({by}) > (%s, %s, %s)", last)
        where = both(
            Sql("p.district = %s AND p.open", [self.sight.district]),
            wanted,
            self._order("p.act_by", "p.case_id", self.after),
            beyond,
        )
        head = "SELECT p.act_by AS day, p.case_id AS id, p.id AS part FROM casework_part AS p"
        leads = Leads(("body",), [(body,) for body in sorted(bodies)], where, head, "p")
        return [(day, case_id, part) for day, case_id, part in self._looked_up(leads, PART, size)]

    def _kept(self, parts: Sequence[int]) -> set[Key]:
        where = both(search.within("p.id", parts), self.sight.first_part("p", "c"), self.narrow)
        sql = (
            "SELECT p.act_by, p.case_id FROM casework_part p JOIN casework_case c ON c.id = p.case_id "
            f"WHERE {where.text}"
        )
        return {Key.of(day, case_id) for day, case_id in rows_of(Sql(sql, where.params))}


def _of_versions(versions: frozenset[int] | None) -> Sql:
    return TRUE if versions is None else among("c.version", versions)
