"""BPMN of a mechanism: it keeps the notation's rules and says what the mechanism says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from luoshi.mechanisms.bpmn import bpmn
from luoshi.mechanisms.drawing import Lang, name_in
from luoshi.mechanisms.loader import load
from luoshi.mechanisms.model import Mechanism

from .bpmn_rules import BPMN, DI, Element, faults, kind
from .drawing_cases import FILES, HOSTILE, LONG_EN, LONG_ZH, flows, pack, renamed

packs = pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
langs = pytest.mark.parametrize("lang", ["zh", "en"])


def hotline() -> Mechanism:
    return pack(next(file for file in FILES if file.parent.name == "hotline"))


def names(root: Element, *kinds: str) -> list[str]:
    return [one.get("name") or "" for one in root.iter() if kind(one) in kinds]


def missing(mechanism: Mechanism, lang: Lang) -> list[str]:
    """Stages and actions, of parts too, that the process does not name."""
    root = etree.fromstring(bpmn(mechanism, lang))
    flow_names = names(root, "sequenceFlow")
    found = [".".join(place) for place, action in mechanism.every_action() if name_in(action, lang) not in flow_names]
    ends, tasks = names(root, "endEvent"), names(root, "userTask")
    for stage in mechanism.stages.values():
        inner = (
            [one for branch in stage.parallel.branches.values() for one in branch.stages.values()]
            if stage.parallel
            else []
        )
        found += [one.zh for one in (stage, *inner) if name_in(one, lang) not in (tasks if one.open else ends)]
    return found


@packs
@langs
def test_every_pack_keeps_the_rules_and_names_every_stage_and_action(file: Path, lang: Lang) -> None:
    mechanism = pack(file)
    assert faults(bpmn(mechanism, lang)) == []
    assert missing(mechanism, lang) == []
    assert bpmn(mechanism, lang) == bpmn(load(file.read_bytes(), file.name), lang)


@packs
@pytest.mark.parametrize(("zh", "en"), [(LONG_ZH, LONG_EN), (HOSTILE, HOSTILE)], ids=["long", "hostile"])
def test_long_and_hostile_names(file: Path, zh: str, en: str) -> None:
    for lang in ("zh", "en"):
        mechanism = renamed(pack(file), zh, en)
        assert faults(bpmn(mechanism, lang)) == []
        assert missing(mechanism, lang) == []


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=80)
@given(flows())
def test_any_flow_keeps_the_rules(mechanism: Mechanism) -> None:
    assert faults(bpmn(mechanism)) == []
    assert missing(mechanism, "zh") == []


def test_what_the_hotline_becomes() -> None:
    mechanism = hotline()
    root = etree.fromstring(bpmn(mechanism, "zh"))
    ids = {one.get("id"): one for one in root.iter() if one.get("id")}
    assert names(root, "participant") == ["政务服务便民热线"]
    assert names(root, "lane") == ["话务员", "热线机构", "回访员", "承办单位"]
    assert {one.get("id") for one in root.iter(f"{BPMN}startEvent")} == {
        "start_record", "start_reopen__closed", "start_reopen__merged", "start_reopen__referred", "begin_joint",
        "begin_joint__reply",
    }  # fmt: skip
    assert ids["end_referred"].get("name") == "不予受理（已告知途径）"
    assert ids["clock_handling__handling"].get("attachedToRef") == "stage_handling"
    assert ids["clock_handling__handling"].get("name") == "办理 工作日数由本地定"
    assert ids["due_handling__handling"].get("name") == "提醒、催办、通报"
    assert "催办：到期时，致承办单位" in (ids["clock_handling__handling"].findtext(f"{BPMN}documentation") or "")
    branch = ids["branch_joint__reply"]
    each = branch.find(f"{BPMN}multiInstanceLoopCharacteristics")
    assert each is not None
    assert ids[each.findtext(f"{BPMN}loopDataInputRef") or ""].get("name") == "协办单位"
    assert ids["flow_assessed__close_explained"].findtext(f"{BPMN}conditionExpression") == (
        'act = "close_explained" and (satisfaction = "dissatisfied")'
    )
    stays = ids["flow_handling__contact"]
    assert (stays.get("sourceRef"), stays.get("targetRef")) == ("choice_handling", "stage_handling")


def test_a_limit_of_law_names_its_source() -> None:
    mechanism = pack(next(file for file in FILES if file.parent.name == "supervision"))
    assert "复核决定 30自然日 政府督查工作条例 第十七条" in names(etree.fromstring(bpmn(mechanism)), "boundaryEvent")


def drop(path: str, **having: str) -> Callable[[Element], None]:
    def edit(root: Element) -> None:
        one = next(one for one in root.iter(path) if having.items() <= dict(one.attrib).items())
        parent = one.getparent()
        assert parent is not None
        parent.remove(one)

    return edit


def change(path: str, name: str, value: str) -> Callable[[Element], None]:
    return lambda root: next(root.iter(path)).set(name, value)


@pytest.mark.parametrize(
    "edit, fault",
    [
        (drop(f"{BPMN}incoming"), "incoming differs"),
        (drop(f"{BPMN}outgoing"), "outgoing differs"),
        (drop(f"{BPMN}sequenceFlow"), "to nothing"),
        (drop(f"{BPMN}conditionExpression"), "neither condition nor default"),
        (drop(f"{BPMN}timerEventDefinition"), "no timer"),
        (drop(f"{BPMN}flowNodeRef"), "not in one lane"),
        (drop(f"{DI}BPMNShape", bpmnElement="stage_handling"), "not one shape"),
        (drop(f"{DI}BPMNEdge"), "not one edge"),
        (drop("{http://www.omg.org/spec/DD/20100524/DI}waypoint"), "edge does not meet"),
        (change(f"{BPMN}userTask", "id", "start_record"), "id twice"),
        (change(f"{BPMN}userTask", "id", "1 2"), "no NCName"),
        (change(f"{BPMN}boundaryEvent", "attachedToRef", "end_closed"), "attached to no activity"),
        (change(f"{BPMN}sequenceFlow", "targetRef", "split_joint"), "flow out of its scope"),
    ],
)
def test_the_rules_find_what_is_broken(edit: Callable[[Element], None], fault: str) -> None:
    root = etree.fromstring(bpmn(hotline()))
    edit(root)
    assert any(fault in one for one in faults(etree.tostring(root)))
