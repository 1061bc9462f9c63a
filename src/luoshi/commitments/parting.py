"""Commitments taken apart and put together; every span stays within what was read, and both can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from luoshi.commitments.editing import checked
from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.models import ACCEPTED, MERGED, PROPOSED, SPLIT, Commitment, Report
from luoshi.commitments.taking import code_of
from luoshi.commitments.working import Work, check_seen, check_status, told, working
from luoshi.org.snapshot import snapshot

MOST_PARTS: Final = 50
_BETWEEN: Final = " \t\n\r　，、；。,;"
"""What stands between two promises and belongs to neither."""

Span = list[int]


def split(
    district: str, officer: str, code: str, seen: int, at: Sequence[int | str], now: datetime | None = None
) -> list[Commitment]:
    """Take it apart (→ split): new commitments, each with its own span in the old one's, proposed.

    ``at``: offsets into the report's text where a new one begins; or the texts of the new ones, each of which stands
    in the old one, in their order. Raises CommitmentError ``split_wrong`` (why: ``few``, ``many``, ``outside``,
    ``order``, ``empty``, ``mixed``).
    """
    with working(district, officer, [code], now) as work:
        row = work.rows[code]
        check_seen(row, seen)
        check_status(row, PROPOSED, ACCEPTED)
        report = _lock(row.report_id)
        pieces = _pieces(row, report.text, at)
        first = _count(report) + 1
        parts = [_part(row, report, first + k, spans) for k, spans in enumerate(pieces)]
        _share_targets(row, report.text, parts)
        for part in parts:
            work.made(part, "split_off")
        before = told(row)
        row.status, row.into = SPLIT, [part.code for part in parts]
        work.changed(row, "split", before)
        work.save([row])
        return parts


def _lock(report_id: int) -> Report:
    """The report, locked: codes are given one after the other."""
    return Report.objects.select_for_update().get(id=report_id)


def _count(report: Report) -> int:
    return Commitment.objects.filter(district=report.district, report=report).count()


def _pieces(row: Commitment, text: str, at: Sequence[int | str]) -> list[list[Span]]:
    if len(at) > MOST_PARTS:
        raise CommitmentError("split_wrong", why="many", most=MOST_PARTS)
    if all(isinstance(one, str) for one in at):
        pieces = _by_texts(row.spans, text, [str(one) for one in at])
    elif all(type(one) is int for one in at):
        pieces = _by_offsets(row.spans, [int(one) for one in at])
    else:
        raise CommitmentError("split_wrong", why="mixed")
    trimmed = [[span for span in (_trimmed(text, one) for one in spans) if span] for spans in pieces]
    if not all(trimmed):
        raise CommitmentError("split_wrong", why="empty")
    if len(trimmed) < 2:
        raise CommitmentError("split_wrong", why="few")
    return trimmed


def _by_offsets(spans: list[Span], at: list[int]) -> list[list[Span]]:
    """Cut at each offset: strictly within a span, or where a later span begins."""
    if at != sorted(set(at)):
        raise CommitmentError("split_wrong", why="order")
    pieces: list[list[Span]] = [[]]
    left = list(at)
    for number, (start, end) in enumerate(spans):
        here = start
        while left and left[0] < end:
            cut = left.pop(0)
            if cut < start or (cut == start and number == 0):
                raise CommitmentError("split_wrong", why="outside", offset=cut)
            if cut > here:
                pieces[-1].append([here, cut])
            pieces.append([])
            here = cut
        pieces[-1].append([here, end])
    if left:
        raise CommitmentError("split_wrong", why="outside", offset=left[0])
    return pieces


def _by_texts(spans: list[Span], text: str, texts: list[str]) -> list[list[Span]]:
    """Find each text behind the one before it, whole in one of the spans."""
    pieces: list[list[Span]] = []
    behind = spans[0][0]
    for one in texts:
        words = one.strip(_BETWEEN)
        if not words:
            raise CommitmentError("split_wrong", why="empty")
        found = next(
            (place for start, end in spans if (place := text.find(words, max(start, behind), end)) >= 0),
            None,
        )
        if found is None:
            raise CommitmentError("split_wrong", why="outside", text=words)
        pieces.append([[found, found + len(words)]])
        behind = found + len(words)
    return pieces


def _trimmed(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and text[start] in _BETWEEN:
        start += 1
    while end > start and text[end - 1] in _BETWEEN:
        end -= 1
    return [start, end] if start < end else None


def _words(text: str, spans: list[Span]) -> str:
    return "；".join(text[start:end] for start, end in spans)


def _part(row: Commitment, report: Report, n: int, spans: list[Span]) -> Commitment:
    words = _words(report.text, spans)
    part = _like(row, code_of(report, n), spans, words)
    part.named = [name for name in row.named if name in words]
    part.bodies = [name for name in row.bodies if name in words]
    part.standard, part.lead, part.joint, part.due = row.standard, row.lead, list(row.joint), row.due
    part.made_of = [row.code]
    return part


def _like(row: Commitment, code: str, spans: list[Span], words: str) -> Commitment:
    return Commitment(
        district=row.district,
        report_id=row.report_id,
        code=code,
        start=spans[0][0],
        end=spans[-1][1],
        spans=spans,
        text=words,
        section=row.section,
        theme=row.theme,
        kind=row.kind,
        horizon=row.horizon,
        deadline=row.deadline,
        deadline_text=row.deadline_text,
        deadline_explicit=row.deadline_explicit,
        targets=[],
        named=[],
        bodies=[],
        status=PROPOSED,
        task="".join(words.split("\n")),
        standard="",
    )


def _share_targets(row: Commitment, text: str, parts: list[Commitment]) -> None:
    """Each target goes to the part in which its number stands, or its indicator; else to the first."""
    for target in row.targets:
        _home(target, text, parts).targets.append(target)
    for part in parts:
        if any(target["value"] is not None for target in part.targets):
            part.kind = "numeric"
        elif part.targets:
            part.kind = "relative"
        elif row.kind in ("numeric", "relative"):
            part.kind = "action"


def _home(target: dict[str, Any], text: str, parts: list[Commitment]) -> Commitment:
    start = target["num_start"]
    if start is not None:
        for part in parts:
            if any(a <= start < b for a, b in part.spans):
                return part
    return next((part for part in parts if target["indicator"] and target["indicator"] in part.text), parts[0])


def merge(
    district: str, officer: str, seen: Mapping[str, int], task: str | None = None, now: datetime | None = None
) -> Commitment:
    """Put several of one report together (→ merged): a new one, proposed, with the spans of all.

    Body and day are taken over where they agree; where they differ they are for the officer to say. Raises
    CommitmentError ``merge_wrong`` (why: ``few``, ``many``, ``reports``), ``field_wrong`` for a task that cannot
    be kept.
    """
    if len(seen) < 2:
        raise CommitmentError("merge_wrong", why="few")
    if len(seen) > MOST_PARTS:
        raise CommitmentError("merge_wrong", why="many", most=MOST_PARTS)
    with working(district, officer, list(seen), now) as work:
        rows = sorted(work.rows.values(), key=lambda row: row.start)
        for row in rows:
            check_seen(row, seen[row.code])
            check_status(row, PROPOSED, ACCEPTED)
        if len({row.report_id for row in rows}) > 1:
            raise CommitmentError("merge_wrong", why="reports")
        report = _lock(rows[0].report_id)
        whole = _whole(rows, report, code_of(report, _count(report) + 1))
        if task is not None and task.strip():
            whole.task = str(checked({"task": task}, snapshot(district).tree, work.on_day)["task"])
        work.made(whole, "merge_into")
        for row in rows:
            before = told(row)
            row.status, row.into = MERGED, [whole.code]
            work.changed(row, "merge", before)
        work.save(rows)
        return whole


def _whole(rows: list[Commitment], report: Report, code: str) -> Commitment:
    spans = _united([span for row in rows for span in row.spans])
    whole = _like(rows[0], code, spans, _words(report.text, spans))
    whole.targets = [target for row in rows for target in row.targets]
    whole.named = list(dict.fromkeys(name for row in rows for name in row.named))
    whole.bodies = list(dict.fromkeys(name for row in rows for name in row.bodies))
    whole.kind = min((row.kind for row in rows), key=("numeric", "relative", "outcome", "action").index)
    whole.horizon = "year" if any(row.horizon == "year" for row in rows) else "term"
    whole.task = "；".join(dict.fromkeys(row.task for row in rows))
    whole.standard = "；".join(dict.fromkeys(row.standard for row in rows if row.standard))
    leads = list(dict.fromkeys(row.lead for row in rows if row.lead))
    whole.lead = leads[0] if len(leads) == 1 else None
    joint = [*(leads if len(leads) > 1 else ()), *(body for row in rows for body in row.joint)]
    whole.joint = [body for body in dict.fromkeys(joint) if body != whole.lead]
    days = {row.due for row in rows}
    whole.due = rows[0].due if len(days) == 1 else None
    explicit = [row for row in rows if row.deadline_explicit and row.deadline]
    if explicit:
        last = max(explicit, key=lambda row: str(row.deadline))
        whole.deadline, whole.deadline_text, whole.deadline_explicit = last.deadline, last.deadline_text, True
    whole.milestones = sorted((node for row in rows for node in row.milestones), key=lambda node: str(node["day"]))
    whole.made_of = [row.code for row in rows]
    return whole


def _united(spans: list[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = [found[-1][0], max(found[-1][1], end)]
        else:
            found.append([start, end])
    return found


def undo(work: Work, row: Commitment) -> list[Commitment]:
    """Undo that ``row`` was taken apart or put together; the rows that changed.

    Raises CommitmentError ``status_wrong`` if what came of it went further, or came back by itself.
    """
    outcome = [work.rows[code] for code in row.into]
    for one in outcome:
        check_status(one, PROPOSED, ACCEPTED)
        if row.code not in one.made_of:
            raise CommitmentError("status_wrong", commitment=row.code, status=row.status, allowed=[])
    split_up = row.status == SPLIT
    back = [row] if split_up else [work.rows[code] for code in outcome[0].made_of]
    for one in outcome:
        before = told(one)
        one.status, one.into = (MERGED, [row.code]) if split_up else (SPLIT, list(one.made_of))
        work.changed(one, "undone", before)
    for one in back:
        before = told(one)
        one.status, one.into = PROPOSED, []
        work.changed(one, "reopen", before)
    return [*outcome, *back]
