"""Every lawful act that is open in a case now, made from the mechanism's definition alone; and unlawful ones.

For simulations and tests, of any pack. Pure: chance comes in as a :class:`random.Random`, so that a seed gives the same
walk anywhere. All values are synthetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any, Final

from luoshi.mechanisms import timing
from luoshi.mechanisms.acts import Act, Actor, File
from luoshi.mechanisms.flow import Flow, Ready
from luoshi.mechanisms.model import Action, FieldDef, Until
from luoshi.mechanisms.state import ClockState, State
from luoshi.mechanisms.step import EVIDENCE
from luoshi.mechanisms.values import LONGEST
from luoshi.worktime.calendar import Calendar
from luoshi.worktime.limits import Unit, add_months, unit_of

BODIES: Final = tuple(f"body-{letter}" for letter in "abcdef")
"""Bodies that a body field is filled with, if no others are given."""
OFFICERS: Final = 4
"""Officers of one body."""
TENTHS: Final = 10
DAYS_AHEAD: Final = (3, 20, 60)


@dataclass(frozen=True, slots=True)
class Move:
    """An action that is open now; ``part``: which part's."""

    ready: Ready
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Spoilt:
    """An act made unlawful in one point: ``what`` was done to it, and the ``codes`` that may refuse it."""

    what: str
    act: Act
    codes: frozenset[str]


