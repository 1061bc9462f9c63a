"""Org data: the sample district, what is refused and where, loading twice, loading a changed file."""

from __future__ import annotations

import copy
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.stores import TestStore

from luoshi.messages import set_language
from luoshi.org.data import OrgData
from luoshi.org.errors import OrgError
from luoshi.words.org import ORG_MESSAGES, describe_org

SAMPLE = Path(__file__).resolve().parents[2] / "districts" / "sample-org"

SMALL: dict[str, Any] = {
    "bodies": (
        {"code": "gov", "zh": "区政府", "en": "Government", "kind": "district"},
        {"code": "old", "zh": "甲局", "en": "A", "kind": "department", "parent": "gov", "ended_on": date(2026, 7, 1)},
        {"code": "new", "zh": "乙局", "en": "B", "kind": "department", "parent": "gov"},
        {"code": "third", "zh": "丙局", "en": "C", "kind": "department", "parent": "gov"},
    ),
    "changes": ({"kind": "merge", "on": date(2026, 7, 1), "from": ("old",), "to": ({"body": "new"},)},),
    "areas": (
        {"code": "A", "zh": "区", "en": "District", "kind": "district"},
        {"code": "S", "zh": "街道", "en": "Street", "kind": "street", "parent": "A"},
    ),
    "duties": ({"mechanism": "hotline", "body": "new"},),
    "officers": ({"code": "o1", "name": "沈言"},),
    "posts": ({"officer": "o1", "role": "undertaker", "body": "new", "from": date(2025, 1, 1)},),
}


def sample() -> dict[str, Any]:
    from luoshi.org.load import read_org

    return read_org((path.name, path.read_bytes()) for path in sorted(SAMPLE.glob("*.yaml")))


def faults(data: dict[str, Any]) -> set[tuple[str, str]]:
    from luoshi.org.load import parse_org

    with pytest.raises(OrgError) as caught:
        parse_org(data)
    assert_told(caught.value)
    return {(one.code, one.place) for one in caught.value.faults}


def assert_told(error: OrgError) -> None:
    """Every fault has words in both languages, with its place."""
    english = describe_org(error)
    set_language("zh")
    try:
        chinese = describe_org(error)
    finally:
        set_language("en")
    lines = list(zip(english.splitlines(), chinese.splitlines(), error.faults, strict=True))
    for one, other, fault in lines:
        assert one.startswith(f"{fault.place}: ") and other.startswith(f"{fault.place}：")
        assert "{" not in one + other
        assert one != other


