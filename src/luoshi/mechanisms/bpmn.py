"""A mechanism as BPMN 2.0 XML (OMG formal/2013-12-09, ISO/IEC 19510) with its diagram. Pure, the same bytes each time.

Elements stand in the order that the standard's schema asks for. Conditions are in FEEL; ``act`` is the action done,
and ``limit("clock")`` the time that the calendar gives a clock (no ISO 8601 duration counts working days).
"""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from luoshi.mechanisms.bpmn_places import HEADER, Places, places_of
from luoshi.mechanisms.bpmn_process import WORDS, Graph, Node, Way, process_of
from luoshi.mechanisms.drawing import Lang, name_in
from luoshi.mechanisms.layout_tracks import Point, Rect
from luoshi.mechanisms.model import Mechanism

MODEL: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
DI: Final = "http://www.omg.org/spec/DD/20100524/DI"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
FEEL: Final = "https://www.omg.org/spec/DMN/20191111/FEEL/"
PREFIXES: Final = {"bpmn": MODEL, "bpmndi": DIAGRAM, "dc": DC, "di": DI, "xsi": XSI}
LEFT: Final = 40.0


def bpmn(mechanism: Mechanism, lang: Lang = "zh") -> bytes:
    """BPMN 2.0 XML in UTF-8, names in ``lang``. ValueError if that is neither ``zh`` nor ``en``."""
    title = name_in(mechanism.names, lang)
    graph = process_of(mechanism, lang)
    lanes = _lanes(mechanism, graph)
    places = Places()
    drawn = places_of(graph, lanes)
    places.take(drawn, LEFT + 2 * HEADER, LEFT)
    root = ET.Element(
        "bpmn:definitions",
        {
            **{f"xmlns:{prefix}": uri for prefix, uri in PREFIXES.items()},
            "id": f"definitions_{mechanism.id}",
            "targetNamespace": f"urn:luoshi:mechanism:{mechanism.id}:{mechanism.version}",
            "expressionLanguage": FEEL,
            "exporter": "Luoshi",
        },
    )
    collaboration = ET.SubElement(root, "bpmn:collaboration", id=f"collaboration_{mechanism.id}")
    process_id = f"process_{mechanism.id}"
    pool = f"participant_{mechanism.id}"
    ET.SubElement(collaboration, "bpmn:participant", id=pool, name=title, processRef=process_id)
    process = ET.SubElement(root, "bpmn:process", id=process_id, name=title, isExecutable="false")
    _doc(process, mechanism.summary)
    _lane_set(process, mechanism, graph, lanes, lang)
    _elements(process, graph, mechanism, lang)
    diagram = ET.SubElement(root, "bpmndi:BPMNDiagram", id=f"diagram_{mechanism.id}", name=title)
    plane = ET.SubElement(
        diagram, "bpmndi:BPMNPlane", id=f"plane_{mechanism.id}", bpmnElement=collaboration.attrib["id"]
    )
    _shape(plane, pool, Rect(LEFT, LEFT, drawn.w + 2 * HEADER, drawn.h), None, {"isHorizontal": "true"})
    for role in lanes:
        row = places.lanes[role]
        rect = Rect(row.x - HEADER, row.y, row.w + HEADER, row.h)
        _shape(plane, _lane_id(role), rect, None, {"isHorizontal": "true"})
    _diagram(plane, graph, places)
    ET.indent(root, " ")
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _lane_id(role: str) -> str:
    return f"lane_{role}" if role else "lane_"


def _lanes(mechanism: Mechanism, graph: Graph) -> list[str]:
    """The roles that have a lane, in the order of the file; what nobody is responsible for has one of its own."""
    used = {cell.lane for cell in graph.cells}
    known = [role for role in mechanism.roles if role in used]
    return [*known, *sorted(used - set(known))]


def _lane_set(parent: ET.Element, mechanism: Mechanism, graph: Graph, lanes: list[str], lang: Lang) -> None:
    lane_set = ET.SubElement(parent, "bpmn:laneSet", id=f"lanes_{mechanism.id}")
    for role in lanes:
        name = name_in(mechanism.roles[role], lang) if role in mechanism.roles else role or WORDS[lang]["nobody"]
        lane = ET.SubElement(lane_set, "bpmn:lane", id=_lane_id(role), name=name)
        for cell in graph.cells:
            if cell.lane == role:
                for node in (*cell.nodes, *(node for pair in cell.timers for node in pair)):
                    ET.SubElement(lane, "bpmn:flowNodeRef").text = node.id


