"""Addresses of the desk's pages. A list has hundreds, and Django searches its table of addresses for each of them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from django.urls import NoReverseMatch, get_script_prefix, reverse

PLAIN: Final = re.compile(r"[A-Za-z0-9_-]+")
"""What every kind of part but a number takes, and what stands in an address as it is."""
FIRST_MARK: Final = 770_000_001


def link(name: str, **parts: Any) -> str:
    """The address of the desk's page ``name``, as ``reverse`` makes it. Raises NoReverseMatch for a page that is not.

    Where all parts are plain, it is the address of the first such page with these in their places.
    """
    if not all(_plain(value) for value in parts.values()):
        return reverse(f"desk:{name}", kwargs=parts)
    shape = _shape(get_script_prefix(), name, tuple((key, type(value) is int) for key, value in parts.items()))
    return shape % parts if shape is not None else reverse(f"desk:{name}", kwargs=parts or None)


def _plain(value: Any) -> bool:
    if type(value) is int:
        return value >= 0
    return type(value) is str and PLAIN.fullmatch(value) is not None


@cache
def _shape(prefix: str, name: str, keys: tuple[tuple[str, bool], ...]) -> str | None:
    """The address with ``%(key)s`` in the places of the parts, each a number or a text; None if it takes no such."""
    marks = {key: FIRST_MARK + n if number else f"mark-{FIRST_MARK + n}" for n, (key, number) in enumerate(keys)}
    try:
        told = reverse(f"desk:{name}", kwargs=marks or None)
    except NoReverseMatch:
        return None
    shape = told.replace("%", "%%")
    for key, mark in marks.items():
        shape = shape.replace(str(mark), f"%({key})s")
    return shape
