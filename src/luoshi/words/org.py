"""What is wrong with a district's org data, for a person: where, what, what to do; in the language spoken now."""

from __future__ import annotations

from typing import Final

from luoshi.messages import mark, printable, tr
from luoshi.org.errors import Fault, OrgError

ORG_MESSAGES: Final[dict[str, str]] = {
    "area_unknown": mark("there is no area {area}; correct the code, or add the area"),
    "body_unknown": mark("there is no body {body}; correct the code, or add the body"),
    "change_day": mark("{body} does not end on {on}; give it this day as ended_on"),
    "change_twice": mark("{body} is followed by others twice; keep one of the changes"),
    "code_twice": mark("the code {code} is given twice; every code names one thing"),
    "days_reversed": mark("{code}: it ends before it begins; correct the days"),
    "duties_ambiguous": mark(
        "of the duties “{first}” and “{second}” neither is the more specific; "
        "add a duty for what both are about, or narrow one of them"
    ),
    "ended_without_successor": mark("{code} ends, and no change says who takes its cases; add one"),
    "key_missing": mark("this has to be given; add it"),
    "key_unknown": mark("this is not known; correct the name or take it out"),
    "merge_shape": mark("a merger has one successor; for several, tell it as a division"),
    "not_list": mark("this has to be a list; write each item on a line with -"),
    "not_mapping": mark("the file has no parts; begin with one of bodies, changes, areas, duties, officers, posts"),
    "officer_unknown": mark("there is no officer {officer}; correct the code, or add the officer"),
    "parent_ring": mark("{code} lies below itself; correct its parent"),
    "parent_unknown": mark("{code}: there is no {parent} for it to lie below; correct the parent, or add it"),
    "removed": mark("{code} is in the store and not in the file; cases name it, so keep it, and let it end on a day"),
    "rename_shape": mark("a renaming leads from one body to one body; correct it"),
    "shape_large": mark("{code}: the shape has too many points; simplify it"),
    "shape_line": mark("{code}: a line has at least two points; correct it"),
    "shape_line_of_area": mark("{code}: only a river's reach is a line; give a polygon"),
    "shape_point": mark("{code}: a point is longitude and latitude in degrees; correct it"),
    "shape_ring": mark("{code}: a ring has three corners at least and ends where it begins; correct it"),
    "shape_type": mark("{code}: a shape is a GeoJSON Polygon, MultiPolygon, LineString or MultiLineString; correct it"),
    "split_part_twice": mark("{code} goes to two successors; keep one"),
    "split_rest": mark("exactly one successor takes the rest (no areas, no categories); correct it"),
    "split_shape": mark("a division leads from one body to several; correct it"),
    "successor_not_there": mark("{body} does not exist on {on}; correct the day, or the successor"),
    "too_many": mark("these are too many; at most {most} are taken"),
    "value_choice": mark("this is none of {choices}; choose one"),
    "value_kind": mark("this is of the wrong kind; see districts/sample-org for what stands here, and correct it"),
    "value_pattern": mark(
        "codes have letters, digits, points, hyphens and underscores, and names no control characters; correct it"
    ),
    "value_size": mark("the text is empty or too long; correct it"),
}
"""Fault code → message; ``{fields}`` are filled from :attr:`Fault.details`."""


def describe_fault(fault: Fault) -> str:
    """One line for ``fault``. KeyError (a fault of the program) for an unknown code."""
    told = {key: printable(value) for key, value in fault.details.items()}
    return tr("{name}: {line}", name=printable(fault.place), line=tr(ORG_MESSAGES[fault.code]).format(**told))


def describe_org(error: OrgError) -> str:
    """All faults, one a line."""
    return "\n".join(describe_fault(fault) for fault in error.faults)
