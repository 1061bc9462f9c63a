"""Duplicates: what is proposed and why, and that one matter counts once however it is linked."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.casework.district import DISTRICT, actor, allow, set_up
from tests.stores import TestStore

from luoshi.mechanisms.acts import Refused

NOW = datetime(2026, 3, 2, 9)
DAY = "2026-03-02"


def area(code: str, parent: str | None) -> None:
    from luoshi.org.models import Area

    Area.objects.create(district=DISTRICT, code=code, zh=code, en=code, kind="grid", parent=parent)


def areas() -> None:
    for code, parent in (("D", None), ("S", "D"), ("C", "S"), ("g1", "C"), ("g2", "C"), ("C2", "S"), ("g9", "C2")):
        area(code, parent)


def known(case: str, title: str, **values: Any) -> None:
    """A case that is there already."""
    from luoshi.casework.models import Case

    row: dict[str, Any] = {
        "mechanism": "hotline", "version": 1, "category": "help", "body": "dept", "area": "g1", "opened_on": DAY,
        "stage": "handling", "weight": "1", "open": True, "n": 1, "head": bytes(32), "state": "{}", "number": case,
    }  # fmt: skip
    Case.objects.create(district=DISTRICT, case=case, title=title, **{**row, **values})


def proposed(title: str, **values: Any) -> dict[str, tuple[int, list[str]]]:
    from luoshi.casework.duplicates import Probe, propose

    probe = {"mechanism": "hotline", "category": "help", "area": "g1", "opened_on": DAY, "title": title, **values}
    found = propose(DISTRICT, Probe(**probe), None)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    return {one.case: (one.score, [reason.code for reason in one.reasons]) for one in found}


def test_the_same_matter_is_proposed_across_channels_and_mechanisms(store: TestStore) -> None:
    areas()
    known("same", "枫林里小区门口路灯不亮已经三天", channel="web")
    known("grid", "枫林里小区门口的路灯不亮", mechanism="grid_event", category="lights", area="g2")
    known("other matter", "楼上装修噪声扰民", area="g2")
    known("elsewhere", "枫林里小区门口路灯不亮", area="g9")
    known("long ago", "枫林里小区门口路灯不亮", opened_on="2026-01-05")
    known("other district", "枫林里小区门口路灯不亮")
    from luoshi.casework.models import Case

    Case.objects.filter(case="other district").update(district="elsewhere")
    found = proposed("小区门口路灯不亮三天了")
    assert set(found) == {"same", "grid"}
    assert found["same"][1] == ["same_area", "same_kind", "near_in_time", "words"]
    assert found["grid"][1] == ["near_area", "near_in_time", "words"]
    assert found["same"][0] > found["grid"][0]


def test_the_same_kind_at_the_same_place_is_proposed_whatever_the_words(store: TestStore) -> None:
    areas()
    known("fresh", "夜里太黑")
    known("category", "夜里太黑", category="complaint")
    assert set(proposed("路灯不亮")) == {"fresh"}
    assert proposed("路灯不亮", case="fresh") == {}


def test_without_an_area_cases_without_one_and_of_the_same_person_are_compared(store: TestStore) -> None:
    areas()
    known("nowhere", "医保报销进度查询太慢", area=None)
    known("person", "医保报销进度查询太慢了", area="g9", party="p1")
    found = proposed("医保报销进度查询太慢", area=None, party="p1")
    assert set(found) == {"nowhere", "person"}
    assert "same_party" in found["person"][1]
    assert set(proposed("医保报销进度查询太慢", area=None)) == {"nowhere"}


def test_only_what_the_officer_may_see_is_proposed(store: TestStore) -> None:
    from luoshi.casework.door import sight
    from luoshi.casework.duplicates import Probe, propose
    from luoshi.org.models import Body, Post

    set_up("hotline")
    areas()
    for code in ("dept", "other"):
        Body.objects.create(district=DISTRICT, code=code, zh=code, en=code, kind="department")
    Post.objects.create(
        district=DISTRICT, officer="o", mechanism="hotline", role="undertaker", body="dept", from_day="2026-01-01"
    )
    known("mine", "路灯不亮三天")
    known("theirs", "路灯不亮三天", body="other")
    probe = Probe("hotline", "help", "g1", DAY, "路灯不亮三天")
    assert {one.case for one in propose(DISTRICT, probe, sight(DISTRICT, "o", DAY))} == {"mine"}
    assert {one.case for one in propose(DISTRICT, probe, None)} == {"mine", "theirs"}


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_symmetric_and_between_0_and_1(a: str, b: str) -> None:
    from luoshi.casework.duplicates import alike

    assert alike(a, b) == alike(b, a)
    assert 0 <= alike(a, b) <= 1


def test_likeness_of_texts() -> None:
    from luoshi.casework.duplicates import alike

    assert alike("路灯不亮", "路灯，不亮！") == 1
    assert alike("路灯不亮", "噪声扰民") == 0
    assert alike("路", "路") == 0
    assert alike("路灯不亮", "路灯不亮了") == pytest.approx(6 / 7)


def calls(count: int) -> list[str]:
    from luoshi.casework.act import Done, Request, act_many

    fields = {"channel": "phone", "category": "help", "content": "路灯不亮", "urgency": "normal"}
    one = Request(actor("agent"), "record", mechanism="hotline", fields=fields)
    return [done.case for done in act_many(DISTRICT, [one] * count, authorise=allow, now=NOW) if isinstance(done, Done)]


def weights() -> dict[str, str]:
    from luoshi.casework.models import Case

    return dict(Case.objects.values_list("case", "weight"))


def test_a_linked_case_weighs_nothing_and_the_officer_is_kept_back(store: TestStore) -> None:
    import json

    from luoshi.casework.duplicates import link
    from luoshi.casework.models import Case, Entry, Plaintext

    set_up("hotline")
    a, b, c = calls(3)
    done = link(DISTRICT, b, a, officer="o-lu", reason="同一盏路灯", now=NOW)
    assert done is not None
    assert weights() == {a: "1", b: "0", c: "1"}
    assert Case.objects.get(case=b).matter == a
    row = Case.objects.get(case=b)
    assert row.n == 2
    entry = json.loads(bytes(Entry.objects.get(case_id=row.id, n=2).data))
    assert entry["data"] == {"matter": a, "reason": "same_matter"}
    assert "o-lu" not in json.dumps(entry, ensure_ascii=False)
    assert "同一盏路灯" not in json.dumps(entry, ensure_ascii=False)
    kept = json.loads(Plaintext.objects.get(case_id=row.id, n=2).private)
    assert (kept["linked_by"][1], kept["link_reason"][1]) == ("o-lu", "同一盏路灯")
    assert Case.objects.get(case=a).n == 1
    # Again changes nothing; by way of a linked case the one that is counted is meant.
    assert link(DISTRICT, b, a, officer="o-lu", reason="同一盏路灯", now=NOW) is None
    link(DISTRICT, c, b, officer="o-lu", reason="同一盏路灯", now=NOW)
    assert Case.objects.get(case=c).matter == a
    assert weights() == {a: "1", b: "0", c: "0"}


def test_what_cannot_be_linked(store: TestStore) -> None:
    from luoshi.casework.duplicates import link

    set_up("hotline")
    a, b, c = calls(3)
    link(DISTRICT, b, a, officer="o", reason="同", now=NOW)
    for case, other, reason, code in (
        (a, a, "同", "link_same"),
        (a, b, "同", "link_same"),
        (b, c, "同", "link_counted"),
        (c, "no such case", "同", "case_unknown"),
        ("no such case", c, "同", "case_unknown"),
        (c, a, " ", "link_reason"),
    ):
        with pytest.raises(Refused) as refused:
            link(DISTRICT, case, other, officer="o", reason=reason, now=NOW)
        assert refused.value.code == code
    assert weights() == {a: "1", b: "0", c: "1"}


def test_two_who_link_each_others_cases_at_once_leave_one_counted(store: TestStore) -> None:
    from django.db import connections

    from luoshi.casework.duplicates import link

    set_up("hotline")
    for _ in range(5):
        a, b = calls(2)
        start = threading.Barrier(2)

        def run(case: str, other: str, start: threading.Barrier = start) -> None:
            try:
                start.wait(20)
                link(DISTRICT, case, other, officer="o", reason="同", now=NOW)
            except Refused:
                pass  # the second one is told; which of the two that is does not matter
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=pair) for pair in ((a, b), (b, a))]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
        found = weights()
        assert sorted((found[a], found[b])) == ["0", "1"]


def test_links_in_any_order_leave_every_group_counted_once(store: TestStore) -> None:
    import random

    from luoshi.casework.duplicates import link

    set_up("hotline")
    dice = random.Random(7)
    cases = calls(12)
    group = {case: {case} for case in cases}
    for _ in range(40):
        a, b = dice.sample(cases, 2)
        try:
            done = link(DISTRICT, a, b, officer="o", reason="同", now=NOW)
        except Refused as refused:
            assert refused.code in ("link_same", "link_counted")
            continue
        if done is not None:
            merged = group[a] | group[b]
            for case in merged:
                group[case] = merged
    found = weights()
    for members in group.values():
        assert sum(int(found[case]) for case in members) == 1
