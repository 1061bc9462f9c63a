"""``luoshi verify REPORT DIR``: what the page says against the ledger; every edit of either is found and named.

The export is a small synthetic log of service cases (``bench.annual_log``); the report states some of its figures.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from bench.annual_log import DISTRICT, YEAR, signer, write_export
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.casework.district import ROOT

from luoshi.cli import luoshi
from luoshi.figures.definitions import load_all
from luoshi.figures.errors import FigureError
from luoshi.figures.evaluating import evaluate_export
from luoshi.terminal import run
from luoshi.writing.annual import taxonomy
from luoshi.writing.annual.assets import assets
from luoshi.writing.annual.checking import Checked, check_report
from luoshi.writing.annual.errors import AnnualError
from luoshi.writing.annual.marked import read_page
from luoshi.writing.annual.model import Annual, Block, Heading, Number, Paragraph, Text, Typed
from luoshi.writing.annual.page import page
from luoshi.writing.annual.page_data import embedded
from luoshi.writing.annual.shown import NO_VALUE, digits, shape

DEFINITIONS = load_all(ROOT / "packs")
IDS = (
    "service.volume", "service.closed_rate", "service.satisfied_rate", "service.days_saved", "service.days_saved_mean",
    "service.items", "hotline.closed_rate", "hotline.volume",
)  # fmt: skip
PERIODS = (f"{YEAR}", f"{YEAR}-q1", f"{YEAR}-02")
SIZE = 7 * 13
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("annual") / "ledger"
    assert write_export(folder, 13) == SIZE
    return folder


@pytest.fixture(scope="module")
def written(ledger: Path) -> bytes:
    return page(report_of(ledger))


def report_of(ledger: Path, lang: str = "zh") -> Annual:
    """A report that states each figure once, and one of them in 万 as well."""
    manifest = json.loads((ledger / "manifest.json").read_bytes())
    figures = [
        one
        for period in PERIODS
        for one in evaluate_export(ledger, None, IDS, period, definitions=DEFINITIONS)
    ]  # fmt: skip
    blocks: list[Block] = [
        Heading(1, (Text("年度报告"),)),
        Paragraph((Text("另有 "), Typed("3", (1, 1)), Text(" 次。"))),
    ]
    numbers: list[Number] = []
    for one in figures:
        for unit in (None, "万件") if one.id == "service.volume" and lang == "zh" else (None,):
            key = f"n{len(numbers) + 1}"
            if one.value is None:
                numbers.append(
                    Number(key, (one.id, one.period), "", None, 0, 0, "", NO_VALUE[lang]["no_cases"], (1, 1))
                )
                continue
            told = shape(one.unit, one.definition.precision, lang, asked=unit, places=4 if unit else None)  # type: ignore[arg-type]
            assert told is not None
            text, value, places = digits(one, told)
            numbers.append(Number(key, (one.id, one.period), text, value, told.scale, places, told.unit, "", (1, 1)))
    blocks += [Paragraph((Text("数据 "), one, Text("。"))) for one in numbers]
    return Annual(
        title="年度报告", lang=lang, district=DISTRICT, district_name=("云溪区", "Yunxi"), period=PERIODS[0],  # type: ignore[arg-type]
        made_on=date(2027, 1, 4), blocks=tuple(blocks), figures={(one.id, one.period): one for one in figures},
        claims=(), size=SIZE, root=manifest["root"], origin=manifest["origin"], template="t.md",
    )  # fmt: skip


def checked(text: bytes, ledger: Path, folder: Path) -> Checked:
    (folder / "report.html").write_bytes(text)
    return check_report(folder / "report.html", ledger, definitions=DEFINITIONS, processes=1)


def named(found: Checked) -> set[tuple[str, str, str]]:
    return {(one.code, one.place, one.figure) for one in found.differences}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_as_it_was_written_is_right(ledger: Path, tmp_path: Path, lang: str) -> None:
    report = report_of(ledger, lang)
    found = checked(page(report), ledger, tmp_path)
    assert found.differences == ()
    assert found.numbers == len(report.numbers()) + len(report.figures) > 40
    assert {one.value is None for one in report.figures.values()} == {True, False}


EDITS: dict[str, tuple[Callable[[str], str], tuple[str, str]]] = {
    "a digit": (lambda s: s.replace(">13</ix", ">14</ix", 1), ("value", "n1")),
    "the words behind": (lambda s: s.replace("</ix:nonFraction>件", "</ix:nonFraction>万件", 1), ("shown", "n1")),
    "words before": (lambda s: s.replace('id="n1">', 'id="n1">1', 1), ("shown", "n1")),
    "another unit, told by the data as well": (
        lambda s: s.replace("</ix:nonFraction>万件", "</ix:nonFraction>件", 1).replace(
            '"unit":"万件"', '"unit":"件"', 1
        ),
        ("shown", "n2"),
    ),
    "a scale": (lambda s: s.replace(' scale="4"', ' scale="8"', 1), ("tag", "n2")),
    "decimals": (lambda s: s.replace('decimals="0"', 'decimals="-4"', 1), ("tag", "n1")),
    "a sign": (lambda s: s.replace('decimals="0"', 'decimals="0" sign="-"', 1), ("value", "n1")),
    "the format": (lambda s: s.replace("ixt:num-dot-decimal", "ixt:num-comma-decimal", 1), ("tag", "n1")),
    "what the format is": (
        lambda s: s.replace("transformation/2022-02-16", "transformation/2020-02-12", 1),
        ("tag", "n1"),
    ),
    "the figure": (lambda s: s.replace("figures:service.volume", "figures:service.items", 1), ("unlisted", "n1")),
    "no figure": (lambda s: s.replace("figures:service.volume", "figures:service.nothing", 1), ("unknown", "n1")),
    "the period": (lambda s: s.replace('contextRef="c-2026"', 'contextRef="c-2026-02"', 1), ("unlisted", "n1")),
    "the period's days": (lambda s: s.replace("2026-12-31</", "2026-12-30</", 1), ("tag", "n1")),
    "the district": (lambda s: s.replace(">yunxi</xbrli", ">yunxj</xbrli", 1), ("tag", "n1")),
    "the unit": (lambda s: s.replace("units:件", "units:户", 1), ("tag", "n1")),
    "nil": (lambda s: s.replace(' xsi:nil="true"', "", 1), ("value", "n8")),
    "no tag": (lambda s: re.sub(r"<ix:nonFraction[^>]*>13</ix:nonFraction>", "13", s, count=1), ("untagged", "n1")),
    "no span": (lambda s: re.sub(r'<span class="figure" id="n1">.*?</span>', "", s, count=1), ("missing", "n1")),
    "a fact more": (lambda s: s.replace('id="n1"', 'id="n99"', 1), ("unlisted", "n99")),
    "a hidden fact": (
        lambda s: s.replace("<ix:references>", "<ix:hidden></ix:hidden><ix:references>", 1),
        ("strange", ""),
    ),
    "a fact within a fact": (
        lambda s: re.sub(r"(<ix:nonFraction[^>]*>)13</ix:nonFraction>", r"\1\g<0></ix:nonFraction>", s, count=1),
        ("strange", ""),
    ),
    "a context told before": (
        lambda s: re.sub(
            r"<xbrli:context.*?</xbrli:context>",
            lambda one: one[0].replace("2026-12-31", "2026-03-31") + one[0],
            s,
            count=1,
        ),
        ("strange", ""),
    ),
    "a unit told before": (
        lambda s: re.sub(
            r"<xbrli:unit.*?</xbrli:unit>", lambda one: one[0].replace("件", "户") + one[0], s, count=1, flags=re.DOTALL
        ),
        ("strange", ""),
    ),
    "another prefix": (lambda s: s.replace("<h1", '<h1 xmlns:ixt="urn:x"', 1), ("strange", "")),
    "a value in the data": (lambda s: s.replace('"value":"13"', '"value":"14"', 1), ("data", "")),
    "entries in the data": (lambda s: s.replace('"entries":[0,', '"entries":[1,', 1), ("data", "")),
    "a query": (lambda s: s.replace("'service' AND", "'service'  AND", 1), ("definition", "")),
    "the basis": (lambda s: s.replace('"basis":{"zh":"', '"basis":{"zh":"约', 1), ("definition", "")),
    "the size": (lambda s: s.replace('id="ledger-size">91', 'id="ledger-size">92', 1), ("ledger", "ledger-size")),
    "the size in the data": (lambda s: s.replace('"size":91', '"size":92', 1), ("ledger", "ledger-size")),
    "the root": (lambda s: s.replace('"root":"', '"root":"x', 1), ("ledger", "ledger-root")),
    "the log": (lambda s: s.replace("bench.example/annual</", "bench.example/other</", 1), ("ledger", "ledger-origin")),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_is_found_and_named(written: bytes, ledger: Path, tmp_path: Path, what: str) -> None:
    edit, want = EDITS[what]
    text = edit(written.decode())
    assert text != written.decode()
    assert want in {(code, place) for code, place, _ in named(checked(text.encode(), ledger, tmp_path))}


PUT_IN: dict[str, tuple[Callable[[str], str], str]] = {
    "a number beside a figure": (lambda s: s.replace("数据 <span", "数据 9<span", 1), "beside"),
    "a number behind a thin blank": (lambda s: s.replace("数据 <span", "数据 9\u2009<span", 1), "beside"),
    "a sign that nobody sees": (lambda s: s.replace("数据 <span", "数据 9\u200b<span", 1), "hidden"),
    "a digit of another script": (lambda s: s.replace("<p>数据 ", "<p>共\U0001d7d7\U0001d7d7件，数据 ", 1), "hidden"),
    "a number that is not marked": (lambda s: s.replace("<p>数据 ", "<p>办结9999件，数据 ", 1), "unmarked"),
    "a full-width number": (lambda s: s.replace("<p>数据 ", "<p>办结９９件，数据 ", 1), "unmarked"),
    "a number that calls itself the district": (
        lambda s: s.replace("云溪区 ·", "9999件 ·", 1).replace("<p>数据 ", "<p>办结9999件，数据 ", 1), "unmarked",
    ),
    "a mark taken away": (lambda s: re.sub(r'<span class="typed".*?</a>', "3", s, count=1), "unmarked"),
    "a comment": (lambda s: s.replace("<p>数据 ", "<p><!-- > 9 -->数据 ", 1), "rewritten"),
    "a CDATA section": (lambda s: re.sub(r">13</ix", "><![CDATA[13]]></ix", s, count=1), "rewritten"),
    "an entity": (lambda s: s.replace(">13</ix", ">1&#51;</ix", 1), "rewritten"),
    "a style of its own": (
        lambda s: s.replace("<html", '<?xml-stylesheet href="x.css" type="text/css"?><html', 1), "rewritten",
    ),
    "a style in the head": (lambda s: s.replace("</head>", "<style>.figure {}</style></head>", 1), "rewritten"),
    "a style on a number": (lambda s: s.replace('id="n1"', 'id="n1" style="display: none"', 1), "rewritten"),
    "a title on a number": (lambda s: s.replace('id="n1"', 'id="n1" title="9999件"', 1), "rewritten"),
    "another script": (lambda s: s.replace("assets/report.js", "report.js", 1), "rewritten"),
    "an address to go on to": (
        lambda s: s.replace("</head>", '<meta http-equiv="refresh" content="0; url=x"/></head>', 1), "rewritten",
    ),
    "a figure hidden by its class": (lambda s: s.replace('figure" id="n1"', 'figure tags" id="n1"', 1), "rewritten"),
    "a direction of writing": (
        lambda s: re.sub(r'(<span class="figure" id="n1".*?</span>)', r'<bdo dir="rtl">\1</bdo>', s, count=1),
        "rewritten",
    ),
    "a picture": (lambda s: s.replace("<p>数据 ", '<p><img src="x.png" alt="9999"/>数据 ', 1), "rewritten"),
    "an element that closes itself": (lambda s: s.replace("<p>数据 ", '<div class="tags"/><p>数据 ', 1), "rewritten"),
    "a second header": (lambda s: s.replace("</ix:header>", "</ix:header><ix:header></ix:header>", 1), "rewritten"),
    "how many entries prove it": (lambda s: re.sub(r'number">[0-9,]+ 条', 'number">9,999 条', s, count=1), "rewritten"),
    "its name in the annex": (lambda s: s.replace('<th scope="row">', '<th scope="row">全部', 1), "rewritten"),
    "its basis in the annex": (lambda s: s.replace('class="basis">', 'class="basis">约', 1), "rewritten"),
    "its period in the annex": (lambda s: s.replace("<td>2026年2月</td>", "<td>2019年2月</td>", 1), "rewritten"),
    "the title": (lambda s: s.replace("<title>", "<title>办结9999件", 1), "rewritten"),
    "the period": (lambda s: s.replace(" · 2026年", " · 2019年", 1), "rewritten"),
    "words between the blocks": (lambda s: s.replace('id="text">', 'id="text">办结9999件', 1), "rewritten"),
    "an id twice": (lambda s: s.replace('<p class="front">', '<p class="front" id="n1">', 1), "rewritten"),
    "the proof": (lambda s: s.replace('id="typed">', 'id="typed">9999件', 1), "rewritten"),
}  # fmt: skip
"""What leaves every tag and all data as they are, and shows a reader something else."""


@pytest.mark.parametrize("what", PUT_IN)
def test_what_was_put_into_the_page_by_hand_is_found(written: bytes, ledger: Path, tmp_path: Path, what: str) -> None:
    edit, want = PUT_IN[what]
    text = edit(written.decode())
    assert text != written.decode()
    assert want in {code for code, _, _ in named(checked(text.encode(), ledger, tmp_path))}


def test_a_figure_without_a_value_says_why_and_no_more(written: bytes, ledger: Path, tmp_path: Path) -> None:
    text = written.decode().replace("</ix:nonFraction>没有事项", "</ix:nonFraction>百分之百", 1)
    assert named(checked(text.encode(), ledger, tmp_path))


def test_what_a_browser_shows_is_as_it_was_written(written: bytes, ledger: Path, tmp_path: Path) -> None:
    for name, content in assets().items():
        (tmp_path / "assets" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "assets" / name).write_bytes(content)
    assert checked(written, ledger, tmp_path).differences == ()
    style = tmp_path / "assets" / "report.css"
    style.write_bytes(style.read_bytes().replace(b"display: none", b"display: nona", 1))
    (tmp_path / "assets" / "more.css").write_bytes(b"")
    found = checked(written, ledger, tmp_path).differences
    assert [(one.code, one.page) for one in found] == [("asset", "assets/more.css"), ("asset", "assets/report.css")]


def test_what_the_tags_mean_is_as_it_was_written(written: bytes, ledger: Path, tmp_path: Path) -> None:
    for name, content in taxonomy.files(report_of(ledger)).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert checked(written, ledger, tmp_path).differences == ()
    labels = tmp_path / "taxonomy/labels-zh.xml"
    labels.write_text(labels.read_text(encoding="utf-8").replace("办结率", "满意率", 1), encoding="utf-8")
    found = checked(written, ledger, tmp_path).differences
    assert [(one.code, one.page) for one in found] == [("asset", "taxonomy/labels-zh.xml")]


@SOME
@given(st.data())
def test_any_digit_of_any_number_is_found(written: bytes, ledger: Path, tmp_path: Path, data: st.DataObject) -> None:
    text = written.decode()
    facts = list(re.finditer(r'id="([an][0-9]+)">−?<ix:nonFraction[^>]*>([0-9.,]+)</ix', text))
    fact = data.draw(st.sampled_from(facts))
    place = data.draw(st.sampled_from([at for at in range(*fact.span(2)) if text[at].isdecimal()]))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda one: one != text[place]))
    edited = f"{text[:place]}{digit}{text[place + 1 :]}"
    found = checked(edited.encode(), ledger, tmp_path)
    assert fact[1] in {one.place for one in found.differences if one.code in ("value", "tag", "shown")}


@SOME
@given(st.data())
def test_any_byte_of_the_page_is_harmless_or_refused(
    written: bytes, ledger: Path, tmp_path: Path, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(written) - 1))
    edited = written[:at] + bytes([data.draw(st.integers(0, 255))]) + written[at + 1 :]
    try:
        found = checked(edited, ledger, tmp_path)
    except AnnualError:
        return
    assert found.differences or found.numbers == len(read_page(written).tags)


@SOME
@given(st.data())
def test_whatever_the_data_is_it_is_refused_or_named(
    written: bytes, ledger: Path, tmp_path: Path, data: st.DataObject
) -> None:
    before, rest = written.decode().split('<script type="application/json">')
    told, after = rest.split("</script>")
    whole = json.loads(told)
    part = whole
    while True:
        key = data.draw(st.sampled_from(sorted(part)) if isinstance(part, dict) else st.integers(0, len(part) - 1))
        if not isinstance(part[key], dict | list) or not part[key] or data.draw(st.integers(0, 4)) == 0:
            break
        part = part[key]
    values = st.sampled_from([None, True, -1, 0.5, "", "x", [], [[]], {}, {"a": "b"}, 10**30, "2026"])
    part[key] = data.draw(values.filter(lambda one: one != part[key]))
    edited = f'{before}<script type="application/json">{embedded(whole)}</script>{after}'
    # Of which period the report as a whole is decides nothing: each figure has its own.
    if part is whole and key == "period":
        return
    try:
        found = checked(edited.encode(), ledger, tmp_path)
    except AnnualError as error:
        assert error.code == "page_data"
    else:
        assert found.differences


@SOME
@given(st.data())
def test_any_byte_of_the_export_is_found(
    written: bytes, ledger: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("edited")
    shutil.copytree(ledger, folder / "ledger")
    file = data.draw(st.sampled_from(sorted(one for one in (folder / "ledger").rglob("*") if one.is_file())))
    was = file.read_bytes()
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(was) - 1))
        file.write_bytes(was[:at] + bytes([was[at] ^ data.draw(st.integers(1, 255))]) + was[at + 1 :])
    else:
        file.write_bytes(was[: data.draw(st.integers(0, len(was) - 1))])
    (folder / "report.html").write_bytes(written)
    with pytest.raises(FigureError) as caught:
        check_report(
            folder / "report.html", folder / "ledger", keys=[signer().verifier], definitions=DEFINITIONS, processes=1
        )
    assert caught.value.code == "export_wrong"
    assert caught.value.details["fault"]


def test_an_export_that_went_on_is_another_ledger(written: bytes, tmp_path: Path) -> None:
    write_export(tmp_path / "later", 14)
    found = checked(written, tmp_path / "later", tmp_path)
    assert {"ledger-size", "ledger-root", "n1"} <= {one.place for one in found.differences}
    assert "ledger-origin" not in {one.place for one in found.differences}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "page_xml"),
        (b"<html", "page_xml"),
        (b"<html/>", "page_none"),
        (b'<!DOCTYPE html [<!ENTITY a "b">]><html>&a;</html>', "page_declares"),
        (b"<a>" * 300, "page_deep"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"><script>{}</script></html>', "page_data"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"><script>' + b"[" * 9999 + b"</script></html>", "page_data"),
        (b" " * (64 * 1024 * 1024 + 1), "page_large"),
    ],
)
def test_what_is_no_report(text: bytes, code: str) -> None:
    with pytest.raises(AnnualError) as caught:
        read_page(text)
    assert caught.value.code == code


def test_the_command(
    written: bytes, ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUOSHI_PACKS", str(ROOT / "packs"))
    report = tmp_path / "report.html"
    report.write_bytes(written)
    base = ["--lang", "en", "verify", str(report), str(ledger)]
    assert run(luoshi, base) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{report}: all 51 numbers of 24 figures are the ledger's"
    assert said[1].startswith(f"ledger bench.example/annual: {SIZE} entries, root ")

    report.write_bytes(written.replace(b">13</ix", b">15</ix", 1))
    assert run(luoshi, base) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].endswith("n1: service.volume@2026: the page says 15, the ledger says 13")
    assert said[0].startswith(f"{report}:")
    assert said[1] == f"{report}: 1 differ from the ledger"

    assert run(luoshi, [*base, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in told["differences"]] == ["value"]
    assert (told["ok"], told["size"], told["fault"]) == (False, SIZE, None)

    shutil.copytree(ledger, tmp_path / "cut")
    (tmp_path / "cut" / "cases.jsonl").write_bytes(b"")
    assert run(luoshi, ["--lang", "en", "verify", str(report), str(tmp_path / "cut")]) == 1
    assert "cases.jsonl" in capsys.readouterr().err
    for wrong in (
        [str(tmp_path / "none.html"), str(ledger)],
        [str(ledger / "keys.txt"), str(ledger)],
        [str(report), "no"],
    ):
        assert run(luoshi, ["--lang", "en", "verify", *wrong]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert run(luoshi, [*base, "more"]) == 2
    assert run(luoshi, [*base, "--older", "x"]) == 2
