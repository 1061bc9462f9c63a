"""Other ways to find quantities, each run as a program of its own, and how they are scored.

The modules of this package that a peer's program imports (``worker`` and what it calls) use neither Luoshi nor rich.
"""
