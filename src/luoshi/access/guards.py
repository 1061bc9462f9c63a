"""The database itself keeps the audit log: triggers refuse to change or remove a line, whoever asks.

A database's owner can drop a trigger; that lines were changed then shows in the chain (:mod:`luoshi.access.audit`).
"""

from __future__ import annotations

from typing import Any, Final

_SQLITE: Final = (
    "CREATE TRIGGER access_audit_no_{verb} BEFORE {verb} ON access_audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only appended to'); END"
)
_POSTGRESQL: Final = (
    "CREATE OR REPLACE FUNCTION access_audit_closed() RETURNS trigger LANGUAGE plpgsql AS "
    "$$BEGIN RAISE EXCEPTION 'the audit log is only appended to'; END$$",
    "CREATE TRIGGER access_audit_closed BEFORE UPDATE OR DELETE ON access_audit "
    "FOR EACH ROW EXECUTE FUNCTION access_audit_closed()",
    "CREATE TRIGGER access_audit_kept BEFORE TRUNCATE ON access_audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION access_audit_closed()",
)


def close(apps: Any, schema_editor: Any) -> None:
    """Put the triggers on; for a migration's ``RunPython``."""
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(_SQLITE.format(verb=verb))
    else:
        for statement in _POSTGRESQL:
            schema_editor.execute(statement)
