"""Versions of a mechanism: running cases finish on theirs, or move by an entry; what has no place is reported."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.casework.audit import audit
from tests.casework.district import DISTRICT, ROOT, allow, pack, settings_of, standing_of
from tests.casework.life import Life, dump, request
from tests.casework.test_sweeping import at_once, open_cases
from tests.casework.walker import BEGIN, OFFICE, URGENT, calendar
from tests.stores import TestStore

from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.loader import load
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step

NAME = "supervision"
NOW = BEGIN + timedelta(days=2)
LATE = BEGIN + timedelta(days=200)


def source(version: int = 1, *changes: tuple[str, str]) -> bytes:
    """The pack as ``version``, with ``changes`` in its text."""
    text = (ROOT / "packs" / NAME / "mechanism.yaml").read_text(encoding="utf-8")
    for old, new in (("\nversion: 1\n", f"\nversion: {version}\n"), *changes):
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def force(data: bytes, **more: Any) -> int:
    """Install ``data`` and put it in force; its version."""
    from luoshi.casework.setups import install, put_in_force

    _, version = install(data, NAME)
    mechanism = load(data, NAME)
    settings = {**settings_of(mechanism), **more}
    put_in_force(
        DISTRICT,
        NAME,
        version,
        settings=settings,
        standing=standing_of(mechanism),
        prefix="霁",
        hours=OFFICE,
        urgent_hours=URGENT,
    )
    return version


def versions() -> dict[str, int]:
    from luoshi.casework.models import Case

    return dict(Case.objects.filter(district=DISTRICT).values_list("case", "version"))


def entries(case: str) -> list[dict[str, Any]]:
    from luoshi.casework.models import Case, Entry

    pk = Case.objects.get(case=case).pk
    return [json.loads(bytes(entry.data)) for entry in Entry.objects.filter(case_id=pk).order_by("n")]


def one_way(seed: int) -> Life:
    """A life whose cases all open by the pack's first opening action, and so stand in one stage."""
    life = Life(NAME, seed)
    life.one_way = True
    return life


def renamed_stage() -> tuple[tuple[str, str], str, str]:
    """A change that renames the stage in which open cases stand first; the old name and the new one."""
    first = next(action.to for action in pack(NAME).actions.values() if action.kind == "open")
    assert first is not None
    return (first, f"{first}_anew"), first, f"{first}_anew"


def test_running_cases_finish_on_their_version(store: TestStore) -> None:
    force(source())
    life = one_way(1)
    old = life.take(None)
    change, _, new_name = renamed_stage()
    assert force(source(2, change)) == 2
    assert old is not None
    life.hurry = True
    taken = sum(life.take(old) is not None for _ in range(5))
    assert taken, "the old case goes on by the old definition"
    opening = life.walker.act(State(), life.walker.moves(State(), life.at)[0], life.at)
    from luoshi.casework.act import act as write

    done = write(DISTRICT, request(opening, None, NAME), authorise=allow, now=life.at)
    assert done is not None
    assert done.stage == new_name
    assert versions() == {old: 1, done.case: 2}
    assert {entry["version"] for entry in entries(old)} == {1}
    audit(DISTRICT)


def test_a_move_is_an_entry_and_the_case_goes_on_by_the_new_version(store: TestStore) -> None:
    from luoshi.casework.act import act as write
    from luoshi.casework.sweeping import move

    force(source())
    life = one_way(2)
    cases = [case for case in (life.take(None) for _ in range(4)) if case]
    change, old_name, new_name = renamed_stage()
    data = source(2, change)
    force(data)
    before = {case: entries(case) for case in cases}
    swept = move(DISTRICT, NAME, 1, 2, {old_name: new_name}, now=life.at, batch=2)
    assert (swept.done, swept.failed) == (4, {})
    assert set(versions().values()) == {2}
    for case in cases:
        *kept, last = entries(case)
        assert kept == before[case]
        assert (last["act"], last["stage_from"], last["stage_to"]) == ("sys_migrate", old_name, new_name)
        assert (last["version"], last["actor_role"]) == (2, "system")
    assert move(DISTRICT, NAME, 1, 2, {old_name: new_name}, now=life.at).done == 0
    mechanism = load(data, NAME)
    life.flow = life.walker.flow = Flow(mechanism, settings_of(mechanism))
    state = life.states[cases[0]].copy()
    state.stage = new_name
    act = life.walker.act(state, life.walker.moves(state, life.at)[0], life.at)
    done = write(DISTRICT, request(act, cases[0]), authorise=allow, now=life.at)
    assert done is not None
    assert done.stage == step(life.flow, state, act, calendar()).state.stage
    audit(DISTRICT)


def test_a_case_without_a_place_in_the_new_version_stays_and_is_reported(store: TestStore) -> None:
    from luoshi.casework.sweeping import move

    force(source())
    life = one_way(3)
    cases = [life.take(None) for _ in range(3)]
    change, *_ = renamed_stage()
    force(source(2, change))
    before = dump()
    swept = move(DISTRICT, NAME, 1, 2, {}, now=life.at)
    assert swept.done == 0
    assert list(swept.failed) == cases
    assert all("migration_wrong" in why and "stage" in why for why in swept.failed.values())
    assert dump() == before
    with pytest.raises(Refused, match="mechanism_unknown"):
        move(DISTRICT, NAME, 1, 9, {}, now=life.at)


