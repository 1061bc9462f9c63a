"""Every refusal and every error of casework has a sentence in both languages, filled in whole from what is raised."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.casework.district import pack
from tests.casework.walker import PACKS, walk, walker

from luoshi.casework.errors import CaseworkError
from luoshi.mechanisms import system
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import Flow, SetupError
from luoshi.mechanisms.step import step
from luoshi.messages import catalog, set_language
from luoshi.words.casework import (
    CASEWORK_MESSAGES,
    REFUSAL_MESSAGES,
    SETUP_MESSAGES,
    SYSTEM_ACTS,
    describe_casework,
    describe_refusal,
    template_of,
)

SOURCE = Path(__file__).resolve().parents[2] / "src" / "luoshi"


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    set_language("en")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def raised(*names: str) -> list[tuple[str, str, dict[str, str | None], bool]]:
    """Every call of an error in the source: where, its code, its details (constants as they are), whether whole."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names):
                continue
            if not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            details = {
                word.arg: word.value.value if isinstance(word.value, ast.Constant) else None
                for word in node.keywords
                if word.arg is not None
            }
            whole = all(word.arg is not None for word in node.keywords)
            where = f"{path.relative_to(SOURCE)}:{node.lineno}"
            found.append((where, str(node.args[0].value), details, whole))
    return found


def wants() -> set[str]:
    """What a value of a field may be asked to be: the second argument of ``_wrong`` in values.py."""
    tree = ast.parse((SOURCE / "mechanisms" / "values.py").read_text(encoding="utf-8"))
    return {
        str(node.args[1].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "_wrong"
        and isinstance(node.args[1], ast.Constant)
    }


REFUSALS = raised("Refused")
ERRORS = raised("CaseworkError")


def test_the_source_was_read() -> None:
    assert len({code for _, code, _, _ in REFUSALS}) > 40
    assert len({code for _, code, _, _ in ERRORS}) > 10
    assert len(wants()) > 8


@pytest.mark.parametrize(("where", "code", "details", "whole"), REFUSALS, ids=[where for where, *_ in REFUSALS])
def test_every_refusal_has_a_sentence(where: str, code: str, details: dict[str, str | None], whole: bool) -> None:
    if code == "field_value" and details.get("want") is None:
        variants = [f"field_value:{want}" for want in wants()]
    else:
        variants = [template_of(Refused(code, **details)) for _ in (1,)]
        variants = [key for key, text in REFUSAL_MESSAGES.items() if text in variants]
    assert variants
    for key in variants:
        assert key in REFUSAL_MESSAGES, f"{where}: no message for {key!r}"
        if whole and code not in ("clock_rule", "field_value"):
            lacking = fields(REFUSAL_MESSAGES[key]) - details.keys() - {"mechanism"}
            assert not lacking, f"{where}: {key!r} needs {lacking}"


@pytest.mark.parametrize(("where", "code", "details", "whole"), ERRORS, ids=[where for where, *_ in ERRORS])
def test_every_error_has_a_sentence(where: str, code: str, details: dict[str, str | None], whole: bool) -> None:
    assert code in CASEWORK_MESSAGES, f"{where}: no message for {code!r}"
    lacking = fields(CASEWORK_MESSAGES[code]) - details.keys()
    assert not (whole and lacking), f"{where}: {code!r} needs {lacking}"


def test_every_sentence_is_raised() -> None:
    text = "".join(
        path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if path.parts[-2:] != ("words", "casework.py")
    )
    for key in (*REFUSAL_MESSAGES, *CASEWORK_MESSAGES):
        code, _, kind = key.partition(":")
        assert f'"{code}"' in text, f"nothing raises {code}"
        assert kind in ("", "outside") or f'"{kind}"' in text, f"nothing raises {key}"
    acts = {getattr(system, name) for name in dir(system) if name.isupper() and name != "PREFIX"}
    assert set(SYSTEM_ACTS) == {act for act in acts if isinstance(act, str) and act.startswith("sys_")}


@pytest.mark.parametrize(
    "table", [REFUSAL_MESSAGES, CASEWORK_MESSAGES, SETUP_MESSAGES], ids=["refusal", "error", "setup"]
)
def test_every_sentence_says_what_to_do_in_both_languages(table: dict[str, str]) -> None:
    for key, text in table.items():
        chinese = catalog("zh").gettext(text)
        assert chinese != text, f"{key} is not translated"
        assert fields(text) == fields(chinese), key
        assert "\n" not in text + chinese
        if key not in ("clock_rule", "link_reason", "reveal_reason"):
            assert re.search("[;:]", text), f"{key} says what happened and not what to do"
            assert re.search("[；：]", chinese), f"{key} 没有说怎么办"
        assert not re.search(r"[\u4e00-\u9fff][,;:!?(]", chinese), f"half-width punctuation in {key}"


@pytest.mark.parametrize("name", PACKS)
def test_what_a_pack_refuses_is_told_by_its_own_names(name: str) -> None:
    """Every refusal of spoilt acts has a sentence in both languages, without identifiers or holes left in it."""
    one, mechanism = walker(name, 3), pack(name)
    seen = set()
    for before, act, _ in walk(name, 3, 40):
        for spoilt in one.spoilt(before, act):
            with pytest.raises(Refused) as refused:
                step(one.flow, before, spoilt.act, one.calendar)
            for spoken in ("en", "zh"):
                set_language(spoken)  # type: ignore[arg-type]
                line = describe_refusal(refused.value, mechanism)
                assert describe_casework(refused.value)
                assert not re.search(r"[{}\[\]]|None", line), line
                seen.add((refused.value.code, spoken))
                known = {*mechanism.fields, *mechanism.stages, *mechanism.actions, *mechanism.clocks}
                identifiers = {word for word in known if "_" in word}
                assert not identifiers & set(re.findall(r"[a-z_]+", line)), line
    assert len(seen) > 12


def test_sentences_for_people() -> None:
    mechanism = pack("hotline")
    missing = Refused("field_missing", fields=["result", "contact_log"], action="feed_back")
    assert describe_refusal(missing, mechanism) == (
        "Result, Contact with the caller must be filled in for this; fill in what is missing"
    )
    set_language("zh")
    assert describe_refusal(missing, mechanism) == "须填写办理结果、联系记录；请补填"
    late = Refused("clock_rule", clock="handling", rule="extension_late", due="2025-10-01")
    assert describe_refusal(late, mechanism).startswith("“办理”时限不允许这样办理：")
    assert "2025-10-01" in describe_refusal(late, mechanism)
    entry = {"n": 4, "act": "sign", "actor_body": "body-a", "actor_role": "undertaker", "on_day": "2025-09-30"}
    changed = Refused("changed", case="hotline-2025-000001", seen=3, n=4, entries=[entry])
    assert "签收" in describe_refusal(changed, mechanism)
    wrong = SetupError("hotline", (("handling_days", "missing"), ("x", "unknown")))
    assert "办理时限 (handling_days)须由本地决定" in describe_casework(wrong, mechanism)
    guard = Refused("only_if", field="satisfaction", value="dissatisfied", any_of=["satisfied", "basically"])
    assert "满意、基本满意" in describe_refusal(guard, mechanism)


def test_an_unknown_code_is_a_fault() -> None:
    for error in (Refused("no_such_code"), CaseworkError("no_such_code"), ValueError("x")):
        with pytest.raises(LookupError):
            describe_casework(error)


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(SetupError) as wrong:
        Flow(pack("hotline"), {})
    line = describe_casework(wrong.value, pack("hotline"))
    assert "Time to handle (handling_days) has to be decided; fill it in" in line
