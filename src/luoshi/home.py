"""Where Luoshi keeps what outlives a command."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The folder of kept state: ``LUOSHI_HOME``, or the platform's user data folder. Not made here."""
    chosen = os.environ.get("LUOSHI_HOME")
    if chosen:
        return Path(chosen).expanduser().resolve()
    from platformdirs import user_data_path  # noqa: PLC0415 - start-up stays quick for commands that keep nothing

    return user_data_path("luoshi", appauthor=False)
