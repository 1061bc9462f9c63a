"""The work of one write transaction: cases locked, acts decided, numbers taken, everything written.

Used by :mod:`luoshi.casework.act` alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any, Final

from django.conf import settings as django_settings

from luoshi.casework import entries, rows, search
from luoshi.casework.errors import CaseworkError
from luoshi.casework.numbering import number
from luoshi.casework.requests import Authorise, Done, Request, Step
from luoshi.casework.rows import Row
from luoshi.casework.setups import District
from luoshi.casework.setups import district as in_force
from luoshi.casework.sql import Tx
from luoshi.casework.succession import followed
from luoshi.ledger.errors import LedgerError
from luoshi.mechanisms.acts import Act, Outcome, Refused
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step
from luoshi.org.snapshot import snapshot
from luoshi.worktime.axis import iso, local

TITLE: Final = 200
LONGEST_PARTY: Final = 64


class Batch:
    """The work of one transaction."""

    def __init__(
        self,
        tx: Tx,
        place: District,
        now: datetime,
        authorise: Authorise,
        *,
        all_or_none: bool,
        salts: entries.Salts = entries.random_salts,
    ) -> None:
        self.tx = tx
        self.place = place
        self.now = now
        self.authorise = authorise
        self.all_or_none = all_or_none
        self.salts = salts
        self.results: list[Done | Refused | None] = []
        self.steps: list[Step] = []
        self.rows: dict[str, Row] = {}
        self.touched: list[Row] = []

    def run(self, requests: Sequence[Request], *, skip_locked: bool) -> None:
        """Step through all, then number, then write."""
        # What cannot be printed names no case; PostgreSQL would not even take it, and all others would be undone.
        cases = [one.case for one in requests if one.case is not None and one.case.isprintable()]
        self.rows = rows.lock(self.tx, self.place.code, cases, skip_locked=skip_locked)
        # Again: the calendar may have changed, and the cases with it, while this act waited for them.
        self.place = in_force(self.place.code)
        for place, request in enumerate(requests):
            self.results.append(None)
            if skip_locked and request.case is not None and request.case not in self.rows:
                continue
            try:
                self._step(place, request)
            except Refused as refusal:
                if self.all_or_none:
                    raise
                self.results[place] = refusal
        if self.steps:
            number(self.tx, self.place, self.steps)
            fresh = [row for row in self.touched if row.new]
            for row, new_id in zip(fresh, rows.new_ids(self.tx, len(fresh)), strict=True):
                row.id = new_id
            self._write()

    # --- deciding

    def _step(self, place: int, request: Request) -> None:
        row, flow = self._row(request)
        n = row.n + row.pending
        if request.seen is not None and request.seen != n:
            raise Refused("changed", case=row.case, seen=request.seen, n=n, entries=self._since(row, request.seen))
        if request.version == row.version:
            return  # another worker has moved it
        try:
            state = row.unfold()
        except (ValueError, TypeError) as error:
            raise Refused("case_fault", kind=type(error).__name__, reason=str(error)) from error
        at = self._moment(request, state)
        taken: Act | None = None
        if request.system is not None:
            outcome = request.system(flow, state, self.place.calendar, at)
            if outcome is None:
                return
            outcome.state.at = iso(at)
        else:
            taken = self._act(request, row, at)
            self.authorise(taken, row.mechanism, row)
            followed = self._followed(row, flow, state, at)
            outcome = step(flow, followed.state if followed else state, taken, self.place.calendar)
            if followed is not None:
                self._add(place, row, flow, followed, None, row.version)
            if row.matter is not None and "weight" in outcome.sets:
                outcome.sets["weight"] = "0"  # it is counted with the matter that it was linked to
        self._add(place, row, flow, outcome, taken, row.version if request.version is None else request.version)

    def _followed(self, row: Row, flow: Flow, state: State, at: datetime) -> Outcome | None:
        """Of a closed case: the bodies that have ended since, followed by others. An open one was handed over then."""
        if row.open or row.new:
            return None
        tree = snapshot(row.district).tree
        return followed(tree, row.area, row.category, flow, state, self.place.calendar, at)

    def _add(self, place: int, row: Row, flow: Flow, outcome: Outcome, taken: Act | None, version: int) -> None:
        row.flow_state = outcome.state
        if not row.pending:
            self.touched.append(row)
        row.pending += 1
        self.steps.append(Step(place, row, flow, outcome, taken, outcome.state.at, version))

    def _row(self, request: Request) -> tuple[Row, Flow]:
        if request.case is not None:
            row = self.rows.get(request.case)
            if row is None:
                raise Refused("case_unknown", case=request.case)
            return row, self.place.flow(row.mechanism, row.version if request.version is None else request.version)
        if request.mechanism is None:
            raise Refused("case_unknown", case="")
        if request.party is not None:
            _check_party(request.party)
        found = self.place.opening(request.mechanism)
        row = Row(0, self.place.code, "", "", request.mechanism, found.version, party=request.party, new=True)
        return row, found.flow

    def _moment(self, request: Request, state: State) -> datetime:
        """When the act was done. The server's own clock never goes back in a case, even if the machine's does."""
        last = state.at
        if request.at is None:
            return max(self.now, datetime.fromisoformat(last)) if last else self.now
        asked = local(request.at)
        if asked > self.now:
            raise Refused("in_future", at=asked.isoformat(timespec="minutes"))
        if last and asked < datetime.fromisoformat(last):
            raise Refused("before_last", at=asked.isoformat(timespec="minutes"), last=last)
        return asked

    def _act(self, request: Request, row: Row, at: datetime) -> Act:
        roles = request.roles
        if row.new and not row.pending:
            standing = self.place.opening(row.mechanism).standing
            roles = {**standing, **roles} if roles else standing
        return Act(
            request.action,
            request.actor,
            at,
            request.fields,
            request.files,
            request.approval,
            request.part,
            roles,
            request.area,
        )

    def _since(self, row: Row, seen: int) -> list[dict[str, Any]]:
        """What happened in the case since entry ``seen``: act, role and day of each, for who comes second."""
        sql = "SELECT data FROM casework_entry WHERE district = %s AND case_id = %s AND n > %s ORDER BY n"
        found = []
        for (data,) in self.tx.all(sql, (row.district, row.id, seen)):
            value = json.loads(bytes(data))
            found.append({name: value[name] for name in ("n", "act", "actor_body", "actor_role", "on_day", "stage_to")})
        return found

    # --- writing

    def _write(self) -> None:
        sm3 = bool(getattr(django_settings, "LUOSHI_SM3", False))
        today = self.now.date()
        made: list[tuple[Any, ...]] = []
        plain: list[tuple[Any, ...]] = []
        papers: list[tuple[Any, ...]] = []
        claims: list[tuple[Any, ...]] = []
        parts: list[tuple[Any, ...]] = []
        for one in self.steps:
            row, outcome = one.row, one.outcome
            row.version = one.version
            try:
                written = entries.entry(
                    row, outcome, one.act, at=one.at, recorded_on=today, sm3=sm3, salts_from=self.salts
                )
            except LedgerError as error:
                raise CaseworkError("entry_refused", case=row.case, rule=error.code, **error.details) from error
            told_by = row.act_by
            _follow(row, one, written)
            key = (row.district, row.id, row.n)
            made.append((*key, written.data, written.digest))
            plain.append((*key, written.private, written.personal))
            if outcome.papers:
                for paper, no in zip(outcome.papers, one.numbers, strict=True):
                    papers += [(*key, paper.document, no or None, body, one.at[:10], 0) for body in paper.to]
            if outcome.claim is not None:
                claims.append((row.district, row.id, *outcome.claim, row.n))
            if outcome.state.parts:
                parts += _part_rows(row, outcome, moved=row.act_by != told_by)
            self.results[one.place] = Done(
                row.case, row.number, row.n, row.stage, row.body, row.due_on, tuple(filter(None, one.numbers))
            )
        for row in self.touched:
            row.state = row.unfold().to_json()
        # In the order of the indexes, whose pages are then each gone to once; an entry's place is the log's order.
        self.touched.sort(key=_id)
        plain.sort(key=_key)
        rows.write(self.tx, self.touched)
        search.write(self.tx, self._titles())
        self.tx.insert("casework_entry", ("district", "case_id", "n", "data", "digest"), made)
        self.tx.insert("casework_plaintext", ("district", "case_id", "n", "private", "personal"), plain)
        self.tx.insert("casework_notice", _NOTICE, papers)
        self.tx.insert("casework_claim", ("district", "case_id", "clock", "run", "rung", "n"), claims)
        if parts:
            self.tx.each(_PART, parts)

    def _titles(self) -> list[search.Change]:
        """The public titles that changed, also by a move to a version whose titles are personal, or are no longer."""
        changed = []
        for row in self.touched:
            title, version = (None, row.version) if row.new else rows.was(row)
            if row.title == title and row.version == version:
                continue
            old, new = (
                told if told is not None and search.public_title(self.place.flow(row.mechanism, number)) else None
                for told, number in ((title, version), (row.title, row.version))
            )
            if old != new:
                changed.append(search.Change(row.district, row.id, old, new))
        return changed


_id = attrgetter("id")
_key = itemgetter(1, 2)
_NOTICE: Final = ("district", "case_id", "n", "document", "number", "body", "on_day", "tries")
_PART: Final = (
    "INSERT INTO casework_part (district, case_id, key, mechanism, kind, body, stage, open, weight, act_by) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (district, case_id, key) DO UPDATE SET "
    "body = excluded.body, stage = excluded.stage, open = excluded.open, act_by = excluded.act_by"
)


def _check_party(party: str) -> None:
    """Raise Refused ``field_value`` unless ``party`` can be kept, on either store."""
    if not party or not party.isprintable():
        raise Refused("field_value", field="party", want="text")
    if len(party) > LONGEST_PARTY:
        raise Refused("field_value", field="party", want="shorter", most=LONGEST_PARTY)


def _follow(row: Row, one: Step, written: entries.Written) -> None:
    """Change ``row`` as its new entry says: what a fold of the entries gives, and what lists need."""
    outcome = one.outcome
    if outcome.stage_from != outcome.stage_to:
        # A reminder or a remark since changes nothing: the last entry that moved the case tells.
        taken = one.flow.actions.get(outcome.act)
        row.returned = taken is not None and taken.action.kind == "return"
    row.n += 1
    row.head, row.head_sm3 = written.digest, written.sm3
    row.stage, row.body = outcome.stage_to, outcome.state.body
    for column, value in outcome.sets.items():
        setattr(row, column, value)
    row.open = one.flow.mechanism.stages[outcome.stage_to].open
    row.act_by, row.next_at = outcome.act_by, outcome.next_at
    title = one.flow.mechanism.title
    if title is not None:
        told = outcome.personal.get(title) or outcome.private.get(title) or outcome.data.get(title)
        if isinstance(told, str):
            row.title = told[:TITLE]
    matter = outcome.data.get("matter")
    if one.act is None and isinstance(matter, str):
        row.matter = matter


def _part_rows(row: Row, outcome: Outcome, *, moved: bool) -> Iterable[tuple[Any, ...]]:
    """The parts that changed; and if the case's day ``moved``, the open ones, of which those without clocks have it."""
    open_ones = [key for key, part in outcome.state.parts.items() if part["open"]] if moved else []
    for key in dict.fromkeys((*outcome.parts_changed, *open_ones)):
        part = outcome.state.parts[key]
        dues = [one["due"][:10] for one in part["clocks"].values() if "due" in one and "stopped" not in one]
        act_by = min(dues) if dues else row.act_by
        yield (
            row.district,
            row.id,
            key,
            row.mechanism,
            part["kind"],
            part["body"],
            part["stage"],
            part["open"],
            part.get("weight"),
            act_by,
        )
