"""What the ledger's verifier says to a person: each fault by its code, in the language spoken now.

A fault says what is wrong, and what that means; an error of the input says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from luoshi.ledger.errors import Fault, LedgerError
from luoshi.messages import mark, printable, tr

FAULT_MESSAGES: Final[dict[str, str]] = {
    "file_missing": mark("it is missing; the copy is not whole, or the file was taken away"),
    "file_extra": mark("it does not belong to the export; it was added afterwards"),
    "file_changed": mark("it is not what manifest.json says of it; one of the two was changed after the export"),
    "manifest": mark("it cannot be read as the manifest of an export; it was changed after the export"),
    "manifest_differs": mark(
        "under {field} it says {got}, and the rest of the export says {want}; it was changed after the export"
    ),
    "keys": mark("it cannot be read as a list of public keys; it was changed after the export"),
    "note": mark("it cannot be read as a signed note; it was changed after it was signed"),
    "checkpoint": mark("it is signed, but it is not the checkpoint of a log; what was signed is something else"),
    "signature": mark("the signature of {key} is false; the checkpoint was changed after it was signed"),
    "unsigned": mark(
        "none of the keys has signed it (signed by: {signers}); it is not from this log, or the keys are not the log's"
    ),
    "tile": mark("its hashes are not those of the entries; it was changed, or the entries below it were"),
    "bundle": mark("from entry {entry} on it is cut short or has too much; it was changed after the export"),
    "entry_hash": mark("its digest is not the one in {tile}; the entry was changed after it was sealed"),
    "root": mark(
        "the entries do not give the root that was signed; the log was rewritten after the checkpoint was signed"
    ),
    "not_canonical": mark("it is not written in the canonical form; whoever sealed it did not follow the format"),
    "entry_field": mark("its field {field} is missing or not allowed; whoever sealed it did not follow the format"),
    "entry_size": mark("it is larger than an entry may be; whoever sealed it did not follow the format"),
    "chain_n": mark(
        "it should be entry {want} of its case and calls itself {got}; an entry was left out or put in before sealing"
    ),
    "chain_prev": mark(
        "its prev is not the digest of the case's previous entry; the case's history was changed before sealing"
    ),
    "chain_prev_sm3": mark(
        "its prev_sm3 is not the SM3 digest of the case's previous entry; the history was changed before sealing"
    ),
    "chain_stage": mark(
        "it leaves the stage “{got}”, and the case was in “{want}”; an entry was left out or changed before sealing"
    ),
    "chain_same": mark(
        "its {field} is {got}, and the case's is {want}; an entry of another case was put in before sealing"
    ),
    "case_row": mark("line {line} is not the row that the entries give; it was changed, or is of another case"),
    "case_missing": mark("the row of this case is missing; the list of cases is not whole"),
    "case_extra": mark("line {line} is more than the entries give; a row was added"),
    "older_origin": mark("the older checkpoint is of the log {want}, this one of {got}; compare one log with itself"),
    "older_size": mark(
        "the older checkpoint has {want} entries and this one {got}; entries were taken away, or this export is older"
    ),
    "older_root": mark(
        "the first {size} entries are not those of the older checkpoint; the log was rewritten since it was signed"
    ),
}

INPUT_MESSAGES: Final[dict[str, str]] = {
    "folder_missing": mark("there is no such folder; check the path"),
    "folder_is_file": mark("it is a file; give the folder of an export"),
    "not_an_export": mark("it holds neither a manifest.json nor a checkpoint; give the folder of a ledger's export"),
    "file_unreadable": mark("it cannot be read ({reason}); check the path and that you may read it"),
    "unreadable": mark("{file} cannot be read ({reason}); check that you may read it, and try again"),
    "key": mark("it is not a public key; give one as NAME+ID+KEY, as the office has published it"),
    "older": mark("it is not a signed checkpoint; give the file named checkpoint of an earlier export"),
    "no_sm3": mark("the entries carry SM3 digests, which this system cannot compute; install cryptography with SM3"),
}


def describe_fault(fault: Fault) -> str:
    """One line for ``fault``: which file or entry, what is wrong, and what that means."""
    line = tr(FAULT_MESSAGES[fault.code]).format(**_shown(fault.details))
    if fault.entry is not None and fault.case is not None:
        place = tr(
            "{file}: entry {entry} of the log (case {case}, its entry {n})",
            file=printable(fault.file),
            entry=fault.entry,
            case=printable(fault.case),
            n=fault.n,
        )
    elif fault.entry is not None:
        place = tr("{file}: entry {entry} of the log", file=printable(fault.file), entry=fault.entry)
    elif fault.case is not None:
        place = tr("{file}: case {case}", file=printable(fault.file), case=printable(fault.case))
    else:
        place = printable(fault.file)
    return tr("{name}: {line}", name=place, line=line)


def describe_input(error: LedgerError) -> str:
    """One line for an input that cannot be used. LookupError (a fault of ours) for an unknown code."""
    fields = _shown(error.details)
    reason = fields.get("reason")
    if reason is not None:
        fields["reason"] = tr(reason)
    return tr("{name}: {line}", name=fields.get("name", ""), line=tr(INPUT_MESSAGES[error.code]).format(**fields))


def _shown(details: Mapping[str, object]) -> dict[str, str]:
    return {name: printable(value) for name, value in details.items()}
