"""The store's log: in whatever steps it was sealed, it is the RFC 6962 tree over the entries in the order of ids."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ledger.factory import entries, root_of
from tests.stores import TestStore

from luoshi.ledger.checkpoint import open_checkpoint
from luoshi.ledger.entry import digest
from luoshi.ledger.note import new_signer
from luoshi.ledger.proof import check_consistency, check_inclusion
from luoshi.ledger.tiles import tiles_of
from luoshi.ledger.tlog import EMPTY_ROOT
from luoshi.sealing.errors import SealingError
from luoshi.sealing.keys import Keys

from .factory import KEYS, ORIGIN, insert, named, stored

LOG = entries(150, 5)  # 750 entries: two full tiles and a partial one
NAMED = named(LOG)


def check_log(size: int) -> None:
    """The stored log is the one over the first ``size`` entries, in every part that clients see."""
    from luoshi.sealing import log

    head = log.head()
    assert head is not None
    sealed = stored()[:size]
    assert (head.size, head.root) == (size, root_of(sealed) if sealed else EMPTY_ROOT)
    told, _ = open_checkpoint(head.note, KEYS.verifiers)
    assert (told.origin, told.size, told.root) == (ORIGIN, size, head.root)
    for tile in tiles_of(size):
        assert log.tile_hashes(tile) is not None
        if tile.level == 0:
            assert log.bundle(tile) == sealed[tile.n * 256 : tile.n * 256 + tile.width]
    assert list(log.entries(size)) == sealed


def test_an_empty_log_has_a_checkpoint(store: TestStore) -> None:
    from luoshi.sealing.seal import seal

    sealed = seal(KEYS)
    assert (sealed.entries, sealed.head.size) == (0, 0)
    check_log(0)
    # Sealing when there is nothing new changes nothing.
    assert seal(KEYS).head == sealed.head


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=st.data())
def test_any_steps_and_any_gaps_give_the_same_log(store: TestStore, draw: st.DataObject) -> None:
    from luoshi.casework.models import Entry as EntryRow
    from luoshi.sealing import log, models
    from luoshi.sealing.seal import seal

    for model in (EntryRow, models.Tile, models.Run, models.Checkpoint):
        model._default_manager.all().delete()
    ids: list[int] = []
    start = 0
    for size in sorted(draw.draw(st.sets(st.sampled_from([1, 2, 255, 256, 257, 511, 512, 600, 750]), max_size=4))):
        gaps = draw.draw(st.lists(st.integers(1, 3), min_size=size - start, max_size=size - start))
        new = []
        for gap in gaps:
            new.append((new or ids or [0])[-1] + gap)
        insert(NAMED[start:size], new)
        ids += new
        start = size
        seal(KEYS, batch=draw.draw(st.sampled_from([1 << 20, 256, 100])))
    seal(KEYS)
    check_log(start)
    assert [log.seq_of(id_) for id_ in ids] == list(range(len(ids)))
    assert [log.id_at(seq) for seq in range(len(ids))] == ids
    missing = set(range(1, (ids or [0])[-1] + 2)) - set(ids)
    assert all(log.seq_of(id_) is None for id_ in missing)


def test_proofs_from_the_stored_tiles_hold(store: TestStore) -> None:
    from luoshi.sealing import log
    from luoshi.sealing.seal import seal

    insert(NAMED[:300], range(1, 301))
    old = seal(KEYS).head
    insert(NAMED[300:], range(301, 751))
    assert log.prove(301) is None
    new = seal(KEYS).head
    for seq in (0, 255, 256, 299, 300, 749):
        found = log.prove(seq + 1)
        assert found is not None and found.index == seq
        assert check_inclusion(found.proof, seq, new.size, new.root, digest(LOG[seq]))
    assert log.prove(751) is None
    assert check_consistency(log.prove_continued(old.size, new.size), old.size, new.size, old.root, new.root)


# --- what is refused


def test_a_log_signed_by_others_is_not_gone_on_with(store: TestStore) -> None:
    from luoshi.sealing.seal import seal

    insert(NAMED[:10], range(1, 11))
    seal(KEYS)
    for name in (ORIGIN, "else.example"):
        with pytest.raises(SealingError, match="log_foreign"):
            seal(Keys((new_signer(name, b"\5" * 32),)))


@pytest.mark.parametrize("part", ["tile", "tile_above", "shorter", "root", "size", "run"])
def test_a_log_whose_tables_were_changed_is_not_gone_on_with(store: TestStore, part: str) -> None:
    from django.db.models import F

    from luoshi.sealing import log
    from luoshi.sealing.models import Checkpoint, Run, Tile
    from luoshi.sealing.seal import seal

    insert(NAMED[:600], range(1, 601))
    before = seal(KEYS).head
    if part.startswith("tile"):
        edge = Tile.objects.get(level=1, n=0) if part == "tile_above" else Tile.objects.get(level=0, n=2)
        Tile.objects.filter(pk=edge.pk).update(hashes=bytes(32) + bytes(edge.hashes)[32:])
    elif part == "shorter":
        edge = Tile.objects.get(level=0, n=2)
        Tile.objects.filter(pk=edge.pk).update(hashes=bytes(edge.hashes)[:-32])
    elif part == "run":
        Run.objects.update(count=F("count") + 1)
    else:
        Checkpoint.objects.update(**{part: bytes(32) if part == "root" else 599})
    insert(NAMED[600:610], range(601, 611))
    with pytest.raises(SealingError, match=r"log_differs|log_foreign"):
        seal(KEYS)
    after = log.head()
    assert after is not None and after.note == before.note


def test_a_digest_that_is_none_is_refused(store: TestStore) -> None:
    from luoshi.casework.models import Entry as EntryRow
    from luoshi.sealing.seal import seal

    insert(NAMED[:10], range(1, 11))
    EntryRow.objects.filter(id=7).update(digest=b"short")
    with pytest.raises(SealingError, match="digest_bad") as caught:
        seal(KEYS)
    assert caught.value.details == {"id": 7}


# --- keys


def test_a_new_key_signs_beside_the_old_one_and_then_alone(store: TestStore) -> None:
    from luoshi.sealing import log
    from luoshi.sealing.seal import seal

    insert(NAMED[:10], range(1, 11))
    seal(KEYS)
    second = new_signer(ORIGIN, b"\6" * 32)
    both = Keys((*KEYS.signers, second))
    # Nothing new to seal, but a new signature.
    assert seal(both).entries == 0
    head = log.head()
    assert head is not None and len(open_checkpoint(head.note, both.verifiers)[1].verified) == 2
    alone = Keys((second,), (KEYS.signers[0].verifier,))
    insert(NAMED[10:20], range(11, 21))
    seal(alone)
    head = log.head()
    assert head is not None
    assert open_checkpoint(head.note, alone.verifiers)[1].verified == (second.verifier,)
    assert head.size == 20


# --- crashes and rivals


@pytest.mark.parametrize("place", ["each", "run", "insert"])
def test_a_crash_within_a_batch_leaves_the_log_as_it_was(
    store: TestStore, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luoshi.casework.sql import Tx
    from luoshi.sealing.seal import seal

    insert(NAMED[:300], range(1, 301))
    seal(KEYS)
    insert(NAMED[300:], range(301, 751))
    whole = getattr(Tx, place)
    calls = 0

    def broken(self: Any, *args: Any) -> Any:
        nonlocal calls
        calls += 1
        result = whole(self, *args)
        if calls == 3:
            raise KeyboardInterrupt
        return result

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Tx, place, broken)
        seal(KEYS, batch=100)
    from luoshi.sealing import log

    head = log.head()
    assert head is not None
    check_log(head.size)
    assert head.size in (300, 400, 500)
    assert seal(KEYS).entries == 750 - head.size
    check_log(750)


def test_two_sealers_and_a_writer_at_once_make_one_log(store: TestStore) -> None:
    from django.db import connections

    from luoshi.sealing.seal import seal

    errors: list[Exception] = []
    done = threading.Event()

    def sealing() -> None:
        try:
            while not done.is_set():
                seal(KEYS, batch=37)
        except Exception as error:  # noqa: BLE001 - told to the test below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sealing) for _ in range(2)]
    for thread in threads:
        thread.start()
    for start in range(0, 750, 50):
        insert(NAMED[start : start + 50], range(start + 1, start + 51))
    done.set()
    for thread in threads:
        thread.join()
    assert not errors
    seal(KEYS)
    check_log(750)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_an_entry_that_becomes_visible_late_is_sealed_in_its_place(store: TestStore) -> None:
    """Ids are given before commits: the sealer waits for acts under way instead of passing over their ids."""
    import psycopg

    from luoshi.casework.sql import SEAL_LOCK
    from luoshi.sealing.seal import seal

    sql = "INSERT INTO casework_entry (id, district, case_id, n, data, digest) VALUES (%s, 'yunxi', %s, %s, %s, %s)"
    with psycopg.connect(store.url) as slow:
        slow.execute("SELECT pg_advisory_xact_lock_shared(%s)", [SEAL_LOCK])
        case, n, data = NAMED[0]
        slow.execute(sql, [1, int(case[-5:]), n, data, digest(data)])
        insert(NAMED[1:10], range(2, 11))
        thread = threading.Thread(target=_seal_and_close, args=(seal,))
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
        slow.commit()
        thread.join()
    check_log(10)


def _seal_and_close(seal: Any) -> None:
    from django.db import connections

    seal(KEYS)
    connections.close_all()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_an_act_that_does_not_end_stops_the_seal_with_a_reason(
    store: TestStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    from luoshi.casework.sql import SEAL_LOCK
    from luoshi.sealing import seal as room

    monkeypatch.setattr(room, "WAIT_SECONDS", 1)
    with psycopg.connect(store.url) as slow:
        slow.execute("SELECT pg_advisory_xact_lock_shared(%s)", [SEAL_LOCK])
        with pytest.raises(SealingError, match="seal_busy"):
            room.seal(KEYS)
