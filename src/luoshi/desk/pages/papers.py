"""The documents 文书 of a case, for who may read it: a list, and each as .docx or .pdf. Personal data stays masked."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse, HttpResponseBase

from luoshi.casework import door
from luoshi.casework.errors import CaseworkError
from luoshi.desk import errors
from luoshi.desk.routes import OFFICER, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.messages import tr
from luoshi.words.papers import describe_paper
from luoshi.writing.papers.docx_out import docx
from luoshi.writing.papers.errors import PaperError
from luoshi.writing.papers.making import paper, papers_of
from luoshi.writing.papers.pdf_out import pdf

KINDS: Final = {
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (pdf, "application/pdf"),
}
UNPROCESSABLE: Final = 422


@page("cases/<str:case>/papers/", name="papers", access=OFFICER)
def papers(visit: Visit, case: str) -> HttpResponse:
    """The papers of a case, its ledger last."""
    row = door.may_read(visit.sight, case)
    if row is None:
        return errors.missing(visit)
    return render(visit, "desk/papers.html", {"row": row, "papers": papers_of(visit.sight, case)})


@page("cases/<str:case>/papers/<str:which>.<str:kind>", name="paper", access=OFFICER)
def one(visit: Visit, case: str, which: str, kind: str) -> HttpResponseBase:
    """One paper, to download."""
    if kind not in KINDS:
        return errors.missing(visit)
    write, content_type = KINDS[kind]
    try:
        made = paper(visit.sight, case, which, now=visit.now)
        data = write(made)
    except CaseworkError:
        return errors.missing(visit)
    except PaperError as error:
        if error.code == "paper_unknown":
            return errors.missing(visit)
        return errors.problem(visit, UNPROCESSABLE, tr("This document cannot be written now"), describe_paper(error))
    answer = HttpResponse(data, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{case}-{which}.{kind}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
