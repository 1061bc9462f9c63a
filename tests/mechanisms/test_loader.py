"""What is no definition, or hostile, is refused at once, with the line and a sentence."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.mechanisms.sample import ON, PACKS, SAMPLE

from luoshi.mechanisms import model
from luoshi.mechanisms.errors import Finding, MechanismError
from luoshi.mechanisms.loader import CODES, MOST, digest, load, load_with_lines
from luoshi.mechanisms.soundness import check, with_lines
from luoshi.mechanisms.yaml_text import DEEPEST, LARGEST, LONGEST_KEY, read_yaml
from luoshi.messages import set_language
from luoshi.words.packs import SHAPE_MESSAGES, TEXT_MESSAGES, describe_finding

DOCS = Path(__file__).parents[2] / "docs" / "mechanisms.md"
FULL = LARGEST - 100
SECONDS = 15
"""Far more than any of these takes: what is quadratic takes minutes."""

HOSTILE: dict[str, tuple[bytes, str, int]] = {
    "too large": (b"#" * (LARGEST + 1), "file_too_large", 0),
    "nothing": (b"", "file_empty", 0),
    "comments": (b"#" * FULL, "file_empty", 0),
    "line ends": (b"\n" * FULL, "file_empty", 0),
    "latin": (b"a: b\nc: \xff", "not_utf8", 2),
    "utf-16": ("id: a".encode("utf-16"), "not_utf8", 1),
    "tabs": (b"\t" * FULL, "not_yaml", 1),
    "bracket": (b"a: 1\nb: [1", "not_yaml", 2),
    "bad escape": (b'\na: "\\U00110000"', "not_yaml", 2),
    "far escape": (b'a: "\\UFFFFFFFF"', "not_yaml", 1),
    "long version": (b"%YAML " + b"9" * 5_000 + b".1\n---\na: 1", "not_yaml", 1),
    "nul": (b"a: b\nb: \x00", "control_character", 2),
    "escaped nul": (b'a: 1\nb: "x\\0"', "control_character", 2),
    "half a character": (b'\n\na: "\\ud800"', "control_character", 3),
    "writing direction": ("a: b\nc: a\u202eb".encode(), "control_character", 2),
    "second document": (b"a: 1\n---\nb: 2", "second_document", 2),
    "anchor bomb": (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "alias_refused", 1),
    "anchored key": (b"a: 1\n&k b: 2", "alias_refused", 2),
    "alias": (b"a: 1\nb: *a", "alias_refused", 2),
    "tag": (b"a: !!python/object/apply:os.system [ls]", "tag_refused", 1),
    "merge": (b"a: &x {b: 1}\nc: {<<: *x}", "alias_refused", 1),
    "brackets": (b"[" * FULL, "too_deep", 1),
    "braces": (b"{a: " * (FULL // 4), "too_deep", 1),
    "steps": (b"".join(b" " * depth + b"a:\n" for depth in range(700)), "too_deep", DEEPEST + 1),
    "dashes": (b"- " * (FULL // 2), "too_deep", 1),
    "list as key": (b"a: 1\n[b]: 1", "key_not_text", 2),
    "key twice": (b"a: 1\nb: 2\na: 3", "key_twice", 3),
    "long key": (b"? " + b"a" * (LONGEST_KEY + 1) + b"\n: 1", "key_too_long", 1),
    "no day": (b"a: 1\nb: 2026-02-30", "day_wrong", 2),
    "a list": (b"- 1", "not_mapping", 1),
    "a word": (b"--- a", "not_mapping", 1),
    "many small maps": (b"[" + b"{}," * (FULL // 3 - 2) + b"]", "not_mapping", 1),
    "many numbers": (b"a: [" + b"1," * (FULL // 2 - 5) + b"]", "key_missing", 1),
    "many keys": (b"roles: {" + b"".join(b"a%d: 1," % number for number in range(20_000)) + b"}", "key_missing", 1),
    "one long word": (b"a: " + b"x " * (FULL // 2), "key_missing", 1),
    "a long block": (b"a: |\n" + b"\n" * (FULL - 10), "key_missing", 1),
    "a long quotation": (b'a: "' + b"\n" * (FULL - 10) + b'"', "key_missing", 1),
}


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    set_language("en")


def findings(text: bytes) -> tuple[Finding, ...]:
    with pytest.raises(MechanismError) as caught:
        load(text, "x")
    return caught.value.findings


def told(one: Finding) -> None:
    for lang in ("zh", "en"):
        set_language(lang)
        assert not re.search(r"\{[a-z_]+\}", describe_finding(one))  # nothing is left to fill in


@pytest.mark.parametrize(("text", "code", "line"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_at_once(text: bytes, code: str, line: int) -> None:
    began = time.perf_counter()
    found = findings(text)
    assert time.perf_counter() - began < SECONDS
    assert (found[0].severity, found[0].code, found[0].line) == ("error", code, line)
    assert len(found) <= MOST + 1
    for one in found:
        told(one)


def test_every_fault_of_text_is_tried() -> None:
    assert set(TEXT_MESSAGES) == {code for _, code, _ in HOSTILE.values()} - {"key_missing"}


@given(st.binary(max_size=300))
def test_any_bytes_give_a_definition_or_a_sentence(text: bytes) -> None:
    for one in findings(text):
        told(one)


@given(st.text(alphabet="ab:{}[],-&*!|>'\"\\#%@?\n 01.~", max_size=80))
def test_any_signs_of_yaml_give_a_definition_or_a_sentence(text: str) -> None:
    for one in findings(text.encode()):
        told(one)


SHAPE: list[tuple[str, str, str, str]] = [
    ("key_missing", "version: 1\n", "", "version"),
    ("key_unknown", "version: 1\n", "version: 1\nversoin: 1\n", "versoin"),
    ("value_choice", "status: active", "status: activ", "status"),
    ("value_pattern", "id: sample", "id: Sample", "id"),
    ("value_size", "version: 1", "version: 0", "version"),
    ("value_kind", "version: 1", "version: one", "version"),
    ("value_kind", "version: 1", "version: 9999999999999999999999", "version"),
    ("value_kind", "version: 1", "version: true", "version"),
    ("choices_wrong", "type: date}", "type: choice}", "fields.due"),
    ("measure_wrong", "type: integer}\n  result", "type: integer, measure: true}\n  result", "fields.days"),
    ("limit_wrong", "{value: 7, unit", "{value: 7, setting: check_days, unit", "clocks.limit.budget.choices.easy"),
    ("pause_unbounded", "max: {value: 5, unit: 工作日}, source", "source", "clocks.limit.pauses.papers"),
    ("extension_wrong", "times: 1, max", "times: 1, unit: 月, max", "clocks.limit.extension"),
    ("split_wrong", "bodies: helpers, weights: shares, ", "", "actions.split.splits[0]"),
    ("outcome_wrong", "open: false, outcome: done", "open: false", "stages.closed"),
    ("closed_wrong", "outcome: done}", "outcome: done, responsible: office}", "stages.closed"),
    ("when_wrong", "when: {at_due: true}", "when: {}", "ladder[1].when"),
]


@pytest.mark.parametrize(("code", "old", "new", "place"), SHAPE)
def test_a_fault_of_shape_is_named_at_its_place_and_line(code: str, old: str, new: str, place: str) -> None:
    assert old in SAMPLE
    text = SAMPLE.replace(old, new, 1)
    (found,) = findings(text.encode())
    assert (found.code, found.place) == (code, place)
    if code != "key_missing":
        key = place.split("[", maxsplit=1)[0].rsplit(".", maxsplit=1)[-1]
        shown = text.splitlines()[found.line - 1]
        assert key in shown or (place.startswith("ladder[1]") and "urge" in shown), shown
    told(found)


def test_every_fault_of_shape_is_tried() -> None:
    tried = {one[0] for one in SHAPE}
    assert set(CODES.values()) | {"value_kind"} == tried
    assert set(SHAPE_MESSAGES) == tried | {"more_wrong"}


def test_of_very_many_faults_the_first_are_told() -> None:
    text = SAMPLE.replace("roles:", "roles:\n" + "".join(f"  a{number}: 1\n" for number in range(35)))
    text = text.replace("marks:", "marks:\n" + "".join(f"  b{number}: 1\n" for number in range(8)))
    text = text.replace("settings:", "settings:\n" + "".join(f"  c{number}: 1\n" for number in range(58)))
    found = findings(text.encode())
    assert len(found) == MOST + 1
    assert (found[-1].code, found[-1].details) == ("more_wrong", {"count": 1})
    told(found[-1])


def test_lines_are_those_of_an_editor() -> None:
    loaded = load_with_lines(SAMPLE.encode(), "sample")
    lines = SAMPLE.splitlines()
    places = [place for place in loaded.lines if place and isinstance(place[-1], str)]
    assert len(places) > 300
    for place in places:
        assert str(place[-1]) in lines[loaded.line_of(place) - 1], place
    assert loaded.line_of(("stages", "new", "no such key")) == loaded.line_of(("stages", "new"))
    assert loaded.line_of(("nothing",)) in {0, 1, 2}


def test_findings_of_soundness_get_their_lines() -> None:
    text = SAMPLE.replace("records: [handler], stops: [limit, due]", "stops: [limit, due]")
    loaded = load_with_lines(text.encode(), "sample")
    (one,) = {f.code: f for f in with_lines(check(loaded.mechanism, ON), loaded) if f.code == "check_empty"}.values()
    assert text.splitlines()[one.line - 1].startswith("  verify:")


def test_values_are_what_they_look_like() -> None:
    data = read_yaml(b"a: 1\nb: '1'\nc: 1.50\nd: yes\ne: true\nf: ~\ng: 007\nh: 1e3\ni: 2026-01-31\nj: -0", "x").data
    assert {key: type(value).__name__ for key, value in data.items()} == {
        "a": "int", "b": "str", "c": "Decimal", "d": "str", "e": "bool", "f": "NoneType", "g": "str", "h": "str",
        "i": "date", "j": "int",
    }  # fmt: skip
    assert data["c"] == Decimal("1.50")


def test_the_digest_is_of_what_is_said_and_not_of_how() -> None:
    one = load(SAMPLE.encode(), "a")
    assert digest(load(b"\xef\xbb\xbf" + SAMPLE.replace("  office:", "\n  office:  # x\n   ").encode(), "b")) == digest(
        one
    )
    assert digest(load(SAMPLE.replace("value: 7", "value: 8").encode(), "c")) != digest(one)


def test_the_example_of_the_docs_is_a_sound_mechanism() -> None:
    text = DOCS.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    assert check(load(text.encode(), "docs"), ON) == []


def test_the_docs_tell_every_key() -> None:
    """Each key of the schema stands there in code quotes, or in the example."""
    text = DOCS.read_text(encoding="utf-8")
    told = set(re.findall(r"`(?:kind: )?([a-z_]+)", text)) | set(re.findall(r"[{ ,\n]([a-z_]+):", text))
    parts = [part for part in vars(model).values() if isinstance(part, type) and issubclass(part, model.Part)]
    keys = {field.alias or name for part in parts for name, field in part.model_fields.items()}
    assert len(parts) > 20
    assert keys - told == set()


@pytest.mark.parametrize("path", sorted(PACKS.glob("*/mechanism.yaml")), ids=lambda path: path.parent.name)
def test_the_packs_load(path: Path) -> None:
    assert load(path.read_bytes(), str(path)).id == path.parent.name


def test_the_quick_reader_reads_every_pack_as_the_exact_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.mechanisms import yaml_text

    for path in sorted(PACKS.glob("*/mechanism.yaml")):
        quick = yaml_text.read_yaml(path.read_bytes(), path.name)
        with monkeypatch.context() as patch:
            patch.setattr(yaml_text, "quick", None)
            assert yaml_text.read_yaml(path.read_bytes(), path.name) == quick
