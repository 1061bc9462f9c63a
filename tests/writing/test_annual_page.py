"""The report's page as a page: its links and headings, what is said of each number, and that no word becomes markup."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import Any

import pytest
from tests.writing.annual_factory import FIGURES, annual, definition, figure, number

from luoshi.writing.annual.marked import read_page
from luoshi.writing.annual.model import Annual, Heading, Paragraph, Text, Typed
from luoshi.writing.annual.page import page
from luoshi.writing.annual.page_data import mechanisms_of
from luoshi.writing.annual.tags import XHTML
from luoshi.writing.annual.taxonomy import files

HOSTILE = "</script><script>alert(1)</script> ]]> &lt; \u2028 \x00\x1f \"' <b>"


def parsed(report: Annual) -> ET.Element:
    return ET.fromstring(page(report))


def every(root: ET.Element, name: str) -> list[ET.Element]:
    return list(root.iter(f"{{{XHTML}}}{name}"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_links_ids_and_headings(lang: str) -> None:
    root = parsed(annual(lang=lang))
    ids = [one.attrib["id"] for one in root.iter() if "id" in one.attrib]
    assert len(ids) == len(set(ids))
    inside = [one.attrib["href"][1:] for one in every(root, "a") if one.attrib["href"].startswith("#")]
    assert set(inside) <= set(ids)
    assert {"n1", "n16", "h1", "annex", "proof", "text", "typed"} <= set(inside)
    levels = [int(one.tag[-1]) for one in root.iter() if one.tag[-2:-1] == "h" and one.tag[-1].isdigit()]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == ("zh-CN" if lang == "zh" else "en")
    for table in every(root, "table"):
        heads = [one for one in every(table, "th") if one.attrib["scope"] == "col"]
        assert all(len(row) == len(heads) for row in every(table, "tr"))


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    root = parsed(annual())
    for one in root.iter():
        assert not [name for name in one.attrib if name.startswith("on") or name in ("style", "lang", "role")]
        assert not [name for name in one.attrib if name.startswith(("data-", "aria-"))]
    scripts = every(root, "script")
    assert [one.attrib.get("src") for one in scripts] == ["assets/report.js", None]
    assert scripts[1].attrib == {"type": "application/json"}
    assert [one.attrib["href"] for one in every(root, "link")] == ["assets/report.css", "assets/icon.svg"]
    assert b"http" not in page(annual()).split(b"<body", 1)[1]


def test_no_word_becomes_markup() -> None:
    hostile = definition("hotline.volume", "件").model_copy(
        update={"zh": HOSTILE[:60], "query": f"SELECT 1 -- {HOSTILE}"}
    )
    blocks = (
        Heading(1, (Text(HOSTILE),)),
        Heading(2, (Text(HOSTILE),)),
        Paragraph((Text(HOSTILE), Typed(HOSTILE, (1, 1)), number("n1", "hotline.volume", "5", "件"))),
    )
    report = annual(blocks, (figure(hostile, "5"),), title=HOSTILE, origin=HOSTILE, district_name=(HOSTILE, HOSTILE))
    root = parsed(report)
    assert len(every(root, "script")) == 2
    assert not every(root, "b")
    told = json.loads("".join(every(root, "script")[1].itertext()))
    assert told["origin"] == HOSTILE
    assert HOSTILE in told["figures"]["hotline.volume@2019"]["query"]
    for name, data in files(report).items():
        ET.fromstring(data)
        assert b"<b>" not in data, name


def test_typed_numbers_and_figures_are_told_apart() -> None:
    root = parsed(annual())
    spans: dict[str, list[str]] = {}
    for one in every(root, "span"):
        spans.setdefault(one.attrib.get("class", ""), []).append("".join(one.itertext()))
    assert spans["typed"] == ["37"]
    assert spans["figure"][:3] == ["5,132件", "1290件", "411件"]
    assert "−3.2%" in spans["figure"]
    assert spans["figure none"] == ["没有事项", "没有事项"]


def test_the_data_says_what_proves_each_number() -> None:
    report = annual()
    told = read_page(page(report)).data
    assert {key: told[key] for key in ("district", "period", "lang", "size", "root", "origin", "ledger")} == {
        "district": "hetang", "period": "2019", "lang": "zh", "size": 1000, "root": report.root,
        "origin": report.origin, "ledger": "ledger/",
    }  # fmt: skip
    assert len(told["figures"]) == len(FIGURES)
    one: dict[str, Any] = told["figures"]["hotline.volume@2019-q1"]
    assert (one["from"], one["to"], one["value"], one["unit"]) == ("2019-01-01", "2019-03-31", "1290", "件")
    assert (len(one["entries"]), one["entries_count"]) == (200, 450)
    assert ":from" in one["query"]
    assert "seq" in one["entries_query"]
    assert one["mechanisms"] == ["hotline"]
    assert told["numbers"]["n6"] == {
        "figure": "fund.paid@2019",
        "digits": "5.12",
        "scale": 8,
        "places": 2,
        "unit": "亿元",
    }
    assert {one.key for one in report.numbers()} < told["numbers"].keys()


def test_mechanisms_that_a_query_names() -> None:
    one = definition("hotline.volume", "件").model_copy(
        update={
            "query": "SELECT count(*) AS value FROM cases WHERE mechanism IN ('petition', 'service') AND n > 1",
            "entries": "SELECT seq FROM entries WHERE mechanism = 'hazard' AND act <> 'x'",
        }
    )
    assert mechanisms_of(one) == ("hazard", "hotline", "petition", "service")
