"""A figure that is wrong, slow, or reaches for what it may not is refused, with the place in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.casework.district import ROOT

from luoshi.figures.definitions import files, load
from luoshi.figures.errors import FigureError
from luoshi.figures.query import parse
from luoshi.mechanisms.errors import MechanismError

COUNT = "SELECT count(*) AS value FROM cases WHERE mechanism = 'hotline'"
RATE = (
    "SELECT sum(CASE WHEN answered_on <= :to THEN 1 ELSE 0 END) AS numerator, count(*) AS denominator FROM cases "
    "WHERE mechanism = 'hotline'"
)


def file_of(folder: Path, query: str, kind: str = "count", entries: str = "opened", more: str = "") -> Path:
    """A figures.yaml beside the hotline's mechanism."""
    pack = folder / "hotline"
    pack.mkdir(exist_ok=True)
    (pack / "mechanism.yaml").write_bytes((ROOT / "packs" / "hotline" / "mechanism.yaml").read_bytes())
    rate = "    denominator: {zh: 全部, en: all}\n    hides_never: [overdue]\n" if kind == "rate" else ""
    path = pack / "figures.yaml"
    path.write_text(
        "figures:\n"
        "  - id: hotline.made\n"
        "    zh: 数\n"
        "    en: number\n"
        f"    kind: {kind}\n"
        f'    unit: "{"%" if kind == "rate" else "件"}"\n'
        "    periods: [year]\n"
        "    basis: {zh: 口径, en: basis}\n"
        f"    query: |\n      {query}\n"
        f"    entries: |\n      {entries}\n"
        f"{rate}{more}",
        encoding="utf-8",
    )
    if entries == "opened":
        path.write_text(
            path.read_text(encoding="utf-8").replace("entries: |\n      opened", "entries: opened"), encoding="utf-8"
        )
    return path


def faults(path: Path) -> list[tuple[str, int, str]]:
    """Code, line and place of everything that is wrong with a file."""
    from luoshi.figures.probing import probe_file

    try:
        found = probe_file(path)[1]
    except MechanismError as error:
        found = list(error.findings)
    return [(one.code, one.line, one.place) for one in found]


@pytest.fixture(autouse=True)
def _django(stores: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.stores import configure_django

    configure_django(tmp_path_factory.mktemp("never"))


@pytest.mark.parametrize("path", list(files(ROOT / "packs")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_packs_figures_are_proved(path: Path) -> None:
    assert faults(path) == []


def test_a_right_one_has_no_fault(tmp_path: Path) -> None:
    assert faults(file_of(tmp_path, COUNT)) == []
    assert faults(file_of(tmp_path, RATE, "rate")) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("DELETE FROM cases", "query_not_select"),
        ("SELECT 1 AS value; DELETE FROM cases", "query_many"),
        ("SELECT count(*) AS value FROM sqlite_master", "query_relation"),
        ("SELECT count(*) AS value FROM casework_plaintext", "query_relation"),
        ("SELECT count(*) AS value FROM access_account", "query_relation"),
        ("SELECT count(phone) AS value FROM cases", "query_column"),
        ("SELECT count(*) AS value FROM cases WHERE opened_on = :day", "query_parameter"),
        ("SELECT load_extension('x') AS value", "query_function"),
        ("SELECT avg(weight_e6) AS value_e6 FROM cases", "query_function"),
        ("SELECT count(*) AS value FROM cases a, cases b", "query_slow"),
        ("SELECT count(*) AS value FROM cases a, cases b, cases c, cases d", "query_slow"),
        (
            "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) AS value FROM x",
            "query_word",
        ),
        ("WITH x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x) SELECT count(*) AS value FROM x", "query_relation"),
        ("WITH x AS (SELECT stage FROM cases) SELECT count(*) AS value FROM x a, x b", "query_slow"),
        ("SELECT count(*) AS number FROM cases", "query_columns"),
        ("SELECT count(*) AS value, 1 AS other FROM cases", "query_columns"),
        ("SELECT 1 AS numerator, 2 AS denominator", "query_columns"),
        ("SELECT weight AS value FROM cases LIMIT 1", "query_kind"),
        ("SELECT 1.5 AS value", "query_kind"),
        ("SELECT sum(weight) * 1.0 AS value FROM cases", "query_kind"),
        ("SELECT 1 AS value FROM cases", "query_rows"),
        ("SELECT 1 AS value) AS a, (SELECT 2 AS b", "query_brackets"),
        ('SELECT count(*) AS value FROM cases WHERE stage = "closed"', "query_quoted"),
        ("SELECT count(*) AS value FROM cases WHERE stage LIKE 'c%'", "query_word"),
        ("SELECT count(*) AS value FROM cases WHERE", "query_wrong"),
        ("SELECT count(*) AS value FROM cases WHERE stage = 'x' AND $1", "query_sign"),
    ],
)
def test_a_query_is_refused(tmp_path: Path, query: str, code: str) -> None:
    assert faults(file_of(tmp_path, query)) == [(code, 9, "figures[0].query")]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT sum(CASE WHEN answered_on <= :to THEN 1 ELSE 0 END) AS numerator, count(*) AS denominator FROM cases "
        "WHERE mechanism = 'hotline' AND answered_on IS NOT NULL",
        "SELECT count(*) AS numerator, count(*) AS denominator FROM cases WHERE mechanism = 'hotline'",
        "SELECT 1 AS numerator, 1 AS denominator",
    ],
)
def test_a_rate_that_hides_what_is_overdue_is_refused(tmp_path: Path, query: str) -> None:
    assert faults(file_of(tmp_path, query, "rate")) == [("query_overdue", 9, "figures[0].query")]


