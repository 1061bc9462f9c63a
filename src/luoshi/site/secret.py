"""The key that signs sessions and links: from the environment, or a file that only its owner reads."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from luoshi.site.errors import StoreError

VARIABLE: Final = "LUOSHI_SECRET_KEY"
KEY_FILE: Final = "secret_key"
BYTES: Final = 50


def secret_key(folder: Path) -> str:
    """``LUOSHI_SECRET_KEY``, or the key in ``folder``, made when first used. StoreError: ``secret_…``."""
    given = os.environ.get(VARIABLE)
    if given:
        return given
    path = folder / KEY_FILE
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _make(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StoreError("secret_file", name=str(path), reason=reason) from error
    if len(key) < BYTES:
        raise StoreError("secret_short", name=str(path))
    return key


def _make(path: Path) -> None:
    """Write a new key; of two that start at once the first wins, and no one reads half a key."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
