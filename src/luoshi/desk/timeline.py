"""The entries of a case as a reader follows them 办理过程: who did what on which day, and what was filled in.

Read for a case that the door has shown (its :class:`CaseRow` is the proof). Personal values stay masked.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from luoshi.casework.door import CaseRow, FieldView, told_fields
from luoshi.casework.entries import SYSTEM
from luoshi.casework.models import Entry, Notice
from luoshi.desk import wording
from luoshi.desk.kinds import PICTURES
from luoshi.desk.names import Names, pick
from luoshi.desk.visit import Visit
from luoshi.mechanisms.flow import PREFIX, Flow
from luoshi.mechanisms.model import Action, FieldDef, Mechanism
from luoshi.mechanisms.step import OUTSIDE
from luoshi.mechanisms.system import ESCALATE, LINK, MIGRATE, REPROJECT, SUCCEED
from luoshi.messages import mark, tr
from luoshi.words.casework import SYSTEM_ACTS

SHOWN: Final = 50
"""Entries that are shown at once; the others when they are asked for."""

_ABOUT_ACT: Final = frozenset({"act_at", "act_officer", "act_approver", "linked_by", "link_reason"})


@dataclass(frozen=True, slots=True)
class Value:
    """A value that was filled in: ``text`` in words; ``masked`` if it is personal, ``gone`` if it was erased."""

    field: str
    label: str
    text: str
    masked: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence of an entry."""

    sha256: str
    size: int
    label: str
    name: str = ""
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A document that an entry made: its name, its number if it has one, and to whom it goes."""

    name: str
    number: str
    to: str


@dataclass(frozen=True, slots=True)
class Item:
    """One entry in words. ``system``: nobody's act; ``masked_officer``: it was a party from outside."""

    n: int
    title: str
    system: bool
    day: str
    time: str
    body: str
    role: str
    officer: str
    masked_officer: bool
    approval: str
    part: str
    moved: str
    values: tuple[Value, ...] = ()
    notes: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    letters: tuple[Letter, ...] = ()


@dataclass(slots=True)
class Story:
    """What is known of a case's entries: their data by number, the newest last, and what they only commit to."""

    entries: list[dict[str, Any]]
    told: dict[int, dict[str, FieldView]]
    letters: dict[int, list[tuple[str, str | None, str]]] = field(default_factory=dict)
    uploads: dict[str, tuple[str, str]] = field(default_factory=dict)
    head: str = ""

    def last_given(self) -> Iterator[tuple[dict[str, Any], Mapping[str, FieldView]]]:
        """Each entry with what it told, the newest first."""
        for one in reversed(self.entries):
            yield one, self.told.get(one["n"], {})


def story(visit: Visit, row: CaseRow) -> Story:
    """All entries of the case of ``row``, in four statements whatever their number."""
    rows = Entry.objects.filter(district=visit.district, case_id=row.id).order_by("n").values_list("data", "digest")
    read = [(json.loads(bytes(data)), bytes(digest).hex()) for data, digest in rows]
    entries = [data for data, _ in read]
    told: dict[int, dict[str, FieldView]] = defaultdict(dict)
    for view in told_fields(visit.sight, row.case):
        told[view.n][view.field] = view
    letters: dict[int, list[tuple[str, str | None, str]]] = defaultdict(list)
    papers = Notice.objects.filter(district=visit.district, case_id=row.id).order_by("id")
    for n, document, number, body in papers.values_list("n", "document", "number", "body"):
        letters[n].append((document, number, body))
    digests = {file["sha256"] for one in entries for file in one["attachments"]}
    return Story(entries, dict(told), dict(letters), upload_names(visit.district, digests), read[-1][1] if read else "")