def altered(part: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {**copy.deepcopy(SMALL), part: items}


def added(part: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {**copy.deepcopy(SMALL), part: SMALL[part] + items}


def test_the_sample_district_loads_and_loading_it_again_changes_nothing(store: TestStore) -> None:
    from luoshi.org.load import load_org
    from luoshi.org.models import Area, Body, BodyChange, Post
    from luoshi.org.snapshot import revision, snapshot

    first = load_org("jc", sample())
    assert first.rows["bodies"] == Body.objects.filter(district="jc").count() > 20
    assert Area.objects.get(code="A-fenglin").stat_code == "990000001"
    assert BodyChange.objects.filter(body="agriculture_old").count() == 3
    before = revision("jc")
    posts = list(Post.objects.values_list("id", flat=True))
    assert load_org("jc", sample()).total == 0
    assert revision("jc") == before
    assert list(Post.objects.values_list("id", flat=True)) == posts

    org = snapshot("jc")
    assert org.tree.subtree("fenglin") == {
        "fenglin", "fenglin_li", "fenglin_du", "fenglin_yinxing", "fenglin_changlang"
    }  # fmt: skip
    assert not org.tree.exists("urban", "2026-06-30")
    assert org.tree.exists("urban", "2026-07-01")
    assert org.tree.successor("agriculture_old", "2026-07-01", "A-qingfeng-tang") == "forestry"
    assert org.posts.holds("o-tang", "hotline", "undertaker", "fenglin_li", "G-li-1", "2026-12-31")
    assert not org.posts.holds("o-tang", "hotline", "undertaker", "fenglin_li", "G-du-1", "2026-12-31")


def test_a_changed_file_changes_what_it_says_and_no_more(store: TestStore) -> None:
    from luoshi.org.load import load_org
    from luoshi.org.models import Body, Post
    from luoshi.org.snapshot import snapshot

    load_org("jc", SMALL)
    ids = dict(Body.objects.values_list("code", "id"))
    data = copy.deepcopy(SMALL)
    data["bodies"][3]["zh"] = "丁局"
    data["posts"] = ()
    loaded = load_org("jc", data)
    assert loaded.rows == {"bodies": 1, "areas": 0, "officers": 0, "changes": 0, "duties": 0, "posts": 1}
    assert dict(Body.objects.values_list("code", "id")) == ids
    assert Post.objects.count() == 0
    assert snapshot("jc").tree.bodies["third"].zh == "丁局"


def test_what_cases_may_name_cannot_be_removed_and_a_refusal_writes_nothing(store: TestStore) -> None:
    from luoshi.org.load import load_org
    from luoshi.org.models import Body, Post

    load_org("jc", SMALL)
    with pytest.raises(OrgError) as caught:
        load_org("jc", {**SMALL, "bodies": SMALL["bodies"][:3], "posts": ()})
    assert [one.code for one in caught.value.faults] == ["removed"]
    assert_told(caught.value)
    assert Body.objects.count() == 4
    assert Post.objects.count() == 1


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
class TestRefusals:
    def test_the_small_district_is_right(self) -> None:
        from luoshi.org.load import parse_org

        assert isinstance(parse_org(SMALL), OrgData)

    def test_shape(self) -> None:
        assert faults({**SMALL, "extra": ()}) == {("key_unknown", "extra")}
        assert faults(altered("officers", {"code": "o1"})) == {("key_missing", "officers[0].name")}
        assert faults(altered("officers", {"code": "o 1", "name": "x"})) == {("value_pattern", "officers[0].code")}
        assert faults(added("bodies", {"code": "x", "zh": "x", "en": "x\x1b", "kind": "street"})) == {
            ("value_pattern", "bodies[4].en")
        }
        body = {"code": "x", "zh": "x", "en": "x", "kind": "street"}
        for key, value, code in (
            ("zh", "", "value_size"),
            ("zh", "x" * 121, "value_size"),
            ("kind", "planet", "value_choice"),
            ("founded_on", "2026-01-01", "value_kind"),
            ("parent", 3, "value_kind"),
        ):
            assert faults(added("bodies", {**body, key: value})) == {(code, f"bodies[4].{key}")}
        successors = tuple({"body": "new"} for _ in range(51))
        change = {**SMALL["changes"][0], "to": successors}
        assert faults(altered("changes", change)) == {("too_many", "changes[0].to")}

    def test_codes_and_parents(self) -> None:
        body = {"zh": "x", "en": "x", "kind": "street"}
        assert faults(added("bodies", {"code": "gov", **body})) == {("code_twice", "bodies[4]")}
        assert faults(added("bodies", {"code": "x", "parent": "y", **body})) == {("parent_unknown", "bodies[4]")}
        ring = ({"code": "x", "parent": "y", **body}, {"code": "y", "parent": "x", **body})
        assert faults(added("bodies", *ring)) == {("parent_ring", "bodies[4]"), ("parent_ring", "bodies[5]")}

    def test_days(self) -> None:
        ended = {"code": "x", "zh": "x", "en": "x", "kind": "street", "ended_on": date(2026, 1, 1)}
        assert faults(added("bodies", ended)) == {("ended_without_successor", "bodies[4]")}
        found = faults(added("bodies", {**ended, "founded_on": date(2026, 1, 1)}))
        assert ("days_reversed", "bodies[4]") in found
        post = {"officer": "o1", "role": "r", "body": "new", "from": date(2025, 1, 2), "to": date(2025, 1, 1)}
        assert faults(altered("posts", post)) == {("days_reversed", "posts[0]")}

    def test_changes(self) -> None:
        change = {"kind": "merge", "on": date(2026, 7, 1), "from": ("old",), "to": ({"body": "new"},)}
        assert ("change_day", "changes[0].on") in faults(altered("changes", {**change, "on": date(2026, 7, 2)}))
        assert ("change_twice", "changes[1].from") in faults(added("changes", change))
        two = ({"body": "new"}, {"body": "third"})
        assert ("split_rest", "changes[0].to") in faults(altered("changes", {**change, "kind": "split", "to": two}))
        assert ("merge_shape", "changes[0]") in faults(altered("changes", {**change, "to": two}))
        gone = {**change, "to": ({"body": "old"},)}
        assert faults(altered("changes", gone)) == {("successor_not_there", "changes[0].to")}
        twice = ({"body": "new", "areas": ("S",)}, {"body": "third", "areas": ("S",)}, {"body": "gov"})
        assert ("split_part_twice", "changes[0].to") in faults(
            altered("changes", {**change, "kind": "split", "to": twice})
        )

    def test_references(self) -> None:
        post = SMALL["posts"][0]
        assert faults(altered("posts", {**post, "body": "x"})) == {("body_unknown", "posts[0].body")}
        assert faults(altered("posts", {**post, "area": "x"})) == {("area_unknown", "posts[0].area")}
        assert faults(altered("posts", {**post, "officer": "x"})) == {("officer_unknown", "posts[0].officer")}

    def test_shapes(self) -> None:
        def with_shape(kind: str, coordinates: Any, area: str = "grid") -> set[tuple[str, str]]:
            shape = {"type": kind, "coordinates": coordinates}
            return faults(added("areas", {"code": "g", "zh": "g", "en": "g", "kind": area, "shape": shape}))

        assert with_shape("Polygon", (((0, 0), (1, 0), (0, 1)),)) == {("shape_ring", "areas[2].shape")}
        assert with_shape("Polygon", (((0, 0), (1, 0), (0, 0)),)) == {("shape_ring", "areas[2].shape")}
        assert with_shape("Polygon", (((0, 0), (1, 0), (0, 91), (0, 0)),)) == {("shape_point", "areas[2].shape")}
        assert with_shape("LineString", ((0, 0), (1, 0))) == {("shape_line_of_area", "areas[2].shape")}
        assert with_shape("LineString", ((0, 0),), "reach") == {("shape_line", "areas[2].shape")}
        assert with_shape("Circle", ()) == {("shape_type", "areas[2].shape")}

    def test_every_code_that_the_checks_give_has_a_message(self) -> None:
        from luoshi.org.load import SHAPE_CODES

        folder = Path(__file__).resolve().parents[2] / "src" / "luoshi" / "org"
        text = "".join((folder / f"{name}.py").read_text() for name in ("check", "load", "shapes"))
        given = set(re.findall(r'(?:Fault|ShapeError)\("(\w+)"', text))
        given |= {*SHAPE_CODES.values(), "value_kind"}
        assert given == set(ORG_MESSAGES)

    def test_files_that_are_no_lists(self) -> None:
        from luoshi.org.load import read_org

        for text, code in ((b"- a", "not_mapping"), (b"bodies: 3", "not_list")):
            with pytest.raises(OrgError) as caught:
                read_org([("a.yaml", text)])
            assert [one.code for one in caught.value.faults] == [code]
            assert_told(caught.value)
        merged = read_org([("a.yaml", b"officers: [{code: a}]"), ("b.yaml", b"officers: [{code: b}]")])
        assert [one["code"] for one in merged["officers"]] == ["a", "b"]

    def test_duties_that_leave_open_who_is_in_charge(self) -> None:
        a, b = {"mechanism": "hotline", "body": "new"}, {"area": "S", "body": "third"}
        assert faults(altered("duties", a, b)) == {("duties_ambiguous", "duties[1]")}
        assert faults(altered("duties", a, {**a, "body": "third"})) == {("duties_ambiguous", "duties[1]")}
        from luoshi.org.load import parse_org

        parse_org(altered("duties", a, b, {"mechanism": "hotline", "area": "S", "body": "third"}))
        parse_org(altered("duties", a, {"area": "S", "body": "new"}))
        parse_org(altered("duties", a, {"mechanism": "petition", "area": "S", "body": "third"}))