def test_two_movers_move_each_case_once(store: TestStore) -> None:
    from luoshi.casework.sweeping import move

    force(source())
    life = one_way(4)
    cases = [case for case in (life.take(None) for _ in range(6)) if case]
    change, old_name, new_name = renamed_stage()
    force(source(2, change))
    at_once(*[lambda: move(DISTRICT, NAME, 1, 2, {old_name: new_name}, now=life.at, batch=2)] * 3)
    move(DISTRICT, NAME, 1, 2, {old_name: new_name}, now=life.at)
    for case in cases:
        assert [entry["act"] for entry in entries(case)].count("sys_migrate") == 1
    audit(DISTRICT)


def test_a_ladder_goes_on_where_it_was_after_a_move(store: TestStore) -> None:
    """Rungs that were claimed are not claimed again, though the new ladder has another one before them or fewer."""
    from luoshi.casework.models import Claim
    from luoshi.casework.sweeping import move, sweep

    force(source())
    open_cases(NAME, 4)
    ladder = [rung for rung in pack(NAME).ladder if rung.clock == pack(NAME).ladder[0].clock]
    assert len(ladder) > 2
    while sweep(DISTRICT, now=LATE).done:
        pass
    told = list(Claim.objects.order_by("id").values_list("case_id", "clock", "run", "rung"))
    assert len(told) >= len(ladder)
    text = source().decode()
    first = next(line for line in text.splitlines(keepends=True) if f"id: {ladder[0].id}," in line)
    force(source(2, (first, first.replace(f"id: {ladder[0].id},", "id: before_all,") + first)))
    last = next(line for line in text.splitlines(keepends=True) if f"id: {ladder[-1].id}," in line)
    assert not move(DISTRICT, NAME, 1, 2, {}, now=LATE).failed
    swept = sweep(DISTRICT, now=LATE)
    assert (swept.done, swept.failed) == (0, {})
    force(source(3, (last, "")))
    assert not move(DISTRICT, NAME, 2, 3, {}, now=LATE).failed
    swept = sweep(DISTRICT, now=LATE + timedelta(days=30))
    assert not swept.failed
    assert list(Claim.objects.order_by("id").values_list("case_id", "clock", "run", "rung")) == told
    audit(DISTRICT)


def test_a_version_says_one_thing_for_ever(store: TestStore) -> None:
    from luoshi.casework.errors import CaseworkError
    from luoshi.casework.models import Definition
    from luoshi.casework.setups import install, put_in_force

    assert install(source(), NAME) == (NAME, 1)
    kept = Definition.objects.get(mechanism=NAME).source
    assert install(source(), NAME) == (NAME, 1)
    assert install(b"# a comment changes nothing\n" + source(), NAME) == (NAME, 1)
    change, *_ = renamed_stage()
    with pytest.raises(CaseworkError) as taken:
        install(source(1, change), NAME)
    assert taken.value.code == "version_taken"
    assert Definition.objects.get(mechanism=NAME).source == kept
    with pytest.raises(CaseworkError) as unknown:
        put_in_force(DISTRICT, NAME, 5, settings={}, standing={})
    assert unknown.value.code == "version_unknown"


def test_settings_that_change_leave_running_limits_alone(store: TestStore) -> None:
    """A limit that runs was told to people; the next one that starts has the new number."""
    from luoshi.casework.sweeping import reproject

    data = (ROOT / "packs" / "hotline" / "mechanism.yaml").read_bytes()
    from luoshi.casework.setups import install, put_in_force

    install(data, "hotline")
    mechanism = pack("hotline")
    due = []
    for days in (5, 9):
        put_in_force(
            DISTRICT,
            "hotline",
            1,
            settings={**settings_of(mechanism), "triage_hours": days},
            standing=standing_of(mechanism),
            hours=OFFICE,
            urgent_hours=URGENT,
        )
        if days == 9:
            assert reproject(DISTRICT, "nothing", now=BEGIN).done == 0
        life = Life("hotline", 1)
        life.walker.flow = Flow(mechanism, {**settings_of(mechanism), "triage_hours": days})
        act = life.walker.act(State(), life.walker.moves(State(), BEGIN)[0], BEGIN)
        from luoshi.casework.act import act as write
        from luoshi.casework.models import Case

        done = write(DISTRICT, request(act, None, "hotline"), authorise=allow, now=BEGIN)
        assert done is not None
        due.append(json.loads(Case.objects.get(case=done.case).state)["clocks"]["triage"]["due"])
    assert due == ["2025-03-03T14:30:00", "2025-03-03T18:30:00"]


def test_the_command_moves_what_it_can_and_names_the_rest(store: TestStore) -> None:
    import subprocess
    import sys

    change, first, anew = renamed_stage()
    force(source())
    life = one_way(1)
    case = life.take(None)
    assert case is not None
    force(source(2, change))
    run = [sys.executable, "-c", "from luoshi.cli import main; main()", "--lang", "en"]
    run += ["move", NAME, "1", "2", "--district", DISTRICT]
    stayed = subprocess.run(run, env=store.environ, capture_output=True, text=True, check=False)
    assert (stayed.returncode, set(versions().values())) == (1, {1}), stayed.stderr
    assert first in stayed.stderr
    wrong = subprocess.run([*run, "--stage", first], env=store.environ, capture_output=True, text=True, check=False)
    assert (wrong.returncode, set(versions().values())) == (2, {1})
    moved = subprocess.run(
        [*run, "--stage", f"{first}={anew}"], env=store.environ, capture_output=True, text=True, check=False
    )
    assert (moved.returncode, set(versions().values())) == (0, {2}), moved.stderr
    assert "1 cases of supervision moved from version 1 to 2" in moved.stdout
