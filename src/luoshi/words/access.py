"""What access refuses, and what its audit log, administrators and rights are called, for a person."""

from __future__ import annotations

import math
from typing import Final

from luoshi.access.errors import AccessError
from luoshi.messages import mark, printable, tr

ACCESS_MESSAGES: Final[dict[str, str]] = {
    "account_there": mark("there is an account {name} already; choose another name"),
    "account_unknown": mark("there is no account {name}; `luoshi accounts list` shows them"),
    "audit_append_only": mark("lines of the audit log are never changed or removed"),
    "audit_what": mark("“{what}” is no code for the audit log; use small letters, digits and underscores"),
    "code_wrong": mark(
        "This code is not right. Wait for the next one on your phone and type its six digits; the phone's clock must "
        "be right. A code is taken once."
    ),
    "demo_off": mark("accounts of the demo are made in the demo alone, that is with LUOSHI_DEMO=1"),
    "factor_key": mark(
        "second factors were set up under another secret key; put that one back as LUOSHI_SECRET_KEY, or take the "
        "second factor off with luoshi accounts reset NAME --second-factor"
    ),
    "locked": mark("Too many wrong attempts. Try again in {minutes} min, or ask the security administrator to unlock."),
    "name_missing": mark("whose account is it? Give the person's name with --name"),
    "officer_has_one": mark("this officer has an account already; close or reset that one"),
    "officer_unknown": mark("there is no officer {officer} in {district}; load the officers first: luoshi org load"),
    "one_office": mark(
        "an account is either an officer's or one administrator's; give --officer or --administrator, one of both"
    ),
    "page_size": mark("a page has at most {most} lines"),
    "password_again": mark("This is one of your last {count} passwords; choose one you have not had."),
    "password_differs": mark("The two do not agree; type the new password twice alike."),
    "password_entirely_numeric": mark("Digits alone are guessed quickly; add words or letters."),
    "password_too_common": mark("This password is among those that are tried first; choose another one."),
    "password_too_long": mark("At most {most} characters, please."),
    "password_too_short": mark("At least {min_length} characters, please; several words in a row are easy to keep."),
    "password_too_similar": mark("This is too much like your name or code; choose another one."),
    "person_twice": mark(
        "{person} has the account {name} already; the three administrators are three persons, and none of them is an "
        "officer who handles cases"
    ),
    "username": mark("{name} cannot be a name to sign in with: letters, digits and . _ @ - only, at most 60"),
    "wrong": mark("Name or password is not right. Check both; large and small letters of the password count."),
}
"""Error code → message; ``{fields}`` are filled from the error's details."""

ADMINISTRATOR_NAMES: Final[dict[str, str]] = {
    "system": mark("System administrator"),
    "security": mark("Security administrator"),
    "audit": mark("Audit administrator"),
}

RIGHT_NAMES: Final[dict[str, str]] = {
    "accounts": mark("accounts: add and close"),
    "audit": mark("audit log: read"),
    "bodies": mark("bodies and areas"),
    "calendars": mark("calendars"),
    "factors": mark("second factor: take a lost one off"),
    "officers": mark("officers' records"),
    "packs": mark("packs in force"),
    "posts": mark("posts and roles"),
    "reveals": mark("looks at personal data: read"),
    "sessions": mark("sessions: end"),
    "templates": mark("templates"),
    "unlock": mark("unlock after a lock-out"),
}

AUDIT_NAMES: Final[dict[str, str]] = {
    "account_added": mark("Account added"),
    "account_closed": mark("Account closed"),
    "account_unlocked": mark("Account unlocked"),
    "audit_checked": mark("Audit log checked"),
    "audit_exported": mark("Audit log exported"),
    "audit_read": mark("Audit log read"),
    "bodies_handed_over": mark("Open cases handed to successors"),
    "body_added": mark("Body added"),
    "body_ended": mark("Body ended with a change"),
    "code_wrong": mark("Wrong code of the second factor"),
    "exported": mark("List of cases exported"),
    "factor_reset": mark("Second factor reset"),
    "factor_set_up": mark("Second factor set up"),
    "factor_taken_off": mark("Second factor taken off"),
    "locked": mark("Locked after wrong attempts"),
    "mechanism_adopted": mark("Mechanism put in force"),
    "notice_added": mark("Notice of days off added"),
    "officer_added": mark("Officer added"),
    "officer_renamed": mark("Officer renamed"),
    "org_imported": mark("Files of the organisation taken"),
    "password_changed": mark("Password changed"),
    "password_reset": mark("One-time password given"),
    "password_wrong": mark("Wrong name or password"),
    "post_appointed": mark("Post appointed"),
    "post_ended": mark("Post ended"),
    "recovery_code_used": mark("Recovery code used"),
    "revealed": mark("Looked at personal data"),
    "sessions_ended": mark("Sessions ended"),
    "signed_in": mark("Signed in"),
    "signed_out": mark("Signed out"),
}
"""Code in the audit log → what it is called; other rooms' codes stand for themselves (:func:`audit_name`)."""


def describe_access(error: AccessError) -> str:
    """What happened and what to do. KeyError (a fault of the program) for an unknown code."""
    told = {key: printable(value) for key, value in error.details.items()}
    seconds = error.details.get("seconds")
    if isinstance(seconds, int):
        told["minutes"] = str(math.ceil(seconds / 60))
    return tr(ACCESS_MESSAGES[error.code]).format(**told)


def audit_name(what: str) -> str:
    """What a code of the audit log is called; a code without a name stands for itself."""
    return tr(AUDIT_NAMES[what]) if what in AUDIT_NAMES else what
