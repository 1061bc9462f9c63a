"""What is published of small groups."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.figures.test_probing import COUNT, faults, file_of


@pytest.fixture(autouse=True)
def _django(stores: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.stores import configure_django

    configure_django(tmp_path_factory.mktemp("never"))


@pytest.mark.parametrize(
    ("kind", "numbers", "least", "told"),
    [
        ("count", (3, None, None), None, (3, None)),
        ("count", (3, None, None), 4, (None, 4)),
        ("count", (4, None, None), 4, (4, None)),
        ("count", (0, None, None), 4, (0, None)),
        ("rate", (50, 5, 10), 4, (50, None)),
        ("rate", (50, 1, 2), 4, (None, 4)),
        ("rate", (30, 3, 10), 4, (None, 4)),
        ("rate", (70, 7, 10), 4, (None, 4)),
        ("rate", (100, 10, 10), 4, (100, None)),
        ("mean", (12, 36, 3), 4, (None, 4)),
        ("mean", (1, 3, 4), 4, (1, None)),
        ("rate", (None, 0, 0), 4, (None, None)),
    ],
)
def test_a_group_that_is_smaller_is_told_as_fewer(
    kind: str, numbers: tuple[int | None, ...], least: int | None, told: tuple[int | None, int | None]
) -> None:
    from luoshi.figures.definitions import FigureDef, Told
    from luoshi.figures.evaluating import Figure
    from luoshi.figures.publishing import published
    from luoshi.mechanisms.terms import Named

    rated = kind in ("rate", "mean")
    one = FigureDef(
        zh="数", en="number", id="hotline.made", kind=kind, unit="%" if kind == "rate" else "人", periods=("year",),
        basis=Told(zh="口径", en="basis"), query=COUNT, entries="opened", least=least,
        denominator=Named(zh="全部", en="all") if rated else None, hides_never=("overdue",) if kind == "rate" else (),
    )  # fmt: skip
    value, above, below = (None if each is None else Decimal(each) for each in numbers)
    reason = "no_cases" if value is None else None
    figure = Figure(
        one.id, ("数", "number"), value, one.unit, "2019", one, above, below, None, None, 0, None, reason
    )  # fmt: skip
    found = published(figure)
    assert (found.value, found.fewer_than) == told
    assert found.reason == (reason if told == (None, None) else None)


def test_the_number_is_the_definitions_and_none_by_itself(tmp_path: Path) -> None:
    from luoshi.figures.definitions import load_file

    assert load_file(file_of(tmp_path, COUNT)).figures[0].least is None
    assert load_file(file_of(tmp_path, COUNT, more="    least: 5\n")).figures[0].least == 5
    assert [code for code, _, _ in faults(file_of(tmp_path, COUNT, more="    least: 1\n"))] == ["value_size"]
    series = file_of(tmp_path, "SELECT value_e6 FROM observations", "series", more="    least: 5\n")
    assert [code for code, _, _ in faults(series)] == ["least_series"]
