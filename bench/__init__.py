"""Benchmarks, which are no tests: how well Luoshi reads labelled reports, next to other tools, and how fast."""
