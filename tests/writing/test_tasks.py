"""The filled-in workbook, read back after all that offices do to it."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.reading.errors import ReadError
from luoshi.writing import workbook_in
from luoshi.writing.tasks import check_workbook, is_deadline, missing_of, read_tasks
from luoshi.writing.workbook import write_workbook

from .factory import small_reading

FIRST = 5


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "tasks.xlsx"
    write_workbook(small_reading(), path)
    return path


def columns(sheet: Any) -> dict[str, int]:
    return {str(cell.value): cell.column for row in (3, 4) for cell in sheet[row] if cell.value}


def fill(path: Path, *, skip: int | None = None) -> None:
    """Fill in every clarity of every row but row ``skip``."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    at = columns(sheet)
    for row in range(FIRST, sheet.max_row + 1):
        if row != skip:
            sheet.cell(row, at["牵头单位"], "区发展和改革局")
            sheet.cell(row, at["工作标准"], "通过验收")
            sheet.cell(row, at["完成时限"], date(2025, 12, 31))
    book.save(path)


def test_a_fresh_workbook_lacks_what_the_text_does_not_give(workbook: Path) -> None:
    reading = small_reading()
    expected = []
    row = FIRST
    for promise in reading.commitments:
        clarity = promise.clarity
        given_ = {"who": clarity.who, "what": clarity.what, "standard": clarity.standard, "when": clarity.when}
        missing = tuple(name for name, there in given_.items() if not there)
        for _ in range(max(1, len(promise.targets))):
            if missing:
                expected.append((row, promise.text, missing))
            row += 1
    assert [(item.row, item.task, item.missing) for item in check_workbook(workbook)] == expected


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_languages_are_read_back(tmp_path: Path, lang: str) -> None:
    path = tmp_path / "tasks.xlsx"
    write_workbook(small_reading(), path, lang=lang)
    assert len(read_tasks(path)) == 16
    assert len(check_workbook(path)) == 15


def test_a_filled_workbook_lacks_nothing(workbook: Path) -> None:
    fill(workbook)
    assert check_workbook(workbook) == []


def test_the_one_row_left_is_named(workbook: Path) -> None:
    fill(workbook, skip=16)
    (lacking,) = check_workbook(workbook)
    assert (lacking.sheet, lacking.row, lacking.missing) == ("任务分解", 16, ("who", "when"))
    assert lacking.task == "惠及居民1.18万户"


def test_moved_columns_new_rows_and_a_new_name(workbook: Path) -> None:
    fill(workbook, skip=7)
    book = openpyxl.load_workbook(workbook)
    old = book.worksheets[0]
    new = book.create_sheet("2025年任务（定稿）", 0)
    order = [*range(old.max_column, 0, -1)]
    new.append([None, "（内部资料）"])
    heads = {column: old.cell(4, column).value or old.cell(3, column).value for column in order}
    new.append([heads[column] for column in order[:4]] + ["新增列"] + [heads[column] for column in order[4:]])
    for row in range(FIRST, old.max_row + 1):
        values = [old.cell(row, column).value for column in order]
        new.append([*values[:4], "x", *values[4:]])
        new.append([])
    del book["任务分解"]
    book.save(workbook)
    (lacking,) = check_workbook(workbook)
    assert (lacking.sheet, lacking.row, lacking.missing) == ("2025年任务（定稿）", 7, ("who",))


def test_merged_cells_count_for_every_row(workbook: Path) -> None:
    fill(workbook)
    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    lead = columns(sheet)["牵头单位"]
    sheet.merge_cells(start_row=FIRST, end_row=sheet.max_row, start_column=lead, end_column=lead)
    book.save(workbook)
    assert check_workbook(workbook) == []


def test_a_row_added_below_the_table_counts(workbook: Path) -> None:
    fill(workbook)
    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    row = sheet.max_row + 2
    sheet.cell(row, columns(sheet)["目标任务"], "新增任务")
    book.save(workbook)
    (lacking,) = check_workbook(workbook)
    assert (lacking.row, lacking.missing) == (row, ("who", "standard", "when"))


