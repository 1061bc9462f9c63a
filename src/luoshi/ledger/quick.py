"""What chains and relations need of an entry, read as quickly as Python can: for whoever checks entries by the million.

An expression without character classes only finds where everything is; that it may be there is checked by other means,
each much faster than the classes: control characters and backslashes in all bytes at once, digests by turning them into
bytes and back, and the small texts that repeat from entry to entry by remembering them. What these means do not settle
is left to :func:`luoshi.ledger.entry.parse`. Both agree on every entry (``tests/ledger/test_shard.py``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, TypeAlias

from luoshi.ledger.entry import parse
from luoshi.ledger.fields import MAX_BYTES, SCHEMA, is_day
from luoshi.ledger.plain import Changes, Facts, are_attachments, changes_in, facts_in

Step: TypeAlias = "tuple[str, str, str, str, int, str, str | None, Changes, str, str, int, str, str, Facts]"
"""body, case, district, mechanism, n, prev, prev_sm3, set, stage_from, stage_to, version, act, on_day, data; the two
mappings are not to be altered."""

_ODD: Final = bytes(range(0x20)) + b"\\"
_KEY: Final = r"[a-z][a-z0-9_]*+"
_COUNT: Final = r"([1-9][0-9]{0,14})"
_TEXT: Final = r'"([^"]++)"'
_TEXT_OR_NONE: Final = r'"([^"]*+)"'
_ANY_DIGEST: Final = ".{64}"
_DIGEST: Final = f'"({_ANY_DIGEST})"'
_DAY: Final = r'"(.{10})"'


_COMMITMENT: Final = f'"{_KEY}":"{_ANY_DIGEST}"'
_ENTRY: Final = re.compile(
    r"\{"
    rf'"act":{_TEXT},"actor_body":"[^"]++","actor_role":"[^"]++",'
    r'"attachments":\[([^\]]*+)\],'
    rf'"body":{_TEXT},"case":{_TEXT},'
    rf'"commitments":\{{((?:{_COMMITMENT}(?:,{_COMMITMENT})*+)?)\}},'
    r'"data":\{([^}]*+)\},'
    rf'"district":{_TEXT},"mechanism":{_TEXT},"n":{_COUNT},"on_day":{_DAY},'
    rf'"prev":{_DIGEST}(?:,"prev_sm3":{_DIGEST})?,'
    rf'"recorded_on":{_DAY},"schema":{SCHEMA},'
    r'"set":\{([^}]*+)\},'
    rf'"stage_from":{_TEXT_OR_NONE},"stage_to":{_TEXT_OR_NONE},"version":{_COUNT}'
    r"\}",
    re.DOTALL,
)


def is_clean(data: bytes) -> bool:
    """Whether ``data`` has neither a control character nor a backslash, so no text in it needs an escape."""
    return len(data.translate(None, _ODD)) == len(data)


def read_step(data: bytes) -> Step:
    """What chains and relations need of the entry with the canonical bytes ``data``, which :func:`is_clean`.

    Raises LedgerError as :func:`luoshi.ledger.entry.parse`.
    """
    try:
        match = _ENTRY.fullmatch(data.decode())
        if match is not None and len(data) <= MAX_BYTES:
            (act, attachments, body, case, commitments, facts, district, mechanism, n, on_day,
             prev, prev_sm3, recorded_on, sets, stage_from, stage_to, version) = match.groups("")  # fmt: skip
            changes, told = changes_in(sets), facts_in(facts)
            # Between quotation marks stand, by turns: a key, a colon, a digest, a comma. With a mark within a digest
            # there are more keys than the expression saw, and too few characters of digests for them.
            parts = commitments.split('"')
            keys = tuple(parts[1::4])
            committed = "".join(parts[3::4])
            digests = f"{committed}{prev}{prev_sm3}"
            if (
                changes is not None
                and is_day(on_day)
                and is_day(recorded_on)
                and told is not None
                and _ascending(keys)
                and len(committed) == 64 * len(keys)
                and bytes.fromhex(digests).hex() == digests
                and (not attachments or are_attachments(attachments))
            ):
                return (
                    body, case, district, mechanism, int(n), prev, prev_sm3 or None, changes,
                    stage_from, stage_to, int(version), act, on_day, told,
                )  # fmt: skip
    except ValueError:
        # Not UTF-8, or not hexadecimal: the closer look says which.
        pass
    return step_of(data)


def step_of(data: bytes) -> Step:
    """The same as :func:`read_step` for any entry, slowly."""
    fields = parse(data)
    return (
        fields["body"],
        fields["case"],
        fields["district"],
        fields["mechanism"],
        fields["n"],
        fields["prev"],
        fields.get("prev_sm3"),
        fields["set"],
        fields["stage_from"],
        fields["stage_to"],
        fields["version"],
        fields["act"],
        fields["on_day"],
        fields["data"],
    )


@lru_cache(maxsize=4096)
def _ascending(keys: tuple[str, ...]) -> bool:
    """Whether the keys are sorted and none is there twice."""
    return list(keys) == sorted(set(keys))
