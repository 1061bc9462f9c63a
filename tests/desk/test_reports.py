"""Reports in: what is read is opened for review, what is none is told beside the field, and who may."""

from __future__ import annotations

import re

import pytest
from tests.desk import place, reviewed
from tests.stores import TestStore


def test_a_report_goes_straight_into_review_and_again_to_the_same_one(store: TestStore) -> None:
    one = reviewed.begin()
    assert one.browser.get(one.address).status_code == 200
    assert reviewed.upload(one.browser)["Location"] == one.address
    page = reviewed.text_of(one.browser.get("/desk/reports/"))
    assert "霁川区2025年政府工作报告" in page
    assert page.count("data-report=") == 1


def test_the_file_itself_is_kept(store: TestStore) -> None:
    from luoshi.commitments.models import Report
    from luoshi.desk.pages.reports import kept_files

    reviewed.begin()
    told = Report.objects.get()
    with kept_files().open(told.sha256) as kept:
        assert kept.read() == (reviewed.SAMPLE / "report-2025.docx").read_bytes()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", "今天天气很好。".encode(), "report"),
        ("a.docx", b"PK\x03\x04broken", "a.docx"),
        ("a.png", b"\x89PNG\r\n\x1a\n....", "picture"),
        ("empty.txt", b"", "empty.txt"),
    ],
)
def test_what_is_no_report_is_told_beside_the_field(store: TestStore, name: str, data: bytes, said: str) -> None:
    browser = place.make("supervision").browser("office", lang="en")
    answer = reviewed.upload(browser, name, data)
    page = reviewed.text_of(answer)
    assert answer.status_code == 422
    assert 'id="f-file-wrong" role="alert"' in page
    assert said in page.split('id="f-file-wrong"')[1].split("</p>")[0]
    assert "data-report=" not in page


def test_a_report_needs_a_file(store: TestStore) -> None:
    answer = place.make("supervision").browser("office").post("/desk/reports/", {})
    assert answer.status_code == 422
    assert "请先选择报告文件" in reviewed.text_of(answer)


def test_nobody_but_the_supervision_office(store: TestStore) -> None:
    one = reviewed.begin()
    stranger = one.desk.browser("undertaker")
    for way in ("/desk/reports/", one.address, one.way(one.row(0)), f"{one.address}issue/", f"{one.address}workbook/"):
        assert stranger.get(way).status_code == 403, way
    assert stranger.post(f"{one.address}bulk/", {"do": "accept_all"}).status_code == 403
    assert one.row(0).status == "proposed"


def test_bodies_are_found_by_the_initials_of_their_pinyin(store: TestStore) -> None:
    answer = place.make("supervision").browser("undertaker").get("/desk/bodies.json")
    told = {body["code"]: body for body in answer.json()["bodies"]}
    assert told["housing"] == {"code": "housing", "name": "区住房和城乡建设局", "p": "qzfhcxjsj"}
    assert "max-age" in answer["Cache-Control"]


def test_last_years_promises_have_their_verdicts_as_the_comparison_tells_them(store: TestStore) -> None:
    from collections import Counter

    from luoshi.commitments.models import Report
    from luoshi.commitments.years import year_on_year

    one = reviewed.begin()
    way = f"{one.address}years/"
    assert "data-verdict" not in reviewed.text_of(one.browser.get(way))
    reviewed.upload(one.browser, "report-2024.docx")
    page = reviewed.text_of(one.browser.get(way))
    last, this = (Report.objects.get(plan_year=year) for year in (2024, 2025))
    told = Counter(found.verdict for found in year_on_year(last, this))
    assert Counter(re.findall(r'data-verdict="(\w+)"', page)) == told
    missed = reviewed.text_of(one.browser.get(way + "?verdict=missed"))
    assert Counter(re.findall(r'data-verdict="(\w+)"', missed)) == {"missed": told["missed"]}
