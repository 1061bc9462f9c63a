"""The statistics of the sample life: published by those who hold the posts, revised, and told once each."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.simulation.test_life import DISTRICT, ROOT, raw
from tests.stores import TestStore

FOLDER = ROOT / "districts" / "sample-life"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_series_are_published_up_to_the_day_and_one_is_revised(store: TestStore) -> None:
    from luoshi.figures.observed import observed
    from luoshi.figures.projecting import catch_up
    from luoshi.org.load import load_org
    from luoshi.simulation.life import adopt_all
    from luoshi.simulation.life_series import publish
    from luoshi.simulation.life_texts import read_settings

    load_org(DISTRICT, raw())
    settings = read_settings(FOLDER)
    adopt_all(
        DISTRICT, {**settings, "mechanisms": {"statistics": settings["mechanisms"]["statistics"]}}, ROOT / "packs"
    )
    assert publish(DISTRICT, FOLDER, datetime(2026, 9, 1)) == 12 + 8 * 6 + 4 * 2 + 1
    catch_up(DISTRICT)
    found = observed(DISTRICT, superseded=True)
    assert max(one.period for one in found if "q" not in one.period) == "2026-07"
    told = [(one.area, one.period) for one in found if one.indicator == "industry_growth" and one.superseded]
    assert told == [(None, "2026-06")]
    held = [(one.indicator, one.area, one.period) for one in found if not one.superseded]
    assert len(held) == len(set(held)) == 8 * 6 + 4 * 2
