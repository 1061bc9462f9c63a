"""The workbook out and back: what is filled in differs, what is wrong is named, what others changed stays."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.commitments import setting
from tests.commitments.setting import DISTRICT, NOW, OFFICE, OTHER, fresh, ready, rows, taken
from tests.stores import TestStore

DAY = "2025-03-03"
Edit = Callable[[dict[str, Any]], None]


@pytest.fixture(autouse=True)
def _settled(store: TestStore) -> None:
    setting.settle()


def book(report: Any, path: Path, edits: dict[str, dict[str, Any]] | None = None) -> Path:
    """The workbook of ``report`` as an office would send it back: ``edits`` by code, column key → value."""
    from luoshi.commitments.models import LIVING, Commitment
    from luoshi.writing import commitments_book, sheet_tasks

    living = list(Commitment.objects.filter(report=report, status__in=LIVING).order_by("start", "id"))
    original = commitments_book.book_rows

    def altered(*args: Any) -> list[Any]:
        found = original(*args)
        for row in found:
            row.update((edits or {}).get(row["key"].partition("@")[0], {}))
        return found

    commitments_book.book_rows = altered
    try:
        assert commitments_book.write_book(report, path) == len(living)
    finally:
        commitments_book.book_rows = original
    assert sheet_tasks.TITLE_ROW == 0
    return path


def found(report: Any, path: Path) -> list[tuple[str, str, str, str, str | None]]:
    from luoshi.writing.commitments_back import differences

    return [(one.code, one.field, one.old, one.new, one.problem) for one in differences(report, path, DAY)]


def test_what_was_written_and_not_touched_differs_in_nothing(tmp_path: Path) -> None:
    from luoshi.commitments.review import edit, merge, reject
    from luoshi.writing.commitments_book import write_book

    report = taken()
    first, second, third, fourth, fifth = rows(report)[:5]
    nodes = [{"day": "2025-06-30", "text": "开工"}, {"day": "2025-10-15", "text": "封顶"}]
    ready(first, joint=["water", "liupu"], milestones=nodes)
    edit(DISTRICT, OFFICE, second.code, 1, {"lead": "water", "due": "2025-09-30", "standard": "=1+1"}, NOW)
    reject(DISTRICT, OFFICE, third.code, 1, "重复", NOW)
    merge(DISTRICT, OFFICE, {fourth.code: 1, fifth.code: 1}, now=NOW)
    for lang in ("zh", "en"):
        path = tmp_path / f"{lang}.xlsx"
        assert write_book(report, path, lang=lang) == len(rows(report)) - 3
        assert found(report, path) == []
    told: list[bytes] = []
    for _ in range(2):
        out = io.BytesIO()
        write_book(report, out)
        told.append(out.getvalue())
    assert told[0] == told[1]


def test_what_is_filled_in_is_shown_and_then_taken(tmp_path: Path) -> None:
    from luoshi.commitments.clarity import lacking
    from luoshi.writing.commitments_back import differences, take

    report = taken()
    row = next(one for one in rows(report) if one.text.startswith("新建标准厂房"))
    edits = {
        "lead": "区住建局", "support": "区水利局、柳浦街道办事处", "deadline": "11月底前", "standard": "验收合格",
        "q2": "开工", "q4": "2025-11-15 竣工",
    }  # fmt: skip
    path = book(report, tmp_path / "a.xlsx", {row.code: edits})
    assert found(report, path) == [
        (row.code, "standard", "", "验收合格", None),
        (row.code, "lead", "", "区住房和城乡建设局", None),
        (row.code, "joint", "", "区水利局、柳浦街道办事处", None),
        (row.code, "due", "", "2025-11-30", None),
        (row.code, "milestones", "", "2025-06-30 开工；2025-11-15 竣工", None),
    ]
    assert fresh(row).n == 1, "only shown"
    (result,) = take(DISTRICT, OFFICE, differences(report, path, DAY), NOW)
    assert (result.code, result.error) == (row.code, None)
    now = fresh(row)
    assert (now.lead, now.joint, now.due, now.standard, now.n) == (
        "housing", ["water", "liupu"], "2025-11-30", "验收合格", 2,
    )  # fmt: skip
    assert lacking(now) == ()
    assert found(report, path) == [], "the same workbook again changes nothing"


@pytest.mark.parametrize(
    ("edits", "field", "problem"),
    [
        ({"lead": "区航天局"}, "lead", "body_unknown"),
        ({"lead": "区水利局、区生态环境局"}, "lead", "body_unknown"),
        ({"lead": "区城市管理局"}, "lead", "body_unknown"),  # founded in 2026
        ({"support": "区水利局、某某办"}, "joint", "body_unknown"),
        ({"deadline": "尽快"}, "due", "date_wrong"),
        ({"deadline": "2025-02-30"}, "due", "date_wrong"),
        ({"q1": "2025-02-30 开工"}, "milestones", "date_wrong"),
        ({"task": "长" * 10_001}, "task", "value_wrong"),
        ({"key": "2025-999@1"}, "", "code_unknown"),
        ({"key": "随便"}, "", "code_unknown"),
        ({"key": ""}, "", "code_missing"),
        ({"value": 19}, "value", "not_taken"),
        ({"indicator": "别的"}, "indicator", "not_taken"),
    ],
)
def test_what_is_wrong_is_named_and_not_taken(tmp_path: Path, edits: dict[str, Any], field: str, problem: str) -> None:
    from luoshi.writing.commitments_back import differences, take

    report = taken()
    row = next(one for one in rows(report) if one.text.startswith("新建标准厂房"))
    path = book(report, tmp_path / "a.xlsx", {row.code: edits})
    told = differences(report, path, DAY)
    assert [(one.field, one.problem) for one in told] == [(field, problem)]
    assert told[0].row > 4
    assert take(DISTRICT, OFFICE, told, NOW) == []
    assert fresh(row).n == 1


def test_what_others_changed_meanwhile_stays_or_is_told(tmp_path: Path) -> None:
    from luoshi.commitments.review import edit
    from luoshi.writing.commitments_back import differences, take

    report = taken()
    row = next(one for one in rows(report) if one.text.startswith("新建标准厂房"))
    path = book(report, tmp_path / "a.xlsx", {row.code: {"lead": "区水利局", "standard": "验收"}})
    edit(DISTRICT, OTHER, row.code, 1, {"lead": "housing", "task": "建成标准厂房"}, NOW)
    assert found(report, path) == [
        (row.code, "standard", "", "验收", None),
        (row.code, "lead", "区住房和城乡建设局", "区水利局", "changed"),
    ], "the task of the workbook is as it was written, and takes nothing back"
    told = differences(report, path, DAY)
    edit(DISTRICT, OTHER, row.code, 2, {"due": "2025-12-31"}, NOW)
    (late,) = take(DISTRICT, OFFICE, told, NOW)
    assert late.error is not None
    assert late.error.code == "changed"
    (taken_now,) = take(DISTRICT, OFFICE, differences(report, path, DAY), NOW)
    assert taken_now.error is None
    assert (fresh(row).standard, fresh(row).lead, fresh(row).due) == ("验收", "housing", "2025-12-31")


def test_what_is_issued_or_gone_is_not_taken(tmp_path: Path) -> None:
    from luoshi.commitments.issuing import issue
    from luoshi.commitments.review import split

    report = taken()
    first, second = [one for one in rows(report) if len(one.text) > 16][:2]
    path = book(report, tmp_path / "a.xlsx", {one.code: {"standard": "另一标准"} for one in (first, second)})
    issue(DISTRICT, OFFICE, [ready(first).code], NOW)
    split(DISTRICT, OFFICE, second.code, 1, [second.start + 8], NOW)
    told = {(one[0], one[1]): one[4] for one in found(report, path)}
    assert told[second.code, "standard"] == "status_wrong"
    assert told[first.code, "standard"] == "status_wrong"


def test_two_rows_of_one_commitment_that_differ_are_named(tmp_path: Path) -> None:
    from luoshi.writing import commitments_book

    report = taken()
    row = next(one for one in rows(report) if len(one.targets) > 1)
    original = commitments_book.book_rows

    def altered(*args: Any) -> list[Any]:
        told = original(*args)
        mine = [one for one in told if one["key"].startswith(row.code)]
        mine[0]["lead"], mine[1]["lead"] = "区水利局", "区生态环境局"
        return told

    commitments_book.book_rows = altered
    try:
        commitments_book.write_book(report, tmp_path / "a.xlsx")
    finally:
        commitments_book.book_rows = original
    told = found(report, tmp_path / "a.xlsx")
    assert (row.code, "lead", "", "区生态环境局", "rows_differ") in told


def test_a_column_taken_out_says_nothing(tmp_path: Path) -> None:
    import xlsxwriter

    report = taken()
    row = ready(rows(report)[0], joint=["water"])
    path = tmp_path / "a.xlsx"
    sheet_book = xlsxwriter.Workbook(str(path))
    sheet = sheet_book.add_worksheet("任务")
    for place, (head, value) in enumerate(
        [("目标任务", row.task), ("完成时限", "2025-10-31"), ("来源标识", f"{row.code}@{row.n}")]
    ):
        sheet.write_string(0, place, head)
        sheet.write_string(1, place, value)
    sheet_book.close()
    assert found(report, path) == [(row.code, "due", "2025-12-31", "2025-10-31", None)]
