"""The pages, a module for each subject. Each registers its addresses when it is imported."""

from luoshi.desk.pages import design, maps

__all__ = ["design", "maps"]
