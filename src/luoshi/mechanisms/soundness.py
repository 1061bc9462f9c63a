"""Prove a mechanism sound: every name leads somewhere, every way leads to an earned close, every limit has its source.

:func:`check` tells all that is wrong, in a settled order. Names first; the flow is followed only if they all lead
somewhere, since one wrong name would look like many faults of the flow. No interleaving is ever enumerated: what surely
holds and what may hold at a stage are two fixpoints over its ways in, and each branch of a parallel stage is followed
by itself. The time is about (stages + branch stages) × ways between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from luoshi.mechanisms.errors import Finding
from luoshi.mechanisms.loader import Loaded
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.soundness_commitment import check_commitment
from luoshi.mechanisms.soundness_flow import check_flow
from luoshi.mechanisms.soundness_limits import check_limits
from luoshi.mechanisms.soundness_names import check_names
from luoshi.mechanisms.soundness_observation import check_observation
from luoshi.mechanisms.soundness_report import Report
from luoshi.mechanisms.soundness_shape import check_shape


def check(mechanism: Mechanism, on_day: date) -> list[Finding]:
    """All that is wrong with ``mechanism``; ``on_day`` is when its sources have to be in force. Empty if it is sound.

    A definition may be used if none of its findings is an ``error``. Lines are 0: see :func:`with_lines`.
    """
    report = Report()
    check_names(mechanism, report)
    check_commitment(mechanism, report)
    check_observation(mechanism, report)
    if report.sound:
        check_shape(mechanism, report)
        check_limits(mechanism, on_day, report)
    if report.sound:
        check_flow(mechanism, report)
    return report.findings


def is_sound(mechanism: Mechanism, on_day: date) -> bool:
    """Whether ``mechanism`` may be used."""
    return all(one.severity != "error" for one in check(mechanism, on_day))


def with_lines(findings: Iterable[Finding], loaded: Loaded) -> list[Finding]:
    """``findings`` of the mechanism in ``loaded`` with the lines of their places in its file."""
    return [replace(one, line=loaded.line_of(one.path)) for one in findings]
