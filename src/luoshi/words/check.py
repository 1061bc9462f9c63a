"""What ``luoshi check`` found: what is unsafe, why, and what to do."""

from __future__ import annotations

from typing import Final

from luoshi.access.safety import Finding
from luoshi.messages import mark, printable, tr
from luoshi.words.access import ADMINISTRATOR_NAMES

CHECK_MESSAGES: Final[dict[str, str]] = {
    "administrator_missing": mark(
        "{district} has no {kind}: its work would fall to somebody else, and the three must be three persons; "
        "luoshi accounts add NAME --district {district} --administrator {code}"
    ),
    "administrator_without_factor": mark(
        "the administrator {name} has no second factor, so that a password alone opens everything; let the person sign "
        "in, the set-up comes by itself"
    ),
    "audit_broken": mark(
        "the audit log of {district} is not as it was written, from line {line} on: somebody changed or removed lines "
        "in the database; keep the database as it is, and compare with a backup"
    ),
    "database_plain": mark(
        "what goes to the database at {host} can be read on the way; add sslmode=verify-full to DATABASE_URL"
    ),
    "debug_on": mark("DEBUG is on, which shows the program's inside to anybody; turn it off"),
    "demo_account": mark(
        "accounts of the demo are in the database ({names}), which whoever turns the demo on can use; begin with a new "
        "database, or close them: luoshi accounts close NAME"
    ),
    "demo_on": mark("the demo is on, so that anybody signs in with one click; leave LUOSHI_DEMO out"),
    "django": mark("Django's check {id}: {told}"),
    "factor_setting": mark("LUOSHI_SECOND_FACTOR is {value}, which means nothing; set administrators or all"),
    "file_open": mark("{path} can be read by others on this machine; chmod 600 it"),
    "folder_open": mark("{path} is open to every user of this machine; chmod 700 it"),
    "guessable": mark(
        "the administrator {name} has a password that is tried first (of a demo or a handbook, or the name itself); "
        "luoshi accounts reset {name}"
    ),
    "hosts_any": mark("any host name is taken, so that links can be forged; name yours in LUOSHI_HOSTS"),
    "hosts_local": mark("only this machine's own names are taken, so nobody else gets in; name yours in LUOSHI_HOSTS"),
    "https_off": mark(
        "HTTPS is off, so that passwords and sessions can be read on the way; put a proxy with TLS before it and leave "
        "LUOSHI_HTTPS out"
    ),
    "ledger_key_missing": mark(
        "there is no key for the ledger ({path}), so that nothing is sealed and nobody can check it; "
        "luoshi ledger key --origin NAME"
    ),
    "person_twice": mark(
        "{person} holds two offices ({names}): the three administrators are three persons, and none is an officer; "
        "close one: luoshi accounts close NAME"
    ),
    "proxies_none": mark(
        "no proxy is announced, so that behind one all callers seem to be one, and one guesser locks out all; set "
        "LUOSHI_PROXIES to how many proxies of yours stand before it"
    ),
    "secret_short": mark(
        "the secret key is short or plain, so that sessions can be forged; give LUOSHI_SECRET_KEY at least {least} "
        "random characters, or leave it out and let Luoshi make one"
    ),
    "sqlite": mark(
        "the database is one SQLite file: right for one machine, wrong for several; for several use PostgreSQL "
        "(DATABASE_URL)"
    ),
}
"""Finding → what is unsafe, why, what to do."""


def describe_safety(finding: Finding) -> str:
    """One line for ``finding``. KeyError (a fault of the program) for an unknown code."""
    told = {key: printable(value) for key, value in finding.details.items()}
    if "kind" in told:
        told["code"] = told["kind"]
        told["kind"] = tr(ADMINISTRATOR_NAMES[told["kind"]])
    return tr(CHECK_MESSAGES[finding.code]).format(**told)
