"""Due dates of many limits: Luoshi's table next to ``numpy.busday_offset``, in turns; a program in ``.venv-bench``.

Prints JSON: seconds of each way by name, how many of its answers are others than Luoshi's, and numpy's release. Luoshi
is imported from its sources, numpy from the environment.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from luoshi.worktime.batch import due_lines, due_many
from luoshi.worktime.calendar import Calendar, DayKind
from luoshi.worktime.state_council import state_council_calendar

EPOCH = date(1970, 1, 1).toordinal()
LONGEST = 60


def days_off(calendar: Calendar) -> tuple[list[date], list[date]]:
    """The holidays that fall on weekdays; every day off at all."""
    days = [calendar.day(date.fromordinal(n)) for n in range(calendar.first.toordinal(), calendar.last.toordinal() + 1)]
    holidays = [one.date for one in days if one.kind is DayKind.HOLIDAY]
    return holidays, [one.date for one in days if not one.works]


def ways(calendar: Calendar, size: int) -> dict[str, Callable[[], Any]]:
    """Each way as a function that gives the due days as ISO texts or ordinals, all of the same limits."""
    chance = random.Random(1)
    first, last = calendar.first.toordinal() + 10, calendar.last.toordinal() - 2 * LONGEST
    starts = [chance.randint(first, last) for _ in range(size)]
    counts = [chance.randint(1, LONGEST) for _ in range(size)]
    lines = [f"{date.fromordinal(start)} {count} 工作日" for start, count in zip(starts, counts, strict=True)]
    start_array, count_array = np.array(starts), np.array(counts)
    dates = (start_array - EPOCH).astype("datetime64[D]")
    holidays, off = days_off(calendar)
    usual = np.busdaycalendar(holidays=holidays)
    right = np.busdaycalendar(weekmask="1111111", holidays=off)

    def from_text() -> Any:
        split = [line.split() for line in lines]
        begin = np.array([one[0] for one in split], dtype="datetime64[D]")
        number = np.array([one[1] for one in split], dtype=np.int64)
        return np.datetime_as_string(np.busday_offset(begin, number, roll="backward", busdaycal=right)).tolist()

    return {
        "numpy_usual": lambda: np.busday_offset(dates, count_array, roll="backward", busdaycal=usual),
        "numpy_right": lambda: np.busday_offset(dates, count_array, roll="backward", busdaycal=right),
        "arrays": lambda: due_many(start_array, count_array, calendar),
        "lists": lambda: due_many(starts, counts, calendar),
        "numpy_text": from_text,
        "lines": lambda: list(due_lines(lines, calendar)),
    }


def ordinals(answer: Any) -> list[int]:
    """An answer of any of the ways as ordinals."""
    if isinstance(answer, np.ndarray) and answer.dtype.kind == "M":
        return (answer.astype(np.int64) + EPOCH).tolist()  # type: ignore[no-any-return]
    if isinstance(answer, list) and isinstance(answer[0], str):
        return [date.fromisoformat(one).toordinal() for one in answer]
    return [int(one) for one in answer]


def main() -> None:
    """``due_numpy SIZE ROUNDS``."""
    size, rounds = int(sys.argv[1]), int(sys.argv[2])
    found = ways(state_council_calendar(), size)
    own = ordinals(found["lines"]())
    others = {name: sum(a != b for a, b in zip(ordinals(way()), own, strict=True)) for name, way in found.items()}
    seconds: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(rounds):
        for name, way in found.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "others": others, "numpy": np.__version__}))


if __name__ == "__main__":
    main()
