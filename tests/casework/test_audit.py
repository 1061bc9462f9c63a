"""The audit that the tests of faults rely on finds what it is for."""

from __future__ import annotations

import pytest
from tests.casework.audit import audit
from tests.casework.district import DISTRICT
from tests.casework.test_faults import BEGIN, dispatched, opened, set_up
from tests.stores import TestStore

BREAKS = [
    "DELETE FROM casework_claim WHERE n = 3",
    "DELETE FROM casework_entry WHERE n = 3",
    "DELETE FROM casework_plaintext WHERE n = 2",
    "DELETE FROM casework_notice WHERE n = 2",
    "UPDATE casework_counter SET value = value + 1 WHERE key = 'hotline/case/2025'",
    "UPDATE casework_counter SET value = value - 1 WHERE key LIKE 'number/%工单〔2025〕#号'",
    "UPDATE casework_case SET n = n + 1",
    "UPDATE casework_case SET due_on = '2025-03-04'",
    "UPDATE casework_case SET stage = 'closed'",
    "UPDATE casework_claim SET n = 2 WHERE n = 3",
    "UPDATE casework_notice SET number = '霁20250009' WHERE n = 2",
    "UPDATE casework_entry SET digest = (SELECT digest FROM casework_entry WHERE n = 1) WHERE n = 2",
    "INSERT INTO casework_claim (district, case_id, clock, run, rung, n) "
    "SELECT district, case_id, clock, run + 1, rung, n FROM casework_claim WHERE n = 3",
    "UPDATE casework_plaintext SET private = '{}' WHERE n = 2",
]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", BREAKS)
def test_what_is_broken_is_found(store: TestStore, statement: str) -> None:
    from datetime import timedelta

    from django.db import connection

    from luoshi.casework.sweeping import sweep

    set_up("hotline")
    dispatched(opened().case, BEGIN)
    assert sweep(DISTRICT, now=BEGIN + timedelta(days=30)).done
    assert audit(DISTRICT) > 3
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount, "nothing was broken"
    with pytest.raises(Exception):  # noqa: B017 - any complaint will do
        audit(DISTRICT)
