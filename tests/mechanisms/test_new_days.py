"""A new day that an officer asks for lies after the limit."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.casework.walker import calendar, flow_of

from luoshi.mechanisms.acts import Act, Actor, Refused
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step


def test_an_extension_is_asked_for_to_a_day_after_the_limit() -> None:
    flow, days = flow_of("supervision"), calendar()
    state = State()
    at = datetime(2026, 3, 2, 9)
    office, housing = Actor("o", "office", "office"), Actor("h", "housing", "undertaker")
    clear = {"title": "t", "origin": "report", "lead_body": "housing", "target": "x", "standard": "y"}
    roles = {"office": "office", "leader": "gov"}
    opening = Act("issue_report", office, at, {**clear, "due": "2026-06-30"}, roles=roles)
    state = step(flow, state, opening, days).state
    state = step(flow, state, Act("sign", housing, at, {"contact": "甲"}), days).state
    for day in ("2020-01-01", "2026-06-30"):
        asked = Act("ask_extension", housing, at, {"reason": "r", "progress": "p", "new_due": day})
        with pytest.raises(Refused) as refused:
            step(flow, state, asked, days)
        assert (refused.value.code, refused.value.details["want"]) == ("field_value", "later")
    asked = Act("ask_extension", housing, at, {"reason": "r", "progress": "p", "new_due": "2026-07-31"})
    assert step(flow, state, asked, days).state.stage == "extension_asked"
