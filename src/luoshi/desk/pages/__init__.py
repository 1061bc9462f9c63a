"""The pages, a module for each subject. Each registers its addresses when it is imported."""

from luoshi.desk.pages import design

__all__ = ["design"]