def _doc(parent: ET.Element, text: str) -> None:
    if text:
        ET.SubElement(parent, "bpmn:documentation").text = text


def _elements(parent: ET.Element, graph: Graph, mechanism: Mechanism, lang: Lang) -> None:
    """The flow nodes and flows of ``graph``, and the data that parts are made from."""
    ways = [*graph.ways, *graph.inside]
    for node in graph.nodes():
        if node.bodies:
            field = mechanism.fields.get(node.bodies)
            name = name_in(field, lang) if field else node.bodies
            ET.SubElement(parent, "bpmn:dataObject", id=f"data_{node.id}", name=name, isCollection="true")
        _node(parent, node, ways, mechanism, lang)
    for way in ways:
        flow = ET.SubElement(parent, "bpmn:sequenceFlow", id=way.id)
        if way.name:
            flow.set("name", way.name)
        flow.set("sourceRef", way.source)
        flow.set("targetRef", way.target)
        _doc(flow, way.doc)
        if way.condition:
            condition = ET.SubElement(flow, "bpmn:conditionExpression", {"xsi:type": "bpmn:tFormalExpression"})
            condition.text = way.condition


def _node(parent: ET.Element, node: Node, ways: list[Way], mechanism: Mechanism, lang: Lang) -> None:
    element = ET.SubElement(parent, f"bpmn:{node.tag}", id=node.id)
    if node.name:
        element.set("name", node.name)
    if node.attached_to:
        element.set("attachedToRef", node.attached_to)
        element.set("cancelActivity", "false")
    if node.default:
        element.set("default", node.default)
    _doc(element, node.doc)
    for tag, ids in (
        ("incoming", [way.id for way in ways if way.target == node.id]),
        ("outgoing", [way.id for way in ways if way.source == node.id]),
    ):
        for id_ in ids:
            ET.SubElement(element, f"bpmn:{tag}").text = id_
    if node.tag == "boundaryEvent":
        timer = ET.SubElement(element, "bpmn:timerEventDefinition", id=f"timer_{node.id}")
        duration = ET.SubElement(timer, "bpmn:timeDuration", {"xsi:type": "bpmn:tFormalExpression"})
        duration.text = f'limit("{node.id.rpartition("__")[2]}")'
    if node.bodies:
        loop = ET.SubElement(element, "bpmn:multiInstanceLoopCharacteristics", id=f"each_{node.id}")
        ET.SubElement(loop, "bpmn:loopDataInputRef").text = f"data_{node.id}"
        ET.SubElement(loop, "bpmn:inputDataItem", id=f"body_{node.id}", name=node.bodies)
    if node.inner:
        _elements(element, node.inner, mechanism, lang)


def _diagram(plane: ET.Element, graph: Graph, places: Places) -> None:
    for node in graph.nodes():
        extra = {"isExpanded": "true"} if node.inner else {}
        if node.tag == "exclusiveGateway":
            extra = {"isMarkerVisible": "true"}
        _shape(plane, node.id, places.shapes[node.id], places.labels.get(node.id), extra)
        if node.inner:
            _diagram(plane, node.inner, places)
    for way in (*graph.ways, *graph.inside):
        points = places.ways[way.id] if way.id in places.ways else places.ways[f"{way.source}>{way.target}"]
        _edge(plane, way.id, points, places.labels.get(way.id))


def _shape(plane: ET.Element, of: str, rect: Rect, label: Rect | None, extra: dict[str, str]) -> None:
    shape = ET.SubElement(plane, "bpmndi:BPMNShape", {"id": f"shape_{of}", "bpmnElement": of, **extra})
    _bounds(shape, rect)
    _label(shape, label)


def _edge(plane: ET.Element, of: str, points: list[Point], label: Rect | None) -> None:
    edge = ET.SubElement(plane, "bpmndi:BPMNEdge", {"id": f"edge_{of}", "bpmnElement": of})
    for x, y in points:
        ET.SubElement(edge, "di:waypoint", x=_n(x), y=_n(y))
    _label(edge, label)


def _label(parent: ET.Element, label: Rect | None) -> None:
    if label is not None:
        _bounds(ET.SubElement(parent, "bpmndi:BPMNLabel"), label)


def _bounds(parent: ET.Element, rect: Rect) -> None:
    ET.SubElement(parent, "dc:Bounds", x=_n(rect.x), y=_n(rect.y), width=_n(rect.w), height=_n(rect.h))


def _n(number: float) -> str:
    return f"{round(number, 1):g}" if abs(number) < 100_000 else f"{number:.0f}"
