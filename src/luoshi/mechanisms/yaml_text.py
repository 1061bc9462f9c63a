"""YAML as definitions use it: mappings, lists and plain values. No aliases, tags, doubled keys or deep nests.

Read from parser events, so that nothing is built before it is known to be small. Numbers with a point are exact
decimals, ``yes`` and ``on`` are words, lists become tuples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import yaml
from yaml.reader import ReaderError

from luoshi.mechanisms.errors import Finding, MechanismError, Path

LARGEST: Final = 256 * 1024
"""Bytes. The longest definition we know of has a tenth of it."""
DEEPEST: Final = 20
LONGEST_KEY: Final = 80

_CONTROL: Final = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")
"""What escapes could bring in and no store or screen can take: control characters, turns of the writing direction,
halves of characters."""
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,6}", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "~": None, "": None}

Lines = dict[Path, int]

quick: Any = getattr(yaml, "CSafeLoader", None)
"""The reader in C, where PyYAML was built with it."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says (``data``) and on which line each place of it stands (``lines``)."""

    data: Any
    lines: Lines


def read_yaml(text: bytes, name: str) -> Document:
    """The one document in ``text`` (UTF-8). Raises MechanismError naming the first thing that is not allowed."""
    if len(text) > LARGEST:
        raise _error(name, "file_too_large", limit_kib=LARGEST // 1024)
    try:
        source = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _error(name, "not_utf8", line=text.count(b"\n", 0, error.start) + 1) from error
    if quick is not None:
        # libyaml reads ten times as fast; what it will not take is read again for where and what the fault is.
        with suppress(MechanismError, yaml.YAMLError, ValueError, OverflowError):
            return _Builder(name, source, quick).document()
    builder = _Builder(name, source, yaml.SafeLoader)
    try:
        return builder.document()
    except ReaderError as error:
        line = source.count("\n", 0, error.position) + 1
        raise _error(name, "control_character", line=line, point=_point(chr(error.character))) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _error(name, "not_yaml", line=mark.line + 1 if mark else builder.line) from error
    except (ValueError, OverflowError) as error:
        # An escape for no character (\U00110000), or a version of YAML with thousands of digits.
        raise _error(name, "not_yaml", line=builder.line) from error


def _point(char: str) -> str:
    return f"U+{ord(char):04X}"


def _error(name: str, code: str, path: Path = (), line: int = 0, **details: object) -> MechanismError:
    return MechanismError(name, [Finding("error", code, path, line, details)])


class _Builder:
    """Builds values from events, one look ahead, and notes the line of each."""

    def __init__(self, name: str, source: str, loader: Any) -> None:
        self.name = name
        self.events: Iterator[Any] = yaml.parse(source, Loader=loader)
        self.lines: Lines = {}
        self.line = 1
        """Where the last event that could be read ended."""

    def document(self) -> Document:
        """The single document. Raises MechanismError or a YAMLError."""
        self._take()
        if not isinstance(self._take(), yaml.DocumentStartEvent):
            raise _error(self.name, "file_empty")
        data = self._value(self._take(), ())
        self._take()
        if not isinstance(after := self._take(), yaml.StreamEndEvent):
            raise _error(self.name, "second_document", line=after.start_mark.line + 1)
        return Document(data, self.lines)

    def _take(self) -> Any:
        event = next(self.events)
        self.line = event.end_mark.line + 1
        return event

    def _value(self, event: Any, path: Path) -> Any:
        line = event.start_mark.line + 1
        self.lines[path] = line
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _error(self.name, "alias_refused", path, line)
        if getattr(event, "tag", None) is not None:
            raise _error(self.name, "tag_refused", path, line)
        if len(path) > DEEPEST:
            raise _error(self.name, "too_deep", path, line, limit=DEEPEST)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path, line)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _sequence(self, path: Path) -> tuple[Any, ...]:
        items: list[Any] = []
        while not isinstance(event := self._take(), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return tuple(items)

    def _mapping(self, path: Path) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while not isinstance(event := self._take(), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                raise _error(self.name, "key_not_text", path, line)
            key = str(event.value)
            if len(key) > LONGEST_KEY:
                raise _error(self.name, "key_too_long", path, line, limit=LONGEST_KEY)
            if key in items:
                raise _error(self.name, "key_twice", (*path, key), line, key=key)
            self._value(event, (*path, key))
            items[key] = self._value(self._take(), (*path, key))
            self.lines[(*path, key)] = line
        return items

    def _scalar(self, event: Any, path: Path, line: int) -> Any:
        text = str(event.value)
        if (found := _CONTROL.search(text)) is not None:
            raise _error(self.name, "control_character", path, line, point=_point(found.group()))
        if not event.implicit[0]:  # quoted, or a block
            return text
        if text in _WORDS:
            return _WORDS[text]
        for pattern, make in _KINDS:
            if pattern.fullmatch(text):
                try:
                    return make(text)
                except ValueError as error:
                    raise _error(self.name, "day_wrong", path, line, value=text) from error
        return text


_KINDS: Final[tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...]] = (
    (_INTEGER, int),
    (_DECIMAL, Decimal),
    (_DAY, date.fromisoformat),
)
