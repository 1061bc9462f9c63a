"""Cases that live in a store for tests of figures, and its export."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.casework.district import DISTRICT, set_up
from tests.casework.life import Life

from luoshi.ledger.relations import COLUMNS

SOME = ("hotline", "patrol", "environment_letter", "statistics")


def live(names: tuple[str, ...] = SOME, seed: int = 7, steps: int = 60) -> list[Life]:
    """Some cases of each of the packs ``names``, by lawful acts."""
    set_up(*names)
    lives = [Life(name, seed) for name in names]
    for life in lives:
        go_on(life, steps)
    return lives


def go_on(life: Life, steps: int, most: int = 6) -> None:
    """``steps`` acts on one case or another; without sweeps, which would take the cases of the other lives, too."""
    for _ in range(steps):
        going = [case for case, state in life.states.items() if life.walker.moves(state, life.at)]
        fresh = len(going) < 2 or (len(going) < most and life.chance.random() < 0.2)
        life.take(None if fresh else life.chance.choice(going))


def sweep_all(lives: list[Life]) -> None:
    """Whatever rungs are due by now; no act of ``lives`` may follow."""
    from luoshi.casework.sweeping import sweep

    sweep(DISTRICT, now=max(life.at for life in lives) + timedelta(days=30))


def seal_all() -> Any:
    """Seal what is there with the tests' keys, which are returned."""
    from tests.sealing.factory import KEYS

    from luoshi.sealing.seal import seal

    seal(KEYS)
    return KEYS


def export(folder: Path) -> Path:
    """Seal and export the store into ``folder``."""
    from luoshi.sealing.exporting import export_to

    export_to(folder, seal_all())
    return folder


def of_store(district: str = DISTRICT) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the store's relations, sorted."""
    from django.db import connection

    from luoshi.figures.tables import STORE

    found = {}
    with connection.cursor() as cursor:
        for name, columns in COLUMNS.items():
            told = ", ".join(f'"{one}"' for one in columns)
            cursor.execute(f"SELECT {told} FROM {STORE[name]} WHERE district = %s", (district,))
            found[name] = sorted(cursor.fetchall(), key=repr)
    return found


def of_file(raw: Any, district: str = DISTRICT) -> dict[str, list[tuple[Any, ...]]]:
    """The same of an export's relations."""
    found = {}
    for name, columns in COLUMNS.items():
        told = ", ".join(f'"{one}"' for one in columns)
        rows = raw.execute(f"SELECT {told} FROM {name} WHERE district = ?", (district,)).fetchall()
        found[name] = sorted(rows, key=repr)
    return found
