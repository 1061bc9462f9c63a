"""The picture of a mechanism: whole, legible, harmless, the same each time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from luoshi.mechanisms.bpmn import bpmn
from luoshi.mechanisms.drawing import Lang, flow_of, name_in
from luoshi.mechanisms.drawing_text import width, wrap
from luoshi.mechanisms.layout import Picture, layout
from luoshi.mechanisms.layout_boxes import PAD_X, SIZES
from luoshi.mechanisms.layout_tracks import Rect, tracks
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.svg import svg

from .drawing_cases import FILES, HOSTILE, LONG_EN, LONG_ZH, flows, made, pack, renamed

LANGS: tuple[Lang, ...] = ("zh", "en")
SVG = "{http://www.w3.org/2000/svg}"
HARMLESS = {"svg", "title", "desc", "style", "g", "rect", "path", "circle", "text", "tspan"}
packs = pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
langs = pytest.mark.parametrize("lang", LANGS)


def squeezed(text: str) -> str:
    return "".join(text.split())


def segments(picture: Picture) -> Iterator[Rect]:
    """Each straight piece of a line as a flat rectangle, without its ends."""
    for line in picture.lines:
        for (x0, y0), (x1, y1) in pairwise(line.points):
            assert x0 == x1 or y0 == y1, line
            left, top = min(x0, x1), min(y0, y1)
            if x0 == x1:
                yield Rect(left - 0.01, top + 0.5, 0.02, max(abs(y1 - y0) - 1, 0))
            else:
                yield Rect(left + 0.5, top - 0.01, max(abs(x1 - x0) - 1, 0), 0.02)


def collisions(picture: Picture) -> list[object]:
    """Boxes, labels and lines that meet where they may not, and what sticks out of the canvas."""
    canvas = Rect(0, 0, picture.w, picture.h)
    boxes = [box.rect for box in picture.boxes]
    labels = [label.rect for label in picture.labels]
    found: list[object] = [pair for pair in combinations(boxes + labels, 2) if pair[0].meets(pair[1])]
    found += [(line, one) for line in segments(picture) for one in boxes + labels if line.meets(one)]
    for one in (*boxes, *labels, *segments(picture)):
        if one.x < 0 or one.y < 0 or one.x + one.w > canvas.w or one.y + one.h > canvas.h:
            found.append(("outside", one))
    for box in picture.boxes:
        for line in box.block.lines:
            if line.x + width(line.text, SIZES[line.style]) > box.rect.w - PAD_X + 0.01 or line.y > box.rect.h - 4:
                found.append(("cut", line))
    return found


def confused(mechanism: Mechanism) -> list[object]:
    """Ways of different style or to different stages that run on one another along a track."""
    upright = [
        (line, Rect(x0 - 1, min(y0, y1), 2, abs(y1 - y0)))
        for line in layout(mechanism).lines
        for (x0, y0), (x1, y1) in pairwise(line.points)
        if x0 == x1
    ]
    return [
        (line, other)
        for (line, one), (other, two) in combinations(upright, 2)
        if one.meets(two)
        and (line.side != other.side or mechanism.actions[line.action].to != mechanism.actions[other.action].to)
    ]


def missing(mechanism: Mechanism, lang: Lang) -> list[str]:
    """What the picture does not show: stages, actions, where they lead from, the names of the parts."""
    root = etree.fromstring(svg(mechanism, lang))
    stages = [one.get("data-stage") for one in root.iter(f"{SVG}g") if one.get("data-stage")]
    shown = squeezed("".join(root.itertext()))
    found = [] if sorted(stages) == sorted(mechanism.stages) else ["stages"]
    labels = [one.get("data-action") for one in root.iter(f"{SVG}text") if one.get("data-action")]
    for arc in flow_of(mechanism).arcs:
        labels.remove(arc.action)
    found += [f"label too much: {label}" for label in labels]
    found += [str(place) for place, action in mechanism.every_action() if squeezed(name_in(action, lang)) not in shown]
    for stage in mechanism.stages.values():
        for branch in stage.parallel.branches.values() if stage.parallel else ():
            found += [one.zh for one in branch.stages.values() if squeezed(name_in(one, lang)) not in shown]
    return found


def test_there_are_packs_to_draw() -> None:
    assert {"hotline", "supervision"} <= {file.parent.name for file in FILES}


@packs
@langs
def test_every_pack_is_drawn_whole_and_nothing_collides(file: Path, lang: Lang) -> None:
    mechanism = pack(file)
    assert collisions(layout(mechanism, lang)) == []
    assert confused(mechanism) == []
    assert missing(mechanism, lang) == []


@packs
@langs
@pytest.mark.parametrize(
    ("zh", "en"),
    [(LONG_ZH, LONG_EN), (HOSTILE, HOSTILE), ("W" * 60, "W" * 120)],
    ids=["long", "hostile", "unbroken"],
)
def test_long_and_hostile_names_are_wrapped_and_escaped(file: Path, lang: Lang, zh: str, en: str) -> None:
    mechanism = renamed(pack(file), zh, en)
    assert collisions(layout(mechanism, lang)) == []
    assert missing(mechanism, lang) == []
    root = etree.fromstring(svg(mechanism, lang))
    assert {etree.QName(one).localname for one in root.iter()} <= HARMLESS


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=80)
@given(flows())
def test_any_flow_can_be_drawn_and_nothing_collides(mechanism: Mechanism) -> None:
    assert collisions(layout(mechanism)) == []
    assert confused(mechanism) == []
    assert missing(mechanism, "zh") == []


@packs
def test_the_picture_is_accessible_and_needs_nothing_from_outside(file: Path) -> None:
    mechanism = pack(file)
    text = svg(mechanism, "en")
    root = etree.fromstring(text)
    assert root.get("role") == "img"
    ids = {one.get("id"): one.text for one in root if one.get("id")}
    assert (root.get("aria-labelledby") or "").split() == ["title", "desc"] == list(ids)
    assert ids["title"] == mechanism.names.en
    assert mechanism.summary in (ids["desc"] or "")
    assert not any(name.startswith("on") or "href" in name for one in root.iter() for name in one.attrib)
    for word in (b"url(", b"@import", b"@font-face", b"<script", b"<image", b"foreignObject"):
        assert word not in text


def test_only_the_current_stage_is_vermilion() -> None:
    mechanism = pack(next(file for file in FILES if file.parent.name == "hotline"))
    root = etree.fromstring(svg(mechanism, "zh", current="handling"))
    assert [one.get("data-stage") for one in root.iter(f"{SVG}g") if one.get("aria-current")] == ["handling"]
    assert "● 当前" in "".join(root.itertext())
    assert b"aria-current" not in svg(mechanism, "zh")
    with pytest.raises(KeyError):
        svg(mechanism, "zh", current="nowhere")
    with pytest.raises(ValueError, match="fr"):
        svg(mechanism, "fr")  # type: ignore[arg-type]


def test_the_main_way_and_the_side_flows_of_the_hotline() -> None:
    flow = flow_of(pack(next(file for file in FILES if file.parent.name == "hotline")))
    assert flow.spine == ("registered", "dispatched", "handling", "review", "callback", "assessed", "closed")
    assert set(flow.exits) == {"withdrawn", "voided"}
    side = {arc.action for arc in flow.arcs if arc.side}
    assert {"object", "redispatch", "send_back", "redo", "reopen", "grant_extension", "ask_extension"} <= side
    assert not side & {"record", "dispatch", "sign", "ask_others", "gather", "close"}
    assert ("feed_back", "handling") in {(arc.action, arc.source) for arc in flow.arcs if not arc.side}


SCRIPT = """
import hashlib, sys
from pathlib import Path
from luoshi.mechanisms.bpmn import bpmn
from luoshi.mechanisms.loader import load
from luoshi.mechanisms.svg import svg
drawn = hashlib.sha256()
for file in sys.argv[1:]:
    mechanism = load(Path(file).read_bytes(), file)
    drawn.update(svg(mechanism) + bpmn(mechanism))
