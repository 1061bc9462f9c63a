"""The four clarities 四明确: 责任主体, 目标任务, 工作标准, 时限要求."""

from __future__ import annotations

from typing import Literal

from luoshi.commitments.models import Commitment

Clarity = Literal["who", "what", "standard", "when"]


def lacking(commitment: Commitment) -> tuple[Clarity, ...]:
    """Which of the four are not given, in their order; a target with comparison and value (or basis) is a standard."""
    raise NotImplementedError


def standard_of(commitment: Commitment) -> str:
    """The standard as the case will have it: the office's words, else the targets in a line; empty if neither."""
    raise NotImplementedError
