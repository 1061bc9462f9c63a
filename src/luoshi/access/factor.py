"""The second factor 双因素: time-based codes (RFC 6238: SHA-1, 6 digits, 30 seconds), and codes for recovery.

Secrets are encrypted with a key drawn from the secret key, so that the database alone gives nobody a code. A code is
taken once: the step of the last one is kept and moved in one statement. Codes for recovery have 80 random bits and are
kept as digests.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from typing import Final
from urllib.parse import quote, urlencode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

from luoshi.access import clock
from luoshi.access.errors import AccessError
from luoshi.access.models import Account, RecoveryCode

STEP: Final = 30
DIGITS: Final = 6
SKEW: Final = 1
"""Steps that a phone's clock may be off, either way."""
SECRET_BYTES: Final = 20
"""As long as SHA-1's digest: RFC 4226, 4, R6."""
RECOVERY_CODES: Final = 10
_RECOVERY_BYTES: Final = 10
_INFO: Final = b"luoshi second factor"


def hotp(secret: bytes, counter: int, digits: int = DIGITS) -> str:
    """The code of ``counter``: RFC 4226, 5.3."""
    digest = hmac.new(secret, struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 0xF
    value = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{value % 10**digits:0{digits}d}"


def matching_step(secret: bytes, code: str, at: int) -> int | None:
    """The time step whose code ``code`` is, near the moment ``at``; None if it is none."""
    now, found = at // STEP, None
    for step in range(max(0, now - SKEW), now + SKEW + 1):
        if hmac.compare_digest(hotp(secret, step).encode(), code.encode()):
            found = step
    return found


def new_secret() -> bytes:
    """A secret to enrol a phone with."""
    return secrets.token_bytes(SECRET_BYTES)


def spelled(secret: bytes) -> str:
    """The secret as a person types it into the phone: Base32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, *, issuer: str, name: str) -> str:
    """What the QR code holds, as authenticator apps read it."""
    told = {"secret": base64.b32encode(secret).decode().rstrip("="), "issuer": issuer}
    return f"otpauth://totp/{quote(f'{issuer}:{name}', safe='')}?{urlencode(told, quote_via=quote)}"


def sealed(secret: bytes) -> str:
    """The secret, encrypted."""
    return _box().encrypt(secret).decode()


def opened(text: str) -> bytes:
    """The secret within. Raises AccessError ``factor_key`` if the secret key is another one than then."""
    try:
        return _box().decrypt(text.encode())
    except InvalidToken as error:
        raise AccessError("factor_key") from error


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_drawn(str(key)))) for key in keys])


def _drawn(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(key.encode())


def needed(account: Account) -> bool:
    """Whether ``account`` must have a second factor: administrators, or by setting everybody; nobody in the demo."""
    return not settings.DEMO and (bool(account.administrator) or settings.LUOSHI_SECOND_FACTOR == "all")


def set_up(account: Account, secret: bytes, code: str) -> list[str]:
    """Take ``secret`` for the account, once ``code`` shows that the phone has it; the recovery codes, shown this once.

    Raises AccessError ``code_wrong``.
    """
    step = matching_step(secret, _digits(code), clock.seconds())
    if step is None:
        raise AccessError("code_wrong")
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        account.totp_secret, account.totp_step, account.factor_at = sealed(secret), step, clock.seconds()
        account.save(update_fields=["totp_secret", "totp_step", "factor_at"])
        RecoveryCode.objects.filter(account=account).delete()
        RecoveryCode.objects.bulk_create([RecoveryCode(account=account, hash=_hash(code)) for code in codes])
    return codes


def take_off(account: Account) -> None:
    """The account has no second factor any more."""
    with transaction.atomic():
        account.totp_secret, account.factor_at = "", None
        account.save(update_fields=["totp_secret", "factor_at"])
        RecoveryCode.objects.filter(account=account).delete()


def takes(account: Account, code: str) -> str:
    """How ``code`` is right: ``code``, ``recovery`` (both are then used up), or empty if it is wrong."""
    digits = _digits(code)
    if len(digits) == DIGITS:
        step = matching_step(opened(account.totp_secret), digits, clock.seconds()) if account.totp_secret else None
        fresh = step is not None and Account.objects.filter(pk=account.pk, totp_step__lt=step).update(totp_step=step)
        return "code" if fresh else ""
    gone, _ = RecoveryCode.objects.filter(account=account, hash=_hash(code)).delete()
    return "recovery" if gone else ""


def _digits(code: str) -> str:
    """The six digits, however they were typed: with blanks, or full width."""
    found = "".join(code.split())[:40]
    return "".join(str(int(char)) for char in found) if found.isdecimal() else ""


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _hash(code: str) -> str:
    plain = "".join(char for char in code[:80].lower() if char.isalnum())
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest()
