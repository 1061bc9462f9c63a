"""One byte string for one value, so that a digest can be recomputed in any language.

A subset of the JSON Canonicalization Scheme (RFC 8785), in UTF-8:

* objects, arrays, strings, integers, ``true``, ``false``, ``null``; nothing between tokens;
* keys match ``[a-z][a-z0-9_]*`` and are sorted; being ASCII they sort alike by bytes, code points and UTF-16 units;
* integers lie within ±(2⁵³ − 1), what an IEEE double holds exactly; there are no fractions and no exponents:
  an exact decimal is a string (``"79.5"``);
* strings are taken as they are, without Unicode normalisation, which would change what somebody signed for;
  a lone surrogate is refused; ``"``, ``\\`` and control characters are escaped as RFC 8785 §3.2.2.2 says.

Within this subset ``orjson`` with sorted keys writes what RFC 8785 asks for, byte for byte, as Python's ``json`` does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NoReturn, TypeAlias

import orjson

from luoshi.ledger.errors import LedgerError

Value: TypeAlias = "str | int | bool | list[Value] | Mapping[str, Value] | None"

LARGEST: Final = 2**53 - 1
DEEPEST: Final = 16
KEY: Final = re.compile(r"[a-z][a-z0-9_]*")


def encode(value: Value) -> bytes:
    """The canonical bytes of ``value``. Raises LedgerError ``not_canonical`` for what has none."""
    check(value)
    return write(value)


def decode(data: bytes) -> Any:
    """The value whose canonical bytes are ``data``. Raises LedgerError ``not_canonical`` if there is none."""
    value = read(data)
    check(value)
    return value


def write(value: Value) -> bytes:
    """The same as :func:`encode` for a value that has been checked already."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise LedgerError("not_canonical", why="surrogate") from error


def read(data: bytes) -> Any:
    """The same as :func:`decode` for a caller who checks the value himself.

    The proof is that the value, written anew, gives ``data``: a double key, a blank, ``-0``, ``1e3``, another order
    or another escape would not.
    """
    try:
        value = _DECODER.decode(data.decode())
    except (ValueError, RecursionError) as error:
        raise LedgerError("not_canonical", why="json") from error
    if write(value) != data:
        raise LedgerError("not_canonical", why="form")
    return value


def check(value: object, depth: int = DEEPEST) -> None:
    """Raise LedgerError ``not_canonical`` unless ``value`` lies in the subset."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if kind is int:
        if not -LARGEST <= value <= LARGEST:  # type: ignore[operator]
            raise LedgerError("not_canonical", why="integer")
    elif depth == 0:
        raise LedgerError("not_canonical", why="depth")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if type(key) is not str or not is_key(key):
                raise LedgerError("not_canonical", why="key")
            if type(item) is not str:
                check(item, depth - 1)
    elif kind is list:
        for item in value:  # type: ignore[attr-defined]
            check(item, depth - 1)
    else:
        raise LedgerError("not_canonical", why="type", type=kind.__name__)


@lru_cache(maxsize=4096)
def is_key(text: str) -> bool:
    """Whether ``text`` can be a key of an object."""
    return KEY.fullmatch(text) is not None


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"not an integer: {text}")


_DECODER: Final = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)
