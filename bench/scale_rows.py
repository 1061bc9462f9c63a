"""A million open cases in the store, bulk-made by SQL from a few hundred that acts have made. Synthetic.

Some cases of every pack are taken a few lawful steps by real acts; then SQL copies their rows under new names, with
other departments in the place of those that they name (in the state, too) and an area. So every row has a state that
the engine made, and its rungs can be claimed; copies have no entries but those that are written afterwards. One in a
thousand has a rung due at ``NOW``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

SIDE = 1000
"""Rows are numbered by two numbers below this: SIDE × SIDE rows."""
NOW = datetime(2026, 3, 20, 10, 0)
TOKENS = tuple(f"dept-{letter}" for letter in "ABCDEFGH")
"""What seeds name departments by; copies have numbers for them."""
DEPARTMENTS, BUREAUS, AREAS = 120, 12, 40
SEEDS = 24
STEPS = 4
FIRST_ID = 1_000_000
ROOT_BODY = "district"
OFFICERS = ("handler", "centre", "leader", "of-area")


def department(number: int) -> str:
    """The code of a department."""
    return f"dept-{number % DEPARTMENTS:03}"


def org(district: str) -> None:
    """Bodies in two levels, areas, and officers of four kinds with their posts."""
    from tests.casework.district import pack, standing_of  # noqa: PLC0415 - Django is set up by now
    from tests.casework.walker import PACKS  # noqa: PLC0415

    from luoshi.org.models import Area, Body, Officer, Post  # noqa: PLC0415

    mechanisms = {name: pack(name) for name in PACKS}
    parents: dict[str, str | None] = {ROOT_BODY: None}
    parents |= {f"bureau-{number:02}": ROOT_BODY for number in range(BUREAUS)}
    parents |= {department(number): f"bureau-{number % BUREAUS:02}" for number in range(DEPARTMENTS)}
    parents |= {body: ROOT_BODY for one in mechanisms.values() for body in standing_of(one).values()}
    Body.objects.bulk_create(
        Body(district=district, code=code, zh=code, en=code, kind="department", parent=parent)
        for code, parent in parents.items()
    )
    Area.objects.bulk_create(
        Area(district=district, code=f"area-{number:02}", zh="合成区域", en="Area", kind="community")
        for number in range(AREAS)
    )
    Officer.objects.bulk_create(Officer(district=district, code=code, name="合成人员") for code in OFFICERS)
    posts: list[Post] = []

    def post(officer: str, mechanism: str, role: str, body: str, area: str | None = None) -> None:
        posts.append(
            Post(district=district, officer=officer, mechanism=mechanism, role=role, body=body, area=area,
                 from_day="2020-01-01")
        )  # fmt: skip

    for name, mechanism in mechanisms.items():
        role = next(role for role, one in mechanism.roles.items() if one.kind != "outside")
        assigned = [role for role, one in mechanism.roles.items() if one.kind == "assigned"] or [role]
        for one in assigned:
            post("handler", mechanism.id, one, department(7))
        post("leader", mechanism.id, role, ROOT_BODY)
        post("of-area", mechanism.id, role, ROOT_BODY, "area-07")
        if name == "hotline":
            post("centre", mechanism.id, "centre", ROOT_BODY)
    Post.objects.bulk_create(posts)


def seeded(district: str) -> tuple[list[int], list[int]]:
    """Take the seeds' steps. The ids of those with no rung due at ``NOW``, and of those with exactly one."""
    from tests.casework.walker import PACKS, flow_of  # noqa: PLC0415 - Django is set up by now

    from luoshi.casework.setups import district as in_force  # noqa: PLC0415
    from luoshi.mechanisms.flow import epoch  # noqa: PLC0415

    place = in_force(district)
    quiet: list[int] = []
    due: list[int] = []
    for name in PACKS:
        flow = flow_of(name)
        for seed in range(SEEDS):
            found = _walked(district, name, Random(f"{name}/{seed}"), NOW - timedelta(days=seed, hours=2))
            if found is None:
                continue
            case_id, state = found
            rungs = _due(flow, state, place.calendar, epoch(NOW))
            if rungs == 0:
                quiet.append(case_id)
            elif rungs == 1:
                due.append(case_id)
    return quiet, due


