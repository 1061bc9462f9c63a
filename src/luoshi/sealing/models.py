"""The tables of the log. Written by :mod:`luoshi.sealing.seal` in plain SQL; read by :mod:`luoshi.sealing.log`.

There is one log in an installation, over the entries of all its districts in the order of their ids. Entries are not
copied: the log holds their digests only, in tiles.
"""

from __future__ import annotations

from django.db import models


class Tile(models.Model):
    """A tile of the Merkle tree (C2SP tlog-tiles): ``width`` hashes, one after the other. It grows to 256."""

    pk = models.CompositePrimaryKey("level", "n")
    level = models.SmallIntegerField()
    n = models.BigIntegerField()
    width = models.SmallIntegerField()
    hashes = models.BinaryField()

    class Meta:
        db_table = "sealing_tile"


class Run(models.Model):
    """Entries whose ids follow one another without a gap: place ``first_seq + i`` of the log is id ``first_id + i``."""

    first_seq = models.BigIntegerField(primary_key=True)
    first_id = models.BigIntegerField(unique=True)
    count = models.BigIntegerField()

    class Meta:
        db_table = "sealing_run"


class Checkpoint(models.Model):
    """A signed head of the log. ``sealed_at`` is in seconds since 1970."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.BinaryField()
    sealed_at = models.BigIntegerField()

    class Meta:
        db_table = "sealing_checkpoint"


class ErasureLog(models.Model):
    """An erasure 删除个人信息: when (seconds since 1970), in which district, by whom, and how many cases and entries it
    touched; not whose, which would be personal."""

    erased_at = models.BigIntegerField()
    district = models.CharField(max_length=60)
    erased_by = models.CharField(max_length=120)
    cases = models.IntegerField()
    entries = models.IntegerField()

    class Meta:
        db_table = "sealing_erasure_log"
