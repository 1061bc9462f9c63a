"""Mechanisms to draw: the packs, packs with hostile or very long names, and made-up flows, sound or not."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from luoshi.mechanisms.loader import load
from luoshi.mechanisms.model import Mechanism, plain

PACKS = Path(__file__).resolve().parents[2] / "packs"
FILES = sorted(PACKS.glob("*/mechanism.yaml"))
HOSTILE = "<script>&\"']]>--{}"
LONG_ZH = "很长很长的机构名称（含下属单位）、" * 3 + "，。；：办"
LONG_EN = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft with all of its branches"
KINDS = ["normal", "return", "transfer", "pause", "resume", "extend", "verify", "close", "withdraw", "reopen"]


@cache
def pack(file: Path) -> Mechanism:
    """The mechanism in ``file``."""
    return load(file.read_bytes(), file.name)


def made(data: dict[str, Any]) -> Mechanism:
    """The mechanism that plain ``data`` says."""
    return Mechanism.model_validate_json(json.dumps(data))


def renamed(mechanism: Mechanism, zh: str, en: str) -> Mechanism:
    """``mechanism`` with every name replaced."""

    def walk(data: Any) -> Any:
        if isinstance(data, dict):
            named = "zh" in data and "en" in data
            changed = {"zh": zh[:60], "en": en[:120]} if named else {}
            return {key: walk(value) for key, value in data.items()} | changed
        return [walk(value) for value in data] if isinstance(data, list) else data

    renamed_: dict[str, Any] = walk(plain(mechanism))
    return made(renamed_)


def _named(text: str) -> dict[str, Any]:
    return {"zh": text, "en": text}


@st.composite
def flows(draw: st.DrawFn) -> Mechanism:
    """Any flow that the schema allows, most of them unsound, with names of any length and script."""
    names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zs", "Zl", "Zp")), min_size=1, max_size=60)
    ids = [f"s{number}" for number in range(draw(st.integers(2, 9)))]
    closed = draw(st.sets(st.sampled_from(ids[1:]), min_size=1))
    stages: dict[str, Any] = {}
    for id_ in ids:
        stages[id_] = _named(draw(names))
        if id_ in closed:
            stages[id_] |= {"open": False, "outcome": draw(st.sampled_from(["done", "refused", "withdrawn"]))}
        else:
            stages[id_] |= {"responsible": draw(st.sampled_from(["office", "leader"])), "clocks": ["c"]}
        if id_ not in closed and draw(st.integers(0, 3)) == 0:
            stages[id_]["parallel"] = _parallel(draw(names))
    actions: dict[str, Any] = {"open": _named(draw(names)) | {"kind": "open", "by": ["office"], "to": ids[0]}}
    if draw(st.booleans()):
        actions["open_2"] = _named(draw(names)) | {"kind": "open", "by": ["leader"], "to": draw(st.sampled_from(ids))}
    for number in range(draw(st.integers(1, 14))):
        action = _named(draw(names)) | {"by": ["office"], "kind": draw(st.sampled_from(KINDS))}
        action["from"] = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True))
        if draw(st.integers(0, 5)):
            action["to"] = draw(st.sampled_from(ids))
        actions[f"a{number}"] = action
    return made(
        {
            "id": "made",
            "version": 1,
            "names": _named(draw(names)),
            "summary": "made up",
            "status": "example",
            "legal": {},
            "numbering": "{n}",
            "roles": {"office": _named("办"), "leader": _named("长")},
            "fields": {"bodies": _named("单位") | {"type": "body", "many": True}},
            "stages": stages,
            "actions": actions,
            "clocks": {
                "c": _named(draw(names))
                | {"kind": "legal", "budget": {"value": 5, "unit": "工作日"}, "start_event": "收到"}
            },
            "documents": {"d": _named("单")},
            "ladder": [
                _named("催办") | {"id": "urge", "clock": "c", "when": {"at_due": True}, "to": "office", "document": "d"}
            ],
        }
    )


def _parallel(name: str) -> dict[str, Any]:
    answer = _named(name) | {"by": ["office"], "from": ["asked"], "to": "answered"}
    note = _named(name) | {"by": ["office"], "from": ["asked"]}
    branch = _named(name) | {
        "role": "office",
        "start": "asked",
        "stages": {"asked": _named(name), "answered": _named(name) | {"open": False}},
        "actions": {"answer": answer, "note": note},
    }
    return {"kinds": {"joint": _named("协办")}, "branches": {"one": branch, "two": branch}}
