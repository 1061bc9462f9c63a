"""What the making of papers 文书 says to a person, by code: what happened, where, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from luoshi.messages import mark, printable, tr

if TYPE_CHECKING:
    from collections.abc import Mapping

PAPER_MESSAGES: Final[dict[str, str]] = {
    "document_unknown": mark("the mechanism has no document {document}; take one that it defines"),
    "docx_missing": mark(
        "python-docx is not installed, so no .docx can be written; install it: pip install python-docx"
    ),
    "font_missing": mark(
        "no Chinese font is installed, neither {wanted} nor a free one; install {free} (Debian: fonts-noto-cjk), or "
        "put font files into the folder papers/fonts of LUOSHI_HOME"
    ),
    "paper_too_long": mark("the paper would be longer than {limit}; shorten its template"),
    "paper_unknown": mark("{case} has no paper {paper}; it has: {known}"),
    "pdf_missing": mark(
        "typst is not installed, so no .pdf can be written; install it: pip install typst, or write .docx"
    ),
    "template_blocks": mark("the template has more than {limit} blocks; shorten it"),
    "template_cells": mark("a row of a table has more than {limit} cells; use fewer"),
    "template_encoding": mark("the file is no text in UTF-8; save it as UTF-8 in an editor"),
    "template_filter": mark(
        "{reason}: the filters are day, month, number, body and blank; correct what follows the bar"
    ),
    "template_forbidden": mark(
        "{what} may not stand in a template; use placeholders, filters and {{% if %}} … {{% endif %}} alone"
    ),
    "template_front": mark("a template begins with a line ---, its settings and another line ---; add them"),
    "template_key": mark("{key} is no setting of a template; the settings are: {known}"),
    "template_large": mark("the file is larger than {limit_kib} KiB; check that it is the right file"),
    "template_missing": mark("the template is not there; install Luoshi anew, or restore the file"),
    "template_placeholder": mark(
        "{{{{ {placeholder} }}}} is nothing that this document knows; correct its spelling (docs/papers.md), and add a "
        "personal field to the document's fields before it is used"
    ),
    "template_syntax": mark("this cannot be read ({reason}); check the braces here"),
    "template_table": mark("the rows of a table have equally many cells, and the line |---| comes after the first one"),
    "template_unreadable": mark("the file cannot be read ({reason}); check that you may read it"),
    "template_value": mark("{key} has a value that it cannot have; write one of: {known}"),
    "template_yaml": mark("the settings between the lines --- cannot be read as YAML here; check indents and colons"),
}
"""Error code → message; ``{fields}`` are filled from the error's details."""

FONT_REPLACED: Final = mark("{wanted} is not installed here; {used} stands for it in the .pdf")


class _Coded(Protocol):
    """An error with a code and details; the papers' own lies above this layer."""

    @property
    def code(self) -> str:
        """Which message."""

    @property
    def details(self) -> Mapping[str, Any]:
        """What fills it in."""


def describe_paper(error: _Coded) -> str:
    """One line for ``error``, with file and line if it is a template's. KeyError (a fault of ours) for another code."""
    fields: dict[str, str] = {}
    for key, value in error.details.items():
        told = tr(", ").join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        fields[key] = printable(told)
    line = tr(PAPER_MESSAGES[error.code]).format(**fields)
    if "name" not in fields:
        return line
    at = f":{fields['line']}" if fields.get("line", "0") != "0" else ""
    return f"{fields['name']}{at}: {line}"


def describe_font(wanted: str, used: str) -> str:
    """That a font is missing, and what stands for it."""
    return tr(FONT_REPLACED, wanted=wanted, used=used)
