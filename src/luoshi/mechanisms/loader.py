"""From the bytes of ``mechanism.yaml`` to a Mechanism, or to all that is wrong with its shape, with lines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from pydantic import ValidationError

from luoshi.mechanisms.errors import Finding, MechanismError, Path
from luoshi.mechanisms.model import Mechanism, plain
from luoshi.mechanisms.yaml_text import Document, Lines, read_yaml

MOST: Final = 100
"""Faults that are told of one file; of the rest, how many there are."""

CODES: Final = {
    "missing": "key_missing",
    "extra_forbidden": "key_unknown",
    "literal_error": "value_choice",
    "string_pattern_mismatch": "value_pattern",
    "string_too_long": "value_size",
    "string_too_short": "value_size",
    "too_long": "value_size",
    "too_short": "value_size",
    "greater_than_equal": "value_size",
    "less_than_equal": "value_size",
    "choices_wrong": "choices_wrong",
    "measure_wrong": "measure_wrong",
    "limit_wrong": "limit_wrong",
    "pause_unbounded": "pause_unbounded",
    "extension_wrong": "extension_wrong",
    "split_wrong": "split_wrong",
    "outcome_wrong": "outcome_wrong",
    "closed_wrong": "closed_wrong",
    "when_wrong": "when_wrong",
}
"""What pydantic calls a fault → our code; any other fault is a value of the wrong kind (``value_kind``)."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A definition and the line of each place in its file."""

    mechanism: Mechanism
    lines: Lines
    name: str

    def line_of(self, path: Path) -> int:
        """The line of ``path`` or of the nearest place around it; 0 if none is known."""
        return line_of(self.lines, path)


def line_of(lines: Lines, path: Path) -> int:
    """The line of ``path`` or of the nearest place around it; 0 if none is known."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


def load(text: bytes, name: str) -> Mechanism:
    """The mechanism that ``text`` (YAML in UTF-8) defines. ``name`` is the file's, for errors. Raises MechanismError.

    Only its shape is right then: prove it with :func:`luoshi.mechanisms.soundness.check` before use.
    """
    return _kept(text, name).mechanism


@lru_cache(maxsize=64)
def _kept(text: bytes, name: str) -> Loaded:
    """A definition never changes, and the versions that a district runs on are read again with every change of one."""
    return load_with_lines(text, name)


def load_with_lines(text: bytes, name: str) -> Loaded:
    """As :func:`load`, with lines. Raises MechanismError with every fault of shape."""
    document = read_yaml(text, name)
    if not isinstance(document.data, dict):
        raise MechanismError(name, [Finding("error", "not_mapping", (), 1)])
    try:
        mechanism = Mechanism.model_validate(document.data)
    except ValidationError as error:
        raise MechanismError(name, _findings(document, error)) from None
    return Loaded(mechanism, document.lines, name)


def digest(mechanism: Mechanism) -> str:
    """SHA-256 in hex of what the definition says, whatever its layout and comments: a version is pinned by it."""
    text = json.dumps(plain(mechanism), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _findings(document: Document, error: ValidationError) -> list[Finding]:
    found: dict[Path, Finding] = {}
    for one in error.errors(include_url=False, include_input=False):
        path = _path_in(document.data, one["loc"], missing=one["type"] == "missing")
        code = CODES.get(one["type"], "value_kind")
        context = {key: value for key, value in one.get("ctx", {}).items() if isinstance(value, str | int)}
        details: dict[str, object] = {"key": str(path[-1]) if path else "", **context}
        # The members of a union each tell their own fault of one value: the first is enough.
        found.setdefault(path, Finding("error", code, path, line_of(document.lines, path), details))
    told = list(found.values())
    if len(told) > MOST:
        told[MOST:] = [Finding("error", "more_wrong", (), 0, {"count": len(told) - MOST})]
    return told


def _path_in(data: Any, loc: tuple[str | int, ...], *, missing: bool) -> Path:
    """``loc`` without the names that pydantic adds for the members of a union or for keys."""
    path: list[str | int] = []
    for place, step in enumerate(loc):
        inside = len(data) if isinstance(data, tuple) else 0
        if (isinstance(data, dict) and step in data) or (isinstance(step, int) and step < inside):
            data = data[step]
        elif not (missing and place == len(loc) - 1):
            continue
        path.append(step)
    return tuple(path)
