"""A report held against its ledger, offline: every number of the page is computed again from the verified export.

The definitions are those of the packs that are installed here: the page's queries are compared with them and never run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from luoshi.figures.definitions import FigureDef, load_all
from luoshi.figures.evaluating import Figure, evaluate_opened
from luoshi.figures.exported import Opened, open_export
from luoshi.ledger.note import Verifier
from luoshi.ledger.relations import bounds
from luoshi.writing.annual.assets import assets
from luoshi.writing.annual.marked import MOST_BYTES, Context, Marked, Tag, read_page
from luoshi.writing.annual.model import Language
from luoshi.writing.annual.page_data import figure_data, key_of
from luoshi.writing.annual.rewriting import Fault, faults
from luoshi.writing.annual.shown import Shape, digits, shape, unit_alone
from luoshi.writing.annual.tags import DISTRICTS, ISO4217, MINUS, UNITS, XBRLI, unit_of
from luoshi.writing.annual.taxonomy import FOLDER as TAXONOMY
from luoshi.writing.annual.taxonomy import files_of

ASSETS: Final = "assets"
"""The folder beside the page with its style and scripts."""
NONE: Final = ""
"""What stands for no value on one of the sides."""
_SPACES: Final = {"xbrli": XBRLI, "iso4217": ISO4217, "units": UNITS}
_DEFINES: Final = ("query", "entries_query", "unit", "units", "kind", "precision", "basis", "denominator", "names")
_TELLS: Final = (
    "from",
    "to",
    "value",
    "numerator",
    "denominator_value",
    "reason",
    "entries",
    "entries_count",
    "mechanisms",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the page is not what the ledger says.

    ``place`` is the id of the number in the page (empty of the page as a whole), ``line`` its line, ``figure`` its
    ``ID@PERIOD``. ``code``: ``value``, ``shown`` (the words around the tag are not the data's), ``tag`` (the tag cannot
    be read: ``page`` says which part), ``untagged``, ``missing`` (a number of the data has no tag), ``unlisted`` (a tag
    is not in the data), ``data`` (of the figure's data ``page`` names the part), ``definition`` (another definition:
    ``page`` names the part), ``unknown`` (no such figure here), ``ledger`` (size, root or name), ``strange``. If
    there is none of these: ``rewritten``, ``unmarked``, ``beside``, ``hidden``, which
    :class:`luoshi.writing.annual.rewriting.Fault` explains. ``asset``: a file beside the page that decides what is
    shown, or what its tags mean, is not the one written here.
    """

    code: str
    place: str
    line: int
    figure: str
    page: str
    ledger: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome: how many ``numbers`` of how many ``figures`` were compared, the ``ledger``'s name, size and root,
    and what differs."""

    numbers: int
    figures: int
    origin: str
    size: int
    root: str
    differences: tuple[Difference, ...]


def check_report(
    report: Path,
    folder: Path,
    *,
    keys: Sequence[Verifier] = (),
    definitions: Mapping[str, FigureDef] | None = None,
    processes: int = 0,
) -> Checked:
    """Compare the page ``report`` with the export in ``folder``, which is verified with ``keys`` (without any: with its
    own) first.

    Raises AnnualError ``page_…`` for a page that cannot be read, FigureError ``export_wrong`` with the fault for an
    export that is not right, and as ``evaluate_export``; LedgerError as ``relations.fold``; OSError.
    """
    with report.open("rb") as stream:
        text = stream.read(MOST_BYTES + 1)
    page = read_page(text)
    known = load_all() if definitions is None else definitions
    opened = open_export(folder, keys, processes=processes)
    try:
        found = _figures(page, opened, known)
        differences = tuple(_differences(page, opened, known, found))
        if not differences:
            # Whatever it was that differs, the page written again would differ in it once more.
            told = {key: found[key] for key in page.data["figures"]}
            differences = tuple(_of_fault(one) for one in faults(text, page.data, told))
        return Checked(
            len(page.tags),
            len(page.data["figures"]),
            opened.origin,
            opened.size,
            opened.root,
            (*differences, *_of_files(report.parent, found.values())),
        )
    finally:
        opened.raw.close()


def _of_fault(one: Fault) -> Difference:
    return Difference(one.code, one.place, one.line, NONE, one.says, NONE)


def _of_files(beside: Path, figures: Iterable[Figure]) -> Iterator[Difference]:
    """Files beside the page that decide what a browser shows or what its tags mean, and are not those written here."""
    own = {f"{ASSETS}/{name}": content for name, content in assets().items()}
    own.update(files_of(one.definition for one in figures))
    for folder in (beside / ASSETS, beside / TAXONOMY):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_dir() and not path.is_symlink():
                continue
            name = path.relative_to(beside).as_posix()
            want = own.get(name)
            alike = want is not None and path.is_file() and path.stat().st_size == len(want)
            if not alike or path.read_bytes() != want:
                yield Difference("asset", NONE, 0, NONE, name, NONE)


def _figures(page: Marked, opened: Opened, known: Mapping[str, FigureDef]) -> dict[str, Figure]:
    """What the ledger says of every figure that the page names anywhere, by ``ID@PERIOD``."""
    wanted = {(one.figure, context.period) for one in page.tags if (context := page.contexts.get(_context(one)))}
    wanted |= {(name, period) for name, _, period in (key.partition("@") for key in page.data["figures"])}
    by_period: dict[str, list[FigureDef]] = {}
    for name, period in sorted((name, period) for name, period in wanted if period):
        if name in known and bounds(period)[0] is not None:
            by_period.setdefault(period, []).append(known[name])
    found = {}
    for period, chosen in by_period.items():
        for figure in evaluate_opened(opened, page.data["district"], chosen, period):
            found[key_of((figure.id, period))] = figure
    return found


def _differences(
    page: Marked, opened: Opened, known: Mapping[str, FigureDef], found: Mapping[str, Figure]
) -> Iterator[Difference]:
    yield from _of_page(page, opened)
    for key, told in page.data["figures"].items():
        yield from _of_data(key, told, found.get(key), known)
    tagged: dict[str, Tag] = {}
    for tag in page.tags:
        yield from _of_tag(tag, page, found)
        if tag.place in tagged:
            yield Difference("strange", tag.place, tag.line, tag.figure, f"id {tag.place}", NONE)
        tagged[tag.place] = tag
    for place in page.spans:
        if place not in tagged:
            yield Difference("untagged", place, page.lines.get(place, 0), NONE, page.spans[place], NONE)
    for place, told in page.data["numbers"].items():
        if place not in tagged:
            yield Difference("missing", place, 0, str(told["figure"]), str(told["digits"]), NONE)


def _of_page(page: Marked, opened: Opened) -> Iterator[Difference]:
    for line, what in page.strange:
        yield Difference("strange", NONE, line, NONE, what, NONE)
    if page.data["district"] not in opened.districts:
        yield Difference("district", NONE, 0, NONE, page.data["district"], ", ".join(opened.districts))
    for name, says in (("origin", opened.origin), ("size", str(opened.size)), ("root", opened.root)):
        for told in (str(page.data[name]), page.ledger.get(name, NONE)):
            if told != says:
                yield Difference("ledger", f"ledger-{name}", 0, NONE, told, says)


def _of_data(
    key: str, told: Mapping[str, Any], figure: Figure | None, known: Mapping[str, FigureDef]
) -> Iterator[Difference]:
    if figure is None:
        yield Difference("unknown", NONE, 0, key, str(told["id"]), NONE)
        return
    want = figure_data(figure)
    if (told["id"], told["period"]) != (want["id"], want["period"]):
        yield Difference("data", NONE, 0, key, "id", NONE)
    defined = [part for part in _DEFINES if told[part] != want[part]]
    if defined:
        yield Difference("definition", NONE, 0, key, ", ".join(defined), NONE)
    for part in _TELLS:
        if told[part] != want[part]:
            yield Difference("data", NONE, 0, key, f"{part}: {_short(told[part])}", _short(want[part]))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _context(tag: Tag) -> str:
    return tag.attributes.get("contextRef", "")


def _of_tag(tag: Tag, page: Marked, found: Mapping[str, Figure]) -> Iterator[Difference]:
    context = page.contexts.get(_context(tag))
    wrong = _context_fault(context, page)
    key = key_of((tag.figure, context.period)) if context is not None and context.period else tag.figure

    def differs(code: str, says: str, ledger: str = NONE) -> Difference:
        return Difference(code, tag.place, tag.line, key, says, ledger)

    if wrong:
        yield differs("tag", wrong)
        return
    listed = page.data["numbers"].get(tag.place)
    if listed is None or listed["figure"] != key or key not in page.data["figures"]:
        yield differs("unlisted", tag.digits)
    figure = found.get(key)
    if figure is None:
        yield differs("unknown", tag.figure)
        return
    lang: Language = "en" if page.data["lang"] == "en" else "zh"
    wrong_values = _of_value(tag, figure, page, differs)
    yield from wrong_values
    if (
        not wrong_values
        and listed is not None
        and not _is_shown(page.spans.get(tag.place, ""), tag, listed, figure, lang)
    ):
        yield differs("shown", page.spans.get(tag.place, ""), f"{listed['digits']}{listed['unit']}")


def _context_fault(context: Context | None, page: Marked) -> str:
    if context is None or context.period is None:
        return "contextRef"
    return "" if (context.scheme, context.entity) == (DISTRICTS, page.data["district"]) else "xbrli:identifier"


def _of_value(tag: Tag, figure: Figure, page: Marked, differs: Callable[..., Difference]) -> list[Difference]:
    unit = unit_of(figure.unit)
    prefix, _, local = unit.measure.partition(":")
    if page.units.get(tag.attributes.get("unitRef", "")) != f"{_SPACES[prefix]} {local}":
        return [differs("tag", "unitRef")]
    if tag.is_none or figure.value is None:
        alike = tag.is_none and figure.value is None and not tag.digits
        ledger = NONE if figure.value is None else f"{figure.value:f}"
        return [] if alike else [differs("value", tag.digits, ledger)]
    value, decimals = tag.value(), tag.decimals()
    if value is None:
        return [differs("tag", tag.digits or "format")]
    if decimals is None:
        return [differs("tag", "decimals")]
    scale = int(tag.attributes.get("scale", "0")) - unit.power
    # What is rounded, and what may not be, since it would make a whole of less, is one rule for writing and checking.
    want, exact, _ = digits(figure, Shape("", scale, max(0, decimals + unit.power + scale), 0))
    says = value.scaleb(-unit.power)
    shown = f"{'-' if 'sign' in tag.attributes else ''}{tag.digits.replace(',', '')}"
    return [] if shown == want else [differs("value", f"{says:f}", f"{exact:f}")]


def _is_shown(span: str, tag: Tag, listed: Mapping[str, Any], figure: Figure, lang: Language) -> bool:
    """Whether what a reader sees is the tag and its unit, and the data says the same."""
    told, unit, scale, places = (listed[one] for one in ("digits", "unit", "scale", "places"))
    if tag.is_none:
        plain = (told, unit, scale, places) == ("", "", 0, 0) and type(scale) is int and type(places) is int
        return plain and not any(one.isdecimal() for one in span)
    if not (isinstance(told, str) and isinstance(unit, str) and type(scale) is int and type(places) is int):
        return False
    bare = told[1:] if told.startswith(MINUS) else told
    minus = "−" if "sign" in tag.attributes else ""
    power = unit_of(figure.unit).power
    return (
        bare == tag.digits
        and (bare != told) == bool(minus)
        and span == f"{minus}{tag.digits}{unit}"
        and scale == _scale_said(unit, figure, lang)
        and tag.attributes.get("scale", "0") == str(scale + power)
        and tag.attributes.get("decimals") == str(places - scale - power)
    )


def _scale_said(unit: str, figure: Figure, lang: Language) -> int | None:
    """The power of ten that the words behind the digits say: 8 for 亿元, of a figure in 元; None for another unit."""
    own, precision = figure.unit, figure.definition.precision
    usual = shape(own, precision, lang, asked=None, places=None)
    if unit in ("", own, unit_alone(own, lang, figure.value)) or (usual is not None and unit == usual.unit):
        return 0
    found = shape(own, precision, lang, asked=unit.removeprefix(" "), places=None)
    return None if found is None else found.scale
