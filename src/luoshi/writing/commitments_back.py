"""The filled-in task workbook of commitments, read back: first what differs, then taken.

A cell that is as it was written takes nothing back, whatever others have changed since.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from luoshi.casework.sql import reading
from luoshi.commitments.editing import checked
from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.matching import bodies_named
from luoshi.commitments.models import ISSUED, LIVING, Commitment, CommitmentLog, Report
from luoshi.commitments.review import Result, edit
from luoshi.org.snapshot import snapshot
from luoshi.org.tree import Tree
from luoshi.reading.deadlines import due as due_of
from luoshi.reading.deadlines import find_cues
from luoshi.writing.cells import safe_text
from luoshi.writing.commitments_book import NODE, QUARTERS, name_of, quarter_end, target_of
from luoshi.writing.labels import Lang
from luoshi.writing.sheet_tasks import target_cells
from luoshi.writing.tasks import TaskRow, read_tasks

_COLUMNS: Final[dict[str, frozenset[str]]] = {
    "task": frozenset({"task"}),
    "standard": frozenset({"standard"}),
    "lead": frozenset({"lead"}),
    "joint": frozenset({"support"}),
    "due": frozenset({"deadline"}),
    "milestones": frozenset(QUARTERS),
}
"""Field → the columns that tell it."""
_AS_READ: Final = ("indicator", "op", "value", "value_high", "unit", "basis")
"""Columns that show what was read; a change in them is told, and not taken."""
_KEY: Final = re.compile(r"([\w.-]{1,60})@(\d{1,9})(?::(\d{1,4}))?", re.ASCII)
_SEPARATORS: Final = re.compile(r"[、,，;；/\n]+")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that the workbook has otherwise: as it is (``old``) and as it would be (``new``), both as people read
    them; ``value`` is what would be kept, against revision ``n``. With a ``problem`` it is not taken:

    ``code_unknown`` (no such commitment in this report), ``code_missing`` (a row without a code), ``status_wrong`` (it
    was issued, or gone), ``body_unknown``, ``date_wrong``, ``value_wrong`` (too long, or signs that cannot be kept),
    ``changed`` (somebody else has changed the field since the workbook was written), ``rows_differ`` (two rows of one
    commitment say otherwise), ``not_taken`` (a column that shows what was read). ``row``: where it stands in the sheet.
    """

    code: str
    field: str
    old: str
    new: str
    problem: str | None = None
    n: int = 0
    value: Any = None
    row: int = 0


def differences(report: Report, path: str | Path, on_day: str) -> list[Difference]:
    """What the workbook at ``path`` has otherwise than the commitments of ``report``, in the order of its rows.

    Bodies have to exist on ``on_day``. Raises ReadError for what is no task workbook.
    """
    rows = read_tasks(path)
    return list(_Comparison(report, on_day).all(rows))


