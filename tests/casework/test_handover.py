"""Handover: whatever becomes of bodies, every open case has exactly one body that exists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.casework.district import DISTRICT, actor, allow, set_up
from tests.stores import TestStore

CALL = {"channel": "phone", "category": "help", "content": "路灯不亮", "urgency": "normal"}
START = datetime(2026, 3, 2, 9)
AREAS = ("s1", "c1", "c2")


def bodies(*codes: str, **ended: str) -> None:
    from luoshi.org.models import Area, Body

    standing = ("body-agent", "body-centre", "body-visitor")
    for code in (*standing, *codes):
        Body.objects.create(district=DISTRICT, code=code, zh=code, en=code, kind="department", ended_on=ended.get(code))
    for code, parent in (("s1", None), ("c1", "s1"), ("c2", "s1")):
        Area.objects.create(district=DISTRICT, code=code, zh=code, en=code, kind="community", parent=parent)


def change(kind: str, body: str, on_day: str, *to: tuple[str, str | None, str | None]) -> None:
    from luoshi.org.models import Body, BodyChange
    from luoshi.org.snapshot import changed

    Body.objects.filter(code=body).update(ended_on=on_day)
    for order, (successor, area, category) in enumerate(to):
        Body.objects.get_or_create(
            district=DISTRICT, code=successor, defaults={"zh": successor, "en": successor, "kind": "department"}
        )
        BodyChange.objects.create(
            district=DISTRICT,
            kind=kind,
            body=body,
            successor=successor,
            on_day=on_day,
            area=area,
            category=category,
            order=order,
        )
    changed(DISTRICT)


def take(*requests: Any, now: datetime) -> list[Any]:
    from luoshi.casework.act import act_many

    return act_many(DISTRICT, list(requests), authorise=allow, now=now, all_or_none=True)


def opened(now: datetime, area: str | None = None) -> str:
    from luoshi.casework.act import Request

    return str(take(Request(actor("agent"), "record", mechanism="hotline", fields=CALL, area=area), now=now)[0].case)


def dispatched(body: str, now: datetime, area: str | None = None) -> str:
    from luoshi.casework.act import Request

    case = opened(now, area)
    take(Request(actor("centre"), "dispatch", case=case, fields={"lead_body": body, "dispatch_basis": "目录"}), now=now)
    return case


def split_to(case: str, lead: str, others: list[str], now: datetime) -> None:
    from luoshi.casework.act import Request

    undertaker = actor("undertaker", body=lead)
    take(
        Request(undertaker, "sign", case=case),
        Request(undertaker, "ask_others", case=case, fields={"joint_bodies": others}),
        now=now,
    )


def body_of(case: str) -> str:
    from luoshi.casework.models import Case

    return Case.objects.get(case=case).body


def test_a_merged_body_is_followed_by_entry_and_only_once(store: TestStore) -> None:
    from luoshi.casework.act import Request
    from luoshi.casework.handover import hand_over
    from luoshi.casework.models import Case, Entry

    set_up("hotline")
    bodies("lights", "parks", "urban")
    case, other = dispatched("lights", START), dispatched("parks", START)
    untouched = dispatched("urban", START)
    change("merge", "lights", "2026-03-03", ("urban", None, None))
    assert hand_over(DISTRICT, now=START).done == 0  # not before its day
    later = START + timedelta(days=1)
    report = hand_over(DISTRICT, now=later)
    assert (report.done, report.failed) == (1, {})
    assert (body_of(case), body_of(other), body_of(untouched)) == ("urban", "parks", "urban")
    row = Case.objects.get(case=case)
    assert row.n == Entry.objects.filter(case_id=row.id).count() == 3
    assert hand_over(DISTRICT, now=later).done == 0
    # The successor goes on where the other body stood.
    take(Request(actor("undertaker", body="urban"), "sign", case=case), now=later)


def test_of_a_division_the_area_decides_then_the_category(store: TestStore) -> None:
    from luoshi.casework.handover import hand_over

    set_up("hotline")
    bodies("old")
    first, second, third = (dispatched("old", START, area) for area in ("c1", "c2", None))
    change("split", "old", "2026-03-03", ("west", "c1", None), ("help", None, "help"), ("rest", None, None))
    assert hand_over(DISTRICT, now=START + timedelta(days=2)).done == 3
    assert (body_of(first), body_of(second), body_of(third)) == ("west", "help", "help")


def test_parts_and_roles_that_come_later_follow_too(store: TestStore) -> None:
    import json

    from luoshi.casework.act import Request
    from luoshi.casework.handover import hand_over
    from luoshi.casework.models import Case, Part, Setup

    set_up("hotline")
    bodies("lead", "helper", "other")
    case = dispatched("lead", START)
    split_to(case, "lead", ["helper", "other"], START)
    change("rename", "helper", "2026-03-03", ("helper2", None, None))
    change("rename", "body-centre", "2026-03-03", ("centre2", None, None))
    later = START + timedelta(days=1)
    report = hand_over(DISTRICT, now=later)
    assert (report.done, report.standing) == (1, ["hotline"])
    assert set(Part.objects.filter(open=True).values_list("body", flat=True)) == {"helper2", "other"}
    assert json.loads(Case.objects.get(case=case).state)["roles"]["centre"] == "centre2"
    assert json.loads(Setup.objects.get(in_force=True).standing)["centre"] == "centre2"
    assert body_of(opened(later)) == "centre2"
    key = Part.objects.get(body="helper2").key
    answer = Request(
        actor("joint_body", body="helper2"), "answer", case=case, part=key, fields={"joint_result": "已办"}
    )
    take(answer, now=later)


def test_closed_cases_stay_where_they_were(store: TestStore) -> None:
    from luoshi.casework.handover import hand_over
    from luoshi.casework.models import Case

    set_up("hotline")
    bodies("old", "new")
    case = dispatched("old", START)
    Case.objects.filter(case=case).update(open=False)
    change("rename", "old", "2026-03-03", ("new", None, None))
    assert hand_over(DISTRICT, now=START + timedelta(days=9)).done == 0
    assert body_of(case) == "old"


Change = tuple[str, int, int, int]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    starts=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from((None, *AREAS)), st.booleans()), min_size=1, max_size=5
    ),
    changes=st.lists(
        st.tuples(st.sampled_from(("merge", "rename", "split")), st.integers(0, 99), st.integers(0, 99), st.booleans()),
        max_size=6,
    ),
)
def test_after_any_changes_every_open_case_has_one_body_that_exists(
    store: TestStore, starts: list[tuple[int, str | None, bool]], changes: list[tuple[str, int, int, bool]]
) -> None:
    from luoshi.casework.handover import hand_over
    from luoshi.casework.models import Case, Claim, Entry, Notice, Part, Plaintext
    from luoshi.mechanisms.state import State
    from luoshi.org.models import Area, Body, BodyChange
    from luoshi.org.snapshot import changed, snapshot

    for model in (Case, Claim, Entry, Notice, Part, Plaintext, Area, Body, BodyChange):
        model._default_manager.all().delete()
    set_up("hotline")
    bodies("b0", "b1", "b2", "b3")
    changed(DISTRICT)
    for number, area, parted in starts:
        case = dispatched(f"b{number}", START, area)
        if parted:
            split_to(case, f"b{number}", [f"b{(number + 1) % 4}"], START)
    living, count, now = ["b0", "b1", "b2", "b3", "body-centre"], 4, START
    for kind, which, other, swept in changes:
        now += timedelta(days=1)
        on_day = now.date().isoformat()
        body = living.pop(which % len(living))
        if kind == "merge" and living:
            change(kind, body, on_day, (living[other % len(living)], None, None))
        elif kind == "split":
            change(kind, body, on_day, (f"b{count}", AREAS[other % 3], None), (f"b{count + 1}", None, None))
            living += [f"b{count}", f"b{count + 1}"]
            count += 2
        else:
            change("rename", body, on_day, (f"b{count}", None, None))
            living.append(f"b{count}")
            count += 1
        if swept:
            hand_over(DISTRICT, now=now, batch=2)
    hand_over(DISTRICT, now=now, batch=2)
    assert hand_over(DISTRICT, now=now).done == 0
    tree = snapshot(DISTRICT).tree
    rows = list(Case.objects.filter(district=DISTRICT, open=True))
    assert len(rows) == len(starts)
    for row in rows:
        state = State.from_json(row.state, stage=row.stage, body=row.body)
        held = {row.body, *state.roles.values(), *(part["body"] for part in state.parts.values() if part["open"])}
        assert all(tree.exists(one, now.date().isoformat()) for one in held)
        for part in Part.objects.filter(case_id=row.id, open=True):
            assert part.body == state.parts[part.key]["body"]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_case_that_fails_stops_no_other(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.casework import handover, succession

    set_up("hotline")
    bodies("old", "new")
    bad, good = dispatched("old", START, "c1"), dispatched("old", START)
    change("rename", "old", "2026-03-03", ("new", None, None))
    real = succession.followers

    def failing(tree: Any, ended: Any, on_day: str, area: str | None, category: str | None) -> dict[str, str]:
        if area == "c1":
            raise KeyError("broken")
        return real(tree, ended, on_day, area, category)

    monkeypatch.setattr(succession, "followers", failing)
    report = handover.hand_over(DISTRICT, now=START + timedelta(days=1))
    assert report.done == 1
    assert list(report.failed) == [bad]
    assert (body_of(bad), body_of(good)) == ("old", "new")


def test_a_closed_case_follows_when_it_is_opened_again(store: TestStore) -> None:
    from tests.casework.audit import audit
    from tests.casework.district import photo

    from luoshi.casework.act import Request
    from luoshi.casework.handover import hand_over
    from luoshi.casework.models import Case, Entry
    from luoshi.mechanisms.acts import Refused

    set_up("hotline")
    bodies("housing", "new-centre")
    case = opened(START)
    closing = {"referral": "请向法院起诉", "reason": "属于诉讼事项"}
    take(Request(actor("centre"), "refer", case=case, fields=closing, files=(photo(),)), now=START)
    change("rename", "body-centre", "2026-03-03", ("new-centre", None, None))
    later = START + timedelta(days=1)
    assert hand_over(DISTRICT, now=later).done == 0  # a closed case stays with who closed it
    again = {"lead_body": "housing", "reason": "诉求人补充了情况"}
    with pytest.raises(Refused) as refused:
        take(Request(actor("centre"), "reopen", case=case, fields=again), now=later)
    assert refused.value.code == "body_wrong"
    assert Entry.objects.count() == 2  # what is refused changes nothing
    take(Request(actor("centre", body="new-centre"), "reopen", case=case, fields=again, seen=2), now=later)
    row = Case.objects.get(case=case)
    assert (row.stage, row.body, row.n, row.open) == ("dispatched", "housing", 4, True)
    audit(DISTRICT)
