"""The pages of figures: values as the command tells them, with unit and period, the proof, and nothing too much."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest
from tests.desk import place
from tests.desk.lists import counted
from tests.desk.measured import LEADER, OFFICE, bind, calls, measured, seal, target
from tests.desk.promises import Promised, page_of, plain, steady
from tests.stores import TestStore

VOLUME = "grid_event.volume"


def page(made: Promised, address: str, officer: str = LEADER, lang: str = "en") -> str:
    return page_of(made.browser(officer, lang=lang).get(f"/desk/figures/{address}"))


def test_the_list_tells_every_value_with_unit_and_period(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.figures.definitions import load_all
    from luoshi.figures.evaluating import evaluate
    from luoshi.writing.annual.shown import unit_alone

    made = measured(monkeypatch, 1)
    calls(3)
    text = page(made, "?period=2026")
    shown = dict(re.findall(r'<tr id="f-([^"]+)"(.*?)</tr>', text, re.DOTALL))
    known = load_all()
    here = ("supervision", "grid_event", "statistics")
    ids = [one.id for one in known.values() if one.id.startswith(here) and "year" in one.periods]
    found = evaluate(place.DISTRICT, ids, "2026", entries=False)
    assert len(shown) == len(found) > 20, "those of the mechanisms that the district has"
    for one in found:
        row = plain(shown[one.id.replace(".", "-", 1)])
        assert ("no cases" in row or "not published" in row) == (one.value is None), one.id
        assert one.value is None or unit_alone(one.unit, "en", one.value).strip() in row
    assert 'data-label="2026"' in shown["grid_event-volume"]
    march = page(made, "?period=2026-03&mechanism=grid_event")
    assert re.findall(r'<tr id="f-(\w+)-', march)[0] == "grid_event"
    assert set(re.findall(r'<tr id="f-(\w+)-', march)) == {"grid_event"}
    assert "3 cases" in plain(march) and "March 2026" in march
    assert "0 cases" in plain(page(made, "?period=2026-02&mechanism=grid_event"))
    assert len(re.findall('<tr id="f-', page(made, "?q=grid_event.volume"))) == 1
    assert "No figure fits" in page(made, "?q=nosuch")
    for odd in ("?period=x", "?period=2026-13", "?mechanism=%00", "?period=2026-h1"):
        page(made, odd)


def test_one_figure_says_what_it_counts_and_how_to_check_it(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.figures.definitions import load_all

    made = measured(monkeypatch, 1)
    calls(3)
    definition = load_all()["grid_event.closed_rate"]
    told = plain(page(made, "grid_event.closed_rate/?period=2026"))
    assert definition.denominator is not None
    assert "0%" in told and definition.denominator.en in told and definition.basis.en in told
    assert "Numerator 0 Denominator 3" in told
    assert "not sealed yet" in told
    assert re.sub(r"\s+", " ", definition.query.strip()) in told
    command = f"luoshi figures --district {place.DISTRICT} --id grid_event.closed_rate --period 2026"
    assert command in told and "luoshi verify ledger/" in told
    empty = plain(page(made, "grid_event.closed_rate/?period=2025"))
    assert "no cases" in empty and "neither 0 nor 100%" in empty
    browser = made.browser(LEADER)
    assert browser.get("/desk/figures/no.such/").status_code == 404
    assert browser.get("/desk/figures/no.such/figure.json").status_code == 404


def test_its_entries_and_cases_are_those_of_the_log(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 1)
    codes = calls(60)
    seal()
    text = page(made, f"{VOLUME}/?period=2026", place.officer("collector"))
    links = re.findall(r'<a href="/desk/cases/([^/"]+)/">', text.split('id="entries"')[1].split("</section>")[0])
    assert len(links) == 50
    after = re.search(r'href="(\?period=2026&amp;after=\d+)#entries"', text)
    assert after is not None
    more = page(made, VOLUME + "/" + after[1].replace("&amp;", "&"), place.officer("collector"))
    rest = re.findall(r'<a href="/desk/cases/([^/"]+)/">', more.split('id="entries"')[1].split("</section>")[0])
    assert sorted(links + rest) == sorted(codes)
    assert re.search(r'<code class="root">[^<]+</code>', text)
    blind = page(made, f"{VOLUME}/?period=2026", "o-housing")
    assert not any(code in blind for code in codes), "no case that is not his to see"
    assert "60 more lie outside your posts" in plain(blind)
    assert "outside your posts" in plain(blind.split('id="entries"')[1])


def test_the_download_is_what_the_command_gives(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.commands.figures import as_json
    from luoshi.figures.evaluating import evaluate

    made = measured(monkeypatch, 1)
    calls(3)
    seal()
    answer = made.browser(LEADER).get(f"/desk/figures/{VOLUME}/figure.json?period=2026-03")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{VOLUME}-2026-03.json"'
    told: Any = json.loads(answer.content)
    assert told == [as_json(one) for one in evaluate(place.DISTRICT, [VOLUME], "2026-03")]
    assert told[0]["value"] == 3 and len(told[0]["entries"]) == 3


def test_what_was_promised_of_it_stands_there(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 2)
    calls(3)
    bind(made.codes[0], VOLUME, target(indicator="网格事件受理量", value="2"))
    assert "target met" in plain(page(made, f"{VOLUME}/?period=2026"))
    assert "target met" not in plain(page(made, f"{VOLUME}/?period=2025"))
    assert "target met" not in plain(page(made, f"{VOLUME}/?period=2026", "o-water"))


def test_a_statistic_shows_what_was_published_and_revised(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 1)
    told = {"indicator": "gdp_growth", "frequency": "quarter", "unit": "percent", "lead_body": "housing"}
    case = place.act("statistics", "begin", mechanism="statistics", fields=told).case
    value = {"period": "2026-q1", "value": "8.1", "basis": "cumulative_growth", "source": "bulletin"}
    place.act("statistics", "publish", case=case, fields=value)
    place.act("statistics", "revise", case=case, fields={**value, "value": "8.9", "reason": "年度修订"})
    place.act("statistics", "publish", case=case, fields={**value, "period": "2026-q2", "value": "9.2"})
    text = page(made, "statistics.gdp_growth/?period=2026-q1")
    assert "8.9%" in text.split('id="h-value"')[1].split("</section>")[0]
    part = text.split('id="h-series"')[1].split("</section>")[0]
    assert "<del>8.1%</del>" in part and "8.9%" in part and "<del>8.9%" not in part
    assert "revision 1" in part and "revised since" in part
    assert part.index("9.2%") < part.index("8.9%") < part.index("8.1%"), "the latest first"
    promised = target(indicator="地区生产总值增长", value="8", unit="%", basis="上年")
    bind(made.codes[0], "statistics.gdp_growth", promised)
    board = plain(page_of(made.browser(LEADER, lang="en").get("/desk/targets/")))
    assert "9.2% Q2 2026" in board and "9.2% reaches 8.0%" in board


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_constant_number_of_queries(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 1)

    def queries(address: str) -> int:
        browser = made.browser(OFFICE)
        page_of(browser.get(f"/desk/figures/{address}"))
        with counted() as told:
            page_of(browser.get(f"/desk/figures/{address}"))
        return steady(told)

    calls(3)
    seal()
    addresses = ("?period=2026", f"{VOLUME}/?period=2026")
    few = [queries(one) for one in addresses]
    calls(80, datetime(2026, 4, 2, 10))
    seal()
    assert [queries(one) for one in addresses] == few
    assert max(few) <= 30, few
