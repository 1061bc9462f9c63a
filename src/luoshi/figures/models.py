"""The public relations of the store: what :mod:`luoshi.ledger.relations` makes of the entries, kept up with them.

Nothing here is told by anybody but entries, so all of it can be made again from them. Columns that end in ``_e6`` are
exact decimals in millionths.
"""

from __future__ import annotations

from typing import Final

from django.db import models

from luoshi.casework.fields import RowId

CODE: Final = 60


def _code(*, null: bool = False) -> models.CharField[str, str]:
    return models.CharField(max_length=CODE, null=null)


def _day(*, null: bool = True) -> models.CharField[str, str]:
    return models.CharField(max_length=10, null=null)


class PublicCase(models.Model):
    """The relation ``cases``: a case as its entries fold."""

    id = RowId(primary_key=True)
    district = _code()
    case = _code()
    mechanism = _code()
    version = models.IntegerField()
    channel = _code(null=True)
    category = _code(null=True)
    body = _code()
    area = _code(null=True)
    opened_on = _day()
    answered_on = _day()
    struck_off_on = _day()
    due_on = _day()
    stage = _code()
    weight = models.CharField(max_length=24, null=True)
    weight_e6 = models.BigIntegerField()
    grade = _code(null=True)
    satisfied = models.CharField(max_length=12, null=True)

    class Meta:
        db_table = "figures_case"
        constraints = (models.UniqueConstraint(fields=["district", "case"], name="public_case_once"),)
        indexes = (
            models.Index(
                fields=["district", "mechanism", "opened_on", "stage", "struck_off_on", "answered_on", "due_on"],
                name="public_case_opened",
            ),
            models.Index(fields=["district", "mechanism", "struck_off_on"], name="public_case_struck_off"),
            models.Index(fields=["district", "mechanism", "answered_on"], name="public_case_answered"),
        )


class PublicEntry(models.Model):
    """The relation ``entries``. ``id`` is that of the entry; ``seq``, its place in the log, is empty until sealed."""

    id = models.BigIntegerField(primary_key=True)
    district = _code()
    case = _code()
    n = models.IntegerField()
    seq = models.BigIntegerField(null=True)
    mechanism = _code()
    act = _code()
    stage_from = models.CharField(max_length=CODE)
    stage_to = _code()
    body = _code()
    on_day = _day(null=False)
    day_n = models.IntegerField()
    until_day = _day(null=False)

    class Meta:
        db_table = "figures_entry"
        constraints = (models.UniqueConstraint(fields=["district", "case", "n"], name="public_entry_once"),)
        indexes = (
            models.Index(fields=["district", "id"], name="public_entry_unsealed", condition=models.Q(seq__isnull=True)),
            models.Index(
                fields=["district", "mechanism", "stage_to", "on_day", "until_day", "act"], name="public_entry_staged"
            ),
        )


class PublicMeasure(models.Model):
    """The relation ``measures``: each value that entries told, in which of them, until which day it held."""

    id = RowId(primary_key=True)
    district = _code()
    case = _code()
    name = _code()
    value = models.CharField(max_length=24)
    value_e6 = models.BigIntegerField()
    unit = _code()
    mechanism = _code()
    n = models.IntegerField()
    on_day = _day(null=False)
    until_day = _day(null=False)

    class Meta:
        db_table = "figures_measure"
        constraints = (models.UniqueConstraint(fields=["district", "case", "name", "n"], name="public_measure_once"),)
        indexes = (
            models.Index(
                fields=["district", "mechanism", "name", "on_day", "until_day", "case", "value_e6"],
                name="public_measure_named",
            ),
        )


class PublicObservation(models.Model):
    """The relation ``observations``: every value that was published, each revision a row; the last one has
    ``superseded`` 0."""

    id = RowId(primary_key=True)
    district = _code()
    case = _code()
    indicator = _code()
    period = _code()
    from_day = _day()
    to_day = _day()
    area = _code(null=True)
    value = models.CharField(max_length=24)
    value_e6 = models.BigIntegerField()
    unit = _code()
    basis = _code()
    source = _code()
    revision = models.IntegerField()
    superseded = models.IntegerField()
    n = models.IntegerField()

    class Meta:
        db_table = "figures_observation"
        constraints = (models.UniqueConstraint(fields=["district", "case", "n"], name="public_observation_once"),)
        indexes = (models.Index(fields=["district", "indicator", "period"], name="public_observation_of"),)


class Watermark(models.Model):
    """How far the relations of a district are: every entry with an id up to ``entry_id`` is in them; ``since`` is the
    day of the first one, ``as_of`` that of the last."""

    district = models.CharField(max_length=CODE, primary_key=True)
    entry_id = models.BigIntegerField()
    since = _day()
    as_of = _day()

    class Meta:
        db_table = "figures_watermark"


class Reached(models.Model):
    """The last entry of each mechanism of a district that the relations have (``mechanism`` is ``*observations`` for
    the last batch that told a statistic): what was computed before it may not hold any more."""

    id = RowId(primary_key=True)
    district = _code()
    mechanism = _code()
    entry_id = models.BigIntegerField()

    class Meta:
        db_table = "figures_reached"
        constraints = (models.UniqueConstraint(fields=["district", "mechanism"], name="reached_once"),)


class KeptValue(models.Model):
    """A value that was computed by the definition with ``digest`` when the relations had every entry up to
    ``entry_id``, the last one of ``on_day``. Exact decimals are texts."""

    id = RowId(primary_key=True)
    district = _code()
    figure = models.CharField(max_length=101)
    period = models.CharField(max_length=7)
    digest = models.CharField(max_length=64)
    value = models.CharField(max_length=40, null=True)
    numerator = models.CharField(max_length=40, null=True)
    denominator = models.CharField(max_length=40, null=True)
    reason = models.CharField(max_length=20, null=True)
    entry_id = models.BigIntegerField()
    on_day = _day()

    class Meta:
        db_table = "figures_value"
        constraints = (models.UniqueConstraint(fields=["district", "figure", "period"], name="kept_value_once"),)
