"""A report under review: what the tests of its pages have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.casework.district import ROOT
from tests.desk import place

SAMPLE = ROOT / "districts" / "sample"
HTMX = {"HTTP_HX_REQUEST": "true"}


def upload(browser: Any, name: str = "report-2025.docx", data: bytes | None = None) -> Any:
    """Post a file to the page of reports."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    told = (SAMPLE / name).read_bytes() if data is None else data
    return browser.post("/desk/reports/", {"file": SimpleUploadedFile(name, told)})


@dataclass
class Reviewed:
    """The district, a browser of the supervision office, and the report that it uploaded."""

    desk: place.Desk
    browser: Any
    address: str

    def row(self, n: int) -> Any:
        """The ``n``-th commitment (from 0) in the order of the text."""
        from luoshi.commitments.models import Commitment

        return Commitment.objects.order_by("start", "id")[n]

    def fresh(self, row: Any) -> Any:
        """``row`` as it is in the store now."""
        return type(row).objects.get(pk=row.pk)

    def way(self, row: Any) -> str:
        """The address of its editor."""
        return f"{self.address}commitments/{row.code}/"

    def post(self, row: Any, *, browser: Any = None, htmx: bool = True, **fields: Any) -> Any:
        """Post to its editor, with its revision unless one is given."""
        return (browser or self.browser).post(self.way(row), {"n": row.n, **fields}, **(HTMX if htmx else {}))

    def filled(self, row: Any, **fields: Any) -> Any:
        """``row`` with all four clarities."""
        told = {"lead": "housing", "due": "2099-09-30", "standard": "验收合格", **fields}
        assert self.post(row, **told).status_code == 200
        return self.fresh(row)


def begin(lang: str = "zh") -> Reviewed:
    """A district with the supervision pack, and the sample report uploaded."""
    desk = place.make("supervision")
    browser = desk.browser("office", lang=lang)
    answer = upload(browser)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return Reviewed(desk, browser, answer["Location"])


def text_of(answer: Any) -> str:
    """The page's markup."""
    return str(answer.content.decode())


def counts(answer: Any) -> dict[str, int]:
    """The numbers above the list, by the filter that each leads to."""
    found = re.findall(r'data-filter="(\w+)" data-value="(\w+)"><b>(\d+)</b>', text_of(answer))
    return {f"{field}={value}": int(count) for field, value, count in found}


def lines(answer: Any) -> list[str]:
    """The codes of the rows, in their order."""
    return re.findall(r'id="row-([^"]+)"', text_of(answer))


def shown(answer: Any) -> list[str]:
    """The codes of the rows that the filter let through."""
    return re.findall(r'<li class="promise" id="c-([^"]+)">', text_of(answer))
