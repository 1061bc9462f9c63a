"""What commitments say to a person: why something could not be done, and what the three lights follow from.

Officers and bodies are shown by the names that the caller hands in (code → name); without them by their codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.progress import Light
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.model import Mechanism
from luoshi.messages import mark, printable, tr
from luoshi.words.casework import describe_casework

COMMITMENT_MESSAGES: Final[dict[str, str]] = {
    "body_unknown": mark("there is no body {body} on {on_day}; choose one from the list"),
    "carrier_ambiguous": mark(
        "several mechanisms in force say that they carry commitments ({mechanisms}); keep one of them in force"
    ),
    "carrier_missing": mark(
        "no mechanism in force carries commitments, so nobody may take, review or issue them; put one in force, such "
        "as supervision"
    ),
    "changed": mark(
        "{who} has changed commitment {commitment} since you looked ({what}, {at}); look at it again and decide anew"
    ),
    "changed:somebody": mark(
        "somebody else has changed commitment {commitment} since you looked; look at it again and decide anew"
    ),
    "commitment_unknown": mark("there is no commitment {commitment}; check its code"),
    "field_wrong:bodies": mark("{field} takes up to {most} bodies; choose them from the list"),
    "field_wrong:body": mark("{field} needs the code of a body; choose one from the list"),
    "field_wrong:date": mark("{field} is no date; write it as 2025-09-30"),
    "field_wrong:figure": mark("{field} needs the id of a figure; choose one from the list"),
    "field_wrong:known": mark("{field} cannot be changed here; leave it out"),
    "field_wrong:milestones": mark("{field} takes up to {most} lines, each with a date and a few words; correct them"),
    "field_wrong:shorter": mark("{field} has more than {most} characters; shorten it"),
    "field_wrong:target": mark("{field} is none of the commitment's targets; choose one from the list"),
    "field_wrong:text": mark("{field} is no text, or has characters that cannot be shown; write it anew"),
    "merge_wrong:few": mark("two commitments at least are put together; choose more"),
    "merge_wrong:many": mark("at most {most} commitments are put together at once; choose fewer"),
    "merge_wrong:reports": mark("commitments of different reports are not put together; choose those of one report"),
    "not_authorised": mark(
        "{officer} may not take, review or issue commitments: that takes a post in {mechanism} as {roles} of the body "
        "in charge; have it given, or leave it to that office"
    ),
    "reason_missing": mark("say in 1 to {most} characters why it is not taken up"),
    "report_at_once": mark("{name}: another report was being taken at the same time; take it again"),
    "report_unknown": mark("there is no report {report}; choose one from the list"),
    "split_wrong:empty": mark("one of the parts has no words; mark the places anew"),
    "split_wrong:few": mark("a commitment is taken apart into two at least; mark where the second one begins"),
    "split_wrong:many": mark("a commitment is taken apart into {most} at most; mark fewer places"),
    "split_wrong:mixed": mark("give either the places where the parts begin or their words; keep one of the two"),
    "split_wrong:order": mark("the places are not in the order of the text; mark them anew"),
    "split_wrong:outside": mark("one of the parts does not lie within the commitment; mark the places anew"),
    "status_wrong": mark("commitment {commitment} is {status} now, which does not allow this; look at it again"),
    "too_many": mark("at most {most} commitments are worked on at once; choose fewer"),
    "unclear": mark("commitment {commitment} does not say {missing} yet; fill it in and issue it again"),
}
"""Error code → message; ``{fields}`` are filled from :attr:`CommitmentError.details`. After a colon: of which kind."""

STATUS_NAMES: Final[dict[str, str]] = {
    "proposed": mark("proposed"),
    "accepted": mark("accepted"),
    "rejected": mark("rejected"),
    "merged": mark("put together"),
    "split": mark("taken apart"),
    "issued": mark("issued"),
}
CLARITY_NAMES: Final[dict[str, str]] = {
    "who": mark("who is responsible"),
    "what": mark("what is to be done"),
    "standard": mark("to what standard"),
    "when": mark("by when"),
}
FIELD_NAMES: Final[dict[str, str]] = {
    "lead": mark("Lead body"),
    "joint": mark("Joint bodies"),
    "task": mark("What is to be done"),
    "standard": mark("To what standard"),
    "due": mark("To be done by"),
    "milestones": mark("Milestones"),
    "figure": mark("Figure"),
    "target_at": mark("Which target"),
    "against": mark("Compared with"),
}
ACTION_NAMES: Final[dict[str, str]] = {
    "take": mark("Read from the report"),
    "accept": mark("Accepted"),
    "reject": mark("Rejected"),
    "edit": mark("Changed"),
    "split": mark("Taken apart"),
    "split_off": mark("Taken out of another"),
    "merge": mark("Put together with others"),
    "merge_into": mark("Made of several"),
    "undone": mark("Undone"),
    "reopen": mark("Proposed again"),
    "issue": mark("Issued"),
}

LIGHT_NAMES: Final[dict[str, str]] = {
    "step:none": mark("not escalated"),
    "step:reminded": mark("reminded"),
    "step:urged": mark("urged"),
    "step:supervised": mark("supervised"),
    "step:circulated": mark("circulated"),
    "deadline:done": mark("done"),
    "deadline:in_time": mark("in time"),
    "deadline:soon": mark("due soon"),
    "deadline:overdue": mark("overdue"),
    "deadline:no_day": mark("no date"),
    "pace:ahead": mark("ahead of schedule"),
    "pace:on_pace": mark("on schedule"),
    "pace:behind": mark("behind schedule"),
    "pace:not_reported": mark("not reported"),
    "pace:not_yet": mark("nothing to report yet"),
    "pace:done": mark("done"),
}
"""Kind of light and state → its name."""

LIGHT_REASONS: Final[dict[str, str]] = {
    "step_none": mark("nobody has reminded or urged yet"),
    "step_reminded:ladder": mark("reminded on {on_day}, by the time limit"),
    "step_reminded:hand": mark("reminded on {on_day}, by hand"),
    "step_urged:ladder": mark("urged on {on_day}, by the time limit"),
    "step_urged:hand": mark("urged on {on_day}, by hand"),
    "step_supervised:ladder": mark("supervision letter on {on_day}, by the time limit"),
    "step_supervised:hand": mark("supervision letter on {on_day}, by hand"),
    "step_circulated:ladder": mark("circulated on {on_day}, by the time limit"),
    "step_circulated:hand": mark("circulated on {on_day}, by hand"),
    "deadline_closed": mark("the case is closed"),
    "deadline_answered": mark("the result was reported on {on_day} and is being checked"),
    "deadline_none": mark("no date is set"),
    "deadline_overdue": mark("was to be done by {due_on}, {days} days ago"),
    "deadline_soon": mark("to be done by {due_on}, in {days} days"),
    "deadline_in_time": mark("to be done by {due_on}, in {days} days"),
    "pace_closed": mark("the case is closed"),
    "pace_not_yet": mark("the first report is for the month that ends on {first}"),
    "pace_month_missing": mark("nothing is reported for the month that ended on {wanted}"),
    "pace_quarter_missing": mark("nothing is reported for the quarter that ended on {wanted}"),
    "pace_share_missing": mark("the report until {until} says no share done"),
    "pace_told_behind": mark("the body itself reports that it is behind (until {until})"),
    "pace_ahead": mark("{share} % done, {time} % of the time passed (until {until})"),
    "pace_behind": mark("{share} % done, {time} % of the time passed (until {until})"),
    "pace_on_pace": mark("{share} % done, {time} % of the time passed (until {until})"),
}
"""Reason → sentence; after a colon: by whom."""


def describe_commitment(
    error: CommitmentError | Refused,
    *,
    officers: Mapping[str, str] | None = None,
    bodies: Mapping[str, str] | None = None,
    mechanism: Mechanism | None = None,
) -> str:
    """One line for ``error``; ``mechanism``: for names in what the mechanism refused. KeyError (a fault of the program)
    for an unknown code."""
    if isinstance(error, Refused):
        return describe_casework(error, mechanism)
    details = {key: printable(value) for key, value in error.details.items()}
    details |= _named(error.details, officers or {}, bodies or {})
    return tr(COMMITMENT_MESSAGES[_key(error)]).format(**details)


def _key(error: CommitmentError) -> str:
    kind = error.details.get("want") or error.details.get("why")
    if error.code == "changed" and not error.details.get("who"):
        kind = "somebody"
    exact = f"{error.code}:{kind}"
    return exact if exact in COMMITMENT_MESSAGES else error.code


def _named(details: Mapping[str, Any], officers: Mapping[str, str], bodies: Mapping[str, str]) -> dict[str, str]:
    """Codes among ``details`` as people say them."""
    told: dict[str, str] = {}
    for key, names in (("who", officers), ("officer", officers), ("body", bodies)):
        if key in details:
            told[key] = printable(names.get(str(details[key]), details[key]))
    for key, words in (("status", STATUS_NAMES), ("field", FIELD_NAMES), ("what", ACTION_NAMES)):
        if details.get(key) in words:
            told[key] = tr(words[str(details[key])])
    if "missing" in details:
        told["missing"] = tr(", ").join(tr(CLARITY_NAMES[one]) for one in details["missing"])
    for key in ("mechanisms", "roles"):
        if key in details:
            told[key] = tr(", ").join(map(printable, details[key]))
    if details.get("at"):
        told["at"] = moment(int(details["at"]))
    return told


def moment(at: int) -> str:
    """Seconds since 1970 as a moment in Beijing."""
    return (datetime(1970, 1, 1) + timedelta(seconds=at, hours=8)).strftime("%Y-%m-%d %H:%M")


def name_light(light: Light) -> str:
    """The name of a light's state."""
    kind = type(light.state).__name__.lower()
    return tr(LIGHT_NAMES[f"{kind}:{light.state.value}"])


def explain_light(light: Light) -> str:
    """What a light follows from, in a sentence."""
    by = light.details.get("by")
    key = f"{light.reason}:{by}" if by else light.reason
    return tr(LIGHT_REASONS[key]).format(**{name: printable(value) for name, value in light.details.items()})
