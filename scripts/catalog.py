"""Gathers messages into the Chinese catalog and compiles it; ``--check`` only tells whether that would change anything.

The catalog holds our own messages and those of click that a person can meet.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "src" / "luoshi" / "locale" / "zh_CN" / "LC_MESSAGES"
PO = FOLDER / "luoshi.po"
MO = FOLDER / "luoshi.mo"
CLICK = Path(click.__file__).parent
CLICK_FILES = {"core.py", "exceptions.py", "formatting.py", "parser.py", "types.py"}
OUR_KEYWORDS = {"tr": None, "mark": None}
CLICK_KEYWORDS = {"_": None, "ngettext": (1, 2)}
CLICK_TEXTS = ("[OPTIONS]", "COMMAND [ARGS]...", "Show this message and exit.")
"""Two metavars, which :mod:`luoshi.terminal` translates, and the one text that we meet of a file of click's."""


def messages() -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
    """Every message: where it comes from, its line, its id."""
    for path in sorted((ROOT / "src" / "luoshi").rglob("*.py")):
        # Elsewhere the names of our keywords may mean something else.
        if path.name == "messages.py" or b"from luoshi.messages import" in path.read_bytes():
            for line, text, _, _ in extract_from_file("python", path, keywords=OUR_KEYWORDS):
                yield path.relative_to(ROOT).as_posix(), line, text
    for path in sorted((ROOT / "src" / "luoshi").rglob("templates/**/*.html")):
        for line, text, _, _ in extract_from_file("jinja2.ext:babel_extract", path, keywords=OUR_KEYWORDS):
            yield path.relative_to(ROOT).as_posix(), line, text
    for file, line, text, _, _ in extract_from_dir(CLICK, keywords=CLICK_KEYWORDS, directory_filter=lambda _: True):
        if file in CLICK_FILES:
            yield f"click/{file}", line, text
    for text in CLICK_TEXTS:
        yield "click", 0, text


def gather() -> Catalog:
    """The catalog as it should be: the messages in the code, with the translations that the file has."""
    old = read_po(io.BytesIO(PO.read_bytes()), locale="zh_CN") if PO.exists() else Catalog(locale="zh_CN")
    new = Catalog(locale="zh_CN", project="luoshi", fuzzy=False, header_comment="# Luoshi in Chinese.")
    for file, _, text in sorted(messages(), key=lambda item: (item[0], item[1])):
        new.add(text, locations=[(file, 0)])
    for message in new:
        known: Message | None = old.get(message.id) if message.id else None
        if known is not None:
            message.string = known.string
    return new


def po_bytes(catalog: Catalog) -> bytes:
    """The catalog's text, without dates, so that it changes only when a message does."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, include_lineno=False)
    dated = tuple(b'"' + name for name in (b"POT-C", b"PO-R", b"Last-T", b"Language-T", b"Generated-", b"Report-"))
    return b"".join(line for line in out.getvalue().splitlines(keepends=True) if not line.startswith(dated))


def mo_bytes(po: bytes) -> bytes:
    """The compiled form of ``po``."""
    out = io.BytesIO()
    catalog = read_po(io.BytesIO(po), locale="zh_CN")
    # The compiled header tells dates; without one of our own it would change with the clock.
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    write_mo(out, catalog)
    return out.getvalue()


def main() -> int:
    """Write (or check) the catalog; tell what is untranslated."""
    catalog = gather()
    po = po_bytes(catalog)
    mo = mo_bytes(po)
    blank = [message.id for message in catalog if message.id and not all(_forms(message))]
    for text in blank:
        print("untranslated:", text, file=sys.stderr)
    if "--check" in sys.argv:
        same = PO.read_bytes() == po and MO.read_bytes() == mo
        if not same:
            print("the catalog is behind the code: run `make catalog`", file=sys.stderr)
        return 1 if blank or not same else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(po)
    MO.write_bytes(mo)
    return 1 if blank else 0


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


if __name__ == "__main__":
    sys.exit(main())
