"""Many due days at once, as numbers, agree with one after the other; as a list and as an array."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.worktime.batch import due_many
from luoshi.worktime.clock import Clock
from luoshi.worktime.errors import CalendarError, LimitError
from luoshi.worktime.limits import Limit, Unit
from luoshi.worktime.projection import due
from luoshi.worktime.state_council import state_council_calendar

CALENDAR = state_council_calendar()
FIRST, LAST = CALENDAR.first.toordinal(), CALENDAR.last.toordinal()
STARTS = st.integers(FIRST, LAST - 200)
COUNTS = st.integers(1, 60)


class Array(list[int]):
    """As much of an array by the standard as is asked for; numpy itself is measured in the bench."""

    @staticmethod
    def min(values: Array) -> int:
        return min(values)

    @staticmethod
    def max(values: Array) -> int:
        return max(values)

    @staticmethod
    def asarray(values: Any) -> Array:
        return Array(values)

    @staticmethod
    def take(values: Array, places: Array) -> Array:
        assert all(0 <= place < len(values) for place in places)
        return Array(values[place] for place in places)

    def __array_namespace__(self) -> type[Array]:
        return Array

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return Array(found) if isinstance(key, slice) else found

    def __add__(self, other: Any) -> Self:
        return type(self)(a + b for a, b in zip(self, self._spread(other), strict=True))

    def __sub__(self, other: Any) -> Self:
        return type(self)(a - b for a, b in zip(self, self._spread(other), strict=True))

    def _spread(self, other: Any) -> list[int]:
        return [other] * len(self) if isinstance(other, int) else other


def one(start: int, count: int) -> int:
    clock = Clock(Limit(count, Unit.WORKDAY), date.fromordinal(start))
    return due(clock, CALENDAR).on.toordinal()


@given(st.lists(st.tuples(STARTS, COUNTS), max_size=20))
def test_many_agree_with_one_after_the_other(limits: list[tuple[int, int]]) -> None:
    starts, counts = [start for start, _ in limits], [count for _, count in limits]
    expected = [one(start, count) for start, count in limits]
    assert due_many(starts, counts, CALENDAR) == expected
    made = due_many(Array(starts), Array(counts), CALENDAR)
    assert isinstance(made, Array)
    assert made == expected


@given(st.lists(STARTS, min_size=1, max_size=20), COUNTS)
def test_one_limit_for_all(starts: list[int], count: int) -> None:
    expected = [one(start, count) for start in starts]
    assert due_many(starts, count, CALENDAR) == expected
    assert due_many(Array(starts), count, CALENDAR) == expected


@pytest.mark.parametrize("kind", [list, Array])
@pytest.mark.parametrize(
    ("start", "count", "error", "code"),
    [
        (LAST, 1, CalendarError, "past_coverage"),
        (LAST - 5, 10, CalendarError, "past_coverage"),
        (LAST + 1, 1, CalendarError, "past_coverage"),
        (FIRST - 1, 1, CalendarError, "before_coverage"),
        (FIRST, 0, LimitError, "value_out_of_range"),
        (FIRST + 9, -3, LimitError, "value_out_of_range"),
    ],
)
def test_what_the_table_does_not_hold_is_refused(
    kind: type[list[int]], start: int, count: int, error: type[Exception], code: str
) -> None:
    for counts in (count, kind([1, count])):
        with pytest.raises(error) as told:
            due_many(kind([FIRST, start]), counts, CALENDAR)
        assert told.value.code == code  # type: ignore[attr-defined]


def test_as_many_counts_as_starts() -> None:
    with pytest.raises(ValueError, match="zip"):
        due_many([FIRST, FIRST], [1], CALENDAR)
