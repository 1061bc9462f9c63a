"""Year on year 上年兑现: what this report tells of each promise of last year's."""

from __future__ import annotations

from collections import Counter
from typing import Final

from django.http import HttpResponse

from luoshi.commitments import taking, years
from luoshi.desk import errors, reviewing
from luoshi.desk.routes import OFFICE, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.summary import VERDICTS, WHYS

TONES: Final = {"missed": "red", "absent": "amber", "partly": "amber", "met": "green"}


@page("reports/<int:report>/years/", name="report_years", access=OFFICE)
def report_years(visit: Visit, report: int) -> HttpResponse:
    """Last year's promises with their verdicts, what was missed first; of one verdict, if the address says which."""
    found = reviewing.report_seen(visit, report)
    if found is None:
        return errors.missing(visit)
    last = taking.last_year_of(found)
    told = years.year_on_year(last, found) if last is not None else []
    order = list(VERDICTS)
    asked = visit.request.GET.get("verdict", "")
    counts = Counter(str(one.verdict) for one in told)
    shown = sorted(
        (one for one in told if asked not in VERDICTS or one.verdict == asked), key=lambda one: order.index(one.verdict)
    )
    context = {
        "report": found,
        "last": last,
        "words": reviewing,
        "told": shown,
        "asked": asked,
        "counts": [(name, VERDICTS[name], counts.get(name, 0)) for name in order],
        "verdicts": VERDICTS,
        "whys": WHYS,
        "tones": TONES,
    }
    return render(visit, "desk/report_years.html", context)
