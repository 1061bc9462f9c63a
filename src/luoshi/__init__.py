"""Luoshi 落实: from promise to proof."""

__version__ = "0.1.0"
