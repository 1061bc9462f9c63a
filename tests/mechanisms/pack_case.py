"""A case of a pack, carried on by the step function with settings of 5 (where the law allows as many)."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from luoshi.mechanisms.acts import Act, Actor, File, Outcome
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.loader import load
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.state import ClockState, State
from luoshi.mechanisms.step import step
from luoshi.worktime.limits import Hours
from luoshi.worktime.state_council import state_council_calendar

PACKS = Path(__file__).resolve().parents[2] / "packs"
PROOF = (File("evidence", "0" * 64, 1),)


@cache
def pack(name: str) -> Mechanism:
    """The pack ``name``."""
    path = PACKS / name / "mechanism.yaml"
    return load(path.read_bytes(), str(path))


class Case:
    """One case; each act is by another officer, of the body that has the role."""

    def __init__(self, name: str, **settings: Any) -> None:
        found = pack(name)
        told: dict[str, Any] = {one: 5 for one, setting in found.settings.items() if setting.type == "integer"}
        told |= {one: next(iter(setting.choices)) for one, setting in found.settings.items() if setting.choices}
        told |= {one: "每月" for one, setting in found.settings.items() if setting.type == "text"}
        hours = Hours.parse("9:00-12:00,13:00-17:00")
        self.flow = Flow(found, told | settings, hours=hours, urgent=hours)
        self.state = State()
        self.officers = 0
        self.last: Outcome | None = None

    def act(
        self,
        action: str,
        day: str,
        role: str,
        *,
        files: tuple[File, ...] = (),
        part: str | None = None,
        approval: str | None = None,
        **fields: Any,
    ) -> Outcome:
        """Take ``action`` on ``day`` in ``role``; ``approval``: the role that approves it."""
        self.officers += 1
        standing = {} if self.state.stage else {one: f"body-{one}" for one in self.flow.standing}
        roles = {**standing, **self.state.roles}
        outside = role in self.flow.outside
        body = "" if outside else roles[role] if role in roles else self.state.parts[part or ""]["body"]
        actor = Actor(f"officer-{self.officers}", body, role)
        agreed = Actor(f"approver-{self.officers}", roles[approval], approval) if approval else None
        at = datetime.fromisoformat(f"{day}T10:00:00")
        act = Act(action, actor, at, fields, files, part=part, approval=agreed, roles=standing)
        self.last = step(self.flow, self.state, act, state_council_calendar())
        self.state = self.last.state
        return self.last

    def clock(self, name: str, part: str | None = None) -> ClockState:
        """A clock of the case, or of a part of it."""
        return self.state.parts[part]["clocks"][name] if part else self.state.clocks[name]

    def due(self, name: str, part: str | None = None) -> str | None:
        """When the clock ``name`` is due."""
        return self.clock(name, part).get("due")
