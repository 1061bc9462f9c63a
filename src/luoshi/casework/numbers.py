"""Numbers of cases and documents (编号、文号): counted by kind and year without gaps, written by the pack's pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from luoshi.casework.sql import Tx

_HOLE: Final = re.compile(r"\{(prefix|year|n)(?::0(\d))?\}")

BUMP: Final = (
    "INSERT INTO casework_counter (district, key, value) VALUES (%s, %s, %s) "
    "ON CONFLICT (district, key) DO UPDATE SET value = casework_counter.value + excluded.value RETURNING value"
)


def take(tx: Tx, district: str, wanted: Mapping[str, int]) -> dict[str, Iterator[int]]:
    """For each key the next ``wanted`` numbers; taken in the order of the keys, so that no two wait crosswise.

    Given back if the transaction is undone: there are no gaps.
    """
    given: dict[str, Iterator[int]] = {}
    for key in sorted(wanted):
        last = tx.all(BUMP, (district, key, wanted[key]))[0][0]
        given[key] = iter(range(last - wanted[key] + 1, last + 1))
    return given


@lru_cache(maxsize=4096)
def series(pattern: str, prefix: str, year: int) -> str:
    """What all numbers have in common that ``pattern`` writes with this prefix and year: whoever writes alike counts
    together, so that no number is given twice."""
    values = {"prefix": prefix, "year": str(year), "n": "#"}
    return _HOLE.sub(lambda hole: values[hole[1]], pattern)


def written(pattern: str, prefix: str, year: int, n: int) -> str:
    """``pattern`` filled in: ``{prefix}〔{year}〕{n}号``; ``{n:06}`` pads with zeros."""
    text = str(n)
    return "".join([one if isinstance(one, str) else text.zfill(one) for one in _parts(pattern, prefix, year)])


@lru_cache(maxsize=4096)
def _parts(pattern: str, prefix: str, year: int) -> tuple[str | int, ...]:
    """``pattern`` filled in but for the number, in whose place stands how wide it is."""
    values = {"prefix": prefix, "year": str(year)}
    found: list[str | int] = []
    end = 0
    for hole in _HOLE.finditer(pattern):
        width = int(hole[2] or 0)
        found += (pattern[end : hole.start()], width if hole[1] == "n" else values[hole[1]].zfill(width))
        end = hole.end()
    return (*found, pattern[end:])
