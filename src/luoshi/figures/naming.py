"""Which names a figure's query may read: the public relations, and queries that it names itself before.

SQLite has an authoriser at run time, PostgreSQL has none, and to both ``main.cases`` or ``figures_case`` is a table
with every district in it. So the tables of a query are told by its words, before any store is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from luoshi.figures.errors import FigureError

Token = tuple[str, str]
"""Kind and text."""

_REFUSED: Final = frozenset(
    {
        *("table", "window", "lateral", "into", "user", "tablesample"),
        *("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"),
        *("current_user", "current_role", "current_catalog", "current_schema", "session_user", "system_user"),
    }
)
"""Words that read a table, a clock or who asks without being a name after FROM or a function with brackets."""
_BEFORE_BRACKETS: Final = frozenset(
    {
        *("all", "and", "as", "between", "by", "case", "distinct", "else", "except", "exists", "from", "having"),
        *("in", "intersect", "is", "join", "materialized", "not", "on", "or", "order", "over", "select", "then"),
        *("union", "using", "values", "when", "where"),
    }
)
_END_FROM: Final = frozenset({"where", "group", "having", "order", "limit", "offset", "union", "intersect", "except"})


@dataclass(slots=True)
class _Level:
    """What holds between two brackets: whether a name is a table's here, and whether a comma goes on to one.
    ``names``: the query whose brackets they are, which may be read once they are closed."""

    table: bool = False
    among: bool = False
    names: str = ""


def check_names(told: Sequence[Token], relations: Collection[str], functions: Collection[str]) -> None:
    """Refuse the tokens ``told`` of a query (without blanks, brackets in pairs) that could read anything else.

    Raises FigureError ``query_relation``, ``query_function``, ``query_word``.
    """
    known = set(relations)
    levels = [_Level()]
    for at, (kind, token) in enumerate(told):
        word = token.lower() if kind == "word" else ""
        behind = told[at + 1][1] if at + 1 < len(told) else ""
        here = levels[-1]
        if word in _REFUSED or (word == "with" and at > 0):
            # A WITH inside could give a table's name to something that its outside does not see.
            raise FigureError("query_word", name=word)
        if token == "(":
            levels.append(_Level(table=here.table, among=here.table, names=_named(told, at)))
            here.table = False
        elif token == ")":
            known.add(levels.pop().names)
        elif word in ("from", "join"):
            here.table = here.among = True
        elif token == ",":
            here.table = here.among
        elif word in _END_FROM or word == "select":
            here.table = here.among = False
        elif here.table:
            if not word or word not in known or behind in (".", "("):
                raise FigureError("query_relation", name=f"{token}.{told[at + 2][1]}" if behind == "." else token)
            here.table = False
        if word and behind == "(" and word not in functions and word not in _BEFORE_BRACKETS:
            raise FigureError("query_function", name=token)


def _named(told: Sequence[Token], at: int) -> str:
    """The name of the query whose bracket opens ``at``: ``a AS (``, ``a AS NOT MATERIALIZED (``."""
    before = [token.lower() for _, token in told[max(0, at - 4) : at]]
    while before and before[-1] in ("materialized", "not"):
        before.pop()
    return before[-2] if len(before) > 1 and before[-1] == "as" else ""
