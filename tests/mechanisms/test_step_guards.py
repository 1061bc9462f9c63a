"""The step holds to the laws even where a definition would not: what soundness finds is refused here once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from tests.casework.district import ROOT, settings_of, standing_of
from tests.casework.walker import BEGIN, OFFICE, URGENT, calendar

from luoshi.casework.walk import Walker
from luoshi.mechanisms.acts import Act, Refused
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.loader import load
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step
from luoshi.worktime.limits import Hours

LATER = timedelta(minutes=5)
TO_HANDLING = ("record", "dispatch", "sign")
TO_ASSESSED = (*TO_HANDLING, "feed_back", "pass_on", "call_back")


def changed(*changes: tuple[str, str], name: str = "hotline") -> Flow:
    """The pack ``name`` with ``changes`` in its text, sound or not."""
    text = (ROOT / "packs" / name / "mechanism.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    mechanism = load(text.encode(), name)
    return Flow(
        mechanism, settings_of(mechanism), hours=Hours.parse(OFFICE), urgent=Hours.parse(URGENT, every_day=True)
    )


class Hand:
    """Acts taken by name, with fields of one's own where they matter."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.walker = Walker(flow, calendar(), Random(1), standing=standing_of(flow.mechanism))
        self.state = State()
        self.at: datetime = BEGIN

    def made(self, name: str, **fields: Any) -> Act:
        """The act ``name``, whether or not it is open now."""
        from luoshi.casework.walk import Move

        act = self.walker.act(self.state, Move(self.flow.actions[name]), self.at)
        return replace(act, fields={**act.fields, **fields})

    def take(self, name: str, **fields: Any) -> None:
        self.state = step(self.flow, self.state, self.made(name, **fields), calendar()).state
        self.at += LATER

    def take_all(self, names: Sequence[str], **fields: Any) -> None:
        for name in names:
            given = {key: value for key, value in fields.items() if key in self.flow.actions[name].allowed}
            self.take(name, **given)

    def refused(self, name: str, **fields: Any) -> str:
        with pytest.raises(Refused) as refused:
            step(self.flow, self.state, self.made(name, **fields), calendar())
        return refused.value.code


def line(name: str, text: str) -> str:
    """The line of the action ``name``."""
    return next(one for one in text.splitlines() if one.startswith(f"  {name}: {{"))


HOTLINE = (ROOT / "packs" / "hotline" / "mechanism.yaml").read_text(encoding="utf-8")
CLOSE = line("close", HOTLINE)
CALL_BACK = line("call_back", HOTLINE)
SIGN = line("sign", HOTLINE)


def test_a_case_that_nobody_has_checked_does_not_close() -> None:
    """The call back asks for no other person any more, so it is no check."""
    hand = Hand(changed((CALL_BACK, CALL_BACK.replace(", other_than: [handler]", ""))))
    hand.take_all(TO_ASSESSED, satisfaction="satisfied")
    assert not hand.state.checked
    assert hand.refused("close") == "not_verified"
    sound = Hand(changed())
    sound.take_all(TO_ASSESSED, satisfaction="satisfied")
    sound.take("close")
    assert sound.state.stage == "closed"


def test_a_check_does_not_outlive_the_work_that_comes_after_it() -> None:
    """The case may be closed while it is handled again: the check of the first handling does not count for it."""
    hand = Hand(changed((CLOSE, CLOSE.replace("from: [assessed]", "from: [assessed, handling]"))))
    hand.take_all(TO_ASSESSED, satisfaction="dissatisfied")
    assert hand.state.checked
    hand.take("redo")
    assert not hand.state.checked
    hand.take("sign")
    hand.state.fields["satisfaction"] = "satisfied"
    assert hand.refused("close") == "not_verified"


def test_the_handler_is_no_checker_whatever_he_is_called() -> None:
    hand = Hand(changed())
    hand.take_all(TO_ASSESSED[:-1], satisfaction="satisfied")
    (handler, *_) = hand.state.marks["handler"]
    act = hand.made("call_back")
    with pytest.raises(Refused, match="same_person"):
        step(hand.flow, hand.state, replace(act, actor=replace(act.actor, officer=handler)), calendar())
    with pytest.raises(Refused, match="evidence_missing"):
        step(hand.flow, hand.state, replace(act, files=()), calendar())


def test_no_open_case_is_left_without_time() -> None:
    """Signing would stop the only clock of the stage that it leads to."""
    hand = Hand(changed((SIGN, SIGN.replace("stops: [signing]", "stops: [signing, handling]"))))
    hand.take_all(TO_HANDLING[:-1])
    assert hand.refused("sign") == "no_clock"


def test_no_open_case_is_left_without_a_body() -> None:
    """The dispatch no longer says which body handles the case."""
    dispatch = line("dispatch", HOTLINE)
    hand = Hand(changed((dispatch, dispatch.replace("assigns: {undertaker: lead_body}, ", ""))))
    hand.take("record")
    assert hand.refused("dispatch") == "role_unset"


def test_a_reopened_case_is_neither_answered_nor_struck_off() -> None:
    hand = Hand(changed())
    hand.take_all((*TO_ASSESSED, "close"), satisfaction="satisfied")
    outcome = step(hand.flow, hand.state, hand.made("reopen"), calendar())
    assert outcome.sets["struck_off_on"] is None
    assert outcome.sets["answered_on"] is None
    assert not outcome.state.checked
    assert hand.state.clocks["handling"]["run"] + 1 == outcome.state.clocks["handling"]["run"]


def test_the_same_file_twice_is_one_piece_of_evidence() -> None:
    hand = Hand(changed((CALL_BACK, CALL_BACK.replace("needs: {evidence: 1,", "needs: {evidence: 2,"))))
    hand.take_all(TO_ASSESSED[:-1])
    act = hand.made("call_back")
    assert step(hand.flow, hand.state, act, calendar()).state.checked
    with pytest.raises(Refused, match="evidence_missing"):
        step(hand.flow, hand.state, replace(act, files=(act.files[0],) * 2), calendar())


def test_weights_of_parts_are_shares() -> None:
    flow = changed(name="environment_letter")
    hand = Hand(flow)
    chance = hand.walker.chance
    for _ in range(3000):
        moves = hand.walker.moves(hand.state, hand.at)
        splits = [move for move in moves if any(one.weights for one in move.ready.action.splits)]
        if splits:
            break
        own = [move for move in moves if move.part is None]
        if own:
            hand.take(chance.choice(own).ready.name)
        if not hand.walker.moves(hand.state, hand.at):
            hand.state, hand.at = State(), BEGIN
    act = hand.walker.act(hand.state, splits[0], hand.at)
    (one,) = splits[0].ready.action.splits
    for weights in (["0.5", "0.6"], ["2", "-1"], ["1", "0"], ["1"], ["0.3", "0.3", "0.4"]):
        wrong = replace(act, fields={**act.fields, str(one.bodies): ["body-a", "body-b"], str(one.weights): weights})
        with pytest.raises(Refused, match="weights_wrong"):
            step(flow, hand.state, wrong, calendar())
    right = replace(act, fields={**act.fields, str(one.bodies): ["body-a", "body-b"], str(one.weights): ["0.7", "0.3"]})
    parts = step(flow, hand.state, right, calendar()).state.parts
    assert [part["weight"] for part in parts.values()] == ["0.7", "0.3"]
