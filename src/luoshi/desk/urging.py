"""催办、督办、通报 by hand: which steps can be taken just now in what is behind, and taking one in one case or many.

Which actions are steps is the mechanism's word (``commitment.steps``); whether one may be taken is the writer's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from luoshi.casework import pending
from luoshi.casework.act import Request
from luoshi.casework.door import LARGEST_PAGE
from luoshi.casework.errors import CaseworkError
from luoshi.casework.models import PendingAct
from luoshi.casework.offers import Offer, offers_many
from luoshi.casework.sql import reading
from luoshi.commitments.board import REASONS_BEHIND, Card
from luoshi.commitments.progress import Deadline, Pace
from luoshi.desk.boarding import in_order
from luoshi.desk.bulkwork import Bulk, Chosen, Told, Way
from luoshi.desk.names import Names, pick
from luoshi.desk.promised import Line, lines_of
from luoshi.desk.visit import Visit
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.model import Mechanism
from luoshi.messages import tr
from luoshi.words.casework import describe_casework, describe_refusal
from luoshi.words.commitments import explain_light

STEPS: Final = ("urged", "supervised", "circulated")
FEW: Final = 3
"""Approvers who are named; of more the office alone is."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that can be taken in a case, or why not. ``whom``: whose approval it needs; ``form``: it asks for
    something, so that it is taken on the page of the case."""

    action: str
    name: str
    whom: str
    form: bool
    blocked: str


@dataclass(frozen=True, slots=True)
class Wait:
    """A step that waits for its approval: by whom it can be given; ``overtaken``: it has to be asked for anew."""

    action: str
    name: str
    whom: str
    overtaken: bool


@dataclass(frozen=True, slots=True)
class Late:
    """A row of what is behind: why, since when each, the steps, and what waits. ``told``: what was just done."""

    line: Line
    why: tuple[str, ...]
    steps: tuple[Step, ...]
    waits: tuple[Wait, ...]
    told: str = ""
    wrong: str = ""

    @property
    def row(self) -> Any:
        """The case."""
        return self.line.card.case


def actions_of(mechanism: Mechanism) -> tuple[str, ...]:
    """The actions that are steps taken by hand, the lowest first."""
    carries = mechanism.commitment
    if carries is None:
        return ()
    return tuple(name for step in STEPS for name in getattr(carries.steps, step) if name in mechanism.actions)


def reasons(card: Card) -> tuple[str, ...]:
    """Why the card is among what is behind, each reason with its day."""
    lights = card.progress
    if lights is None:
        return ()
    found = []
    if lights.deadline.state is Deadline.OVERDUE:
        found.append(explain_light(lights.deadline))
    if lights.pace.state is Pace.BEHIND or lights.pace.reason in REASONS_BEHIND:
        found.append(explain_light(lights.pace))
    return tuple(found)


def rows_of(visit: Visit, cards: Sequence[Card], told: str = "", wrong: str = "") -> list[Late]:
    """A row for each card; steps and what waits in a constant number of look-ups."""
    held = [card for card in cards if card.case is not None]
    offered: dict[str, tuple[Offer, ...]] = {}
    codes = [card.case.case for card in held if card.case is not None]
    for start in range(0, len(codes), LARGEST_PAGE):
        offered |= offers_many(visit.district, visit.officer, codes[start : start + LARGEST_PAGE], visit.now)
    waits, names = _waiting(visit, held), Names(visit)
    return [
        _late(visit, names, line, offered.get(line.card.case.case, ()), waits.get(line.card.case.id, ()), told, wrong)
        for line in lines_of(visit, held)
        if line.card.case is not None
    ]


def _late(
    visit: Visit, names: Names, line: Line, offered: Sequence[Offer], waits: Sequence[PendingAct], told: str, wrong: str
) -> Late:
    case = line.card.case
    assert case is not None
    mechanism = visit.place.flow(case.mechanism, case.version).mechanism
    by_hand = actions_of(mechanism)
    steps = tuple(
        _step(visit, names, mechanism, offer)
        for action in by_hand
        for offer in offered
        if offer.action == action and offer.part is None
    )
    held = tuple(_wait(visit, names, mechanism, one, case.n) for one in waits if one.action in by_hand)
    return Late(line, reasons(line.card), steps, held, told, wrong)


def _step(visit: Visit, names: Names, mechanism: Mechanism, offer: Offer) -> Step:
    action = offer.ready.action
    return Step(
        offer.action,
        pick(action, visit.lang),
        names.role(mechanism.id, offer.approval) if offer.approval else "",
        bool(action.supply or action.needs.evidence),
        describe_refusal(offer.blocked, mechanism) if offer.blocked is not None else "",
    )


def _waiting(visit: Visit, cards: Iterable[Card]) -> Mapping[int, list[PendingAct]]:
    """The acts that wait for an approval, by the id of their case."""
    ids = [card.case.id for card in cards if card.case is not None]
    found: dict[int, list[PendingAct]] = {}
    with reading():
        for one in PendingAct.objects.filter(district=visit.district, case_id__in=ids, decision="").order_by("id"):
            found.setdefault(int(one.case_id or 0), []).append(one)
    return found


def _wait(visit: Visit, names: Names, mechanism: Mechanism, one: PendingAct, n: int) -> Wait:
    action = mechanism.actions[one.action]
    whom = approver(visit, names, mechanism.id, one.approver_role, one.approver_body, one.officer)
    return Wait(one.action, pick(action, visit.lang), whom, one.seen != n)


def approver(visit: Visit, names: Names, mechanism: str, role: str, body: str, asker: str) -> str:
    """Who can approve: the role and its body, and the officers if they are few."""
    able = visit.org.posts.holders(mechanism, role, body, None, visit.on_day) - {asker}
    told = f"{names.body(body)} {names.role(mechanism, role)}"
    if not 0 < len(able) <= FEW:
        return told
    return tr("{office} ({officers})", office=told, officers=tr(", ").join(sorted(map(names.officer, able))))


# --- taking a step


class Stepping:
    """The chosen cases, and one step to be taken in them."""

    def __init__(self, visit: Visit, chosen: Sequence[Chosen], action: str) -> None:
        self.visit = visit
        self.action = action
        self.bulk = Bulk(visit, chosen)
        self.way: Way | None = next((way for way in self.bulk.ways() if self._is(way)), None)

    def _is(self, way: Way) -> bool:
        return way.ready.name == self.action and self.action in actions_of(way.flow.mechanism)

    @property
    def approved(self) -> bool:
        """Whether somebody has to approve it."""
        return self.way is not None and self.way.ready.action.needs.approval is not None

    def rehearsed(self, fields: Mapping[str, Any]) -> list[Told]:
        """What would happen; nothing of it stays."""
        assert self.way is not None
        return (
            [self._would(one) for one in self.bulk.chosen] if self.approved else self.bulk.rehearsed(self.way, fields)
        )

    def done(self, fields: Mapping[str, Any]) -> list[Told]:
        """Take it, or ask for its approval; what became of each case."""
        assert self.way is not None
        if not self.approved:
            return self.bulk.done(self.way, fields)
        waits = self._waits()
        return [self._ask(one, fields, waits) for one in self.bulk.chosen]

    def _told(self, one: Chosen, refused: str = "") -> Told:
        row = self.bulk.rows[one.case]
        return Told(one, row, row.title or row.number, refused, row.stage, row.body, row.due_on)

    def _would(self, one: Chosen) -> Told:
        return self._told(one, self._hindrance(one, self._waits()))

    def _hindrance(self, one: Chosen, waits: frozenset[str]) -> str:
        assert self.way is not None
        row, offer = self.bulk.rows[one.case], self.way.offers.get(one.case)
        if row.n != one.n:
            return tr("The case has gone on since you chose it; look at it again.")
        if offer is None:
            return tr("It is not yours to do in this case, or not at its stage.")
        if offer.blocked is not None:
            return describe_refusal(offer.blocked, self.way.flow.mechanism)
        return tr("It waits for its approval already.") if one.case in waits else ""

    def _waits(self) -> frozenset[str]:
        """The chosen cases in which the step waits already, and nothing has happened since it was asked for."""
        rows = {self.bulk.rows[one.case].id: self.bulk.rows[one.case] for one in self.bulk.chosen}
        with reading():
            found = PendingAct.objects.filter(
                district=self.visit.district, case_id__in=list(rows), action=self.action, decision=""
            ).values_list("case_id", "seen")
            return frozenset(rows[case].case for case, seen in found if case is not None and rows[case].n == seen)

    def _ask(self, one: Chosen, fields: Mapping[str, Any], waits: frozenset[str]) -> Told:
        assert self.way is not None
        refused = self._hindrance(one, waits)
        if refused:
            return self._told(one, refused)
        mechanism = self.way.flow.mechanism
        request = Request(self.way.offers[one.case].actor, self.action, case=one.case, fields=fields, seen=one.n)
        try:
            pending.ask(self.visit.district, request, self.visit.now)
        except Refused as refusal:
            return self._told(one, describe_refusal(refusal, mechanism))
        except CaseworkError as error:
            return self._told(one, describe_casework(error, mechanism))
        return self._told(one)

    def whom(self) -> str:
        """Whose approval the step needs."""
        assert self.way is not None
        approval = self.way.ready.action.needs.approval
        return Names(self.visit).role(self.way.mechanism, approval) if approval else ""


def grouped(visit: Visit, rows: Iterable[Late]) -> Iterator[tuple[str, str, list[Late]]]:
    """The rows by the body in charge, in the order of the district's tree: its code, its name, its rows."""
    held: dict[str, list[Late]] = {}
    for one in rows:
        held.setdefault(one.row.body, []).append(one)
    names = Names(visit)
    for code in in_order(visit, held):
        yield code, names.body(code), held[code]
