"""The public relations of a shard of the log, from what its verification has read of each entry: nothing is read twice.

The rows are those of :func:`luoshi.ledger.relations.fold` (``tests/figures/test_gathering.py``). What lies before a
shard it cannot know: until which day an earlier row held is said once all rows are together, and :class:`Joined`
carries on, from shard to shard, the cases and the statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from luoshi.ledger.quick import Step
from luoshi.ledger.relations import (
    COLUMNS,
    HOLDS,
    begin,
    change,
    day_number,
    measure_row,
    names_measured,
    observation_row,
)
from luoshi.ledger.shard import Stretch

_OPEN: Final = ""
"""In the place of an area: the case did not say it in this shard. No area is empty."""
_FOLLOWED: Final = COLUMNS["entries"].index("until_day")
_UNTIL: Final = COLUMNS["measures"].index("until_day")
_CASES: Final = {name: place for place, name in enumerate(COLUMNS["cases"])}
_VERSION, _BODY, _STAGE, _SATISFIED, _CASE_AREA = (
    _CASES[name] for name in ("version", "body", "stage", "satisfied", "area")
)
_OBSERVED: Final = {name: place for place, name in enumerate(COLUMNS["observations"])}
_CASE, _PERIOD, _BASIS, _AREA, _REVISION, _SUPERSEDED = (
    _OBSERVED[name] for name in ("case", "period", "basis", "area", "revision", "superseded")
)


@dataclass(slots=True)
class Related:
    """Of one shard the rows of entries, measures and statistics, and who was last said to be satisfied, by case."""

    entries: list[list[Any]] = field(default_factory=list)
    measures: list[list[Any]] = field(default_factory=list)
    observations: list[list[Any]] = field(default_factory=list)
    satisfied: dict[str, Any] = field(default_factory=dict)


def relate(steps: Sequence[Step], first: int) -> Related:
    """The rows of ``steps``, the first of which is entry ``first`` of the log.

    Raises LedgerError ``relation_value`` and ``relation_day`` as :func:`luoshi.ledger.relations.fold`.
    """
    out = Related()
    rows = out.entries
    last: dict[str, list[Any]] = {}
    holding: dict[tuple[str, str], list[Any]] = {}
    areas: dict[str, str | None] = {}
    for seq, step in enumerate(steps, first):
        body, case, district, mechanism, n, _, _, changes, stage_from, stage, _, act, day, data = step
        before = last.get(case)
        if before is not None:
            before[_FOLLOWED] = day
        last[case] = told = [
            district, case, n, seq, mechanism, act, stage_from, stage, body, day, day_number(day), HOLDS,
        ]  # fmt: skip
        rows.append(told)
        if "area" in changes:
            areas[case] = changes["area"]
        if not data:
            continue
        if "surveyed" in data:
            out.satisfied[case] = data["surveyed"]
        for name in names_measured(data):
            row = measure_row(district, case, mechanism, n, day, data, name)
            held = holding.get((case, name))
            if held is not None:
                held[_UNTIL] = day
            holding[case, name] = row
            out.measures.append(row)
        if "observed_value" in data:
            out.observations.append(observation_row(district, case, n, data, areas.get(case, _OPEN)))
    return out


@dataclass(slots=True)
class Joined:
    """The rows of cases and of statistics, carried on through the shards in the order of the log."""

    cases: dict[str, list[Any]] = field(default_factory=dict)
    observations: list[list[Any]] = field(default_factory=list)
    _holding: dict[tuple[str, str, str], list[Any]] = field(default_factory=dict)

    def take(self, stretches: dict[str, Stretch], observations: Sequence[list[Any]], satisfied: dict[str, Any]) -> None:
        """Take the next shard. Raises LedgerError ``relation_value`` for a weight that is none."""
        cases = self.cases
        for row in observations:
            if row[_AREA] == _OPEN:
                known = cases.get(row[_CASE])
                row[_AREA] = known[_CASE_AREA] if known is not None else None
            self._observe(row)
        for case, (first, _, _, _, stage, version, body, changes) in stretches.items():
            known = cases.get(case)
            if known is None:
                cases[case] = known = begin(first[0], case, first[1])
            known[_VERSION], known[_BODY], known[_STAGE] = version, body, stage
            change(known, changes)
        for case, told in satisfied.items():
            cases[case][_SATISFIED] = told

    def _observe(self, row: list[Any]) -> None:
        """A later value for the same period on the same basis supersedes the one before it."""
        key = (row[_CASE], row[_PERIOD], row[_BASIS])
        before = self._holding.get(key)
        if before is not None:
            before[_SUPERSEDED] = 1
            row[_REVISION] = before[_REVISION] + 1
        self._holding[key] = row
        self.observations.append(row)
