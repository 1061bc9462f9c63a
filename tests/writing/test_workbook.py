"""The task workbook: what stands where, what is marked, and that nothing in it is a formula."""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.reading.model import Reading
from luoshi.writing.cells import CELL_LIMIT, lines, safe_text
from luoshi.writing.workbook import write_workbook

from .factory import commitment, small_reading

TASKS, HEAD, FIRST = "任务分解", 3, 5
FORMULA_LIKE = st.builds(lambda sign, rest: sign + rest, st.sampled_from("=+-@\t\r"), st.text(max_size=20))


def written(reading: Reading, lang: str = "zh") -> bytes:
    file = BytesIO()
    write_workbook(reading, file, lang=lang)
    return file.getvalue()


def opened(reading: Reading, lang: str = "zh") -> Any:
    return openpyxl.load_workbook(BytesIO(written(reading, lang)))


def table(sheet: Any) -> list[dict[str, Any]]:
    """The rows of the task sheet by heading, the lower tier before the upper."""
    upper = [cell.value for cell in sheet[HEAD]]
    heads = [cell.value or upper[index] for index, cell in enumerate(sheet[HEAD + 1])]
    values = sheet.iter_rows(min_row=FIRST, values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in values]


def test_one_row_for_each_target() -> None:
    reading = small_reading()
    rows = table(opened(reading)[TASKS])
    assert len(rows) == sum(max(1, len(promise.targets)) for promise in reading.commitments)
    numbers = [row["序号"] for row in rows]
    assert numbers[:5] == [1, 2.1, 2.2, 2.3, 3]
    assert numbers == sorted(numbers)
    assert all(row["目标任务"] and row["原文"] for row in rows)


def test_ten_targets_and_more_still_sort() -> None:
    reading = small_reading()
    many = reading.commitments[1]
    reading.commitments = [replace(many, targets=many.targets * 4)]
    numbers = [row["序号"] for row in table(opened(reading)[TASKS])]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == 12


def test_what_the_text_gives_is_filled_and_the_rest_is_blank() -> None:
    rows = {row["目标任务"]: row for row in table(opened(small_reading())[TASKS])}
    canteens = rows["6月底前建成滨河路“邻里食堂”8个，由区民政局牵头，各街道配合"]
    assert (canteens["牵头单位"], canteens["责任（配合）单位"]) == ("区民政局", "各街道")
    assert canteens["完成时限"].date().isoformat() == "2025-06-30"
    assert (canteens["指标"], canteens["比较"], canteens["数值"], canteens["单位"]) == (
        "滨河路“邻里食堂”",
        "=",
        8,
        "个",
    )
    plain = rows["让群众办事更省心"]
    blank = ("牵头领导", "牵头单位", "责任（配合）单位", "工作标准", "完成时限", "指标", "数值", "一季度")
    assert [plain[heading] for heading in blank] == [None] * len(blank)


def test_numbers_keep_the_magnitude_of_the_report() -> None:
    rows = {row["目标任务"]: row for row in table(opened(small_reading())[TASKS])}
    funds, homes = rows["争取上级资金21.5亿元"], rows["惠及居民1.18万户"]
    assert (funds["数值"], funds["单位"]) == (21.5, "亿元")
    assert (homes["数值"], homes["单位"]) == (1.18, "万户")
    projects = rows["引进亿元以上项目12至15个"]
    assert (projects["数值"], projects["上限"]) == (12, 15)
    relative = rows["空气优良天数比例高于全市平均水平"]
    assert (relative["比较"], relative["数值"], relative["对比基准"]) == ("高于", None, "全市平均水平")


def test_rows_lead_back_to_the_text() -> None:
    reading = small_reading()
    for row in table(opened(reading)[TASKS]):
        start, end = map(int, row["位置"].split("–"))
        assert reading.source.text[start:end] == row["原文"]
        assert row["来源标识"].endswith(f"@{start}-{end}")


