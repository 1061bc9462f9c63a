"""What forms are filled in with: each specification of the data becomes a function of the case, made once.

A value as such stands for itself; a list means one of it; a mapping with one key is a generator (``{int: [1, 5]}``).
``districts/hetang-2019/README.md`` lists them all.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import Any, Final

from luoshi.mechanisms.model import FieldDef
from luoshi.simulation.year.plan import PlanError
from luoshi.worktime.calendar import Calendar

_WORD: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a case lies: the code of its area, and names and bodies there (``street``, ``community``)."""

    area: str | None
    words: Mapping[str, str]
    bodies: Mapping[str, str]


@dataclass(slots=True)
class Draft:
    """A case while it is planned. ``chance`` is its own; ``day`` is that of the act that is filled in."""

    chance: Random
    place: int
    spot: Spot
    calendar: Calendar
    day: date
    number: int = 0
    fields: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)


Make = Callable[[Draft], Any]


@dataclass(frozen=True, slots=True)
class Words:
    """What texts are made of: names of people, and lists of words by their name; ``bodies``: those there are."""

    surnames: Sequence[str]
    given: Sequence[str]
    lists: Mapping[str, Sequence[str]]
    bodies: frozenset[str]

    def person(self, chance: Random) -> str:
        """An invented name."""
        return chance.choice(self.surnames) + chance.choice(self.given)


