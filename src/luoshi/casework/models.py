"""The tables of casework. Rows are written by :mod:`luoshi.casework.act` in plain SQL; these models are for reading.

Every table that grows has the district first in its keys. Days are texts ``YYYY-MM-DD``, which sort as they should and
read alike on both stores; exact decimals are texts, too. The index of titles, which is another thing on each store, is
made by :mod:`luoshi.casework.search`; the migration calls it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.casework.fields import RowId

CODE = 60
"""The longest code of a district, body, area, officer, mechanism, role or stage."""


def day_field(*, null: bool = True) -> models.CharField[str, str]:
    """A day as ``YYYY-MM-DD``."""
    return models.CharField(max_length=10, null=null)


class Case(models.Model):
    """A case 事项. Its public columns are what its entries fold into; ``state`` is what the step function keeps.

    ``case`` is its public name, ``number`` the one that people use (文号、工单号). ``n`` counts its entries, ``head``
    is the last one's digest. ``act_by``: the day by which somebody must act next; ``next_at``: when the ladder's next
    rung is due, in seconds since 1970. ``title`` and ``party`` (a key for who it is about) may be personal: they are
    erased with the person. ``returned``: a return 退回 brought it to where it stands.
    """

    id = RowId(primary_key=True)
    district = models.CharField(max_length=CODE)
    case = models.CharField(max_length=CODE)
    number = models.CharField(max_length=120)
    mechanism = models.CharField(max_length=CODE)
    version = models.IntegerField()
    channel = models.CharField(max_length=CODE, null=True)
    category = models.CharField(max_length=CODE, null=True)
    body = models.CharField(max_length=CODE)
    area = models.CharField(max_length=CODE, null=True)
    opened_on = day_field(null=False)
    answered_on = day_field()
    struck_off_on = day_field()
    due_on = day_field()
    stage = models.CharField(max_length=CODE)
    weight = models.CharField(max_length=24)
    grade = models.CharField(max_length=CODE, null=True)
    open = models.BooleanField()
    n = models.IntegerField()
    head = models.BinaryField(max_length=32)
    head_sm3 = models.BinaryField(max_length=32, null=True)
    state = models.TextField()
    act_by = day_field()
    next_at = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200, null=True)
    party = models.CharField(max_length=64, null=True)
    matter = models.CharField(max_length=CODE, null=True)
    returned = models.BooleanField(default=False)

    class Meta:
        db_table = "casework_case"
        constraints = (models.UniqueConstraint(fields=["district", "case"], name="case_once"),)
        indexes = (
            # The last three columns are for the door, which then finds a page's cases in the index alone.
            models.Index(
                fields=["district", "body", "act_by", "id", "mechanism", "area", "stage"],
                name="case_of_body",
                condition=Q(open=True),
            ),
            models.Index(
                fields=["district", "mechanism", "act_by", "id", "body", "area"],
                name="case_of_kind",
                condition=Q(open=True),
            ),
            models.Index(
                fields=["district", "area", "act_by", "id", "mechanism", "body", "stage"],
                name="case_in_area",
                condition=Q(open=True),
            ),
            # What waits for a role 待办: it is responsible in few stages, and may be so for many bodies.
            models.Index(
                fields=["district", "mechanism", "stage", "act_by", "id", "body", "area"],
                name="case_at_stage",
                condition=Q(open=True),
            ),
            models.Index(
                fields=["district", "mechanism", "stage", "act_by", "id", "body", "area"],
                name="case_returned",
                condition=Q(open=True, returned=True),
            ),
            models.Index(fields=["district", "body", "id"], name="closed_of_body", condition=Q(open=False)),
            models.Index(fields=["district", "mechanism", "id"], name="closed_of_kind", condition=Q(open=False)),
            models.Index(fields=["district", "area", "opened_on"], name="case_of_area"),
            # Patterns, so that the beginning of a number is looked up in it whatever the database's language.
            models.Index(
                fields=["district", "number"],
                name="case_by_number",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops"],
            ),
            # In the order of the sweep, by district: without statistics SQLite takes the index that names more.
            models.Index(
                fields=["district", "next_at", "id"], name="case_next_rung", condition=Q(next_at__isnull=False)
            ),
            models.Index(fields=["district", "party"], name="case_of_party", condition=Q(party__isnull=False)),
            models.Index(fields=["district", "matter"], name="case_of_matter", condition=Q(matter__isnull=False)),
        )


class Entry(models.Model):
    """An entry 台账记录: its canonical bytes and their digest. Never changed. ``id`` gives the log's order."""

    id = RowId(primary_key=True)
    district = models.CharField(max_length=CODE)
    case_id = models.BigIntegerField()
    n = models.IntegerField()
    data = models.BinaryField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        db_table = "casework_entry"
        constraints = (models.UniqueConstraint(fields=["district", "case_id", "n"], name="entry_once"),)