def test_blanks_are_marked_validated_and_the_table_prints() -> None:
    sheet = opened(small_reading())[TASKS]
    marked = {str(area.sqref).split(":")[0] for area in sheet.conditional_formatting}
    letters = {cell.value: cell.column_letter for cell in sheet[HEAD] if cell.value}
    assert marked == {f"{letters[name]}{FIRST}" for name in ("目标任务", "工作标准", "牵头单位", "完成时限")}
    kinds = {rule.type for rule in sheet.data_validations.dataValidation}
    assert {"list", "decimal", "date"} <= kinds
    assert sheet.freeze_panes == f"D{FIRST}"
    assert sheet.auto_filter.ref.startswith(f"A{HEAD + 1}:")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == f"${HEAD}:${HEAD + 1}"
    assert sheet.column_dimensions["W"].hidden
    assert not any(area.min_row >= FIRST for area in sheet.merged_cells.ranges)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_reading_gives_the_same_bytes(lang: str) -> None:
    first, second = (hashlib.sha256(written(small_reading(), lang)).hexdigest() for _ in range(2))
    assert first == second


def test_sheets_in_both_languages() -> None:
    assert opened(small_reading()).sheetnames == [
        "任务分解",
        "完成情况",
        "数据",
        "名词解释",
        "存疑",
        "单位名录",
        "说明",
    ]
    assert opened(small_reading(), "en").sheetnames[0] == "Tasks"
    with pytest.raises(ValueError, match="fr"):
        write_workbook(small_reading(), BytesIO(), lang="fr")


def test_an_empty_reading_still_makes_a_workbook() -> None:
    reading = small_reading()
    reading.commitments, reading.achievements, reading.quantities = [], [], []
    reading.glossary, reading.unclear, reading.sections = [], [], []
    assert table(opened(reading)[TASKS]) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(FORMULA_LIKE, min_size=1, max_size=5))
def test_text_stays_text(texts: list[str]) -> None:
    reading = small_reading()
    base = commitment("c1", "让群众办事更省心", "s4", "action", "who what standard when")
    reading.commitments = [replace(base, text=t, object=t, bodies=[t, t], action="") for t in texts]
    reading.source.name = texts[0]
    reading.title = texts[0]
    parts = zipfile.ZipFile(BytesIO(written(reading)))
    sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert sheets
    assert not any(re.search(r"<f[ >]|<hyperlink", sheet) for sheet in sheets)
    rows = table(openpyxl.load_workbook(BytesIO(written(reading)))[TASKS])
    shown = [row["原文"] or "" for row in rows]
    assert [text.replace("\r", "") for text in shown] == [safe_text(text).replace("\r", "") for text in texts]


@given(st.text(max_size=50), st.sampled_from([1, 700, 20_000]))
@settings(max_examples=30, deadline=None)
def test_a_cell_is_never_too_long(text: str, times: int) -> None:
    clean = safe_text(text * times)
    assert len(clean.encode("utf-16-le")) // 2 <= CELL_LIMIT
    if len(text) * times < CELL_LIMIT // 2:
        assert "全文见" not in clean or "全文见" in text


@given(st.text(alphabet="霁川区民生ab1 \n", max_size=200), st.integers(5, 60))
def test_rows_grow_with_their_words(text: str, width: int) -> None:
    assert lines(text, width) >= text.count("\n") + 1
    assert lines(text + "云" * width, width) > lines(text, width) or not text
    assert lines(text, width) >= lines(text, width + 10)


def test_an_unwritable_place_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        write_workbook(small_reading(), tmp_path / "nowhere" / "tasks.xlsx")


@pytest.mark.parametrize(
    ("basis", "word"), [("经济增长", "同步"), ("全市平均水平", "同步"), ("翻两番", "达到"), ("全覆盖", "达到")]
)
def test_in_step_with_a_series_or_come_to_a_state(basis: str, word: str) -> None:
    reading = small_reading()
    promise = reading.commitments[2]
    reading.commitments = [replace(promise, targets=[replace(promise.targets[0], basis=basis)])]
    assert table(opened(reading)[TASKS])[0]["比较"] == word
