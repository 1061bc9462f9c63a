"""The sample district: its map has no gaps, every role has two officers, its duties find a body."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.stores import TestStore

from luoshi.mechanisms.loader import load
from luoshi.org.data import OrgData
from luoshi.org.shapes import Shape, read_shape

ROOT = Path(__file__).resolve().parents[2]
PACKS = sorted((ROOT / "packs").glob("*/mechanism.yaml"))
DAY = "2026-11-27"
POINTS = 1500


def raw() -> dict[str, Any]:
    from luoshi.org.load import read_org

    folder = ROOT / "districts" / "sample-org"
    return read_org((path.name, path.read_bytes()) for path in sorted(folder.glob("*.yaml")))


@cache
def org() -> OrgData:
    from luoshi.org.load import parse_org

    return parse_org(raw())


@cache
def shapes() -> dict[str, Shape]:
    return {area.code: read_shape(area.shape) for area in org().areas if area.shape is not None}


def kinds(*names: str) -> list[str]:
    return [area.code for area in org().areas if area.kind in names]


def points() -> list[tuple[float, float]]:
    west, south, east, north = shapes()["A"].box
    chance = Random(7)
    return [(chance.uniform(west, east), chance.uniform(south, north)) for _ in range(POINTS)]


pytestmark = [pytest.mark.usefixtures("store"), pytest.mark.parametrize("store", ["sqlite"], indirect=True)]


def test_every_place_in_the_district_lies_in_one_grid_one_community_one_street() -> None:
    inside = 0
    for place in points():
        want = 1 if shapes()["A"].contains(place) else 0
        inside += want
        for level in (("grid",), ("community", "village"), ("street", "town")):
            assert sum(shapes()[code].contains(place) for code in kinds(*level)) == want, (place, level)
    assert inside > POINTS / 3


def test_grids_lie_within_their_community_and_communities_within_their_street() -> None:
    parents = {area.code: area.parent for area in org().areas}
    for code in kinds("grid", "community", "village"):
        around = parents[code]
        assert around is not None
        corners = [corner for polygon in shapes()[code].polygons for corner in polygon[0]]
        assert all(shapes()[around].contains(corner) for corner in corners), code


def test_the_map_lies_in_the_open_sea_and_has_what_a_district_has() -> None:
    west, south, east, north = shapes()["A"].box
    assert -1 < west < east < 1 and -1 < south < north < 1
    assert len(kinds("street", "town")) == 8
    assert len(kinds("reach")) >= 6
    assert all(len(shapes()[code].polygons[0][0]) > 8 for code in kinds("grid"))
    folks = [area for area in org().areas if area.kind in ("community", "village")]
    for street in kinds("street", "town"):
        assert 3 <= sum(area.parent == street for area in folks) <= 6
    for one in folks:
        assert 2 <= sum(area.parent == one.code for area in org().areas if area.kind == "grid") <= 4


def test_every_role_of_every_pack_is_held_by_two_officers() -> None:
    for path in PACKS:
        mechanism = load(path.read_bytes(), path.parent.name)
        for role, told in mechanism.roles.items():
            holders = {
                post.officer
                for post in org().posts
                if post.role == role and post.mechanism in ("*", mechanism.id) and post.to is None
            }
            assert told.kind == "outside" or len(holders) >= 2, (mechanism.id, role)


def test_every_department_and_street_has_a_handler_and_a_head() -> None:
    offices = {"supervision", "hotline", "labour_inspection", "river_office", "safety_office", "enterprise_centre",
               "rectify_office", "grid_centre"}  # fmt: skip
    for body in org().bodies:
        if body.kind not in ("department", "street", "town") or body.ended_on or body.code in offices:
            continue
        held = {(post.role, post.officer) for post in org().posts if post.body == body.code}
        handlers = {officer for role, officer in held if role == "undertaker"}
        heads = {officer for role, officer in held if role == "head"}
        assert heads and handlers - heads, body.code


def test_names_are_told_once_and_of_many_families() -> None:
    names = [one.name for one in org().officers]
    assert len(names) == len(set(names)) >= 120
    assert len({name[0] for name in names}) > 40


def test_the_script_writes_what_is_kept(store: TestStore, tmp_path: Path) -> None:
    import subprocess
    import sys

    subprocess.run([sys.executable, str(ROOT / "scripts" / "make_sample_org.py"), str(tmp_path)], check=True)
    for path in sorted(tmp_path.glob("*.yaml")):
        assert path.read_bytes() == (ROOT / "districts" / "sample-org" / path.name).read_bytes(), path.name


def test_cases_of_every_grid_and_reach_find_a_body() -> None:
    from luoshi.casework.routing import Place, route
    from luoshi.org.load import load_org
    from luoshi.org.snapshot import snapshot

    load_org("jc", raw())
    found = snapshot("jc")
    for mechanism in ("hotline", "grid_event", "hazard", "patrol_problem", "environment_letter"):
        for area in (*kinds("grid"), *kinds("reach")):
            told = route(found, mechanism, None, Place(area=area), first_receiver=None, on_day=DAY)
            assert told.body is not None and found.tree.exists(told.body, DAY), (mechanism, area)
    building = route(found, "hazard", "building", Place(area="G-li-1"), first_receiver=None, on_day=DAY)
    assert building.body == "housing"
    assert route(found, "hotline", None, Place(area="G-li-1"), first_receiver=None, on_day=DAY).body == "fenglin_li"
    lan = shapes()["R-lan-4"].lines[0][3]
    at_river = route(found, "patrol_problem", None, Place(point=lan), first_receiver=None, on_day=DAY)
    assert (at_river.area, at_river.body) == ("R-lan-4", "tinghu")
