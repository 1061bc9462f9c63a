"""The language of a request: what the reader chose (a cookie), else what the browser asks for, else Chinese."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from luoshi.messages import Language, language, speaking

COOKIE: Final = "luoshi_lang"
YEAR: Final = 365 * 24 * 3600

Respond = Callable[[HttpRequest], HttpResponse]


class SpeakLanguage:
    """Middleware: everything within speaks the reader's language."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, in the reader's language."""
        with speaking(wanted(request)):
            response = self.get_response(request)
            response.setdefault("Content-Language", "zh-CN" if language() == "zh" else "en")
            response["Vary"] = "Cookie, Accept-Language"
            return response


def wanted(request: HttpRequest) -> Language:
    """The language that ``request`` asks for."""
    chosen = request.COOKIES.get(COOKIE)
    if chosen in ("zh", "en"):
        return "zh" if chosen == "zh" else "en"
    for one in request.headers.get("Accept-Language", "").lower().split(","):
        if one.strip().startswith("zh"):
            return "zh"
        if one.strip().startswith("en"):
            return "en"
    return "zh"
