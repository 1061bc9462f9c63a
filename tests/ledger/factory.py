"""Makes ledgers of an imagined district, 云溪区, for the tests: entries, a log, an export in memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from luoshi.ledger.checkpoint import Checkpoint, sign_checkpoint
from luoshi.ledger.commit import commit
from luoshi.ledger.entry import Attachment, Entry, digest, sm3_digest
from luoshi.ledger.export import export
from luoshi.ledger.fields import ZEROS
from luoshi.ledger.note import Signer, Verifier, new_signer
from luoshi.ledger.tlog import Hash, append, leaf_hash, tree_hash
from luoshi.ledger.verify import Report, verify

ORIGIN = "ledger.yunxi.example/log"
SIGNER = new_signer(ORIGIN, bytes(range(32)))
KEY = SIGNER.verifier
STAGES = ["accepted", "assigned", "handling", "answered", "struck_off"]


def entry(case: str, n: int, prev: bytes | None, sm3: bytes | None = None) -> Entry:
    """The ``n``-th entry of ``case``; its content follows from the two."""
    stage_from = STAGES[(n - 2) % len(STAGES)] if n > 1 else ""
    changes: dict[str, str | None] = {"due_on": f"2026-11-{n % 28 + 1:02}"}
    if n == 1:
        changes |= {
            "channel": "12345",
            "category": "噪声",
            "area": "yx-01-003",
            "opened_on": "2026-11-02",
            "weight": "0.5",
        }
    return Entry(
        district="yunxi",
        case=case,
        n=n,
        prev=prev.hex() if prev else ZEROS,
        prev_sm3=sm3.hex() if sm3 else None,
        mechanism="hotline",
        version=1,
        act=f"step_{n}",
        actor_body="yx-hotline",
        actor_role="operator",
        on_day="2026-11-02",
        recorded_on="2026-11-03",
        stage_from=stage_from,
        stage_to=STAGES[(n - 1) % len(STAGES)],
        body=f"yx-dept-{n % 3}",
        set=changes,
        data={"round": n, "urgent": n % 2 == 0},
        commitments={"caller": commit("caller", f"{case}/{n}", bytes([n % 256]) * 32).hex()},
        attachments=(Attachment("ab" * 32, 1024 + n, "photo"),) if n % 3 == 0 else (),
    )


def entries(cases: int, steps: int, *, sm3: bool = False) -> list[bytes]:
    """``steps`` entries of each of ``cases`` cases, by turns, as canonical bytes in the order of the log."""
    last: dict[str, bytes] = {}
    made = []
    for n in range(1, steps + 1):
        for number in range(cases):
            case = f"HL-2026-{number:05}"
            before = last.get(case)
            second = None
            if sm3:
                second = sm3_digest(before) if before else bytes(32)
            data = entry(case, n, digest(before) if before else None, second).to_bytes()
            last[case] = data
            made.append(data)
    return made


def stored(leaves: Iterable[bytes]) -> list[Hash]:
    """All hashes that a log over ``leaves`` stores."""
    return append(0, [leaf_hash(data) for data in leaves], lambda indexes: [])


def root_of(leaves: Sequence[bytes]) -> Hash:
    hashes = stored(leaves)
    return tree_hash(len(leaves), lambda indexes: [hashes[i] for i in indexes])


def checkpoint_of(leaves: Sequence[bytes], signers: Sequence[Signer] = (SIGNER,)) -> bytes:
    return sign_checkpoint(Checkpoint(ORIGIN, len(leaves), root_of(leaves)), signers)


@dataclass
class Folder:
    """An export in memory."""

    files: dict[str, bytes] = field(default_factory=dict)

    def write(self, path: str, pieces: Iterable[bytes]) -> None:
        self.files[path] = b"".join(pieces)

    def open(self, path: str) -> io.BytesIO:
        return io.BytesIO(self.files[path])

    def verify(self, keys: Sequence[Verifier] = (KEY,), older: bytes | None = None) -> Report:
        return verify(self.open, self.files, keys, older=older)

    def with_file(self, path: str, data: bytes | None) -> Folder:
        """The same export with another content of ``path`` (None: without it)."""
        files = dict(self.files)
        if data is None:
            del files[path]
        else:
            files[path] = data
        return Folder(files)


def exported(leaves: Sequence[bytes], signers: Sequence[Signer] = (SIGNER,)) -> Folder:
    folder = Folder()
    sm3 = any(b'"prev_sm3":' in data for data in leaves)
    export(leaves, checkpoint_of(leaves, signers), [signer.verifier for signer in signers], folder.write, sm3=sm3)
    return folder