def _walked(district: str, name: str, chance: Random, at: datetime) -> tuple[int, Any] | None:
    """One case of a pack, some lawful steps on by real acts; its id and state, None if it is closed by then."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now
    from tests.casework.district import allow, standing_of  # noqa: PLC0415
    from tests.casework.walker import calendar, flow_of  # noqa: PLC0415

    from luoshi.casework.act import Request, act  # noqa: PLC0415
    from luoshi.casework.walk import Walker  # noqa: PLC0415
    from luoshi.mechanisms.state import State  # noqa: PLC0415
    from luoshi.mechanisms.step import step  # noqa: PLC0415

    flow = flow_of(name)
    walker = Walker(flow, calendar(), chance, standing=standing_of(flow.mechanism), bodies=TOKENS)
    state, case = State(), None
    for _ in range(1 + chance.randrange(STEPS)):
        moves = [move for move in walker.moves(state, at) if _stays_open(flow, state, move)]
        if not moves:
            break
        taken = walker.act(state, chance.choice(moves), at)
        state = step(flow, state, taken, calendar()).state
        opens = flow.mechanism.id if case is None else None
        request = Request(
            taken.actor, taken.action, case=case, mechanism=opens, fields=taken.fields, files=taken.files,
            approval=taken.approval, part=taken.part,
        )  # fmt: skip
        done = act(district, request, authorise=allow, now=at)
        assert done is not None
        case = done.case
        at += timedelta(minutes=5)
    with connection.cursor() as cursor:
        cursor.execute('SELECT id, open FROM casework_case WHERE "case" = %s', [case])
        case_id, still_open = cursor.fetchone()
    return (case_id, state) if still_open else None


def _stays_open(flow: Any, state: Any, move: Any) -> bool:
    return bool(flow.mechanism.stages[move.ready.action.to or state.stage].open) if move.part is None else True


def _due(flow: Any, state: Any, calendar: Any, now: int) -> int:
    """How many rungs are due at ``now``."""
    from luoshi.mechanisms import system  # noqa: PLC0415 - Django is set up by now

    count = 0
    while (outcome := system.escalate(flow, state, now, calendar)) is not None:
        state = outcome.state
        count += 1
    return count


# --- copying


def copied(quiet: list[int], due: list[int]) -> None:
    """SIDE × SIDE rows: of the first of each SIDE one seed that is due, of the others those that are not."""
    from django.db import connection, transaction  # noqa: PLC0415 - Django is set up by now

    with transaction.atomic(), connection.cursor() as cursor:
        marks = ", ".join(f"d{n} varchar(20)" for n in range(len(TOKENS)))
        cursor.execute(f"CREATE TEMPORARY TABLE bench_numbers (i int, {marks}, area varchar(20))")
        slots = ", ".join(["%s"] * (len(TOKENS) + 2))
        cursor.executemany(f"INSERT INTO bench_numbers VALUES ({slots})", list(_numbers()))
        cursor.execute("CREATE TEMPORARY TABLE bench_slots (s int, i int, seed bigint)")
        cursor.executemany("INSERT INTO bench_slots VALUES (%s, %s, %s)", list(_slots(quiet, due)))
        _copy_due(cursor)
        for table, key in (("casework_case", "id"), ("casework_part", "case_id")):
            # The seeds themselves are not counted: several rungs of one may be due.
            cursor.execute(f"CREATE TEMPORARY TABLE seed_{table} AS SELECT * FROM {table}")
            cursor.execute(f"DELETE FROM {table} WHERE {key} < %s", [FIRST_ID])
        for table, sql in (("casework_case", _case_sql(cursor)), ("casework_part", _part_sql(cursor))):
            cursor.execute(f"INSERT INTO {table} {sql}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _numbers() -> Iterator[tuple[Any, ...]]:
    for i in range(SIDE):
        yield (i, *(department(i * 7 + n) for n in range(len(TOKENS))), f"area-{i % AREAS:02}")


def _slots(quiet: list[int], due: list[int]) -> Iterator[tuple[int, int | None, int]]:
    """Row 0: for each number one that is due; every other row: the same seed for all numbers."""
    for i in range(SIDE):
        yield 0, i, due[i % len(due)]
    for s in range(1, SIDE):
        yield s, None, quiet[s % len(quiet)]


def _copy_due(cursor: Any) -> None:
    cursor.execute("CREATE TEMPORARY TABLE bench_pairs (s int, i int, seed bigint)")
    cursor.execute(
        "INSERT INTO bench_pairs SELECT t.s, n.i, t.seed FROM bench_slots t JOIN bench_numbers n "
        "ON t.i IS NULL OR t.i = n.i"
    )


def _case_sql(cursor: Any) -> str:
    columns = _columns(cursor, "casework_case")
    shown = {
        "id": f"{FIRST_ID} + p.s * {SIDE} + p.i",
        "case": f"c.mechanism || '-copy-' || ({FIRST_ID} + p.s * {SIDE} + p.i)",
        "number": f"'合成' || ({FIRST_ID} + p.s * {SIDE} + p.i)",
        "area": "n.area",
        **{name: _replaced(f"c.{name}") for name in ("body", "state")},
    }
    return _select(columns, shown, "seed_casework_case c ON c.id = p.seed")


def _part_sql(cursor: Any) -> str:
    columns = [name for name in _columns(cursor, "casework_part") if name != "id"]
    shown = {
        "case_id": f"{FIRST_ID} + p.s * {SIDE} + p.i",
        **{name: _replaced(f"c.{name}") for name in ("body", "key")},
    }
    return _select(columns, shown, "seed_casework_part c ON c.case_id = p.seed")


def _select(columns: list[str], shown: dict[str, str], joined: str) -> str:
    names = ", ".join('"case"' if name == "case" else name for name in columns)
    values = ", ".join(shown.get(name, f"c.{name}") for name in columns)
    return f"({names}) SELECT {values} FROM bench_pairs p JOIN bench_numbers n ON n.i = p.i JOIN {joined}"


def _replaced(column: str) -> str:
    for n, token in enumerate(TOKENS):
        column = f"replace({column}, '{token}', n.d{n})"
    return column


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")
    return [column[0] for column in cursor.description]


def again(number: int) -> None:
    """Another SIDE cases that are due, in the place of those that were claimed: copies of row 0 under further names."""
    from django.db import connection, transaction  # noqa: PLC0415 - Django is set up by now

    with transaction.atomic(), connection.cursor() as cursor:
        shown = _case_sql(cursor)
        moved = shown.replace(f"{FIRST_ID} + p.s", f"{FIRST_ID + number * SIDE * SIDE} + p.s")
        cursor.execute(f"INSERT INTO casework_case {moved} WHERE p.s = 0")