class Plaintext(models.Model):
    """What an entry only commits to: JSON objects of field → [salt in hex, value]. ``personal`` goes with the person;
    ``private`` (clock time, officer, free text) stays with the office."""

    id = RowId(primary_key=True)
    district = models.CharField(max_length=CODE)
    case_id = models.BigIntegerField()
    n = models.IntegerField()
    private = models.TextField()
    personal = models.TextField(null=True)

    class Meta:
        db_table = "casework_plaintext"
        constraints = (models.UniqueConstraint(fields=["district", "case_id", "n"], name="plaintext_once"),)


class Part(models.Model):
    """An open or done part 主办/会办/分办 of a split case, so that its body finds it in its inbox."""

    id = RowId(primary_key=True)
    district = models.CharField(max_length=CODE)
    case_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    mechanism = models.CharField(max_length=CODE)
    kind = models.CharField(max_length=CODE)
    body = models.CharField(max_length=CODE)
    stage = models.CharField(max_length=CODE)
    open = models.BooleanField()
    weight = models.CharField(max_length=24, null=True)
    act_by = day_field()

    class Meta:
        db_table = "casework_part"
        constraints = (models.UniqueConstraint(fields=["district", "case_id", "key"], name="part_once"),)
        indexes = (
            models.Index(
                fields=["district", "body", "act_by", "case_id", "mechanism"],
                name="part_of_body",
                condition=Q(open=True),
            ),
        )


class Notice(models.Model):
    """A document 文书 on its way to a body: written in the act's own transaction, delivered later.

    ``sent_at`` (seconds since 1970) is empty until it was delivered; ``tries`` and ``error`` keep a failure visible.
    """

    id = RowId(primary_key=True)
    district = models.CharField(max_length=CODE)
    case_id = models.BigIntegerField()
    n = models.IntegerField()
    document = models.CharField(max_length=CODE)
    number = models.CharField(max_length=120, null=True)
    body = models.CharField(max_length=CODE)
    on_day = day_field(null=False)
    sent_at = models.BigIntegerField(null=True)
    tries = models.IntegerField(default=0)
    error = models.CharField(max_length=200, null=True)

    class Meta:
        db_table = "casework_notice"
        indexes = (
            models.Index(fields=["district", "case_id"], name="notice_of_case"),
            models.Index(fields=["id"], name="notice_unsent", condition=Q(sent_at__isnull=True)),
        )


class Claim(models.Model):
    """A rung of the ladder claimed: its unique row is what makes escalation happen once (law 5)."""

    id = RowId(primary_key=True)
    district = models.CharField(max_length=CODE)
    case_id = models.BigIntegerField()
    clock = models.CharField(max_length=240)
    run = models.IntegerField()
    rung = models.CharField(max_length=CODE)
    n = models.IntegerField()

    class Meta:
        db_table = "casework_claim"
        constraints = (
            models.UniqueConstraint(fields=["district", "case_id", "clock", "run", "rung"], name="claim_once"),
        )


class PendingAct(models.Model):
    """An act that waits for an approval 待批; see :mod:`luoshi.casework.pending`.

    ``case_id`` and ``seen`` (the last entry that was there when it was asked for) are empty where it opens a case.
    ``roles``, ``fields`` and ``files`` are JSON; the fields may be personal and are emptied with the decision.
    ``asked_at``, ``decided_at``: seconds since 1970. ``told``: of a stale one the refusal, as JSON.
    """

    id = RowId(primary_key=True)
    district = models.CharField(max_length=CODE)
    case_id = models.BigIntegerField(null=True)
    mechanism = models.CharField(max_length=CODE)
    version = models.IntegerField()
    action = models.CharField(max_length=CODE)
    part = models.CharField(max_length=200, default="")
    officer = models.CharField(max_length=CODE)
    body = models.CharField(max_length=CODE)
    role = models.CharField(max_length=CODE)
    approver_role = models.CharField(max_length=CODE)
    approver_body = models.CharField(max_length=CODE)
    area = models.CharField(max_length=CODE, null=True)
    party = models.CharField(max_length=64, null=True)
    roles = models.TextField()
    fields = models.TextField()
    files = models.TextField()
    seen = models.IntegerField(null=True)
    asked_at = models.BigIntegerField()
    decided_at = models.BigIntegerField(null=True)
    decided_by = models.CharField(max_length=CODE, null=True)
    decision = models.CharField(max_length=12, default="")
    reason = models.CharField(max_length=200, default="")
    told = models.TextField(default="")

    class Meta:
        db_table = "casework_pending_act"
        constraints = (
            models.UniqueConstraint(
                fields=["district", "case_id", "action", "part", "seen"], name="pending_once", condition=Q(decision="")
            ),
        )
        indexes = (
            models.Index(fields=["district", "approver_role", "id"], name="pending_of_role", condition=Q(decision="")),
            models.Index(fields=["district", "officer", "id"], name="pending_of_officer"),
            models.Index(fields=["district", "case_id"], name="pending_of_case"),
        )


