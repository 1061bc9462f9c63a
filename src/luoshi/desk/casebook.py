"""What the page of a case shows, put together from the read door, the offers, the clocks and the entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

from luoshi.casework import door
from luoshi.casework.door import CaseRow
from luoshi.casework.models import PendingAct
from luoshi.casework.offers import Held, Offer, offers, state_of
from luoshi.desk.clocks import ClockView, clocks_of
from luoshi.desk.names import Names, pick
from luoshi.desk.timeline import SHOWN, Item, Story, items, story
from luoshi.desk.visit import Visit
from luoshi.mechanisms.model import Column, Mechanism
from luoshi.messages import Language
from luoshi.sealing import log
from luoshi.words.casework import describe_refusal

SHORT: Final = 12
"""Digits of a digest that are shown."""


@dataclass(frozen=True, slots=True)
class Next:
    """Something that this person may do; ``blocked`` says why not now, ``approval`` whose approval it needs.

    ``main``: it leads the case on towards its close.
    """

    action: str
    part: str | None
    title: str
    part_body: str
    approval: str
    blocked: str
    waits: bool
    main: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """An act that waits for an approval: by whom it was asked for, who decides; ``mine``: it was this reader."""

    id: int
    title: str
    officer: str
    role: str
    body: str
    asked_at: int
    mine: bool


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of a split case."""

    body: str
    kind: str
    stage: str
    open: bool
    weight: str
    due: str | None


@dataclass(slots=True)
class Book:
    """All of it. ``items`` are shown, ``more`` older ones are not; ``n`` is the last entry that the page knows.

    ``others``: role and body of those who are in the case besides the one whose turn it is; ``sealed``: there is a
    signed log to check the ledger against.
    """

    row: CaseRow
    held: Held
    mechanism: Mechanism
    n: int
    mark: str
    next: list[Next]
    waiting: list[Waiting]
    clocks: list[ClockView]
    parts: list[PartView]
    others: list[tuple[str, str]]
    items: list[Item]
    more: int
    entries: int
    head: str
    due: str | None
    role: str
    category: str
    grade: str
    done: bool
    counted: tuple[CaseRow, ...]
    sealed: bool

    @property
    def way(self) -> list[Next]:
        """What can be done now, the main way first."""
        return [one for one in self.next if not one.blocked and not one.waits]

    @property
    def blocked(self) -> list[Next]:
        """What cannot be done now."""
        return [one for one in self.next if one.blocked]


def look(visit: Visit, case: str, *, after: int | None = None, everything: bool = False) -> Book | None:
    """The page of ``case``; with ``after`` only the entries after that number. None if it is not seen."""
    row = door.may_read(visit.sight, case)
    if row is None:
        return None
    held = state_of(visit.district, case)
    names, mechanism = Names(visit), held.flow.mechanism
    found = story(visit, row)
    told = items(visit, names, held.flow, found, after or 0)
    shown = told if everything or after is not None else told[:SHOWN]
    waits = waiting_in(visit, names, mechanism, row)
    stage = mechanism.stages.get(row.stage)
    responsible = stage.responsible if stage is not None else None
    clocks = clocks_of(visit, names, held.flow, held.state)
    return Book(
        row=row,
        held=held,
        mechanism=mechanism,
        n=row.n,
        mark=mark_of(one.id for one in waits),
        next=_next(visit, names, mechanism, offers(visit.district, visit.officer, case, visit.now), waits),
        waiting=waits,
        clocks=clocks,
        parts=_parts(visit, names, held),
        others=_others(names, row, held, responsible),
        items=shown,
        more=len(told) - len(shown),
        entries=len(found.entries),
        head=found.head[:SHORT],
        due=row.act_by or row.due_on,
        role=names.role(row.mechanism, responsible) if responsible else "",
        category=column_name(mechanism, "category", row.category, visit.lang),
        grade=column_name(mechanism, "grade", row.grade, visit.lang),
        done=stage is not None and stage.outcome == "done",
        counted=door.counted_with(visit.sight, case),
        sealed=log.head() is not None,
    )


