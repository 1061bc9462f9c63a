"""What the series of a district have told: the values that hold, and those that they superseded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from luoshi.casework.lookup import rows_of
from luoshi.casework.sight import Sql, among
from luoshi.figures.projecting import catch_up
from luoshi.figures.tables import STORE

_E6: Final = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Observed:
    """A value that a series told in its entry ``n``; ``area``: None for the district, else ``city`` and the like, or an
    area of it. ``superseded``: a later revision holds."""

    case: str
    indicator: str
    period: str
    to_day: str
    area: str | None
    value: Decimal
    unit: str
    basis: str
    source: str
    revision: int
    superseded: bool
    n: int


def observed(
    district: str, cases: Collection[str] | None = None, *, indicator: str | None = None, superseded: bool = False
) -> list[Observed]:
    """What the series in ``cases`` (None: all of ``district``), or those of ``indicator``, have told, by indicator and
    period; with ``superseded`` what was revised, too. What was told for a code that is no period is left out.

    Raises what :func:`luoshi.figures.projecting.catch_up` raises.
    """
    catch_up(district)
    wanted = " AND to_day IS NOT NULL" + ("" if superseded else " AND superseded = 0")
    params: list[object] = [district]
    if indicator is not None:
        wanted += " AND indicator = %s"
        params.append(indicator)
    if cases is not None:
        named = among('"case"', cases)
        wanted += f" AND {named.text}"
        params += named.params
    sql = (
        'SELECT "case", indicator, period, to_day, area, value_e6, unit, basis, source, revision, superseded, n '
        f'FROM {STORE["observations"]} WHERE district = %s{wanted} ORDER BY indicator, to_day, period, "case", n'
    )
    return [
        Observed(case, name, period, to_day, area, Decimal(e6) / _E6, unit, basis, source, revision, bool(gone), n)
        for case, name, period, to_day, area, e6, unit, basis, source, revision, gone, n in rows_of(Sql(sql, params))
    ]