class _Comparison:
    def __init__(self, report: Report, on_day: str) -> None:
        self.report, self.on_day = report, on_day
        self.tree = snapshot(report.district).tree
        with reading():
            found = Commitment.objects.filter(district=report.district, report_id=report.pk)
            self.rows = {row.code: row for row in found}
            self.logs: dict[int, list[CommitmentLog]] = {}
            for log in CommitmentLog.objects.filter(district=report.district, commitment__report_id=report.pk).order_by(
                "n"
            ):
                self.logs.setdefault(log.commitment_id, []).append(log)
        self.seen: dict[tuple[str, str], Difference | None] = {}

    def all(self, rows: Iterable[TaskRow]) -> Iterable[Difference]:
        for row in rows:
            key = row.cells.get("key", "").strip()
            told = _KEY.fullmatch(key)
            if told is None:
                problem = "code_unknown" if key else "code_missing"
                yield Difference(key, "", "", row.task, problem, row=row.row)
                continue
            one = self.rows.get(told[1])
            if one is None:
                yield Difference(told[1], "", "", row.task, "code_unknown", row=row.row)
                continue
            yield from self.fields(one, int(told[2]), int(told[3] or 1), row)

    def fields(self, one: Commitment, written: int, place: int, row: TaskRow) -> Iterable[Difference]:
        for field, parse in _PARSERS.items():
            if not row.columns >= _COLUMNS[field]:
                continue  # a column that an office has taken out says nothing
            found = self.field(one, written, row, field, parse)
            key = (one.code, field)
            if key not in self.seen:
                self.seen[key] = found
                if found is not None:
                    yield found
            elif (found and (found.new, found.problem)) != _told(self.seen[key]):
                old = shown(self.tree, field, getattr(one, field))
                yield Difference(one.code, field, old, found.new if found else old, "rows_differ", one.n, row=row.row)
        yield from self.as_read(one, place, row)

    def field(
        self, one: Commitment, written: int, row: TaskRow, field: str, parse: Callable[..., Any]
    ) -> Difference | None:
        now = getattr(one, field)
        old = shown(self.tree, field, now)
        try:
            value = parse(self, row.cells)
        except _WrongError as wrong:
            return Difference(one.code, field, old, wrong.text, wrong.problem, one.n, row=row.row)
        if field == "joint":
            value = [body for body in value if body != one.lead]
        if value == now or shown(self.tree, field, value) == old:
            return None
        new = shown(self.tree, field, value)
        changed, before = self.since(one, written, field)
        if changed and shown(self.tree, field, before) == new:
            return None  # the cell is as it was written; somebody else has changed the field since
        problem = "changed" if changed else None
        if one.status not in LIVING or one.status == ISSUED:
            problem = "status_wrong"
        return Difference(one.code, field, old, new, problem, one.n, value, row.row)

    def since(self, one: Commitment, written: int, field: str) -> tuple[bool, Any]:
        """Whether ``field`` has changed since the revision that was written, and what it was then."""
        for log in self.logs.get(one.pk, ()):
            if log.n > written and field in log.before:
                return True, log.before[field]
        return False, None

    def as_read(self, one: Commitment, place: int, row: TaskRow) -> Iterable[Difference]:
        if not place <= max(len(one.targets), 1):
            return
        target = target_of(one.targets[place - 1]) if one.targets else None
        languages: tuple[Lang, ...] = ("zh", "en")
        written = [target_cells(target, self.report.text, lang) for lang in languages]
        for name in _AS_READ:
            new = row.cells.get(name, "")
            olds = [_cell(cells.get(name)) for cells in written]
            if new and new not in olds:
                yield Difference(one.code, name, olds[0], new, "not_taken", one.n, row=row.row)

    # --- cells

    def task(self, cells: Mapping[str, str]) -> str:
        return str(self.kept("task", cells.get("task", "")))

    def standard(self, cells: Mapping[str, str]) -> str:
        return str(self.kept("standard", cells.get("standard", "")))

    def lead(self, cells: Mapping[str, str]) -> str | None:
        found = self.bodies(cells.get("lead", ""))
        if len(found) > 1:
            raise _WrongError(cells["lead"], "body_unknown")
        return found[0] if found else None

    def joint(self, cells: Mapping[str, str]) -> list[str]:
        return self.bodies(cells.get("support", ""))

    def due(self, cells: Mapping[str, str]) -> str | None:
        return self.day(cells.get("deadline", ""))

    def milestones(self, cells: Mapping[str, str]) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        for quarter, name in enumerate(QUARTERS, start=1):
            for line in filter(None, map(str.strip, cells.get(name, "").split("\n"))):
                dated = NODE.fullmatch(line)
                if dated is None and self.report.plan_year is None:
                    raise _WrongError(line, "date_wrong")
                day = dated[1] if dated else quarter_end(int(self.report.plan_year or 0), quarter)
                found.append({"day": day, "text": dated[2].strip() if dated else line})
        return list(self.kept("milestones", found))

    def kept(self, field: str, value: Any) -> Any:
        try:
            return checked({field: value}, self.tree, self.on_day)[field]
        except CommitmentError as error:
            problem = "date_wrong" if error.details.get("want") == "date" else "value_wrong"
            raise _WrongError(shown(self.tree, field, value), problem) from error

    def bodies(self, text: str) -> list[str]:
        found: list[str] = []
        for name in filter(None, map(str.strip, _SEPARATORS.split(text))):
            exact = [code for code, body in self.tree.bodies.items() if name in (body.zh, body.en, code)]
            alive = [code for code in exact if self.tree.exists(code, self.on_day)]
            told = alive or [body.code for body in bodies_named([name], self.tree, self.on_day)]
            if len(told) != 1:
                raise _WrongError(text, "body_unknown")
            found.append(told[0])
        return list(dict.fromkeys(found))

    def day(self, text: str) -> str | None:
        """A date, or words that tell one: 6月底前, 年底; none for an empty cell."""
        words = text.strip()
        if not words:
            return None
        exact = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?前?(?:\s.*)?", words)
        try:
            if exact:
                return date(int(exact[1]), int(exact[2]), int(exact[3])).isoformat()
        except ValueError as error:
            raise _WrongError(text, "date_wrong") from error
        told = due_of(words, find_cues(words, 0, len(words)), self.report.plan_year, term=False)
        if told is None or told.day is None:
            raise _WrongError(text, "date_wrong")
        return told.day


class _WrongError(Exception):
    """A cell that tells nothing that could be kept."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(text, problem)
        self.text, self.problem = text, problem


_PARSERS: Final[dict[str, Callable[..., Any]]] = {
    "task": _Comparison.task,
    "standard": _Comparison.standard,
    "lead": _Comparison.lead,
    "joint": _Comparison.joint,
    "due": _Comparison.due,
    "milestones": _Comparison.milestones,
}


def _told(found: Difference | None) -> tuple[str, str | None] | None:
    return None if found is None else (found.new, found.problem)


def _cell(value: Any) -> str:
    """A value as it is read back from its cell."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return safe_text(str(value)).strip()


def shown(tree: Tree, field: str, value: Any) -> str:
    """A field's value as people read it."""
    if field == "lead":
        return name_of(tree, value)
    if field == "joint":
        return "、".join(name_of(tree, body) for body in value)
    if field == "milestones":
        return "；".join(f"{node['day']} {node['text']}" for node in value)
    return safe_text(str(value or "")).strip()


def take(district: str, officer: str, found: Iterable[Difference], now: datetime | None = None) -> list[Result]:
    """Take the differences that have no problem, commitment by commitment, each for itself; the result of each.

    One that has changed since the differences were shown is told as ``changed``, and nothing of it is taken.
    """
    by_code: dict[str, tuple[int, dict[str, Any]]] = {}
    for one in found:
        if one.problem is None:
            by_code.setdefault(one.code, (one.n, {}))[1][one.field] = one.value
    results: list[Result] = []
    for code, (n, fields) in by_code.items():
        try:
            results.append(Result(code, edit(district, officer, code, n, fields, now)))
        except CommitmentError as error:
            if error.code == "not_authorised":
                raise
            results.append(Result(code, error=error))
    return results
