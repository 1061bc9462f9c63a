"""Proving a figure before it is used: its query is asked of made-up relations, guarded as anybody's would be.

What is refused: what is not one SELECT over the relations and their columns; what reads anything else, writes or takes
more steps than a look at each row would; a result of other columns or another kind; a rate that an open overdue case
does not burden (law 6); a weighted figure that counts a shared case whole; a measure that counts twice when it is told
twice; a figure by entries that an entry after the period changes; what counts cases of a pack that it does not name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from luoshi.figures.definitions import FILE, FigureDef, Loaded, load_file
from luoshi.figures.errors import FigureError
from luoshi.figures.evaluating import Ask, answer, file_ask, prove
from luoshi.figures.tables import make
from luoshi.ledger.relations import COLUMNS, HOLDS, day_number
from luoshi.mechanisms.errors import Finding
from luoshi.mechanisms.loader import load as load_mechanism
from luoshi.mechanisms.model import Mechanism

DISTRICT: Final = "probe"
CASES: Final = 240
"""Made-up cases of each kind: enough that looking at every pair of them shows."""
STEPS: Final = 400 * CASES
"""SQLite's steps that a query may take for each kind of case it counts; a join by key takes a tenth of it."""
_PERIODS: Final = {"year": "2019", "quarter": "2019-q1", "month": "2019-03"}
_OVERDUE: Final = {"opened_on": "2019-03-04", "due_on": "2019-03-11"}


def probe_file(path: Path) -> tuple[Loaded, list[Finding]]:
    """The figures of one file and all that is wrong with them, with lines. Raises MechanismError for a file that
    cannot be read as figures or whose pack's mechanism cannot, OSError."""
    loaded = load_file(path)
    packs = path.parent.parent
    findings = []
    for number, one in enumerate(loaded.figures):
        # Indicators have figures by one pattern, which are no places of their file.
        place = ("figures", number) if path.name == FILE else ("indicators", number)
        for key, error in probe(one, packs):
            at = (*place, key) if path.name == FILE else place
            findings.append(Finding("error", error.code, at, loaded.line_of(at), dict(error.details)))
    return loaded, findings


def probe(one: FigureDef, packs: Path) -> list[tuple[str, FigureError]]:
    """What is wrong with ``one``, each with the key of its definition; its mechanisms are in ``packs``."""
    mechanisms = []
    for name in one.mechanisms:
        path = packs / name / "mechanism.yaml"
        if not path.is_file():
            return [("of", FigureError("mechanism_unknown", id=one.id, name=name))]
        mechanisms.append(load_mechanism(path.read_bytes(), str(path)))
    raw = sqlite3.connect(":memory:")
    try:
        make(raw)
        for mechanism in mechanisms:
            _fill(raw, mechanism)
        return list(_probed(one, mechanisms, raw))
    finally:
        raw.close()


def _probed(
    one: FigureDef, mechanisms: Sequence[Mechanism], raw: sqlite3.Connection
) -> Iterator[tuple[str, FigureError]]:
    period = _PERIODS[one.periods[0]]
    ask = file_ask(raw, DISTRICT, period, steps=STEPS * len(mechanisms))
    try:
        before = _parts(one, ask)
    except FigureError as error:
        yield "query", error
        return
    try:
        prove(one, ask)
    except FigureError as error:
        yield "entries", error
    if "overdue" in one.hides_never:
        for mechanism in mechanisms:
            stages = _due_stages(mechanism)
            if not any(_burdened(one, mechanism, stage, ask, before, raw) for stage in stages):
                yield "query", FigureError("query_overdue", id=one.id, mechanism=mechanism.id)
    if one.asked.uses("measures") and _changed(one, period, before, raw, *_RETOLD):
        yield "query", FigureError("query_retold", id=one.id)
    if one.asked.uses("entries") and _changed(one, period, before, raw, *_LATER):
        yield "query", FigureError("query_later", id=one.id)
    if _changed(one, period, before, raw, *_OTHERS):
        yield "query", FigureError("query_mechanism", id=one.id)
    if "weights" in one.hides_never and not one.asked.uses("weight_e6"):
        yield "query", FigureError("query_weights", id=one.id)


def _parts(one: FigureDef, ask: Ask) -> tuple[Decimal, Decimal]:
    """Numerator and denominator, or the value twice."""
    value, above, below, _ = answer(one, ask)
    if above is None or below is None:
        return value or Decimal(0), value or Decimal(0)
    return above, below


