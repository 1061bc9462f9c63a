"""A query reads the public relations and what it names itself, by its words: in every store, before any is asked."""

from __future__ import annotations

from itertools import islice

import pytest

from luoshi.figures.definitions import load_all
from luoshi.figures.errors import FigureError
from luoshi.figures.query import parse

REACHES = {
    "a table of the store with every district": ("SELECT count(*) AS value FROM figures_case", "query_relation"),
    "the relation before it is narrowed": ("SELECT count(*) AS value FROM main.cases", "query_relation"),
    "after a comma": ("SELECT count(*) AS value FROM cases c, figures_case", "query_relation"),
    "after a join's condition": (
        "SELECT count(*) AS value FROM cases c JOIN entries e ON (e.n = 1), figures_case", "query_relation",
    ),
    "in brackets": ("SELECT count(*) AS value FROM ((figures_case))", "query_relation"),
    "joined in brackets": ("SELECT count(*) AS value FROM (cases JOIN figures_case ON 1 = 1)", "query_relation"),
    "quoted": ('SELECT count(*) AS value FROM "case"', "query_relation"),
    "in a value": ("SELECT (SELECT count(*) FROM figures_case) AS value FROM cases", "query_relation"),
    "in a condition": (
        "SELECT count(*) AS value FROM cases WHERE EXISTS (SELECT 1 FROM figures_case)", "query_relation",
    ),
    "after a union": ("SELECT count(*) AS value FROM cases UNION SELECT 1 FROM figures_case", "query_relation"),
    "PostgreSQL's TABLE": ("SELECT count(*) AS value FROM (TABLE figures_case) x", "query_word"),
    "PostgreSQL's ONLY": ("SELECT count(*) AS value FROM ONLY figures_case", "query_relation"),
    "PostgreSQL's LATERAL": ("SELECT count(*) AS value FROM cases, LATERAL (SELECT 1) x", "query_word"),
    "a function as a table": ("SELECT count(*) AS value FROM cases, json_each('[1]')", "query_relation"),
    "a pragma as a table": ("SELECT count(*) AS value FROM pragma_table_list", "query_relation"),
    "a name of its own within itself": (
        "WITH figures_case AS (SELECT * FROM figures_case) SELECT count(*) AS value FROM figures_case",
        "query_relation",
    ),
    "a name of its own before it": (
        "WITH a AS (SELECT 1 AS x FROM figures_case), figures_case AS (SELECT 1 AS y FROM cases) "
        "SELECT sum(x) AS value FROM a",
        "query_relation",
    ),
    "a name of its own outside": (
        "SELECT count(*) AS value FROM (WITH figures_case AS (SELECT 1 FROM cases) SELECT * FROM figures_case) x, "
        "figures_case",
        "query_word",
    ),
    "a window's name": (
        "SELECT count(*) OVER w AS value FROM cases WINDOW w AS (ORDER BY n), figures_case AS (ORDER BY n)",
        "query_word",
    ),
    "a function that sleeps": ("SELECT pg_sleep(9) AS value FROM cases", "query_function"),
    "a function that reads files": ("SELECT readfile('x') AS value FROM cases", "query_function"),
    "a function of a schema": ("SELECT pg_catalog.pg_sleep(9) AS value FROM cases", "query_function"),
    "the clock": ("SELECT count(*) AS value FROM cases WHERE due_on < current_date", "query_word"),
    "who asks": ("SELECT count(*) AS value FROM cases WHERE body = current_user", "query_word"),
}  # fmt: skip


@pytest.mark.parametrize("what", REACHES)
def test_what_reaches_elsewhere_is_refused(what: str) -> None:
    query, code = REACHES[what]
    with pytest.raises(FigureError) as caught:
        parse(query)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "query",
    [
        'WITH a AS (SELECT "case" FROM cases), b AS NOT MATERIALIZED (SELECT "case" FROM a) '
        "SELECT count(*) AS value FROM a, b",
        "SELECT count(*) AS value FROM (SELECT row_number() OVER (PARTITION BY c.body ORDER BY c.area, c.stage) AS n "
        "FROM cases c CROSS JOIN entries e) AS x WHERE x.n IN (1, 2)",
        "SELECT (count(*)) AS value FROM cases WHERE mechanism IN ('a', 'b') AND NOT (stage = 'x' OR stage = 'y')",
    ],
)
def test_what_reads_relations_is_a_query(query: str) -> None:
    assert parse(query).text == query


def test_every_figure_of_the_packs_passes() -> None:
    assert all(one.asked and one.proof for one in islice(load_all().values(), 300))
