"""The tables of access: accounts, what each has had as passwords, sessions, wrong attempts, the audit log, uploads.

An account belongs to an officer of one district, or to one of three administrators. Moments are seconds since 1970.
Accounts, sessions and attempts are few and looked up by names that are one for all districts, so they are tables that a
cluster copies to every machine; what grows (audit, uploads) has its district in its keys.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, NoReturn

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q

from luoshi.access.errors import AccessError

CODE: Final = 60
"""The longest code; the same as in org and casework."""
SYSTEM: Final = "system"
SECURITY: Final = "security"
AUDIT: Final = "audit"
ADMINISTRATORS: Final = (SYSTEM, SECURITY, AUDIT)
"""三员分立: who keeps the system, who keeps accounts and rights, and who reads the audit log are three persons."""


class Accounts(BaseUserManager["Account"]):
    """Finds accounts; they are made by :func:`luoshi.access.accounts.add`."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account called ``username``."""
        return self.get(username=username)


class Account(AbstractBaseUser):
    """An account 账号: who signs in. ``officer`` is the officer's code in org; ``administrator`` one of three, or none.

    An administrator is no officer and sees no case; an officer administers nothing: exactly one of both is set, by a
    constraint of the database. ``name`` is the person's name (an officer's is in org, too). ``totp_secret`` is the
    encrypted secret of the second factor, in use from ``factor_at`` on; ``totp_step`` the last time step whose code was
    taken, so that no code is taken twice. An account that ended is kept, since the audit log names it.
    """

    username = models.CharField(max_length=CODE, unique=True)
    district = models.CharField(max_length=CODE)
    officer = models.CharField(max_length=CODE, null=True)
    administrator = models.CharField(max_length=10, default="")
    name = models.CharField(max_length=120, default="")
    is_active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=True)
    password_changed_at = models.BigIntegerField(null=True)
    totp_secret = models.CharField(max_length=200, default="")
    totp_step = models.BigIntegerField(default=0)
    factor_at = models.BigIntegerField(null=True)
    created_at = models.BigIntegerField(default=0)
    closed_at = models.BigIntegerField(null=True)
    signed_in_at = models.BigIntegerField(null=True)
    last_login = None  # Django's own column: the same as ``signed_in_at``

    objects = Accounts()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["district"]

    class Meta:
        db_table = "access_account"
        constraints = (
            models.UniqueConstraint(fields=["district", "officer"], name="account_of_officer"),
            models.CheckConstraint(
                condition=Q(officer__isnull=False, administrator="") & ~Q(officer="")
                | Q(officer__isnull=True, administrator__in=ADMINISTRATORS),
                name="account_officer_or_administrator",
            ),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises AccessError ``one_office``: officer or one administrator, never both, never neither."""
        if bool(self.officer) == bool(self.administrator) or self.administrator not in ("", *ADMINISTRATORS):
            raise AccessError("one_office", name=self.username)
        super().save(*args, **kwargs)


class OldPassword(models.Model):
    """A password, hashed, that an account has had; the last few are not taken again."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="old_passwords")
    hash = models.CharField(max_length=128)
    at = models.BigIntegerField()

    class Meta:
        db_table = "access_old_password"


class RecoveryCode(models.Model):
    """A code, hashed, that stands in once for the second factor."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "access_recovery_code"
        constraints = (models.UniqueConstraint(fields=["account", "hash"], name="recovery_code_once"),)


class Session(AbstractBaseSession):
    """A session 会话. Its key is kept as a digest alone: who reads the table cannot take a session over.

    ``account_id`` is null before signing in; ``seen_at`` is right to the minute.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    account_id = models.BigIntegerField(null=True)
    started_at = models.BigIntegerField()
    seen_at = models.BigIntegerField()
    address = models.CharField(max_length=45, default="")
    agent = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "access_session"
        indexes = (
            models.Index(fields=["account_id", "started_at"], name="session_of_account"),
            models.Index(fields=["expire_date"], name="session_expiry"),
        )

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The engine over this table."""
        from luoshi.access.session import SessionStore  # noqa: PLC0415 - the engine imports this module

        return SessionStore


class Attempt(models.Model):
    """Wrong attempts in a row: by ``kind`` (a name's passwords, a name's codes, an address) and ``subject``."""

    kind = models.CharField(max_length=10)
    subject = models.CharField(max_length=CODE)
    count = models.IntegerField()
    last_at = models.BigIntegerField()
    locked_until = models.BigIntegerField(default=0)

    class Meta:
        db_table = "access_attempt"
        constraints = (models.UniqueConstraint(fields=["kind", "subject"], name="attempt_once"),)
        indexes = (models.Index(fields=["last_at"], name="attempt_age"),)


class AuditHead(models.Model):
    """The end of a district's audit log: who appends locks it, so that the chain has one order."""

    district = models.CharField(max_length=CODE, unique=True)
    n = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    revealed = models.BigIntegerField(default=0)

    class Meta:
        db_table = "access_audit_head"


class AuditLog(models.Model):
    """One line of the audit log 审计日志, written by :func:`luoshi.access.audit.record` and never changed.

    ``digest`` covers the line and the digest before it. ``reveal_id``: the line tells of this row of org's reveals.
    """

    district = models.CharField(max_length=CODE)
    n = models.BigIntegerField()
    at = models.BigIntegerField()
    who = models.CharField(max_length=CODE)
    what = models.CharField(max_length=CODE)
    about = models.CharField(max_length=200)
    details = models.TextField()
    address = models.CharField(max_length=45)
    result = models.CharField(max_length=10)
    reveal_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "access_audit"
        constraints = (
            models.UniqueConstraint(fields=["district", "n"], name="audit_once"),
            models.UniqueConstraint(fields=["district", "reveal_id"], name="audit_reveal_once"),
        )
        indexes = (
            models.Index(fields=["district", "who", "n"], name="audit_by_whom"),
            models.Index(fields=["district", "what", "n"], name="audit_of_what"),
            models.Index(fields=["district", "at"], name="audit_of_time"),
        )

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never: :func:`luoshi.access.audit.record` writes."""
        raise AccessError("audit_append_only")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never."""
        raise AccessError("audit_append_only")


class Upload(models.Model):
    """A file that somebody handed in: what it was called, and what it was found to be.

    ``sha256`` is of the file as it is kept (an image is written anew). ``active``: it may hold what acts by itself, so
    it is handed out as a download alone. ``case`` is empty until the file is evidence of one.
    """

    district = models.CharField(max_length=CODE)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    size = models.BigIntegerField()
    active = models.BooleanField(default=False)
    by = models.CharField(max_length=CODE)
    at = models.BigIntegerField()
    case = models.CharField(max_length=CODE, default="")

    class Meta:
        db_table = "access_upload"
        indexes = (
            models.Index(fields=["district", "sha256"], name="upload_of_file"),
            models.Index(fields=["district", "case"], name="upload_of_case"),
            models.Index(fields=["district", "by", "at"], name="upload_by_whom"),
        )
