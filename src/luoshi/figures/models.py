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

    class Meta:
        db_table = "figures_entry"
        constraints = (models.UniqueConstraint(fields=["district", "case", "n"], name="public_entry_once"),)
        indexes = (models.Index(fields=["id"], name="public_entry_unsealed", condition=models.Q(seq__isnull=True)),)


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
    """How far the relations of a district are: every entry with an id up to ``entry_id`` is in them; ``as_of`` is the
    day of the last one."""

    district = models.CharField(max_length=CODE, primary_key=True)
    entry_id = models.BigIntegerField()
    as_of = _day()

    class Meta:
        db_table = "figures_watermark"