def mark_of(ids: Iterable[int]) -> str:
    """What waits, as a part of an address."""
    return "-".join(str(one) for one in sorted(ids))


def waiting_in(visit: Visit, names: Names, mechanism: Mechanism, row: CaseRow) -> list[Waiting]:
    """What waits for an approval in the case of ``row``, which the door has shown."""
    found = PendingAct.objects.filter(district=visit.district, case_id=row.id, decision="").order_by("id")
    every = {path[-1]: action for path, action in mechanism.every_action()}
    return [
        Waiting(
            one.id,
            pick(every[one.action], visit.lang) if one.action in every else one.action,
            names.officer(one.officer),
            names.role(mechanism.id, one.approver_role),
            names.body(one.approver_body),
            one.asked_at,
            one.officer == visit.officer,
        )
        for one in found
    ]


def _next(
    visit: Visit, names: Names, mechanism: Mechanism, offered: Iterable[Offer], waits: list[Waiting]
) -> list[Next]:
    titles = {one.title for one in waits}
    found = []
    for one in offered:
        title = pick(one.ready.action, visit.lang)
        found.append(
            Next(
                one.action,
                one.part,
                title,
                names.body(one.part.split(".", 2)[-1]) if one.part else "",
                names.role(mechanism.id, one.approval) if one.approval else "",
                describe_refusal(one.blocked, mechanism) if one.blocked is not None else "",
                title in titles,
                one.leads == "forward",
            )
        )
    return found


def _others(names: Names, row: CaseRow, held: Held, responsible: str | None) -> list[tuple[str, str]]:
    """Who has a role in the case but is not the one whose turn it is, as (role, body), in the mechanism's order."""
    held_by = held.state.roles
    return [
        (names.role(row.mechanism, role), names.body(held_by[role]))
        for role in held.flow.mechanism.roles
        if role in held_by and role != responsible
    ]


def _parts(visit: Visit, names: Names, held: Held) -> list[PartView]:
    mechanism, lang = held.flow.mechanism, visit.lang
    found = []
    for part in held.state.parts.values():
        branch = next(
            (
                stage.parallel.branches[part["branch"]]
                for stage in mechanism.stages.values()
                if stage.parallel is not None and part["branch"] in stage.parallel.branches
            ),
            None,
        )
        kinds: dict[str, Any] = {
            kind: named
            for stage in mechanism.stages.values()
            if stage.parallel is not None
            for kind, named in stage.parallel.kinds.items()
        }
        stage_named = branch.stages.get(part["stage"]) if branch is not None else None
        dues = [one["due"][:10] for one in part["clocks"].values() if "due" in one and "stopped" not in one]
        found.append(
            PartView(
                names.body(part["body"]),
                pick(kinds[part["kind"]], lang) if part["kind"] in kinds else part["kind"],
                pick(stage_named, lang) if stage_named is not None else part["stage"],
                part["open"],
                part.get("weight", ""),
                min(dues) if dues else None,
            )
        )
    return sorted(found, key=lambda one: not one.open)


def told_before(found: Story) -> Iterable[tuple[str, dict[str, Any]]]:
    """Each act with what it told that is not personal, the newest first."""
    for entry, told in found.last_given():
        values = {name: view.text for name, view in told.items() if not view.personal}
        yield str(entry["act"]), {**values, **entry["data"]}


def column_name(mechanism: Mechanism, column: str, code: str | None, lang: Language) -> str:
    """What a code in a public column (category, channel, grade) is called: by the choices of the field that sets it."""
    for _, action in mechanism.every_action():
        source = action.sets.get(cast("Column", column))
        choices = mechanism.fields[source].choices if source in mechanism.fields else {}
        if code in choices:
            return pick(choices[code], lang)
    return code or ""
