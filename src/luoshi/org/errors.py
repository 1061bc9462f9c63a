"""What is wrong with a district's org data, by code and place; the sentences are in :mod:`luoshi.words.org`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: ``code`` names the sentence, ``place`` where it stands (``posts[3].body``)."""

    code: str
    place: str
    details: dict[str, object] = field(default_factory=dict)


class OrgError(Exception):
    """Org data that cannot be taken; nothing of it was. ``faults`` say each what and where."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__([(one.code, one.place, one.details) for one in faults])
        self.faults = tuple(faults)