class Walker:
    """Acts for cases of ``flow``. ``standing``: the bodies of standing roles that new cases open with."""

    def __init__(
        self,
        flow: Flow,
        calendar: Calendar,
        chance: Random,
        *,
        standing: Mapping[str, str],
        bodies: Sequence[str] = BODIES,
    ) -> None:
        self.flow = flow
        self.calendar = calendar
        self.chance = chance
        self.standing = dict(standing)
        self.bodies = tuple(bodies)
        self.beginnings = frozenset(clock.start_field for clock in flow.mechanism.clocks.values())

    # --- what is open

    def moves(self, state: State, at: datetime) -> list[Move]:
        """Every action that is open in ``state`` at ``at`` to somebody who does it right."""
        found = [Move(ready) for ready in self.flow.actions.values() if self._open(state, ready, at)]
        for key, part in state.parts.items():
            if part["open"]:
                found += [
                    Move(ready, key)
                    for (stage, branch, _), ready in self.flow.part_actions.items()
                    if stage == state.stage and branch == part["branch"] and self._open_part(state, ready, key, at)
                ]
        return found

    def _open(self, state: State, ready: Ready, at: datetime) -> bool:
        action = ready.action
        if action.kind == "open":
            return state.stage == ""
        if state.stage not in ready.from_ or not self._joined(state, action):
            return False
        target = self.flow.mechanism.stages[action.to or state.stage]
        if not target.open and not (action.verifies or (state.checked and not action.unsettles)):
            return False
        return self._possible(state, ready, state.clocks, at, None)

    def _joined(self, state: State, action: Action) -> bool:
        """Whether the parts let the case leave its stage by ``action``."""
        parallel = self.flow.mechanism.stages[state.stage].parallel
        if parallel is None:
            return action.kind != "join"
        left = [part for part in state.parts.values() if part["open"]]
        if action.kind == "join":
            return not any(parallel.join == "all" or part["kind"] == parallel.lead for part in left)
        return action.to in (None, state.stage) or action.cancels or not left

    def _open_part(self, state: State, ready: Ready, key: str, at: datetime) -> bool:
        part = state.parts[key]
        return part["stage"] in ready.from_ and self._possible(state, ready, part["clocks"], at, key)

    def _possible(
        self, state: State, ready: Ready, clocks: Mapping[str, ClockState], at: datetime, part: str | None
    ) -> bool:
        action = ready.action
        guard = action.only_if
        if guard is not None and guard.field not in ready.allowed and state.fields.get(guard.field) not in guard.any_of:
            return False
        needs = action.needs
        if needs.before_due is not None:
            clock = state.clocks.get(needs.before_due)
            if clock is None or not timing.running(clock) or timing.in_time(clock, at) is False:
                return False
        if needs.passed is not None and timing.in_time(state.clocks.get(needs.passed), at) is not False:
            return False
        if not self._roles(state, ready, part):
            return False
        stopped = {name: timing.stop(clock, at) if name in action.stops else clock for name, clock in clocks.items()}
        return (
            all(timing.running(stopped.get(name)) for name in action.resumes)
            and all(self._pausable(stopped.get(name), at) for name in action.pauses)
            and all(self._extensible(name, stopped.get(name), at, action) for name in action.extends)
        )

    @staticmethod
    def _pausable(clock: ClockState | None, at: datetime) -> bool:
        """Whether a pause is allowed; one of a clock whose time is up changes nothing."""
        if clock is None or not timing.running(clock) or timing.in_time(clock, at) is None:
            return False
        now = at.isoformat(timespec="seconds")[: len(clock["start"])]
        if now[:10] < clock["start"][:10]:
            return False
        return not any(one["end"] is None and now < one["latest"] for one in clock.get("pauses", []))

    def _extensible(self, name: str, clock: ClockState | None, at: datetime, action: Action) -> bool:
        if clock is None or not timing.running(clock):
            return False
        rule = self.flow.mechanism.clocks[name].extension
        if rule is None or len(clock.get("extensions", [])) >= (rule.times or 100):
            return False
        if rule.approver not in action.by and rule.approver != action.needs.approval:
            return False
        return rule.after_due or "due" not in clock or at.date().isoformat() <= clock["due"][:10]

    def _roles(self, state: State, ready: Ready, part: str | None) -> list[tuple[str, str]]:
        """Who may take the action: (role, body), the body of a party that is none being empty."""
        opens = ready.action.kind == "open"
        roles = {**state.roles, **self.standing} if opens else state.roles
        found = []
        for role in ready.action.by:
            if role in self.flow.outside:
                found.append((role, ""))
            elif part is not None and role == self._branch_role(state, part):
                found.append((role, state.parts[part]["body"]))
            elif role in roles:
                found.append((role, roles[role]))
        approver = ready.action.needs.approval
        if approver is not None and approver not in roles and approver not in self.flow.outside:
            return []
        return found

    def _branch_role(self, state: State, part: str) -> str:
        return self.flow.mechanism.branch_of(state.stage, state.parts[part]["branch"]).role

    # --- filling one in

    def act(self, state: State, move: Move, at: datetime) -> Act:
        """``move`` lawfully filled in."""
        ready, action = move.ready, move.ready.action
        opens = action.kind == "open"
        roles = {**self.standing, **state.roles} if opens else state.roles
        role, body = self.chance.choice(self._roles(state, ready, move.part))
        extender = next((self.flow.mechanism.clocks[name].extension for name in action.extends), None)
        if extender is not None and action.needs.approval is None and extender.approver in action.by:
            role, body = extender.approver, roles.get(extender.approver, "")
        marked = {officer for mark in action.needs.other_than for officer in state.marks.get(mark, ())}
        actor = Actor(self._officer(body or role, marked), body, role)
        approval = None
        if action.needs.approval is not None:
            approver = action.needs.approval
            their = roles.get(approver, "")
            approval = Actor(self._officer(their or approver, {*marked, actor.officer}), their, approver)
        fields, files = self._form(state, move, at)
        return Act(
            ready.name,
            actor,
            at,
            fields,
            files,
            approval,
            move.part,
            dict(self.standing) if opens else {},
        )

    def _officer(self, body: str, but: set[str]) -> str:
        """An officer of ``body`` who is none of ``but``; there is always one more."""
        free = [name for n in range(OFFICERS + len(but)) if (name := f"{body}/{n}") not in but]
        return self.chance.choice(free[:OFFICERS])

    def _form(self, state: State, move: Move, at: datetime) -> tuple[dict[str, Any], tuple[File, ...]]:
        action, mechanism = move.ready.action, self.flow.mechanism
        wanted = [*action.supply, *(name for name in action.optional if self.chance.random() < 0.5)]
        guard = action.only_if
        if guard is not None and guard.field in action.optional and state.fields.get(guard.field) not in guard.any_of:
            wanted.append(guard.field)
        for name in self._needed(state, action):
            if name in action.optional:
                wanted.append(name)
        fields: dict[str, Any] = {}
        files: list[File] = []
        for name in dict.fromkeys(wanted):
            if mechanism.fields[name].type == "files":
                files.append(self._file(name))
            else:
                fields[name] = self._value(name, mechanism.fields[name], at)
        if guard is not None and guard.field in fields:
            fields[guard.field] = self.chance.choice(guard.any_of)
        self._times(state, move, at, fields)
        self._parts(action, fields)
        while len(files) < action.needs.evidence:
            files.append(self._file(EVIDENCE))
        return fields, tuple(files)

    def _needed(self, state: State, action: Action) -> Iterator[str]:
        """Optional fields without which the act could not be: those that clocks and assignments ask for."""
        yield from (source for source in action.assigns.values() if source != "@actor")
        yield from action.extends.values()
        for name in action.starts:
            clock = self.flow.mechanism.clocks[name]
            if clock.start_field is not None:
                yield clock.start_field
            if isinstance(clock.budget, Until):
                yield clock.budget.until

    def _times(self, state: State, move: Move, at: datetime, fields: dict[str, Any]) -> None:
        """Dates and amounts that clocks are paused and extended with."""
        action, mechanism = move.ready.action, self.flow.mechanism
        clocks = state.clocks if move.part is None else state.parts[move.part]["clocks"]
        for name, reason in action.pauses.items():
            until = mechanism.clocks[name].pauses[reason].until
            if until in fields:
                fields[until] = (at.date() + timedelta(days=self.chance.randrange(1, 20))).isoformat()
        for name, field in action.extends.items():
            if field in fields and name in clocks:
                fields[field] = self._more(name, clocks[name], mechanism.fields[field])
        for field, extended in self.flow.new_days.items():
            if field in fields and field not in action.extends.values():
                # Asked for before it is granted: later than what it is to move.
                days = [self._more(name, clocks[name], mechanism.fields[field]) for name in extended if name in clocks]
                fields[field] = max([str(fields[field]), *map(str, days)])

    def _more(self, name: str, clock: ClockState, field: FieldDef) -> int | str:
        """By how much a clock may be extended: a number, or the new day."""
        rule = self.flow.mechanism.clocks[name].extension
        assert rule is not None
        most = self.flow.amount(rule.max).value if rule.max else 10
        more = self.chance.randint(1, most)
        if field.type != "date":
            return more
        old = date.fromisoformat((clock.get("due") or clock.get("until") or clock["start"])[:10])
        unit = unit_of(rule.max.unit) if rule.max else Unit.DAY
        return (add_months(old, more) if unit is Unit.MONTH else old + timedelta(days=more)).isoformat()

    def _parts(self, action: Action, fields: dict[str, Any]) -> None:
        """Bodies for the parts of a split, none twice, and weights that add up to 1."""
        free = self.chance.sample(self.bodies, len(self.bodies))
        for place, one in enumerate(action.splits):
            if one.bodies is None or one.bodies not in fields:
                continue
            many = self.flow.mechanism.fields[one.bodies].many
            left = len(free) - len(action.splits) + place + 1
            count = self.chance.randint(1, max(1, min(3, left))) if many else 1
            bodies, free = free[:count], free[count:]
            fields[one.bodies] = bodies if many else bodies[0]
            if one.weights is not None:
                cuts = sorted(self.chance.sample(range(1, TENTHS), len(bodies) - 1))
                edges = [0, *cuts, TENTHS]
                shares = [f"{(b - a) / TENTHS:.1f}" for a, b in pairwise(edges)]
                fields[one.weights] = shares if self.flow.mechanism.fields[one.weights].many else shares[0]

    def _file(self, field: str) -> File:
        return File(field, f"{self.chance.getrandbits(256):064x}", self.chance.randint(1, 10_000_000))

    def _value(self, name: str, field: FieldDef, at: datetime) -> Any:
        if not field.many:
            return self._one(name, field, at)
        count = self.chance.randint(1, 3)
        return (
            self.chance.sample(self.bodies, min(count, len(self.bodies)))
            if field.type == "body"
            else [self._one(name, field, at) for _ in range(count)]
        )

    def _one(self, name: str, field: FieldDef, at: datetime) -> Any:
        chance = self.chance
        if field.type == "choice":
            return chance.choice(list(field.choices))
        if field.type == "date" and name in self.beginnings:
            return (at.date() - timedelta(days=chance.randrange(3))).isoformat()
        if field.type == "date":
            return (at.date() + timedelta(days=chance.randint(1, chance.choice(DAYS_AHEAD)))).isoformat()
        if field.type == "code":
            return f"synthetic-{chance.randrange(1000)}"
        values: dict[str, Any] = {
            "integer": chance.randint(1, 30),
            "decimal": chance.choice(["1", "0.5", "79.5"]),
            "body": chance.choice(self.bodies),
            "flag": chance.random() < 0.5,
            "place": {"text": f"合成地点{chance.randrange(1000)}号", "lon": "114.123456", "lat": "30.654321"},
            "phone": f"000-{chance.randrange(10**8):08}",
        }
        return values.get(field.type, f"合成{field.zh}{chance.randrange(10**6)}")

    # --- spoiling one

    def spoilt(self, state: State, act: Act) -> Iterator[Spoilt]:
        """``act``, which is lawful in ``state``, made unlawful in one point each time."""
        found = self.flow.actions.get(act.action) if act.part is None else None
        if act.part is not None:
            found = self.flow.part_actions[state.stage, state.parts[act.part]["branch"], act.action]
        assert found is not None
        yield from self._spoilt_who(state, act, found)
        yield from self._spoilt_form(act, found)
        yield Spoilt("unknown action", replace(act, action="no_such_action"), frozenset({"action_unknown"}))
        other = [
            ready
            for ready in self.flow.actions.values()
            if (ready.action.kind == "open") != (state.stage == "") or (state.stage and state.stage not in ready.from_)
        ]
        if other:
            wrong = replace(act, action=self.chance.choice(other).name, part=None)
            yield Spoilt("wrong stage", wrong, frozenset({"stage_wrong"}))
        yield Spoilt("unknown part", replace(act, part="9.none.nobody"), frozenset({"part_unknown"}))

    def _spoilt_who(self, state: State, act: Act, ready: Ready) -> Iterator[Spoilt]:
        action = ready.action
        roles = [role for role in (*self.flow.mechanism.roles, "nobody") if role not in ready.by]
        wrong = replace(act.actor, role=self.chance.choice(roles))
        yield Spoilt("wrong role", replace(act, actor=wrong), frozenset({"role_may_not"}))
        elsewhere = replace(act.actor, body="body-elsewhere")
        yield Spoilt("wrong body", replace(act, actor=elsewhere), frozenset({"body_wrong"}))
        for mark in action.needs.other_than:
            for officer in state.marks.get(mark, ())[:1]:
                same = replace(act, actor=replace(act.actor, officer=officer))
                yield Spoilt("same person", same, frozenset({"same_person"}))
        if act.approval is not None:
            yield Spoilt("no approval", replace(act, approval=None), frozenset({"approval_missing"}))
            own = replace(act.approval, officer=act.actor.officer)
            yield Spoilt("approves himself", replace(act, approval=own), frozenset({"same_person"}))
            astray = replace(act.approval, role="nobody")
            yield Spoilt("approval of another role", replace(act, approval=astray), frozenset({"approval_wrong"}))
            away = replace(act.approval, body="body-elsewhere")
            yield Spoilt("approval of another body", replace(act, approval=away), frozenset({"approval_wrong"}))

    def _spoilt_form(self, act: Act, ready: Ready) -> Iterator[Spoilt]:
        action, fields = ready.action, self.flow.mechanism.fields
        for name in action.supply:
            left = {key: value for key, value in act.fields.items() if key != name}
            files = tuple(file for file in act.files if file.field != name)
            missing = replace(act, fields=left, files=files)
            yield Spoilt(f"without {name}", missing, frozenset({"field_missing"}))
        if action.needs.evidence:
            short = replace(act, files=act.files[: action.needs.evidence - 1])
            yield Spoilt("too little evidence", short, frozenset({"evidence_missing", "field_missing"}))
            if action.needs.evidence > 1:
                twice = replace(act, files=(act.files[0],) * action.needs.evidence)
                yield Spoilt("the same evidence twice", twice, frozenset({"evidence_missing", "field_missing"}))
        asked = {**act.fields, "no_such_field": "x"}
        yield Spoilt("unknown field", replace(act, fields=asked), frozenset({"field_not_asked"}))
        stray = [name for name in fields if name not in ready.allowed and fields[name].type != "files"]
        if stray:
            more = {**act.fields, self.chance.choice(stray): "x"}
            yield Spoilt("field of another action", replace(act, fields=more), frozenset({"field_not_asked"}))
        for name, value in act.fields.items():
            if fields[name].type in LONGEST and isinstance(value, str):
                long = {**act.fields, name: "长" * (LONGEST[fields[name].type] + 1)}
                yield Spoilt(f"{name} too long", replace(act, fields=long), frozenset({"field_value"}))
        for name, field in action.extends.items():
            rule = self.flow.mechanism.clocks[name].extension
            if rule is not None and rule.max is not None and isinstance(act.fields.get(field), int):
                far = {**act.fields, field: self.flow.amount(rule.max).value + 1}
                yield Spoilt("extension too long", replace(act, fields=far), frozenset({"clock_rule"}))
