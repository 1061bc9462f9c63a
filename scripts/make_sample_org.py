"""Write districts/sample-org: the bodies, areas and officers of the invented district 霁川区. Seeded: always the same.

    python scripts/make_sample_org.py [FOLDER]

Everything is invented; the coordinates lie in the open sea of the Gulf of Guinea. The district is a mesh of bent
hexagons that are shared out among streets, then communities, then grids: areas that meet have the same corners, so that
there is neither gap nor overlap.
"""

from __future__ import annotations

import heapq
import itertools
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import atan2, cos, hypot, pi, sin, sqrt
from pathlib import Path
from random import Random

from sample_org_names import (
    CHANGED,
    CITY,
    COMMUNITIES,
    DEPARTMENTS,
    DUTIES,
    GIVEN,
    GRID_NUMBERS,
    KEPT_NAMES,
    OFFICES,
    STREETS,
    SURNAMES,
    YEAR_OFFICES,
    Office,
)

Cell = tuple[int, int]
Point = tuple[float, float]
CENTRE = (0.125, 0.1)
SIZE = 0.0036
"""Degrees from a hexagon's middle to its corner, some 400 m."""
FIRST = "2004-01-01"
"""Posts run from the calendar's first year on, so that the sample can live on any day that has a calendar."""
HEADER = "# Invented; written by scripts/make_sample_org.py. See README.md.\n"


# --- the mesh


