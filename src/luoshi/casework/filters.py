"""What a list of cases can be narrowed by. Nothing of it is stored: lateness is a comparison with the day asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from luoshi.casework.errors import CaseworkError
from luoshi.casework.sight import FALSE, TRUE, Kind, Sight, Sql, among, both, either

SOON_DAYS: Final = 3
LONGEST_TEXT: Final = 100

Timing = Literal["late", "soon", "later", "undated"]
"""Of the day by which somebody must act next: past; today or in the coming days; after these; not known."""


@dataclass(frozen=True, slots=True)
class Filters:
    """``area`` and ``body`` stand for all below them. ``overdue``: the limit to the outside (``due_on``) is past.

    ``text``: the beginning of the number, or a part of the title where titles of that mechanism are not personal.
    ``soon_days``: calendar days from the officer's day on that count as soon. ``opened``, ``struck_off``: the month
    ``YYYY-MM`` or the year ``YYYY`` of that day. ``days_late``: with the timing ``late``, least and most calendar days
    (None: no end).
    """

    mechanism: str | None = None
    stage: str | None = None
    category: str | None = None
    channel: str | None = None
    area: str | None = None
    body: str | None = None
    text: str | None = None
    timing: Timing | None = None
    overdue: bool | None = None
    soon_days: int = SOON_DAYS
    open: bool | None = True
    opened: str | None = None
    struck_off: str | None = None
    days_late: tuple[int, int | None] | None = None

    def __post_init__(self) -> None:
        """Raises CaseworkError ``filter_wrong`` for a text that no case can have; PostgreSQL would not even take it."""
        for name in ("mechanism", "stage", "category", "channel", "area", "body", "text", "opened", "struck_off"):
            value = getattr(self, name)
            if value is not None and not value.isprintable():
                raise CaseworkError("filter_wrong", name=name)


def of_case(sight: Sight, filters: Filters, alias: str) -> Sql:
    """What ``filters`` ask of the case ``alias``, without the timing."""
    pieces = [
        Sql(f"{alias}.{name} = %s", [value])
        for name in ("mechanism", "stage", "category", "channel")
        if (value := getattr(filters, name)) is not None
    ]
    if filters.open is not None:
        pieces.append(Sql(f"{alias}.open" if filters.open else f"NOT {alias}.open"))
    if filters.area is not None:
        pieces.append(among(f"{alias}.area", sight.org.tree.area_subtree(filters.area)))
    if filters.body is not None:
        pieces.append(among(f"{alias}.body", sight.org.tree.subtree(filters.body)))
    if filters.overdue is not None:
        sign = "<" if filters.overdue else ">="
        pieces.append(Sql(f"{alias}.due_on {sign} %s", [sight.on_day]))
    for column, month in (("opened_on", filters.opened), ("struck_off_on", filters.struck_off)):
        if month is not None:
            pieces.append(Sql(f"{alias}.{column} >= %s AND {alias}.{column} <= %s", [f"{month}-01", f"{month}-31"]))
    if filters.text:
        pieces.append(_text(sight, filters.text, alias))
    return both(*pieces)


def of_day(sight: Sight, filters: Filters, day: str) -> Sql:
    """What ``filters`` ask of the day by which somebody must act, the column ``day``."""
    if filters.timing is None:
        return TRUE
    if filters.timing == "undated":
        return Sql(f"{day} IS NULL")
    last = (date.fromisoformat(sight.on_day) + timedelta(days=filters.soon_days)).isoformat()
    if filters.timing == "late":
        return both(Sql(f"{day} < %s", [sight.on_day]), _late_by(sight, filters, day))
    if filters.timing == "soon":
        return Sql(f"{day} >= %s AND {day} <= %s", [sight.on_day, last])
    return Sql(f"{day} > %s", [last])


def _late_by(sight: Sight, filters: Filters, day: str) -> Sql:
    if filters.days_late is None:
        return TRUE
    least, most = filters.days_late
    today = date.fromisoformat(sight.on_day)
    told = Sql(f"{day} <= %s", [(today - timedelta(days=least)).isoformat()])
    return told if most is None else both(told, Sql(f"{day} >= %s", [(today - timedelta(days=most)).isoformat()]))


def plain_kinds(sight: Sight) -> frozenset[Kind]:
    """The kinds whose titles are not personal. A search must not tell what a mask hides: others are not searched."""
    return frozenset(kind for kind in sight.flows if not title_is_personal(sight, kind))


def _text(sight: Sight, text: str, alias: str) -> Sql:
    told = text[:LONGEST_TEXT]
    part = told.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    plain = plain_kinds(sight)
    titles = (
        both(sight.kinds(alias, plain), Sql(f"lower({alias}.title) LIKE lower(%s) ESCAPE '\\'", [f"%{part}%"]))
        if plain
        else FALSE
    )
    # Not LIKE, which on SQLite takes large letters for small ones.
    return either(Sql(f"substr({alias}.number, 1, {len(told)}) = %s", [told]), titles)


def title_is_personal(sight: Sight, kind: tuple[str, int]) -> bool:
    """Whether the title of such cases is personal data; so is one of a kind that is not known."""
    flow = sight.flows.get(kind)
    if flow is None:
        return True
    title = flow.mechanism.title
    return title is not None and flow.mechanism.fields[title].personal