TOLD = "SELECT sum(value_e6) AS value_e6 FROM measures WHERE mechanism = 'patrol' AND name = 'minutes' "
STAND = "SELECT count(*) AS value FROM entries e WHERE e.mechanism = 'hotline' AND e.stage_to = 'closed' "


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        (TOLD + "AND on_day BETWEEN :from AND :to AND until_day > :to", []),
        (TOLD + "AND on_day <= :to AND until_day > :to", []),
        (TOLD + "AND on_day BETWEEN :from AND :to", ["query_retold"]),
        ("SELECT count(*) AS value FROM measures WHERE mechanism = 'patrol'", ["query_retold"]),
        (STAND + "AND e.on_day <= :to AND e.until_day > :to", []),
        (
            STAND + "AND e.on_day <= :to AND NOT EXISTS (SELECT 1 FROM entries l "
            'WHERE l."case" = e."case" AND l.n = e.n + 1 AND l.on_day <= :to)',
            [],
        ),
        (STAND + "AND e.until_day = '9999-12-31'", ["query_later"]),
        ("SELECT count(*) AS value FROM entries WHERE mechanism = 'hotline'", ["query_later"]),
        ("SELECT count(*) AS value FROM cases", ["query_mechanism"]),
        ("SELECT count(*) AS value FROM cases WHERE mechanism <> 'patrol'", ["query_mechanism"]),
    ],
)
def test_what_is_told_twice_later_or_elsewhere_changes_no_figure(tmp_path: Path, query: str, codes: list[str]) -> None:
    path = file_of(tmp_path, query, "sum", more="    of: [hotline, patrol]\n")
    pack = tmp_path / "patrol"
    pack.mkdir()
    (pack / "mechanism.yaml").write_bytes((ROOT / "packs" / "patrol" / "mechanism.yaml").read_bytes())
    assert faults(path) == [(code, 9, "figures[0].query") for code in codes]


def test_what_is_refused_has_a_sentence_in_both_languages() -> None:
    from luoshi.messages import speaking
    from luoshi.words.figures import describe_figure

    for code in ("query_retold", "query_later", "query_mechanism"):
        told = []
        for lang in ("en", "zh"):
            with speaking(lang):
                told.append(describe_figure(FigureError(code, id="hotline.made")))
        assert told[0] != told[1]


def test_a_rate_says_that_it_hides_nothing_and_what_it_is_of(tmp_path: Path) -> None:
    path = file_of(tmp_path, RATE, "rate")
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("    hides_never: [overdue]\n", ""), encoding="utf-8")
    assert [code for code, _, _ in faults(path)] == ["rate_hides"]
    path.write_text(whole.replace("    denominator: {zh: 全部, en: all}\n", ""), encoding="utf-8")
    assert [code for code, _, _ in faults(path)] == ["denominator_wrong"]


def test_what_proves_it_is_one_column(tmp_path: Path) -> None:
    assert faults(file_of(tmp_path, COUNT, entries="SELECT n FROM entries")) == [
        ("entries_columns", 11, "figures[0].entries")
    ]
    assert faults(file_of(tmp_path, COUNT, entries="struck_of")) == [("query_not_select", 11, "figures[0].entries")]


def test_a_weighted_figure_counts_weights(tmp_path: Path) -> None:
    assert faults(file_of(tmp_path, COUNT, more="    hides_never: [weights]\n")) == [
        ("query_weights", 9, "figures[0].query")
    ]


def test_faults_of_the_file(tmp_path: Path) -> None:
    path = file_of(tmp_path, COUNT)
    text = path.read_text(encoding="utf-8")
    for old, new, code, line in (
        ("hotline.made", "patrol.made", "figure_of_another", 2),
        ("hotline.made", "Hotline", "figure_id", 2),
        ("kind: count", "kind: guess", "value_choice", 5),
        ("    zh: 数\n", "", "key_missing", 2),
        ("    zh: 数\n", "    zh: 数\n    colour: red\n", "key_unknown", 4),
    ):
        path.write_text(text.replace(old, new), encoding="utf-8")
        assert [(one[0], one[1]) for one in faults(path)] == [(code, line)]
    with pytest.raises(MechanismError):
        load(b"- 1", "x", "hotline")


@pytest.mark.parametrize("text", ["", "  ", "-- nothing", "VALUES (1)"])
def test_no_query(text: str) -> None:
    with pytest.raises(FigureError, match="query_not_select"):
        parse(text)
