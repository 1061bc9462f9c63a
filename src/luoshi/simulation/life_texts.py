"""What the sample life is told with: settings and texts of ``districts/sample-life``, and a walker that uses them.

A text is looked for in the case's own fields, then in the mechanism's steps and in those of all mechanisms: under
``action.field``, under ``kind:field`` (the kind of the action), under ``field``, under ``@type``. A text that has to
fit another field's value stands in a mapping: ``{by: decision, granted: […], refused: […], else: […]}``. Words in
braces stand for the case's place: ``{street}``, ``{community}``, ``{grid}``, ``{water}``. All of it is invented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Final

from luoshi.casework.walk import Move, Walker
from luoshi.mechanisms.acts import Act, Actor, File
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.model import Action, FieldDef
from luoshi.mechanisms.state import State
from luoshi.mechanisms.yaml_text import read_yaml
from luoshi.worktime.calendar import Calendar

COMMON: Final = "common"
EXTENSION: Final = timedelta(days=14)
"""By how much a day is extended."""
STAYS: Final = 0.85
"""How likely an officer who had the case goes on with it."""
TODAY: Final = frozenset(
    (
        "found_on", "recognised_on", "contacted_on", "patrolled_on", "delivered_on", "announced_on", "hearing_end",
        "issued_on", "accepted_on", "received_on", "body_received_on", "answered_to_on", "approved_on", "begun_on",
        "completed_on", "employed_on", "entered_on", "filed_on", "finished_on", "formed_on", "held_on", "left_on",
        "paid_on", "permitted_on", "produced_on", "published_on", "reported_on", "served_on", "signed_on", "started_on",
    )
)  # fmt: skip
"""Days that an act tells of: its own or one shortly before."""
BEFORE: Final = {"payment_due": 90, "violation_ended_on": 60}
"""Days that lie up to so many days before."""
PEOPLE: Final[Mapping[str, tuple[str, str | None]]] = {
    "contact": ("undertaker", None),
    "chief_name": ("chief", "gov"),
    "leader_name": ("leader", "gov"),
    "investigator_one": ("inspection", "labour_inspection"),
    "investigator_two": ("checker", "labour_inspection"),
    "team": ("supervisor", None),
}
"""Fields that name an officer: in which role, of which body (None: the one in charge)."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What one mechanism's cases are told with: its ``cases`` and the texts of later ``steps``."""

    cases: tuple[Mapping[str, Any], ...]
    steps: Mapping[str, Any]


AsOf = Callable[[str, str, str | None], str]
"""Who has a body's duties on a day, for an area."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a case lies: the code of its area, the words for it, a place in it, and the bodies there."""

    area: str | None
    words: Mapping[str, str]
    point: tuple[float, float] | None = None
    bodies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Telling:
    """One case's story: an entry of :class:`Texts`, and its place."""

    item: Mapping[str, Any]
    spot: Spot


def sample_folder(name: str) -> Path:
    """The folder ``name`` of the sample data: beside the package where it was installed, or in the repository."""
    here = Path(__file__).resolve().parents[1]
    installed = here / name
    return installed if installed.is_dir() else here.parents[1] / name


def read_settings(folder: Path) -> Mapping[str, Any]:
    """``settings.yaml``. Raises MechanismError for what is no YAML, OSError."""
    return _mapping(folder / "settings.yaml")


def read_texts(folder: Path) -> dict[str, Texts]:
    """Mechanism → its texts, with those that all share below. Raises MechanismError for what is no YAML, OSError."""
    files = {path.stem: _mapping(path) for path in sorted((folder / "texts").glob("*.yaml"))}
    shared = files.pop(COMMON)["steps"]
    return {name: Texts(data["cases"], {**shared, **data.get("steps", {})}) for name, data in files.items()}


def _mapping(path: Path) -> Mapping[str, Any]:
    data = read_yaml(path.read_bytes(), path.name).data
    if not isinstance(data, dict):
        raise TypeError(path.name)
    return data


