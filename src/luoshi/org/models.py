"""The tables of org. The district comes first in every key. Days are texts ``YYYY-MM-DD``; ``*`` means any.

A body or area is never removed, since cases and entries name it: it ends on a day, and a change says who follows it.
"""

from __future__ import annotations

from django.db import models

CODE = 60
"""The longest code; the same as in casework."""
ANY = "*"
"""Any mechanism or any category."""


def day_field(*, null: bool = True) -> models.CharField[str, str]:
    """A day as ``YYYY-MM-DD``."""
    return models.CharField(max_length=10, null=null)


class Revision(models.Model):
    """Counts the changes of a district's org: whoever holds a copy compares this one number."""

    district = models.CharField(max_length=CODE, unique=True)
    value = models.BigIntegerField()

    class Meta:
        db_table = "org_revision"


class Body(models.Model):
    """A body 机构. It exists from ``founded_on`` to the day before ``ended_on``; an empty day does not bound it."""

    district = models.CharField(max_length=CODE)
    code = models.CharField(max_length=CODE)
    zh = models.CharField(max_length=120)
    en = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    parent = models.CharField(max_length=CODE, null=True)
    founded_on = day_field()
    ended_on = day_field()

    class Meta:
        db_table = "org_body"
        constraints = (models.UniqueConstraint(fields=["district", "code"], name="body_once"),)


class BodyChange(models.Model):
    """One successor of a body that ended on ``on_day`` by a merger 合并, a division 分设 or a renaming 更名.

    Of a division every successor takes the cases of ``area`` (with all below it) or of ``category``; the successor with
    neither takes the rest. ``order`` keeps the file's order.
    """

    district = models.CharField(max_length=CODE)
    kind = models.CharField(max_length=10)
    body = models.CharField(max_length=CODE)
    successor = models.CharField(max_length=CODE)
    on_day = day_field(null=False)
    area = models.CharField(max_length=CODE, null=True)
    category = models.CharField(max_length=CODE, null=True)
    order = models.IntegerField()

    class Meta:
        db_table = "org_body_change"
        indexes = (models.Index(fields=["district", "body"], name="change_of_body"),)


class Area(models.Model):
    """An area 区域: district, street, community, grid 网格 or a river's reach 河段. ``stat_code`` is the statistics
    office's code, ``civil_code`` the civil affairs'; the two systems disagree. ``shape`` is GeoJSON geometry as text: a
    polygon, for a reach a line; without one the area is a mere name in a list."""

    district = models.CharField(max_length=CODE)
    code = models.CharField(max_length=CODE)
    zh = models.CharField(max_length=120)
    en = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    parent = models.CharField(max_length=CODE, null=True)
    stat_code = models.CharField(max_length=CODE, null=True)
    civil_code = models.CharField(max_length=CODE, null=True)
    shape = models.TextField(null=True)

    class Meta:
        db_table = "org_area"
        constraints = (models.UniqueConstraint(fields=["district", "code"], name="area_once"),)


class Duty(models.Model):
    """A duty 职责: who is in charge of a mechanism's cases of a category in an area; ``*`` or no area: any."""

    district = models.CharField(max_length=CODE)
    mechanism = models.CharField(max_length=CODE, default=ANY)
    category = models.CharField(max_length=CODE, default=ANY)
    area = models.CharField(max_length=CODE, null=True)
    body = models.CharField(max_length=CODE)

    class Meta:
        db_table = "org_duty"
        indexes = (models.Index(fields=["district", "mechanism"], name="duty_of_kind"),)


class Officer(models.Model):
    """An officer 工作人员."""

    district = models.CharField(max_length=CODE)
    code = models.CharField(max_length=CODE)
    name = models.CharField(max_length=120)

    class Meta:
        db_table = "org_officer"
        constraints = (models.UniqueConstraint(fields=["district", "code"], name="officer_once"),)


class Post(models.Model):
    """A post 任职: an officer in a role of a mechanism (or of any that has the role) for a body and all below it, from
    ``from_day`` to ``to_day``, both included. ``area`` bounds it to the cases of that area and below."""

    district = models.CharField(max_length=CODE)
    officer = models.CharField(max_length=CODE)
    mechanism = models.CharField(max_length=CODE, default=ANY)
    role = models.CharField(max_length=CODE)
    body = models.CharField(max_length=CODE)
    area = models.CharField(max_length=CODE, null=True)
    from_day = day_field(null=False)
    to_day = day_field()

    class Meta:
        db_table = "org_post"
        indexes = (models.Index(fields=["district", "officer"], name="post_of_officer"),)


class RevealLog(models.Model):
    """A look at personal data 查看个人信息记录: who, what of which case, why, when (seconds since 1970)."""

    district = models.CharField(max_length=CODE)
    officer = models.CharField(max_length=CODE)
    case_id = models.BigIntegerField()
    n = models.IntegerField()
    field = models.CharField(max_length=CODE)
    reason = models.CharField(max_length=200)
    at = models.BigIntegerField()

    class Meta:
        db_table = "org_reveal_log"
        indexes = (
            models.Index(fields=["district", "case_id"], name="reveal_of_case"),
            models.Index(fields=["district", "officer", "at"], name="reveal_by_officer"),
        )
