"""Luoshi 落实: from a district's yearly promises to their proof."""

__version__ = "0.1.0"
