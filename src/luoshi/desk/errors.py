"""Pages that say what went wrong, and what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from luoshi.desk.templating import render
from luoshi.desk.visit import Visit, visit
from luoshi.messages import tr


def problem(one: Visit, status: int, title: str, advice: str) -> HttpResponse:
    """A page (or for htmx a notice) with ``title`` and what to do."""
    template = "desk/_problem.html" if one.partial else "desk/problem.html"
    response = render(one, template, {"title": title, "advice": advice}, status=status)
    if one.partial:
        response["HX-Retarget"], response["HX-Reswap"] = "#notices", "beforeend"
    return response


def no_right(one: Visit) -> HttpResponse:
    """403: signed in, but this is somebody else's page."""
    return problem(
        one, 403, tr("This page is not yours to open"),
        tr("Your posts do not cover it. If your work needs it, ask whoever appoints the posts."),
    )  # fmt: skip


def missing(one: Visit) -> HttpResponse:
    """404: what is not there, or what he may not see, which is the same to him."""
    return problem(
        one, 404, tr("There is no such page, or it is not yours to see"),
        tr("Check the address or the number. What lies outside your posts does not show."),
    )  # fmt: skip


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404."""
    return missing(visit(request))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400."""
    return problem(
        visit(request), 400, tr("The request could not be read"), tr("Go back, load the page again and repeat it.")
    )


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was not ours, or its page is too old."""
    return problem(
        visit(request), 403, tr("This form is no longer valid"),
        tr("Nothing was done. Load the page again and repeat it; cookies must be allowed."),
    )  # fmt: skip


def fault(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours. Says nothing that would need the database, which may be the fault."""
    title, advice = (
        tr("Something went wrong here"),
        tr("Nothing was done by halves. Try again; if it stays, tell whoever runs the system."),
    )
    page = f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{advice}</p>"
    return HttpResponse(page, status=500)