class Mesh:
    """The district's cells, their corners and neighbours."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.cells = [
            (column, row) for column in range(60) for row in range(60) if self._inside(self.middle((column, row)))
        ]
        known = set(self.cells)
        self.corners: dict[tuple[int, int], Point] = {}
        self.rings = {cell: [self._corner(cell, n) for n in range(6)] for cell in self.cells}
        sides: dict[frozenset[tuple[int, int]], list[Cell]] = defaultdict(list)
        for cell, ring in self.rings.items():
            for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
                sides[frozenset((a, b))].append(cell)
        self.near: dict[Cell, list[Cell]] = {cell: [] for cell in known}
        for owners in sides.values():
            if len(owners) == 2:
                self.near[owners[0]].append(owners[1])
                self.near[owners[1]].append(owners[0])

    @staticmethod
    def middle(cell: Cell) -> Point:
        """The middle of a cell."""
        column, row = cell
        return SIZE * sqrt(3) * (column + 0.5 * (row % 2)), SIZE * 1.5 * row

    @staticmethod
    def _inside(place: Point) -> bool:
        x, y = place[0] - CENTRE[0], place[1] - CENTRE[1]
        way = atan2(y, x)
        edge = 0.088 * (1 + 0.16 * sin(2 * way + 0.6) + 0.09 * sin(3 * way + 1.9) + 0.05 * sin(5 * way + 0.4))
        return hypot(x / 1.18, y) < edge

    def _corner(self, cell: Cell, n: int) -> tuple[int, int]:
        """The key of a corner; the first time it is asked for it is bent a little out of its place."""
        x, y = self.middle(cell)
        at = pi / 3 * n + pi / 6
        x, y = x + SIZE * cos(at), y + SIZE * sin(at)
        key = (round(x / SIZE * 4), round(y / SIZE * 4))
        if key not in self.corners:
            far, way = SIZE * 0.34 * sqrt(self.chance.random()), self.chance.random() * 2 * pi
            self.corners[key] = (round(x + far * cos(way), 5), round(y + far * sin(way), 5))
        return key

    def share(self, cells: Iterable[Cell], seeds: Sequence[Point]) -> list[list[Cell]]:
        """``cells`` shared out among ``seeds``, each part in one piece: whoever is first by a way of uneven steps."""
        left = set(cells)
        taken: dict[Cell, int] = {}
        queue: list[tuple[float, Cell, int]] = []
        for n, seed in enumerate(seeds):
            free = sorted(left - {cell for _, cell, _ in queue})
            heapq.heappush(queue, (0.0, min(free, key=lambda cell: _far(self.middle(cell), seed)), n))
        while queue:
            far, cell, n = heapq.heappop(queue)
            if cell in taken:
                continue
            taken[cell] = n
            for other in self.near[cell]:
                if other in left and other not in taken:
                    heapq.heappush(queue, (far + self.chance.uniform(1, 1.5), other, n))
        parts: list[list[Cell]] = [[] for _ in seeds]
        for cell in sorted(taken):
            parts[taken[cell]].append(cell)
        return parts

    def divide(self, cells: Sequence[Cell], count: int) -> list[list[Cell]]:
        """``cells`` in ``count`` parts of like size: seeds move to the middles of their parts, a few times."""
        best: list[list[Cell]] = []
        for _ in range(8):
            seeds = [self.middle(cell) for cell in self.chance.sample(list(cells), count)]
            for _ in range(6):
                parts = self.share(cells, seeds)
                seeds = [_middle([self.middle(cell) for cell in part]) for part in parts]
            parts = self.share(cells, seeds)
            if not best or min(map(len, parts)) > min(map(len, best)):
                best = parts
        return best

    def outline(self, cells: Iterable[Cell]) -> list[list[list[Point]]]:
        """The polygons around ``cells``: of each the outline, then its holes. Three sides meet in a corner, never more,
        so that each side has one next."""
        sides: set[tuple[tuple[int, int], tuple[int, int]]] = set()
        for cell in cells:
            ring = self.rings[cell]
            for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
                if (b, a) in sides:
                    sides.remove((b, a))
                else:
                    sides.add((a, b))
        following = dict(sides)
        rings = []
        while following:
            start = min(following)
            ring, at = [start], following.pop(start)
            while at != start:
                ring.append(at)
                at = following.pop(at)
            rings.append([self.corners[key] for key in [*ring, start]])
        outer = [ring for ring in rings if _area(ring) > 0]
        polygons = [[ring] for ring in sorted(outer, key=_area, reverse=True)]
        for hole in rings:
            if _area(hole) < 0:
                around = [one for one in polygons if _holds(one[0], _middle(hole[:-1]))]
                min(around, key=lambda one: _area(one[0])).append(hole)
        return polygons


def _far(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def _middle(points: Sequence[Point]) -> Point:
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _area(ring: Sequence[Point]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) / 2


def _holds(ring: Sequence[Point], place: Point) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > place[1]) != (y2 > place[1]) and place[0] < (x2 - x1) * (place[1] - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


# --- areas


def polygon(polygons: list[list[list[Point]]]) -> str:
    """GeoJSON in one line of YAML."""
    told = [
        "[" + ", ".join("[" + ", ".join(f"[{x:g}, {y:g}]" for x, y in ring) + "]" for ring in one) + "]"
        for one in polygons
    ]
    if len(told) == 1:
        return "{type: Polygon, coordinates: " + told[0] + "}"
    return "{type: MultiPolygon, coordinates: [" + ", ".join(told) + "]}"


def line(points: Sequence[Point]) -> str:
    """GeoJSON in one line of YAML."""
    return "{type: LineString, coordinates: [" + ", ".join(f"[{x:g}, {y:g}]" for x, y in points) + "]}"


def areas(chance: Random) -> str:
    """The file of areas."""
    mesh = Mesh(chance)
    told = [
        "  - {code: A, zh: 霁川区, en: Jichuan District, kind: district, "
        'statistics: "990000", civil_affairs: "990100", '
        f"shape: {polygon(mesh.outline(mesh.cells))}}}"
    ]
    grids: list[str] = []
    outlines = {}
    enclave = False
    streets = mesh.share(mesh.cells, [one.seed for one in STREETS])
    for street, cells in zip(STREETS, streets, strict=True):
        outlines[street.code] = mesh.outline(cells)
        told.append(
            f"  - {{code: A-{street.code}, zh: {street.zh}, en: {street.en}, kind: {street.kind}, parent: A, "
            f'statistics: "990000{street.number}", civil_affairs: "990100{street.civil}", '
            f"shape: {polygon(outlines[street.code])}}}"
        )
        here = [one for one in COMMUNITIES if one.street == street.code]
        for n, (community, some) in enumerate(zip(here, mesh.divide(cells, len(here)), strict=True), 1):
            told.append(
                f"  - {{code: A-{street.code}-{community.code}, zh: {community.zh}, en: {community.en}, "
                f'kind: {community.kind}, parent: A-{street.code}, statistics: "990000{street.number}{n:03}", '
                f"shape: {polygon(mesh.outline(some))}}}"
            )
            parts = mesh.divide(some, community.grids)
            enclave = enclave or _enclave(mesh, parts)
            for k, part in enumerate(parts, 1):
                name = f"{community.short}第{GRID_NUMBERS[k - 1]}网格"
                grids.append(
                    f"  - {{code: G-{community.code}-{k}, zh: {name}, en: {community.plain} grid {k}, kind: grid, "
                    f"parent: A-{street.code}-{community.code}, shape: {polygon(mesh.outline(part))}}}"
                )
    return HEADER + "areas:\n" + "\n".join([*told, *grids, *_waters(chance, outlines)]) + "\n"


def _enclave(mesh: Mesh, parts: list[list[Cell]]) -> bool:
    """A cell in the midst of one grid is given to another: such an enclave 飞地 is a hole in the one and a second
    polygon of the other. Whether there was one."""
    for n, part in enumerate(parts):
        for cell in part:
            if len(mesh.near[cell]) == 6 and all(other in part for other in mesh.near[cell]):
                part.remove(cell)
                parts[(n + 1) % len(parts)].append(cell)
                return True
    return False


def _bent(points: Sequence[Point], chance: Random) -> list[Point]:
    """A line with bends between its points."""
    told: list[Point] = []
    for a, b in itertools.pairwise(points):
        steps = max(3, int(_far(a, b) / 0.0025))
        swing = chance.choice((-1, 1)) * chance.uniform(0.0008, 0.0018)
        for n in range(steps):
            part = n / steps
            across = swing * sin(2 * pi * part) / _far(a, b)
            told.append(
                (
                    round(a[0] + (b[0] - a[0]) * part - (b[1] - a[1]) * across, 5),
                    round(a[1] + (b[1] - a[1]) * part + (b[0] - a[0]) * across, 5),
                )
            )
    return [*told, points[-1]]


def _waters(chance: Random, outlines: dict[str, list[list[list[Point]]]]) -> list[str]:
    """The reaches: where the river leaves one street it is the next one's."""
    lan = _bent(
        [(0.033, 0.135), (0.062, 0.133), (0.1, 0.122), (0.135, 0.116), (0.162, 0.095), (0.2, 0.082), (0.232, 0.075)],
        chance,
    )
    tai = _bent([(0.07, 0.04), (0.086, 0.058), (0.112, 0.08), (0.135, 0.116)], chance)
    found: dict[tuple[str, str], list[Point]] = {}
    for name, points in (("lan", lan), ("tai", tai)):
        last: Point | None = None
        for point in points:
            street = next((code for code, one in outlines.items() if _holds(one[0][0], point)), None)
            if street is None:
                continue
            reach = found.setdefault((name, street), [last] if last else [])
            reach.append(point)
            last = point
    numbers = {("lan", "fenglin"): "R-lan-1", ("lan", "liupu"): "R-lan-2"}
    told, more = [], 3
    for (name, street), points in found.items():
        if len(points) < 4:
            continue
        code = numbers.get((name, street))
        if code is None:
            code = f"R-{name}-{more if name == 'lan' else street}"
            more += name == "lan"
        zh, en = ("澜溪", "Lan Brook") if name == "lan" else ("苔溪", "Tai Brook")
        one = next(one for one in STREETS if one.code == street)
        told.append(
            f"  - {{code: {code}, zh: {zh}{one.short}段, en: '{en}, {one.plain} reach', kind: reach, "
            f"parent: A-{street}, shape: {line(points)}}}"
        )
    shore = []
    for n in range(22):
        way = 2 * pi * n / 22
        far = 0.0072 * (1 + 0.22 * sin(2 * way + 1) + 0.12 * sin(3 * way) + chance.uniform(-0.05, 0.05))
        shore.append((round(0.172 + far * 1.3 * cos(way), 5), round(0.076 + far * sin(way), 5)))
    told.append(
        "  - {code: R-tinghu, zh: 听湖, en: Lake Ting, kind: reach, parent: A-tinghu, "
        f"shape: {polygon([[[*shore, shore[0]]]])}}}"
    )
    return told


