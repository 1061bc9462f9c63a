"""The picture of a mechanism as SVG: paper, ink, vermilion for where a case stands. Pure, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from luoshi.mechanisms.drawing import Lang, name_in
from luoshi.mechanisms.drawing_text import clock_text, width, wrap
from luoshi.mechanisms.layout import LEADING, MARGIN, Box, Picture, layout
from luoshi.mechanisms.layout_boxes import SIZES, TextLine
from luoshi.mechanisms.layout_tracks import Label, Line, Point
from luoshi.mechanisms.model import Mechanism

ROUND: Final = 6.0
HEAD: Final = 26.0
TITLE: Final = 21.0
NARROWEST: Final = 560.0

# The words of the picture itself stand here in both languages: this room lies below the catalog of messages.
WORDS: Final = {
    "zh": {
        "desc": "流程图：{summary}",
        "version": "第{n}版",
        "main": "办理主线",
        "side": "退回、改派、暂停、延期、重办等",
        "end": "办结或终止",
        "parts": "多家同时办理",
        "clock": "时限",
        "here": "当前",
    },
    "en": {
        "desc": "Flow chart: {summary}",
        "version": "version {n}",
        "main": "main way",
        "side": "return, transfer, pause, extension, reopening",
        "end": "closed",
        "parts": "several bodies at once",
        "clock": "time limit",
        "here": "now here",
    },
}

CSS: Final = """
.paper{fill:#faf7f0}
text{fill:#2b2723}
text{font-family:"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif}
:lang(en) text{font-family:"Noto Sans","Helvetica Neue",Arial,"Noto Sans CJK SC",sans-serif}
.title{font-family:"Noto Serif CJK SC","Source Han Serif SC","Songti SC",SimSun,serif;font-size:21px;font-weight:600}
.version,.legend{font-size:12px;fill:#6b6256}
.rule{stroke:#cfc6b5;stroke-width:1}
.stage>rect{fill:#fffdf8;stroke:#4a443c;stroke-width:1.1}
.closed>rect{fill:#efe9dc;stroke:#7d7364}
.stage .inner{fill:none;stroke:#b9af9e;stroke-width:.8}
.stage .fold{stroke:#ddd5c6;stroke-width:1}
.name{font-size:15px;font-weight:600}
.role{font-size:12px;fill:#5c544a}
.clock{font-size:11.5px;fill:#5c544a}
.part{font-size:12.5px;font-weight:600}
.step{font-size:12px}
.act{font-size:11.5px;fill:#5c544a}
.mark{fill:none;stroke:#7d7364;stroke-width:1}
.way{fill:none;stroke:#3a352f;stroke-width:1.25;stroke-linejoin:round}
.way.side{stroke:#a0937f;stroke-width:1.1;stroke-dasharray:4 3}
.head{fill:#3a352f}
.head.side{fill:#a0937f}
.dot{fill:#3a352f}
.label{font-size:12px}
.label.side{fill:#6b6256}
.current>rect{fill:#fdf1ec;stroke:#b3391f;stroke-width:2}
.current .inner{stroke:#b3391f}
.current .name,.here{fill:#b3391f}
.here{font-size:11.5px;font-weight:600}
@media print{.paper{fill:#fff}}
"""


def svg(mechanism: Mechanism, lang: Lang = "zh", current: str | None = None) -> bytes:
    """An SVG document in UTF-8, with no script and no outside resource. ``current``: the stage where a case stands.

    Raises ValueError if ``lang`` is neither ``zh`` nor ``en``, KeyError if ``current`` is no stage of ``mechanism``.
    """
    if current is not None and current not in mechanism.stages:
        raise KeyError(current)
    picture = layout(mechanism, lang)
    words = WORDS[lang]
    title = name_in(mechanism.names, lang)
    wide = max(picture.w, NARROWEST)
    lines = wrap(title, TITLE, wide - 2 * MARGIN - width(words["version"], 12) - 40)
    head = MARGIN + len(lines) * 30
    legend, foot = _legend(wide, lang, parts=any(box.parallel for box in picture.boxes))
    tall = head + HEAD + picture.h + foot
    body = [
        f'<rect class="paper" width="{_n(wide)}" height="{_n(tall)}"/>',
        *_head(lines, words["version"].format(n=mechanism.version), wide, head),
        f'<g transform="translate({_n((wide - picture.w) / 2)} {_n(head + HEAD)})">',
        *_flow(mechanism, picture, lang, current),
        "</g>",
        f'<g class="legend" transform="translate({_n(MARGIN)} {_n(head + HEAD + picture.h + 30)})">{legend}</g>',
    ]
    desc = words["desc"].format(summary=mechanism.summary)
    top = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(wide)} {_n(tall)}" width="{_n(wide)}" '
        f'height="{_n(tall)}" role="img" aria-labelledby="title desc" xml:lang="{"zh-CN" if lang == "zh" else "en"}">'
    )
    start = [top, f'<title id="title">{escape(title)}</title>', f'<desc id="desc">{escape(desc)}</desc>']
    return "\n".join([*start, f"<style>{CSS}</style>", *body, "</svg>", ""]).encode()


def _n(number: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{round(number, 1):g}" if abs(number) < 100_000 else f"{number:.0f}"


def _head(lines: tuple[str, ...], version: str, wide: float, head: float) -> Iterator[str]:
    for place, line in enumerate(lines):
        yield f'<text class="title" x="{_n(MARGIN)}" y="{_n(MARGIN + 18 + place * 30)}">{escape(line)}</text>'
    right = f'x="{_n(wide - MARGIN)}" y="{_n(MARGIN + 18)}" text-anchor="end"'
    yield f'<text class="version" {right}>{escape(version)}</text>'
    yield f'<path class="rule" d="M{_n(MARGIN)} {_n(head + 6)}H{_n(wide - MARGIN)}"/>'


def _flow(mechanism: Mechanism, picture: Picture, lang: Lang, current: str | None) -> Iterator[str]:
    # Side ways first: where two cross, the main way lies on top.
    for line in sorted(picture.lines, key=lambda line: not line.side):
        name = mechanism.actions[line.action]
        side = " side" if line.side else ""
        yield (
            f'<g data-action="{line.action}"><title>{escape(name_in(name, lang))}</title>'
            f'<path class="way{side}" d="{_path(line.points)}"/>{_ends(line, side)}</g>'
        )
    for box in picture.boxes:
        yield from _box(mechanism, box, lang, here=box.stage == current)
    for label in picture.labels:
        yield _label(label)


def _path(points: tuple[Point, ...]) -> str:
    """``points`` as a path with round corners."""
    said = f"M{_n(points[0][0])} {_n(points[0][1])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _toward(corner, before), _toward(corner, after)
        said += f"L{_n(start[0])} {_n(start[1])}Q{_n(corner[0])} {_n(corner[1])} {_n(end[0])} {_n(end[1])}"
    return said + f"L{_n(points[-1][0])} {_n(points[-1][1])}"


def _toward(start: Point, goal: Point) -> Point:
    """A point on the way from ``start`` to ``goal``: as far as a corner is round, at most half of the way."""
    far = abs(goal[0] - start[0]) + abs(goal[1] - start[1])
    part = min(ROUND, far / 2) / far if far else 0
    return start[0] + (goal[0] - start[0]) * part, start[1] + (goal[1] - start[1]) * part


def _ends(line: Line, side: str) -> str:
    said = ""
    if line.head:
        (x0, y0), (x, y) = line.points[-2:]
        dx, dy = (x > x0) - (x < x0), (y > y0) - (y < y0)
        back, across = (x - 8 * dx, y - 8 * dy), (3.4 * dy, 3.4 * dx)
        said += (
            f'<path class="head{side}" d="M{_n(x)} {_n(y)}L{_n(back[0] + across[0])} {_n(back[1] + across[1])}'
            f'L{_n(back[0] - across[0])} {_n(back[1] - across[1])}Z"/>'
        )
    if line.dot:
        said += f'<circle class="dot" cx="{_n(line.points[0][0])}" cy="{_n(line.points[0][1])}" r="4.5"/>'
    return said


def _label(label: Label) -> str:
    rect = label.rect
    x, anchor = (rect.x + rect.w, ' text-anchor="end"') if label.end else (rect.x, "")
    lines = "".join(
        f'<tspan x="{_n(x)}" y="{_n(rect.y + 11.5 + place * LEADING)}">{escape(line)}</tspan>'
        for place, line in enumerate(label.lines)
    )
    side = " side" if label.side else ""
    return f'<text class="label{side}"{anchor} data-action="{label.action}">{lines}</text>'


def _box(mechanism: Mechanism, box: Box, lang: Lang, *, here: bool) -> Iterator[str]:
    stage, rect = mechanism.stages[box.stage], box.rect
    kind = (
        "stage"
        + (" closed" if box.closed else "")
        + (" parallel" if box.parallel else "")
        + (" current" if here else "")
    )
    title = "；".join(
        [name_in(stage, lang), *(clock_text(clock, mechanism, lang, sourced=True) for clock in stage.clocks)]
    )
    mark = ' aria-current="step"' if here else ""
    yield f'<g class="{kind}" data-stage="{box.stage}"{mark} transform="translate({_n(rect.x)} {_n(rect.y)})">'
    yield f"<title>{escape(title)}</title>"
    radius = min(rect.h / 2, 20) if box.closed else 3
    yield f'<rect width="{_n(rect.w)}" height="{_n(rect.h)}" rx="{_n(radius)}"/>'
    if box.parallel:
        yield f'<rect class="inner" x="4" y="4" width="{_n(rect.w - 8)}" height="{_n(rect.h - 8)}" rx="2"/>'
    down = (rect.h - box.block.height) / 2
    yield from (_text(line, down, rect.w) for line in box.block.lines)
    if here:
        yield f'<text class="here" x="{_n(rect.w - 10)}" y="-6" text-anchor="end">● {WORDS[lang]["here"]}</text>'
    yield "</g>"


def _text(line: TextLine, down: float, wide: float) -> str:
    y = line.y + down
    said = f'<text class="{line.style}" x="{_n(line.x)}" y="{_n(y)}">{escape(line.text)}</text>'
    if line.first and line.style == "clock":
        x, mid = line.x - 10, y - 4
        face = f"M{_n(x - 5)} {_n(mid)}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0"
        said += f'<path class="mark" d="{face}M{_n(x)} {_n(mid - 3)}v3h2.5"/>'
    if line.first and line.style == "part":
        said += f'<path class="fold" d="M{_n(line.x)} {_n(y - SIZES["part"] - 7)}H{_n(wide - line.x)}"/>'
    if line.first and line.style == "step":
        said += f'<rect class="mark" x="{_n(line.x - 12)}" y="{_n(y - 8)}" width="7" height="7" rx="1"/>'
    return said


def _legend(wide: float, lang: Lang, *, parts: bool) -> tuple[str, float]:
    """What the marks mean, in as many rows as they need; the height with the margin below."""
    signs = {
        "main": '<path class="way" d="M0 -4H28"/><path class="head" d="M34 -4l-8 -3.4v6.8z"/>',
        "side": '<path class="way side" d="M0 -4H28"/><path class="head side" d="M34 -4l-8 -3.4v6.8z"/>',
        "end": '<g class="stage closed"><rect x="2" y="-11" width="30" height="14" rx="7"/></g>',
        "clock": '<path class="mark" d="M22 -4a5 5 0 1 0 10 0a5 5 0 1 0 -10 0M27 -7v3h2.5"/>',
        "parts": '<g class="stage"><rect x="4" y="-12" width="28" height="16" rx="3"/>'
        '<rect class="inner" x="7" y="-9" width="22" height="10" rx="2"/></g>',
    }
    x = y = 0.0
    said = ""
    for sign, drawn in signs.items():
        if sign == "parts" and not parts:
            continue
        text = WORDS[lang][sign]
        need = 42 + width(text, 12) + 26
        if x and x + need > wide - 2 * MARGIN:
            x, y = 0.0, y + 24
        said += f'<g transform="translate({_n(x)} {_n(y)})">{drawn}<text x="42" y="0">{escape(text)}</text></g>'
        x += need
    return said, y + 30 + MARGIN
