"""The values of a form: each of its field's type, bounded in size, in the one form in which an entry holds it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from luoshi.mechanisms.acts import File, Refused
from luoshi.mechanisms.model import FieldDef

LONGEST: Final = {"text": 200, "person": 100, "phone": 40, "address": 300, "long_text": 10_000}
"""Characters."""
MANY: Final = 200
"""Values that a field marked ``many`` may have."""
LARGEST: Final = 2**53 - 1

_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_CODE: Final = re.compile(r"[\w.:〔〕()（）-]{1,60}")
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}", re.ASCII)


Check = Callable[[str, FieldDef, object], Any]


def checked(name: str, field: FieldDef, value: object) -> Any:
    """``value`` as an entry holds it. Raises Refused ``field_value`` naming the field and what is wanted."""
    return check_of(field)(name, field, value)


def check_of(field: FieldDef) -> Check:
    """What :func:`checked` does with values of ``field``."""
    return _list if field.many else _CHECKS[field.type]


def _list(name: str, field: FieldDef, value: object) -> Any:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MANY:
        raise _wrong(name, "list")
    check = _CHECKS[field.type]
    return [check(name, field, one) for one in value]


def check_file(file: File) -> None:
    """Raise Refused ``file_wrong`` unless ``file`` is told by a whole digest and a size."""
    whole = isinstance(file.sha256, str) and _SHA256.fullmatch(file.sha256)
    if not whole or type(file.size) is not int or not 0 <= file.size <= LARGEST:
        raise Refused("file_wrong", field=file.field)


def check_code(name: str, value: object) -> None:
    """Raise Refused ``code_wrong`` unless ``value`` can be the code of a body or area; ``name``: what for."""
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise Refused("code_wrong", name=name)


def check_weight(name: str, value: str | None) -> None:
    """Raise Refused ``field_value`` unless ``value`` of the field ``name`` can be what a case counts for."""
    if value is None or value.startswith("-"):
        raise _wrong(name, "weight")


def _wrong(name: str, want: str, **details: object) -> Refused:
    return Refused("field_value", field=name, want=want, **details)


def _text(name: str, field: FieldDef, value: object) -> str:
    longest = LONGEST[field.type]
    if not isinstance(value, str) or not value.strip():
        raise _wrong(name, "text")
    if len(value) > longest:
        raise _wrong(name, "shorter", most=longest)
    if _CONTROL.search(value):
        raise _wrong(name, "text")
    return value


def _integer(name: str, field: FieldDef, value: object) -> int:
    if type(value) is not int or not -LARGEST <= value <= LARGEST:
        raise _wrong(name, "integer")
    return value


def _decimal(name: str, field: FieldDef, value: object) -> str:
    """Exact: ``79.5`` stays ``79.5``; trailing zeros go, so that equal numbers are equal texts."""
    # An integer of thousands of digits cannot even be written as text.
    if type(value) not in (str, int, Decimal) or (type(value) is int and abs(value) > LARGEST):
        raise _wrong(name, "decimal")
    if not _DECIMAL.fullmatch(str(value)):
        raise _wrong(name, "decimal")
    number = Decimal(str(value))
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _date(name: str, field: FieldDef, value: object) -> str:
    if type(value) is date:
        return value.isoformat()
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise _wrong(name, "date")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise _wrong(name, "date") from error


def _choice(name: str, field: FieldDef, value: object) -> str:
    if not isinstance(value, str) or value not in field.choices:
        raise _wrong(name, "choice", choices=list(field.choices))
    return value


def _body(name: str, field: FieldDef, value: object) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise _wrong(name, "body")
    return value


def _place(name: str, field: FieldDef, value: object) -> dict[str, str]:
    """A place: ``text`` and, if known, ``lon`` and ``lat`` in degrees as exact decimals."""
    if not isinstance(value, dict) or not value or not value.keys() <= {"text", "lon", "lat"}:
        raise _wrong(name, "place")
    if ("lon" in value) != ("lat" in value):
        raise _wrong(name, "place")
    told: dict[str, str] = {}
    if "text" in value:
        text = value["text"]
        if not isinstance(text, str) or not 0 < len(text) <= LONGEST["address"] or _CONTROL.search(text):
            raise _wrong(name, "place")
        told["text"] = text
    for key, most in (("lon", 180), ("lat", 90)):
        if key in value:
            told[key] = _decimal(name, field, value[key])
            if abs(Decimal(told[key])) > most:
                raise _wrong(name, "place")
    return told


def _identifier(name: str, field: FieldDef, value: object) -> str:
    """An identifier (of an indicator, a period: ``2019-q1``) and no free text, which could tell what is personal."""
    if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
        raise _wrong(name, "code")
    return value


def _flag(name: str, field: FieldDef, value: object) -> bool:
    if type(value) is not bool:
        raise _wrong(name, "flag")
    return value


def _files(name: str, field: FieldDef, value: object) -> Any:
    raise _wrong(name, "files")


_CHECKS: Final[dict[str, Check]] = {
    "text": _text,
    "long_text": _text,
    "person": _text,
    "phone": _text,
    "address": _text,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "choice": _choice,
    "body": _body,
    "place": _place,
    "flag": _flag,
    "code": _identifier,
    "files": _files,
}
