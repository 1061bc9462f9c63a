"""Keeping the store's public relations up with its entries."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from luoshi.casework.sql import SEAL_LOCK, Tx, writing
from luoshi.figures.tables import STORE, Tables
from luoshi.ledger.relations import COLUMNS, Changes
from luoshi.sealing import log

BATCH: Final = 5_000
"""Entries in one transaction: a tenth of a second in which, on SQLite, no act is written."""

_ENTRIES: Final = (
    "SELECT id, data FROM casework_entry WHERE district = %s AND id > %s AND id <= %s ORDER BY id LIMIT %s"
)
_PLACED: Final = "UPDATE figures_entry SET seq = id - %s WHERE district = %s AND seq IS NULL AND id BETWEEN %s AND %s"

_DAYS: Final = (
    "UPDATE figures_watermark SET since = CASE WHEN since <= %s THEN since ELSE %s END, "
    "as_of = CASE WHEN as_of >= %s THEN as_of ELSE %s END WHERE district = %s"
)
_REACHED: Final = (
    "INSERT INTO figures_reached (district, mechanism, entry_id) VALUES (%s, %s, %s) "
    "ON CONFLICT (district, mechanism) DO UPDATE SET entry_id = excluded.entry_id"
)
_MECHANISM, _DAY = COLUMNS["entries"].index("mechanism"), COLUMNS["entries"].index("on_day")
OBSERVATIONS: Final = "*observations"
"""What is reached under this name is the last batch that told a statistic, whatever kind of case told it."""

Run = tuple[int, int, int]
"""Consecutive ids in the log: first id, last id, first id minus first place."""


def catch_up(district: str, *, batch: int = BATCH) -> int:
    """Bring the relations of ``district`` up to every entry that is there; how many were new.

    Several at once do no harm: each batch is made by one, the others wait and go on after it. What is interrupted goes
    on where it was. Raises LedgerError as :func:`luoshi.ledger.relations.fold`, CaseworkError for the store.
    """
    top, done = _reach(), 0
    if _is_current(district, top):
        return 0
    while True:
        with writing() as tx:
            count, whole = _step(tx, district, top, batch)
        done += count
        if whole:
            return done


def _reach() -> int:
    """The highest id below which no entry can appear any more."""
    sql = "SELECT coalesce(max(id), 0) FROM casework_entry"
    reader = log.reader()
    if reader.sqlite:
        return int(reader.all(sql)[0][0])
    with writing() as tx:
        tx.run("SELECT pg_advisory_xact_lock(%s)", (SEAL_LOCK,))
        return int(tx.all(sql)[0][0])


def _is_current(district: str, top: int) -> bool:
    """Whether nothing is to be done, told without a write transaction: every figure asks first."""
    reader = log.reader()
    marks = reader.all("SELECT entry_id FROM figures_watermark WHERE district = %s", (district,))
    if not marks or marks[0][0] < top:
        return False
    unsealed = reader.all("SELECT min(id) FROM figures_entry WHERE district = %s AND seq IS NULL", (district,))[0][0]
    if unsealed is None:
        return True
    sealed = reader.all("SELECT coalesce(max(first_id + count - 1), 0) FROM sealing_run")[0][0]
    return bool(sealed < unsealed)


def _step(tx: Tx, district: str, top: int, batch: int) -> tuple[int, bool]:
    """One batch; whether it was the last."""
    tx.run(
        "INSERT INTO figures_watermark (district, entry_id) VALUES (%s, 0) ON CONFLICT (district) DO NOTHING",
        (district,),
    )
    lock = "" if tx.sqlite else " FOR UPDATE"
    mark = int(tx.all(f"SELECT entry_id FROM figures_watermark WHERE district = %s{lock}", (district,))[0][0])
    rows = tx.all(_ENTRIES, (district, mark, top, batch)) if mark < top else []
    whole = len(rows) < batch
    if rows:
        ids = [int(row[0]) for row in rows]
        places = _places(ids, _runs(tx, ids[0], ids[-1]))
        changes = Tables(tx, STORE, ids=True).add(district, [bytes(row[1]) for row in rows], places, ids)
        days = [str(row[_DAY]) for row in changes.entries]
        first, last = min(days), max(days)
        tx.run(_DAYS, (first, first, last, last, district))
        tx.each(_REACHED, [(district, name, last) for name, last in _lasts(changes, ids).items()])
    reached = top if whole else int(rows[-1][0])
    if reached > mark:
        tx.run("UPDATE figures_watermark SET entry_id = %s WHERE district = %s", (reached, district))
    if whole:
        _place(tx, district)
    return len(rows), whole


def _lasts(changes: Changes, ids: Sequence[int]) -> dict[str, int]:
    """The last entry of each mechanism."""
    found = {row[_MECHANISM]: key for row, key in zip(changes.entries, ids, strict=True)}
    if changes.observations:
        found[OBSERVATIONS] = ids[-1]
    return found


def _runs(tx: Tx, first: int, last: int) -> list[Run]:
    """The sealed runs with ids between ``first`` and ``last``, in order."""
    sql = (
        "SELECT first_id, first_id + count - 1, first_id - first_seq FROM sealing_run "
        "WHERE first_id <= %s AND first_id + count > %s ORDER BY first_id"
    )
    return [(int(a), int(b), int(c)) for a, b, c in tx.all(sql, (last, first))]


def _places(ids: Sequence[int], runs: Sequence[Run]) -> list[int | None]:
    """The place of each id in the log; None if it is not sealed."""
    if len(runs) == 1 and runs[0][0] <= ids[0] and ids[-1] <= runs[0][1]:
        return [one - runs[0][2] for one in ids]
    starts = [run[0] for run in runs]
    places: list[int | None] = []
    for one in ids:
        at = bisect_right(starts, one) - 1
        places.append(one - runs[at][2] if at >= 0 and one <= runs[at][1] else None)
    return places


def _place(tx: Tx, district: str) -> None:
    """Tell the places of entries that were sealed since they were taken."""
    sql = "SELECT min(id), max(id) FROM figures_entry WHERE district = %s AND seq IS NULL"
    first, last = tx.all(sql, (district,))[0]
    if first is None:
        return
    for start, end, offset in _runs(tx, int(first), int(last)):
        tx.run(_PLACED, (offset, district, max(start, int(first)), min(end, int(last))))
