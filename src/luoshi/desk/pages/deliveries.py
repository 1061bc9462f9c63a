"""Documents 文书 that were not delivered yet, for the system administrator: which, to whom, since when, why not.

The number of a document and its case's number are told, and nothing of what the case is about.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from luoshi.desk.administration import PAGE, first_page, next_page, show, word
from luoshi.desk.names import Names, pick
from luoshi.desk.routes import TEMPLATES, page
from luoshi.desk.visit import Visit


def undelivered(visit: Visit) -> Any:
    """The district's documents that were not delivered yet, as a query."""
    from luoshi.casework.models import Notice  # noqa: PLC0415 - the app registry must be ready

    return Notice.objects.filter(district=visit.district, sent_at__isnull=True)


@page("admin/deliveries/", name="deliveries", access=TEMPLATES)
def deliveries(visit: Visit) -> HttpResponse:
    """The list, the oldest first."""
    from luoshi.casework.models import Case  # noqa: PLC0415

    after = word(visit, "after")
    key = int(after) if after.isascii() and after.isdigit() and len(after) < len(str(2**60)) else 0
    found = list(undelivered(visit).filter(id__gt=key).order_by("id")[: PAGE + 1])
    shown, names = found[:PAGE], Names(visit)
    cases = {
        row[0]: row[1:]
        for row in Case.objects.filter(district=visit.district, id__in={one.case_id for one in shown}).values_list(
            "id", "mechanism", "version"
        )
    }
    rows = []
    for one in shown:
        mechanism, version = cases.get(one.case_id, ("", 0))
        definition = names.definition(mechanism, version)
        document = definition.documents.get(one.document) if definition else None
        rows.append(
            {
                "document": pick(document, visit.lang) if document else one.document,
                "mechanism": names.mechanism(mechanism),
                "body": names.body(one.body),
                "on": one.on_day,
                "tries": one.tries,
                "error": one.error,
            }
        )
    last = str(shown[-1].id) if len(found) > PAGE else ""
    context = {"rows": rows, "next": next_page(visit, last) if last else None, "first": first_page(visit)}
    return show(visit, "desk/admin_deliveries.html", context)
