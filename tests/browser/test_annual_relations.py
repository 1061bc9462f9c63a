"""The browser's relations (relations.js) are Python's, row by row; its SHA-256, tree and exact decimals likewise."""

from __future__ import annotations

import base64
import random
import threading
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.browser.site import NEEDS_CHROMIUM
from tests.casework.walker import PACKS
from tests.figures.lives import live
from tests.stores import Stores, configure_django

from luoshi.figures.evaluating import rounded
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.relations import COLUMNS, NUMBERS, Known, bounds, day_number, fold, millionths
from luoshi.ledger.tiles import Tile, TileBuilder
from luoshi.ledger.tlog import leaf_hash
from luoshi.writing.annual.assets import FOLDER

pytestmark = NEEDS_CHROMIUM


class Quiet(SimpleHTTPRequestHandler):
    """The standard library's static server, without its log."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def static_url() -> Iterator[str]:
    """The static files, served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(FOLDER))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def page(chromium: Any, static_url: str) -> Iterator[Any]:
    """A page in which the modules can be called."""
    context = chromium.new_context()
    made = context.new_page()
    made.goto(f"{static_url}vendor/README.md")
    yield made
    context.close()


FOLD = """async (entries) => {
  const { Fold } = await import("/relations.js");
  const found = { cases: [], entries: [], measures: [], observations: [] };
  const fold = new Fold((name, row) => found[name].push(row.map((one) => typeof one === "bigint" ? `${one}n` : one)));
  entries.forEach((text, seq) => fold.add(JSON.parse(text), seq));
  fold.finish();
  return found;
}"""


