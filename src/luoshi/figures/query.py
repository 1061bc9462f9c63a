"""The query of a figure: one SELECT over the public relations, the same text for every store.

A statement is put together by naming the relations before it, narrowed to one district, so that no query can ask about
another one, and no table of the store is in its reach by the name that a figure knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from luoshi.figures.errors import FigureError
from luoshi.figures.naming import check_names
from luoshi.ledger.relations import COLUMNS

PARAMETERS: Final = frozenset({"district", "period", "from", "to"})
"""What a query may ask for: the district, the period's code, its first day, and the last one that it has reached."""
FUNCTIONS: Final = frozenset(
    {"count", "sum", "min", "max", "coalesce", "nullif", "substr", "length", "abs", "row_number"}
)
"""Functions that all stores have and that give the same in each. No averages: they are rounded differently."""
LONGEST: Final = 4000
_TOKEN: Final = re.compile(
    r"""(?P<space>\s+|--[^\n]*)
    |(?P<text>'(?:[^']|'')*')
    |(?P<quoted>"[^"]*")
    |(?P<parameter>:[a-z_]+)
    |(?P<word>[A-Za-z_][A-Za-z_0-9]*)
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<sign><>|<=|>=|\|\||[-+*/%<>=(),.])""",
    re.VERBOSE | re.ASCII,
)
_QUOTED: Final = frozenset(f'"{column}"' for columns in COLUMNS.values() for column in columns)


@dataclass(frozen=True, slots=True)
class Query:
    """A query that is one SELECT: its tokens, each with its kind."""

    text: str
    tokens: tuple[tuple[str, str], ...]

    def uses(self, word: str) -> bool:
        """Whether ``word`` stands in it as a name."""
        return any(kind == "word" and token.lower() == word for kind, token in self.tokens)


@lru_cache(maxsize=4096)
def parse(text: str) -> Query:
    """``text`` as a query. Raises FigureError ``query_…`` for what is not one SELECT of plain signs and words."""
    tokens = tuple(_tokens(text))
    words = [token.lower() for kind, token in tokens if kind == "word"]
    told = [(kind, token) for kind, token in tokens if kind != "space"]
    if not told or told[0][1].lower() not in ("select", "with"):
        raise FigureError("query_not_select")
    for kind, token in told:
        if kind == "parameter" and token[1:] not in PARAMETERS:
            raise FigureError("query_parameter", name=token, known=", ".join(f":{one}" for one in sorted(PARAMETERS)))
        # To SQLite a quoted name that is none is a text, and the query would say something else than it seems to.
        if kind == "quoted" and token not in _QUOTED:
            raise FigureError("query_quoted", name=token)
    depth = 0
    for _, token in told:
        depth += {"(": 1, ")": -1}.get(token, 0)
        if depth < 0:
            break
    if depth:
        raise FigureError("query_brackets")
    for word in ("recursive", "like", "glob", "regexp", "random"):
        if word in words:
            raise FigureError("query_word", name=word)
    check_names(told, COLUMNS, FUNCTIONS)
    return Query(text, tokens)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            if text[place] == ";":
                raise FigureError("query_many")
            raise FigureError("query_sign", name=text[place])
        yield str(found.lastgroup), found[0]
        place = found.end()


def statement(query: Query, tables: Mapping[str, str], *, sqlite: bool) -> str:
    """``query`` with the relations named before it, which are in ``tables`` (relation → table)."""
    district = ":district" if sqlite else "%(district)s::text"
    named = []
    for relation, columns in COLUMNS.items():
        told = ", ".join(f'"{column}"' for column in columns)
        named.append(
            f"{relation} AS NOT MATERIALIZED (SELECT {told} FROM {tables[relation]} WHERE district = {district})"
        )
    text = "".join(token if sqlite else _for_postgresql(kind, token) for kind, token in query.tokens)
    # On a line of its own, since it may end with a comment.
    return f"WITH {', '.join(named)} SELECT * FROM (\n{text}\n) AS figure"


def _for_postgresql(kind: str, token: str) -> str:
    if kind == "parameter":
        return f"%({token[1:]})s::text"
    return token.replace("%", "%%")
