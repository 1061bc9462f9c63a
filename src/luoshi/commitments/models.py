"""The tables of commitments. The district comes first in every key; days are texts ``YYYY-MM-DD``, moments seconds
since 1970.

Commitments are never removed: one that is taken apart or put together stays, and says into which it went.
"""

from __future__ import annotations

from django.db import models

CODE = 60
"""The longest code; the same as in casework."""
FIGURE = 2 * CODE + 1
"""The longest id of a figure: a pack's name, a point, a name."""

PROPOSED, ACCEPTED, REJECTED, MERGED, SPLIT, ISSUED = "proposed", "accepted", "rejected", "merged", "split", "issued"
STATUSES = (PROPOSED, ACCEPTED, REJECTED, MERGED, SPLIT, ISSUED)
"""What became of a commitment: read; taken up; not taken up; gone into another one; taken apart; issued as a case."""
LIVING = (PROPOSED, ACCEPTED, ISSUED)
"""The statuses of what is a task or may become one."""


def day_field() -> models.CharField[str | None, str | None]:
    """A day as ``YYYY-MM-DD``, or none."""
    return models.CharField(max_length=10, null=True)


class Report(models.Model):
    """A work report 政府工作报告 as it was taken: its text (offsets index it), the digest of the file, its sections.

    ``key`` begins the codes of its commitments: the plan year, or ``2025.2`` for a second report of that year. ``year``
    is looked back on, ``plan_year`` planned. ``sections``: objects with id, title, path, start, end, part, level, as
    ``luoshi read --json`` writes them; ``hints``: the headings that the file declared, [start, end, level].
    """

    district = models.CharField(max_length=CODE)
    key = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    place = models.CharField(max_length=120)
    year = models.IntegerField(null=True)
    plan_year = models.IntegerField(null=True)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    text = models.TextField()
    sections = models.JSONField()
    hints = models.JSONField()
    uploaded_by = models.CharField(max_length=CODE)
    at = models.BigIntegerField()

    class Meta:
        db_table = "commitments_report"
        constraints = (
            models.UniqueConstraint(fields=["district", "sha256"], name="report_once"),
            models.UniqueConstraint(fields=["district", "key"], name="report_key_once"),
        )
        indexes = (models.Index(fields=["district", "plan_year"], name="report_of_year"),)


class Commitment(models.Model):
    """A commitment 目标任务: what was read, and what the office makes of it.

    As read, and never changed: ``text`` and its ``spans`` in the report's text (several if it was put together;
    ``start`` and ``end`` bound them), ``section`` (path of headings), ``theme`` (the heading below that of the plan),
    ``kind`` and ``horizon`` as in :class:`luoshi.reading.model.Commitment`, ``deadline`` with ``deadline_text`` if the
    text itself tells one (else ``deadline_explicit`` is false and the day is assumed), ``targets`` (objects with
    indicator, op, value, value_high, unit, basis, num_start, num_end; values are exact decimals as text), ``named``
    projects and places, ``bodies`` named.

    By the office: ``lead`` and ``joint`` (codes of bodies), ``task``, ``standard``, ``due``, ``milestones`` (objects
    with day and text), ``reason`` (why it was rejected). ``n`` grows with every change. ``made_of`` and ``into``: codes
    of what it was made of, and of what it went into. ``case`` and ``issued_on`` once it is issued.

    ``figure``: the id of the figure that is its progress; ``target_at``: which of its targets is held against it (the
    best fitting one if none is told); ``against``: the id of the figure with which that compares, of a promise to be
    above another series. Here they are texts: what figures there are is known above.
    """

    district = models.CharField(max_length=CODE)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="commitments")
    code = models.CharField(max_length=CODE)
    start = models.IntegerField()
    end = models.IntegerField()
    spans = models.JSONField()
    text = models.TextField()
    section = models.TextField()
    theme = models.TextField()
    kind = models.CharField(max_length=10)
    horizon = models.CharField(max_length=4)
    deadline = day_field()
    deadline_text = models.CharField(max_length=60)
    deadline_explicit = models.BooleanField()
    targets = models.JSONField()
    named = models.JSONField()
    bodies = models.JSONField()
    status = models.CharField(max_length=10)
    lead = models.CharField(max_length=CODE, null=True)
    joint = models.JSONField(default=list)
    task = models.TextField()
    standard = models.TextField()
    due = day_field()
    milestones = models.JSONField(default=list)
    reason = models.TextField(default="")
    made_of = models.JSONField(default=list)
    into = models.JSONField(default=list)
    n = models.IntegerField(default=1)
    case = models.CharField(max_length=CODE, null=True)
    issued_on = day_field()
    figure = models.CharField(max_length=FIGURE, null=True)
    target_at = models.IntegerField(null=True)
    against = models.CharField(max_length=FIGURE, null=True)

    class Meta:
        db_table = "commitments_commitment"
        constraints = (models.UniqueConstraint(fields=["district", "code"], name="commitment_once"),)
        indexes = (
            models.Index(fields=["district", "report", "start"], name="commitment_in_report"),
            models.Index(
                fields=["district", "case"], name="commitment_of_case", condition=models.Q(case__isnull=False)
            ),
        )


class CommitmentLog(models.Model):
    """What was done to a commitment, by whom and when: ``action`` with what it changed (``before`` and ``after``:
    field → value). ``n`` is the commitment's revision after it."""

    district = models.CharField(max_length=CODE)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="log")
    n = models.IntegerField()
    officer = models.CharField(max_length=CODE)
    at = models.BigIntegerField()
    action = models.CharField(max_length=20)
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        db_table = "commitments_log"
        constraints = (models.UniqueConstraint(fields=["district", "commitment", "n"], name="log_once"),)


class YearCheck(models.Model):
    """Last year's promises against this year's results 上年兑现情况, computed once for a pair of files.

    ``verdicts``: in the order of last year's reading, objects with start, end, text, verdict, why, result (start, end,
    text) or none.
    """

    district = models.CharField(max_length=CODE)
    last = models.CharField(max_length=64)
    this = models.CharField(max_length=64)
    verdicts = models.JSONField()

    class Meta:
        db_table = "commitments_year_check"
        constraints = (models.UniqueConstraint(fields=["district", "last", "this"], name="year_check_once"),)