class Maker:
    """Makes functions from specifications for the fields of one mechanism; ``totals`` gives a case's share of one."""

    def __init__(self, words: Words, totals: Mapping[str, Callable[[int, Decimal], Decimal]]) -> None:
        self.words = words
        self.totals = totals

    def make(self, spec: Any, definition: FieldDef, place: str) -> Make:
        """The function for ``spec``. Raises PlanError."""
        inner = self._make(spec, definition, place)
        kind = definition.type
        if kind == "decimal":
            return lambda draft: _decimal(inner(draft))
        if kind == "integer":
            return lambda draft: int(inner(draft))
        if kind == "flag":
            return lambda draft: inner(draft) in (True, "true")
        if kind == "place":
            return lambda draft: {"text": inner(draft)}
        if definition.many:
            return lambda draft: _listed(inner(draft))
        return inner

    def usual(self, name: str, definition: FieldDef, place: str) -> Make:
        """What a field is filled in with of which nothing is said. Raises PlanError for one that needs saying."""
        kind, zh, words = definition.type, definition.zh, self.words
        if kind in ("text", "long_text"):
            text = f"{zh}（合成）"
            return (lambda draft: [text]) if definition.many else (lambda draft: text)
        if kind == "person":
            return lambda draft: words.person(draft.chance)
        if kind == "date":
            return lambda draft: draft.day.isoformat()
        if kind == "flag":
            return lambda draft: True
        if kind == "phone":
            return lambda draft: f"000-{int(draft.chance.random() * 10**8):08}"
        if kind == "address":
            return self._text("{street}{community}{n}号", place)
        if kind == "place":
            inner = self._text("{street}{community}{n}号附近", place)
            return lambda draft: {"text": inner(draft)}
        raise PlanError(place, f"{name} ({kind}, {zh}) must be told")

    def _make(self, spec: Any, definition: FieldDef, place: str) -> Make:
        if isinstance(spec, str):
            if definition.type == "body":
                return self._body_spec({"body": spec}, definition, place)
            if definition.type == "choice" and spec not in definition.choices:
                raise PlanError(place, f"{spec!r} is none of {', '.join(definition.choices)}")
            return self._text(spec, place)
        if isinstance(spec, list | tuple):
            makes = [self._make(one, definition, place) for one in spec]
            return lambda draft: makes[int(draft.chance.random() * len(makes))](draft)
        if not isinstance(spec, Mapping):
            return lambda draft: spec
        kind = next(iter(spec), "")
        maker = getattr(self, f"_{kind}_spec", None)
        if maker is None:
            raise PlanError(place, f"there is no generator {kind!r}")
        try:
            made: Make = maker(spec, definition, place)
        except (KeyError, TypeError, ValueError) as error:
            raise PlanError(place, f"{kind}: {error}") from error
        return made

    def _text(self, text: str, place: str) -> Make:
        names = _WORD.findall(text)
        if not names:
            return lambda draft: text
        lists, words = self.words.lists, self.words
        for name in names:
            if name not in lists and name not in ("street", "community", "area", "n", "no", "person"):
                raise PlanError(place, f"{{{name}}} is no word; known are the entry file's words, street, community …")
        parts = _WORD.split(text)

        def write(draft: Draft) -> str:
            told = []
            for n, part in enumerate(parts):
                if n % 2 == 0:
                    told.append(part)
                elif part == "n":
                    told.append(str(1 + int(draft.chance.random() * 60)))
                elif part == "no":
                    told.append(str(draft.number + 1))
                elif part == "person":
                    told.append(words.person(draft.chance))
                elif part in lists:
                    told.append(lists[part][int(draft.chance.random() * len(lists[part]))])
                else:
                    told.append(draft.spot.words[part])
            return "".join(told)

        return write

    # --- generators, by the key of their mapping

    def _choose_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        makes = [self._make(one, definition, place) for one in spec["choose"]]
        edges = list(accumulate(float(share) for share in spec["choose"].values()))
        return lambda draft: makes[bisect(edges, draft.chance.random() * edges[-1])](draft)

    def _int_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        least, most = (int(one) for one in spec["int"])
        return lambda draft: least + int(draft.chance.random() * (most - least + 1))

    def _decimal_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        places = int(spec.get("places", 2))
        unit = Decimal(1).scaleb(-places)
        least, most = (int(Decimal(str(one)) / unit) for one in spec["decimal"])
        return lambda draft: unit * (least + int(draft.chance.random() * (most - least + 1)))

    def _day_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        least, most = _pair(spec["day"])
        return lambda draft: _later(draft, least, most).isoformat()

    def _workday_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        least, most = _pair(spec["workday"])
        return lambda draft: draft.calendar.after(draft.day, _drawn(draft, least, most)).isoformat()

    def _body_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        codes = spec["body"]
        codes = (codes,) if isinstance(codes, str) else tuple(codes)
        self._known(codes, place)
        return lambda draft: _body(draft, codes[int(draft.chance.random() * len(codes))])

    def _bodies_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        codes, but = tuple(spec["bodies"]), spec.get("but")
        least, most = _pair(spec.get("count", 1))
        self._known(codes, place)

        def several(draft: Draft) -> list[str]:
            away = draft.fields.get(but) if but else None
            free = [one for one in dict.fromkeys(_body(draft, code) for code in codes) if one != away]
            return draft.chance.sample(free, min(_drawn(draft, least, most), len(free)))

        return several

    def _known(self, codes: Sequence[str], place: str) -> None:
        for code in codes:
            if code not in self.words.bodies and code not in ("street", "community"):
                raise PlanError(place, f"there is no body {code}")

    def _same_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        name = spec["same"]
        return lambda draft: draft.fields[name]

    def _role_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        name = spec["role"]
        return lambda draft: draft.roles[name]

    def _some_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        makes = [self._make(one, definition, place) for one in spec["some"]]
        least, most = _pair(spec.get("count", 1))

        def some(draft: Draft) -> list[Any]:
            chosen = draft.chance.sample(makes, min(_drawn(draft, least, most), len(makes)))
            return [make(draft) for make in chosen]

        return some

    def _total_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        name, part = spec["total"], Decimal(str(spec.get("part", 1)))
        share = self.totals.get(name)
        if share is None:
            raise PlanError(place, f"the stream has no total {name}")
        return lambda draft: share(draft.place, part)

    def _by_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        name = spec["by"]
        makes = {key: self._make(one, definition, place) for key, one in spec["of"].items()}
        other = self._make(spec["else"], definition, place) if "else" in spec else None

        def chosen(draft: Draft) -> Any:
            make = makes.get(draft.fields[name], other)
            if make is None:
                raise PlanError(place, f"by {name}: nothing is told for {draft.fields[name]}")
            return make(draft)

        return chosen

    def _person_spec(self, spec: Mapping[str, Any], definition: FieldDef, place: str) -> Make:
        return lambda draft: self.words.person(draft.chance)


def _pair(value: Any) -> tuple[int, int]:
    if isinstance(value, list | tuple):
        least, most = value
        return int(least), int(most)
    return int(value), int(value)


def _drawn(draft: Draft, least: int, most: int) -> int:
    return least + int(draft.chance.random() * (most - least + 1))


def _later(draft: Draft, least: int, most: int) -> date:
    return draft.day + timedelta(days=_drawn(draft, least, most))


def _body(draft: Draft, code: str) -> str:
    return draft.spot.bodies[code] if code in ("street", "community") else code


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _decimal(value: Any) -> str:
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
