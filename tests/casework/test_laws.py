"""The laws of the loop in the store: every pack, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.casework.audit import audit
from tests.casework.district import DISTRICT, allow, set_up
from tests.casework.life import Life, dump, hold, request
from tests.casework.walker import PACKS
from tests.stores import TestStore

from luoshi.mechanisms.acts import Refused


def spoil(life: Life) -> int:
    """Unlawful acts on the living cases: each is refused and changes no byte. How many."""
    from luoshi.casework.act import act as write

    before, tried = dump(), 0
    for case, state in life.states.items():
        moves = life.walker.moves(state, life.at)
        if not moves:
            continue
        act = life.walker.act(state, life.chance.choice(moves), life.at)
        for spoilt in life.walker.spoilt(state, act):
            with pytest.raises(Refused) as refused:
                write(DISTRICT, request(spoilt.act, case), authorise=allow, now=life.at)
            assert refused.value.code in spoilt.codes
            tried += 1
        with pytest.raises(Refused, match="changed"):
            write(DISTRICT, request(act, case, seen=0), authorise=allow, now=life.at)
    assert dump() == before
    return tried


@pytest.mark.parametrize("name", PACKS)
def test_the_laws_hold_in_the_store(store: TestStore, name: str) -> None:
    set_up(name)
    life = Life(name, 7)
    life.live(45)
    assert spoil(life) > 5
    first, *others = life.states
    if others:
        life.link(others[0], first)
    life.live(15)
    hold(life)


def test_a_linked_case_weighs_nothing_whatever_is_decided_of_it_later(store: TestStore) -> None:
    """Law 6: one matter told twice counts once, and a shared letter by its weight."""
    from luoshi.casework.act import act as write
    from luoshi.casework.models import Case

    set_up("environment_letter")
    life = Life("environment_letter", 3)
    life.hurry = True
    one, other = life.take(None), life.take(None)
    assert one is not None
    assert other is not None
    life.link(one, other)
    for case, weight in ((one, "0"), (other, "0.5")):
        moves = [move for move in life.walker.moves(life.states[case], life.at) if move.ready.name == "set_weight"]
        act = life.walker.act(life.states[case], moves[0], life.at)
        halved = replace(act, fields={**act.fields, "weight": "0.50"})
        assert write(DISTRICT, request(halved, case), authorise=allow, now=life.at) is not None
        assert Case.objects.get(case=case).weight == weight
        wrong = replace(act, fields={**act.fields, "weight": "-1"})
        with pytest.raises(Refused, match="field_value"):
            write(DISTRICT, request(wrong, case), authorise=allow, now=life.at)
    audit(DISTRICT)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", PACKS)
def test_the_laws_hold_in_the_store_for_long(store: TestStore, name: str, seed: int) -> None:
    set_up(name)
    life = Life(name, 1000 + seed)
    for _ in range(4):
        life.live(80, most=25)
        spoil(life)
        if len(life.states) > 2:
            one, other = life.chance.sample(list(life.states), 2)
            life.link(one, other)
    hold(life)
