"""An export on the disk, verified by several processes at once. Needs neither Django nor a database."""

from __future__ import annotations

import gc
import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from luoshi.ledger.note import Verifier
from luoshi.ledger.shard import BUNDLES, Shard, Task
from luoshi.ledger.tiles import WIDTH
from luoshi.ledger.verify import Progress, Report, verify
from luoshi.sealing.worker import check_in

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

    def open_file(name: str) -> BinaryIO:
        return (folder / name).open("rb")

    if size < WORTH:
        return verify(open_file, names, keys, older=older, progress=progress)
    if processes < 2:
        # Shard by shard is the quicker way in one process, too.
        with _no_collection():
            return verify(
                open_file,
                names,
                keys,
                older=older,
                progress=progress,
                run=lambda tasks: map(partial(check_in, folder), tasks),
            )
    # Spawned, not forked: alike on every system, and safe beside the threads of a progress bar.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, initializer=gc.disable) as pool, _no_collection():
        run = partial(_run, pool, folder, processes * AHEAD)
        return verify(open_file, names, keys, older=older, progress=progress, run=run)


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


def _run(pool: ProcessPoolExecutor, folder: Path, most: int, tasks: Iterable[Task]) -> Iterator[Shard | None]:
    waiting: deque[Future[Shard | None]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(check_in, folder, task))
            if len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
