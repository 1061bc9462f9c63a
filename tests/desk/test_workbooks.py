"""The task workbook out and in: the differences are shown before any is taken."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from tests.desk import reviewed
from tests.desk.reviewed import text_of
from tests.stores import TestStore


def book(one: Any) -> Any:
    """The workbook as it is downloaded."""
    import openpyxl

    answer = one.browser.get(f"{one.address}workbook/file/")
    assert answer.status_code == 200
    assert ".xlsx" in answer["Content-Disposition"]
    return openpyxl.load_workbook(BytesIO(answer.content))


def cell(told: Any, code: str, heading: str) -> Any:
    """The cell under ``heading`` in the first row of the commitment ``code``."""
    rows = list(told.active.iter_rows())
    heads = next(row for row in rows if any(one.value == heading for one in row))
    column = next(one.column for one in heads if one.value == heading)
    row = next(row for row in rows if str(row[-1].value or "").startswith(f"{code}@"))
    return told.active.cell(row[0].row, column)


def send(one: Any, told: Any) -> Any:
    """Upload the workbook."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    out = BytesIO()
    told.save(out)
    return one.browser.post(f"{one.address}workbook/", {"file": SimpleUploadedFile("任务.xlsx", out.getvalue())})


def ticks(answer: Any) -> dict[str, Any]:
    """What the form of differences would send with everything ticked."""
    page = text_of(answer)
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    return {"token": token[1], "take": re.findall(r'name="take" value="([^"]+)"', page)}


def test_an_unchanged_workbook_has_no_differences(store: TestStore) -> None:
    one = reviewed.begin()
    answer = send(one, book(one))
    assert answer.status_code == 200
    assert "没有差异" in text_of(answer)


def test_differences_are_shown_and_only_what_is_ticked_is_taken(store: TestStore) -> None:
    one = reviewed.begin()
    rows = [one.row(n) for n in range(3)]
    told = book(one)
    cell(told, rows[0].code, "牵头单位").value = "区水利局"
    cell(told, rows[0].code, "工作标准").value = "全部验收"
    cell(told, rows[1].code, "牵头单位").value = "区没有这个局"
    answer = send(one, told)
    page = text_of(answer)
    assert [one.fresh(row).n for row in rows] == [1, 1, 1]  # nothing before it is taken
    assert "<ins>区水利局</ins>" in page
    assert f'data-code="{rows[1].code}" data-field="lead" data-problem="body_unknown"' in page
    sent = ticks(answer)
    assert sorted(sent["take"]) == [f"lead:1:{rows[0].code}", f"standard:1:{rows[0].code}"]
    taken = one.browser.post(f"{one.address}workbook/take/", {**sent, "take": [f"lead:1:{rows[0].code}"]})
    assert "由任务清单修改1项" in text_of(taken)
    now = one.fresh(rows[0])
    assert (now.lead, now.standard) == ("water", rows[0].standard)
    assert one.fresh(rows[1]).lead == rows[1].lead


def test_what_somebody_changed_after_it_was_shown_is_not_overwritten(store: TestStore) -> None:
    one = reviewed.begin()
    row = one.row(0)
    told = book(one)
    cell(told, row.code, "牵头单位").value = "区水利局"
    sent = ticks(send(one, told))
    one.post(row, browser=one.desk.browser("office", 2), lead="housing")
    answer = one.browser.post(f"{one.address}workbook/take/", sent)
    assert "没有采用" in text_of(answer)
    assert one.fresh(row).lead == "housing"


def test_what_is_no_workbook_is_told_beside_the_field(store: TestStore) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    one = reviewed.begin()
    for data in (b"PK\x03\x04nothing", b"", b"a,b\n1,2\n"):
        answer = one.browser.post(f"{one.address}workbook/", {"file": SimpleUploadedFile("x.xlsx", data)})
        assert answer.status_code == 422
        assert 'id="f-file-wrong" role="alert"' in text_of(answer)
    assert one.browser.post(f"{one.address}workbook/", {}).status_code == 422


def test_a_token_of_another_officer_or_a_forged_one_takes_nothing(store: TestStore) -> None:
    one = reviewed.begin()
    row = one.row(0)
    told = book(one)
    cell(told, row.code, "牵头单位").value = "区水利局"
    sent = ticks(send(one, told))
    way = f"{one.address}workbook/take/"
    assert one.desk.browser("office", 2).post(way, sent).status_code == 404
    assert one.browser.post(way, {**sent, "token": "forged"}).status_code == 422
    assert one.fresh(row).lead == row.lead
