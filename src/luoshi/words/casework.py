"""What casework says to a person: why an act was refused, what a store or a set-up lacks; and what to do.

Stages, actions, fields, roles and time limits are shown by the names that the mechanism gives them, if it is at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from luoshi.casework.errors import CaseworkError
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import SetupError
from luoshi.mechanisms.model import Mechanism
from luoshi.messages import language, mark, printable, tr
from luoshi.words.worktime import describe_worktime
from luoshi.worktime.errors import WorktimeError

REFUSAL_MESSAGES: Final[dict[str, str]] = {
    "action_unknown": mark("there is no action {action} here; take one that the case offers now"),
    "approval_missing": mark("this needs the approval of {role}; have it approved and do it again"),
    "approval_not_asked": mark("{action} needs no approval; leave it out"),
    "approval_wrong": mark(
        "it was approved by somebody who may not approve it; it takes {role} of the case's own body"
    ),
    "before_last": mark("{at} is earlier than the case's last step ({last}); correct the time"),
    "body_unknown": mark("the body {body} under {field} does not exist on {on_day}; choose one that does"),
    "body_wrong": mark(
        "{role} of this case is {want}, not {body}; leave it to that body, or have the case handed over"
    ),
    "body_wrong:outside": mark("{role} stands outside the office and acts for no body; leave the body out"),
    "case_fault": mark(
        "this case cannot be read or taken further ({kind}: {reason}); tell whoever runs the system: others are not "
        "affected"
    ),
    "case_unknown": mark("there is no case {case}; check its number"),
    "changed": mark("somebody else has acted on {case} since you looked ({entries}); look at it again and decide anew"),
    "clock_not_passed": mark("the period {clock} is not over yet (until {due}); wait until it is"),
    "clock_not_running": mark("the time limit {clock} does not run now; choose another action"),
    "clock_out": mark(
        "the time limit {clock} was over on {due}, and this had to be done before; take the way that is left"
    ),
    "clock_rule": mark("the time limit {clock} does not allow this: {why}"),
    "clock_unset": mark("the limit or the beginning of {clock} is not known yet; fill in the date that tells it"),
    "start_in_future": mark("{clock} cannot begin on {day}, which is still to come; give the day on which it began"),
    "code_wrong": mark("what is given as {name} is no code of a body or an area; choose one from the list"),
    "evidence_missing": mark("{want} pieces of evidence are needed, each another file, and there are {got}; add them"),
    "field_missing": mark("{fields} must be filled in for this; fill in what is missing"),
    "field_not_asked": mark("{action} does not ask for {field}; leave it out"),
    "field_value:body": mark("{field} needs the code of a body; choose one from the list"),
    "field_value:choice": mark("{field} has a value that is none of its choices; choose one of {choices}"),
    "field_value:code": mark(
        "{field} is no code; write 1 to 60 letters, digits, points, hyphens and underlines, such as 2019-q1"
    ),
    "field_value:date": mark("{field} is no date; write it as 2025-09-30"),
    "field_value:decimal": mark(
        "{field} is no number; write it with digits and a point, six decimals at most, such as 79.5"
    ),
    "field_value:files": mark("{field} takes files, and not text; upload them"),
    "field_value:flag": mark("{field} is neither yes nor no; choose one of the two"),
    "field_value:integer": mark("{field} is no whole number; write it with digits alone"),
    "field_value:later": mark("{field} has to be later than the present limit ({day}); give a later day"),
    "field_value:list": mark("{field} needs a list of 1 to 200 values; correct it"),
    "field_value:measure": mark("{field} is too large to be summed; check the number and its unit"),
    "field_value:place": mark(
        "{field} is no place; give its address, or longitude and latitude in degrees (both of them)"
    ),
    "field_value:shorter": mark("{field} has more than {most} characters; shorten it, or attach it as a file"),
    "field_value:text": mark("{field} is empty, is no text, or has characters that cannot be shown; write it anew"),
    "field_value:weight": mark("{field} cannot be what a case counts for; give 0 or more, such as 0.5"),
    "file_wrong": mark("a file under {field} is not told by a whole SHA-256 digest and a size; upload it again"),
    "files_too_many": mark("there are more than {most} files; put some of them together"),
    "in_future": mark("{at} is still to come; give the time when it was done"),
    "link_counted": mark(
        "{case} is told to be the same matter as {matter} already; link with the case that is counted"
    ),
    "link_reason": mark("say in 1 to {most} characters why it is the same matter"),
    "link_same": mark("{case} cannot be linked with itself; give the other case"),
    "mechanism_unknown": mark("the district has no {mechanism} in force; put it in force first"),
    "migration_wrong:clock": mark(
        "the new version has no time limit {name}, which runs in the case; the case stays on the old version: let it "
        "finish there, or add the limit"
    ),
    "migration_wrong:closed": mark(
        "the stage {name} closes a case, and no case is closed by moving it to a new version; the case stays on the "
        "old version: name an open stage for it"
    ),
    "migration_wrong:no_clock": mark(
        "no time limit would run in the new version's stage {name}; the case stays on the old version: name another "
        "stage for it"
    ),
    "migration_wrong:parts": mark(
        "parts of the case are still open in {name}; it stays on the old version: move it when they are done"
    ),
    "migration_wrong:role": mark(
        "nobody has the role {name} in the case, which the new version makes responsible; the case stays on the old "
        "version: name another stage for it"
    ),
    "migration_wrong:stage": mark(
        "the new version has no stage {name}; the case stays on the old version: say which stage takes its place"
    ),
    "no_clock": mark(
        "no time limit would run in {stage} afterwards, and an open case needs one; choose another action"
    ),
    "not_authorised": mark("you hold no post for this in {mechanism}; ask whoever appoints the posts"),
    "not_verified": mark(
        "it cannot be closed ({stage}): nobody but the handler has checked it on evidence since the last work; have it "
        "checked first"
    ),
    "only_if": mark("this is open only if {field} is {any_of}, and it is {value}; take the action that fits"),
    "part_twice": mark("{body} is named twice for the same part; name each body once"),
    "part_unknown": mark("the case has no open part {part}; look at it again"),
    "parts_open": mark("parts of the case are still open ({stage}); wait until their bodies are done"),
    "role_may_not": mark("{role} may not do this ({action}); leave it to who may"),
    "role_not_standing": mark("{role} is no role that is set when a case is opened; leave it out"),
    "role_unset": mark("it is not settled yet which body is {role}; name it first"),
    "same_person": mark("this takes another person than before ({marks}); have somebody else do it"),
    "split_empty": mark("no body is named that a part would go to; name at least one"),
    "stage_wrong": mark("this cannot be done now ({action}; the case is in: {stage}); look at the case again"),
    "weights_wrong": mark(
        "the weights under {field} must be one above 0 for each of the {parts} bodies and add up to 1; correct them"
    ),
}
"""Code of a refusal (``code:what`` where what to do depends on it) → message, filled from its details."""

CASEWORK_MESSAGES: Final[dict[str, str]] = {
    "batch_too_large": mark("more than {most} acts at once; send them in several batches"),
    "board_filter": mark(
        "a board is narrowed by mechanism, stage, body and area alone; leave the rest out, or open the list of cases"
    ),
    "case_unknown": mark("there is no case {case} that you may see; check its number"),
    "entry_refused": mark(
        "the entry of {case} cannot be written ({rule}, {field}), and nothing was; shorten what was filled in, and if "
        "that does not help, tell whoever runs the system"
    ),
    "file_broken_off": mark("the upload broke off after {got} of {want} bytes; upload it again"),
    "file_digest": mark("{digest} is no digest of a file; give the 64 digits of its SHA-256"),
    "file_empty": mark("the file is empty; check that it is the right one"),
    "file_missing": mark("the file {digest} is not there; look for it in a backup, and tell whoever runs the system"),
    "file_too_large": mark("the file is larger than {most} bytes; make it smaller, or split it"),
    "filter_wrong": mark("what the list is narrowed by ({name}) holds characters that no case has; type it anew"),
    "notice_name": mark("a notice is called by 1 to {most} characters that can be printed; give it another name"),
    "page_size": mark("a page has 1 to {most} rows; ask for fewer"),
    "pending_approved": mark("this was approved already, by {officer}; look at the case"),
    "pending_nobody": mark("nobody else holds the post of {role} for {body}; ask whoever appoints the posts"),
    "pending_outside": mark(
        "{role} stands outside the office and approves nothing here; record the approval with the act instead"
    ),
    "pending_past": mark("what waits for an approval is done when it is approved; leave the time out"),
    "pending_reason": mark("a refusal needs its reason; say why in 1 to {most} characters, on one line"),
    "pending_refused": mark("this was refused already, by {officer}; whoever asked may ask anew"),
    "pending_stale": mark(
        "this could not be done any more when {officer} approved it; look at the case, and ask anew if it is still "
        "needed"
    ),
    "pending_twice": mark("the same ({action}) waits for its approval already; wait for it, or have it withdrawn"),
    "pending_unknown": mark("nothing that you may decide waits under the number {number}; look at the list again"),
    "pending_withdrawn": mark("this was withdrawn by {officer}; there is nothing left to decide"),
    "reveal_field": mark("there is no {field} in this entry, or it was erased; look at the case again"),
    "reveal_reason": mark("say in 1 to {most} characters why you look; it is kept on record"),
    "store_busy": mark("the store is busy with other work ({reason}); nothing was written: do it again in a moment"),
    "store_full": mark(
        "there is no space left in the store ({reason}); nothing was written: make space, then do it again"
    ),
    "store_lost": mark(
        "the store cannot be reached ({reason}); whether it was written is not known: look at the case before you do "
        "it again"
    ),
    "tally_unknown": mark("cases cannot be counted by {by}; choose another column"),
    "version_taken": mark(
        "version {version} of {mechanism} is kept with another text, and cases may run on it; give the new text a new "
        "version number"
    ),
    "version_unknown": mark("version {version} of {mechanism} is not kept here; install it first"),
}
"""Code of a CaseworkError → message, filled from its details."""

SETUP_MESSAGES: Final[dict[str, str]] = {
    "missing": mark("{setting} has to be decided; fill it in"),
    "unknown": mark("{setting} is no setting of this mechanism; take it out"),
    "value": mark("{setting} cannot have that value; correct it"),
}
"""What is wrong with a setting → message."""

MOMENT: Final = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::00)?$")
"""A day and a time as entries write them; people read them with a blank between and without seconds."""

NOTHING: Final = mark("(nothing)")
AREA: Final = mark("area")
APPROVAL: Final = mark("who asks for the approval, and who worked on it")
SYSTEM: Final = mark("the system")
SYSTEM_ACTS: Final[dict[str, str]] = {
    "sys_escalate": mark("a rung of the ladder"),
    "sys_link": mark("linked with another case"),
    "sys_migrate": mark("moved to another version"),
    "sys_reproject": mark("the calendar changed"),
    "sys_succeed": mark("handed to a body's successor"),
}
"""What the system itself does to a case → how it is called."""


def describe_casework(error: Exception, mechanism: Mechanism | None = None) -> str:
    """One line for a CaseworkError, Refused, SetupError or WorktimeError.

    Raises LookupError (a fault of ours) for any other error and for an unknown code.
    """
    if isinstance(error, WorktimeError):
        return describe_worktime(error)
    if isinstance(error, Refused):
        return describe_refusal(error, mechanism)
    if isinstance(error, SetupError):
        return describe_setup(error, mechanism)
    if not isinstance(error, CaseworkError) or error.code not in CASEWORK_MESSAGES:
        raise LookupError(f"no message for the error {error!r}")
    return tr(CASEWORK_MESSAGES[error.code], **_Shown(error.details, mechanism))


def describe_setup(error: SetupError, mechanism: Mechanism | None = None) -> str:
    """One line for the settings of a mechanism that are missing or wrong."""
    lines = []
    for name, what in error.wrong:
        known = mechanism.settings.get(name) if mechanism is not None else None
        shown = f"{_named(known)} ({name})" if known is not None else printable(name)
        lines.append(tr(SETUP_MESSAGES[what], setting=shown))
    return tr("{name}: {line}", name=printable(error.mechanism), line=" / ".join(lines))


def describe_refusal(refusal: Refused, mechanism: Mechanism | None = None) -> str:
    """One line for ``refusal``: what was not allowed, and what to do. Raises LookupError for an unknown code."""
    details = dict(refusal.details)
    details.setdefault("mechanism", mechanism.id if mechanism is not None else NOTHING)
    if refusal.code == "clock_rule":
        rest = {name: value for name, value in details.items() if name not in ("clock", "rule", "mechanism")}
        details["why"] = describe_worktime(WorktimeError(str(details["rule"]), **rest))
    return tr(template_of(refusal), **_Shown(details, mechanism))


def template_of(refusal: Refused) -> str:
    """The message for ``refusal``, untranslated. Raises LookupError if there is none."""
    details = refusal.details
    kind = details.get("want") if refusal.code == "field_value" else details.get("what")
    if refusal.code == "body_wrong" and not details.get("want"):
        kind = "outside"
    for key in (f"{refusal.code}:{kind}", refusal.code):
        if key in REFUSAL_MESSAGES:
            return REFUSAL_MESSAGES[key]
    raise LookupError(f"no message for the refusal {refusal.code!r}")


class _Shown(Mapping[str, object]):
    """Details as people read them: names instead of identifiers, lists joined; what is not told as “nothing”."""

    def __init__(self, details: Mapping[str, object], mechanism: Mechanism | None) -> None:
        self._details = details
        self._mechanism = mechanism
        self._tables = _tables(mechanism) if mechanism is not None else {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._details)

    def __len__(self) -> int:
        return len(self._details)

    def __getitem__(self, key: str) -> object:
        value = self._details[key]
        if key == "entries" and isinstance(value, list):
            return tr("; ").join(self._entry(one) for one in value) or tr(NOTHING)
        if isinstance(value, list | tuple):
            return tr(", ").join(self._one(key, one) for one in value) or tr(NOTHING)
        return self._one(key, value)

    def _entry(self, entry: Mapping[str, Any]) -> str:
        act = str(entry["act"])
        name = tr(SYSTEM_ACTS[act]) if act in SYSTEM_ACTS else self._one("action", act)
        return tr(
            "{n}: {name}, {body}, {day}",
            n=entry["n"],
            name=name,
            body=tr(SYSTEM) if act in SYSTEM_ACTS else printable(entry["actor_body"]),
            day=entry["on_day"],
        )

    def _one(self, key: str, value: object) -> str:
        if value is None or value == "":
            return tr(NOTHING)
        if value == NOTHING:
            return tr(NOTHING)
        text = str(value)
        if key == "marks" and text == "approval":
            return tr(APPROVAL)
        if key == "name" and text == "area":
            return tr(AREA)
        if key in ("value", "any_of", "choices"):
            return self._choice(text)
        if key in ("at", "last", "due"):
            text = MOMENT.sub(r"\1 \2", text)
        found = self._tables.get(_TABLE_OF.get(key, ""), {}).get(text)
        return printable(found) if found is not None else printable(text)

    def _choice(self, text: str) -> str:
        field = self._mechanism.fields.get(str(self._details.get("field"))) if self._mechanism is not None else None
        if field is not None and text in field.choices:
            return printable(_named(field.choices[text]))
        return printable(text)


_TABLE_OF: Final = {
    "action": "actions",
    "stage": "stages",
    "field": "fields",
    "fields": "fields",
    "role": "roles",
    "clock": "clocks",
    "clocks": "clocks",
    "marks": "marks",
    "mechanism": "mechanisms",
    "name": "every",
}
"""The key of a detail → what its value names."""


def _tables(mechanism: Mechanism) -> dict[str, dict[str, str]]:
    """Identifier → name, of everything in ``mechanism`` that a refusal may name."""
    branches = [
        branch
        for stage in mechanism.stages.values()
        if stage.parallel is not None
        for branch in stage.parallel.branches.values()
    ]
    tables = {
        "stages": {name: _named(one) for branch in branches for name, one in branch.stages.items()}
        | {name: _named(one) for name, one in mechanism.stages.items()},
        "actions": {path[-1]: _named(action) for path, action in mechanism.every_action()},
        "fields": {name: _named(one) for name, one in mechanism.fields.items()},
        "roles": {name: _named(one) for name, one in mechanism.roles.items()},
        "clocks": {name: _named(one) for name, one in mechanism.clocks.items()},
        "marks": {name: _named(one) for name, one in mechanism.marks.items()},
        "mechanisms": {mechanism.id: _named(mechanism.names)},
    }
    tables["fields"]["evidence"] = tables["fields"].get("evidence", tr("evidence"))
    tables["every"] = tables["stages"] | tables["clocks"] | tables["roles"]
    return tables


def _named(one: Any) -> str:
    """Its name in the language spoken now."""
    return str(one.zh if language() == "zh" else one.en)
