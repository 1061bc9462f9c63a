"""Where an action leads, seen from the close: nearer to it, farther from it, nowhere, or out by a side door. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

from luoshi.mechanisms.flow import Flow, Ready

Direction = Literal["forward", "around", "back", "aside"]

FAR: Final = 99


def direction(flow: Flow, stage: str, ready: Ready) -> Direction:
    """Where ``ready`` leads from ``stage``. ``aside``: to a close that is none of what the case is for."""
    action = ready.action
    if ready.branch is not None:
        return "forward" if action.to else "around"
    if action.to is None or action.to == stage:
        return "around"
    far = nearness(flow)
    target = flow.mechanism.stages[action.to]
    if not target.open and (far.get(stage, 0) > 1 or target.outcome != "done"):
        return "aside"
    return "forward" if far.get(action.to, FAR) < far.get(stage, FAR) else "back"


@lru_cache(maxsize=64)
def nearness(flow: Flow) -> dict[str, int]:
    """How many acts each stage is from one in which the case is done; without those from which it never is."""
    stages = flow.mechanism.stages
    far = {name: 0 for name, stage in stages.items() if stage.outcome == "done"}
    changed = True
    while changed:
        changed = False
        for ready in flow.actions.values():
            to = ready.action.to
            if to not in far:
                continue
            for stage in sorted(ready.from_):
                if stages[stage].open and far[to] + 1 < far.get(stage, FAR):
                    far[stage] = far[to] + 1
                    changed = True
    return far
