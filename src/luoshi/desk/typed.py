"""What was typed into the form of an act: read, held against the mechanism, put back with what is wrong with it.

Nothing is decided here that the step decides: what cannot be read goes to it as it was typed and is refused there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.http import QueryDict

from luoshi.desk.forms import PREFIX, Control, Form
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.model import Action, Choice, FieldDef, Mechanism, Until
from luoshi.mechanisms.step import EVIDENCE
from luoshi.mechanisms.values import checked
from luoshi.words.casework import describe_refusal

LONGEST_TYPED: Final = 20_000
"""Characters of one control that are read at most: twice what the longest field may have."""

_WHOLE: Final = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_THOUSANDS: Final = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)

# --- reading one


def typed_in(post: QueryDict, mechanism: Mechanism, names: Iterable[str]) -> dict[str, Any]:
    """What was typed, as it was typed, field by field; fields left empty are not in it."""
    told: dict[str, Any] = {}
    for name in names:
        found = mechanism.fields.get(name)
        if found is None or found.type == "files":
            continue
        key = PREFIX + name
        if found.type == "place":
            spot = {part: post.get(f"{key}.{part}", "")[:LONGEST_TYPED].strip() for part in ("text", "lon", "lat")}
            value: Any = {part: text for part, text in spot.items() if text}
        elif found.many:
            lines = [line for one in post.getlist(key) for line in one[:LONGEST_TYPED].splitlines()]
            value = [line.strip() for line in lines if line.strip()]
        else:
            value = _clean(post.get(key, "")[:LONGEST_TYPED])
        if value:
            told[name] = value
    return told


def _clean(text: str) -> str:
    """A form's line ends are those of the network; an entry's are plain."""
    return text.replace("\r\n", "\n").strip()


def values_of(typed: Mapping[str, Any], mechanism: Mechanism) -> dict[str, Any]:
    """What was typed as the step takes it; what cannot be read stays as it was typed, and the step says so."""
    return {name: _value(mechanism.fields[name], value) for name, value in typed.items()}


def _value(found: FieldDef, value: Any) -> Any:
    if isinstance(value, list):
        return [_value(found, one) for one in value]
    if isinstance(value, dict):
        return {key: text if key == "text" else _number(text) for key, text in value.items()}
    text = str(value)
    if found.type == "integer":
        plain = _number(text)
        return int(plain) if _WHOLE.fullmatch(plain) else text
    if found.type == "decimal":
        return _number(text)
    if found.type == "flag":
        return {"yes": True, "no": False}.get(text, text)
    if found.type in ("date", "phone", "code"):
        return unicodedata.normalize("NFKC", text)
    return text


def _number(text: str) -> str:
    """Digits as Chinese keyboards may give them (１２．５), and with separators for thousands."""
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("+")
    return plain.replace(",", "") if _THOUSANDS.fullmatch(plain) else plain


# --- what is wrong with one


def check(form: Form, fields: Mapping[str, Any], mechanism: Mechanism, pieces: int) -> None:
    """Put beside each field what is wrong with it, all at once; the step, which stops at the first, decides anyway."""
    for name, value in fields.items():
        try:
            checked(name, mechanism.fields[name], value)
        except Refused as refusal:
            form.wrong(name, describe_refusal(refusal, mechanism))
    for one in form.controls:
        if one.type == "files":
            if one.least > pieces:
                lacking = Refused("evidence_missing", want=one.least, got=pieces)
                form.wrong(one.name, describe_refusal(lacking, mechanism))
            elif one.need and not one.kept:
                form.wrong(one.name, _missing(one, mechanism))
        elif one.need and one.name not in fields:
            form.wrong(one.name, _missing(one, mechanism))


def _missing(one: Control, mechanism: Mechanism) -> str:
    return describe_refusal(Refused("field_missing", fields=[one.name], action=""), mechanism)


def put_refusal(form: Form, refusal: Refused, mechanism: Mechanism, action: Action) -> None:
    """``refusal`` beside the field that it is about; above the form if it is about none here."""
    if refusal.code == "field_missing":
        lacking = [str(name) for name in _listed(refusal.details.get("fields"))]
        placed = [
            form.wrong(name, describe_refusal(Refused("field_missing", fields=[name], action=""), mechanism))
            for name in lacking
        ]
        if placed and all(placed):
            return
    text = describe_refusal(refusal, mechanism)
    for name in _about(refusal, mechanism, action):
        if form.wrong(name, text):
            return
    form.above.append(text)


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _about(refusal: Refused, mechanism: Mechanism, action: Action) -> Iterator[str]:
    """The fields that a refusal may be about, the likeliest first."""
    code, details = refusal.code, refusal.details
    if code in ("evidence_missing", "files_too_many", "file_wrong"):
        yield str(details.get("field") or "")
        yield from (name for name in (*action.supply, *action.optional) if mechanism.fields[name].type == "files")
        yield EVIDENCE
    elif code in ("clock_unset", "start_in_future", "clock_rule"):
        clock = mechanism.clocks.get(str(details.get("clock")))
        if clock is None:
            return
        yield from (name for name in (action.extends.get(str(details["clock"])),) if name)
        reason = action.pauses.get(str(details["clock"]))
        until = clock.pauses[reason].until if reason in clock.pauses else None
        budget = clock.budget
        told = budget.until if isinstance(budget, Until) else budget.field if isinstance(budget, Choice) else None
        yield from (name for name in (until, clock.start_field, told) if name)
    elif code in ("part_twice", "split_empty"):
        yield from (one.bodies for one in action.splits if one.bodies)
    elif code == "code_wrong":
        yield str(details.get("name"))
    elif code in ("field_value", "body_unknown", "weights_wrong", "only_if"):
        yield str(details.get("field"))


# --- what is known already

CARRIED: Final = frozenset({"body", "date", "person"})
WRITTEN: Final = frozenset({"text", "long_text"})


def known(
    mechanism: Mechanism, action: Action, earlier: Iterable[tuple[str, Mapping[str, Any]]], today: str
) -> dict[str, Any]:
    """Values that stand in the form already: given before in the case, and likely to be the same again.

    ``earlier``: acts with what they told that is not personal, the newest first. Bodies (but in a transfer, which is to
    another one), persons and days to come are carried on; texts only where a whole draft is (拟办 → 交办): every text
    of an earlier act of another kind is asked for again, and no evidence is, for a result is told anew.
    """
    wanted = [name for name in (*action.supply, *action.optional) if not mechanism.fields[name].personal]
    found: dict[str, Any] = {}
    for act, told in earlier:
        texts = {name for name in told if name in mechanism.fields and mechanism.fields[name].type in WRITTEN}
        other = mechanism.actions.get(act)
        draft = (
            other is not None
            and other is not action
            and len(texts) > 1
            and texts <= set(wanted)
            and not action.needs.evidence
        )
        for name in wanted:
            value = told.get(name)
            if name in found or value is None:
                continue
            kind = mechanism.fields[name].type
            if kind in WRITTEN:
                if draft:
                    found[name] = value
            elif kind in CARRIED and not _stale(kind, str(value), action, today):
                found[name] = value
    return found


def _stale(kind: str, value: str, action: Action, today: str) -> bool:
    """Whether it is sure to be another one now: a day that is over, the body that is being changed."""
    return (kind == "date" and value < today) or (kind == "body" and action.kind in ("transfer", "return"))
