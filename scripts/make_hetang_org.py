"""Write districts/hetang-2019/org/{bodies,areas,officers}.yaml: the organisation on which a year is replayed. Seeded.

    python scripts/make_hetang_org.py [FOLDER]

The public report of the year names no officers and no communities: streets, towns, communities, officers and posts are
invented; seven streets and towns is what the report says. The areas are plain rectangles in the open sea of the Gulf of
Guinea, so that no real place is meant. Posts and duties are those of the sample district (scripts/sample_org_names.py).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random

from make_sample_org import HANDLING, HEADING, Staff
from sample_org_names import DEPARTMENTS, DUTIES, GRID_NUMBERS, OFFICES, YEAR_OFFICES, Department, Office

HEADER = "# Synthetic; written by scripts/make_hetang_org.py. See ../README.md.\n"
WEST, SOUTH = 1.0, 0.0
WIDE, HIGH = 0.04, 0.12
"""Degrees: each street is a strip of this size."""
GRIDS = 2

STREETS = (
    (
        "lianchi",
        "莲池街道",
        "Lianchi Street",
        "street",
        (
            ("fuqu", "芙渠", "Fuqu"),
            ("hehua", "荷花里", "Hehuali"),
            ("qingyi", "青漪", "Qingyi"),
            ("yutai", "雨台", "Yutai"),
        ),
    ),
    (
        "ouxiang",
        "藕香街道",
        "Ouxiang Street",
        "street",
        (
            ("oubang", "藕塝", "Oubang"),
            ("xinxing", "新杏", "Xinxing"),
            ("dongta", "东踏", "Dongta"),
            ("linlang", "林廊", "Linlang"),
        ),
    ),
    (
        "cailian",
        "采莲街道",
        "Cailian Street",
        "street",
        (
            ("lianfang", "莲舫", "Lianfang"),
            ("caige", "采歌", "Caige"),
            ("pingqiao", "萍桥", "Pingqiao"),
            ("dukou", "渡口里", "Dukouli"),
        ),
    ),
    (
        "tinghe",
        "听荷街道",
        "Tinghe Street",
        "street",
        (
            ("yuting", "雨听", "Yuting"),
            ("hefeng", "荷风", "Hefeng"),
            ("lushan", "鹭杉", "Lushan"),
            ("yueban", "月畔", "Yueban"),
        ),
    ),
    (
        "jinou",
        "金藕街道",
        "Jin'ou Street",
        "street",
        (
            ("jintang", "锦塘", "Jintang"),
            ("gongfang", "工坊", "Gongfang"),
            ("tielu", "铁鹭", "Tielu"),
            ("biantan", "汴滩", "Biantan"),
        ),
    ),
    (
        "qinghe",
        "清荷镇",
        "Qinghe Town",
        "town",
        (
            ("qingheji", "清荷集", "Qingheji"),
            ("chadi", "茶堤", "Chadi"),
            ("yanhe", "雁荷", "Yanhe"),
            ("songwu", "松坞", "Songwu"),
        ),
    ),
    (
        "bilian",
        "碧莲镇",
        "Bilian Town",
        "town",
        (
            ("bilianji", "碧莲集", "Bilianji"),
            ("daoxi", "稻溪", "Daoxi"),
            ("zhupo", "竹坡", "Zhupo"),
            ("gengshe", "耕舍", "Gengshe"),
        ),
    ),
)
"""Streets and towns with their communities, from west to east; a town's first is a community, its others villages."""

WATERS = (
    ("R-he-1", "荷溪上段", "He Brook, upper reach", "qinghe"),
    ("R-he-2", "荷溪下段", "He Brook, lower reach", "lianchi"),
    ("R-tang", "藕塘港", "Outang Channel", "bilian"),
)


def departments() -> Iterable[Department]:
    """Those of the sample district without what became of them later."""
    for one in DEPARTMENTS:
        if one.follower or one.code == "service":
            continue
        zh, en = ("工业集中区管理委员会", "Industrial Park Committee") if one.code == "park" else (one.zh, one.en)
        yield replace(one, zh=zh, en=en, days="", handler="", head="")
    yield Department("service", "区政务服务中心", "Government Service Centre")


def kind(street_kind: str, n: int) -> str:
    """Whether the nth place of a street or town is a community or a village."""
    return "village" if street_kind == "town" and n else "community"


def bodies() -> str:
    """The file of bodies."""
    told = [
        "{code: gov, zh: 荷塘区人民政府, en: Hetang District Government, kind: district}",
        "{code: city, zh: 市人民政府, en: City Government, kind: other}",
    ]
    told += [
        f"{{code: {one.code}, zh: {one.zh}, en: {one.en}, kind: {one.kind}, parent: {one.parent}}}"
        for one in departments()
    ]
    for code, zh, en, sort, places in STREETS:
        names = ("办事处", "Office") if sort == "street" else ("人民政府", "Government")
        told.append(
            f"{{code: {code}, zh: {zh}{names[0]}, en: {_quoted(en + ' ' + names[1])}, kind: {sort}, parent: gov}}"
        )
        for n, (place, place_zh, place_en) in enumerate(places):
            village = kind(sort, n) == "village"
            name, plain = ("村村委会", "Village") if village else ("社区居委会", "Community")
            told.append(
                f"{{code: {code}_{place}, zh: {place_zh}{name}, en: {place_en} {plain} Committee, "
                f"kind: {kind(sort, n)}, parent: {code}}}"
            )
    return HEADER + "bodies:\n" + "".join(f"  - {one}\n" for one in told)


