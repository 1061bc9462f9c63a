"""What an action does to the facts that soundness is about."""

from __future__ import annotations

from dataclasses import replace

from luoshi.mechanisms.model import Action, Choice, Mechanism, Until
from luoshi.mechanisms.soundness_graph import Effect, Facts


class Effects:
    """The facts of one mechanism, and the effect of each action on them."""

    def __init__(self, mechanism: Mechanism) -> None:
        self.mechanism = mechanism
        self.facts = Facts()
        actions = [action for _, action in mechanism.every_action()]
        self.guards = {action.only_if.field for action in actions if action.only_if}
        self.others = {frozenset(action.needs.other_than) for action in actions if action.needs.other_than}
        self.works = {frozenset(action.records) for action in actions if action.records and not action.verifies}
        self.settled = self.facts.of("settled")
        self.worked = self.facts.of("worked")
        """Work was done, by an act that records who did it and is no check."""
        self.all_works = sum(self.facts.of("work", *sorted(work)) for work in self.works)
        self.ending = sum(
            self.running(name) | self.paused(name) for name, clock in mechanism.clocks.items() if not clock.window
        )
        """What stops when the case closes: a window, such as the time to ask for a review, goes on."""
        self.clocks = sum(self.running(name) | self.paused(name) for name in mechanism.clocks)

    def running(self, clock: str) -> int:
        """The clock was started and not stopped; it may be paused."""
        return self.facts.of("running", clock)

    def paused(self, clock: str) -> int:
        """The clock was paused and not resumed."""
        return self.facts.of("paused", clock)

    def assigned(self, role: str) -> int:
        """A body was assigned to the role."""
        return self.facts.of("assigned", role)

    def known(self, field: str) -> int:
        """The field was supplied."""
        return self.facts.of("known", field)

    def recorded(self, marks: tuple[str, ...]) -> int:
        """One of the marks was recorded."""
        return self.facts.of("recorded", *sorted(set(marks)))

    def work(self, marks: frozenset[str]) -> int:
        """The last work done was by an officer who was recorded under these marks, and nobody else checked it."""
        return self.facts.of("work", *sorted(marks))

    def values(self, field: str, choices: tuple[str, ...] | None = None) -> int:
        """The field has one of these values (of all)."""
        names = self.mechanism.fields[field].choices if choices is None else choices
        return sum(self.facts.of("value", field, name) for name in dict.fromkeys(names))

    def needed_by(self, clock: str) -> tuple[str, ...]:
        """The fields that tell a clock's limit or start: they have to be known when it is started."""
        found = self.mechanism.clocks[clock]
        fields = [found.start_field] if found.start_field else []
        if isinstance(found.budget, Until):
            fields.append(found.budget.until)
        elif isinstance(found.budget, Choice):
            fields.append(found.budget.field)
        return tuple(fields)

    def closing(self, effect: Effect) -> Effect:
        """``effect`` of an act that closes the case: every clock but windows stops, one just started too."""
        return replace(
            effect,
            must_gen=effect.must_gen & ~self.ending,
            must_kill=effect.must_kill | self.ending,
            may_gen=effect.may_gen & ~self.ending,
            may_kill=effect.may_kill | self.ending,
        )

    def of(self, action: Action) -> Effect:
        """The effect of ``action``, wherever it is taken."""
        gen = self._marks(action)
        for clock in action.starts:
            gen |= self.running(clock)
        for role in action.assigns:
            gen |= self.assigned(role)
        may_gen = gen
        kill = may_kill = 0
        for clock in action.stops:
            kill |= self.running(clock)
            may_kill |= self.running(clock) | self.paused(clock)
        for clock in (*action.starts, *action.resumes):
            may_kill |= self.paused(clock)
        for clock in action.pauses:
            may_gen |= self.paused(clock)
        for field in action.supply:
            gen |= self.known(field)
        for field in (*action.supply, *action.optional):
            may_gen |= self.known(field)
        if action.unsettles:
            kill |= self.settled
        if action.verifies:
            gen |= self.settled
        elif action.records:
            gen |= self.worked
        work_gen, work_kill = self._work(action)
        value_gen, value_kill = self._values(action)
        return Effect(
            must_gen=gen,
            must_kill=kill,
            may_gen=may_gen | work_gen | value_gen,
            may_kill=may_kill | work_kill | value_kill,
            requires=self._requires(action),
        )

    def _marks(self, action: Action) -> int:
        given = set(action.records)
        return sum(self.recorded(tuple(others)) for others in self.others if others & given)

    def _work(self, action: Action) -> tuple[int, int]:
        if action.verifies:
            others = set(action.needs.other_than)
            return 0, sum(self.work(work) for work in self.works if work & others)
        if action.records:
            return self.work(frozenset(action.records)), self.all_works
        return 0, 0

    def _values(self, action: Action) -> tuple[int, int]:
        gen = kill = 0
        for field in (*action.supply, *action.optional):
            if field in self.guards:
                gen |= self._allowed(action, field)
                kill |= self.values(field) if field in action.supply else 0
        guard = action.only_if
        if guard and guard.field not in action.supply:
            kill |= self.values(guard.field) & ~self.values(guard.field, guard.any_of)
        return gen, kill

    def _allowed(self, action: Action, field: str) -> int:
        if action.only_if and action.only_if.field == field:
            return self.values(field, action.only_if.any_of)
        return self.values(field)

    def _requires(self, action: Action) -> tuple[tuple[str, int], ...]:
        found: list[tuple[str, int]] = []
        guard = action.only_if
        if guard and guard.field not in action.supply and guard.field not in action.optional:
            found.append(("guard", self.values(guard.field, guard.any_of)))
        roles = self.mechanism.roles
        if action.kind != "open" and all(roles[role].kind == "assigned" for role in action.by):
            found.append(("role", sum(self.assigned(role) for role in dict.fromkeys(action.by))))
        return tuple(found)