class Staff:
    """Who holds which post, and everybody's name."""

    def __init__(self, posts: Sequence[Any], covers: Any, names: Mapping[str, str]) -> None:
        self.names = names
        self._covers = covers
        self._by_role: dict[str, list[Any]] = {}
        for post in posts:
            self._by_role.setdefault(post.role, []).append(post)
        self._found: dict[tuple[str, str, str, str | None], list[Any]] = {}

    def holders(self, mechanism: str, role: str, body: str, area: str | None, on_day: str) -> list[str]:
        """Officers who may act in ``role`` for ``body`` on that day; those of the case's own area, then of the body
        itself come first."""
        key = (mechanism, role, body, area)
        if key not in self._found:
            posts = [
                post for post in self._by_role.get(role, ()) if post.is_of(mechanism) and self._covers(post, body, area)
            ]
            self._found[key] = sorted(posts, key=lambda post: (post.area is None, post.body != body, post.officer))
        return list(dict.fromkeys(post.officer for post in self._found[key] if post.in_force(on_day)))


class Teller(Walker):
    """A walker whose acts are real officers', with the words and files of one case's story."""

    def __init__(  # noqa: PLR0913 - what a walker has, and what a story adds to it
        self,
        flow: Flow,
        calendar: Calendar,
        chance: Random,
        *,
        standing: Mapping[str, str],
        telling: Telling,
        texts: Texts,
        staff: Staff,
        as_of: AsOf,
        files: Mapping[str, Sequence[tuple[str, int]]],
    ) -> None:
        self.telling = telling
        super().__init__(flow, calendar, chance, standing=standing, bodies=self._others())
        self.texts = texts
        self.staff, self.as_of = staff, as_of
        self.pool = files
        self._action, self._kind, self._at = "", "act", datetime.min
        self._used: list[str] = []

    def _others(self) -> list[str]:
        item, places = self.telling.item, self.telling.spot.bodies
        named = [*item.get("with", ()), "gov_office", "finance", "justice"]
        lead = self._body()
        return [one for one in dict.fromkeys(places.get(one, one) for one in named) if one != lead]

    def _body(self) -> str:
        body = str(self.telling.item["body"])
        return self.telling.spot.bodies.get(body, body)

    # --- who

    def act(self, state: State, move: Move, at: datetime) -> Act:
        """``move`` lawfully filled in by officers who hold the posts. LookupError if there is no such officer."""
        act = super().act(state, move, at)
        marked = {one for mark in move.ready.action.needs.other_than for one in state.marks.get(mark, ())}
        actor = self._real(act.actor, marked, at)
        approval = self._real(act.approval, {*marked, actor.officer}, at) if act.approval is not None else None
        area = self.telling.spot.area if move.ready.action.kind == "open" else None
        return Act(act.action, actor, at, act.fields, act.files, approval, act.part, act.roles, area)

    def _real(self, actor: Actor, but: set[str], at: datetime) -> Actor:
        if actor.role in self.flow.outside:
            return actor
        mechanism, area, on_day = self.flow.mechanism.id, self.telling.spot.area, at.date().isoformat()
        body = self.as_of(actor.body, on_day, area)
        free = [one for one in self.staff.holders(mechanism, actor.role, body, area, on_day) if one not in but]
        if not free:
            raise LookupError(f"{mechanism}: no {actor.role} for {actor.body}")
        known = [one for one in self._used if one in free]
        if self.flow.mechanism.roles[actor.role].kind == "assigned":
            one = free[0]  # the handling officer, so that his head is another person
        elif actor.role == "chief":
            one = self._chief(free)
        elif known and self.chance.random() < STAYS:
            one = known[0]
        else:
            one = free[min(int(self.chance.expovariate(1.2)), len(free) - 1)]
        self._used.append(one)
        return Actor(one, actor.body, actor.role)

    def _chief(self, officers: Sequence[str]) -> str:
        """The river chief of the story's level: of the street, who comes first, or of the district, who comes last."""
        level = self.telling.item.get("fields", {}).get("level")
        return officers[-1 if level in ("county", "city") else 0]

    # --- what

    def _form(self, state: State, move: Move, at: datetime) -> tuple[dict[str, Any], tuple[File, ...]]:
        self._action, self._kind = move.ready.name, move.ready.action.kind
        self._at = at
        self._check_story(move)
        fields, files = super()._form(state, move, at)
        self._left_out(state, move, fields)
        if "new_due" in fields:
            fields["new_due"] = self._longer(state, at)
        for name in fields:
            found = self._source(name)
            if isinstance(found, Mapping) and "by" in found:
                told = {**state.fields, **fields}.get(found["by"])
                fields[name] = self._filled(self.chance.choice(found.get(told) or found["else"]))
            if self.flow.mechanism.fields[name].type == "body":
                fields[name] = self._as_of_today(fields[name])
        return fields, files

    @staticmethod
    def _longer(state: State, at: datetime) -> str:
        """The day to which a limit is to be extended: the same whether it is asked for or granted, and a later one."""
        dues = [clock["due"][:10] for clock in state.clocks.values() if "due" in clock and "stopped" not in clock]
        return (date.fromisoformat(max([*dues, at.date().isoformat()])) + EXTENSION).isoformat()

    def _check_story(self, move: Move) -> None:
        """LookupError if the story says otherwise than the action asks for: a payment complaint is no general one."""
        guard, own = move.ready.action.only_if, self.telling.item.get("fields", {})
        if guard is not None and guard.field in own and own[guard.field] not in guard.any_of:
            raise LookupError(guard.field)

    def _left_out(self, state: State, move: Move, fields: dict[str, Any]) -> None:
        """Take out what may be told and makes sense only with another field's value (``@only``)."""
        for name, (other, value) in self.texts.steps.get("@only", {}).items():
            known = {**state.fields, **fields}
            if name in fields and name not in move.ready.action.supply and known.get(other) != value:
                del fields[name]

    def _as_of_today(self, value: Any) -> Any:
        on_day, area = self._at.date().isoformat(), self.telling.spot.area
        if isinstance(value, str):
            return self.as_of(value, on_day, area)
        return [self.as_of(one, on_day, area) for one in value]

    def _parts(self, action: Action, fields: dict[str, Any]) -> None:
        super()._parts(action, fields)
        for one in action.splits:
            # The lead of a joined matter is the body in charge, not one of the others.
            if one.bodies in fields and not self.flow.mechanism.fields[one.bodies].many:
                fields[one.bodies] = self._body()

    def _source(self, name: str) -> Any:
        """What the steps say of a field; None if nothing."""
        steps = self.texts.steps
        for key in (f"{self._action}.{name}", f"{self._kind}:{name}", name):
            if key in steps:
                return steps[key]
        return None

    def _value(self, name: str, field: FieldDef, at: datetime) -> Any:
        if not field.many:
            return self._one(name, field, at)
        if field.type == "body":
            return self.chance.sample(self.bodies, min(self.chance.randint(1, 2), len(self.bodies)))
        own = self.telling.item.get("fields", {}).get(name)
        if isinstance(own, tuple):
            return [self._filled(one) for one in own]
        told = [self._one(name, field, at) for _ in range(self.chance.randint(2, 3))]
        return list(dict.fromkeys(told))

    def _one(self, name: str, field: FieldDef, at: datetime) -> Any:
        kind = field.type
        if kind == "body":
            return self._chosen_body(name)
        if kind == "place":
            return self._place()
        if kind == "date":
            return self._day(name, field, at)
        if kind == "phone":
            return f"000-{self.chance.randrange(10**8):08}"
        found = self._told(name, field)
        if found is not None:
            return found
        return super()._one(name, field, at)

    def _told(self, name: str, field: FieldDef) -> Any:
        """The text, number or choice that the story has for the field; None if it has none that fits."""
        if name in PEOPLE:
            return self._person(name)
        own = self.telling.item.get("fields", {})
        for found in (own.get(name), self._source(name), self.texts.steps.get(f"@{field.type}")):
            if found is None:
                continue
            value = self.chance.choice(found) if isinstance(found, tuple) else found
            if isinstance(value, Mapping):
                if "by" in value:
                    return "…"  # known when the other field is: see _form
                value = self.chance.randint(value["from"], value["to"])
            if field.type == "choice" and value not in field.choices:
                continue
            return self._filled(value, field.type)
        return None

    def _filled(self, value: Any, kind: str = "text") -> Any:
        if kind == "decimal":
            return str(value)
        if isinstance(value, Decimal):
            return str(value)
        if not isinstance(value, str):
            return value if kind in ("integer", "flag") else str(value)
        for word, told in self.telling.spot.words.items():
            value = value.replace("{" + word + "}", told)
        return value.replace("{n}", str(self.chance.randint(2, 28)))

    def _person(self, name: str) -> str:
        """An officer's name, of those who may be meant."""
        role, body = PEOPLE[name]
        on_day, area = self._at.date().isoformat(), self.telling.spot.area
        of = self.as_of(body or self._body(), on_day, area)
        found = self.staff.holders(self.flow.mechanism.id, role, of, area, on_day)
        told = [self.staff.names[one] for one in found] or list(self.texts.steps["@person"])
        return self._chief(told) if role == "chief" else str(self.chance.choice(told[:3]))

    def _chosen_body(self, name: str) -> str:
        told = self._source(name)
        if told is not None:
            return str(told)
        if name in ("accepting_body", "supervising_body", "next_body") or self._kind == "transfer":
            own = self.telling.item.get(name)
            return self.telling.spot.bodies.get(str(own), str(own)) if own else self.bodies[0]
        if name == "issuing_body":
            return "safety_office"
        return self._body()

    def _place(self) -> dict[str, str]:
        spot = self.telling.spot
        told = {"text": f"{spot.words['street']}{spot.words['community']}{self._told_place()}"}
        if spot.point is not None:
            told |= {"lon": f"{spot.point[0]:.6f}", "lat": f"{spot.point[1]:.6f}"}
        return told

    def _told_place(self) -> str:
        where = self.telling.item.get("where")
        return str(self._filled(where or self.chance.choice(self.texts.steps["@where"])))

    def _day(self, name: str, field: FieldDef, at: datetime) -> str:
        if name in BEFORE:
            return (at.date() - timedelta(days=self.chance.randint(5, BEFORE[name]))).isoformat()
        if name in TODAY:
            return (at.date() - timedelta(days=self.chance.choice((0, 0, 0, 1)))).isoformat()
        span = self.telling.item.get("days", (5, 45))
        return (at.date() + timedelta(days=self.chance.randint(int(span[0]), int(span[1])))).isoformat()

    def _file(self, field: str) -> File:
        kind = (
            "paper"
            if field in PAPERS
            else "map"
            if field == "track"
            else "after"
            if field == "photos_after"
            else "photo"
        )
        if field == "evidence" and self.flow.mechanism.id in PAPER_MECHANISMS:
            kind = "paper"
        sha, size = self.chance.choice(self.pool[kind])
        return File(field, sha, size)


PAPERS: Final = frozenset(("applicant_id", "search_record", "wage_list", "repay_evidence", "materials", "attachments"))
PAPER_MECHANISMS: Final = frozenset(
    (
        "audit", "body_reform", "disclosure", "doctor_contract", "fund", "job", "petition", "proposal", "publication",
        "register", "relief", "service", "suggestion", "wage_arrears",
    )
)  # fmt: skip
