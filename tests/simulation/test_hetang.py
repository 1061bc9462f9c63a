"""The year of ``districts/hetang-2019``: each of the report's 85 numbers comes out of the replayed cases, row by row.

Quickly: the mechanisms of few cases at full size, those of many at a hundredth. Slowly: all of it, at full size.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from tests.simulation.hetang import ROWS, YEAR, Row
from tests.stores import TestStore

ROOT: Final = Path(__file__).resolve().parents[2]
PLAN: Final = ROOT / "districts" / "hetang-2019.yaml"
DISTRICT: Final = "hetang"
LARGE: Final = frozenset(("service", "hotline", "job", "relief", "doctor_contract", "patrol", "grid_event"))
"""Mechanisms of so many cases that a quick test replays a part of them."""
UNCOUNTED: Final = frozenset(("hazard", "petition", "enterprise_request", "wage_arrears", "grid_event"))
"""Mechanisms of which the report tells no number."""
SCALE: Final = 0.01
TABLE: Final = re.compile(r"^\| (\d+) \| [^|]+ \| (≈ |> )?([\d,.]+) ?[^|]* \| [^|]+ \|([^|]+)\|", re.MULTILINE)


def rows(mechanisms: Collection[str]) -> list[Row]:
    return [row for row in ROWS if row.figure.partition(".")[0] in mechanisms]


def year_of(mechanisms: Collection[str], scale: float = 1.0) -> Any:
    """The scene of the year with these mechanisms only."""
    from luoshi.simulation.year.plan import read_plan
    from luoshi.simulation.year.setting_up import set_up

    plan = read_plan(PLAN)
    chosen = tuple(one for one in plan.mechanisms if one.mechanism in mechanisms)
    return set_up(replace(plan, mechanisms=chosen), ROOT / "packs", scale=scale)


def replayed(scene: Any) -> Any:
    from luoshi.simulation.year.running import Replay, Years

    return Replay(scene, Years(int(YEAR))).go()


def differing(wanted: Collection[Row]) -> list[str]:
    """What the store's figures tell otherwise than ``wanted``; one line for each."""
    return [
        f"{row.row} {row.figure}: {told} instead of {row.value}" for row, told in told_of(wanted) if told != row.value
    ]


def told_of(wanted: Collection[Row]) -> Iterator[tuple[Row, Decimal | None]]:
    from luoshi.figures.evaluating import evaluate

    for period in sorted({row.period for row in wanted}):
        here = [row for row in wanted if row.period == period]
        found = evaluate(DISTRICT, [row.figure for row in here], period, entries=False)
        yield from ((row, one.value) for row, one in zip(here, found, strict=True))


def mechanisms() -> set[str]:
    from luoshi.simulation.year.plan import read_plan

    return {one.mechanism for one in read_plan(PLAN).mechanisms}


def test_the_rows_are_those_of_the_documentation() -> None:
    """What the document says of each number is what these tests hold the year against."""
    document = {
        int(found[1]): found for found in TABLE.finditer((ROOT / "docs" / "year.md").read_text(encoding="utf-8"))
    }
    assert sorted(document) == list(range(1, 86)) == sorted({row.row for row in ROWS})
    for row in ROWS:
        sign, value = document[row.row][2], Decimal(document[row.row][3].replace(",", ""))
        assert (row.value > value) if sign == "> " else (row.value == value), row
        assert f"`{row.figure}`" in document[row.row][4], row


def test_every_mechanism_has_its_courses() -> None:
    assert mechanisms() == {path.parent.name for path in (ROOT / "packs").glob("*/mechanism.yaml")}
    assert mechanisms() - UNCOUNTED == {row.figure.partition(".")[0] for row in ROWS}


def test_the_organisation_is_what_the_script_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / "scripts" / "make_hetang_org.py"), str(tmp_path)], check=True)
    kept = ROOT / "districts" / "hetang-2019" / "org"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in kept.iterdir())
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (kept / path.name).read_bytes(), path.name


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_every_course_is_lawful(store: TestStore) -> None:
    from luoshi.simulation.year.checking import check
    from luoshi.simulation.year.planning import Kind

    scene = year_of(mechanisms())
    assert [fault for one in scene.plan.mechanisms for fault in check(Kind(scene, one, int(YEAR)))] == []


def test_mechanisms_of_few_cases_give_their_numbers(store: TestStore) -> None:
    few = mechanisms() - LARGE - UNCOUNTED
    scene = year_of(few)
    report = replayed(scene)
    assert report.cases == sum(stream.volume for one in scene.plan.mechanisms for stream in one.streams)
    assert differing(rows(few)) == []


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_mechanisms_of_many_cases_give_their_share(store: TestStore) -> None:
    """Of a hundredth of the cases a hundredth of the sums, give or take a rounding of each stream; rates stay."""
    replayed(year_of(LARGE | UNCOUNTED, SCALE))
    for row, told in told_of(rows(LARGE)):
        assert told is not None, row
        if row.figure.endswith("_rate"):
            assert abs(told - row.value) < (1 if row.value < 100 else Decimal("0.001")), row
        else:
            assert abs(told - row.value * Decimal(str(SCALE))) < row.value * Decimal("0.0005") + 4, row


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_whole_year_gives_all_85_numbers(store: TestStore) -> None:
    report = replayed(year_of(mechanisms()))
    assert report.cases > 175_000
    assert report.entries > 1_000_000
    assert differing(ROWS) == []
