"""What every answer says to the browser about safety: nothing but our own scripts, styles and pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)
"""Content Security Policy: no inline script or style, no eval, no other host, no frame around us."""
PUBLISHED: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""The same for a published report, which recomputes its numbers by SQLite as WebAssembly, in a worker."""
OFF: Final = "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)"
"""The phone's place is asked for by a grid worker's form alone."""

Respond = Callable[[HttpRequest], HttpResponse]


class SecurityHeaders:
    """Middleware: the headers. A view that says a stricter policy of its own (a file to download) keeps it."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response with its headers."""
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response.setdefault("X-Frame-Options", "DENY")
        response.setdefault("Permissions-Policy", OFF)
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "private, no-store")
        return response
