"""A mechanism made ready for one place: its settings filled in, its limits known, its look-ups made once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from luoshi.mechanisms.model import Action, ClockDef, FieldDef, Limit, Mechanism, PauseRule, Rung, Setting, Until
from luoshi.mechanisms.model import Choice as ChoiceBudget
from luoshi.mechanisms.values import Check, check_of
from luoshi.worktime.limits import Hours, Unit, unit_of
from luoshi.worktime.limits import Limit as Amount

EPOCH: Final = datetime(1970, 1, 1, 8)
"""The beginning of Unix time, as a clock in Beijing showed it."""

LARGEST: Final = 36_500
LARGEST_TEXT: Final = 200
_DECIMAL: Final = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?", re.ASCII)

PREFIX: Final = "sys_"
"""Begins the names of acts that the system itself takes; no action of a mechanism may have it."""


class SetupError(Exception):
    """Settings that a place has still to fill in, or filled in wrongly: (setting, what is wrong)."""

    def __init__(self, mechanism: str, wrong: tuple[tuple[str, str], ...]) -> None:
        super().__init__(mechanism, wrong)
        self.mechanism = mechanism
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Ready:
    """An action with what the step asks of it, looked up once."""

    name: str
    action: Action
    by: frozenset[str]
    from_: frozenset[str]
    allowed: frozenset[str]
    branch: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What the step does with the values of a field, looked up once. ``told``: what becomes of them: 0 public,
    1 committed to, 2 personal; ``remembered``: whether the state keeps the last one."""

    field: FieldDef
    check: Check
    told: int
    remembered: bool


class Flow:
    """``mechanism`` under the ``settings`` of a place. Raises SetupError naming every setting that is missing or wrong.

    ``hours`` are the office hours in which 工作时 run; ``urgent`` those of 紧急工作时 (each a local setting).
    """

    def __init__(
        self,
        mechanism: Mechanism,
        settings: Mapping[str, Any],
        *,
        hours: Hours | None = None,
        urgent: Hours | None = None,
    ) -> None:
        self.mechanism = mechanism
        self.hours = hours
        self.urgent = urgent
        self.settings = _settings(mechanism, settings)
        self.actions: dict[str, Ready] = {
            name: _ready(name, action, None) for name, action in mechanism.actions.items()
        }
        self.part_actions: dict[tuple[str, str, str], Ready] = {}
        for stage, found in mechanism.stages.items():
            for branch, way in (found.parallel.branches if found.parallel else {}).items():
                for name, action in way.actions.items():
                    self.part_actions[stage, branch, name] = _ready(name, action, (stage, branch))
        self.ladders: dict[str, tuple[Rung, ...]] = {
            clock: tuple(rung for rung in mechanism.ladder if rung.clock == clock) for clock in mechanism.clocks
        }
        self.promises = _promises(mechanism)
        self.taken: dict[str, Taken] = {
            name: Taken(
                field, check_of(field), 2 if field.personal else int(field.committed), name in mechanism.remembered
            )
            for name, field in mechanism.fields.items()
        }
        self.relates = bool(mechanism.measures) or mechanism.survey is not None or mechanism.observation is not None
        self._amounts: dict[int, tuple[Limit, Amount]] = {}
        self.cache: dict[tuple[Any, ...], Any] = {}

    @cached_property
    def outside(self) -> frozenset[str]:
        """Roles of parties that are no body."""
        return frozenset(name for name, role in self.mechanism.roles.items() if role.kind == "outside")

    @cached_property
    def standing(self) -> frozenset[str]:
        """Roles whose body is set when a case is opened."""
        return frozenset(name for name, role in self.mechanism.roles.items() if role.kind == "standing")

    @cached_property
    def new_days(self) -> Mapping[str, tuple[str, ...]]:
        """Date fields that hold the new day of an extension → the clocks that are extended to it."""
        fields = self.mechanism.fields
        found: dict[str, tuple[str, ...]] = {}
        for _, action in self.mechanism.every_action():
            for clock, name in action.extends.items():
                if fields[name].type == "date":
                    found[name] = tuple(dict.fromkeys((*found.get(name, ()), clock)))
        return found

    def amount(self, limit: Limit) -> Amount:
        """The number and unit of ``limit``, its setting filled in."""
        known = self._amounts.get(id(limit))  # a limit's own digest takes longer than what is looked up
        if known is None:
            value = limit.value if limit.setting is None else int(self.settings[limit.setting])
            assert value is not None
            # With the limit itself, so that no other one ever gets its id.
            known = self._amounts[id(limit)] = limit, Amount(value, unit_of(limit.unit))
        return known[1]

    def budget(self, clock: ClockDef, fields: Mapping[str, Any]) -> Amount | date | None:
        """The limit of ``clock`` for a case with these fields; None if the field that tells it is not known."""
        budget = clock.budget
        if isinstance(budget, Until):
            day = fields.get(budget.until)
            return date.fromisoformat(day) if day else None
        if isinstance(budget, ChoiceBudget):
            chosen = fields.get(budget.field)
            return self.amount(budget.choices[chosen]) if chosen in budget.choices else None
        return self.amount(budget)

    def hours_of(self, unit: Unit) -> Hours | None:
        """The hours in which a clock in ``unit`` runs."""
        return {Unit.WORKHOUR: self.hours, Unit.URGENT_WORKHOUR: self.urgent}.get(unit)

    def pause_rule(self, clock: str, reason: str) -> PauseRule:
        """The rule for a pause. KeyError if the mechanism has none."""
        return self.mechanism.clocks[clock].pauses[reason]


