"""Templates: Jinja2, escaping everything, refusing what is not there; and what every page has at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.templatetags.static import static
from jinja2 import Environment, StrictUndefined

from luoshi import __version__
from luoshi.desk import wording
from luoshi.desk.links import link
from luoshi.desk.menu import menu
from luoshi.desk.names import Names, pick
from luoshi.desk.visit import Visit
from luoshi.messages import language, tr

THEMES = ("auto", "light", "dark")
SIZES = ("normal", "large")


def environment(**options: Any) -> Environment:
    """Django's Jinja2 environment for the desk's templates."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True, "auto_reload": False}
    made = Environment(**options)
    made.globals.update(
        tr=tr,
        static=static,
        link=link,
        version=__version__,
        language=language,
        pick=_pick,
    )
    made.filters.update(
        day=wording.day, short_day=wording.short_day, moment=wording.moment, number=wording.number, size=wording.size
    )
    return made


def _pick(named: Any) -> str:
    return pick(named, language())


def render(visit: Visit, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """The page ``template`` for ``visit``."""
    return HttpResponse(markup(visit, template, context), status=status)


def markup(visit: Visit, template: str, context: Mapping[str, Any] | None = None) -> str:
    """The text of ``template``, which finds: ``visit``, ``names``, ``left``, ``theme``, ``menu``, ``csrf``."""
    cookies = visit.request.COOKIES
    theme, size = cookies.get("luoshi_theme", ""), cookies.get("luoshi_size", "")
    at_hand = {
        "visit": visit,
        "names": Names(visit),
        "left": lambda value: wording.left(value, visit.on_day, visit.place.calendar),
        "theme": theme if theme in THEMES else "auto",
        "text_size": size if size in SIZES else "normal",
        "csrf": get_token(visit.request),
        "menu": menu(visit),
        "demo": settings.DEMO,
        "path": visit.request.get_full_path(),
    }
    return get_template(template).render({**at_hand, **(context or {})})
