"""Is a store whole? Every table of casework held against the entries, which alone are the truth."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from typing import Any

from luoshi.ledger.chain import COLUMNS, verify_chain
from luoshi.ledger.commit import commit
from luoshi.ledger.entry import digest


def audit(district: str) -> int:
    """Check the whole district; how many entries there are. AssertionError names the first thing that is wrong."""
    from luoshi.casework.models import Case, Claim, Entry, Notice, Plaintext
    from luoshi.casework.models import Counter as Numbers

    entries: dict[int, list[bytes]] = defaultdict(list)
    for case_id, n, data, told in (
        Entry.objects.filter(district=district)
        .order_by("case_id", "n")
        .values_list("case_id", "n", "data", "digest")
        .iterator()
    ):
        entries[case_id].append(bytes(data))
        assert n == len(entries[case_id]), (case_id, n, "a gap or a double in the entries")
        assert digest(bytes(data)) == bytes(told), (case_id, n, "not its digest")
    names: dict[str, list[str]] = defaultdict(list)
    cases = {case.pk: case for case in Case.objects.filter(district=district)}
    assert cases.keys() == entries.keys(), "cases without entries, or entries without a case"
    for pk, case in cases.items():
        row = verify_chain(entries[pk])
        assert row is not None
        assert dict(zip(COLUMNS, row, strict=True)) == {name: getattr(case, name) for name in COLUMNS}, case.case
        assert case.n == len(entries[pk]), case.case
        assert bytes(case.head) == digest(entries[pk][-1]), case.case
        names[f"{case.mechanism}/case/{case.case.split('-')[1]}"].append(case.case.rpartition("-")[2])
        key, own = counted(case.number, case.opened_on[:4])
        names[key].append(own)
    plain = {
        (case_id, n): (private, personal)
        for case_id, n, private, personal in Plaintext.objects.filter(district=district).values_list(
            "case_id", "n", "private", "personal"
        )
    }
    parsed = {(pk, n): json.loads(data) for pk, found in entries.items() for n, data in enumerate(found, 1)}
    assert plain.keys() == parsed.keys(), "plaintexts and entries are not the same"
    for key, value in parsed.items():
        check_commitments(value, *plain[key])
    check_claims(parsed, Claim.objects.filter(district=district))
    check_papers(parsed, Notice.objects.filter(district=district), names)
    numbers = {
        one.key: one.value
        for one in Numbers.objects.filter(district=district)
        .exclude(key__in=("setup", "life"))
        .exclude(key__startswith="replay/")
    }
    assert numbers.keys() == names.keys(), (numbers.keys() ^ names.keys(), "counters that count nothing")
    for key, value in numbers.items():
        given = sorted(int(name) for name in names[key])
        assert given == list(range(1, value + 1)), (key, value, "a gap or a double in the numbers")
    return len(parsed)


def check_commitments(value: dict[str, Any], private: str, personal: str | None) -> None:
    """Every commitment opens with its salt and value."""
    kept: dict[str, list[str]] = {**json.loads(private), **json.loads(personal or "{}")}
    opened = {name: commit(name, text, bytes.fromhex(salt)).hex() for name, (salt, text) in kept.items()}
    assert opened == value["commitments"], (value["case"], value["n"])


def check_claims(parsed: dict[tuple[int, int], dict[str, Any]], claims: Any) -> None:
    """Each rung claimed once, by the entry that tells it; each such entry with its claim."""
    told = Counter(
        (pk, n, f"{data['clock']}@{data['part']}" if "part" in data else data["clock"], data["run"], data["rung"])
        for (pk, n), value in parsed.items()
        if value["act"] == "sys_escalate"
        for data in (value["data"],)
    )
    kept = Counter(claims.values_list("case_id", "n", "clock", "run", "rung"))
    assert told == kept, (told - kept, kept - told)
    once = Counter((pk, clock, run, rung) for pk, _, clock, run, rung in told.elements())
    assert not [rung for rung, count in once.items() if count > 1], "a rung climbed twice"


def check_papers(parsed: dict[tuple[int, int], dict[str, Any]], notices: Any, names: dict[str, list[str]]) -> None:
    """Each numbered document of an entry was written for somebody, under its number; none without an entry."""
    told = {
        (pk, n, name.removeprefix("no_")): text
        for (pk, n), value in parsed.items()
        for name, text in value["data"].items()
        if name.startswith("no_")
    }
    kept: dict[tuple[int, int, str], set[str]] = defaultdict(set)
    doubles: Counter[tuple[int, int, str, str]] = Counter()
    for pk, n, document, number, body in notices.values_list("case_id", "n", "document", "number", "body"):
        assert (pk, n) in parsed, "a document without an entry"
        doubles[pk, n, document, body] += 1
        if number is not None:
            kept[pk, n, document].add(number)
    assert not [one for one, count in doubles.items() if count > 1], "a document written twice"
    assert {key: {text} for key, text in told.items()} == kept
    twice = [text for text, count in Counter(told.values()).items() if count > 1]
    assert not twice, (twice, "two documents under one number")
    for (pk, n, _), text in told.items():
        key, own = counted(text, parsed[pk, n]["on_day"][:4])
        names[key].append(own)


def counted(text: str, year: str) -> tuple[str, str]:
    """The counter that gave ``text``, and the number in it: its last figures, less the year that may stand before
    it. All that are written alike but for the number have one counter.
    """
    figures = re.findall(r"\d+", text)[-1]
    own = figures.removeprefix(year) or figures
    before, _, after = text.rpartition(own)
    return f"number/{before}#{after}", own
