"""Quality: what Luoshi reads of labelled reports, as tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bench import scores
from bench.gold import SAMPLES, GoldError, Labelled, Row, rows
from bench.scores import Score
from bench.table import Table
from bench.verdicts import verdicts
from luoshi.reading.compare import compare
from luoshi.reading.model import Reading
from luoshi.reading.reader import read
from luoshi.reading.sources import load
from luoshi.writing.json_out import comparisons_json, reading_json

_LAST, _THIS = "report-2024", "report-2025"
_SAMPLE_VERDICTS = SAMPLES / "gold" / "compare-2024-2025.jsonl"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure's name, the F1 that is aimed at (None: no aim) and its score."""

    name: str
    aim: float | None
    score: Score


def reading_of(report: Labelled) -> Reading:
    """Read a labelled report. Raises :class:`GoldError` if the text as read is not the text that the labels count."""
    source = load(report.path.read_bytes(), report.path.name)
    if source.text != report.text:
        raise GoldError(f"{report.path} is read as another text ({len(source.text)} characters for {len(report.text)})")
    return read(source)


def as_rows(reading: Reading) -> Row:
    """A reading as plain data, through JSON, as any other program would have it."""
    data: Row = json.loads(json.dumps(reading_json(reading)))
    return data


def figures(report: Labelled, data: Row) -> list[Figure]:
    """Every figure that the report's labels allow."""
    out = [
        Figure(
            "quantities (span, value, unit, operator)", 0.995, scores.quantities(data["quantities"], report.quantities)
        )
    ]
    promises = data["commitments"]
    if report.clauses:
        for name, codes, aim in (
            ("clauses that promise (outcomes no promise)", "NRC", 0.92),
            ("clauses that promise (outcomes too)", "NRCO", 0.92),
        ):
            out.append(Figure(name, aim, scores.clauses(promises, report.clauses, codes)))
    if report.commitments:
        stretch = _stretch([*report.clauses, *report.commitments])
        likenesses: tuple[tuple[str, float, float | None], ...] = (
            ("targets, the indicator in equal words", 1.0, 0.95),
            ("targets, the indicator in like words", scores.LOOSE, 0.95),
            ("targets, whatever the indicator", 0.0, None),
        )
        for name, likeness, target in likenesses:
            out.append(Figure(name, target, _targets(promises, report, stretch, likeness)))
    return out


def _targets(promises: Sequence[Row], report: Labelled, stretch: tuple[int, int], likeness: float) -> Score:
    return scores.commitments(promises, report.commitments, stretch, likeness)


def _stretch(labels: Sequence[Row]) -> tuple[int, int]:
    return min(row["start"] for row in labels), max(row["end"] for row in labels)


def quality_table(report: Labelled, examples: int = 0) -> Table:
    """The figures of one report; below them up to ``examples`` cases of each figure's errors."""
    table = Table(f"Quality: {report.name} ({report.kind}; {len(report.text):,} characters)", _COLUMNS)
    for figure in figures(report, as_rows(reading_of(report))):
        score = figure.score
        aim = "–" if figure.aim is None else f"≥{figure.aim} {'reached' if score.f1 >= figure.aim else 'not reached'}"
        counts = (score.right, len(score.extra), len(score.missing))
        table.add(figure.name, score.precision, score.recall, score.f1, *counts, aim)
        table.notes += [f"too many, {figure.name}: {case}" for case in score.extra[:examples]]
        table.notes += [f"missing, {figure.name}: {case}" for case in score.missing[:examples]]
    return table


_COLUMNS = ("what", "precision", "recall", "F1", "right", "too many", "missing", "aim (F1)")


def compare_table(examples: int = 0) -> Table:
    """Verdicts on the promises of the first sample report, given the second."""
    last, this = (reading_of(report) for report in _samples())
    found = json.loads(json.dumps(comparisons_json(compare(last, this))))
    result = verdicts(found, rows(_SAMPLE_VERDICTS))
    table = Table(
        "Comparison of two years: the sample reports (synthetic: written for this project)",
        ("what", "right", "of", "share"),
    )
    table.add("verdict", result.right, result.labelled, result.right / max(1, result.labelled))
    table.add("result found where it stands", result.placed, result.labelled, result.placed / max(1, result.labelled))
    table.notes.append(f"labelled promises that were not compared at all (wrong in both rows): {result.not_compared}")
    table.notes += [f"wrong verdict, {case}" for case in result.wrong[:examples]]
    table.notes += [f"wrong result, {case}" for case in result.misplaced[:examples]]
    return table


def _samples() -> tuple[Labelled, Labelled]:
    from bench.gold import load as load_gold  # noqa: PLC0415 - not to be mixed up with the reader's load

    by_name = {report.name: report for report in load_gold(SAMPLES / "gold", synthetic=True)}
    return by_name[_LAST], by_name[_THIS]
