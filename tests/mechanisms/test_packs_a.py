"""What the packs of hazards, rivers, suggestions, proposals and environment letters must say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from luoshi.mechanisms.loader import load
from luoshi.mechanisms.model import Limit, Mechanism
from luoshi.mechanisms.soundness import check

PACKS = Path(__file__).resolve().parents[2] / "packs"
NAMES = ("environment_letter", "hazard", "patrol", "patrol_problem", "proposal", "suggestion")
DAY = date(2026, 11, 23)


def pack(name: str) -> Mechanism:
    path = PACKS / name / "mechanism.yaml"
    return load(path.read_bytes(), str(path))


@pytest.mark.parametrize("name", NAMES)
def test_sound(name: str) -> None:
    assert [(one.severity, one.code, one.place) for one in check(pack(name), DAY)] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_for_is_explained(name: str) -> None:
    for setting in pack(name).settings.values():
        assert setting.default is None  # no fact of these packs that a place decides has a binding source
        assert setting.zh
        assert setting.en
        assert setting.note


@pytest.mark.parametrize("name", NAMES)
def test_no_number_but_the_deputies_law(name: str) -> None:
    """Every limit is asked for or stands in the case itself; only the reply to a suggestion has its number by law."""
    told = {
        clock
        for clock, found in pack(name).clocks.items()
        if isinstance(found.budget, Limit) and found.budget.value is not None
    }
    assert told == ({"answer", "answer_separate"} if name == "suggestion" else set())


@pytest.mark.parametrize("clock", ["answer", "answer_separate"])
def test_a_suggestion_is_answered_in_three_months_or_six(clock: str) -> None:
    suggestion = pack("suggestion")
    found = suggestion.clocks[clock]
    assert found.kind == "legal"
    assert found.budget == Limit(value=3, unit="月")
    assert found.start_field == "issued_on"
    assert found.extension is not None
    assert found.extension.max == Limit(value=3, unit="月")
    assert found.extension.times == 1
    assert found.extension.approver == "office"
    assert found.source is not None
    assert suggestion.legal[found.source].article == "第五十一条"


@pytest.mark.parametrize(("day", "article"), [(date(2019, 6, 1), "第四十二条"), (DAY, "第五十一条")])
def test_which_article_held_when(day: date, article: str) -> None:
    articles = {"第四十二条", "第五十一条"}
    held = [one for one in pack("suggestion").legal.values() if one.in_force(day) and one.article in articles]
    assert [one.article for one in held] == [article]


@pytest.mark.parametrize("name", ["suggestion", "proposal"])
def test_no_reply_without_contact_and_no_promise_forgotten(name: str) -> None:
    found = pack(name)
    assert found.actions["draft"].from_ == ("contacted",)
    assert [one for one, action in found.actions.items() if action.to == "contacted" and action.kind == "normal"] == [
        "contact"
    ]
    promises = {"doing", "planned"}
    close, follow = found.actions["close"].only_if, found.actions["follow"].only_if
    assert close is not None
    assert follow is not None
    assert set(follow.any_of) == promises
    assert set(close.any_of) == set(found.fields["reply_class"].choices) - promises


def test_a_hazard_is_not_struck_off_before_it_is_gone() -> None:
    hazard = pack("hazard")
    assert set(hazard.actions["issue"].supply) >= {"lead_body", "issuing_body", "supervising_body", "due"}
    assert "interim_measures" in hazard.actions["ask_extension"].supply
    accept = hazard.actions["accept"]
    assert accept.verifies
    assert accept.only_if is not None
    assert accept.only_if.any_of == ("yes_removed",)
    assert [one for one, action in hazard.actions.items() if action.to == "accepted"] == ["accept"]


def test_a_patrol_log_has_the_five_items() -> None:
    assert set(pack("patrol").actions["log"].supply) >= {"time_span", "place", "content", "problems", "handling"}


def test_a_letter_has_a_weight_and_is_announced_before_it_is_struck_off() -> None:
    letter = pack("environment_letter")
    opening = letter.actions["receive"]
    assert "weight" in opening.supply
    assert opening.sets["weight"] == "weight"
    assert letter.fields["weight"].type == "decimal"
    plan = {"implementing_body", "target", "due", "measures", "accepting_body"}
    assert set(letter.actions["submit_plan"].supply) >= plan
    assert letter.actions["strike_off"].from_ == ("announced",)
    assert letter.clocks["publicity"].at_least
    assert set(letter.actions["accept"].needs.other_than) == {"handler", "examiner"}
