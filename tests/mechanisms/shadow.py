"""Clocks kept a second time, from the definition and the acts alone, to hold the step function's clocks against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import chinese_calendar

from luoshi.mechanisms.acts import Act, Outcome
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.model import Action, Choice, Limit, Rung, Until
from luoshi.mechanisms.state import ClockState, State
from luoshi.worktime import projection
from luoshi.worktime.calendar import Calendar
from luoshi.worktime.clock import Clock, Extension, ExtensionRule, Pause
from luoshi.worktime.errors import CalendarError
from luoshi.worktime.limits import FixedDate, Unit, unit_of
from luoshi.worktime.limits import Limit as Amount

Key = tuple[str | None, str]
LAST = date(2026, 12, 31)


@dataclass
class Told:
    """What is known of one clock."""

    limit: Amount | FixedDate
    start: date | datetime
    run: int
    pauses: list[Pause] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    stopped: bool = False


class Shadow:
    """The clocks of one case; :meth:`follow` takes each act, :meth:`check` compares."""

    def __init__(self, flow: Flow, calendar: Calendar) -> None:
        self.flow = flow
        self.calendar = calendar
        self.clocks: dict[Key, Told] = {}
        self.fields: dict[str, Any] = {}

    def follow(self, before: State, act: Act, outcome: Outcome) -> None:
        """Do to the clocks what the definition says that ``act`` does."""
        mechanism = self.flow.mechanism
        if act.part is None:
            action = mechanism.actions[act.action]
        else:
            action = mechanism.branch_of(before.stage, before.parts[act.part]["branch"]).actions[act.action]
        self.fields |= act.fields
        if act.part is None and outcome.stage_to != outcome.stage_from:
            for key, told in self.clocks.items():
                if key[0] is not None and before.parts.get(key[0], {}).get("open"):
                    told.stopped = True
        self._own(action, act)
        for one in action.splits:
            for key in outcome.parts_changed:
                part = outcome.state.parts[key]
                if part["open"] and (part["branch"], part["kind"]) == (one.branch, one.kind):
                    for name in one.starts:
                        self._start(key, name, act.at)
        if not mechanism.stages[outcome.stage_to].open:
            for (part_key, name), told in self.clocks.items():
                if part_key is None and not mechanism.clocks[name].window:
                    told.stopped = True

    def _own(self, action: Action, act: Act) -> None:
        for name in action.stops:
            if (act.part, name) in self.clocks:
                self.clocks[act.part, name].stopped = True
        for name in action.resumes:
            told = self.clocks[act.part, name]
            going = [place for place, pause in enumerate(told.pauses) if pause.end is None]
            if going:
                last = told.pauses[going[-1]]
                end = max(self._when(told, act.at), last.start)
                told.pauses[going[-1]] = Pause(last.reason, last.start, end, last.latest_end)
        for name, reason in action.pauses.items():
            self._pause(self.clocks[act.part, name], name, reason, act.at)
        for name, source in action.extends.items():
            self._extend(self.clocks[act.part, name], name, act.fields[source], act.at.date())
        for name in action.starts:
            self._start(act.part, name, act.at)

    def _start(self, part: str | None, name: str, at: datetime) -> None:
        definition = self.flow.mechanism.clocks[name]
        budget = definition.budget
        if isinstance(budget, Choice):
            budget = budget.choices[self.fields[budget.field]]
        limit: Amount | FixedDate
        if isinstance(budget, Until):
            limit = FixedDate(date.fromisoformat(self.fields[budget.until]))
        else:
            limit = self._amount(budget)
        start: date | datetime = at
        if definition.start_field:
            start = date.fromisoformat(self.fields[definition.start_field])
        by_hour = isinstance(limit, Amount) and limit.unit.in_hours
        if by_hour and not isinstance(start, datetime):
            start = datetime.combine(start, datetime.min.time())
        if not by_hour and isinstance(start, datetime):
            start = start.date()
        old = self.clocks.get((part, name))
        self.clocks[part, name] = Told(limit, start, old.run + 1 if old else 1)

    def _amount(self, limit: Limit) -> Amount:
        value = self.flow.settings[limit.setting] if limit.setting else limit.value
        return Amount(value, unit_of(limit.unit))

    def _pause(self, told: Told, name: str, reason: str, at: datetime) -> None:
        rule = self.flow.mechanism.clocks[name].pauses[reason]
        if rule.until:
            latest = date.fromisoformat(self.fields[rule.until])
        else:
            assert rule.max
            latest = projection.shift(at.date(), self._amount(rule.max), self.calendar)
        due = self.due(told, name)
        assert due is not None
        if self._when(told, at) <= due:  # a limit that is over stands still no more
            told.pauses.append(Pause(reason, self._when(told, at), None, latest))

    def _extend(self, told: Told, name: str, more: int | str, on: date) -> None:
        rule = self.flow.mechanism.clocks[name].extension
        assert rule
        if isinstance(more, str):
            old = self.due(told, name)
            assert isinstance(old, date)
            by = Amount((date.fromisoformat(more) - old).days, Unit.DAY)
        else:
            by = Amount(more, unit_of(rule.max.unit if rule.max else str(rule.unit)))
        told.extensions.append(Extension(by, rule.approver, on))
        told.run += 1

    def due_on(self) -> str | None:
        """The case's due day: the earliest of the running limits to the outside."""
        dues = [
            self.due(told, name)
            for (part, name), told in self.clocks.items()
            if part is None and name in self.flow.promises and not told.stopped
        ]
        return min(due.isoformat()[:10] for due in dues if due) if all(dues) else None

    @staticmethod
    def _when(told: Told, at: datetime) -> date | datetime:
        return at if isinstance(told.start, datetime) else at.date()

    def due(self, told: Told, name: str) -> date | datetime | None:
        """When it is due; None past the calendar."""
        definition = self.flow.mechanism.clocks[name]
        rule = definition.extension
        clock = Clock(
            told.limit,
            told.start,
            roll=definition.roll,
            pauses=tuple(told.pauses),
            extensions=tuple(told.extensions),
            allows=ExtensionRule(rule.approver, 99) if rule else None,
            hours=self.flow.hours_of(told.limit.unit) if isinstance(told.limit, Amount) else None,
            at_least=definition.at_least,
        )
        try:
            found = projection.due(clock, self.calendar).at
        except CalendarError:
            return None
        if isinstance(told.limit, Amount) and told.limit.unit is Unit.WORKDAY and not told.pauses + told.extensions:
            assert found == counted(told.start, told.limit.value)
        return found

    def check(self, state: State) -> None:
        """Every clock of ``state`` is here, with the same due moment, run and next rung; and none else is."""
        there: dict[Key, ClockState] = {(None, name): clock for name, clock in state.clocks.items()}
        for key, part in state.parts.items():
            there |= {(key, name): clock for name, clock in part["clocks"].items()}
        assert there.keys() == self.clocks.keys()
        for key, clock in there.items():
            told = self.clocks[key]
            due = self.due(told, key[1])
            assert clock.get("due") == (due.isoformat() if due else None), key
            assert clock["run"] == told.run
            assert ("stopped" in clock) == told.stopped, key
            if due is None:
                assert clock["need"] == LAST.year + 1
                assert "next" not in clock
            elif not told.stopped:
                self._check_rungs(key[1], clock, due)

    def _check_rungs(self, name: str, clock: ClockState, due: date | datetime) -> None:
        times = []
        for rung in self.flow.mechanism.ladder:
            if rung.clock == name:
                at = self._rung(rung, due, clock["start"])
                if at is None:
                    break
                times.append(max([at, *times]))
        want = times[clock["rung"]] if clock["rung"] < len(times) else None
        assert clock.get("next") == want, (name, want, clock)

    def _rung(self, rung: Rung, due: date | datetime, start: str) -> int | None:
        day = due.date() if isinstance(due, datetime) else due
        limit = rung.when.before or rung.when.after
        if limit is None:
            at = due if isinstance(due, datetime) else day + timedelta(days=1)
        else:
            amount = self._amount(limit)
            back = rung.when.before is not None
            if amount.unit.in_hours:
                assert amount.unit is Unit.HOUR
                assert isinstance(due, datetime), "no pack counts its rungs by working hours"
                at = max(due + timedelta(hours=-amount.value if back else amount.value), datetime.fromisoformat(start))
                return round((at - datetime(1970, 1, 1, 8)).total_seconds())
            try:
                day = projection.shift(day, amount, self.calendar, back=back)
            except CalendarError:
                return None
            at = datetime.combine(day, due.time()) if isinstance(due, datetime) else day
            at = max(at, datetime.fromisoformat(start) if isinstance(due, datetime) else date.fromisoformat(start[:10]))
        moment = at if isinstance(at, datetime) else datetime.combine(at, datetime.min.time())
        return round((moment - datetime(1970, 1, 1, 8)).total_seconds())


def counted(start: date | datetime, days: int) -> date:
    """The ``days``-th working day after ``start``, walked day by day over the package's list."""
    day = start.date() if isinstance(start, datetime) else start
    while days:
        day += timedelta(days=1)
        days -= chinese_calendar.is_workday(day)
    return day
