"""What the checks of packs say to a person: one sentence for every code, in the language spoken now.

Each says what is wrong and what to do; the file, line and place are put before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from luoshi.mechanisms.errors import Finding
from luoshi.messages import mark, printable, tr

TEXT_MESSAGES: Final[dict[str, str]] = {
    "file_too_large": mark("the file is larger than {limit_kib} KiB; check that it is the right file"),
    "file_empty": mark("the file is empty; check that it is the right one"),
    "not_utf8": mark("the file is no text in UTF-8; save it as UTF-8 in an editor"),
    "not_yaml": mark("this line cannot be read as YAML; check indents, colons and brackets here"),
    "second_document": mark("a second document begins here; keep one definition in a file"),
    "alias_refused": mark("YAML anchors and aliases are not read; write the part out"),
    "tag_refused": mark("YAML tags (!…) are not read; take the tag away"),
    "too_deep": mark("more than {limit} levels lie within one another here; no definition needs so many"),
    "key_not_text": mark("the name before the colon is a list or mapping; write a plain name"),
    "key_twice": mark("{key} stands here twice; keep one of the two"),
    "key_too_long": mark("a name before a colon is longer than {limit} characters; shorten it"),
    "control_character": mark("a character that cannot be seen or stored stands here ({point}); take it out"),
    "day_wrong": mark("{value} is no day of the calendar; correct it"),
    "not_mapping": mark("the file is no definition; begin it with id, version and names (docs/mechanisms.md)"),
}
"""Faults of the text itself: nothing of it can be checked."""

SHAPE_MESSAGES: Final[dict[str, str]] = {
    "key_missing": mark("{key} is missing; add it (docs/mechanisms.md)"),
    "key_unknown": mark("{key} is no key that may stand here; correct its spelling or take it out"),
    "value_choice": mark("the value of {key} is none of {expected}; write one of these"),
    "value_pattern": mark(
        "{key} is not written as it has to be: a name is of small letters, digits and _ (at most 40) and begins with a "
        "letter, an address begins with http:// or https://; correct it"
    ),
    "value_size": mark("{key} is too long, too short, too large or too small; docs/mechanisms.md says what it may be"),
    "value_kind": mark(
        "the value of {key} is of the wrong kind (text, number, day, list or mapping); docs/mechanisms.md says which"
    ),
    "more_wrong": mark("{count} more faults are not shown; correct these first"),
    "choices_wrong": mark("choices belong to a field of type choice, and such a field needs them; add or remove them"),
    "measure_wrong": mark(
        "a measure is a number with a unit that is neither personal nor finer than what is public; correct the field"
    ),
    "limit_wrong": mark("a limit has either a value or a setting; give one of the two"),
    "pause_unbounded": mark("a pause ends after max or on the day in the field until; give one of the two"),
    "extension_wrong": mark("an extension has either a longest length (max) or a unit; give one of the two"),
    "split_wrong": mark(
        "a split names either a field of bodies or a standing role, and weights only with bodies; correct it"
    ),
    "outcome_wrong": mark("a stage has an outcome if it is closed (open: false), and only then; correct it"),
    "closed_wrong": mark("a closed stage has nobody responsible and no parallel parts; take them out"),
    "when_wrong": mark("a rung is due before, after, at_due or at a percent of the limit; give exactly one"),
}
"""Faults of shape: a key or a value that cannot stand where it stands."""

NAME_MESSAGES: Final[dict[str, str]] = {
    "stage_unknown": mark("there is no stage {name}; correct the name or define it"),
    "role_unknown": mark("there is no role {name}; correct the name or define it under roles"),
    "field_unknown": mark("there is no field {name}; correct the name or define it under fields"),
    "clock_unknown": mark("there is no clock {name}; correct the name or define it under clocks"),
    "setting_unknown": mark("there is no setting {name}; correct the name or define it under settings"),
    "document_unknown": mark("there is no document {name}; correct the name or define it under documents"),
    "mark_unknown": mark("there is no mark {name}; correct the name or define it under marks"),
    "source_unknown": mark("there is no source {name}; correct the name or define it under legal"),
    "action_unknown": mark("there is no action {name}; correct the name or define it under actions"),
    "pause_unknown": mark("the clock has no pause rule {name}; correct the name or define it under its pauses"),
    "branch_unknown": mark("the parallel stage has no branch {name}; correct the name or define it"),
    "kind_unknown": mark("the parallel stage has no kind {name}; correct the name or define it under its kinds"),
    "choice_unknown": mark("the field has no choice {name}; correct the name or add it to the field's choices"),
    "name_twice": mark("{name} stands here twice; keep one"),
    "field_reserved": mark("entries call something else {name}; give the field another name"),
    "field_kept": mark(
        "{name} is personal, and a guard or limit asks for it, so it would be kept; ask for another field"
    ),
    "action_reserved": mark("names that begin with sys_ are the system's own; give {name} another name"),
    "field_type": mark("the field {name} is of type {type}, and {wanted} is needed here; give another field"),
    "field_many": mark("the field {name} holds many values, and one is needed here; give another field"),
    "setting_type": mark("the setting {name} is of type {type}, and a limit needs a whole number; make it an integer"),
    "setting_unit": mark("the setting {name} is in {wanted}, and the limit in {unit}; use one unit"),
    "numbering_wrong": mark(
        "{pattern} has something in braces that is not known; use {{prefix}}, {{year}}, {{n}} or {{n:06}} only"
    ),
    "numbering_same": mark("{pattern} gives every case the same number; add {{n}} or {{n:06}}"),
    "choice_without_limit": mark("the choice {name} of the field {field} has no limit; add one for it"),
    "role_not_assigned": mark("the role {name} is not of kind assigned, so no act can fill it; correct one of the two"),
    "extension_missing": mark("the clock {name} has no rule for extensions; add one under its extension, or drop this"),
    "column_not_day": mark("only answered_on takes the day of the act (@on); give a field for {column}"),
    "column_committed": mark(
        "the field {name} is personal or finer than what is public, so it cannot fill {column}; give another field"
    ),
    "split_nowhere": mark("a split leads to a stage with parallel parts; correct to, or take splits out"),
    "step_unknown": mark("there is no action or rung {name}; correct the name, or take it out of the steps"),
    "rung_twice": mark("two rungs are named {name}; give one of them another id"),
    "public_committed": mark(
        "the field {name} is personal, free text or finer than what is public, and can never be shown; take it out"
    ),
}
"""Names that lead nowhere, or to what cannot stand there."""

RULE_MESSAGES: Final[dict[str, str]] = {
    "open_missing": mark("no action opens a case; add one with kind: open"),
    "commitment_not_opening": mark("{name} is to issue commitments and opens no case; name an action of kind open"),
    "commitment_gives_not": mark(
        "a commitment cannot tell {name}, which {action} asks for; make it optional, or name it in the block commitment"
    ),
    "progress_action": mark(
        "{name} is to report progress and opens a case, or needs evidence or an approval; name an action that does not"
    ),
    "progress_gives_not": mark(
        "a report of progress does not tell {name}, which {action} asks for; make it optional, or name it in progress"
    ),
    "progress_alone": mark("progress is reported in the fields of reported, and there is no such block; add reported"),
    "closed_missing": mark("no stage is closed; add one with open: false and an outcome"),
    "closed_clocks": mark("nothing drives a closed stage ({name}); take its clocks out"),
    "responsible_missing": mark("nobody is responsible in the open stage {name}; name a role under responsible"),
    "role_outside": mark("the role {name} is a party outside, and a body is needed here; name another role"),
    "stage_without_clock": mark(
        "no clock drives the open stage {name} (windows and least periods do not); name one under clocks"
    ),
    "lead_missing": mark("the parts join when the leading one is done, and lead names no kind; add lead"),
    "branch_start_closed": mark("the branch begins in the closed stage {name}; begin in an open one"),
    "branch_end_missing": mark("no stage of the branch {name} is closed, so its parts never end; close one"),
    "branch_action": mark("an act of kind {kind} cannot be taken on a part ({name}); take it on the case"),
    "from_missing": mark("the action {name} starts nowhere; name its stages under from, or make it kind: open"),
    "open_from": mark("the action {name} opens cases and so starts nowhere; take from out"),
    "open_to": mark("the action {name} opens cases into no stage; add to"),
    "kind_needs": mark("the action {name} is of kind {kind} and has no {key}; add it or correct the kind"),
    "kind_wrong": mark("the action {name} has {key}; make its kind {kind}"),
    "verify_empty": mark(
        "the action {name} is a check, and a check is by another person and on evidence; "
        "add needs: other_than and evidence"
    ),
    "close_to_open": mark("the action {name} is to close the case and leads to an open stage; correct to or kind"),
    "start_idle": mark("{action} closes the case, which stops every clock but windows; take {clock} out of its starts"),
    "reopen_open": mark("the action {name} reopens what is not closed ({stage}); correct from or kind"),
    "reopen_kind": mark("the action {name} leads from the closed stage {stage} to an open one; make its kind reopen"),
    "cancels_nothing": mark("the action {name} cancels parts where there are none; take cancels out"),
    "join_nowhere": mark("the action {name} joins parts, and {stage} has none; correct from or kind"),
    "join_stays": mark("the action {name} joins the parts and stays where it is; say in to where the case goes on"),
    "parallel_left": mark(
        "the action {name} leaves {stage} while parts are open; make its kind join, or cancel them (cancels: true)"
    ),
    "parallel_entered": mark("the action {name} enters {stage} without making parts; add splits"),
    "weights_missing": mark("weights are to be given in this stage, and the split of {name} names none; add weights"),
    "weights_unused": mark("the stage asks for no weights; take weights out of {name}, or set the stage's to given"),
    "value_not_supplied": mark("the action {action} relies on the field {name}; add it to its supply"),
    "extension_approver": mark(
        "extending {name} is for {approver} to approve; let only that role take this action, or add needs: approval"
    ),
    "pause_none": mark("the clock {name} knows no pauses and cannot be resumed; add a pause rule or take it out"),
}
"""Stages and actions that are wrong by themselves."""

LIMIT_MESSAGES: Final[dict[str, str]] = {
    "dates_reversed": mark("{name} ends before it comes into force; correct the dates"),
    "setting_choices": mark("choices belong to a setting of type choice, and such a one needs them; correct {name}"),
    "setting_value": mark("this is no value that the setting {name} of type {type} can have; correct it"),
    "setting_most": mark("a setting of type {type} has no largest number; take most out of {name}"),
    "default_without_source": mark(
        "only a source with trust statute or official gives a default or a bound; give {name} one or make it an example"
    ),
    "value_without_source": mark(
        "{value} {unit} is fixed here without a source that binds (statute, official); make it a setting for the place"
    ),
    "legal_without_source": mark("{name} is a legal limit and names no source; add source, or correct its kind"),
    "legal_not_binding": mark(
        "the source {name} is only of trust {trust} and makes no legal limit; give one that binds or correct the kind"
    ),
    "clock_out_of_force": mark(
        "on {day} no source of this legal limit is in force (the last: {title}, {from} to {to}); name the rule in force"
    ),
    "limit_out_of_force": mark(
        "{title} is not in force on {day} (it is from {from} to {to}); check what holds now and name it"
    ),
    "pause_fixed_day": mark("the limit {name} is a fixed day, which no pause moves; extend it instead"),
    "pause_unit": mark("a pause cannot be as long as so many {unit}; count it in days, months or years"),
    "extension_unit": mark("the extension is in {unit}, and the limit needs {wanted}; use that"),
    "rung_unit": mark("{name} is counted in days, so a rung cannot be so many {unit} from it; count it in days"),
    "due_on_window": mark("{name} drives nobody, so its day is not the case's due day; take another clock"),
    "rung_on_window": mark("{name} drives nobody, so nothing is escalated by it; take another clock"),
    "rung_order": mark("the rung {name} is due before {other} or with it; put the rungs in the order of time"),
}
"""Limits, their sources and the ladder."""

FLOW_MESSAGES: Final[dict[str, str]] = {
    "stage_unreachable": mark("no way leads to the stage {stage}; add an action that does, or take it out"),
    "stage_cannot_close": mark("from {stage} no way leads to a closed stage; add one"),
    "action_dead_from": mark("no case comes to where {action} starts; correct from, or take it out"),
    "action_dead_guard": mark(
        "in {stage} the field never has a value that only_if of {action} asks for; correct it, or supply it earlier"
    ),
    "action_dead_role": mark("in {stage} nobody was assigned who may take {action}; assign the role before"),
    "clock_not_running": mark(
        "on this way {clock} does not run in {stage}; start it on the way, or do not stop it, or list another clock"
    ),
    "role_not_yet": mark("on this way nobody was assigned as {role} when {stage} begins; assign the role on the way"),
    "close_not_earned": mark(
        "on this way {action} closes the case without a check by another person on evidence after the last work; "
        "add a check (needs: evidence and other_than)"
    ),
    "check_empty": mark(
        "on this way nobody was recorded as {marks}, so other_than of {action} excludes nobody; record one before"
    ),
    "check_by_handler": mark(
        "on this way who did the last work is marked {marks}, and {action} does not exclude that person; "
        "add the mark to other_than"
    ),
    "before_due_not_running": mark("on this way {clock} does not run when {action} is to be taken; start it before"),
    "passed_not_running": mark(
        "on this way {clock} does not run when {action} asks whether it has passed; start it before"
    ),
    "limit_unknown": mark(
        "on this way the field {field}, which {clock} needs, is not known when it is to start; supply it by then"
    ),
    "clock_cannot_run": mark("{clock} never runs in {stage}, so {action} is always refused there; correct one of them"),
    "clock_cannot_pause": mark(
        "{clock} is never paused in {stage}, so {action} is always refused there; correct one of them"
    ),
    "stop_idle": mark("{clock} never runs where {action} is taken, and needs no stop; take it out"),
    "choice_stuck": mark("with {field} = {choice} no action leads out of {stage}; let one of them take it"),
    "guard_unknown": mark("on this way {field} is not known in {stage}, and no action leads out; supply it by then"),
    "rung_unaddressed": mark(
        "on this way {clock} runs in {stage} and nobody was assigned as {role}, so the rung {name} goes to whoever is "
        "responsible there; address another role, or assign it before"
    ),
    "branch_never_made": mark("no split makes parts of the branch {name}; add it to a split, or take it out"),
    "lead_never_made": mark("no split makes a part of the leading kind {name}, so the parts never join; add it"),
    "kind_never_made": mark("no split makes parts of the kind {name}; add it to a split, or take it out"),
    "join_missing": mark("nothing joins the parts of {stage}; add an action with kind: join"),
    "clock_unused": mark("no action starts {name}; take it out, or start it"),
    "field_unused": mark("no action takes the field {name}; take it out, or supply it"),
    "document_unused": mark("nothing produces the document {name}; take it out, or produce it"),
    "mark_unused": mark("no action records the mark {name}; take it out, or record it"),
}
"""The flow; a way is shown below these."""

MESSAGES: Final[dict[str, str]] = {
    **TEXT_MESSAGES,
    **SHAPE_MESSAGES,
    **NAME_MESSAGES,
    **RULE_MESSAGES,
    **LIMIT_MESSAGES,
    **FLOW_MESSAGES,
}
"""Code → message; ``{fields}`` are filled from the finding's details."""


def describe_finding(finding: Finding) -> str:
    """One sentence for ``finding``. Raises LookupError (a fault) for an unknown code."""
    return tr(template_of(finding.code, finding.details), **{k: printable(v) for k, v in finding.details.items()})


def template_of(code: str, details: Mapping[str, object]) -> str:
    """The message for ``code``, untranslated."""
    if code not in MESSAGES:
        raise LookupError(f"no message for the code {code!r}")
    if code == "value_choice" and "expected" not in details:
        return MESSAGES["value_kind"]
    return MESSAGES[code]
