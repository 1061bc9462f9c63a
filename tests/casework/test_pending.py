"""What waits for an approval: decided once, by another person who may, and taken together with the decision."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.casework.district import DISTRICT, set_up
from tests.casework.life import Life, dump, request
from tests.casework.test_offers import people
from tests.stores import TestStore

from luoshi.casework.errors import CaseworkError
from luoshi.mechanisms.acts import Actor, Refused

NAME = "environment_letter"
ACTION = "set_weight"
ASKER = "asker"
CHIEF = "leader-1"
OTHER = "leader-2"
STRANGER = "stranger"


class Scene:
    """A letter that the office has received, whose weight only the leader may correct."""

    def __init__(self) -> None:
        from luoshi.org.models import Post
        from luoshi.org.snapshot import forget

        set_up(NAME)
        people(NAME)
        posts = ((ASKER, "office", "body-office"), (CHIEF, "leader", "body-leader"), (OTHER, "leader", "gov"))
        for officer, role, body in (*posts, (STRANGER, "leader", "body-a")):
            Post.objects.create(
                district=DISTRICT, officer=officer, mechanism=NAME, role=role, body=body, from_day="2020-01-01"
            )
        forget(DISTRICT)
        self.life = Life(NAME, 3)
        self.life.hurry = True
        case = self.life.take(None)
        assert case is not None
        self.case = case
        self.now = self.life.at + timedelta(minutes=5)

    def asked(self, **changes: Any) -> Any:
        state = self.life.states[self.case]
        (move,) = [one for one in self.life.walker.moves(state, self.now) if one.ready.name == ACTION]
        act = self.life.walker.act(state, move, self.now)
        act = replace(act, approval=None, actor=Actor(ASKER, "body-office", "office"))
        act = replace(act, fields={**act.fields, "weight": "0.125", "reason": "与另一件系同一事项"})
        return replace(request(act, self.case), **changes)

    def ask(self, **changes: Any) -> int:
        from luoshi.casework.pending import ask

        return ask(DISTRICT, self.asked(**changes), self.now)

    @property
    def day(self) -> str:
        return self.now.date().isoformat()

    def weight(self) -> str:
        from luoshi.casework.models import Case

        return str(Case.objects.get(case=self.case).weight)


@pytest.fixture
def scene(store: TestStore) -> Iterator[Scene]:
    yield Scene()


def test_it_waits_for_those_who_may_decide_and_is_done_when_one_approves(scene: Scene) -> None:
    from luoshi.casework.models import Case, PendingAct
    from luoshi.casework.pending import approve, asked_by, waiting

    before = dump()
    number = scene.ask()
    assert dump() == before, "asking changes no case and takes no number"
    for officer in (CHIEF, OTHER):
        (one,) = waiting(DISTRICT, officer, scene.day)
        assert (one.id, one.case, one.action, one.actor.officer) == (number, scene.case, ACTION, ASKER)
        assert (one.approver_role, one.approver_body, one.decision) == ("leader", "body-leader", "")
        assert one.fields["weight"] == "0.125"
        assert not one.overtaken
    assert waiting(DISTRICT, ASKER, scene.day) == ()
    assert waiting(DISTRICT, STRANGER, scene.day) == ()
    assert [one.id for one in asked_by(DISTRICT, ASKER)] == [number]
    done = approve(DISTRICT, number, CHIEF, scene.now + timedelta(hours=1))
    assert done.case == scene.case
    assert scene.weight() == "0.125"
    assert Case.objects.get(case=scene.case).n == done.n == 2
    assert waiting(DISTRICT, CHIEF, scene.day) == ()
    (told,) = asked_by(DISTRICT, ASKER)
    assert (told.decision, told.decided_by, dict(told.fields), told.refusal) == ("approved", CHIEF, {}, None)
    row = PendingAct.objects.get()
    assert (row.fields, row.files, row.party) == ("{}", "[]", None)
    with pytest.raises(CaseworkError, match="pending_approved"):
        approve(DISTRICT, number, OTHER, scene.now)
    assert Case.objects.get(case=scene.case).n == 2


def test_only_who_may_decides(scene: Scene) -> None:
    from luoshi.casework.pending import approve, refuse, withdraw
    from luoshi.org.models import Post
    from luoshi.org.snapshot import forget

    number = scene.ask()
    for officer in (ASKER, STRANGER, "nobody"):
        with pytest.raises(CaseworkError, match="pending_unknown"):
            approve(DISTRICT, number, officer, scene.now)
        with pytest.raises(CaseworkError, match="pending_unknown"):
            refuse(DISTRICT, number, officer, scene.now, "不同意")
    for wrong in (number + 1, 0, -1, 2**70):
        with pytest.raises(CaseworkError, match="pending_unknown"):
            approve(DISTRICT, wrong, CHIEF, scene.now)
    with pytest.raises(CaseworkError, match="pending_unknown"):
        approve("elsewhere", number, CHIEF, scene.now)
    with pytest.raises(CaseworkError, match="pending_unknown"):
        withdraw(DISTRICT, number, CHIEF, scene.now)
    Post.objects.create(
        district=DISTRICT, officer=ASKER, mechanism=NAME, role="leader", body="gov", from_day="2020-01-01"
    )
    forget(DISTRICT)
    with pytest.raises(Refused, match="same_person"):
        approve(DISTRICT, number, ASKER, scene.now)
    with pytest.raises(Refused, match="same_person"):
        refuse(DISTRICT, number, ASKER, scene.now, "不同意")
    assert scene.weight() != "0.125"


def test_what_could_not_be_done_is_refused_at_once(scene: Scene) -> None:
    from luoshi.casework.models import PendingAct
    from luoshi.casework.pending import ask
    from luoshi.org.models import Post
    from luoshi.org.snapshot import forget

    def told(**changes: Any) -> str:
        with pytest.raises((Refused, CaseworkError)) as error:
            ask(DISTRICT, scene.asked(**changes), scene.now)
        return str(error.value.code)  # type: ignore[union-attr]

    fields = scene.asked().fields
    assert told(fields={**fields, "weight": "-1"}) == "field_value"
    assert told(fields={"weight": "0.5"}) == "field_missing"
    assert told(action="no_such") == "action_unknown"
    assert told(action="investigate_again") in ("action_unknown", "stage_wrong", "approval_not_asked")
    assert told(seen=0) == "changed"
    assert told(actor=Actor("nobody", "body-office", "office")) == "not_authorised"
    assert told(case="no-such-case") == "case_unknown"
    assert told(part="1.x.y") == "part_unknown"
    assert told(at=scene.life.at) == "pending_past"
    Post.objects.filter(role="leader").delete()
    forget(DISTRICT)
    assert told() == "pending_nobody"
    assert not PendingAct.objects.exists()


def test_the_same_does_not_wait_twice(scene: Scene) -> None:
    from luoshi.casework.pending import waiting, withdraw

    first = scene.ask()
    with pytest.raises(CaseworkError, match="pending_twice"):
        scene.ask()
    withdraw(DISTRICT, first, ASKER, scene.now)
    again = scene.ask()
    assert [one.id for one in waiting(DISTRICT, CHIEF, scene.day)] == [again]


def test_it_is_refused_with_a_reason_or_withdrawn(scene: Scene) -> None:
    from luoshi.casework.models import PendingAct
    from luoshi.casework.pending import approve, asked_by, refuse, withdraw

    number = scene.ask()
    for reason in ("", "   ", "长" * 201, "不\n同意"):
        with pytest.raises(CaseworkError, match="pending_reason"):
            refuse(DISTRICT, number, CHIEF, scene.now, reason)
    refuse(DISTRICT, number, CHIEF, scene.now, " 权重依据不足 ")
    (told,) = asked_by(DISTRICT, ASKER)
    assert (told.decision, told.reason, told.decided_by, dict(told.fields)) == ("refused", "权重依据不足", CHIEF, {})
    for late in (
        lambda: approve(DISTRICT, number, OTHER, scene.now),
        lambda: withdraw(DISTRICT, number, ASKER, scene.now),
    ):
        with pytest.raises(CaseworkError, match="pending_refused"):
            late()
    second = scene.ask()
    withdraw(DISTRICT, second, ASKER, scene.now)
    with pytest.raises(CaseworkError, match="pending_withdrawn"):
        approve(DISTRICT, second, CHIEF, scene.now)
    assert {row.fields for row in PendingAct.objects.all()} == {"{}"}
    assert scene.weight() != "0.125"


def test_what_a_case_that_went_on_makes_of_it_is_told(scene: Scene) -> None:
    from luoshi.casework.pending import approve, asked_by, waiting

    number = scene.ask()
    done = scene.life.take(scene.case)
    assert done == scene.case
    (one,) = waiting(DISTRICT, CHIEF, scene.day)
    assert one.overtaken
    now = scene.life.at + timedelta(hours=1)
    with pytest.raises(Refused) as refused:
        approve(DISTRICT, number, CHIEF, now)
    assert refused.value.code == "changed"
    (told,) = asked_by(DISTRICT, ASKER)
    assert told.decision == "stale"
    assert told.refusal is not None
    assert (told.refusal.code, told.refusal.details) == ("changed", refused.value.details)
    assert told.refusal.details["entries"][0]["n"] == 2  # type: ignore[index]
    with pytest.raises(CaseworkError, match="pending_stale"):
        approve(DISTRICT, number, OTHER, now)
    assert waiting(DISTRICT, OTHER, scene.day) == ()


def test_an_asker_whose_post_was_taken_away_gets_nothing(scene: Scene) -> None:
    from luoshi.casework.pending import approve, asked_by
    from luoshi.org.models import Post
    from luoshi.org.snapshot import forget

    number = scene.ask()
    Post.objects.filter(officer=ASKER).delete()
    forget(DISTRICT)
    with pytest.raises(Refused, match="not_authorised"):
        approve(DISTRICT, number, CHIEF, scene.now)
    assert asked_by(DISTRICT, ASKER)[0].decision == "stale"
    assert scene.weight() != "0.125"


def test_of_two_who_approve_at_once_one_does(scene: Scene) -> None:
    from django.db import connections

    from luoshi.casework.models import Case
    from luoshi.casework.pending import approve

    number = scene.ask()
    results: list[str] = []
    ready = threading.Barrier(4)

    def decide(officer: str) -> None:
        try:
            ready.wait()
            approve(DISTRICT, number, officer, scene.now)
            results.append("done")
        except CaseworkError as error:
            results.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(officer,)) for officer in (CHIEF, OTHER) * 2]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(results) == ["done", *["pending_approved"] * 3]
    assert Case.objects.get(case=scene.case).n == 2


def test_a_store_that_fails_leaves_the_act_and_its_decision_undone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luoshi.casework import pending
    from luoshi.casework.models import Case, PendingAct

    number = scene.ask()

    def fails(*_: Any, **__: Any) -> None:
        raise CaseworkError("store_full", reason="test")

    with monkeypatch.context() as patch:
        patch.setattr(pending, "_decide", fails)
        with pytest.raises(CaseworkError, match="store_full"):
            pending.approve(DISTRICT, number, CHIEF, scene.now)
    assert Case.objects.get(case=scene.case).n == 1
    assert PendingAct.objects.get().decision == ""
    assert pending.approve(DISTRICT, number, CHIEF, scene.now).n == 2


@pytest.mark.parametrize("name", ["supervision", "hazard", "environment_letter", "wage_arrears"])
def test_whatever_needs_an_approval_can_be_asked_for_in_every_pack(store: TestStore, name: str) -> None:
    """Along walks: what a lawful act with an approval does, asking and approving does."""
    from luoshi.casework.pending import approve, ask, waiting
    from luoshi.mechanisms.step import step

    set_up(name)
    people(name)
    life = Life(name, 21)
    life.hurry = True
    met = 0
    for _ in range(120):
        going = [case for case, state in life.states.items() if life.walker.moves(state, life.at)]
        life.take(life.chance.choice(going) if len(going) > 2 else None)
        for case, state in list(life.states.items())[-2:]:
            for move in life.walker.moves(state, life.at):
                role = move.ready.action.needs.approval
                if role is None or role in life.flow.outside or move.ready.action.by[0] in life.flow.outside:
                    continue
                act = life.walker.act(state, move, life.at)
                assert act.approval is not None
                expected = step(life.flow, state, act, life.walker.calendar)
                number = ask(DISTRICT, request(replace(act, approval=None), case), life.at)
                day = life.at.date().isoformat()
                approver = act.approval.officer
                assert number in {one.id for one in waiting(DISTRICT, approver, day)}
                done = approve(DISTRICT, number, approver, life.at)
                assert (done.stage, done.body) == (expected.state.stage, expected.state.body)
                met += 1
                life.states.pop(case)
                break
            else:
                continue
            break
    assert met >= 3


def test_erasing_a_person_empties_what_waits(scene: Scene) -> None:
    from luoshi.casework.models import PendingAct
    from luoshi.casework.pending import asked_by
    from luoshi.sealing.erasing import erase

    scene.ask()
    erase(DISTRICT, case=scene.case, by="clerk", compact=False)
    row = PendingAct.objects.get()
    assert (row.fields, row.files, row.decision) == ("{}", "[]", "withdrawn")
    assert asked_by(DISTRICT, ASKER)[0].decided_by == "system"
