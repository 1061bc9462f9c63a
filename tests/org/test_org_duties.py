"""Duties: the most specific is one, whatever their order, or they are refused."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from luoshi.org.duties import ANY, DutyNode, ambiguous, matches, most_specific
from luoshi.org.tree import AreaNode, Tree

TREE = Tree(
    [],
    areas=[
        AreaNode(code, code, code, "x", parent)
        for code, parent in (("A", None), ("S", "A"), ("C", "S"), ("T", "A"), ("D", "T"))
    ],
)
MECHANISMS = ("hotline", "petition")
CATEGORIES = ("noise", "heat")
AREAS = (None, "A", "S", "C", "T", "D")

duty = st.builds(
    DutyNode,
    st.sampled_from((ANY, *MECHANISMS)),
    st.sampled_from((ANY, *CATEGORIES)),
    st.sampled_from(AREAS),
    st.sampled_from(("x", "y", "z")),
)


def at_least_as_specific(a: DutyNode, b: DutyNode) -> bool:
    return (
        (b.mechanism in (ANY, a.mechanism))
        and (b.category in (ANY, a.category))
        and (b.area is None or (a.area is not None and a.area in TREE.area_subtree(b.area)))
    )


def best_bodies(duties: list[DutyNode], mechanism: str, category: str, area: str | None) -> set[str]:
    """The bodies of all duties than which no other that matches is more specific."""
    found = [one for one in duties if matches(TREE, one, mechanism, category, area)]
    return {
        one.body
        for one in found
        if not any(at_least_as_specific(other, one) and not at_least_as_specific(one, other) for other in found)
    }


@given(st.lists(duty, max_size=6))
def test_ambiguous_duties_are_told_exactly_when_some_case_has_two_bodies(duties: list[DutyNode]) -> None:
    cases = [(m, c, a) for m in (*MECHANISMS, "other") for c in (*CATEGORIES, "other") for a in AREAS]
    bodies = {case: best_bodies(duties, *case) for case in cases}
    assert bool(list(ambiguous(TREE, duties))) is any(len(found) > 1 for found in bodies.values())
    if all(len(found) <= 1 for found in bodies.values()):
        for case in cases:
            chosen = most_specific(TREE, duties, *case)
            assert ({chosen.body} if chosen else set()) == bodies[case]


@given(st.lists(duty, min_size=1, max_size=6), st.randoms())
def test_the_answer_does_not_depend_on_order(duties: list[DutyNode], random: object) -> None:
    assume(not list(ambiguous(TREE, duties)))
    mixed = list(duties)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    for mechanism in MECHANISMS:
        for area in AREAS:
            a = most_specific(TREE, duties, mechanism, "noise", area)
            b = most_specific(TREE, mixed, mechanism, "noise", area)
            assert (a and a.body) == (b and b.body)
