"""The annual report's page as Inline XBRL: an independent validator (arelle) finds nothing wrong and reads the values.

arelle runs offline, as a program of its own: the standard schemas are in it. Of what it says one recommendation is left
out: that the header stand in an element whose style attribute hides it (``ix11.8.1.2:headerDisplayNone``). A page has
no inline style here, since the policy that it is served with allows none; the stylesheet hides the header.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from tests.writing.annual_factory import FIGURES, annual, definition, figure, number

from luoshi.writing.annual.model import Annual, Number, Paragraph, Text
from luoshi.writing.annual.page import page
from luoshi.writing.annual.tags import context_id, period_of, shown, type_of, unit_of
from luoshi.writing.annual.taxonomy import files

LEFT_OUT = "headerDisplayNone"


def write(report: Annual, folder: Path, text: bytes | None = None) -> Path:
    """The report and its taxonomy in ``folder``."""
    for name, data in files(report).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "report.html").write_bytes(page(report) if text is None else text)
    return folder / "report.html"


def arelle(report: Path, *more: str) -> tuple[list[str], list[dict[str, str]]]:
    """What arelle finds wrong with the page (errors and warnings), and the facts that it reads."""
    facts, home = report.with_suffix(".csv"), report.with_suffix(".home")
    command = [
        *(sys.executable, "-m", "arelle.CntlrCmdLine", "--file", str(report), "--validate"),
        *("--internetConnectivity", "offline", "--xdgConfigHome", str(home), "--utr"),
        *("--validateDuplicateFacts", "inconsistent", "--facts", str(facts)),
        *("--factListCols", "Name contextRef unitRef Dec Value Lang", *more),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("[")]
    wrong = [line for line in said if not line.startswith("[info]") and LEFT_OUT not in line]
    assert done.returncode == 0, done.stderr
    assert any("validated in" in line for line in said), said
    if not facts.exists():
        return wrong, []
    with facts.open(encoding="utf-8-sig", newline="") as stream:
        return wrong, list(csv.DictReader(stream))


def told(report: Annual) -> list[tuple[str, str, Decimal | None]]:
    """(element, context, value in the measure) of each number in the text, as the report has it."""
    found = []
    for one in report.numbers():
        unit = report.figures[one.figure].unit
        value = None if one.value is None else one.value.scaleb(unit_of(unit).power)
        found.append((f"figures:{one.figure[0]}", context_id(one.figure[1]), value))
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_valid_and_says_what_the_report_says(tmp_path: Path, lang: str) -> None:
    report = annual(lang=lang)
    wrong, facts = arelle(write(report, tmp_path))
    assert wrong == []
    read = [
        (one["Name"], one["contextRef"], None if one["Value"] == "(nil)" else Decimal(one["Value"])) for one in facts
    ]
    text, annex = read[: len(report.numbers())], read[len(report.numbers()) :]
    assert text == told(report)
    exact = {
        (f"figures:{name}", context_id(period)): None if f.value is None else f.value.scaleb(unit_of(f.unit).power)
        for (name, period), f in report.figures.items()
    }
    assert {(name, context): value for name, context, value in annex} == exact
    assert len({value for _, _, value in read}) > 12


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (b">5,132<", b">5,13x<", "transformValueError"),
        (b'contextRef="c-2019-q1"', b'contextRef="c-2018"', "c-2018"),
        (b'name="figures:land.area"', b'name="figures:land.areas"', "land.areas"),
        (b'decimals="0">5,132', b">5,132", "decimals"),
        (b'unitRef="u-2" format', b'unitRef="u-9" format', "u-9"),
        (b'<p class="front">', b'<p class="front" role="note">', "role"),
        (b">5,132<", b">9,132<", "inconsistent"),
        (b"ixt:num-dot-decimal", b"ixt:num-dot-decimals", "num-dot-decimals"),
    ],
)
def test_a_page_that_is_broken_is_caught(tmp_path: Path, before: bytes, after: bytes, says: str) -> None:
    report = annual()
    good = page(report)
    assert before in good
    wrong, _ = arelle(write(report, tmp_path, good.replace(before, after, 1)))
    assert says.lower() in " ".join(wrong).lower()


def test_the_taxonomy_says_names_and_bases_in_both_languages(tmp_path: Path) -> None:
    report = write(annual(), tmp_path)
    concepts = tmp_path / "concepts.csv"
    for lang, name, basis in (
        ("zh-CN", "数据 fund.paid", "期内的 <全部> 事项 & 其他。"),
        ("en", "Figure fund.paid", "All of the period, <b> & others."),
    ):
        wrong, _ = arelle(report, "--concepts", str(concepts), "--labelLang", lang)
        assert wrong == []
        with concepts.open(encoding="utf-8-sig", newline="") as stream:
            # Its headings have soft hyphens.
            rows = [{key.replace("\xad", ""): value for key, value in row.items()} for row in csv.DictReader(stream)]
        own = {row["Name"]: row for row in rows}
        assert {one.id for one in FIGURES} == {one for one in own if "." in one}
        assert (own["fund.paid"]["Label"], own["fund.paid"]["Documentation"]) == (name, basis)
        types = {one: own[one]["Type"] for one in ("fund.paid", "hotline.closed_rate", "hotline.volume", "land.area")}
        assert list(types.values()) == [
            "xbrli:monetaryItemType",
            "dtr:percentItemType",
            "xbrli:integerItemType",
            "xbrli:decimalItemType",
        ]


def test_the_same_report_gives_the_same_bytes() -> None:
    turned = annual(figures=FIGURES[::-1])
    assert page(annual()) == page(turned)
    assert files(annual()) == files(turned)


@pytest.mark.parametrize(
    ("unit", "measure", "power"),
    [
        ("%", "xbrli:pure", -2),
        ("个百分点", "xbrli:pure", -2),
        ("元", "iso4217:CNY", 0),
        ("万元", "iso4217:CNY", 4),
        ("亿元", "iso4217:CNY", 8),
        ("万亿元", "iso4217:CNY", 12),
        ("万人次", "units:人次", 4),
        ("万", "xbrli:pure", 4),
        ("件", "units:件", 0),
        ("元/月", "units:元_x2F_月", 0),
        ("2019人", "units:_2019人", 0),
    ],
)
def test_a_unit_is_a_measure_and_a_power_of_ten(unit: str, measure: str, power: int) -> None:
    assert (unit_of(unit).measure, unit_of(unit).power) == (measure, power)


def test_types() -> None:
    told = [("hotline.a", "件", "count", 0), ("fund.a", "万元", "sum", 2), ("land.a", "亩", "sum", 1)]
    assert [type_of(definition(*one)) for one in told] == ["integer", "monetary", "decimal"]
    assert type_of(definition("hotline.b", "%", "rate", 2)) == "percent"


def test_digits_that_do_not_tell_the_value_are_a_fault() -> None:
    good = number("n1", "hotline.volume", "5,132", "件")
    assert shown(good, "件").digits == "5,132"
    for digits in ("5,133", "51,32", "5132件", "", "五千"):
        wrong = Number("n1", good.figure, digits, good.value, 0, 0, "件", "", (1, 1))
        with pytest.raises(ValueError):
            page(annual((Paragraph((Text("a"), wrong)),)))


def test_periods_and_their_days() -> None:
    for code in ("2019", "2019-q1", "2019-q4", "2019-01", "2019-12", "2020-02"):
        from luoshi.ledger.relations import bounds

        first, last = bounds(code)
        assert period_of(str(first), str(last)) == code
    assert period_of("2019-01-02", "2019-12-31") is None
    assert period_of("", "x") is None


def test_a_large_report_is_valid(tmp_path: Path) -> None:
    figures = tuple(figure(definition(f"hotline.f{n}", "件"), str(n * 977)) for n in range(90))
    blocks = tuple(
        Paragraph((Text("共 "), number(f"n{n + 1}", f"hotline.f{n}", f"{n * 977:,}", "件"))) for n in range(90)
    )
    report = annual(blocks, figures)
    wrong, facts = arelle(write(report, tmp_path))
    assert wrong == []
    assert [Decimal(one["Value"]) for one in facts[:90]] == [n * 977 for n in range(90)]
