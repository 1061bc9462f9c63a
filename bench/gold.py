"""Labelled reports: where they are, and what their files hold.

A folder of labels holds ``NAME.quantities.jsonl`` and, where they exist, ``NAME.clauses.jsonl`` and
``NAME.commitments.jsonl``. Offsets are Python ``str`` offsets into the report's text, half-open.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

Row = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "districts" / "sample"
BESIDE = ROOT.parent / "shared"
_PLACES = 6


class GoldError(Exception):
    """Labels that cannot be used; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A report with its labels. ``synthetic``: written for this project, about an imagined district."""

    name: str
    path: Path
    text: str
    synthetic: bool
    quantities: Sequence[Row] = field(repr=False)
    clauses: Sequence[Row] = field(repr=False)
    commitments: Sequence[Row] = field(repr=False)

    @property
    def kind(self) -> str:
        """What sort of report it is, for a title."""
        return "synthetic: written for this project" if self.synthetic else "labels from outside the project"


def number(value: Any) -> Decimal | None:
    """A label's or a reading's number, exact to six places, so that 8.9 and 8.90 are one; None stays None."""
    return None if value is None else round(Decimal(str(value)), _PLACES).normalize()


def rows(path: Path) -> list[Row]:
    """The rows of a JSON Lines file; none if there is no such file. Raises :class:`GoldError` naming a broken line."""
    if not path.exists():
        return []
    out: list[Row] = []
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            out.append(json.loads(line, parse_float=Decimal))
        except ValueError as error:
            raise GoldError(f"{path}, line {n}: no JSON ({error})") from error
    return out


def text_of(path: Path) -> str:
    """A report's text as the labels count it: UTF-8, line ends as ``\\n``, nothing else changed."""
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def load(folder: Path, text: Path | None = None, *, synthetic: bool = False) -> list[Labelled]:
    """Every labelled report of ``folder``. ``text``: a report's text, or the folder of the texts.

    Without ``text``, ``NAME.txt`` is looked for in the folder, above it, and in ``seed`` beside it.
    Raises :class:`GoldError` when there are no labels, no text, or labels that do not fit the text.
    """
    names = sorted(path.name.removesuffix(".quantities.jsonl") for path in folder.glob("*.quantities.jsonl"))
    if not names:
        raise GoldError(f"{folder} holds no NAME.quantities.jsonl")
    if text is not None and text.is_file() and len(names) > 1:
        names = [name for name in names if name == text.stem]
    return [_labelled(folder, name, _text_path(folder, name, text), synthetic) for name in names]


def _text_path(folder: Path, name: str, text: Path | None) -> Path:
    if text is not None and text.is_file():
        return text
    places = [text] if text is not None else [folder, folder.parent, folder.parent / "seed"]
    for place in places:
        if (place / f"{name}.txt").is_file():
            return place / f"{name}.txt"
    raise GoldError(f"the text of {name} is not in {', '.join(map(str, places))}: name it with --text")


def _labelled(folder: Path, name: str, path: Path, synthetic: bool) -> Labelled:
    text = text_of(path)
    labels = {kind: rows(folder / f"{name}.{kind}.jsonl") for kind in ("quantities", "clauses", "commitments")}
    for kind, found in labels.items():
        for row in found:
            if text[row["start"] : row["end"]] != row["text"]:
                raise GoldError(f"{name}.{kind}.jsonl does not fit {path}: at {row['start']} there is no {row['text']}")
    return Labelled(name, path, text, synthetic, labels["quantities"], labels["clauses"], labels["commitments"])
