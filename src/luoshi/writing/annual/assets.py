"""What the report's page needs beside it: style, scripts, SQLite as WebAssembly; the same for every report."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("static")


@lru_cache(maxsize=1)
def assets() -> dict[str, bytes]:
    """The files of the report's folder ``assets``: relative path → content, with the licences of what is not ours."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in paths}