def _burdened(
    one: FigureDef, mechanism: Mechanism, stage: str, ask: Ask, before: tuple[Decimal, Decimal], raw: sqlite3.Connection
) -> bool:
    """Whether one more open overdue case is in the denominator, and not in the numerator."""
    raw.execute("SAVEPOINT probe")
    try:
        _put(raw, "cases", [_case(mechanism, "overdue", stage=stage, **_OVERDUE)])
        _put(raw, "entries", _steps(mechanism, "overdue", "2019-03-04", stage))
        above, below = _parts(one, ask)
    finally:
        raw.execute("ROLLBACK TO probe")
        raw.execute("RELEASE probe")
    return above == before[0] and below > before[1]


def _changed(
    one: FigureDef, period: str, before: tuple[Decimal, Decimal], raw: sqlite3.Connection, *changes: str
) -> bool:
    """Whether ``changes`` of the made-up relations, which may double them, change what ``one`` says."""
    raw.execute("SAVEPOINT probe")
    try:
        for sql in changes:
            raw.execute(sql)
        return _parts(one, file_ask(raw, DISTRICT, period, steps=4 * STEPS * len(one.mechanisms))) != before
    finally:
        raw.execute("ROLLBACK TO probe")
        raw.execute("RELEASE probe")


def _due_stages(mechanism: Mechanism) -> list[str]:
    """Open stages that a limit to the outside drives, those first in which work is done."""
    driven = [
        name
        for name, stage in mechanism.stages.items()
        if stage.open and (not mechanism.due or set(stage.clocks) & set(mechanism.due) or stage.parallel)
    ]
    return driven or [name for name, stage in mechanism.stages.items() if stage.open]


# --- made-up relations


def _copied(relation: str, **other: str) -> str:
    """The statement that copies every row of ``relation`` with other values, told in SQL."""
    told = ", ".join(other.get(column, f'"{column}"') for column in COLUMNS[relation])
    return f"INSERT INTO {relation} SELECT {told} FROM {relation}"


_AFTER: Final = "2021-01-01"
_RETOLD: Final = (
    _copied("measures", n="n + 1"),
    "UPDATE measures SET until_day = on_day WHERE n = 1",
)
"""Every measure told once more on its day, the same."""
_LATER: Final = (
    _copied(
        "entries", n="3", stage_from="stage_to", stage_to="'elsewhere'", on_day=f"'{_AFTER}'",
        day_n=str(day_number(_AFTER)),
    ) + " WHERE n = 2",
    f"UPDATE entries SET until_day = '{_AFTER}' WHERE n = 2",
)  # fmt: skip
"""Every case goes on after all periods."""
_OTHERS: Final = tuple(
    _copied(relation, case="'other-' || \"case\"", mechanism="'another_pack'")
    for relation in ("cases", "entries", "measures")
)
"""Another pack has the same cases."""


def _fill(raw: sqlite3.Connection, mechanism: Mechanism) -> None:
    done = [name for name, stage in mechanism.stages.items() if stage.outcome == "done"]
    going = [name for name, stage in mechanism.stages.items() if stage.open]
    cases, entries, measures = [], [], []
    for number in range(CASES):
        day = f"2019-{number % 12 + 1:02}-{number % 28 + 1:02}"
        case = f"{mechanism.id}-{number}"
        is_done = bool(done) and number % 3 > 0
        told: dict[str, Any] = {"opened_on": day, "due_on": day, "stage": going[number % len(going)]}
        if is_done:
            told |= {"answered_on": day, "struck_off_on": day, "stage": done[number % len(done)]}
            told["satisfied"] = (None, "satisfied", "partly", "dissatisfied")[number % 4]
        cases.append(_case(mechanism, case, **told))
        entries += _steps(mechanism, case, day, str(told["stage"]))
        for name, unit in mechanism.measures.items():
            measures.append((DISTRICT, case, name, "2.5", 2_500_000, unit, mechanism.id, 1, day, HOLDS))
    _put(raw, "cases", cases)
    _put(raw, "entries", entries)
    _put(raw, "measures", measures)


def _case(mechanism: Mechanism, case: str, **told: Any) -> tuple[Any, ...]:
    plain = {"district": DISTRICT, "case": case, "mechanism": mechanism.id, "version": mechanism.version, "body": "b"}
    row = {**dict.fromkeys(COLUMNS["cases"]), **plain, "weight": "1", "weight_e6": 1_000_000, **told}
    return tuple(row.values())


def _steps(mechanism: Mechanism, case: str, day: str, stage: str) -> list[tuple[Any, ...]]:
    at = (day, day_number(day))
    first = (DISTRICT, case, 1, None, mechanism.id, "open", "", "s", "b", *at, day)
    return [first, (DISTRICT, case, 2, None, mechanism.id, "act", "s", stage, "b", *at, HOLDS)]


def _put(raw: sqlite3.Connection, relation: str, rows: Sequence[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * len(COLUMNS[relation]))
    raw.executemany(f"INSERT INTO {relation} VALUES ({marks})", rows)
