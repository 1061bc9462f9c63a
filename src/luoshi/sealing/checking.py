"""An export on the disk, verified by several processes at once. Needs neither Django nor a database."""

from __future__ import annotations

import gc
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from luoshi.ledger.note import Verifier
from luoshi.ledger.shard import BUNDLES, Shard, Task
from luoshi.ledger.tiles import WIDTH
from luoshi.ledger.verify import Progress, Report, Run, verify
from luoshi.sealing.worker import check_in

Work = Callable[[Path, Task], "Shard | None"]
"""Checks a shard of the export in a folder, as :func:`luoshi.sealing.worker.check_in` does, in another process."""
WORTH: Final = 2 * BUNDLES * WIDTH
"""Entries from which on starting processes saves time."""
AHEAD: Final = 2
"""Shards that wait for each process, so that none is idle and few results are held."""


def check(
    folder: Path,
    names: Iterable[str],
    keys: Sequence[Verifier],
    *,
    older: bytes | None = None,
    progress: Progress | None = None,
    processes: int = 1,
    size: int = 0,
) -> Report:
    """:func:`luoshi.ledger.verify.verify` for the export in ``folder``, with ``processes`` if its ``size`` is worth it.

    Raises OSError if a file cannot be read.
    """
    how = partial(verify, partial(_open, folder), names, keys, older=older, progress=progress)
    return _by(processes, how, size, partial(check_in, folder))


def check_beside(
    folder: Path,
    names: Iterable[str],
    keys: Sequence[Verifier],
    *,
    processes: int,
    size: int,
    work: Work,
    taken: Callable[[Shard], None],
) -> Report:
    """The same, and what else can be done with what is read: if the ``size`` is worth it, ``work`` checks each shard as
    :func:`luoshi.sealing.worker.check_in` does, and ``taken`` gets every right one, in the order of the log.

    What they found is worth nothing if the report has a fault or ``taken`` did not get all entries.
    """

    def how(run: Run | None = None) -> Report:
        told = None if run is None else lambda tasks: _told(run(tasks), taken)
        return verify(partial(_open, folder), names, keys, run=told)

    return _by(processes, how, size, partial(work, folder))


def _open(folder: Path, name: str) -> BinaryIO:
    return (folder / name).open("rb")


def _by(processes: int, how: Callable[..., Report], size: int, work: Callable[[Task], Shard | None]) -> Report:
    if size < WORTH:
        return how()
    if processes < 2:
        # Shard by shard is the quicker way in one process, too.
        with _no_collection():
            return how(run=partial(map, work))
    # Spawned, not forked: alike on every system, and safe beside the threads of a progress bar.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, initializer=gc.disable) as pool, _no_collection():
        return how(run=partial(_run, pool, work, processes * AHEAD))


def _told(shards: Iterable[Shard | None], taken: Callable[[Shard], None]) -> Iterator[Shard | None]:
    for shard in shards:
        if shard is not None:
            taken(shard)
        yield shard


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the collector of cycles: millions of records that form none are made, and it would walk them all."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _run(
    pool: ProcessPoolExecutor, work: Callable[[Task], Shard | None], most: int, tasks: Iterable[Task]
) -> Iterator[Shard | None]:
    waiting: deque[Future[Shard | None]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(work, task))
            if len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
