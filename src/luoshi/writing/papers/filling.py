"""Placeholders: ``{{ field | filter }}`` in a sandbox that knows names, conditions and a handful of filters, no more.

No loop, no call, no attribute, no arithmetic: a text can grow by no more than the values that are put into it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from luoshi.writing.papers.errors import PaperError

ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Filter, nodes.Const, nodes.If, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
LONGEST: Final = 200_000
"""Characters of one paper, far more than any has."""


class Value(str):
    """A value as people read it; ``raw`` is what the ledger holds."""

    raw: Any

    def __new__(cls, text: str, raw: Any = None) -> Value:
        """``text`` in words; ``raw`` is ``text`` itself if not told."""
        made = super().__new__(cls, text)
        made.raw = text if raw is None else raw
        return made


def chinese_day(value: Any) -> str:
    """2026-09-05 as 2026年9月5日 (Arabic figures, no leading zero); what is no day stays as it is."""
    raw = getattr(value, "raw", value)
    try:
        found = raw if isinstance(raw, date) else date.fromisoformat(str(raw)[:10])
    except ValueError:
        return str(value)
    return f"{found.year}年{found.month}月{found.day}日"


def month_of(value: Any) -> str:
    """2026-09-05 as 2026年9月."""
    told = chinese_day(value)
    return told.split("月")[0] + "月" if told.endswith("日") else told


def grouped(value: Any) -> str:
    """1234.5 as 1,234.5; what is no number stays as it is."""
    raw = getattr(value, "raw", value)
    try:
        found = Decimal(str(raw))
    except InvalidOperation:
        return str(value)
    return f"{found:,f}" if found.is_finite() else str(value)


def or_blank(value: Any) -> str:
    """The value, or a blank to be filled in by hand where there is none."""
    return str(value) or "＿＿＿＿＿＿"


FILTERS: Final[dict[str, Callable[[Any], str]]] = {
    "day": chinese_day,
    "month": month_of,
    "number": grouped,
    "body": str,
    "blank": or_blank,
}


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False)
    made.globals.clear()
    made.filters.clear()
    made.filters.update(FILTERS)
    made.tests.clear()
    return made


_ENVIRONMENT: Final = _environment()


class Text:
    """A text with placeholders, checked against the names that may stand in it."""

    def __init__(self, source: str, names: Collection[str], *, name: str, line: int) -> None:
        """Raises PaperError ``template_…`` with the file's ``name`` and the line (``line`` is that of the text)."""
        self._where = {"name": name, "line": line}
        try:
            tree = _ENVIRONMENT.parse(source)
        except TemplateSyntaxError as error:
            self._where["line"] = line + error.lineno - 1
            code = "template_filter" if "filter" in str(error.message) else "template_syntax"
            raise PaperError(code, reason=str(error.message), **self._where) from None
        except RecursionError:
            raise PaperError("template_syntax", reason="too deep", **self._where) from None
        self.names: set[str] = set()
        self._check(tree, names, line)
        try:
            self._template: Template = _ENVIRONMENT.from_string(source)
        except TemplateSyntaxError as error:
            raise PaperError("template_filter", reason=str(error.message), **self._where) from None

    def _check(self, tree: nodes.Template, names: Collection[str], line: int) -> None:
        for node in _every(tree):
            at = {**self._where, "line": line + node.lineno - 1}
            if not isinstance(node, ALLOWED):
                raise PaperError("template_forbidden", what=type(node).__name__.lower(), **at)
            if isinstance(node, nodes.Filter) and (node.name not in FILTERS or node.args or node.kwargs):
                raise PaperError("template_filter", reason=node.name, **at)
            if isinstance(node, nodes.Name):
                if node.name not in names:
                    raise PaperError("template_placeholder", placeholder=node.name, **at)
                self.names.add(node.name)

    def filled(self, values: Mapping[str, Value | bool]) -> str:
        """The text with ``values`` in it. Raises PaperError ``paper_too_long``."""
        told = self._template.render(values)
        if len(told) > LONGEST:
            raise PaperError("paper_too_long", limit=LONGEST)
        return told


def _every(node: nodes.Node) -> list[nodes.Node]:
    found = [node]
    for one in found:
        found += one.iter_child_nodes()
    return found
