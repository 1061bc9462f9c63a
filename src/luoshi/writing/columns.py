"""The columns of the task sheet, by name: written here, and found again when a filled-in workbook is read back."""

from __future__ import annotations

from luoshi.writing.cells import Column
from luoshi.writing.labels import Lang, pick

# key, heading in Chinese and English, width in characters, look. The widths make A4 landscape at about 73 %.
_TASKS: tuple[tuple[str, tuple[str, str], float, str], ...] = (
    ("number", ("序号", "No."), 5, "index"),
    ("category", ("类别", "Category"), 9.5, "small"),
    ("task", ("目标任务", "Task"), 26, "text"),
    ("indicator", ("指标", "Indicator"), 11, "text"),
    ("op", ("比较", "Is"), 5.5, "centre"),
    ("value", ("数值", "Value"), 7.5, "figure"),
    ("value_high", ("上限", "Upper"), 5.5, "figure"),
    ("unit", ("单位", "Unit"), 6, "centre"),
    ("basis", ("对比基准", "Basis"), 7.5, "centre"),
    ("standard", ("工作标准", "Standard"), 12, "text"),
    ("leader", ("牵头领导", "Leader in charge"), 6.5, "centre"),
    ("lead", ("牵头单位", "Lead body"), 9.5, "text"),
    ("support", ("责任（配合）单位", "Supporting bodies"), 10, "text"),
    ("person", ("责任人", "Person"), 6.5, "centre"),
    ("deadline", ("完成时限", "Deadline"), 9.5, "date"),
    ("q1", ("一季度", "Q1"), 6, "free"),
    ("q2", ("二季度", "Q2"), 6, "free"),
    ("q3", ("三季度", "Q3"), 6, "free"),
    ("q4", ("四季度", "Q4"), 6, "free"),
    ("quote", ("原文", "Wording"), 18, "small"),
    ("place", ("位置", "Characters"), 7.5, "small_centre"),
    ("note", ("备注", "Remarks"), 9, "free"),
    ("key", ("来源标识", "Source key"), 14, "small"),
)
# Headings that span several columns: first key, last key, words.
GROUPS: tuple[tuple[str, str, tuple[str, str]], ...] = (
    ("indicator", "basis", ("量化目标", "Quantified target")),
    ("q1", "q4", ("形象进度", "Milestones")),
    ("quote", "place", ("来源", "Source")),
)
# Other names that offices give the columns that are read back.
ALIASES: dict[str, tuple[str, ...]] = {
    "number": ("编号", "序", "no"),
    "task": (
        "工作任务",
        "重点任务",
        "主要任务",
        "任务内容",
        "任务",
        "目标任务内容",
        "重点工作",
        "工作内容",
        "目标任务及内容",
    ),
    "indicator": ("指标名称", "指标内容"),
    "op": ("比较关系",),
    "value": ("目标值", "数值目标", "目标数值"),
    "unit": ("计量单位",),
    "basis": ("基准", "对比基数"),
    "standard": ("标准", "工作标准及要求", "完成标准", "工作要求", "目标标准", "考核标准"),
    "leader": ("牵头区领导", "责任领导", "分管领导", "包保领导", "区领导"),
    "lead": ("牵头部门", "责任单位牵头", "牵头责任单位", "主办单位", "牵头单位责任单位"),
    "support": ("责任单位", "配合单位", "责任部门", "配合部门", "协办单位", "责任配合单位"),
    "person": ("具体责任人", "联系人", "责任人员"),
    "deadline": ("时限", "完成时间", "时限要求", "完成期限", "办结时限", "时间要求"),
}


def task_columns(lang: Lang) -> list[Column]:
    """The columns of the task sheet, left to right."""
    return [Column(key, pick(heading, lang), width, look) for key, heading, width, look in _TASKS]


def headings() -> dict[str, str]:
    """Every heading that is known, in plain form (see :func:`plain`), with the key of its column."""
    known: dict[str, str] = {}
    for key, pair, _, _ in _TASKS:
        for name in (*pair, *ALIASES.get(key, ())):
            known.setdefault(plain(name), key)
    return known


def plain(heading: str) -> str:
    """``heading`` in lower case without spaces, brackets and marks: 责任（配合）单位 is ``责任(配合) 单位 *``."""
    return "".join(char for char in heading if char.isalnum()).lower()
