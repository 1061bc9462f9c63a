"""Runs the commands that the READMEs show in ``console`` blocks and puts their true output below them.

``--check`` only tells whether that would change anything. A block speaks the language of its file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCALES = {"README.md": "C.UTF-8", "README.zh-CN.md": "zh_CN.UTF-8"}
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.S)


def run(command: str, locale: str) -> str:
    """What ``command`` prints, in the checkout, with the checkout's own ``luoshi``."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "LUOSHI"))}
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{environ.get('PATH', '')}"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=ROOT,
        env={**environ, "PATH": path, "LC_ALL": locale, "COLUMNS": "100"},
        capture_output=True,
        check=False,
    )
    if done.returncode or done.stderr:
        raise SystemExit(f"{command}: exit code {done.returncode}: {done.stderr.decode()}")
    return "".join(line.rstrip() + "\n" for line in done.stdout.decode().splitlines())


def renewed(text: str, locale: str) -> str:
    """``text`` with the output in each block as it is now."""

    def renew(block: re.Match[str]) -> str:
        return f"```console\n$ {block['command']}\n{run(block['command'], locale)}```"

    return BLOCK.sub(renew, text)


def main() -> int:
    """Renew (or check) both READMEs."""
    behind = []
    for name, locale in LOCALES.items():
        path = ROOT / name
        old = path.read_text(encoding="utf-8")
        new = renewed(old, locale)
        if new != old:
            behind.append(name)
            if "--check" not in sys.argv:
                path.write_text(new, encoding="utf-8")
    if "--check" in sys.argv and behind:
        print(
            f"{', '.join(behind)}: the output shown is not what the commands print: run `make readme`", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
