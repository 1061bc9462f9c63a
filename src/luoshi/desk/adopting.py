"""A form made from a pack's settings: what a district has to decide before a mechanism is in force 启用."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from luoshi.desk.names import pick
from luoshi.desk.shelf import prefixed, standing_roles, uses
from luoshi.desk.visit import Visit
from luoshi.mechanisms.flow import LARGEST_TEXT, Flow, SetupError
from luoshi.mechanisms.model import Legal, Mechanism, Setting
from luoshi.messages import mark, tr
from luoshi.worktime.errors import WorktimeError
from luoshi.worktime.limits import Hours

HOURS: Final[dict[str, tuple[str, str]]] = {
    "hours": ("工作时", mark("Office hours")),
    "urgent_hours": ("紧急工作时", mark("Urgent working hours")),
}
"""What is asked for → the unit of limits that runs in these hours, and its label."""
SOURCES: Final[dict[str, str]] = {
    "statute": mark("statute"),
    "official": mark("official"),
    "mirror": mark("seen in a copy only"),
    "local": mark("local rule"),
    "practice": mark("practice"),
    "unknown": mark("source unknown"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to decide: how it is asked, its bounds, what the law says, what others do (never filled in)."""

    name: str
    label: str
    kind: str
    need: bool
    options: tuple[tuple[str, str], ...] = ()
    hint: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    most: int | None = None


@dataclass(slots=True)
class Filled:
    """What was filled in: as ``put_in_force`` takes it."""

    prefix: str = ""
    hours: str | None = None
    urgent_hours: str | None = None
    standing: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def flat(self) -> dict[str, str]:
        """By the names of the form's fields, as text."""
        found = {"prefix": self.prefix, "hours": self.hours or "", "urgent_hours": self.urgent_hours or ""}
        found |= {f"r-{role}": body for role, body in self.standing.items()}
        return found | {f"s-{name}": written(value) for name, value in self.settings.items()}


def written(value: object) -> str:
    """A setting as its field holds it."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def cite(source: Legal | None) -> str:
    """A legal source as it is cited."""
    return f"《{source.title}》{source.article or ''}" if source else ""


def questions(visit: Visit, mechanism: Mechanism, bodies: tuple[tuple[str, str], ...]) -> list[Question]:
    """All that has to be decided, in the order of the form."""
    found = []
    if prefixed(mechanism):
        found.append(Question("prefix", tr("What numbers begin with"), "text", True,
                              hint=(tr("The pattern is {pattern}.", pattern=mechanism.numbering),)))  # fmt: skip
    for name, (unit, label) in HOURS.items():
        if uses(mechanism, unit):
            hint = tr("The hours in which {unit} run, such as 9:00-12:00,13:00-17:00.", unit=unit)
            found.append(Question(name, tr(label), "text", True, hint=(hint,)))
    for role in standing_roles(mechanism):
        label = tr("Body in the role: {role}", role=pick(mechanism.roles[role], visit.lang))
        found.append(Question(f"r-{role}", label, "choice", True, options=bodies))
    return found + [_question(visit, mechanism, name, one) for name, one in mechanism.settings.items()]


def _question(visit: Visit, mechanism: Mechanism, name: str, one: Setting) -> Question:
    label, hint = pick(one, visit.lang), []
    if one.unit:
        label += tr(" ({unit})", unit=one.unit)
    if one.most is not None:
        hint.append(tr("At most {most}: {source}", most=one.most, source=cite(mechanism.legal.get(one.source or ""))))
    if one.default is not None:
        source = cite(mechanism.legal.get(one.source or ""))
        hint.append(tr("Empty: {value}, by {source}", value=written(one.default), source=source))
    if one.note:
        hint.append(one.note)
    options: tuple[tuple[str, str], ...] = ()
    if one.type == "flag":
        options = (("true", tr("yes")), ("false", tr("no")))
    elif one.type == "choice":
        options = tuple((key, pick(choice, visit.lang)) for key, choice in one.choices.items())
    examples = tuple(
        tr("{place}: {value}", place=example.place, value=f"{example.value} {one.unit or ''}".rstrip())
        + (f" {cite(mechanism.legal.get(example.source))}" if example.source else "")
        for example in one.examples
    )
    kind = "number" if one.type == "integer" else "choice" if options else "text"
    most = int(one.most) if one.most is not None and one.type == "integer" else None
    return Question(f"s-{name}", label, kind, one.default is None, options, tuple(hint), examples, most)


def read(visit: Visit, mechanism: Mechanism, told: Mapping[str, str]) -> tuple[Filled, dict[str, str]]:
    """What the form says, and what is missing or wrong, by the names of its fields."""
    filled, wrong = Filled(prefix=told.get("prefix", "")), {}
    if prefixed(mechanism) and not filled.prefix:
        wrong["prefix"] = tr("Say what numbers begin with.")
    for name, (unit, _) in HOURS.items():
        if uses(mechanism, unit):
            setattr(filled, name, told.get(name) or None)
            wrong |= _wrong_hours(name, told.get(name, ""), every_day=name == "urgent_hours")
    for role in standing_roles(mechanism):
        body = told.get(f"r-{role}", "")
        if not visit.org.tree.exists(body, visit.on_day):
            wrong[f"r-{role}"] = tr("Choose the body that has this role.")
        filled.standing[role] = body
    for name, one in mechanism.settings.items():
        value = told.get(f"s-{name}", "")
        if value:
            filled.settings[name] = _value(one, value)
    try:
        Flow(mechanism, filled.settings)
    except SetupError as error:
        for name, what in error.wrong:
            wrong[f"s-{name}"] = _said(mechanism.settings[name], what)
    return filled, wrong


def _wrong_hours(name: str, text: str, *, every_day: bool) -> dict[str, str]:
    try:
        Hours.parse(text, every_day=every_day)
    except WorktimeError:
        return {name: tr("Give the hours of a day in order, such as 9:00-12:00,13:00-17:00.")}
    return {}


def _value(one: Setting, text: str) -> Any:
    """``text`` as the setting keeps it; as it is where it does not fit, for the check to say so."""
    if one.type == "integer" and text.isascii() and text.isdigit() and len(text) < len("1000000"):
        return int(text)
    if one.type == "flag":
        return {"true": True, "false": False}.get(text, text)
    return text


def _said(one: Setting, what: str) -> str:
    if what == "missing":
        return tr("This is missing: no law says it for every place, so the district decides.")
    if one.type == "integer":
        return tr("A whole number from 1 to {most} is wanted.", most=one.most or 36_500)
    if one.type == "decimal":
        return tr("A number is wanted, such as 0.5.")
    return tr("At most {most} characters, please.", most=LARGEST_TEXT)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what would change."""

    label: str
    old: str
    new: str


def kept(setup: Any) -> Filled:
    """What a district has set."""
    return Filled(setup.prefix, setup.hours, setup.urgent_hours, json.loads(setup.standing), json.loads(setup.settings))


def changes(asked: list[Question], old: Filled | None, new: Filled) -> list[Change]:
    """What ``new`` says otherwise than what is in force, in the order of the form."""
    before, after = (old.flat() if old else {}), new.flat()
    found = []
    for one in asked:
        was, now = before.get(one.name, ""), after.get(one.name, "")
        if was != now:
            said = dict(one.options)
            found.append(Change(one.label, said.get(was, was).strip() or "—", said.get(now, now).strip() or "—"))
    return found
