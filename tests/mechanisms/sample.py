"""A sound mechanism with a little of everything, and ways to break it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from luoshi.mechanisms.errors import Finding
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.soundness import check
from luoshi.mechanisms.yaml_text import read_yaml

ON = date(2026, 11, 23)
PACKS = Path(__file__).parents[2] / "packs"

SAMPLE = (Path(__file__).parent / "sample.yaml").read_text(encoding="utf-8")

Place = tuple[str | int, ...]


def plain() -> dict[str, Any]:
    """The sample as data that may be altered: lists for tuples."""
    return lists(read_yaml(SAMPLE.encode(), "sample").data)  # type: ignore[no-any-return]


def lists(data: Any) -> Any:
    """``data`` as it may be altered."""
    if isinstance(data, dict):
        return {key: lists(value) for key, value in data.items()}
    return [lists(value) for value in data] if isinstance(data, tuple) else data


def _tuples(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _tuples(value) for key, value in data.items()}
    return tuple(_tuples(value) for value in data) if isinstance(data, list) else data


def build(data: dict[str, Any]) -> Mechanism:
    """The mechanism that ``data`` defines."""
    return Mechanism.model_validate(_tuples(copy.deepcopy(data)))


def at(data: Any, place: Place) -> Any:
    """What stands at ``place``."""
    for step in place:
        data = data[step]
    return data


def put(*place: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    """A change that puts ``value`` at ``place``."""

    def change(data: dict[str, Any]) -> None:
        at(data, place[:-1])[place[-1]] = value

    return change


def drop(*place: str | int) -> Callable[[dict[str, Any]], None]:
    """A change that takes ``place`` away."""

    def change(data: dict[str, Any]) -> None:
        del at(data, place[:-1])[place[-1]]

    return change


def both(*changes: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """Several changes, one after the other."""

    def change(data: dict[str, Any]) -> None:
        for one in changes:
            one(data)

    return change


def broken(change: Callable[[dict[str, Any]], None], on: date = ON) -> list[Finding]:
    """What is wrong with the sample after ``change``."""
    data = plain()
    change(data)
    return check(build(data), on)
