"""An entry as one regular expression: most entries are read with it, much faster than through JSON.

The expression spells out the canonical bytes: every field in its order, no blank, no escape. What does not match (a
text with a quotation mark in it, ``data`` within ``data``) or looks odd in any way is left to the JSON decoder, which
also says what is wrong. Both readers agree on every entry (``tests/ledger/test_entry.py``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, TypeAlias

from luoshi.ledger.fields import MAX_BYTES, SCHEMA, is_day, may_set

Changes: TypeAlias = "dict[str, str | None]"
Facts: TypeAlias = "dict[str, Any]"
_CHARS: Final = r'[^"\\\x00-\x1f]'
_HEX: Final = r"[0-9a-f]{64}"
_KEY: Final = r"[a-z][a-z0-9_]*+"
_COUNT: Final = r"[1-9][0-9]{0,14}"

_COMMITMENT: Final = rf'"{_KEY}":"{_HEX}"'
_ATTACHMENT: Final = rf'\{{"kind":"{_CHARS}++","sha256":"{_HEX}","size":(?:0|{_COUNT})\}}'
_FACT: Final = rf'"{_KEY}":(?:"{_CHARS}*+"|0|-?{_COUNT}|true|false|null)'
_CHANGE: Final = rf'"{_KEY}":(?:"{_CHARS}++"|null)'


def _text(name: str, least: str = "+") -> str:
    return rf'"{name}":"(?P<{name}>{_CHARS}{least}+)"'


def _count(name: str) -> str:
    return rf'"{name}":(?P<{name}>{_COUNT})'


def _day(name: str) -> str:
    return rf'"{name}":"(?P<{name}>[0-9-]{{10}})"'


def _many(name: str, item: str, brackets: str) -> str:
    return rf'"{name}":\{brackets[0]}(?P<{name}>{_list(item)})\{brackets[1]}'


def _list(item: str) -> str:
    return rf"(?:{item}(?:,{item})*+)?"


_ENTRY: Final = re.compile(
    r"\{"
    + ",".join(
        [
            _text("act"),
            _text("actor_body"),
            _text("actor_role"),
            _many("attachments", _ATTACHMENT, "[]"),
            _text("body"),
            _text("case"),
            _many("commitments", _COMMITMENT, "{}"),
            _many("data", _FACT, "{}"),
            _text("district"),
            _text("mechanism"),
            _count("n"),
            _day("on_day"),
            rf'"prev":"(?P<prev>{_HEX})"(?:,"prev_sm3":"(?P<prev_sm3>{_HEX})")?',
            _day("recorded_on"),
            rf'"schema":{SCHEMA}',
            _many("set", _CHANGE, "{}"),
            _text("stage_from", "*"),
            _text("stage_to", "*"),
            _count("version"),
        ]
    )
    + r"\}"
)
_COMMITMENTS: Final = re.compile(rf'"({_KEY})":"({_HEX})"')
_ATTACHMENTS: Final = re.compile(rf'"kind":"({_CHARS}+)","sha256":"({_HEX})","size":([0-9]+)')
_FACTS: Final = re.compile(rf'"({_KEY})":(?:"({_CHARS}*)"|([a-z0-9-]+))')
_CHANGES: Final = re.compile(rf'"({_KEY})":(?:"({_CHARS}+)"|null)')
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}


_ALL_FACTS: Final = re.compile(_list(_FACT))
_ALL_CHANGES: Final = re.compile(_list(_CHANGE))
_ALL_ATTACHMENTS: Final = re.compile(_list(_ATTACHMENT))


@lru_cache(maxsize=16_384)
def facts_in(text: str) -> Facts | None:
    """The facts in the inside of a plain ``data``, not to be altered; None if that takes a closer look. Remembered,
    since few facts differ from entry to entry."""
    if _ALL_FACTS.fullmatch(text) is None:
        return None
    pairs = [(name, _fact(told, word)) for name, told, word in _FACTS.findall(text)]
    return dict(pairs) if _ascending(pairs) else None


@lru_cache(maxsize=16_384)
def changes_in(text: str) -> Changes | None:
    """The columns in the inside of a plain ``set``, not to be altered; None if that takes a closer look."""
    pairs = [(name, value or None) for name, value in _CHANGES.findall(text)]
    if _ALL_CHANGES.fullmatch(text) is None or not _ascending(pairs):
        return None
    return dict(pairs) if all(may_set(column, value) for column, value in pairs) else None


def are_attachments(text: str) -> bool:
    """Whether ``text`` is the inside of plain ``attachments``."""
    return _ALL_ATTACHMENTS.fullmatch(text) is not None


def read_plain(data: bytes) -> dict[str, Any] | None:
    """The fields of the entry with the canonical bytes ``data``; None if that takes a closer look."""
    try:
        match = _ENTRY.fullmatch(data.decode())
    except UnicodeDecodeError:
        return None
    if match is None or len(data) > MAX_BYTES:
        return None
    fields: dict[str, Any] = match.groupdict()
    fields["n"] = int(fields["n"])
    fields["version"] = int(fields["version"])
    fields["schema"] = SCHEMA
    if fields["prev_sm3"] is None:
        del fields["prev_sm3"]
    return fields if _read_parts(fields) else None


def _read_parts(fields: dict[str, Any]) -> bool:
    """Put objects in the place of their texts. False for what the expression cannot say: days, columns, key order."""
    if not (is_day(fields["on_day"]) and is_day(fields["recorded_on"])):
        return False
    changes = [(name, text or None) for name, text in _CHANGES.findall(fields["set"])]
    for column, value in changes:
        if not may_set(column, value):
            return False
    facts = [(name, _fact(text, word)) for name, text, word in _FACTS.findall(fields["data"])]
    commitments = _COMMITMENTS.findall(fields["commitments"])
    if fields["attachments"]:
        found = _ATTACHMENTS.findall(fields["attachments"])
        fields["attachments"] = [{"kind": kind, "sha256": digest, "size": int(size)} for kind, digest, size in found]
    else:
        fields["attachments"] = []
    for name, pairs in (("set", changes), ("data", facts), ("commitments", commitments)):
        fields[name] = dict(pairs)
        if len(pairs) > 1 and not _ascending(pairs):
            return False
    return True


def _fact(text: str, word: str) -> str | int | bool | None:
    if not word:
        return text
    return _WORDS[word] if word in _WORDS else int(word)


def _ascending(pairs: list[tuple[str, Any]]) -> bool:
    """Whether the keys are sorted and none is there twice."""
    keys = [key for key, _ in pairs]
    return keys == sorted(set(keys))
