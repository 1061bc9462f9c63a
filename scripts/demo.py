"""What `make demo` does: reads the sample reports and says where the workbook and the page are. May be run again."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

from luoshi.cli import luoshi
from luoshi.home import home
from luoshi.terminal import run

SAMPLES = Path("districts") / "sample"
HEAD = 14
"""So many lines of the comparison are shown; the whole is some hundreds long."""
LAST, THIS = SAMPLES / "report-2024.docx", SAMPLES / "report-2025.docx"


def main() -> int:
    """Read, write, compare, point at the files. Returns the exit code."""
    os.chdir(Path(__file__).resolve().parent.parent)
    folder = home() / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    outputs = [folder / name for name in ("tasks-2025.xlsx", "reading-2025.html", "reading-2025.json")]
    wanted = [text for path in outputs for text in ("-o", str(path))]
    print(f"$ luoshi read {THIS} -o tasks-2025.xlsx -o reading-2025.html -o reading-2025.json\n", flush=True)
    code = run(luoshi, ["read", str(THIS), *wanted, "--force", "--format", "text"])
    if code:
        return code
    print(f"\n$ luoshi compare {LAST} {THIS}", flush=True)
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        code = run(luoshi, ["compare", str(LAST), str(THIS)])
    if code:
        return code
    lines = shown.getvalue().rstrip().splitlines()
    print("\n".join([*lines[:HEAD], " ...", "", lines[-1], ""]))
    for name, path in zip(("The workbook 任务表", "The page 网页", "The data 数据"), outputs, strict=True):
        print(f"{name}:  {path.as_uri() if path.suffix == '.html' else path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