class Rollup(models.Model):
    """Open cases counted for the boards 看板; see :mod:`luoshi.casework.rollup`. Once without areas, once by area.

    Weights are in millionths.
    """

    id = RowId(primary_key=True)
    district = models.CharField(max_length=CODE)
    by_area = models.BooleanField()
    mechanism = models.CharField(max_length=CODE)
    version = models.IntegerField()
    body = models.CharField(max_length=CODE)
    area = models.CharField(max_length=CODE, null=True)
    stage = models.CharField(max_length=CODE)
    cases = models.IntegerField()
    late_5 = models.IntegerField()
    late_20 = models.IntegerField()
    late_more = models.IntegerField()
    soon = models.IntegerField()
    later = models.IntegerField()
    undated = models.IntegerField()
    overdue = models.IntegerField()
    age_7 = models.IntegerField()
    age_30 = models.IntegerField()
    age_90 = models.IntegerField()
    age_365 = models.IntegerField()
    age_more = models.IntegerField()
    weight = models.DecimalField(max_digits=36, decimal_places=0)
    late_weight = models.DecimalField(max_digits=36, decimal_places=0)
    overdue_weight = models.DecimalField(max_digits=36, decimal_places=0)

    class Meta:
        db_table = "casework_rollup"
        indexes = (
            models.Index(fields=["district", "body"], name="rollup_of_body", condition=Q(by_area=False)),
            models.Index(fields=["district", "area"], name="rollup_of_area", condition=Q(by_area=True)),
        )


class RollupMonth(models.Model):
    """Cases opened, answered and struck off in a month ``YYYY-MM``; see :class:`Rollup`."""

    id = RowId(primary_key=True)
    district = models.CharField(max_length=CODE)
    by_area = models.BooleanField()
    mechanism = models.CharField(max_length=CODE)
    version = models.IntegerField()
    body = models.CharField(max_length=CODE)
    area = models.CharField(max_length=CODE, null=True)
    month = models.CharField(max_length=7)
    opened = models.IntegerField()
    answered = models.IntegerField()
    struck_off = models.IntegerField()
    still_open = models.IntegerField()
    limited = models.IntegerField()
    in_time = models.IntegerField()
    opened_weight = models.DecimalField(max_digits=36, decimal_places=0)
    answered_weight = models.DecimalField(max_digits=36, decimal_places=0)
    struck_off_weight = models.DecimalField(max_digits=36, decimal_places=0)

    class Meta:
        db_table = "casework_rollup_month"
        indexes = (
            models.Index(fields=["district", "body"], name="rollup_month_body", condition=Q(by_area=False)),
            models.Index(fields=["district", "area"], name="rollup_month_area", condition=Q(by_area=True)),
        )


class RollupTime(models.Model):
    """When a district's cases were last counted for its boards (seconds since 1970), and for which day."""

    district = models.CharField(max_length=CODE)
    as_of = models.BigIntegerField()
    on_day = day_field(null=False)

    class Meta:
        db_table = "casework_rollup_time"
        constraints = (models.UniqueConstraint(fields=["district"], name="rollup_time_once"),)


class Counter(models.Model):
    """The last number given of each kind in each year."""

    district = models.CharField(max_length=CODE)
    key = models.CharField(max_length=200)
    value = models.BigIntegerField()

    class Meta:
        db_table = "casework_counter"
        constraints = (models.UniqueConstraint(fields=["district", "key"], name="counter_once"),)


class Definition(models.Model):
    """A version of a mechanism as it was put in force: its text and digest; never changed, since cases run on it."""

    mechanism = models.CharField(max_length=CODE)
    version = models.IntegerField()
    digest = models.CharField(max_length=64)
    source = models.TextField()

    class Meta:
        db_table = "casework_definition"
        constraints = (models.UniqueConstraint(fields=["mechanism", "version"], name="definition_once"),)


class Setup(models.Model):
    """How a district uses a version of a mechanism: its settings, the bodies of standing roles, the prefix of its
    numbers (机关代字), its office hours; ``settings`` and ``standing`` are JSON objects. New cases open with the one
    ``in_force``; the others are for the cases that still run on them."""

    district = models.CharField(max_length=CODE)
    mechanism = models.CharField(max_length=CODE)
    version = models.IntegerField()
    prefix = models.CharField(max_length=40)
    settings = models.TextField()
    standing = models.TextField()
    hours = models.CharField(max_length=100, null=True)
    urgent_hours = models.CharField(max_length=100, null=True)
    in_force = models.BooleanField()

    class Meta:
        db_table = "casework_setup"
        constraints = (models.UniqueConstraint(fields=["district", "mechanism", "version"], name="setup_once"),)


class CalendarNotice(models.Model):
    """An uploaded notice of days off: its name and its text, as ``luoshi.worktime.notices`` reads it."""

    district = models.CharField(max_length=CODE)
    name = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        db_table = "casework_calendar_notice"
        constraints = (models.UniqueConstraint(fields=["district", "name"], name="calendar_notice_once"),)
