"""The design system on one page: tokens, type, components, with what each is for."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse

from luoshi.desk.routes import ANYONE, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit

COLOURS: Final = (
    ("paper", "ink"), ("sheet", "ink"), ("wash", "ink"), ("sheet", "soft"), ("sheet", "blue"), ("blue-wash", "blue"),
    ("red-wash", "red"), ("green-wash", "green"), ("amber-wash", "amber"), ("mark", "ink"),
)  # fmt: skip
"""Ground and text, as they are used together."""


@page("design/", name="design", access=ANYONE)
def design(visit: Visit) -> HttpResponse:
    """Every component, as it looks."""
    return render(visit, "desk/design.html", {"colours": COLOURS})