def test_a_table_of_an_offices_own_making(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["序号", "重点任务", "工作要求", "责任单位", "完成 时间"])
    sheet.append([1, "建成霁川大桥", "竣工通车", "区交通运输局", "2025年10月底前"])
    sheet.append([2, "办好民生实事", "待定", "——", "尽快"])
    book.save(tmp_path / "own.xlsx")
    (lacking,) = check_workbook(tmp_path / "own.xlsx")
    assert (lacking.row, lacking.missing) == (3, ("who", "standard", "when"))


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-30",
        "2025/6/30",
        "2025.6.30",
        "2025年6月30日",
        "2025年6月30日前",
        "2025年6月底前",
        "6月底前",
        "6月底",
        "十二月底前",
        "三季度末",
        "第三季度",
        "上半年",
        "年内",
        "年底前",
        "2025年底前",
        "2025年",
        "2025.6",
        "长期坚持",
        "持续推进",
        "常态化推进",
        "每月5日前",
        "每季度",
        "今年年底前",
        "2025年12月",
        "2月29日前",
        "9月上旬",
        "10月 底前",
    ],
)
def test_times_that_are_times(text: str) -> None:
    assert is_deadline(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "尽快",
        "按期完成",
        "适时",
        "待定",
        "2025-02-30",
        "2025年2月30日",
        "2月30日前",
        "13月底前",
        "2025-13-01",
        "底前",
        "6",
        "领导定",
        "2025年6月31日前",
    ],
)
def test_times_that_are_none(text: str) -> None:
    assert not is_deadline(text)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_every_date_is_a_time(day: date) -> None:
    assert is_deadline(day.isoformat())
    assert is_deadline(f"{day.year}年{day.month}月{day.day}日前")


CLEAR = {"task": "建桥", "lead": "区交通运输局", "standard": "通车", "deadline": "2025-10-31"}


@given(st.sets(st.sampled_from(sorted(CLEAR))))
def test_what_is_blank_is_missing(blank: set[str]) -> None:
    names = {"task": "what", "lead": "who", "standard": "standard", "deadline": "when"}
    cells = {key: "" if key in blank else value for key, value in CLEAR.items()}
    assert set(missing_of(cells)) == {names[key] for key in blank}


def test_a_whole_target_is_a_standard() -> None:
    whole = {"indicator": "新增就业", "op": "≥", "value": "9200"}
    assert "standard" not in missing_of(whole)
    assert "standard" not in missing_of({"indicator": "优良天数", "op": "高于", "basis": "全市平均"})
    assert all("standard" in missing_of({**whole, key: ""}) for key in whole)


def code_of(path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        check_workbook(path)
    return caught.value.code


def test_bad_files(tmp_path: Path) -> None:
    path = tmp_path / "bad.xlsx"
    assert code_of(path) == "workbook_missing"
    assert code_of(tmp_path) == "workbook_unreadable"
    for content in (b"", b"PK\x03\x04 broken", b"a,b,c\n1,2,3\n"):
        path.write_bytes(content)
        assert code_of(path) == "workbook_unreadable"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert code_of(path) == "workbook_encrypted"


def test_a_workbook_without_tasks(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    openpyxl.Workbook().save(path)
    assert code_of(path) == "workbook_no_tasks"


def test_macros_are_refused(workbook: Path) -> None:
    with zipfile.ZipFile(workbook, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert code_of(workbook) == "workbook_macros"


def test_zip_bombs_are_refused_before_they_are_unpacked(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(workbook, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/more.xml", b"\0" * 20_000_000)
    monkeypatch.setattr(workbook_in, "_unpacked", lambda path: pytest.fail("unpacked"))
    assert code_of(workbook) == "workbook_too_large"


def spread(path: Path, *cells: tuple[int, int]) -> Path:
    book = openpyxl.Workbook()
    for row, column in cells:
        book.active.cell(row, column, "x")
    book.save(path)
    return path


def test_cells_that_lie_too_far_apart_are_refused_before_a_table_is_made_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = spread(tmp_path / "far.xlsx", (1, 1), (1_048_576, 16_384))
    long = spread(tmp_path / "long.xlsx", (1, 1), (200_000, 20))
    assert [len(cells) for _, cells in workbook_in.sheets(long)] == [200_000]
    monkeypatch.setattr(workbook_in, "_unpacked", lambda path: pytest.fail("unpacked"))
    assert code_of(far) == "workbook_too_large"


def test_merged_ranges_that_lie_upon_each_other_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(workbook_in, "MAX_CELLS", 100)
    with pytest.raises(ReadError, match="workbook_too_large"):
        workbook_in._fill_merged("x", [["a"] * 10 for _ in range(10)], [((0, 0), (9, 9)), ((0, 0), (1, 1))])


@pytest.mark.parametrize("other", ["content.xml", "xl/workbook.bin", "XL\\workbook.bin"])
def test_a_workbook_of_another_kind_within_is_refused(workbook: Path, other: str) -> None:
    with zipfile.ZipFile(workbook, "a") as archive:
        archive.writestr(other, b"<x/>")
    assert code_of(workbook) == "workbook_unreadable"


def test_of_a_number_what_a_spreadsheet_shows_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row, value in enumerate((8.899999999999999, 0.1 + 0.2, -2.5, 1e-7, 580_000_000.0), 1):
        book.active.cell(row, 1, value)
    book.save(tmp_path / "n.xlsx")
    ((_, cells),) = workbook_in.sheets(tmp_path / "n.xlsx")
    assert [row[0] for row in cells] == ["8.9", "0.3", "-2.5", "1e-07", "580000000"]
