"""Kill -9 in the middle of sealing: what was signed stays, what was not is sealed by the next."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
from tests.ledger.factory import entries
from tests.stores import TestStore

from .factory import KEYS, insert, named
from .test_seal import check_log

SEALER = """
from luoshi.site import setup
setup()
from luoshi.sealing.seal import seal
from tests.sealing.factory import KEYS
print("begun", flush=True)
seal(KEYS, batch=20)
"""
KILLS = 25


@pytest.mark.slow
def test_a_sealer_is_killed_again_and_again(store: TestStore) -> None:
    from luoshi.sealing import log
    from luoshi.sealing.seal import seal

    insert(named(entries(400, 10)), range(1, 4001))
    dice = random.Random(7)
    sizes = [0]
    for _ in range(KILLS):
        command = [sys.executable, "-c", SEALER]
        with subprocess.Popen(command, env=store.environ, stdout=subprocess.PIPE) as sealer:
            assert sealer.stdout is not None and sealer.stdout.readline() == b"begun\n"
            time.sleep(dice.uniform(0, 0.1))
            sealer.kill()
        head = log.head()
        sizes.append(head.size if head else 0)
        assert sizes[-1] >= sizes[-2]
        if head:
            check_log(head.size)
    assert len(set(sizes)) > 2, "the kills came too early or too late to show anything"
    seal(KEYS)
    check_log(4000)
