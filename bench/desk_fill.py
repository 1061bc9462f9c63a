"""A store for the bench of the desk: a million cases, fifty officers with sessions; prints the plan as JSON."""
# ruff: noqa: PLC0415 - Django is set up by then

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any
from urllib.parse import quote

from bench.desk import OFFICERS as COUNT
from bench.scale_rows import NOW, OFFICERS, seeded
from bench.scale_worker import prepare
from luoshi.site import setup

PAGES: dict[str, int] = {
    "my work": 30,
    "my work, late": 10,
    "my work, one mechanism": 8,
    "a later page": 5,
    "a case": 25,
    "a case, anything new?": 20,
    "what may be opened": 6,
    "search by number": 4,
    "search by words": 4,
    "boards": 6,
    "a mechanism's board": 5,
    "commitments": 5,
    "what is behind": 3,
    "map": 2,
    "map, cases": 4,
}
"""Page → how often it is opened."""


def accounts(district: str) -> list[tuple[str, str]]:
    """Fifty officers, copies of the four kinds, each with an open session: (officer's kind, cookie)."""
    from django.conf import settings
    from django.test import Client

    from luoshi.access.models import Account
    from luoshi.org.models import Officer, Post

    found = []
    for number in range(COUNT):
        kind = OFFICERS[number % len(OFFICERS)] if number % 10 else "leader"
        code = f"{kind}-{number}"
        Officer.objects.create(district=district, code=code, name="合成人员")
        for post in Post.objects.filter(district=district, officer=kind):
            post.pk, post.officer = None, code
            post.save(force_insert=True)
        account = Account.objects.create(
            username=code, district=district, officer=code, must_change_password=False, created_at=0
        )
        client = Client(HTTP_HOST="localhost")
        client.force_login(account)
        name = settings.SESSION_COOKIE_NAME
        found.append((kind, f"{name}={client.cookies[name].value}"))
    return found


def addresses(district: str, kind: str) -> dict[str, list[str]]:
    """What an officer of this kind opens."""
    from luoshi.casework.door import Filters, page, sight

    seen = sight(district, kind, NOW.date().isoformat())
    first = page(seen, Filters(), None, 200)
    second = page(seen, Filters(), first.next, 50) if first.next else first
    cases = [row.case for row in (*first.rows[::5], *second.rows[::5])] or ["none"]
    mechanisms = sorted({row.mechanism for row in first.rows}) or ["hotline"]
    numbers = [row.number for row in first.rows[:10]]
    return {
        "my work": ["/desk/"],
        "my work, late": ["/desk/?timing=late"],
        "my work, one mechanism": [f"/desk/?mechanism={name}" for name in mechanisms],
        "a later page": [f"/desk/?after={first.next.written()}" if first.next else "/desk/"],
        "a case": [f"/desk/cases/{case}/" for case in cases],
        "a case, anything new?": [f"/desk/cases/{case}/since?n=0" for case in cases],
        "what may be opened": ["/desk/open/"],
        "search by number": [f"/desk/search/?q={quote(number)}" for number in numbers],
        "search by words": ["/desk/search/?q=" + words for words in ("%E5%90%88%E6%88%90", "%E4%BA%8B%E9%A1%B9")],
        "boards": ["/desk/boards/"],
        "a mechanism's board": [f"/desk/boards/{name}/" for name in mechanisms],
        "commitments": ["/desk/commitments/"],
        # Only a supervision office may open it.
        "what is behind": ["/desk/behind/" if kind in ("leader", "of-area") else "/desk/commitments/"],
        "map": ["/desk/map/"],
        "map, cases": ["/desk/map/cases.json"],
    }


def promises(district: str) -> None:
    """A work report whose promises are issued to the departments."""
    from django.db import connection

    from bench.gold import SAMPLES
    from bench.scale_rows import department
    from luoshi.commitments.issuing import issue
    from luoshi.commitments.models import Commitment
    from luoshi.commitments.taking import take_report

    path = SAMPLES / "report-2025.docx"
    report = take_report(district, "leader", path.name, path.read_bytes(), NOW)
    rows = list(Commitment.objects.filter(report=report).order_by("id"))
    for number, row in enumerate(rows):
        row.status, row.lead, row.due, row.standard = "accepted", department(number), "2026-12-31", "合成标准"
    Commitment.objects.bulk_update(rows, ["status", "lead", "due", "standard"])
    refused = [one.error for one in issue(district, "leader", [row.code for row in rows], NOW) if one.error]
    if refused:
        raise ValueError(f"{len(refused)} promises were not issued: {refused[0]}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> None:
    """Fill and tell."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    setup()
    from tests.casework.district import DISTRICT

    from luoshi.casework import clock
    from luoshi.casework.rollup import fresh
    from luoshi.casework.search import rebuild

    begun = time.perf_counter()
    prepare()
    seeded(DISTRICT)
    promises(DISTRICT)
    # Rows that no act wrote are found and counted only after this.
    rebuild()
    fresh(DISTRICT, clock.now())
    sessions: list[dict[str, Any]] = []
    known: dict[str, dict[str, list[str]]] = {}
    for kind, cookie in accounts(DISTRICT):
        if kind not in known:
            known[kind] = addresses(DISTRICT, kind)
        sessions.append({"cookie": cookie, "addresses": known[kind]})
    pages = {name: {"weight": weight} for name, weight in PAGES.items()}
    with answers:
        json.dump({"sessions": sessions, "pages": pages, "seconds": time.perf_counter() - begun}, answers)


if __name__ == "__main__":
    main()
