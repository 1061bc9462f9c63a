"""A report that is composed of a store's cases is valid Inline XBRL, and right by the ledger exported with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.stores import TestStore
from tests.writing.annuals import TEMPLATE, compose, definitions, sealed
from tests.writing.test_annual_xbrl import arelle, told, write

SCALED = """# {{ district }}{{ period }}

{{ figure("hotline.volume", unit="万件", places=4) }}、{{ figure("hotline.volume", unit="") }}、
{{ figure("hotline.volume", period="2025-q1") }}、{{ figure("hotline.closed_rate", places=0) }}、
{{ figure("petition.closed_rate") }}。
"""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("text", [TEMPLATE, SCALED])
def test_composed_tagged_and_checked(store: TestStore, tmp_path: Path, text: str, lang: str) -> None:
    from luoshi.sealing.exporting import export_to
    from luoshi.writing.annual.checking import check_report

    if lang == "en":
        text = text.replace("万件", "thousand").replace("places=4", "places=3")
    keys = sealed()
    report = compose(text, lang=lang)
    export_to(tmp_path / "ledger", keys)
    page = write(report, tmp_path)
    found = check_report(page, tmp_path / "ledger", keys=keys.verifiers, definitions=definitions(), processes=1)
    assert found.differences == ()
    assert found.numbers == len(report.numbers()) + len(report.figures)
    if store.vendor == "sqlite":
        wrong, facts = arelle(page)
        assert wrong == []
        assert [one["Name"] for one in facts[: len(told(report))]] == [name for name, _, _ in told(report)]
