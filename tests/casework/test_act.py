"""The one writer: two at once, many at once, batches; what is refused leaves nothing behind."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random
from threading import Barrier
from typing import Any

import pytest
from tests.casework.audit import audit
from tests.casework.district import DISTRICT, allow, set_up, standing_of
from tests.casework.life import Life, dump, request
from tests.casework.test_sweeping import at_once
from tests.casework.walker import BEGIN, calendar, flow_of
from tests.stores import TestStore, configure_django

from luoshi.casework.walk import Walker
from luoshi.mechanisms.acts import Act, Actor, File, Refused
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step

THREADS = 8
NOW = BEGIN + timedelta(days=5)


def opened(name: str = "hotline", seed: int = 1) -> tuple[Life, str]:
    """A living case of ``name``."""
    life = Life(name, seed)
    case = life.take(None)
    assert case is not None
    return life, case


def script(name: str, seed: int, steps: int) -> list[Act]:
    """Lawful acts of one case, the opening act first."""
    flow, chance = flow_of(name), Random(seed)
    walker = Walker(flow, calendar(), chance, standing=standing_of(flow.mechanism))
    state, at, acts = State(), BEGIN, []
    while len(acts) < steps and (moves := walker.moves(state, at)):
        acts.append(walker.act(state, chance.choice(moves), at))
        state = step(flow, state, acts[-1], calendar()).state
        at += timedelta(minutes=chance.randint(1, 90))
    return acts


def test_of_two_at_once_one_wins_and_the_other_is_told(store: TestStore) -> None:
    from luoshi.casework.act import act as write
    from luoshi.casework.models import Case

    set_up("hotline")
    for seed in range(6):
        life, case = opened(seed=seed)
        state, told, gate = life.states[case], [], Barrier(2)
        moves = life.walker.moves(state, life.at)
        acts = [life.walker.act(state, life.chance.choice(moves), life.at) for _ in range(2)]

        def officer(act: Act, case: str = case, gate: Barrier = gate, told: list[Any] = told) -> None:
            gate.wait()
            try:
                told.append(write(DISTRICT, request(act, case, seen=1), authorise=allow, now=NOW))
            except Refused as refused:
                told.append(refused)

        at_once(*[lambda act=act: officer(act) for act in acts])
        (lost,) = [one for one in told if isinstance(one, Refused)]
        (won,) = [one for one in told if not isinstance(one, Refused)]
        assert lost.code == "changed"
        assert (lost.details["seen"], lost.details["n"]) == (1, 2)
        (between,) = lost.details["entries"]
        assert between["n"] == won.n == 2
        assert between["act"] in {act.action for act in acts}
        assert between["stage_to"] == won.stage
        assert Case.objects.get(case=case).n == 2
    audit(DISTRICT)


def test_many_at_once_on_cases_of_their_own(store: TestStore) -> None:
    """Eight officers, three mechanisms, each his own cases: nobody is refused, no number is missing or doubled."""
    from luoshi.casework.act import act as write
    from luoshi.casework.models import Case
    from luoshi.casework.models import Counter as Numbers

    names = ("hotline", "supervision", "disclosure")
    set_up(*names)

    def officer(seed: int) -> None:
        for round_ in range(3):
            name = names[(seed + round_) % 3]
            case: str | None = None
            for act in script(name, 100 * seed + round_, 6):
                done = write(DISTRICT, request(act, case, name), authorise=allow, now=NOW)
                assert done is not None
                case = done.case

    at_once(*[lambda seed=seed: officer(seed) for seed in range(THREADS)])
    count = audit(DISTRICT)
    assert count >= THREADS * 3
    per_name = Counter(case.mechanism for case in Case.objects.all())
    for name, cases in per_name.items():
        assert Numbers.objects.get(key=f"{name}/case/2025").value == cases
    assert len({case.number for case in Case.objects.filter(mechanism="hotline")}) == per_name["hotline"]


def test_many_at_once_on_one_case_take_turns(store: TestStore) -> None:
    """Eight officers note their contacts with the caller at once: all are entries, one after the other."""
    from luoshi.casework.act import act as write
    from luoshi.casework.models import Case

    set_up("hotline")
    life, case = opened()
    life.hurry = True
    while life.states[case].stage != "handling":
        moves = [
            move for move in life.walker.moves(life.states[case], life.at) if move.ready.name in ("dispatch", "sign")
        ]
        act = life.walker.act(life.states[case], moves[0], life.at)
        write(DISTRICT, request(act, case), authorise=allow, now=NOW)
        life.states[case] = step(life.flow, life.states[case], act, calendar()).state
    body = life.states[case].body
    before = Case.objects.get(case=case).n

    def officer(number: int) -> None:
        act = Act("contact", Actor(f"{body}/{number}", body, "undertaker"), NOW, {"contact_log": f"第{number}次联系"})
        write(DISTRICT, request(act, case), authorise=allow, now=NOW)

    at_once(*[lambda number=number: officer(number) for number in range(THREADS)])
    assert Case.objects.get(case=case).n == before + THREADS
    audit(DISTRICT)


def without_salts() -> dict[str, list[Any]]:
    """What is stored, but for what hangs on random salts and on the order of writing."""
    from luoshi.casework.models import Case, Claim, Entry, Notice, Plaintext
    from luoshi.casework.models import Counter as Numbers

    names = dict(Case.objects.values_list("pk", "case"))
    found: dict[str, list[Any]] = {"case": [], "entry": [], "plaintext": [], "notice": [], "claim": [], "counter": []}
    for row in Case.objects.all():
        found["case"].append(
            [getattr(row, field.name) for field in Case._meta.fields if field.name not in ("id", "head", "head_sm3")]
        )
    for entry in Entry.objects.all():
        value = json.loads(bytes(entry.data))
        value |= {"prev": "", "commitments": sorted(value["commitments"])}
        found["entry"].append(value)
    for plain in Plaintext.objects.all():
        kept = {**json.loads(plain.private), **json.loads(plain.personal or "{}")}
        found["plaintext"].append([names[plain.case_id], plain.n, {name: text for name, (_, text) in kept.items()}])
    for paper in Notice.objects.all():
        found["notice"].append([names[paper.case_id], paper.n, paper.document, paper.number, paper.body, paper.on_day])
    for claim in Claim.objects.all():
        found["claim"].append([names[claim.case_id], claim.clock, claim.run, claim.rung, claim.n])
    found["counter"] = [[one.key, one.value] for one in Numbers.objects.all()]
    return {table: sorted(rows, key=repr) for table, rows in found.items()}


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_a_batch_is_the_same_as_its_acts_one_by_one(stores: Any, tmp_path: Any, vendor: Any) -> None:
    """Also across batches, with refusals in the middle and several acts on one case in one batch."""
    configure_django(stores.folder)
    from luoshi.casework.act import Done, act_many
    from luoshi.casework.act import act as write
    from luoshi.casework.setups import forget

    names = ("hotline", "environment_letter", "service")
    scripts = [(name, script(name, seed, 9)) for seed in range(3) for name in names]
    told: list[Any] = []
    for size in (1, 7, 100):
        (tmp_path / str(size)).mkdir()
        with stores.fresh(vendor, tmp_path / str(size)):
            set_up(*names)
            forget()
            opening = [request(acts[0], None, name) for name, acts in scripts]
            cases = [one.case for one in act_many(DISTRICT, opening, authorise=allow, now=NOW) if isinstance(one, Done)]
            assert len(cases) == len(scripts)
            rest = []
            for place in range(1, 9):
                for case, (_, acts) in zip(cases, scripts, strict=True):
                    if place < len(acts):
                        rest.append(request(acts[place], case))
                        if place % 3 == 0:
                            rest.append(request(replace(acts[place], action="no_such_action"), case))
            results: list[Any] = []
            if size == 1:
                for one in rest:
                    try:
                        results.append(write(DISTRICT, one, authorise=allow, now=NOW))
                    except Refused as refused:
                        results.append(refused)
            else:
                for start in range(0, len(rest), size):
                    results += act_many(DISTRICT, rest[start : start + size], authorise=allow, now=NOW)
            audit(DISTRICT)
            told.append((without_salts(), [one if isinstance(one, Done) else one.code for one in results]))
        forget()
    assert told[0] == told[1] == told[2]
    assert any(one == "action_unknown" for one in told[0][1])


def test_all_or_none_undoes_everything(store: TestStore) -> None:
    from luoshi.casework.act import act_many

    set_up("hotline")
    opened()
    acts = [script("hotline", seed, 1)[0] for seed in range(20)]
    before = dump()
    good = [request(act, None, "hotline") for act in acts]
    bad = request(replace(acts[0], fields={}), None, "hotline")
    with pytest.raises(Refused, match="field_missing"):
        act_many(DISTRICT, [*good, bad], authorise=allow, now=NOW, all_or_none=True)
    assert dump() == before
    results = act_many(DISTRICT, [*good, bad], authorise=allow, now=NOW)
    assert [isinstance(one, Refused) for one in results] == [False] * 20 + [True]
    assert audit(DISTRICT) == 21


def test_a_fault_in_the_middle_undoes_everything(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.casework import rows
    from luoshi.casework.act import act_many

    set_up("hotline")
    life, case = opened()
    before = dump()
    acts = [request(script("hotline", seed, 1)[0], None, "hotline") for seed in range(3)]
    written = rows.write

    def broken(*args: Any) -> None:
        written(*args)
        raise RuntimeError("a fault after the rows were written")

    monkeypatch.setattr(rows, "write", broken)
    with pytest.raises(RuntimeError):
        act_many(DISTRICT, acts, authorise=allow, now=NOW)
    monkeypatch.undo()
    assert dump() == before
    assert life.take(case)
    audit(DISTRICT)


def test_a_batch_has_a_bound(store: TestStore) -> None:
    from luoshi.casework.act import LARGEST_BATCH, act_many
    from luoshi.casework.errors import CaseworkError

    set_up("hotline")
    one = request(script("hotline", 1, 1)[0], None, "hotline")
    with pytest.raises(CaseworkError, match="batch_too_large"):
        act_many(DISTRICT, [one] * (LARGEST_BATCH + 1), authorise=allow, now=NOW)


def test_the_time_of_an_act_never_goes_back(store: TestStore) -> None:
    from luoshi.casework.act import act as write
    from luoshi.casework.models import Case

    set_up("hotline")
    life, case = opened()
    move = life.walker.moves(life.states[case], life.at)[0]
    act = life.walker.act(life.states[case], move, life.at)
    early = life.at - timedelta(hours=1)
    with pytest.raises(Refused, match="before_last"):
        write(DISTRICT, request(act, case, at=early), authorise=allow, now=NOW)
    with pytest.raises(Refused, match="in_future"):
        write(DISTRICT, request(act, case, at=NOW + timedelta(seconds=1)), authorise=allow, now=NOW)
    # The machine's clock was set back an hour: the case's own time stands still and does not run back.
    assert write(DISTRICT, request(act, case), authorise=allow, now=early) is not None
    state = json.loads(Case.objects.get(case=case).state)
    assert state["at"] == life.at.isoformat(timespec="seconds")


def test_who_is_not_authorised_changes_nothing(store: TestStore) -> None:
    from luoshi.casework.act import act as write

    set_up("hotline")
    life, case = opened()
    act = life.walker.act(life.states[case], life.walker.moves(life.states[case], life.at)[0], life.at)
    before = dump()

    def deny(*_: object) -> None:
        raise Refused("not_authorised", mechanism="hotline")

    with pytest.raises(Refused, match="not_authorised"):
        write(DISTRICT, request(act, case), authorise=deny, now=NOW)
    for wrong in (request(act, "hotline-2025-999999"), request(act, None, "no_such"), request(act)):
        with pytest.raises(Refused, match=r"case_unknown|mechanism_unknown"):
            write(DISTRICT, wrong, authorise=allow, now=NOW)
    assert dump() == before


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        ({"area": "x" * 61}, "code_wrong"),
        ({"area": ""}, "code_wrong"),
        ({"area": "a b"}, "code_wrong"),
        ({"roles": {"centre": "长" * 61}}, "code_wrong"),
        ({"roles": {"undertaker": "body-a"}}, "role_not_standing"),
        ({"files": (File("attachments", "zz", 1),)}, "file_wrong"),
        ({"files": (File("no_such", "ab" * 32, 1),)}, "field_not_asked"),
        ({"files": tuple(File("attachments", f"{n:064x}", 1) for n in range(51))}, "files_too_many"),
    ],
)
def test_what_no_store_could_hold_is_refused_first(store: TestStore, harm: dict[str, Any], code: str) -> None:
    from luoshi.casework.act import act as write

    set_up("hotline")
    act = script("hotline", 1, 1)[0]
    with pytest.raises(Refused) as refused:
        write(DISTRICT, request(replace(act, **harm), None, "hotline"), authorise=allow, now=NOW)
    assert refused.value.code == code


def test_a_party_outside_is_not_named_in_an_entry(store: TestStore) -> None:
    """Law 9: what a petitioner calls himself is no body, and stays out."""
    flow = flow_of("petition")
    assert "petitioner" in flow.outside
    walker = Walker(flow, calendar(), Random(2), standing=standing_of(flow.mechanism))
    for seed in range(400):
        walker.chance = Random(seed)
        state, at = State(), BEGIN
        while moves := walker.moves(state, at):
            asked = [move for move in moves if "petitioner" in move.ready.action.by]
            act = walker.act(state, asked[0] if asked else walker.chance.choice(moves), at)
            if act.actor.role == "petitioner":
                named = replace(act, actor=replace(act.actor, body="张三"))
                with pytest.raises(Refused, match="body_wrong"):
                    step(flow, state, named, calendar())
                return
            state = step(flow, state, act, calendar()).state
            at += timedelta(minutes=30)
            if not flow.mechanism.stages[state.stage].open and walker.chance.random() < 0.3:
                break
    raise AssertionError("no petitioner ever acted")


def test_names_of_tables_tell_no_overdue(store: TestStore) -> None:
    """Law 6: whether a case is overdue is asked of its dates, and nowhere stored."""
    from django.apps import apps

    # Counts made ahead for boards say as of when they were made, and are no case's.
    models = [one for one in apps.get_app_config("casework").get_models() if not one.__name__.startswith("Rollup")]
    columns = [field.name for model in models for field in model._meta.fields]
    assert len(columns) > 60
    assert not [name for name in columns if re.search("overdue|late|expired|timeout", name)]
