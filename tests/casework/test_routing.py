"""Routing: from a place and a kind to the body in charge, with reasons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.stores import TestStore

if TYPE_CHECKING:
    from luoshi.casework.routing import Place, Route
    from luoshi.org.snapshot import Org

DAY = "2026-11-23"
SMALL = Path(__file__).resolve().parents[1] / "samples" / "small-org"
"""A few square grids, whose corners can be told by heart."""


@pytest.fixture
def org(store: TestStore) -> Org:
    from luoshi.org.load import load_org, read_org
    from luoshi.org.snapshot import snapshot

    load_org("jc", read_org((path.name, path.read_bytes()) for path in sorted(SMALL.glob("*.yaml"))))
    return snapshot("jc")


def to(org: Org, mechanism: str, place: Place, *, category: str | None = None, first: str | None = "hotline") -> Route:
    from luoshi.casework.routing import route

    return route(org, mechanism, category, place, first_receiver=first, on_day=DAY)


def at(x: float, y: float) -> Any:
    from luoshi.casework.routing import Place

    return Place(point=(x, y))


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
class TestRoutes:
    @pytest.mark.parametrize(
        ("mechanism", "x", "y", "area", "body"),
        [
            ("hotline", 0.005, 0.005, "G-li-1", "fenglin_li"),
            ("hotline", 0.0125, 0.005, "G-li-2", "fenglin_li"),
            ("hotline", 0.015, 0.005, "G-du-1", "fenglin"),  # the pond in grid 2 belongs to Dukou
            ("hotline", 0.01, 0.005, "G-li-1", "fenglin_li"),  # on the edge of two grids
            ("hotline", 0.035, 0.005, "G-qiao-1", "liupu"),
            ("hotline", 0.09, 0.09, None, "hotline"),
            ("grid_event", 0.005, 0.005, "G-li-1", "fenglin"),
            ("patrol_problem", 0.005, 0.015, "R-lan-1", "fenglin"),
            ("patrol_problem", 0.04, 0.0152, "R-lan-2", "liupu"),
            ("patrol_problem", 0.005, 0.002, "G-li-1", "river_office"),  # far from the brook
        ],
    )
    def test_by_point(self, org: Org, mechanism: str, x: float, y: float, area: str | None, body: str) -> None:
        found = to(org, mechanism, at(x, y))
        assert (found.area, found.body) == (area, body)

    def test_reasons_are_told_in_order(self, org: Org) -> None:
        found = to(org, "patrol_problem", at(0.005, 0.002))
        assert [one.code for one in found.reasons] == ["far_from_reaches", "in_area", "duty"]
        near = to(org, "patrol_problem", at(0.01, 0.0146))
        assert near.reasons[0].code == "at_reach"
        assert near.reasons[0].details["metres"] == 11

    def test_a_code_is_taken_as_it_is_told(self, org: Org) -> None:
        from luoshi.casework.routing import Place

        assert to(org, "hotline", Place(area="A-qingfeng-tang")).body == "qingfeng"
        unknown = to(org, "hotline", Place(area="nowhere"))
        assert (unknown.area, unknown.body) == (None, "hotline")
        assert unknown.reasons[0].code == "area_unknown"

    def test_who_received_it_first_keeps_the_lead_if_no_duty_matches(self, org: Org) -> None:
        from luoshi.casework.routing import Place

        found = to(org, "enterprise_request", Place(), first="service_hall")
        assert found.body == "service"
        assert [one.code for one in found.reasons] == ["no_area", "no_duty", "successor", "first_receiver"]
        nobody = to(org, "enterprise_request", Place(), first=None)
        assert nobody.body is None
        assert nobody.reasons[-1].code == "nobody"

    def test_every_reason_has_words_in_both_languages(self, org: Org) -> None:
        from luoshi.casework.routing import Reason
        from luoshi.messages import set_language
        from luoshi.words.routing import LIKENESS_MESSAGES, ROUTING_MESSAGES, describe_reason

        details = {"area": "A-fenglin", "body": "fenglin", "successor": "urban", "metres": 3, "on_day": DAY}
        for code in ROUTING_MESSAGES:
            english = describe_reason(Reason(code, details), org.tree)  # type: ignore[arg-type]
            set_language("zh")
            try:
                chinese = describe_reason(Reason(code, details), org.tree)  # type: ignore[arg-type]
            finally:
                set_language("en")
            assert "{" not in english + chinese
            assert english != chinese, code
        assert "Fenglin Street Office" in describe_reason(Reason("first_receiver", {"body": "fenglin"}), org.tree)
        assert len(LIKENESS_MESSAGES) == 7


def test_duties_come_from_the_store(org: Org) -> None:
    assert to(org, "hotline", at(0.005, 0.005)).body == "fenglin_li"