# --- bodies


def bodies() -> str:
    """The file of bodies."""
    told = ["  - {code: gov, zh: 霁川区人民政府, en: Jichuan District Government, kind: district}", f"  - {CITY}"]
    for one in DEPARTMENTS:
        days = f", {one.days}" if one.days else ""
        told.append(
            f"  - {{code: {one.code}, zh: {one.zh}, en: {one.en}, kind: {one.kind}, parent: {one.parent}{days}}}"
        )
    for street in STREETS:
        zh = f"{street.zh}办事处" if street.kind == "street" else f"{street.zh}人民政府"
        en = f"{street.en} Office" if street.kind == "street" else f"{street.en} Government"
        told.append(f"  - {{code: {street.code}, zh: {zh}, en: {en}, kind: {street.kind}, parent: gov}}")
        for community in COMMUNITIES:
            if community.street == street.code:
                zh = f"{community.zh}{'居' if community.kind == 'community' else '村'}委会"
                told.append(
                    f"  - {{code: {street.code}_{community.code}, zh: {zh}, en: {community.en} Committee, "
                    f"kind: {community.kind}, parent: {street.code}}}"
                )
    return HEADER + "bodies:\n" + "\n".join(told) + "\n" + CHANGED


# --- officers


class Staff:
    """Officers and posts."""

    def __init__(self, chance: Random) -> None:
        self.names: dict[str, str] = dict(KEPT_NAMES)
        self.posts: list[str] = []
        used = set(self.names.values())
        fresh = [f"{surname}{given}" for surname in SURNAMES for given in GIVEN]
        chance.shuffle(fresh)
        self.fresh = [name for name in fresh if name not in used]
        self.seen: dict[str, int] = defaultdict(int)

    def name(self, code: str) -> str:
        """The officer ``code``, who gets a name; among any sixty no surname comes twice as far as that can be."""
        if code not in self.names:
            least = min(self.seen[one[:1]] for one in self.fresh)
            found = next(one for one in self.fresh if self.seen[one[:1]] == least)
            self.fresh.remove(found)
            self.seen[found[:1]] += 1
            self.names[code] = found
        return code

    def post(
        self, officer: str, role: str, body: str, mechanism: str = "*", area: str = "", since: str = FIRST, to: str = ""
    ) -> None:
        """A post of ``officer``."""
        self.name(officer)
        star = '"*"' if mechanism == "*" else mechanism
        bound = (f", area: {area}" if area else "") + f", from: {since}" + (f", to: {to}" if to else "")
        told = f"  - {{officer: {officer}, mechanism: {star}, role: {role}, body: {body}{bound}}}"
        if told not in self.posts:
            self.posts.append(told)


