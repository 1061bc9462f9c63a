"""The map: the district's areas, its grids, reaches and lakes, and how many cases lie in each. No tile server.

Cases are counted by area, as the read door shows them; an exact place is finer than the public relations, so that it is
shown for one case alone, to who may read that case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, get_args

import orjson
from django.http import HttpResponse
from django.utils.http import parse_etags, urlencode

from luoshi.casework.door import CaseRow, Filters, may_read, told_fields
from luoshi.casework.filters import Timing
from luoshi.casework.movement import parts
from luoshi.casework.rollup import fresh
from luoshi.desk import errors
from luoshi.desk.charts import cases_at
from luoshi.desk.counting import counted
from luoshi.desk.links import link
from luoshi.desk.names import pick
from luoshi.desk.routes import OFFICER, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.messages import Language, mark
from luoshi.org.shapes import Point, Polygon, Shape
from luoshi.org.tree import AreaNode, Tree

TIMINGS: Final[Mapping[str, str]] = {
    "late": mark("late"), "soon": mark("due soon"), "later": mark("not due yet"), "undated": mark("no date yet"),
}  # fmt: skip
assert set(TIMINGS) == set(get_args(Timing))
DIGITS: Final = 6
"""Of degrees: about a decimetre."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the map's address asks for; every value is known."""

    mechanism: str | None = None
    timing: Timing | None = None
    area: str | None = None

    def query(self) -> dict[str, str]:
        """As the query of an address."""
        told = {"mechanism": self.mechanism, "timing": self.timing, "area": self.area}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class AreaLine:
    """A line of the table: an area with the cases in it and below it; ``finer`` leads to the areas below."""

    name: str
    kind: str
    open: int
    late: int
    cases: str
    late_cases: str
    finer: str | None


@page("map/", name="map", access=OFFICER)
def show(visit: Visit) -> HttpResponse:
    """The map, and the table of areas that says the same."""
    asked = _asked(visit)
    if asked is None:
        return errors.missing(visit)
    code = visit.request.GET.get("case", "")
    case = may_read(visit.sight, code) if code else None
    if code and case is None:
        return errors.missing(visit)
    tree = visit.org.tree
    open_in, late_in, nowhere = _counts(visit, asked)
    every, late_every = _with_below(tree, open_in), _with_below(tree, late_in)
    below = [node for node in tree.areas.values() if node.parent == asked.area]
    if asked.area is None and len(below) == 1:  # the district itself: what lies in it says more
        below = [node for node in tree.areas.values() if node.parent == below[0].code]
    lines = [_line(visit, asked, node, every[node.code], late_every[node.code]) for node in below]
    lines.sort(key=lambda line: -line.open)
    context = {
        "asked": asked,
        "lines": lines,
        "nowhere": nowhere if asked.area is None else 0,
        "here": open_in[asked.area] if asked.area else 0,
        "here_cases": _cases(asked, asked.area) if asked.area else "",
        "path": [(tree.areas[one], _way(asked, one)) for one in reversed(tree.around(asked.area))],
        "mechanisms": _mechanisms(visit),
        "timings": TIMINGS,
        "case": case,
        "areas_json": link("map_areas"),
        "cases_json": _json_way(asked, case),
        "kinds": KINDS,
    }
    return render(visit, "desk/map.html", context)


@page("map/areas.json", name="map_areas", access=OFFICER)
def areas(visit: Visit) -> HttpResponse:
    """Every area that has a shape, as GeoJSON; kept by the browser until the org changes."""
    tag = f"{visit.district}-{visit.org.revision}-{visit.lang}"
    known = {one.removeprefix("W/").strip('"') for one in parse_etags(visit.request.headers.get("If-None-Match", ""))}
    answer = HttpResponse(status=304) if tag in known else _json(_areas(visit.org.tree, visit.lang))
    answer["ETag"] = f'"{tag}"'
    answer["Cache-Control"] = "private, no-cache"
    return answer


@page("map/cases.json", name="map_cases", access=OFFICER)
def cases(visit: Visit) -> HttpResponse:
    """How many cases lie in each area itself (not below it), as the door shows them; and the place of one case."""
    asked = _asked(visit)
    code = visit.request.GET.get("case", "")
    case = may_read(visit.sight, code) if code else None
    if asked is None or (code and case is None):
        return HttpResponse(status=404)
    open_in, late_in, nowhere = _counts(visit, asked)
    told: dict[str, Any] = {
        "areas": {area: {"open": number, "late": late_in[area]} for area, number in sorted(open_in.items()) if number},
        "nowhere": nowhere,
        "list": cases_at(**{name: value for name, value in asked.query().items() if name != "area"}),
    }
    if case is not None:
        told["place"] = _place(visit, case)
    return _json(orjson.dumps(told))


