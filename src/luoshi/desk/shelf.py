"""The packs on disk 机制包, read once for each content: what a district can put in force, and whether it is sound."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from luoshi.commands.packs import pack_names, read_pack
from luoshi.mechanisms.errors import Finding, MechanismError
from luoshi.mechanisms.loader import load_with_lines
from luoshi.mechanisms.model import Mechanism, plain
from luoshi.mechanisms.soundness import check, with_lines


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it lies on disk: ``mechanism`` is None if it cannot be read, ``findings`` say why."""

    name: str
    source: bytes
    mechanism: Mechanism | None
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether it can be put in force."""
        return self.mechanism is not None and all(one.severity != "error" for one in self.findings)


def shelf(on_day: str) -> Mapping[str, Pack]:
    """Every pack by the id of its mechanism (by its folder where it cannot be read), as sound on ``on_day``."""
    found = {}
    for name in pack_names():
        source = read_pack(name)
        if source is not None:
            pack = _read(name, source, on_day)
            found[pack.mechanism.id if pack.mechanism else name] = pack
    return found


@lru_cache(maxsize=128)
def _read(name: str, source: bytes, on_day: str) -> Pack:
    try:
        loaded = load_with_lines(source, name)
    except MechanismError as error:
        return Pack(name, source, None, error.findings)
    findings = with_lines(check(loaded.mechanism, date.fromisoformat(on_day)), loaded)
    return Pack(name, source, loaded.mechanism, tuple(findings))


def uses(mechanism: Mechanism, unit: str) -> bool:
    """Whether any limit of the mechanism runs in ``unit``."""
    return f'"{unit}"' in json.dumps(plain(mechanism), ensure_ascii=False)


def prefixed(mechanism: Mechanism) -> bool:
    """Whether any of its numbers begins with what the district sets."""
    patterns = [mechanism.numbering, *(document.numbering or "" for document in mechanism.documents.values())]
    return any("{prefix" in pattern for pattern in patterns)


def standing_roles(mechanism: Mechanism) -> list[str]:
    """The roles whose body the district sets."""
    return [name for name, role in mechanism.roles.items() if role.kind == "standing"]
