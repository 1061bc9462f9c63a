"""Pages of cases in the order of the day by which somebody must act, at a cost that does not grow with the district.

Every way on which an officer sees cases gives its own first ``k`` by an index, and these are merged. A way is a grant's
bodies one by one, its areas, its mechanisms, or, of what waits for an officer, its stages. Where a grant is narrow in
both, the first rows of each mechanism are tried: if they hold a page, it is exact; if not, the bodies are walked. The
day of a case that is seen for an open part is the part's; a case seen on several ways is listed once, for its
responsible body if that is one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from luoshi.casework import search
from luoshi.casework.filters import LONGEST_TEXT, Filters, of_case, of_day, plain_kinds
from luoshi.casework.lookup import rows_of
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
        "number", "title", "opened_on", "struck_off_on",
    )
)  # fmt: skip
CASE: Final = ("day", "id")
PART: Final = ("day", "id", "part")
STRETCH: Final = 60
"""Open parts that are looked at together; more where a text is looked for, which few of them have."""
LONG_STRETCH: Final = 1000
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
    phases = [False, True] if after is None or not after.undated else [True]
    if filters.open is False or filters.timing == "undated":
        phases = [True]
    elif filters.timing is not None:
        phases = [phase for phase in phases if not phase]
    for undated in phases:
        walk = _Walk(sight, filters, after if after is not None and after.undated is undated else None, k, undated)
        found |= walk.found()
        if len(found) >= k:
            break
    return sorted(found)[:k]


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
    """One walk along the dated cases, or along those without a day."""

    def __init__(self, sight: Sight, filters: Filters, after: Key | None, k: int, undated: bool) -> None:
        self.sight = sight
        self.filters = filters
        self.after = after
        self.k = k
        self.undated = undated
        self.narrow = of_case(sight, filters, "c")
        self.stretch = LONG_STRETCH if filters.text else STRETCH

    def found(self) -> set[Key]:
        """The first ``k`` places of each way."""
        made: set[Key] = set()
        for grant in self.sight.grants:
            made |= self._by_body(grant)
        if self.filters.open is not False:
            # What lies behind a full page need not be looked for.
            made |= self._by_parts(sorted(made)[self.k - 1] if len(made) >= self.k else None)
        return made

    # --- for the responsible body

    def _by_body(self, grant: Grant) -> set[Key]:
        bodies = self._bodies(grant)
        mechanisms = sorted({mechanism for mechanism, _ in grant.kinds} & self._wanted_mechanisms())
        stages = self._stages(grant)
        if stages is not None and (bodies is None or len(bodies) > len(stages)) and self.filters.open is not False:
            inside = TRUE if bodies is None else among("c.body", bodies)
            return self._run(
                self._branch(grant, both(Sql("c.mechanism = %s AND c.stage = %s", [mechanism, stage]), inside))
                for mechanism, stage in sorted(stages)
            )
        if bodies is None and grant.areas is None:
            return self._run(self._branch(grant, Sql("c.mechanism = %s", [name])) for name in mechanisms)
        every_kind = len(grant.kinds) == len(self.sight.flows) and self.filters.mechanism is None
        few = bodies is not None and len(bodies) <= MANY_BODIES
        if bodies is not None and few and (every_kind or len(bodies) == 1) and grant.areas is None:
            return self._run(self._branch(grant, Sql("c.body = %s", [body])) for body in sorted(bodies))
        if grant.areas is not None and len(grant.areas) <= min(MANY_AREAS, len(bodies) if bodies else MANY_AREAS):
            inside = TRUE if bodies is None else among("c.body", bodies)
            return self._run(
                self._branch(grant, both(Sql("c.area = %s", [area]), inside)) for area in sorted(grant.areas)
            )
        tried = self._try(grant, bodies, mechanisms)
        if tried is not None:
            return tried
        if grant.areas is not None and (bodies is None or len(grant.areas) <= FEW_AREAS):
            inside = TRUE if bodies is None else among("c.body", bodies)
            return self._run([self._branch(grant, both(among("c.area", grant.areas), inside))])
        assert bodies is not None
        return self._run(self._branch(grant, Sql("c.body = %s", [body])) for body in sorted(bodies))

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

    def _branch(self, grant: Grant, lead: Sql) -> Sql:
        where = both(
            Sql("c.district = %s", [self.sight.district]),
            lead,
            self._order("c.act_by", "c.id", self.after),
            self.sight.beyond_bodies("c", grant),
            self.narrow,
        )
        by = "c.id" if self.undated else "c.act_by, c.id"
        return Sql(
            f"SELECT c.act_by AS day, c.id AS id FROM casework_case c WHERE {where.text} ORDER BY {by} LIMIT {self.k}",
            where.params,
        )

    def _run(self, branches: Iterator[Sql] | Sequence[Sql]) -> set[Key]:
        return {Key.of(day, case_id) for day, case_id in self._merged(list(branches), CASE, self.k)}

    def _merged(self, branches: Sequence[Sql], columns: tuple[str, ...], most: int) -> list[tuple[Any, ...]]:
        """The first rows of all branches, in the order of ``columns``."""
        found: list[tuple[Any, ...]] = []
        for first in range(0, len(branches), MOST_BRANCHES):
            some = branches[first : first + MOST_BRANCHES]
            union = " UNION ALL ".join(f"SELECT * FROM ({one.text}) AS w{n}" for n, one in enumerate(some))
            by = ", ".join(columns[1:] if self.undated else columns)
            text = f"SELECT {', '.join(columns)} FROM ({union}) AS u ORDER BY {by} LIMIT {most}"
            found += rows_of(Sql(text, [value for one in some for value in one.params]))
        return found if len(branches) <= MOST_BRANCHES else sorted(found, key=lambda row: (row[0] or "", *row[1:]))

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
        bodies: frozenset[str] = frozenset()
        for grant in self.sight.grants:
            bodies |= grant.bodies or frozenset()
        if not bodies:
            return set()
        kinds = {mechanism for grant in self.sight.grants if grant.bodies is not None for mechanism, _ in grant.kinds}
        some = kinds & self._wanted_mechanisms()
        every = len(some) == len({mechanism for mechanism, _ in self.sight.flows})
        wanted = TRUE if every else among("p.mechanism", some)
        found: set[Key] = set()
        last: _Part | None = None
        while True:
            stretch = self._stretch(bodies, wanted, last)
            if stretch:
                found |= self._kept([number for _, _, number in stretch])
            if len(stretch) < self.stretch or len(found) >= self.k:
                return found
            last = stretch[-1]
            if until is not None and Key.of(last[0], last[1]) > until:
                return found

    def _stretch(self, bodies: frozenset[str], wanted: Sql, last: _Part | None) -> list[_Part]:
        """The next parts after ``last``: day, case and id of each. A case may have several parts on one day."""
        by = "p.case_id, p.id" if self.undated else "p.act_by, p.case_id, p.id"
        beyond = TRUE
        if last is not None:
            beyond = Sql(f"({by}) > (%s, %s)", last[1:]) if self.undated else Sql(f"({by}) > (%s, %s, %s)", last)
        branches = []
        for body in sorted(bodies):
            where = both(
                Sql("p.district = %s AND p.open AND p.body = %s", [self.sight.district, body]),
                wanted,
                self._order("p.act_by", "p.case_id", self.after),
                beyond,
            )
            branches.append(
                Sql(
                    "SELECT p.act_by AS day, p.case_id AS id, p.id AS part FROM casework_part p "
                    f"WHERE {where.text} ORDER BY {by} LIMIT {self.stretch}",
                    where.params,
                )
            )
        merged = self._merged(branches, PART, self.stretch)
        return [(day, case_id, part) for day, case_id, part in merged[: self.stretch]]

    def _kept(self, parts: Sequence[int]) -> set[Key]:
        where = both(search.within("p.id", parts), self.sight.first_part("p", "c"), self.narrow)
        sql = (
            "SELECT p.act_by, p.case_id FROM casework_part p JOIN casework_case c ON c.id = p.case_id "
            f"WHERE {where.text}"
        )
        return {Key.of(day, case_id) for day, case_id in rows_of(Sql(sql, where.params))}
