"""Every figure on SQLite, on PostgreSQL and on an export: the same values, proved by the same entries."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.casework.district import DISTRICT, ROOT, set_up
from tests.casework.walker import PACKS
from tests.figures.lives import export, live, seal_all
from tests.stores import TestStore

SEEN: dict[str, list[Any]] = {}
"""What the first store said, for the second one: the same seeds give the same cases."""


def told(figures: list[Any]) -> list[tuple[Any, ...]]:
    """What figures say, without what differs by the random salts of two ledgers."""
    return [(f.id, f.value, f.numerator, f.denominator, f.entries, f.size, f.as_of, f.reason) for f in figures]


@pytest.mark.parametrize("period", ["2025", "2025-q2", "2025-03"])
def test_every_figure_is_the_same_everywhere(store: TestStore, tmp_path: Path, period: str) -> None:
    from luoshi.figures.definitions import load_all
    from luoshi.figures.evaluating import evaluate, evaluate_export

    live(tuple(PACKS), steps=30)
    definitions = load_all(ROOT / "packs")
    here = evaluate(DISTRICT, None, period, definitions=definitions)
    assert all(one.root is None and not one.entries for one in here)
    made = export(tmp_path / "ledger")
    here = evaluate(DISTRICT, None, period, definitions=definitions)
    offline = evaluate_export(made, None, None, period, definitions=definitions)
    assert told(here) == told(offline)
    assert {one.root for one in here} == {one.root for one in offline} != {None}
    assert told(here) == SEEN.setdefault(period, told(here))
    assert len(here) > (90 if period == "2025" else 70)
    assert sum(one.value is not None and one.value > 0 for one in here) > (30 if period == "2025" else 5)
    for one in here:
        assert (one.value is None) == (one.reason is not None)
        if one.value:
            assert one.entries, one.id


def test_a_volume_is_what_a_count_by_hand_gives(store: TestStore) -> None:
    from luoshi.casework.models import Case
    from luoshi.figures.definitions import load_all
    from luoshi.figures.evaluating import evaluate

    [life] = live(("hotline",), steps=60)
    for _ in range(8):
        life.take(None)
    definitions = load_all(ROOT / "packs")
    bad = ("voided", "merged", "withdrawn", "referred")
    cases = [row for row in Case.objects.filter(opened_on__startswith="2025") if row.stage not in bad]
    seal_all()
    ids = ("hotline.closed_rate", "hotline.volume")
    rate, volume = evaluate(DISTRICT, ids, "2025", definitions=definitions)
    assert volume.value == len(cases) > 3
    closed = sum(1 for row in cases if row.struck_off_on and row.struck_off_on <= "2025-12-31")
    assert (rate.numerator, rate.denominator) == (closed, len(cases))
    assert rate.value == (Decimal(100 * closed) / len(cases)).quantize(Decimal("0.01"))
    assert volume.root and len(volume.entries or ()) == len(cases)
    [light] = evaluate(DISTRICT, ["hotline.volume"], "2025", definitions=definitions, entries=False)
    assert light.entries is None


def test_no_cases_is_neither_0_nor_100_percent(store: TestStore) -> None:
    from luoshi.figures.definitions import load_all
    from luoshi.figures.evaluating import evaluate

    set_up("hotline")
    definitions = load_all(ROOT / "packs")
    ids = ["hotline.closed_rate", "hotline.volume", "wage_arrears.yuan_owed", "statistics.gdp_growth"]
    found = evaluate(DISTRICT, ids, "2019", definitions=definitions)
    assert [(one.value, one.reason) for one in found] == [
        (None, "no_cases"),
        (Decimal(0), None),
        (None, "no_cases"),
        (None, "not_told"),
    ]


def test_after_one_more_entry_the_root_is_told_only_when_it_is_sealed(store: TestStore) -> None:
    from luoshi.figures.definitions import load_all
    from luoshi.figures.evaluating import evaluate

    [life] = live(("hotline",), steps=20)
    definitions = load_all(ROOT / "packs")
    seal_all()
    [before] = evaluate(DISTRICT, ["hotline.volume"], "2025", definitions=definitions)
    assert before.root
    life.take(None)
    [after] = evaluate(DISTRICT, ["hotline.volume"], "2025", definitions=definitions)
    assert after.root is None
    assert after.value == before.value + 1 if before.value is not None else False
    seal_all()
    [sealed] = evaluate(DISTRICT, ["hotline.volume"], "2025", definitions=definitions)
    assert sealed.root not in (None, before.root)
    assert len(sealed.entries or ()) == sealed.value


@pytest.mark.parametrize(
    ("ids", "period", "code"),
    [
        (["hotline.nothing"], "2019", "figure_unknown"),
        (["hotline.volume"], "last year", "period_wrong"),
        (["hotline.volume"], "2019-h1", "period_wrong"),
        (["statistics.gdp_growth"], "2019-03", "period_not_asked"),
    ],
)
def test_what_cannot_be_told(store: TestStore, ids: list[str], period: str, code: str) -> None:
    from luoshi.figures.definitions import load_all
    from luoshi.figures.errors import FigureError
    from luoshi.figures.evaluating import evaluate

    set_up("hotline")
    with pytest.raises(FigureError) as error:
        evaluate(DISTRICT, ids, period, definitions=load_all(ROOT / "packs"))
    assert error.value.code == code


def test_a_statistic_is_its_last_revision(store: TestStore) -> None:
    from datetime import datetime

    from tests.casework.district import actor, allow

    from luoshi.casework.act import Request, act
    from luoshi.figures.definitions import load_all
    from luoshi.figures.evaluating import evaluate

    set_up("statistics")
    office = actor("statistics")

    def take(action: str, day: str, case: str | None = None, **fields: Any) -> Any:
        request = Request(office, action, case, None if case else "statistics", fields)
        return act(DISTRICT, request, authorise=allow, now=datetime.fromisoformat(f"{day}T10:00:00"))

    begun = take(
        "begin", "2025-01-03", indicator="gdp_growth", frequency="quarter", unit="percent", lead_body="body-statistics"
    )
    told_as = {"period": "2025", "basis": "cumulative_growth", "source": "bulletin"}
    take("publish", "2025-02-03", begun.case, value="8.9", **told_as)
    seal_all()
    definitions = load_all(ROOT / "packs")
    [first] = evaluate(DISTRICT, ["statistics.gdp_growth"], "2025", definitions=definitions)
    take("revise", "2025-03-03", begun.case, value="8.75", reason="核定", **told_as)
    seal_all()
    [second] = evaluate(DISTRICT, ["statistics.gdp_growth"], "2025", definitions=definitions)
    assert (first.value, second.value) == (Decimal("8.9"), Decimal("8.8"))
    assert (first.entries, second.entries) == ((1,), (2,))


@pytest.mark.parametrize(
    ("kind", "precision", "row", "value"),
    [
        ("rate", 2, (29_999, 30_000), "99.997"),
        ("rate", 0, (199, 200), "99.5"),
        ("rate", 2, (30_001, 30_000), "100.003"),
        ("rate", 2, (1, 30_000), "0.003"),
        ("rate", 2, (30_000, 30_000), "100.00"),
        ("rate", 2, (0, 30_000), "0.00"),
        ("rate", 2, (9_852, 10_000), "98.52"),
        ("mean", 0, (1, 3), "0.3"),
        ("mean", 0, (299, 3), "100"),
        ("sum", 1, (40_000,), "0.04"),
        ("sum", 2, (-4_000,), "-0.004"),
        ("sum", 2, (99_999_999,), "100.00"),
        ("count", 0, (0,), "0"),
    ],
)
def test_something_is_never_nothing_and_less_never_all(
    kind: str, precision: int, row: tuple[int, ...], value: str
) -> None:
    from tests.writing.annual_factory import definition

    from luoshi.figures.evaluating import answer

    names = ["numerator", "denominator"] if len(row) == 2 else ["value" if kind == "count" else "value_e6"]
    unit = "%" if kind == "rate" else "件"
    one = definition("made.up", unit, kind, precision)
    assert f"{answer(one, lambda _query, _most: (names, [row]))[0]:f}" == value
