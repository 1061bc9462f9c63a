"""Trees of bodies and areas, and the posts that officers hold over them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stores import TestStore

from luoshi.org.posts import PostNode, Posts
from luoshi.org.tree import AreaNode, BodyNode, Successor, Tree


def body(code: str, parent: str | None = None, founded_on: str | None = None, ended_on: str | None = None) -> BodyNode:
    return BodyNode(code, code, code, "department", parent, founded_on, ended_on)


def area(code: str, parent: str | None = None) -> AreaNode:
    return AreaNode(code, code, code, "community", parent)


TREE = Tree(
    [body("gov"), body("street", "gov"), body("west", "street"), body("east", "street"), body("housing", "gov")],
    areas=[area("district"), area("s1", "district"), area("c1", "s1"), area("c2", "s1")],
)


def test_a_subtree_is_the_body_and_all_below() -> None:
    assert TREE.subtree("street") == {"street", "west", "east"}
    assert TREE.subtree("gov") == TREE.every_body
    assert TREE.subtree("west") == {"west"}
    assert TREE.subtree("nobody") == frozenset()
    assert TREE.area_subtree("s1") == {"s1", "c1", "c2"}
    assert [TREE.depth(code) for code in ("district", "s1", "c1", "nowhere", None)] == [1, 2, 3, 0, 0]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_subtrees_agree_with_walking_up(parents: list[int]) -> None:
    parent = {str(n): (str(p % n) if n else None) for n, p in enumerate(parents)}
    tree = Tree([body(code, above) for code, above in parent.items()])
    for top in parent:
        expected = set()
        for code in parent:
            walk: str | None = code
            while walk is not None:
                if walk == top:
                    expected.add(code)
                walk = parent[walk]
        assert tree.subtree(top) == expected


def test_a_body_exists_from_its_founding_to_the_day_before_its_end() -> None:
    tree = Tree([body("a", None, "2025-01-01", "2025-07-01")])
    days = ("2024-12-31", "2025-01-01", "2025-06-30", "2025-07-01")
    assert [tree.exists("a", day) for day in days] == [False, True, True, False]
    assert not tree.exists("b", "2025-01-01")


def test_successors_are_followed_in_turn_up_to_the_day() -> None:
    tree = Tree(
        [body("a"), body("b"), body("c"), body("d")],
        [
            Successor("merge", "a", "b", "2025-03-01"),
            Successor("split", "b", "c", "2025-06-01", area="c1"),
            Successor("split", "b", "d", "2025-06-01"),
        ],
        [area("s1"), area("c1", "s1"), area("g1", "c1"), area("c2", "s1")],
    )
    assert tree.successor("a", "2025-02-28") == "a"
    assert tree.successor("a", "2025-03-01") == "b"
    assert tree.successor("a", "2025-06-01", area="g1") == "c"
    assert tree.successor("a", "2025-06-01", area="c2") == "d"
    assert tree.successor("a", "2025-06-01") == "d"


def test_of_a_division_the_deepest_area_decides_then_the_category() -> None:
    tree = Tree(
        [body("a"), body("wide"), body("deep"), body("kind"), body("rest")],
        [
            Successor("split", "a", "wide", "2025-06-01", area="s1"),
            Successor("split", "a", "deep", "2025-06-01", area="c1"),
            Successor("split", "a", "kind", "2025-06-01", category="heating"),
            Successor("split", "a", "rest", "2025-06-01"),
        ],
        [area("s1"), area("c1", "s1"), area("s2")],
    )
    assert tree.successor("a", "2025-06-01", "c1", "heating") == "deep"
    assert tree.successor("a", "2025-06-01", "s1", "heating") == "wide"
    assert tree.successor("a", "2025-06-01", "s2", "heating") == "kind"
    assert tree.successor("a", "2025-06-01", None, "noise") == "rest"


def test_a_post_covers_the_bodies_below_within_its_area_and_days() -> None:
    posts = Posts(
        TREE,
        [
            PostNode("o1", "hotline", "undertaker", "street", None, "2025-01-01", "2025-06-30"),
            PostNode("o1", "*", "office", "housing", "c1", "2025-01-01"),
        ],
    )

    def holds(mechanism: str, role: str, at: str, where: str | None = None, day: str = "2025-03-01") -> bool:
        return posts.holds("o1", mechanism, role, at, where, day)

    assert holds("hotline", "undertaker", "west")
    assert holds("hotline", "undertaker", "street", "c2")
    assert not holds("hotline", "undertaker", "gov")
    assert not holds("hotline", "undertaker", "housing")
    assert not holds("petition", "undertaker", "west")
    assert not holds("hotline", "centre", "west")
    assert holds("hotline", "undertaker", "west", day="2025-06-30")
    assert not holds("hotline", "undertaker", "west", day="2025-07-01")
    assert not holds("hotline", "undertaker", "west", day="2024-12-31")
    assert holds("anything", "office", "housing", "c1")
    assert not holds("anything", "office", "housing", "s1")
    assert not holds("anything", "office", "housing")
    assert not posts.holds("o2", "hotline", "undertaker", "west", None, "2025-03-01")


def test_a_snapshot_is_taken_again_when_the_org_has_changed(store: TestStore) -> None:
    from django.db import transaction

    from luoshi.org.models import Body
    from luoshi.org.snapshot import changed, snapshot

    assert snapshot("jc").tree.every_body == frozenset()
    with transaction.atomic():
        Body.objects.create(district="jc", code="gov", zh="区政府", en="Government", kind="district")
        Body.objects.create(district="other", code="x", zh="乙", en="X", kind="district")
        changed("jc")
    assert snapshot("jc").tree.every_body == {"gov"}
    assert snapshot("jc") is snapshot("jc")


def test_a_look_at_the_snapshot_costs_no_query(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.org import snapshot as module

    asked = []
    real = module.revision
    monkeypatch.setattr(module, "revision", lambda district: asked.append(district) or real(district))
    clock = [100.0]
    monkeypatch.setattr("luoshi.org.snapshot.time.monotonic", lambda: clock[0])
    module.snapshot("jc")
    before = len(asked)
    clock[0] += 0.9
    module.snapshot("jc")
    assert len(asked) == before
    clock[0] += 0.2
    module.snapshot("jc")
    assert len(asked) == before + 1