def epoch(moment: date | datetime) -> int:
    """Seconds since 1970 (UTC) of a moment in Beijing time; a day begins at 0:00."""
    at = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    return int((at - EPOCH) / timedelta(seconds=1))


def missing_settings(mechanism: Mechanism, given: Mapping[str, Any]) -> list[str]:
    """The settings that a place has to fill in and has not."""
    return [name for name, setting in mechanism.settings.items() if given.get(name) is None and setting.default is None]


def _settings(mechanism: Mechanism, given: Mapping[str, Any]) -> dict[str, Any]:
    wrong = [(name, "missing") for name in missing_settings(mechanism, given)]
    wrong += [(name, "unknown") for name in given if name not in mechanism.settings]
    values: dict[str, Any] = {}
    for name, setting in mechanism.settings.items():
        value = given.get(name)
        values[name] = setting.default if value is None else value
        if values[name] is None:
            continue
        if not _fits(setting, values[name]):
            wrong.append((name, "value"))
    if wrong:
        raise SetupError(mechanism.id, tuple(wrong))
    return values


def _fits(setting: Setting, value: object) -> bool:
    if setting.type == "integer":
        return type(value) is int and 1 <= value <= (setting.most or LARGEST)
    if setting.type == "decimal":
        return type(value) in (int, Decimal) or (isinstance(value, str) and _DECIMAL.fullmatch(value) is not None)
    if setting.type == "flag":
        return type(value) is bool
    if setting.type == "choice":
        return isinstance(value, str) and value in setting.choices
    return isinstance(value, str) and 0 < len(value) <= LARGEST_TEXT


def _ready(name: str, action: Action, branch: tuple[str, str] | None) -> Ready:
    return Ready(
        name,
        action,
        frozenset(action.by),
        frozenset(action.from_),
        frozenset(action.supply) | frozenset(action.optional),
        branch,
    )


def _promises(mechanism: Mechanism) -> frozenset[str]:
    """The clocks whose due day is the case's: those that it names, else legal and promised ones, else all."""
    driving = {name: clock for name, clock in mechanism.clocks.items() if not clock.window and not clock.at_least}
    if mechanism.due:
        return frozenset(mechanism.due)
    told = frozenset(name for name, clock in driving.items() if clock.kind in ("legal", "promised"))
    return told or frozenset(driving)