HANDLING = ("undertaker", "joint_body", "separate_body", "lead", "supervisor", "acceptor", "industry_body", "reporter")
HEADING = ("head", "body_head", "lead_head", "supervisor", "acceptor", "review_body")


def handlers(staff: Staff, body: str, handler: str, head: str, **days: str) -> None:
    """A body's handling officer and its head."""
    for role in HANDLING:
        staff.post(handler, role, body, **days)
    for role in HEADING:
        staff.post(head, role, body, **days)
    staff.post(head, "undertaker", body, **days)


def officers(chance: Random) -> str:
    """The file of officers."""
    staff = Staff(chance)
    _kept(staff)
    _offices(staff, OFFICES)
    for one in DEPARTMENTS:
        if one.staffed:
            handlers(staff, one.code, one.handler or f"o-{one.code}-1", one.head or f"o-{one.code}-head")
        elif one.follower:
            handlers(staff, one.code, one.handler or f"o-{one.follower}-1", f"o-{one.follower}-head", to="2026-06-30")
    for street in STREETS:
        handlers(staff, street.code, "o-he" if street.code == "fenglin" else f"o-{street.code}-1",
                 f"o-{street.code}-head")  # fmt: skip
        for mechanism in ("patrol", "patrol_problem"):
            staff.post(f"o-{street.code}-head", "chief", "gov", mechanism, area=f"A-{street.code}")
    for community in COMMUNITIES:
        body, area = f"{community.street}_{community.code}", f"A-{community.street}-{community.code}"
        worker = "o-tang" if community.code == "li" else f"o-grid-{community.code}"
        staff.post(worker, "collector", "grid_centre", "grid_event", area=area)
        staff.post(worker, "finder", "river_office", "patrol_problem", area=area)
        if community.code != "li":
            for role in ("undertaker", "joint_body"):
                staff.post(worker, role, body)
    _offices(staff, YEAR_OFFICES)
    lines = [f"  - {{code: {code}, name: {name}}}" for code, name in staff.names.items()]
    return HEADER + "officers:\n" + "\n".join(lines) + "\n\nposts:\n" + "\n".join(sorted(staff.posts)) + "\n\n" + DUTIES


def _offices(staff: Staff, offices: Iterable[Office]) -> None:
    for office in offices:
        for officer in office.officers:
            for mechanism, role, body in office.posts:
                # On the district, not on its own body: an office sees what it has handed to others to the end.
                staff.post(officer, role, body if body == "city" else "gov", mechanism)


def _kept(staff: Staff) -> None:
    staff.post("o-shen", "office", "gov", "supervision", since="2025-01-01")
    staff.post("o-shen", "office", "supervision", "supervision")
    staff.post("o-lu", "centre", "gov", "hotline", since="2025-01-01")
    staff.post("o-lu", "centre", "hotline", "hotline")
    staff.post("o-lu", "agent", "hotline", "hotline")
    staff.post("o-tang", "undertaker", "fenglin_li", "hotline", area="A-fenglin-li", to="2026-12-31")
    staff.post("o-bai", "leader", "gov", "supervision")


def main() -> None:
    """Write the three files."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "districts" / "sample-org"
    files: dict[str, Callable[[Random], str]] = {
        "areas.yaml": areas,
        "bodies.yaml": lambda chance: bodies(),
        "officers.yaml": officers,
    }
    for name, made in files.items():
        (folder / name).write_text(made(Random(f"jichuan/{name}")), encoding="utf-8")


if __name__ == "__main__":
    main()
