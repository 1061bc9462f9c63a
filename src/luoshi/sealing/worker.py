"""What another process does for :mod:`luoshi.sealing.checking`; it imports little, for it is started anew each time."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Final

from luoshi.ledger.shard import Shard, Task, check_shard
from luoshi.ledger.tiles import WIDTH

MOST_BYTES: Final = WIDTH * (2 + 65_535) + 1
"""One byte more than a bundle can have shows that there is more."""


def check_in(folder: Path, task: Task) -> Shard | None:
    """Check one shard of the export in ``folder``. Raises OSError."""
    return check_shard(task, partial(read, folder))


def read(folder: Path, name: str) -> bytes:
    """A file of the export, cut off past what a bundle can hold."""
    with (folder / name).open("rb") as stream:
        # As large as it says it is: room for the largest bundle, each time, would cost more than the reading.
        return stream.read(min(os.fstat(stream.fileno()).st_size + 1, MOST_BYTES))