def in_browser(page: Any, entries: list[bytes]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows that the browser makes of ``entries``, sorted; what it holds as BigInt as an int."""
    found = page.evaluate(FOLD, [data.decode() for data in entries])
    return {name: sorted((tuple(map(plain, row)) for row in rows), key=repr) for name, rows in found.items()}


def plain(value: Any) -> Any:
    """A value of the browser as Python's."""
    return (
        int(value[:-1])
        if isinstance(value, str) and value.endswith("n") and value[:-1].lstrip("-").isdigit()
        else value
    )


def in_python(entries: list[bytes]) -> dict[str, list[tuple[Any, ...]]]:
    """The same by the ledger's own fold."""
    changes = fold([orjson.loads(data) for data in entries], range(len(entries)), Known())
    rows = {"cases": changes.cases.values(), "entries": changes.entries, "measures": changes.measures}
    rows["observations"] = changes.observations
    return {name: sorted(map(tuple, told), key=repr) for name, told in rows.items()}


def test_columns_are_the_same(page: Any) -> None:
    told = page.evaluate(
        "async () => { const r = await import('/relations.js'); return [r.COLUMNS, [...r.NUMBERS], r.INDEXES]; }"
    )
    from luoshi.figures.tables import _INDEXES

    assert told[0] == {name: list(columns) for name, columns in COLUMNS.items()}
    assert set(told[1]) == NUMBERS
    assert sorted(sql for several in told[2].values() for sql in several) == sorted(_INDEXES)


@pytest.mark.parametrize("seed", [1, 7, 23])
def test_rows_of_lives_of_all_packs_are_the_same(page: Any, stores: Stores, tmp_path: Path, seed: int) -> None:
    from luoshi.casework.models import Entry

    with stores.fresh("sqlite", tmp_path):
        live(tuple(PACKS), seed=seed, steps=25)
        entries = [bytes(data) for data in Entry.objects.order_by("id").values_list("data", flat=True)]
    told = in_browser(page, entries)
    assert told == in_python(entries)
    assert len(told["entries"]) > 400
    assert len(told["measures"]) > 20
    assert len(told["observations"]) > 5


def made(n: int, data: dict[str, Any], *, case: str = "S-1", day: str = "2019-02-28", **put: Any) -> bytes:
    """An entry with what the fold reads."""
    told = {
        "act": "tell", "body": "b", "case": case, "data": data, "district": "d", "mechanism": "m", "n": n,
        "on_day": day, "set": put, "stage_from": "a", "stage_to": "b", "version": 1,
    }  # fmt: skip
    return orjson.dumps(told)


def test_what_lives_do_not_have(page: Any) -> None:
    """Large numbers, retold measures, revised statistics, a larger area, weights set and cleared, leap days."""
    observed = {f"observed_{name}": name for name in ("indicator", "unit", "basis", "source")}
    tell = {
        "unit_mu": "亩",
        "mu": "9223372036854.775807",
        "unit_none": "x",
        "none": None,
        "unit_whole": "y",
        "whole": 7,
    }
    entries = [
        made(1, {}, weight="1.5", area="A", opened_on="2019-02-28"),
        made(2, {**tell, "surveyed": "satisfied"}, weight=None),
        made(3, {"unit_mu": "亩", "mu": "-0.000001"}),
        made(4, {"unit_mu": "亩", "mu": "1e3"}, day="2020-02-29"),
        made(5, {**observed, "observed_value": "1.5", "observed_period": "2020-02"}),
        made(6, {**observed, "observed_value": "1.6", "observed_period": "2020-02", "observed_area": "city"}),
        made(7, {**observed, "observed_value": 2, "observed_period": "2020-13"}, area="B"),
        made(8, {**observed, "observed_value": "1.7", "observed_period": "2020-02"}, grade="x"),
        made(1, {"mu": "5"}, case="S-2"),
    ]
    told = in_browser(page, entries)
    assert told == in_python(entries)
    assert {row[8] for row in told["observations"]} == {1_500_000, 1_600_000, 2_000_000, 1_700_000}
    assert 2**63 - 1 in {row[4] for row in told["measures"]}


@pytest.mark.parametrize(
    "entries",
    [
        [made(2, {})],
        [made(1, {"unit_mu": "亩", "mu": "9223372036854.775808"})],
        [made(1, {"unit_mu": "亩", "mu": "0.0000001"})],
        [made(1, {"unit_mu": "亩", "mu": "vier"})],
        [made(1, {"unit_mu": "亩", "mu": True})],
        [made(1, {}, day="2019-02-29")],
    ],
)
def test_what_is_refused_is_refused_in_both(page: Any, entries: list[bytes]) -> None:
    with pytest.raises(LedgerError):
        in_python(entries)
    with pytest.raises(Exception, match=r"Fault: (gap|value|day)"):
        in_browser(page, entries)


PROPERTY = """async ([texts, days, periods]) => {
  const { millionths, dayNumber, bounds } = await import("/relations.js");
  const tried = (make, told) => { try { return String(make(told)); } catch { return "refused"; } };
  return [texts.map((t) => tried(millionths, t)), days.map((d) => tried(dayNumber, d)), periods.map((p) => bounds(p))];
}"""


def test_decimals_days_and_periods(page: Any) -> None:
    chance = random.Random(5)
    texts = [
        "",
        ".",
        "1.",
        ".5",
        "+3",
        "-0",
        "1e3",
        "1E-6",
        "1e-7",
        " 2 ",
        "1..2",
        "0x10",
        "1.0000000000000000000000000000001",
    ]
    texts += [str(Decimal(chance.randrange(-(10**18), 10**18)).scaleb(-chance.randrange(9))) for _ in range(500)]
    days = ["1970-01-01", "0001-01-01", "9999-12-31", "2000-02-29", "1900-02-29", "2019-02-30", "2019-13-01"]
    periods = ["2019", "2019-h2", "2019-q4", "2020-02", "1900-02", "0000", "0001-12", "2019-00", "19", "2019-q5"]

    def tried(call: Any, told: str) -> str:
        try:
            return str(call(told))
        except LedgerError:
            return "refused"

    want = [[tried(millionths, one) for one in texts], [tried(day_number, one) for one in days]]
    assert page.evaluate(PROPERTY, [texts, days, periods]) == [*want, [list(bounds(one)) for one in periods]]


ROOT_OF = """async (sizes) => {
  const { Tree } = await import("/sha256.js");
  const tree = new Tree(sizes.length);
  for (const size of sizes) { const bytes = new Uint8Array(size + 2).fill(size % 256); tree.add(bytes, 1, size + 1); }
  return btoa(String.fromCharCode(...tree.root()));
}"""


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 255, 256, 257, 700])
def test_roots(page: Any, count: int) -> None:
    sizes = [n * 37 % 300 for n in range(count)]
    builder = TileBuilder()
    leaves = [leaf_hash(bytes([size % 256]) * size) for size in sizes]
    rest = len(leaves) % 256
    for start in range(0, count - rest, 256):
        list(builder.add(leaves[start : start + 256]))
    assert page.evaluate(ROOT_OF, sizes) == base64.b64encode(builder.root(leaves[count - rest :])).decode()


