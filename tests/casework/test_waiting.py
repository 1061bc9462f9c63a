"""What waits for an officer, against a plain look at every case: his posts, the stage's role, parts, entries."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.casework.district import ROOT
from tests.stores import TestStore

DISTRICT = "jichuan"
CASES = 150


def sample(store: TestStore) -> str:
    """The sample district with cases in every stage; today."""
    from luoshi.casework import clock
    from luoshi.casework.files import Files
    from luoshi.org.load import load_org, read_org
    from luoshi.simulation.life import live

    sources = sorted((ROOT / "districts" / "sample-org").glob("*.yaml"))
    load_org(DISTRICT, read_org([(path.name, path.read_bytes()) for path in sources]))
    now = clock.now()
    live(DISTRICT, now, cases=CASES, files=Files(Path(store.environ["LUOSHI_HOME"]) / "files"))
    return now.date().isoformat()


def plainly(officer: str, on_day: str) -> tuple[set[str], set[str]]:
    """What waits for ``officer`` and what was returned to him, by looking at every case."""
    from luoshi.casework.models import Case, Part
    from luoshi.casework.setups import district
    from luoshi.org.snapshot import snapshot

    flows, posts = district(DISTRICT).flows, snapshot(DISTRICT).posts
    mine, back = set(), set()
    for case in Case.objects.filter(district=DISTRICT, open=True):
        mechanism = flows[case.mechanism, case.version].mechanism
        stage = mechanism.stages[case.stage]

        def holds(role: str | None, body: str, case: Any = case) -> bool:
            return role is not None and posts.holds(officer, case.mechanism, role, body, case.area, on_day)

        if holds(stage.responsible, case.body):
            mine.add(case.case)
            if _returned(case, mechanism):
                back.add(case.case)
        for part in Part.objects.filter(case_id=case.pk, open=True):
            assert stage.parallel is not None
            if holds(stage.parallel.branches[part.key.split(".")[1]].role, part.body):
                mine.add(case.case)
    return mine, back


def _returned(case: Any, mechanism: Any) -> bool:
    from luoshi.casework.models import Entry

    for entry in Entry.objects.filter(case_id=case.pk).order_by("-n"):
        told = json.loads(bytes(entry.data))
        if told["stage_from"] != told["stage_to"]:
            action = mechanism.actions.get(told["act"])
            return action is not None and action.kind == "return"
    return False


def test_waiting_is_what_a_plain_look_finds_for_every_officer(store: TestStore) -> None:
    from luoshi.casework.door import Filters, page, sight
    from luoshi.casework.waiting import waiting
    from luoshi.org.models import Officer

    on_day = sample(store)
    officers = list(Officer.objects.filter(district=DISTRICT).order_by("code").values_list("code", flat=True))
    found = {"mine": 0, "back": 0}
    for officer in officers[:: max(1, len(officers) // 40)]:
        seen = sight(DISTRICT, officer, on_day)
        own = waiting(seen)
        mine, back = plainly(officer, on_day)
        rows = page(own, Filters(), limit=1000).rows
        assert {row.case for row in rows} == mine, officer
        assert len(rows) == len(mine)
        assert {row.case for row in page(replace(own, returned=True), Filters(), limit=1000).rows} == back, officer
        assert mine <= {row.case for row in page(seen, Filters(), limit=1000).rows}
        found["mine"] += len(mine)
        found["back"] += len(back)
    assert found["mine"] > 50
    assert found["back"] > 5
