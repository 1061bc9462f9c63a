"""``python -m luoshi``: the command line."""

from luoshi.cli import main

main()