def test_places_of_bundles(page: Any) -> None:
    asked = [(0, 256), (7, 3), (999, 256), (1000, 255), (1_234_067, 256), (999_999, 1)]
    script = (
        "async (asked) => { const l = await import('/ledger.js'); return asked.map(([n, w]) => l.bundlePath(n, w)); }"
    )
    assert page.evaluate(script, asked) == [Tile(0, n, width).entries_path for n, width in asked]


ANSWERED = """async (asked) => {
  const { answer } = await import("/exact.js");
  return asked.map(([kind, precision, names, row]) =>
    answer({ kind, precision }, names, [row.map((one) => one === null ? null : BigInt(one))]));
}"""
PART = st.none() | st.integers(-(2**62), 2**62)


@given(
    st.lists(
        st.tuples(st.sampled_from(["count", "rate", "mean"]), st.integers(0, 6), st.booleans(), PART, PART), max_size=60
    )
)
def test_values_are_divided_and_rounded_alike(page: Any, asked: list[tuple[str, int, bool, Any, Any]]) -> None:
    """Against exact fractions, rounded half up and never to nothing or a whole: what evaluating.answer gives wherever
    28 digits suffice."""
    questions, want = [], []
    for kind, precision, e6, above, below in asked:
        end = "_e6" if e6 else ""
        if kind == "count":
            questions.append((kind, precision, [f"value{end}"], [text(above)]))
            want.append(None if above is None else by_hand(above, 10**6 if e6 else 1, precision))
        else:
            questions.append((kind, precision, [f"numerator{end}", "denominator"], [text(above), text(below)]))
            full, lower = 100 if kind == "rate" else 0, (below or 0) * (10**6 if e6 else 1)
            want.append(by_hand((above or 0) * (full or 1), lower, precision, full) if below else None)
    assert [one["value"] for one in page.evaluate(ANSWERED, questions)] == want


def text(value: int | None) -> str | None:
    """An integer as text: more than a double holds."""
    return None if value is None else str(value)


def by_hand(above: int, below: int, precision: int, full: int = 0) -> str:
    """The fraction, halves away from zero, with ``precision`` decimals, or more: 0 and ``full`` are told if exact."""
    negative = (above < 0) != (below < 0)
    whole, rest = divmod(abs(above) * 10**precision, abs(below))
    whole += 2 * rest >= abs(below)
    if rest and (not whole or (not negative and whole == full * 10**precision)):
        return by_hand(above, below, precision + 1, full)
    told = f"{whole:0{precision + 1}d}"
    told = f"{told[:-precision]}.{told[-precision:]}" if precision else told
    return f"-{told}" if negative and whole else told


def test_rates_of_python_are_the_same(page: Any) -> None:
    chance = random.Random(3)
    pairs = [(chance.randrange(10**6), chance.randrange(1, 10**6)) for _ in range(400)] + [
        (1, 8),
        (1, 3),
        (2, 3),
        (199, 200),
        (30_000, 30_001),
        (1, 30_000),
        (30_001, 30_000),
    ]
    want = [f"{rounded(Decimal(above) / Decimal(below) * 100, 2, whole=100):f}" for above, below in pairs]
    asked = [("rate", 2, ["numerator", "denominator"], [str(above), str(below)]) for above, below in pairs]
    assert [one["value"] for one in page.evaluate(ANSWERED, asked)] == want


@pytest.fixture(scope="module", autouse=True)
def _django(stores: Stores) -> None:
    configure_django(stores.folder)
