"""The command line: ``luoshi read``, ``luoshi compare``, ``luoshi tasks check``."""

from __future__ import annotations

import click

from luoshi import __version__


@click.group()
@click.version_option(__version__, prog_name="luoshi")
def main() -> None:
    """Read a government work report into a table of tasks."""