def _quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else text


def _box(west: float, south: float, east: float, north: float) -> str:
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return "{type: Polygon, coordinates: [[" + ", ".join(f"[{x:g}, {y:g}]" for x, y in ring) + "]]}"


def areas() -> str:
    """The file of areas: strips, each of four places, each of two grids."""
    east = round(WEST + WIDE * len(STREETS), 5)
    told = [
        f"{{code: A, zh: 荷塘区, en: Hetang District, kind: district, shape: {_box(WEST, SOUTH, east, SOUTH + HIGH)}}}"
    ]
    grids = []
    for column, (code, zh, en, sort, places) in enumerate(STREETS):
        west = round(WEST + WIDE * column, 5)
        told.append(
            f"{{code: A-{code}, zh: {zh}, en: {_quoted(en)}, kind: {sort}, parent: A, "
            f"shape: {_box(west, SOUTH, round(west + WIDE, 5), SOUTH + HIGH)}}}"
        )
        for n, (place, place_zh, place_en) in enumerate(places):
            south = round(SOUTH + HIGH / len(places) * n, 5)
            north = round(south + HIGH / len(places), 5)
            village = kind(sort, n) == "village"
            told.append(
                f"{{code: A-{code}-{place}, zh: {place_zh}{'村' if village else '社区'}, en: {place_en} "
                f"{'Village' if village else 'Community'}, kind: {kind(sort, n)}, parent: A-{code}, "
                f"shape: {_box(west, south, round(west + WIDE, 5), north)}}}"
            )
            for k in range(GRIDS):
                left = round(west + WIDE / GRIDS * k, 5)
                grids.append(
                    f"{{code: G-{place}-{k + 1}, zh: {place_zh}第{GRID_NUMBERS[k]}网格, en: {place_en} grid {k + 1}, "
                    f"kind: grid, parent: A-{code}-{place}, "
                    f"shape: {_box(left, south, round(left + WIDE / GRIDS, 5), north)}}}"
                )
    order = [one[0] for one in STREETS]
    for n, (code, zh, en, street) in enumerate(WATERS):
        west = round(WEST + WIDE * order.index(street), 5)
        y = round(SOUTH + HIGH * (n + 1) / (len(WATERS) + 1), 5)
        points = ", ".join(f"[{round(west + WIDE * part / 4, 5):g}, {y:g}]" for part in range(5))
        grids.append(
            f"{{code: {code}, zh: {zh}, en: '{en}', kind: reach, parent: A-{street}, "
            f"shape: {{type: LineString, coordinates: [{points}]}}}}"
        )
    return HEADER + "areas:\n" + "".join(f"  - {one}\n" for one in [*told, *grids])


def duties() -> str:
    """Whose a case is by itself: the sample's duties of departments, and the hotline's by street."""
    kept = [line for line in DUTIES.splitlines()[1:] if "area:" not in line]
    hotline = [f"  - {{mechanism: hotline, area: A-{one[0]}, body: {one[0]}}}" for one in STREETS]
    waters = [f"  - {{mechanism: patrol_problem, area: {code}, body: {street}}}" for code, _, _, street in WATERS]
    return "duties:\n" + "\n".join([*kept, *hotline, *waters]) + "\n"


def officers() -> str:
    """The file of officers, posts and duties."""
    staff = Staff(Random("hetang/officers"))
    staff.names.clear()
    posted(staff, OFFICES)
    for one in departments():
        if one.staffed:
            staffed(staff, one.code)
    for street, _, _, _, places in STREETS:
        staffed(staff, street)
        for mechanism in ("patrol", "patrol_problem"):
            staff.post(f"o-{street}-head", "chief", "gov", mechanism, area=f"A-{street}")
        for place, _, _ in places:
            worker = f"o-grid-{place}"
            staff.post(worker, "collector", "grid_centre", "grid_event", area=f"A-{street}-{place}")
            staff.post(worker, "finder", "river_office", "patrol_problem", area=f"A-{street}-{place}")
            for role in ("undertaker", "joint_body"):
                staff.post(worker, role, f"{street}_{place}")
    posted(staff, YEAR_OFFICES)
    lines = [f"  - {{code: {code}, name: {name}}}" for code, name in staff.names.items()]
    return (
        HEADER + "officers:\n" + "\n".join(lines) + "\n\nposts:\n" + "\n".join(sorted(staff.posts)) + "\n\n" + duties()
    )


def staffed(staff: Staff, body: str) -> None:
    """A body's two handling officers and its head, who handles nothing himself and so may always sign."""
    for n in (1, 2):
        for role in HANDLING:
            staff.post(f"o-{body}-{n}", role, body)
    for role in HEADING:
        staff.post(f"o-{body}-head", role, body)


def posted(staff: Staff, offices: Iterable[Office]) -> None:
    """Posts of offices, on the district: an office sees what it has handed to others to the end."""
    for office in offices:
        for officer in office.officers:
            for mechanism, role, body in office.posts:
                staff.post(officer.replace("o-bai", "o-gov-1"), role, body if body == "city" else "gov", mechanism)


def main() -> None:
    """Write the three files."""
    folder = (
        Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "districts" / "hetang-2019" / "org"
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("areas.yaml", areas()), ("bodies.yaml", bodies()), ("officers.yaml", officers())):
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
