"""A series of statistics that was opened by mistake and voided tells nothing, and stands in nobody's way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.desk import place
from tests.stores import TestStore


def test_a_voided_series_tells_no_value(store: TestStore) -> None:
    from django.db import connection

    from luoshi.figures.evaluating import evaluate

    def growth() -> Any:
        return evaluate(place.DISTRICT, ["statistics.gdp_growth"], "2026-q1", entries=True)[0]

    place.make("statistics")
    fields = {"indicator": "gdp_growth", "frequency": "quarter", "unit": "percent", "lead_body": "housing"}
    told = {"period": "2026-q1", "basis": "cumulative_growth", "source": "bulletin"}
    made = []
    for value in ("7.6", "9.9"):
        made.append(place.act("statistics", "begin", mechanism="statistics", fields=fields).case)
        place.act("statistics", "publish", case=made[-1], fields={**told, "value": value})
    assert growth().value is None, "two series that tell different values"
    with connection.cursor() as cursor:  # what the act void, which another person has to do, leaves of it
        cursor.execute("UPDATE figures_case SET stage = 'voided' WHERE \"case\" = %s", [made[1]])
    assert growth().value == Decimal("7.6")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE figures_case SET stage = 'voided'")
    assert (growth().value, growth().reason) == (None, "not_told")
