"""Signed notes (C2SP signed-note): a text, and under it one line for each signature.

    text ending in a newline
    (an empty line)
    — NAME BASE64(key id ‖ signature)

Ed25519 only (algorithm byte 0x01): key id = SHA-256(NAME ‖ 0x0A ‖ 0x01 ‖ public key)[:4], and the signature
is over the text.
A verifier key reads ``NAME+hex(key id)+base64(0x01 ‖ public key)``, a signer key
``PRIVATE+KEY+NAME+hex(key id)+base64(0x01 ‖ seed)``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from luoshi.ledger.errors import LedgerError

ED25519: Final = b"\x01"
KEY_BYTES: Final = 32
ID_BYTES: Final = 4
MAX_NOTE_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 100
"""Verifiers must accept 16 at least; a note is held in memory, so there is a limit."""

_DASH: Final = "— "
_ID: Final = re.compile(r"[0-9a-f]{8}")
_PRIVATE: Final = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that, with the name, say which key signed."""
        return key_id(self.name, self.public)

    @property
    def vkey(self) -> str:
        """The key as text."""
        return f"{self.name}+{self.key_id.hex()}+{_to_base64(ED25519 + self.public)}"

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether ``signature`` (64 bytes) over ``text`` is by this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name. ``seed`` is the secret: 32 bytes (RFC 8032)."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"Signer(name={self.name!r})"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self._key().public_key().public_bytes_raw())

    @property
    def skey(self) -> str:
        """The key as text; a secret."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{_to_base64(ED25519 + self.seed)}"

    def sign(self, text: bytes) -> bytes:
        """The signature, 64 bytes, over ``text``."""
        return self._key().sign(text)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name and id, and the signature itself."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line as it stands in a note."""
        return f"{_DASH}{self.name} {_to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note that was taken apart. What is not in ``verified`` proves nothing."""

    text: str
    signatures: tuple[Signature, ...]
    verified: tuple[Verifier, ...] = ()

    def unknown(self) -> tuple[Signature, ...]:
        """The signatures by keys that were not given."""
        known = {(key.name, key.key_id) for key in self.verified}
        return tuple(item for item in self.signatures if (item.name, item.key_id) not in known)


def key_id(name: str, public: bytes) -> bytes:
    """SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4]."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:ID_BYTES]


def check_name(name: str) -> str:
    """``name`` if a key may have it. Raises LedgerError ``key_name`` if it is empty or has a blank or a plus."""
    if not name or "+" in name or any(char.isspace() or not char.isprintable() for char in name):
        raise LedgerError("key_name", name=name)
    return name


def new_signer(name: str, seed: bytes) -> Signer:
    """The signer ``name`` from 32 random bytes of the caller's. Raises LedgerError ``key_name`` or ``key``."""
    if len(seed) != KEY_BYTES:
        raise LedgerError("key", why="length")
    return Signer(check_name(name), seed)


def parse_vkey(text: str) -> Verifier:
    """The public key written as ``NAME+ID+KEY``. Raises LedgerError ``key`` or ``key_name``."""
    name, told, public = _parse_key(text)
    verifier = Verifier(name, public)
    if verifier.key_id != told:
        raise LedgerError("key", why="id")
    return verifier


def parse_skey(text: str) -> Signer:
    """The private key written as ``PRIVATE+KEY+NAME+ID+SEED``. Raises LedgerError ``key`` or ``key_name``."""
    if not text.startswith(_PRIVATE):
        raise LedgerError("key", why="form")
    name, told, seed = _parse_key(text.removeprefix(_PRIVATE))
    signer = Signer(name, seed)
    if signer.verifier.key_id != told:
        raise LedgerError("key", why="id")
    return signer


def sign(text: str, signers: Sequence[Signer], others: Sequence[Signature] = ()) -> bytes:
    """The note of ``text`` signed by each of ``signers``, after ``others`` that it has already.

    Raises LedgerError ``note`` if it is no text of a note, or nobody signs.
    """
    data = check_text(text).encode()
    new = [Signature(signer.name, signer.verifier.key_id, signer.sign(data)) for signer in signers]
    keys = {(item.name, item.key_id) for item in new}
    lines = [item for item in others if (item.name, item.key_id) not in keys] + new
    if not lines:
        raise LedgerError("note", why="unsigned")
    return f"{text}\n{''.join(item.line() for item in lines)}".encode()


def parse_note(data: bytes) -> Note:
    """Take a note apart, believing nothing. Raises LedgerError ``note`` if it is none."""
    if len(data) > MAX_NOTE_BYTES:
        raise LedgerError("note", why="size")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise LedgerError("note", why="text") from error
    text, blank, lines = whole.rpartition("\n\n")
    text += "\n"
    if not blank or not lines.endswith("\n") or lines.count("\n") > MAX_SIGNATURES:
        raise LedgerError("note", why="form")
    check_text(text)
    # Not splitlines(): only a newline ends a line here.
    return Note(text, tuple(_parse_signature(line) for line in lines[:-1].split("\n")))


def open_note(data: bytes, keys: Iterable[Verifier]) -> Note:
    """Take a note apart and check each signature by one of ``keys``; signatures by other keys are ignored.

    Raises LedgerError ``note`` if it is none, ``signature`` if one by a known key is false, ``unsigned`` if no known
    key signed.
    """
    note = parse_note(data)
    known = {(key.name, key.key_id): key for key in keys}
    text = note.text.encode()
    verified: list[Verifier] = []
    for item in note.signatures:
        key = known.get((item.name, item.key_id))
        if key is None:
            continue
        if not key.verify(text, item.signature):
            raise LedgerError("signature", key=item.name)
        if key not in verified:
            verified.append(key)
    if not verified:
        raise LedgerError("unsigned", signers=", ".join(item.name for item in note.signatures))
    return Note(note.text, note.signatures, tuple(verified))


def check_text(text: str) -> str:
    """``text`` if a note may have it. Raises LedgerError ``note``."""
    if not text.endswith("\n") or any(char < " " and char != "\n" for char in text):
        raise LedgerError("note", why="text")
    return text


def _parse_signature(line: str) -> Signature:
    if not line.startswith(_DASH):
        raise LedgerError("note", why="form")
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    data = from_base64(encoded)
    if data is None or len(data) <= ID_BYTES:
        raise LedgerError("note", why="form")
    try:
        return Signature(check_name(name), data[:ID_BYTES], data[ID_BYTES:])
    except LedgerError as error:
        raise LedgerError("note", why="form") from error


def _parse_key(text: str) -> tuple[str, bytes, bytes]:
    # Base64 has a plus of its own, a name has none.
    name, _, rest = text.partition("+")
    told, _, encoded = rest.partition("+")
    data = from_base64(encoded)
    if not _ID.fullmatch(told) or data is None:
        raise LedgerError("key", why="form")
    if data[:1] != ED25519:
        raise LedgerError("key", why="algorithm")
    if len(data) != 1 + KEY_BYTES:
        raise LedgerError("key", why="length")
    return check_name(name), bytes.fromhex(told), data[1:]


def _to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def from_base64(text: str) -> bytes | None:
    """The bytes whose one base64 form (RFC 4648 §4, padded) is ``text``; None if it is not that of any."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _to_base64(data) == text else None
