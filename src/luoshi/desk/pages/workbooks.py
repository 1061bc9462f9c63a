"""The workbook of a report's tasks 任务清单: out for the bodies to fill in, and in again with the differences shown."""

from __future__ import annotations

from django.http import HttpResponse

from luoshi.desk import errors
from luoshi.desk.routes import OFFICE, page
from luoshi.desk.visit import Visit


@page("reports/<int:report>/workbook/", name="report_workbook", access=OFFICE, methods=("GET", "POST"))
def report_workbook(visit: Visit, report: int) -> HttpResponse:
    """The workbook."""
    return errors.missing(visit)
