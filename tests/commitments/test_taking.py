"""Reports in: everything that was read is kept, once."""

from __future__ import annotations

import pytest
from tests.commitments import setting
from tests.commitments.setting import DISTRICT, NOBODY, NOW, OFFICE, at_once, rows, sample, taken
from tests.stores import TestStore

from luoshi.reading.errors import ReadError
from luoshi.reading.reader import read
from luoshi.reading.sources import load


@pytest.fixture(autouse=True)
def _settled(store: TestStore) -> None:
    setting.settle()


def test_the_sample_report_is_kept_as_it_was_read() -> None:
    report = taken()
    found = read(load(sample(2025), "report-2025.docx"))
    assert (report.title, report.place, report.year, report.plan_year) == ("政府工作报告", "霁川区", 2024, 2025)
    assert report.text == found.source.text
    kept = rows(report)
    assert [(one.start, one.end, one.text, one.kind, one.horizon) for one in kept] == [
        (one.start, one.end, one.text, one.kind, one.horizon) for one in found.commitments
    ]
    assert len(kept) > 200
    assert {one.status for one in kept} == {"proposed"}
    assert all(one.text == report.text[one.start : one.end] and one.spans == [[one.start, one.end]] for one in kept)
    assert [one.code for one in kept[:2]] == ["2025-001", "2025-002"]
    first = kept[0]
    assert (first.targets[0]["indicator"], first.targets[0]["value"]) == ("地区生产总值", "65000000000")
    homes = next(one for one in kept if one.text.startswith("新建标准厂房"))
    assert homes.theme == "提升园区承载力"
    assert (homes.due, homes.deadline, homes.deadline_explicit) == (None, "2025-12-31", False)
    june = next(one for one in kept if one.deadline == "2025-06-30")
    assert june.due == "2025-06-30"
    named = next(one for one in kept if one.bodies == ["区教育局"])
    assert named.lead is None, "this district has no such bureau"


def test_reading_the_kept_text_again_is_the_same_reading() -> None:
    from luoshi.commitments.years import reading_of

    again = reading_of(taken())
    found = read(load(sample(2025), "report-2025.docx"))
    assert again.commitments == found.commitments
    assert again.sections == found.sections


def test_the_same_report_twice_is_the_same_report() -> None:
    from luoshi.commitments.models import Commitment

    first = taken()
    count = Commitment.objects.count()
    assert taken().pk == first.pk
    assert Commitment.objects.count() == count


def test_the_same_report_at_once_is_the_same_report() -> None:
    from luoshi.commitments.models import Report

    found = at_once(taken, taken)
    assert found[0].pk == found[1].pk
    assert Report.objects.count() == 1


def test_another_report_of_the_same_year_has_codes_of_its_own() -> None:
    from luoshi.commitments.taking import reports, take_report

    first = taken()
    text = first.text.replace("18万平方米", "19万平方米").encode()
    second = take_report(DISTRICT, OFFICE, "corrected.txt", text, NOW)
    taken(2024)
    assert (first.key, second.key) == ("2025", "2025.2")
    assert rows(second)[0].code == "2025.2-001"
    assert [one.key for one in reports(DISTRICT)] == ["2025.2", "2025", "2024"]


def test_last_year() -> None:
    from luoshi.commitments.errors import CommitmentError
    from luoshi.commitments.taking import last_year_of, report_of

    this, last = taken(), taken(2024)
    assert last_year_of(this) == last
    assert last_year_of(last) is None
    assert report_of(DISTRICT, this.pk).text == this.text
    for district, pk in (("other", this.pk), (DISTRICT, 10**9)):
        with pytest.raises(CommitmentError, match="report_unknown"):
            report_of(district, pk)


def test_what_is_no_report_goes_through() -> None:
    from luoshi.commitments.taking import take_report

    with pytest.raises(ReadError):
        take_report(DISTRICT, OFFICE, "a.txt", b"hello", NOW)


def test_who_may_not_issue_takes_nothing() -> None:
    from luoshi.commitments.errors import CommitmentError
    from luoshi.commitments.models import Report
    from luoshi.commitments.taking import take_report

    with pytest.raises(CommitmentError, match="not_authorised"):
        take_report(DISTRICT, NOBODY, "report.docx", sample(2025), NOW)
    with pytest.raises(CommitmentError, match="carrier_missing"):
        take_report("elsewhere", OFFICE, "report.docx", sample(2025), NOW)
    assert not Report.objects.exists()
