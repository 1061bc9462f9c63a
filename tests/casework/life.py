"""Cases that live in a store for tests: lawful acts from a walker, sweeps and links between them, and what must hold.

Everything that is done to a case is kept here too, so that the stored state can be worked out a second time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from tests.casework.audit import audit
from tests.casework.district import DISTRICT, allow, standing_of
from tests.casework.walker import BEGIN, calendar, flow_of, later

from luoshi.casework.walk import Walker
from luoshi.ledger.chain import COLUMNS, row_bytes, verify_chain
from luoshi.ledger.commit import check
from luoshi.mechanisms import system
from luoshi.mechanisms.acts import Act, Outcome
from luoshi.mechanisms.flow import Flow, epoch
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step

CLOCK_TIME = re.compile(rb"\d\d:\d\d")
TABLES = ("case", "entry", "plaintext", "notice", "claim", "counter", "part")

Again = Callable[[State], Outcome | None]


def request(act: Act, case: str | None = None, mechanism: str | None = None, **more: Any) -> Any:
    """``act`` asked for."""
    from luoshi.casework.act import Request

    return Request(
        act.actor,
        act.action,
        case,
        mechanism,
        act.fields,
        act.files,
        act.approval,
        act.part,
        act.roles,
        act.area,
        **more,
    )


class Life:
    """Cases of the pack ``name`` in the store that is in force; time goes on with every act."""

    def __init__(self, name: str, seed: int, begin: datetime = BEGIN) -> None:
        self.name = name
        self.flow: Flow = flow_of(name)
        self.chance = Random(seed)
        self.walker = Walker(self.flow, calendar(), self.chance, standing=standing_of(self.flow.mechanism))
        self.at = begin
        self.states: dict[str, State] = {}
        self.history: dict[str, list[Again]] = {}
        self.hurry = False
        self.one_way = False
        """Whether acts follow each other within minutes."""

    def live(self, steps: int, most: int = 6) -> None:
        """``steps`` acts, each on a case chosen by chance; now and then a new case, a sweep, an unlawful act."""
        for _ in range(steps):
            going = [case for case, state in self.states.items() if self.walker.moves(state, self.at)]
            if len(going) < 2 or (len(going) < most and self.chance.random() < 0.2):
                self.take(None)
            else:
                self.take(self.chance.choice(going))
            if self.chance.random() < 0.15:
                self.sweep()

    def take(self, case: str | None) -> str | None:
        """One lawful act; its case."""
        from luoshi.casework.act import act as write

        state = self.states[case] if case else State()
        self.at = self.at + timedelta(minutes=3) if self.hurry else later(self.at, self.chance, state)
        moves = self.walker.moves(state, self.at)
        if case is None and self.one_way:
            moves = moves[:1]
        if not moves:
            return None
        act = self.walker.act(state, self.chance.choice(moves), self.at)
        done = write(DISTRICT, request(act, case, None if case else self.name), authorise=allow, now=self.at)
        assert done is not None
        self._again(done.case, lambda old: step(self.flow, old, act, calendar()), self.at)
        assert (done.stage, done.body) == (self.states[done.case].stage, self.states[done.case].body)
        return done.case

    def _again(self, case: str, again: Again, at: datetime) -> None:
        def stamped(old: State) -> Outcome | None:
            outcome = again(old)
            if outcome is not None:
                outcome.state.at = at.isoformat(timespec="seconds")
            return outcome

        outcome = stamped(self.states.get(case, State()))
        assert outcome is not None
        self.states[case] = outcome.state
        self.history.setdefault(case, []).append(stamped)

    def sweep(self, at: datetime | None = None) -> int:
        """A sweep at ``at``; the same rungs are climbed here. How many."""
        from luoshi.casework.sweeping import sweep

        self.at = max(at or self.at + timedelta(hours=self.chance.randrange(1, 80)), self.at)
        swept = sweep(DISTRICT, now=self.at)
        assert not swept.failed
        climbed = 0
        for case in self.states:
            again = partial(self._escalate, epoch(self.at))
            while again(self.states[case]) is not None:
                self._again(case, again, self.at)
                climbed += 1
        assert swept.done == climbed
        return climbed

    def _escalate(self, now: int, state: State) -> Outcome | None:
        return system.escalate(self.flow, state, now, calendar())

    def link(self, case: str, matter: str) -> None:
        """``case`` told to be the same matter as ``matter``."""
        from luoshi.casework.act import NOBODY, Request
        from luoshi.casework.act import act as write

        def again(state: State) -> Outcome:
            return system.link(self.flow, state, matter, "同一事项")

        write(
            DISTRICT,
            Request(NOBODY, case=case, system=lambda _, state, *__: again(state)),
            authorise=allow,
            now=self.at,
        )
        self._again(case, again, self.at)


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every byte that casework has stored."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM casework_{table}")
            rows = [tuple(bytes(one) if isinstance(one, memoryview) else one for one in row) for row in cursor]
            found[table] = sorted(rows, key=repr)
    return found


def hold(*lives: Life) -> None:
    """Laws 2, 5, 6 and 9 over the whole store."""
    from luoshi.casework.models import Case, Entry, Part, Plaintext

    audit(DISTRICT)
    for life in lives:
        for case, state in life.states.items():
            row = Case.objects.get(district=DISTRICT, case=case)
            entries = list(Entry.objects.filter(case_id=row.pk).order_by("n"))
            folded = verify_chain([bytes(entry.data) for entry in entries])
            assert folded is not None
            stored = tuple(getattr(row, name) for name in COLUMNS)
            assert row_bytes(folded) == row_bytes(stored), case
            assert row.state == state.to_json(), case
            assert (row.stage, row.body) == (state.stage, state.body)
            replayed = State()
            for again in life.history[case]:
                outcome = again(replayed)
                assert outcome is not None
                replayed = State.from_json(outcome.state.to_json(), stage=outcome.state.stage, body=outcome.state.body)
            assert replayed.to_json() == row.state, case
            assert len(entries) == len(life.history[case])
            assert (row.act_by, row.next_at) == (outcome.act_by, outcome.next_at)
            if row.matter is not None:
                assert row.weight == "0", case
            for part in Part.objects.filter(case_id=row.pk, open=True):
                own = [clock for clock in state.parts[part.key]["clocks"].values() if "stopped" not in clock]
                dues = [clock["due"][:10] for clock in own if "due" in clock]
                assert part.act_by == (min(dues) if dues else row.act_by), (case, part.key)
            parts = {
                part.key: (part.kind, part.body, part.stage, part.open, part.weight)
                for part in Part.objects.filter(case_id=row.pk)
            }
            assert parts == {
                key: (part["kind"], part["body"], part["stage"], part["open"], part.get("weight"))
                for key, part in state.parts.items()
            }
    salts = set()
    for kept in Plaintext.objects.filter(district=DISTRICT):
        entry = Entry.objects.get(case_id=kept.case_id, n=kept.n)
        salts |= _committed(bytes(entry.data), kept.private, kept.personal, salts)


def _committed(data: bytes, private: str, personal: str | None, salts: set[str]) -> set[str]:
    """Law 9 for one entry: nothing of the plaintexts is in it, and each commitment opens to its own text alone."""
    told = json.loads(data)
    kept: dict[str, list[str]] = {**json.loads(private), **json.loads(personal or "{}")}
    assert CLOCK_TIME.search(data.replace(b"sha256", b"")) is None
    assert {"act_at"} <= kept.keys()
    fields = flow_of(told["mechanism"]).mechanism.fields
    for name in json.loads(private):
        assert name not in fields or not fields[name].personal, f"{name} would outlive the person's erasure"
    outside = {"act_officer", "act_approver"}  # of who acts from outside, who is no officer
    for name in json.loads(personal or "{}"):
        assert name in outside or fields[name].personal
    if not told["act"].startswith("sys_"):  # the system's own entries have words of their own
        assert not [name for name in told["data"].keys() & fields.keys() if fields[name].committed]
    for name, (salt, text) in kept.items():
        commitment = bytes.fromhex(told["commitments"][name])
        assert check(commitment, name, text, bytes.fromhex(salt))
        assert not check(commitment, name, text + " ", bytes.fromhex(salt))
        assert not check(commitment, name + "x", text, bytes.fromhex(salt))
        if len(text) > 3:
            assert text.encode() not in data, (name, text)
        assert salt not in salts, "a salt used twice"
        assert bytes.fromhex(salt).hex() not in data.decode()
    return {salt for salt, _ in kept.values()}
