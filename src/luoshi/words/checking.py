"""What checking a report against its ledger says to a person: why a page cannot be read, and what differs in it."""

from __future__ import annotations

from typing import Any, Final

from luoshi.messages import mark, printable, tr

PAGE_MESSAGES: Final[dict[str, str]] = {
    "page_data": mark("the data in it is not what a report of Luoshi has; take the page as it was published"),
    "page_declares": mark(
        "line {line} declares a document type, which no report of Luoshi does; do not trust the page"
    ),
    "page_deep": mark("line {line} is nested deeper than any report; take the page as it was published"),
    "page_large": mark("it is larger than {mib} MiB; check that it is the right file"),
    "page_none": mark("it is no report that luoshi write made; give its report.html"),
    "page_xml": mark("line {line} is not well-formed ({reason}); take the page as it was published"),
}
"""Error code → message; ``{fields}`` are filled from the error's details."""

DIFFERENCE_MESSAGES: Final[dict[str, str]] = {
    "value": mark("the page says {page}, the ledger says {ledger}"),
    "shown": mark("what is shown, {page}, is not what the page's own data says, {ledger}"),
    "tag": mark("the tag cannot be relied on: its {page} is not that of a report"),
    "untagged": mark("{page} stands there as a figure and has no tag"),
    "missing": mark("the number {page} that the page's data lists is not in the page"),
    "unlisted": mark("the number {page} is tagged, and the page's data does not list it there for this figure"),
    "data": mark("the page's data says {page}, and the ledger says {ledger}"),
    "definition": mark("its definition ({page}) in the page is another one than that of the packs here"),
    "unknown": mark("no pack here has this figure, so it was not computed"),
    "ledger": mark("the page tells a ledger with {page}, and this one has {ledger}"),
    "district": mark("the page is of the district {page}, and the ledger has entries of: {ledger}"),
    "strange": mark("{page} stands there, which no report of Luoshi has"),
    "rewritten": mark("the page is not what this version of Luoshi writes of its own text, from {page} on"),
    "unmarked": mark("the number {page} is no figure and is not marked as typed by hand"),
    "beside": mark("what stands beside the figure makes another number of it: {page}"),
    "hidden": mark("the sign {page} stands in the text, which nobody sees or reads as it is"),
    "asset": mark("{page} is not the file that this version of Luoshi writes; the page may show or mean other numbers"),
}
"""Code of a difference → message."""


def describe_page(code: str, details: dict[str, Any]) -> str:
    """One line for a page that cannot be read. Raises LookupError (a fault) for an unknown code."""
    return tr(PAGE_MESSAGES[code], **{key: printable(value) for key, value in details.items()})


def describe_difference(code: str, page: str, ledger: str) -> str:
    """One line for a difference. Raises LookupError (a fault) for an unknown code."""
    return tr(DIFFERENCE_MESSAGES[code], page=_told(page), ledger=_told(ledger))


def _told(text: str) -> str:
    return printable(text) if text else tr("no value")
