"""The errors of the ledger: something asked of it that cannot be, and something in it that is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field


class LedgerError(Exception):
    """What was handed in cannot be an entry, a key, a note, a proof …; ``code`` says which rule, ``details`` where."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.details.items())
        return f"{self.code} ({told})" if told else self.code


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong with an export.

    ``file`` is a path in the export. ``entry`` is the place in the log from 0, ``case`` and ``n`` the entry's own
    names (``n`` from 1), each if known. ``code`` names a message, ``details`` fill it in.
    """

    code: str
    file: str
    entry: int | None = None
    case: str | None = None
    n: int | None = None
    details: dict[str, object] = field(default_factory=dict)


class FaultError(Exception):
    """Raised at the first fault; carries it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault
