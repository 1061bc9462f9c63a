"""The only writer of cases: :func:`act` for one act, :func:`act_many` for a batch; both are the same code.

In one transaction: the cases are locked, the pure step function decides, numbers are taken, entries are chained to each
case's previous one, rows, plaintexts, claims and outgoing documents are written. All of it is on disk when the function
returns, or none of it ever is. Two officers at once: the second one waits, and is then told what changed.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final

from luoshi.casework import clock
from luoshi.casework.batch import Batch
from luoshi.casework.entries import Salts, random_salts
from luoshi.casework.errors import CaseworkError
from luoshi.casework.requests import NOBODY, Authorise, Done, Request, SystemStep
from luoshi.casework.setups import district as in_force
from luoshi.casework.sql import COPY_FROM, Tx, writing
from luoshi.mechanisms.acts import Refused

__all__ = [
    "LARGEST_BATCH",
    "NOBODY",
    "Authorise",
    "Done",
    "Request",
    "SystemStep",
    "act",
    "act_in",
    "act_many",
    "rehearse",
]

Results = list[Done | Refused | None]
Also = Callable[[Tx, Results], None]
"""What is written in the same transaction, once the acts are: a room above casework keeps its row in step with them."""

LARGEST_BATCH: Final = 10_000
COLLECTED_FROM: Final = 100
"""Acts in a batch from which on the garbage collector waits for its end."""


def act(
    district: str,
    request: Request,
    *,
    authorise: Authorise,
    now: datetime | None = None,
    also: Also | None = None,
) -> Done | None:
    """Take one act; None if it was the system's and there was nothing to do. ``also`` as in :func:`act_many`.

    Raises Refused for what the mechanism, the actor's posts or a newer entry do not allow (``changed`` tells which came
    in between), CaseworkError for what the store could not do.
    """
    result = act_many(district, [request], authorise=authorise, now=now, also=also)[0]
    if isinstance(result, Refused):
        raise result
    return result


def act_many(  # noqa: PLR0913 - each has a good default
    district: str,
    requests: Sequence[Request],
    *,
    authorise: Authorise,
    now: datetime | None = None,
    all_or_none: bool = False,
    skip_locked: bool = False,
    also: Also | None = None,
    salts: Salts = random_salts,
) -> Results:
    """Take many acts in one transaction, in their order; the result of each in its place.

    What is refused is left out and the others are taken; with ``all_or_none`` the first refusal undoes all and is
    raised. With ``skip_locked`` a case on which somebody else acts just now is left out (None). ``also`` writes what
    belongs to the acts in their transaction; what it raises undoes all. ``salts``: where the commitments' salts come
    from; only a replay of synthetic persons has others than random ones. Raises CaseworkError ``batch_too_large``, or
    for what the store could not do.
    """
    if len(requests) > LARGEST_BATCH:
        raise CaseworkError("batch_too_large", most=LARGEST_BATCH)
    place = in_force(district)
    stamp = now or clock.now()
    with _no_collection(len(requests)), writing(small=len(requests) < COPY_FROM) as tx:
        batch = Batch(tx, place, stamp, authorise, all_or_none=all_or_none, salts=salts)
        batch.run(requests, skip_locked=skip_locked)
        if also is not None:
            also(tx, batch.results)
        return batch.results


def rehearse(district: str, request: Request, *, authorise: Authorise, now: datetime | None = None) -> Done:
    """What :func:`act` would answer; nothing of it stays. An opening act is told numbers that another case may get.

    Raises as :func:`act` does.
    """
    batch: Batch | None = None
    with suppress(_Undone), writing(small=True) as tx:
        batch = Batch(tx, in_force(district), now or clock.now(), authorise, all_or_none=True)
        batch.run([request], skip_locked=False)
        raise _Undone
    assert batch is not None
    done = batch.results[0]
    assert isinstance(done, Done)
    return done


def act_in(tx: Tx, district: str, request: Request, *, authorise: Authorise, now: datetime) -> Done | Refused | None:
    """As :func:`act`, in a transaction that something else is a part of; a refusal is returned and nothing written."""
    batch = Batch(tx, in_force(district), now, authorise, all_or_none=False)
    batch.run([request], skip_locked=False)
    return batch.results[0]


class _Undone(Exception):  # noqa: N818 - no error: it ends a rehearsal
    """Undoes the transaction."""


@contextmanager
def _no_collection(size: int) -> Iterator[None]:
    """A batch makes many objects and no cycles; the collector would look through them over and over (a fifth of it)."""
    if size < COLLECTED_FROM or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
