"""What Luoshi says to a person: the language it speaks, and one message for every error code.

English texts are the message ids; the Chinese catalog is ``locale/zh_CN/LC_MESSAGES/luoshi.po`` (compiled beside it).
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final, Literal

from luoshi.reading.errors import ReadError

Language = Literal["zh", "en"]

DOMAIN: Final = "luoshi"
MIB: Final = 1024 * 1024
LOCALE_FOLDER: Final = Path(__file__).parent / "locale"
CATALOG_OF: Final[dict[Language, str]] = {"zh": "zh_CN", "en": "en"}


def mark(text: str) -> str:
    """Mark ``text`` for the catalog without translating it yet (help texts stand in decorators)."""
    return text


READ_MESSAGES: Final[dict[str, str]] = {
    "compare_order": mark(
        "it plans the year {last_plan}, but the second report is made in {this_year}; "
        "give last year's report first and this year's second"
    ),
    "corrupt": mark("it is damaged or not what its name says; open it in its own program, save it anew and try again"),
    "empty": mark("there is no text in it; check that it is the right file"),
    "encrypted": mark("it is protected by a password; save a copy without the password and read that"),
    "input_is_folder": mark("it is a folder; give a file"),
    "input_missing": mark("there is no such file; check the path"),
    "input_unreadable": mark("it cannot be opened ({reason}); check that you may read it"),
    "macro": mark("it carries macros, and Luoshi opens no such file; save it as .docx without macros and read that"),
    "not_a_report": mark("it does not look like a government work report; give the full text of one"),
    "output_exists": mark("the output is there already; give another name, or --force to replace it"),
    "output_is_folder": mark("the output is a folder; give the name of a file"),
    "output_is_input": mark("the output would replace the input; give another name"),
    "output_suffix": mark("its ending does not say what to write; use one of {allowed}"),
    "output_twice": mark("the same output is given twice; give it once"),
    "output_unwritable": mark(
        "the output cannot be written ({reason}); choose a folder that is there and that you may write to"
    ),
    "scanned_pdf": mark(
        "the PDF holds pictures of pages and no text; run text recognition (OCR) on it, or give the .docx"
    ),
    "stdin_twice": mark("only one of the two reports can come from standard input; give the other as a file"),
    "too_large": mark("it is too large; a report has some ten thousand characters, so check that it is the right file"),
    "too_large:bytes": mark(
        "it is larger than {limit_mib} MiB; a report is far smaller, so check that it is the right file"
    ),
    "too_large:chars": mark(
        "it has more than {limit} characters; a report has some ten thousand, so check that it is the right file"
    ),
    "undecodable": mark(
        "the byte at position {position} is no text in {encoding}; save the file as UTF-8 in an editor and try again"
    ),
    "unsupported_type": mark("files of this kind are not read; give .docx, .pdf, .html, .md or .txt"),
    "unsupported_type:doc": mark(
        "the old .doc format is not read; open it in a word processor, save it as .docx and read that"
    ),
    "unsupported_type:image": mark("it is a picture; run text recognition (OCR) on it and give the text"),
    "unsupported_type:rtf": mark(
        "the .rtf format is not read; open it in a word processor, save it as .docx and read that"
    ),
    "workbook_encrypted": mark(
        "it is protected by a password or in the old .xls format; save it as .xlsx without a password and try again"
    ),
    "workbook_macros": mark(
        "it carries macros, and Luoshi opens no such file; save it as .xlsx without macros and try again"
    ),
    "workbook_missing": mark("there is no such file; check the path"),
    "workbook_no_tasks": mark("it has no sheet of tasks; give a workbook that `luoshi read -o tasks.xlsx` wrote"),
    "observations_none": mark("it has no sheet with the columns Period and Value; fill in the workbook of this page"),
    "observations_many": mark("it has more than {most} rows; take it in parts"),
    "workbook_too_large": mark(
        "unpacked it would be unreasonably large, so it was not opened; check that it is the right file"
    ),
    "workbook_unreadable": mark("it cannot be read as a workbook; save it as .xlsx and try again"),
    "zip_bomb": mark(
        "unpacked it would be unreasonably large, so it was not opened; save it anew from its own program"
    ),
}
"""Error code (``code:kind`` where the kind changes what to do) → message.

``{fields}`` are filled from :attr:`ReadError.details`. The file's name is put before each message.
"""

SYSTEM_REASONS: Final = (
    mark("Permission denied"),
    mark("No such file or directory"),
    mark("Not a directory"),
    mark("Read-only file system"),
    mark("No space left on device"),
    mark("Disk quota exceeded"),
    mark("File name too long"),
    mark("Input/output error"),
)
"""What the system says when a file cannot be opened or written; any other reason is shown as the system tells it."""


def choose_language(wanted: str | None, environ: Mapping[str, str]) -> Language:
    """The language to speak: ``wanted`` (``zh`` or ``en``) if given, else by the first locale variable that is set."""
    if wanted in ("zh", "en"):
        return "zh" if wanted == "zh" else "en"
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(variable, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


@cache
def catalog(lang: Language) -> gettext.NullTranslations:
    """The catalog of ``lang``; English is the message ids themselves."""
    if lang == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE_FOLDER, languages=[CATALOG_OF[lang]])


class _Speaker:
    """The language that this process speaks; set once, at the start of a command."""

    lang: Language = "en"


_here: ContextVar[Language | None] = ContextVar("luoshi_language", default=None)
"""The language of one request; a server answers readers of both at once."""


def set_language(lang: Language) -> None:
    """Speak ``lang`` from now on."""
    _Speaker.lang = lang


@contextmanager
def speaking(lang: Language) -> Iterator[None]:
    """Speak ``lang`` within, in this thread alone."""
    token = _here.set(lang)
    try:
        yield
    finally:
        _here.reset(token)


def language() -> Language:
    """The language spoken now."""
    return _here.get() or _Speaker.lang


def tr(text: str, **fields: object) -> str:
    """``text`` in the language spoken now, with ``{fields}`` filled in."""
    translated = catalog(language()).gettext(text) if text else text
    return translated.format(**fields) if fields else translated


def printable(text: object) -> str:
    """``text`` without control characters: what a file's name or text holds must not steer the terminal."""
    return "".join(char if char.isprintable() else " " for char in str(text))


def template_of(code: str, details: Mapping[str, object]) -> str:
    """The message for ``code``: the one for its ``kind`` or ``unit`` if there is one. Raises LookupError if none is."""
    for kind in (details.get("kind"), details.get("unit")):
        if f"{code}:{kind}" in READ_MESSAGES:
            return READ_MESSAGES[f"{code}:{kind}"]
    if code not in READ_MESSAGES:
        raise LookupError(f"no message for the error code {code!r}")
    return READ_MESSAGES[code]


def describe(error: ReadError) -> str:
    """One line for ``error``: which file, what happened, what to do. LookupError (a fault) for an unknown code."""
    fields = {key: printable(value) for key, value in error.details.items()}
    reason = fields.get("reason")
    if reason is not None:
        fields["reason"] = tr(reason)
    limit = error.details.get("limit")
    if isinstance(limit, int) and error.details.get("unit") == "bytes":
        fields["limit_mib"] = str(limit // MIB)
    line = tr(template_of(error.code, error.details)).format(**fields)
    name = fields.get("name")
    if not name:
        return line
    return tr("{name}: {line}", name=tr("standard input") if name == "-" else name, line=line)
