"""What entries say so that the public relations follow from them alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.mechanisms.pack_case import PROOF, Case, pack
from tests.mechanisms.sample import PACKS, build, lists, put
from tests.mechanisms.test_soundness import Change

from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.errors import Finding
from luoshi.mechanisms.relating import LARGEST
from luoshi.mechanisms.soundness import check
from luoshi.mechanisms.yaml_text import read_yaml

DAY = date(2026, 11, 23)
PATROL = {
    "patrolled_on": "2025-03-03", "time_span": "9-10", "place": {"text": "河"}, "content": "看", "problems": "无",
    "handling": "无", "problem_count": 2, "solved_count": 0,
}  # fmt: skip
BEGIN = {"indicator": "gdp_growth", "frequency": "quarter", "unit": "percent", "lead_body": "body-bureau"}
FIGURE = {"period": "2019-q1", "value": "8.90", "basis": "cumulative_growth", "source": "bulletin"}
FAULTS: list[tuple[str, Change, str]] = [
    ("field_unknown", put("observation", "period", value="month"), "observation.period"),
    ("field_type", put("observation", "unit", value="period"), "observation.unit"),
    ("field_type", put("observation", "value", value="note"), "observation.value"),
    ("field_type", put("observation", "level", value="indicator"), "observation.level"),
    ("field_unknown", put("observation", "level", value="nowhere"), "observation.level"),
    ("field_many", put("fields", "value", "many", value=True), "observation.value"),
    ("public_committed", put("fields", "value", "finer", value=True), "observation.value"),
    ("value_not_supplied", put("actions", "revise", "supply", 0, value="definition"), "observation.period"),
    ("value_not_supplied", put("actions", "begin", "supply", 2, value="definition"), "observation.unit"),
    ("value_not_supplied", put("actions", "begin", "supply", 0, value="definition"), "observation.indicator"),
    ("value_not_supplied", put("actions", "publish", "supply", 3, value="definition"), "observation.source"),
]


def findings(change: Change | None = None) -> list[Finding]:
    """What is wrong with the pack of statistics after ``change``."""
    data: dict[str, Any] = lists(read_yaml((PACKS / "statistics" / "mechanism.yaml").read_bytes(), "statistics").data)
    if change is not None:
        change(data)
    return check(build(data), DAY)


def test_a_measure_is_told_with_its_unit() -> None:
    case = Case("patrol")
    case.act(
        "start", "2025-03-03", "chief", level="town", chief_name="甲", water="河", patrolled_on="2025-03-03", way="boat"
    )
    told = case.act("log", "2025-03-03", "chief", files=PROOF, **PATROL).data
    assert {name: told[name] for name in told if name.startswith("unit_")} == {
        "unit_problem_count": "个",
        "unit_solved_count": "个",
    }


def test_what_is_too_large_to_be_summed_is_refused() -> None:
    case = Case("patrol")
    case.act(
        "start", "2025-03-03", "chief", level="town", chief_name="甲", water="河", patrolled_on="2025-03-03", way="boat"
    )
    case.act("log", "2025-03-03", "chief", files=PROOF, **{**PATROL, "problem_count": LARGEST})
    case.act("send_back", "2025-03-04", "office", reason="再填")
    with pytest.raises(Refused) as refused:
        case.act("log", "2025-03-04", "chief", files=PROOF, **{**PATROL, "problem_count": LARGEST + 1})
    assert refused.value.details == {"field": "problem_count", "want": "measure"}


@pytest.mark.parametrize(
    ("answer", "reading"),
    [("satisfied", "satisfied"), ("basically", "partly"), ("dissatisfied", "dissatisfied"), ("unreached", None)],
)
def test_an_answer_is_told_as_it_was_read(answer: str, reading: str | None) -> None:
    case = Case("hotline")
    case.act("record", "2025-03-03", "agent", channel="phone", category="help", content="x", urgency="normal")
    case.act("answer_at_once", "2025-03-03", "agent", files=PROOF, result="x")
    told = case.act(
        "call_back", "2025-03-04", "visitor", files=PROOF, contacted=True, solved="solved", satisfaction=answer
    )
    assert told.data["surveyed"] == reading


def test_a_statistic_is_whole_in_its_entry() -> None:
    case = Case("statistics")
    assert "observed_value" not in case.act("begin", "2019-01-03", "statistics", **BEGIN).data
    told = case.act("publish", "2019-04-20", "reporter", **FIGURE).data
    assert {name: value for name, value in told.items() if name.startswith("observed_")} == {
        "observed_indicator": "gdp_growth",
        "observed_period": "2019-q1",
        "observed_value": "8.9",
        "observed_unit": "%",
        "observed_basis": "cumulative_growth",
        "observed_source": "bulletin",
    }
    assert told["kept_next_figure"] is False
    revised = case.act("revise", "2019-05-20", "statistics", **{**FIGURE, "value": "8.7"}, reason="核定").data
    assert revised["observed_value"] == "8.7"
    assert "due_next_figure" not in revised


@pytest.mark.parametrize(("level", "area"), [({}, None), ({"level": "own"}, None), ({"level": "city"}, "city")])
def test_a_series_of_the_city_says_so_in_each_entry(level: dict[str, str], area: str | None) -> None:
    case = Case("statistics")
    case.act("begin", "2019-01-03", "statistics", **BEGIN, **level)
    told = case.act("publish", "2019-04-20", "reporter", **FIGURE).data
    assert told.get("observed_area") == area


def test_a_series_ends_only_when_another_person_has_checked() -> None:
    case = Case("statistics")
    case.act("begin", "2019-01-03", "statistics", **BEGIN)
    case.act("publish", "2019-01-05", "reporter", **FIGURE)
    case.act("propose_end", "2019-02-03", "reporter", reason="不再统计")
    with pytest.raises(Refused, match="evidence_missing"):
        case.act("retire", "2019-02-04", "statistics", opinion="同意")
    assert case.act("retire", "2019-02-04", "statistics", files=PROOF, opinion="同意").state.stage == "retired"


@pytest.mark.parametrize(
    "code", ["", " 2019", "2019 年", "二〇一九", "-2019", "x" * 61, "2019\n", 2019, None.__class__]
)
def test_a_code_is_no_free_text(code: object) -> None:
    case = Case("statistics")
    with pytest.raises(Refused) as refused:
        case.act("begin", "2019-01-03", "statistics", **{**BEGIN, "indicator": code})
    assert refused.value.details == {"field": "indicator", "want": "code"}


@pytest.mark.parametrize("code", ["2019", "2019-03", "2019-q1", "x" * 60, "A.b_c"])
def test_codes(code: str) -> None:
    assert (
        Case("statistics").act("begin", "2019-01-03", "statistics", **{**BEGIN, "indicator": code}).data["indicator"]
        == code
    )


def test_the_pack_is_sound() -> None:
    assert findings() == []
    assert pack("statistics").measures == {}


@pytest.mark.parametrize(("code", "change", "place"), FAULTS)
def test_a_fault_of_the_block_is_named(code: str, change: Change, place: str) -> None:
    assert (code, place) in [(one.code, one.place) for one in findings(change)]
