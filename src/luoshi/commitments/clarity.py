"""The four clarities 四明确: 责任主体, 目标任务, 工作标准, 时限要求."""

from __future__ import annotations

from typing import Any, Final, Literal

from luoshi.commitments.models import Commitment

Clarity = Literal["who", "what", "standard", "when"]

_OPS: Final = {
    "=": "达到",
    "≈": "约",
    ">": "超过",
    "≥": "不低于",
    "<": "低于",
    "≤": "不超过",
    ">basis": "高于",
    "≥basis": "不低于",
    "=basis": "与之同步：",
    "<basis": "低于",
    "≤basis": "不高于",
}


def lacking(commitment: Commitment) -> tuple[Clarity, ...]:
    """Which of the four are not given, in their order; a target with comparison and value (or basis) is a standard."""
    given: tuple[tuple[Clarity, bool], ...] = (
        ("who", bool(commitment.lead)),
        ("what", bool(commitment.task.strip())),
        ("standard", bool(commitment.standard.strip()) or any(map(counted, commitment.targets))),
        ("when", bool(commitment.due)),
    )
    return tuple(name for name, there in given if not there)


def counted(target: dict[str, Any]) -> bool:
    """Whether a target says what is measured, how it compares, and with which value or basis."""
    return bool(target["indicator"] and target["op"] and (target["value"] is not None or target["basis"]))


def standard_of(commitment: Commitment, text: str = "") -> str:
    """The standard as the case will have it: the office's words, else the targets in a line; empty if neither.

    ``text``: the report's, so that numbers stand as they were written (1.18亿元).
    """
    if commitment.standard.strip():
        return commitment.standard.strip()
    return "；".join(_target(target, text) for target in commitment.targets if counted(target))


def _target(target: dict[str, Any], text: str) -> str:
    start, end = target["num_start"], target["num_end"]
    value = text[start:end] if text and start is not None else ""
    if not value and target["value"] is not None:
        high = f"—{target['value_high']}" if target["value_high"] is not None else ""
        value = f"{target['value']}{high}{target['unit'] or ''}"
    return f"{target['indicator']}{_OPS[target['op']]}{value or target['basis']}"