def _json(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json")


def _asked(visit: Visit) -> Asked | None:
    """None if a value is asked for that is not known."""
    query = visit.request.GET
    mechanism, timing, area = (query.get(name) or None for name in ("mechanism", "timing", "area"))
    if mechanism is not None and mechanism not in {key for key, _ in visit.sight.flows}:
        return None
    if area is not None and area not in visit.org.tree.areas:
        return None
    known: dict[str, Timing] = {one: one for one in get_args(Timing)}
    if timing is not None and timing not in known:
        return None
    return Asked(mechanism, known[timing] if timing else None, area)


def _counts(visit: Visit, asked: Asked) -> tuple[Counter[str], Counter[str], int]:
    """Open cases in each area itself, the late ones of them, and how many have no area."""
    fresh(visit.district, visit.now)
    filters = Filters(mechanism=asked.mechanism)
    found = counted(visit.sight, "area", filters, parts(visit.sight, filters))
    known = visit.org.tree.areas
    wanted = asked.timing or "open"
    numbers = {key: getattr(one, wanted) for key, one in found.items()}
    late = {key: one.late if asked.timing in (None, "late") else 0 for key, one in found.items()}
    open_in = Counter({key: number for key, number in numbers.items() if key in known and key})
    late_in = Counter({key: number for key, number in late.items() if key in known and key})
    return open_in, late_in, sum(number for key, number in numbers.items() if key not in known)


def _with_below(tree: Tree, counts: Counter[str]) -> Counter[str]:
    """The counts of each area and all below it."""
    found: Counter[str] = Counter()
    for area, number in counts.items():
        for each in tree.around(area):
            found[each] += number
    return found


def _line(visit: Visit, asked: Asked, node: AreaNode, number: int, late: int) -> AreaLine:
    finer = _way(asked, node.code) if len(visit.org.tree.area_subtree(node.code)) > 1 else None
    return AreaLine(
        pick(node, visit.lang), node.kind, number, late, _cases(asked, node.code),
        _cases(Asked(asked.mechanism, "late"), node.code), finer,
    )  # fmt: skip


def _cases(asked: Asked, area: str) -> str:
    return cases_at(**{**asked.query(), "area": area})


def _way(asked: Asked, area: str) -> str:
    return f"{link('map')}?{urlencode({**asked.query(), 'area': area})}"


def _json_way(asked: Asked, case: CaseRow | None) -> str:
    query = {name: value for name, value in asked.query().items() if name != "area"}
    if case is not None:
        query["case"] = case.case
    return link("map_cases") + (f"?{urlencode(query)}" if query else "")


def _mechanisms(visit: Visit) -> list[str]:
    """Those of which he may see cases."""
    return sorted({mechanism for grant in visit.sight.grants for mechanism, _ in grant.kinds})


def _place(visit: Visit, case: CaseRow) -> dict[str, Any] | None:
    """Where the case is, if an entry says so and it is not personal; the last word counts."""
    flow = visit.sight.flows.get((case.mechanism, case.version))
    fields = flow.mechanism.fields if flow else {}
    found: dict[str, Any] | None = None
    for view in told_fields(visit.sight, case.case):
        if view.personal or view.field not in fields or fields[view.field].type != "place":
            continue
        value = orjson.loads(view.text)
        if "lon" in value:
            told = str(value.get("text", ""))
            found = {"lon": float(value["lon"]), "lat": float(value["lat"]), "name": case.number, "text": told}
    return found


# --- shapes


KINDS: Final = ("district", "street", "community", "grid", "water")
"""How areas are drawn, the coarse ones first."""
_DRAWN: Final[Mapping[str, str]] = {
    "district": "district", "street": "street", "town": "street", "township": "street", "community": "community",
    "village": "community", "grid": "grid", "reach": "water", "lake": "water",
}  # fmt: skip


@lru_cache(maxsize=8)
def _areas(tree: Tree, lang: Language) -> bytes:
    """The GeoJSON; a tree never changes, so that it is written once."""
    features = [_feature(tree, tree.areas[code], shape, lang) for code, shape in tree.shapes.items()]
    features.sort(key=lambda one: one["properties"]["depth"])
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _feature(tree: Tree, node: AreaNode, shape: Shape, lang: Language) -> dict[str, Any]:
    """``parent`` and ``depth`` count drawn areas alone, so that grids show where no street has an outline."""
    drawn = [one for one in tree.around(node.code)[1:] if one in tree.shapes]
    return {
        "type": "Feature",
        "geometry": orjson.loads(node.shape or "null"),
        "properties": {
            "code": node.code,
            "name": pick(node, lang),
            "drawn": _DRAWN.get(node.kind, "grid"),
            "parent": drawn[0] if drawn else None,
            "depth": len(drawn) + 1,
            "at": [round(part, DIGITS) for part in anchor(shape)],
        },
    }


def anchor(shape: Shape) -> Point:
    """Where a number stands for the shape: in its largest polygon, or at the middle corner of its longest line."""
    if shape.polygons:
        return _inside(max(shape.polygons, key=lambda one: abs(_area(one[0]))))
    line = max(shape.lines, key=len)
    return line[len(line) // 2]


def _area(ring: Iterable[Point]) -> float:
    """Twice the signed area in the plane of degrees."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def _inside(polygon: Polygon) -> Point:
    """A point within: on the level of the outline's middle, the middle of the longest stretch that lies within."""
    ups = sorted({y for _, y in polygon[0]})
    below = max((y for y in ups if y <= (ups[0] + ups[-1]) / 2), default=ups[0])
    above = min((y for y in ups if y > below), default=below)
    level = (below + above) / 2  # between two corners, so that no edge is met at its end
    crossed = sorted(
        x1 + (level - y1) * (x2 - x1) / (y2 - y1)
        for ring in polygon
        for (x1, y1), (x2, y2) in pairwise(ring)
        if (y1 > level) != (y2 > level)
    )
    stretches = list(zip(crossed[::2], crossed[1::2], strict=False))
    if not stretches:
        return polygon[0][0]
    west, east = max(stretches, key=lambda one: one[1] - one[0])
    return (west + east) / 2, level
