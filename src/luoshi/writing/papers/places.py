"""Where a document's template lies: the office's own folder, the mechanism's pack, what came with Luoshi.

In this order; a template is named after its document (``urging.md``), ``default.md`` is for any without its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from luoshi.home import home
from luoshi.mechanisms.model import Mechanism
from luoshi.writing.papers.errors import PaperError
from luoshi.writing.papers.template import LARGEST, Template, read_template

SUFFIX: Final = ".md"
DEFAULT: Final = "default"
LEDGER: Final = "ledger"
"""The document that any case has: its ledger 台账."""
SHIPPED: Final = Path(__file__).parent / "templates"
_PACKAGE: Final = Path(__file__).parents[2]
_PACKS: Final = _PACKAGE / "packs" if (_PACKAGE / "packs").is_dir() else _PACKAGE.parents[1] / "packs"

FIXED: Final = (
    "document", "number", "day", "issuer", "to", "matter", "case_number", "kind", "stage", "body", "limit", "over",
    "opened", "today",
)  # fmt: skip
"""Placeholders that every document knows (docs/papers.md)."""


def office_folder() -> Path:
    """The folder of the office's own templates."""
    return home() / "papers"


def candidates(mechanism: str, document: str) -> Iterator[Path]:
    """Files that may hold the template of ``document``, the first that is there counts."""
    own = office_folder()
    packs = Path(os.environ.get("LUOSHI_PACKS") or _PACKS)
    yield own / mechanism / f"{document}{SUFFIX}"
    yield own / f"{document}{SUFFIX}"
    yield packs / mechanism / "documents" / f"{document}{SUFFIX}"
    yield SHIPPED / f"{document}{SUFFIX}"
    if document != LEDGER:
        yield own / f"{DEFAULT}{SUFFIX}"
        yield SHIPPED / f"{DEFAULT}{SUFFIX}"


def names_of(mechanism: Mechanism, document: str) -> frozenset[str]:
    """The placeholders that a template of ``document`` may use: the fixed ones, and fields of the mechanism by their
    names (``field_NAME`` where a fixed one is called so). Personal ones only if the document's definition has them."""
    found = mechanism.documents.get(document)
    asked = set(found.fields) if found is not None else set()
    fields = {
        name for name, one in mechanism.fields.items() if one.type != "files" and (not one.personal or name in asked)
    }
    return frozenset({*FIXED, *fields, *(f"field_{name}" for name in fields)})


def template_of(mechanism: Mechanism, document: str) -> Template:
    """The template of ``document``. Raises PaperError ``template_…``, ``document_unknown``."""
    if document != LEDGER and document not in mechanism.documents:
        raise PaperError("document_unknown", document=document)
    for path in candidates(mechanism.id, document):
        try:
            with path.open("rb") as stream:
                data = stream.read(LARGEST + 1)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise PaperError("template_unreadable", name=str(path), line=0, reason=error.strerror or "") from error
        return _read(data, str(path), names_of(mechanism, document))
    raise PaperError("template_missing", name=str(SHIPPED / f"{document}{SUFFIX}"), line=0)


@lru_cache(maxsize=256)
def _read(data: bytes, name: str, names: frozenset[str]) -> Template:
    return read_template(data, name, names)
