"""What the ledger's keeper says to a person, by code: what happened, what to do; in the language spoken now."""

from __future__ import annotations

from typing import Final

from luoshi.casework.errors import CaseworkError
from luoshi.ledger.errors import LedgerError
from luoshi.messages import mark, printable, tr
from luoshi.sealing.errors import SealingError

SEALING_MESSAGES: Final[dict[str, str]] = {
    "digest_bad": mark(
        "entry {id} in the database has no digest of 32 bytes; nothing was sealed from there on; "
        "the row was changed by something else than Luoshi: restore it from a backup"
    ),
    "entries_gone": mark(
        "{want} sealed entries from place {first} on are asked for and the database has {got}; "
        "entries were taken away or put in: restore them from a backup, the export is the proof"
    ),
    "erase_no_case": mark("there is no case {case} in this district; check the name and the district"),
    "erase_whom": mark("say whose data is to go: either --party or --case"),
    "folder_full": mark("{name}: the folder is not empty; give another one, or --force to replace an export"),
    "folder_is_file": mark("{name}: there is a file or a link of this name; give another name"),
    "folder_other": mark("{name}: what is in the folder is no export, so it is not replaced; give another one"),
    "folder_parent": mark("{name}: there is no such folder; make it, or give another path"),
    "folder_unwritable": mark("{name}: the export cannot be written ({reason}); nothing of it was left"),
    "key_bad": mark("{name}: line {line} is not one of the log's keys; restore the file from a backup"),
    "key_last": mark("{name}: this is the only key that signs; add another one first (luoshi ledger key --add)"),
    "key_missing": mark(
        "{name}: there is no key yet; make one (luoshi ledger key --origin NAME), "
        "or set LUOSHI_LEDGER_KEY to the file that has it"
    ),
    "key_open": mark(
        "{name}: others may read the key; run chmod 600 on it, and change the key if somebody may have read it"
    ),
    "key_origin": mark("{name}: the key is for the log {got}, and the name given is {want}; set right which is wrong"),
    "key_there": mark("{name}: there is a key already, and it was not touched; --add makes one more"),
    "key_unknown": mark("{name}: no key that signs is {key}; luoshi ledger key shows them"),
    "key_unreadable": mark("{name}: the key cannot be read or written ({reason}); check that you may, and try again"),
    "log_differs": mark(
        "the stored tree is not the one of {size} entries that was signed; nothing was signed: "
        "the log's tables were changed by something else than Luoshi: restore them from a backup"
    ),
    "log_foreign": mark(
        "the last checkpoint, of {size} entries, is not signed by these keys; nothing was signed: "
        "use the key that signed it, and rotate it with luoshi ledger key --add"
    ),
    "nothing_sealed": mark("nothing was sealed yet; seal first (luoshi ledger seal)"),
    "origin_bad": mark(
        "“{name}” cannot be a log's name: it has neither blanks nor plus signs, such as ledger.example.gov.cn/log"
    ),
    "origin_missing": mark(
        "the log has no name yet; give one that stays (--origin or LUOSHI_LEDGER_ORIGIN), "
        "such as ledger.example.gov.cn/log"
    ),
    "seal_busy": mark("an act has not ended for {seconds} seconds, so nothing was sealed; try again later"),
    "store_busy": mark("the database is busy ({reason}); nothing was changed, try again"),
    "store_full": mark("there is no room left for the database ({reason}); nothing was changed: make room, try again"),
    "store_lost": mark("the connection to the database was lost ({reason}); nothing was changed, try again"),
    "unsound": mark("the entries do not give a ledger that verifies ({reason}); nothing was written: restore a backup"),
}
"""Error code → message; ``{fields}`` are filled from the error's details."""


def describe_sealing(error: SealingError | CaseworkError | LedgerError) -> str:
    """One line for ``error``. KeyError (a fault of the program) for an unknown code."""
    if isinstance(error, LedgerError) and error.code not in SEALING_MESSAGES:
        unsound = SEALING_MESSAGES["unsound"]
        return tr(unsound).format(reason=printable(error))
    fields = {key: printable(value) for key, value in error.details.items()}
    reason = fields.get("reason")
    if reason is not None:
        fields["reason"] = tr(reason)
    return tr(SEALING_MESSAGES[error.code]).format(**fields)
