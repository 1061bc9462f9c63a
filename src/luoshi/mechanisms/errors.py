"""What is wrong with a definition, by code and place; the sentence for people is looked up by code elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]


def place_of(path: Path) -> str:
    """How a place in a file is written: ``stages.handling.clocks[2]``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a definition.

    ``code`` names the sentence, ``details`` fill it in. ``path`` is the place in the file, ``line`` counts from 1 (0 if
    not known). ``route``: stages and actions in turn on which a case would come to the fault, if it is one of the flow.
    """

    severity: Severity
    code: str
    path: Path = ()
    line: int = 0
    details: dict[str, object] = field(default_factory=dict)
    route: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The place as text."""
        return place_of(self.path)


class MechanismError(Exception):
    """A file that is no definition at all. ``name`` is the file, ``findings`` say what, where and on which line."""

    def __init__(self, name: str, findings: Sequence[Finding]) -> None:
        super().__init__(name, [(one.code, one.place, one.line, one.details) for one in findings])
        self.name = name
        self.findings = tuple(findings)
