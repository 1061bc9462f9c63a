"""Acting on many cases at once: which acts are on offer for the chosen ones, what would happen in each, what did.

Nothing is decided here: offers, the rehearsal and the act are the writer's. A rehearsal is one transaction that is
undone; the act is one transaction, in which a case that is refused is left out and told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from luoshi.casework.act import Done, Request, Results, act_many
from luoshi.casework.authority import by_posts
from luoshi.casework.door import CaseRow, may_read_many
from luoshi.casework.offers import ORDER, Offer, offers_many
from luoshi.desk.names import pick
from luoshi.desk.visit import Visit
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import Flow, Ready
from luoshi.messages import tr
from luoshi.words.casework import describe_refusal

MOST: Final = 500
"""Cases that are acted on at once."""
LONGEST_N: Final = 9


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case that was chosen, and the number of the last entry that was there then."""

    case: str
    n: int

    @property
    def written(self) -> str:
        """As the form holds it."""
        return f"{self.n}.{self.case}"


def read_chosen(values: Sequence[str]) -> list[Chosen]:
    """What the form holds, each case once; what is no case is left out."""
    found: dict[str, Chosen] = {}
    for value in values[: MOST + 1]:
        n, _, case = value.partition(".")
        if n.isascii() and n.isdigit() and len(n) <= LONGEST_N and 0 < len(case) <= 60 and case.isprintable():
            found.setdefault(case, Chosen(case, int(n)))
    return list(found.values())


@dataclass(slots=True)
class Way:
    """An act that could be taken in some of the chosen cases: in ``offers`` by case. ``alone``: why not for many."""

    key: str
    mechanism: str
    name: str
    flow: Flow
    ready: Ready
    offers: dict[str, Offer] = field(default_factory=dict)
    alone: str = ""

    @property
    def rank(self) -> int:
        """The place among the ways by where it leads."""
        return min(ORDER.index(offer.leads) for offer in self.offers.values())

    @property
    def free(self) -> int:
        """In how many cases nothing hinders it just now."""
        return sum(offer.blocked is None for offer in self.offers.values())


@dataclass(frozen=True, slots=True)
class Told:
    """What would happen in one case, or did, or why not: ``stage``, ``body`` and ``due`` are those after the act."""

    chosen: Chosen
    row: CaseRow
    title: str
    refused: str = ""
    stage: str = ""
    body: str = ""
    due: str | None = None
    documents: tuple[str, ...] = ()
    field: str = ""


class Bulk:
    """The chosen cases before one officer."""

    def __init__(self, visit: Visit, chosen: Sequence[Chosen]) -> None:
        self.visit = visit
        self.rows = may_read_many(visit.sight, [one.case for one in chosen])
        self.chosen = [one for one in chosen if one.case in self.rows]
        self.offered = offers_many(visit.district, visit.officer, list(self.rows), visit.now)

    def ways(self) -> list[Way]:
        """What can be done: what leads on first, returns and side doors last; then what fits the most cases."""
        found: dict[str, Way] = {}
        for one in self.chosen:
            row = self.rows[one.case]
            flow = self.visit.place.flow(row.mechanism, row.version)
            for offer in self.offered.get(one.case, ()):
                key = ":".join((row.mechanism, *(offer.ready.branch or ()), offer.action))
                way = found.setdefault(key, Way(key, row.mechanism, self._name(offer), flow, offer.ready))
                way.alone = way.alone or _alone(flow, offer)
                way.offers.setdefault(one.case, offer)
        return sorted(found.values(), key=lambda way: (bool(way.alone), way.rank, -way.free, way.key))

    def _name(self, offer: Offer) -> str:
        return pick(offer.ready.action, self.visit.lang)

    def rehearsed(self, way: Way, fields: Mapping[str, Any]) -> list[Told]:
        """What would happen in each case; nothing of it stays."""
        kept: Results = []

        def undo(_: object, results: Results) -> None:
            kept.extend(results)
            raise _Undone

        requests = self._requests(way, fields)
        with suppress(_Undone):
            act_many(self.visit.district, requests, authorise=self._by_posts(), now=self.visit.now, also=undo)
        return self._told(way, kept)

    def done(self, way: Way, fields: Mapping[str, Any]) -> list[Told]:
        """Do it, where it is allowed; what became of each case. A case that has gone on since is left alone."""
        requests = self._requests(way, fields)
        results = act_many(self.visit.district, requests, authorise=self._by_posts(), now=self.visit.now)
        return self._told(way, results)

    def _by_posts(self) -> Any:
        return by_posts(self.visit.district)

    def _requests(self, way: Way, fields: Mapping[str, Any]) -> list[Request]:
        made = []
        for one in self.chosen:
            offer = way.offers.get(one.case)
            if offer is not None:
                made.append(
                    Request(offer.actor, offer.action, case=one.case, fields=fields, part=offer.part, seen=one.n)
                )
        return made

    def _told(self, way: Way, results: Results) -> list[Told]:
        answers = iter(results)
        return [self._one(way, one, next(answers) if one.case in way.offers else None) for one in self.chosen]

    def _one(self, way: Way, one: Chosen, result: Done | Refused | None) -> Told:
        row = self.rows[one.case]
        title = row.title or row.number
        mechanism = self.visit.place.flow(row.mechanism, row.version).mechanism
        if result is None:
            why = self._changed(row, one) or tr("It is not yours to do in this case, or not at its stage.")
            return Told(one, row, title, refused=why)
        if isinstance(result, Refused):
            about = str(result.details.get("field") or "")
            if result.code == "field_missing":
                about = next(iter(map(str, result.details.get("fields") or ())), "")  # type: ignore[call-overload]
            return Told(one, row, title, refused=describe_refusal(result, mechanism), field=about)
        return Told(one, row, title, "", result.stage, result.body, result.due_on, result.documents)

    @staticmethod
    def _changed(row: CaseRow, one: Chosen) -> str:
        """Of a case in which the act is no longer on offer: that it has gone on since, if it has."""
        return tr("The case has gone on since you chose it; look at it again.") if row.n != one.n else ""


class _Undone(Exception):  # noqa: N818 - no error: it ends a rehearsal
    """Undoes the transaction."""


def _alone(flow: Flow, offer: Offer) -> str:
    """Why an act is taken case by case; "" if it can be taken for many."""
    action = offer.ready.action
    fields = flow.mechanism.fields
    if offer.approval is not None:
        return tr("Somebody has to approve it in each case: open them one by one.")
    if action.needs.evidence or any(fields[name].type == "files" for name in action.supply):
        return tr("It needs evidence of each case: open them one by one.")
    return ""
