"""``/log/`` for a client that knows nothing of Luoshi: the specifications alone, written down once more here."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.ledger.factory import entries
from tests.stores import TestStore

from luoshi.ledger.note import Verifier

from .factory import KEYS, insert, named

LOG = entries(150, 5)


class LogClient:
    """A client by RFC 6962 and C2SP alone, over Django's test client; nothing of ``luoshi`` is used in it."""

    def __init__(self, key: Verifier) -> None:
        from django.test import Client

        self.client = Client(SERVER_NAME="localhost")
        self.key = key
        self.size, self.root = self.checkpoint()

    def get(self, path: str) -> bytes:
        answer = self.client.get(f"/log/{path}")
        assert answer.status_code == 200, path
        return answer.content

    def checkpoint(self) -> tuple[int, bytes]:
        text, _, signatures = self.get("checkpoint").decode().partition("\n\n")
        _, name, encoded = signatures.split("\n")[0].split(" ")
        assert name == self.key.name
        Ed25519PublicKey.from_public_bytes(self.key.public).verify(base64.b64decode(encoded)[4:], f"{text}\n".encode())
        origin, size, root = text.split("\n")
        assert origin == name
        return int(size), base64.b64decode(root)

    def subtree(self, level: int, number: int) -> bytes:
        """The hash of the complete subtree over 2^level leaves, from one tile."""
        tile, within = level // 8, level % 8
        first = number << within
        n, start = divmod(first, 256)
        width = min(256, (self.size >> 8 * tile) - n * 256)
        path = f"tile/{tile}/{n:03}" + (f".p/{width}" if width < 256 else "")
        data = self.get(path)
        assert len(data) == 32 * width
        row = [data[32 * i : 32 * i + 32] for i in range(start, start + (1 << within))]
        while len(row) > 1:
            row = [sha256(b"\1" + row[i] + row[i + 1]).digest() for i in range(0, len(row), 2)]
        return row[0]

    def tree(self, low: int, high: int) -> bytes:
        """MTH(D[low:high]) of RFC 6962 §2.1, down to complete subtrees."""
        count = high - low
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self.subtree(level, low >> level)
        k = 1 << ((count - 1).bit_length() - 1)
        return sha256(b"\1" + self.tree(low, low + k) + self.tree(low + k, high)).digest()

    def path(self, m: int, low: int, high: int) -> list[bytes]:
        """PATH(m, D[low:high]) of RFC 6962 §2.1.1."""
        if high - low == 1:
            return []
        k = 1 << ((high - low - 1).bit_length() - 1)
        if m < k:
            return [*self.path(m, low, low + k), self.tree(low + k, high)]
        return [*self.path(m - k, low + k, high), self.tree(low, low + k)]

    def includes(self, index: int, data: bytes) -> bool:
        """RFC 9162 §2.1.3.2, the algorithm as it stands there."""
        fn, sn, found = index, self.size - 1, sha256(b"\0" + data).digest()
        for other in self.path(index, 0, self.size):
            if sn == 0:
                return False
            if fn & 1 or fn == sn:
                found = sha256(b"\1" + other + found).digest()
                while fn and not fn & 1:
                    fn, sn = fn >> 1, sn >> 1
            else:
                found = sha256(b"\1" + found + other).digest()
            fn, sn = fn >> 1, sn >> 1
        return sn == 0 and found == self.root

    def entries(self) -> list[bytes]:
        found = []
        for n in range(-(-self.size // 256)):
            width = min(256, self.size - n * 256)
            data = self.get(f"tile/entries/{n:03}" + (f".p/{width}" if width < 256 else ""))
            while data:
                end = 2 + int.from_bytes(data[:2], "big")
                found.append(data[2:end])
                data = data[end:]
        return found


@pytest.mark.parametrize("size", [1, 256, 257, 511, 750])
def test_a_client_verifies_inclusion_and_consistency_from_tiles_alone(store: TestStore, size: int) -> None:
    from luoshi.sealing.seal import seal

    rows = named(LOG)
    insert(rows[:size], range(1, 1 + size))
    seal(KEYS)
    old = LogClient(KEYS.signers[0].verifier)
    assert (old.size, old.tree(0, size)) == (size, old.root)
    assert old.entries() == LOG[:size]
    for index in {0, size // 2, size - 1}:
        assert old.includes(index, LOG[index])
        assert not old.includes(index, LOG[index] + b" ")
    insert(rows[size:], range(1 + size, 751))
    seal(KEYS)
    new = LogClient(KEYS.signers[0].verifier)
    # Consistency from tiles: the old root is computed anew from the new log's tiles.
    assert (new.size, new.tree(0, new.size), new.tree(0, size)) == (750, new.root, old.root)
    # What the old client knew is there still, though the tiles have grown.
    assert old.tree(0, size) == old.root


def test_what_may_be_kept_and_what_is_not_there(store: TestStore) -> None:
    from django.test import Client

    from luoshi.sealing.seal import seal

    client = Client(SERVER_NAME="localhost")
    assert client.get("/log/checkpoint").status_code == 404
    insert(named(LOG)[:300], range(1, 301))
    seal(KEYS)
    insert(named(LOG)[300:], range(301, 751))
    for path, kind, keep in (
        ("checkpoint", "text/plain; charset=utf-8", "no-cache"),
        ("tile/0/000", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/entries/000", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/0/001.p/44", "application/octet-stream", "no-cache"),
        ("tile/0/001.p/7", "application/octet-stream", "no-cache"),
        ("tile/entries/001.p/44", "application/octet-stream", "no-cache"),
        ("tile/1/000.p/1", "application/octet-stream", "no-cache"),
    ):
        answer = client.get(f"/log/{path}")
        assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, kind, keep), path
        assert client.head(f"/log/{path}").status_code == 200
        assert client.post(f"/log/{path}").status_code == 405
    for path in (
        # Not sealed yet, though the entries are there; paths that no tile has; things that are none.
        "tile/0/001", "tile/0/001.p/45", "tile/entries/001.p/45", "tile/entries/002", "tile/1/000", "tile/2/000.p/1",
        "tile/0/000.p/256", "tile/0/000.p/0", "tile/0/0", "tile/0/x000/000", "tile/9/000", "tile/0/x999/x999/x999/999",
        "tile/-1/000", "tile/entries/000/", "tile/0/../000", "x",
    ):  # fmt: skip
        assert client.get(f"/log/{path}").status_code == 404, path