print(drawn.hexdigest())
"""


def test_the_bytes_are_the_same_in_every_process() -> None:
    some = [file for file in FILES if file.parent.name in ("hotline", "supervision")]

    def drawn(seed: str) -> str:
        command = [sys.executable, "-c", SCRIPT, *map(str, some)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    here = hashlib.sha256()
    for file in some:
        here.update(svg(pack(file)) + bpmn(pack(file)))
    assert drawn("1").strip() == drawn("2").strip() == here.hexdigest()


def test_tracks_keep_apart_and_short_ones_come_first() -> None:
    assert tracks([(0, 100), (10, 20), (40, 50), (120, 130)]) == [1, 0, 0, 0]
    assert tracks([(0, 10), (15, 30)]) == [0, 1]
    assert tracks([]) == []


def test_lines_break_between_words_and_not_before_a_full_stop() -> None:
    assert wrap("Ask for an extension", 10, 70) == ("Ask for an", "extension")
    assert wrap("办结，归档。", 10, 25) == ("办", "结，", "归", "档。")
    assert wrap("Q" * 6, 10, 20) == ("QQ", "QQ", "QQ")
    assert wrap(" ", 10, 20) == ()


def test_two_actions_between_the_same_stages_share_the_line_and_keep_both_names() -> None:
    named = {"zh": "名", "en": "name"}
    clock = {**named, "kind": "internal", "budget": {"value": 1, "unit": "月"}, "start_event": "收到"}
    close = {**named, "kind": "close", "by": ["office"], "from": ["a"], "to": "z"}
    data = {
        "id": "two",
        "version": 1,
        "names": named,
        "summary": "two",
        "status": "example",
        "legal": {},
        "numbering": "{n}",
        "roles": {"office": named},
        "fields": {},
        "clocks": {"c": clock},
        "stages": {
            "a": {**named, "responsible": "office", "clocks": ["c"]},
            "z": {**named, "open": False, "outcome": "done"},
        },
        "actions": {
            "open": {**named, "kind": "open", "by": ["office"], "to": "a"},
            "close": close,
            "close_2": close,
        },
    }
    picture = layout(made(data))
    assert sorted(label.action for label in picture.labels) == ["close", "close_2", "open"]
    assert len(picture.lines) == 2
