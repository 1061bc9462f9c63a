"""Rules of BPMN 2.0 that a schema cannot say: ids, references, flows, gateways, lanes, the diagram."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise

from lxml import etree

Element = etree._Element
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
NODES = {"startEvent", "endEvent", "userTask", "subProcess", "exclusiveGateway", "parallelGateway", "boundaryEvent"}
ORDER = ["documentation", "incoming", "outgoing", "multiInstanceLoopCharacteristics", "timerEventDefinition"]
NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
Box = tuple[float, float, float, float]


def kind(element: Element) -> str:
    return str(etree.QName(element).localname)


def children(element: Element, *kinds: str) -> list[Element]:
    return [one for one in element if kind(one) in kinds]


def faults(xml: bytes) -> list[str]:
    """Every rule that ``xml`` breaks, in words; empty if it keeps them all."""
    root = etree.fromstring(xml)
    ids = Counter(one.get("id") for one in root.iter() if one.get("id"))
    found = [f"id twice: {id_}" for id_, count in ids.items() if count > 1]
    found += [f"no NCName: {id_}" for id_ in ids if not NCNAME.fullmatch(id_ or "")]
    for one in root.iter():
        for name in ("processRef", "sourceRef", "targetRef", "attachedToRef", "default", "bpmnElement"):
            if one.get(name) is not None and one.get(name) not in ids:
                found.append(f"{name} to nothing: {one.get(name)}")
        if kind(one) in ("incoming", "outgoing", "flowNodeRef", "loopDataInputRef") and one.text not in ids:
            found.append(f"{kind(one)} to nothing: {one.text}")
    process = root.find(f"{BPMN}process")
    assert process is not None
    for scope in (process, *process.iter(f"{BPMN}subProcess")):
        found += _scope(scope)
    refs = Counter(ref.text for ref in process.iter(f"{BPMN}flowNodeRef"))
    found += [f"not in one lane: {one.get('id')}" for one in children(process, *NODES) if refs[one.get("id")] != 1]
    found += [
        f"no name: {one.get('id')}"
        for one in process.iter()
        if kind(one) in ("userTask", "lane") and not one.get("name")
    ]
    return [*found, *_diagram(root, process)]


def _scope(scope: Element) -> Iterator[str]:
    nodes = {one.get("id"): one for one in children(scope, *NODES)}
    flows = children(scope, "sequenceFlow")
    for flow in flows:
        if flow.get("sourceRef") not in nodes or flow.get("targetRef") not in nodes:
            yield f"flow out of its scope: {flow.get('id')}"
    for id_, node in nodes.items():
        into = [flow.get("id") for flow in flows if flow.get("targetRef") == id_]
        out = [flow.get("id") for flow in flows if flow.get("sourceRef") == id_]
        if into != [one.text for one in children(node, "incoming")]:
            yield f"incoming differs: {id_}"
        if out != [one.text for one in children(node, "outgoing")]:
            yield f"outgoing differs: {id_}"
        ranks = [ORDER.index(kind(one)) for one in node if kind(one) in ORDER]
        if ranks != sorted(ranks) or any(kind(one) not in ORDER for one in list(node)[: len(ranks)]):
            yield f"order of elements: {id_}"
        if kind(node) in ("startEvent", "boundaryEvent") and (into or not out):
            yield f"a start that is entered or leads nowhere: {id_}"
        if kind(node) == "endEvent" and out:
            yield f"an end that is left: {id_}"
        if kind(node) == "boundaryEvent":
            host = nodes.get(node.get("attachedToRef"))
            if host is None or kind(host) not in ("userTask", "subProcess"):
                yield f"attached to no activity: {id_}"
            if node.get("cancelActivity") != "false" or not children(node, "timerEventDefinition"):
                yield f"no timer that lets the work go on: {id_}"
        if kind(node) == "exclusiveGateway":
            yield from _choice(node, [flow for flow in flows if flow.get("sourceRef") == id_])


def _choice(node: Element, out: list[Element]) -> Iterator[str]:
    if len(out) < 2:
        yield f"no choice: {node.get('id')}"
    for flow in out:
        conditional = bool(children(flow, "conditionExpression"))
        if conditional == (flow.get("id") == node.get("default")):
            yield f"neither condition nor default, or both: {flow.get('id')}"


def _box(element: Element) -> Box:
    bounds = element.find(BOUNDS)
    assert bounds is not None
    x, y, w, h = (float(bounds.get(name, "nan")) for name in ("x", "y", "width", "height"))
    return x, y, x + w, y + h


def _apart(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def _within(inner: Box, outer: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _touches(point: tuple[float, float], box: Box) -> bool:
    near = box[0] - 1 <= point[0] <= box[2] + 1 and box[1] - 1 <= point[1] <= box[3] + 1
    inside = box[0] + 1 < point[0] < box[2] - 1 and box[1] + 1 < point[1] < box[3] - 1
    return near and not inside


def _diagram(root: Element, process: Element) -> Iterator[str]:
    shapes = Counter(one.get("bpmnElement") for one in root.iter(f"{DI}BPMNShape"))
    edges = Counter(one.get("bpmnElement") for one in root.iter(f"{DI}BPMNEdge"))
    shaped = [one for one in root.iter() if kind(one) in NODES | {"lane", "participant"}]
    yield from (f"not one shape: {one.get('id')}" for one in shaped if shapes[one.get("id")] != 1)
    flows = list(process.iter(f"{BPMN}sequenceFlow"))
    yield from (f"not one edge: {one.get('id')}" for one in flows if edges[one.get("id")] != 1)
    box = {one.get("bpmnElement"): _box(one) for one in root.iter(f"{DI}BPMNShape")}
    paths = {
        one.get("bpmnElement"): [(float(p.get("x", "nan")), float(p.get("y", "nan"))) for p in one.iter(WAYPOINT)]
        for one in root.iter(f"{DI}BPMNEdge")
    }
    for flow in flows:
        path, source, target = (
            paths.get(flow.get("id")),
            box.get(flow.get("sourceRef")),
            box.get(flow.get("targetRef")),
        )
        if path is None or source is None or target is None:
            continue
        if len(path) < 2 or not _touches(path[0], source) or not _touches(path[-1], target):
            yield f"edge does not meet its shapes: {flow.get('id')}"
        if any(a[0] != b[0] and a[1] != b[1] for a, b in pairwise(path)):
            yield f"edge is slanted: {flow.get('id')}"
    yield from _overlaps(root, process, box)


def _overlaps(root: Element, process: Element, box: dict[str | None, Box]) -> Iterator[str]:
    pool = next(
        _box(one) for one in root.iter(f"{DI}BPMNShape") if (one.get("bpmnElement") or "").startswith("participant")
    )
    for scope in (process, *process.iter(f"{BPMN}subProcess")):
        standing = [one for one in children(scope, *NODES) if kind(one) != "boundaryEvent" and one.get("id") in box]
        for one, other in combinations(standing, 2):
            if not _apart(box[one.get("id")], box[other.get("id")]):
                yield f"shapes overlap: {one.get('id')}, {other.get('id')}"
        outer = box.get(scope.get("id"), pool)
        yield from (f"outside: {one.get('id')}" for one in standing if not _within(box[one.get("id")], outer))
    for lane in process.iter(f"{BPMN}lane"):
        for ref in lane.iter(f"{BPMN}flowNodeRef"):
            if ref.text in box and lane.get("id") in box and not _within(box[ref.text], box[lane.get("id")]):
                yield f"outside its lane: {ref.text}"
    labels = [
        (one.getparent().get("bpmnElement"), _box(one))  # type: ignore[union-attr]
        for one in root.iter(f"{DI}BPMNLabel")
    ]
    for (of, one), (of_other, other) in combinations(labels, 2):
        if not _apart(one, other):
            yield f"labels overlap: {of}, {of_other}"
    yield from (f"label outside: {of}" for of, one in labels if not _within(one, pool))