def upload_names(district: str, digests: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Digest → what the file was called when it was handed in, and its kind. One statement, also for none."""
    from luoshi.access.models import Upload  # noqa: PLC0415 - the app registry must be ready

    found = Upload.objects.filter(district=district, sha256__in=sorted(digests)).order_by("id")
    return {sha256: (name, kind) for sha256, name, kind in found.values_list("sha256", "name", "kind")}


def items(visit: Visit, names: Names, flow: Flow, found: Story, after: int = 0) -> list[Item]:
    """The entries after number ``after`` in words, the newest first."""
    teller = _Teller(visit, names, flow, found)
    return [teller.item(one) for one in reversed(found.entries) if one["n"] > after]


def act_name(mechanism: Mechanism, entry: Mapping[str, Any], lang: str) -> str:
    """What the act of an entry is called."""
    act = str(entry["act"])
    if act == ESCALATE:
        rung = next((one for one in mechanism.ladder if one.id == entry["data"].get("rung")), None)
        return pick(rung, lang) if rung is not None else tr(SYSTEM_ACTS[act])
    if act in SYSTEM_ACTS:
        return tr(SYSTEM_ACTS[act])
    found = action_of(mechanism, act, entry.get("stage_from", ""))
    return pick(found, lang) if found is not None else act


def action_of(mechanism: Mechanism, act: str, stage: str) -> Action | None:
    """The action ``act``, of the case or of a part in ``stage``."""
    if act in mechanism.actions:
        return mechanism.actions[act]
    found = mechanism.stages.get(stage)
    for branch in found.parallel.branches.values() if found is not None and found.parallel is not None else ():
        if act in branch.actions:
            return branch.actions[act]
    return None


KEPT: Final = mark("“{clock}” was kept")
MISSED: Final = mark("“{clock}” was missed")
DUE: Final = mark("“{clock}” is due on {day}")
UNDATED: Final = mark("“{clock}” runs; it has no date until the notice of days off is there")
PAUSED: Final = mark("“{clock}” stands still: {reason}")
RUNG: Final = mark("because of “{clock}”")
CALENDAR: Final = mark("the notice: {notice}")
HANDED: Final = mark("{body} has ended; its successor goes on")
COUNTED: Final = mark("the same matter as {matter}, which is counted")


class _Teller:
    """Says entries of one case."""

    def __init__(self, visit: Visit, names: Names, flow: Flow, found: Story) -> None:
        self.visit = visit
        self.names = names
        self.mechanism = flow.mechanism
        self.found = found

    def item(self, entry: dict[str, Any]) -> Item:
        told = self.found.told.get(entry["n"], {})
        act, data = str(entry["act"]), entry["data"]
        system = act.startswith(PREFIX)
        outside = entry["actor_body"] == OUTSIDE
        officer = told.get("linked_by") if act == LINK else told.get("act_officer")
        at = told.get("act_at")
        return Item(
            n=entry["n"],
            title=act_name(self.mechanism, entry, self.visit.lang),
            system=system,
            day=entry["on_day"],
            time=at.text[11:16] if at is not None and not system else "",
            body="" if entry["actor_body"] in (OUTSIDE, SYSTEM) else self.names.body(entry["actor_body"]),
            role="" if system else self._role(entry["actor_role"]),
            officer=(officer.text if outside else self.names.officer(officer.text)) if officer is not None else "",
            masked_officer=outside and officer is not None and officer.personal,
            approval=self._approval(data, told),
            part=self._part(data),
            moved=self._moved(entry),
            values=tuple(self._values(entry, told)),
            notes=tuple(self._notes(act, data, told)),
            pieces=tuple(self._piece(one) for one in entry["attachments"]),
            letters=tuple(self._letter(*one) for one in self.found.letters.get(entry["n"], ())),
        )

    def _role(self, role: str) -> str:
        found = self.mechanism.roles.get(role)
        return pick(found, self.visit.lang) if found is not None else role

    def _approval(self, data: Mapping[str, Any], told: Mapping[str, FieldView]) -> str:
        if "approved_by" not in data:
            return ""
        who = told.get("act_approver")
        name = self.names.officer(who.text) if who is not None and not who.personal else ""
        body = self.names.body(data.get("approved_body"))
        return " ".join(one for one in (body, self._role(str(data["approved_by"])), name) if one)

    def _part(self, data: Mapping[str, Any]) -> str:
        key = data.get("part")
        return self.names.body(str(key).split(".", 2)[-1]) if isinstance(key, str) and key else ""

    def _moved(self, entry: Mapping[str, Any]) -> str:
        stages, lang = self.mechanism.stages, self.visit.lang
        to = entry["stage_to"]
        part_stage = entry["data"].get("part_stage")
        if part_stage:
            return self.names.stage(self.mechanism.id, self.mechanism.version, part_stage)
        return pick(stages[to], lang) if to != entry["stage_from"] and to in stages else ""

    def _values(self, entry: Mapping[str, Any], told: Mapping[str, FieldView]) -> Iterator[Value]:
        data, commitments = entry["data"], entry["commitments"]
        action = action_of(self.mechanism, str(entry["act"]), entry["stage_from"])
        wanted = [*action.supply, *action.optional] if action is not None else []
        for name in dict.fromkeys([*wanted, *self.mechanism.fields]):
            field_def = self.mechanism.fields[name]
            label = pick(field_def, self.visit.lang)
            if name in told:
                view = told[name]
                text = (
                    view.text
                    if view.personal
                    else said(self.visit, self.names, field_def, parsed(view.text, field_def))
                )
                yield Value(name, label, text, masked=view.personal)
            elif name in commitments:
                yield Value(name, label, "", gone=True)
            elif name in data:
                yield Value(name, label, said(self.visit, self.names, field_def, data[name]))

    def _notes(self, act: str, data: Mapping[str, Any], told: Mapping[str, FieldView]) -> Iterator[str]:
        lang, clocks = self.visit.lang, self.mechanism.clocks
        if act == ESCALATE and data.get("clock") in clocks:
            yield tr(RUNG, clock=pick(clocks[data["clock"]], lang))
        elif act == REPROJECT:
            yield tr(CALENDAR, notice=data.get("notice", ""))
        elif act == SUCCEED:
            yield tr(HANDED, body=self.names.body(data.get("from_body")))
        elif act == LINK:
            yield tr(COUNTED, matter=data.get("matter", ""))
            if "link_reason" in told:
                yield told["link_reason"].text
        elif act == MIGRATE:
            yield tr(mark("version {version}"), version=self.mechanism.version)
        for name, clock in clocks.items():
            label = pick(clock, lang)
            if f"kept_{name}" in data:
                yield tr(KEPT if data[f"kept_{name}"] else MISSED, clock=label)
            if f"due_{name}" in data and f"due_{name}" not in self.mechanism.fields:
                day = data[f"due_{name}"]
                yield tr(DUE, clock=label, day=wording.day(day)) if day else tr(UNDATED, clock=label)
            reason = data.get(f"pause_{name}")
            if reason in clock.pauses:
                yield tr(PAUSED, clock=label, reason=pick(clock.pauses[reason], lang))

    def _piece(self, file: Mapping[str, Any]) -> Piece:
        field_def = self.mechanism.fields.get(file["kind"])
        name, kind = self.found.uploads.get(file["sha256"], ("", ""))
        label = pick(field_def, self.visit.lang) if field_def is not None else tr("evidence")
        return Piece(file["sha256"], file["size"], label, name, kind in PICTURES)

    def _letter(self, document: str, number: str | None, body: str) -> Letter:
        found = self.mechanism.documents.get(document)
        to = tr("the party outside") if body == OUTSIDE else self.names.body(body)
        return Letter(pick(found, self.visit.lang) if found is not None else document, number or "", to)


def parsed(text: str, field_def: FieldDef) -> Any:
    """What an entry's commitment was made of: a text as it is, anything else as JSON."""
    if field_def.many or field_def.type not in (
        "text",
        "long_text",
        "person",
        "phone",
        "address",
        "date",
        "choice",
        "body",
        "decimal",
    ):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def said(visit: Visit, names: Names, field_def: FieldDef, value: Any) -> str:
    """A value of the field as people read it."""
    if isinstance(value, list | tuple):
        return tr(", ").join(said(visit, names, field_def, one) for one in value)
    if isinstance(value, Mapping):
        spot = f"({value['lon']}, {value['lat']})" if "lon" in value else ""
        return " ".join(one for one in (str(value.get("text", "")), spot) if one)
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    text = str(value)
    if field_def.type == "choice":
        found = field_def.choices.get(text)
        return pick(found, visit.lang) if found is not None else text
    if field_def.type == "body":
        return names.body(text)
    if field_def.type == "date":
        return wording.day(text)
    if field_def.type in ("integer", "decimal"):
        unit = field_def.unit or ""
        return f"{wording.number(text)}{unit}" if unit == "%" else f"{wording.number(text)} {unit}".strip()
    return text


def attachments(entries: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The digests that entries name."""
    return frozenset(file["sha256"] for one in entries for file in one["attachments"])
