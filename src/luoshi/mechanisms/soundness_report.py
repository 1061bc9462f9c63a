"""Where the checks of soundness put what they find."""

from __future__ import annotations

from collections.abc import Sequence

from luoshi.mechanisms.errors import Finding, Path, Severity


class Report:
    """Findings in the order in which they are made, each once."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._seen: set[tuple[object, ...]] = set()

    @property
    def sound(self) -> bool:
        """Whether no error was found so far."""
        return all(one.severity != "error" for one in self.findings)

    def error(self, code: str, path: Path, route: Sequence[str] = (), **details: object) -> None:
        """Note that the definition cannot be used."""
        self._add("error", code, path, route, details)

    def warn(self, code: str, path: Path, route: Sequence[str] = (), **details: object) -> None:
        """Note what a person should look at."""
        self._add("warning", code, path, route, details)

    def _add(self, severity: Severity, code: str, path: Path, route: Sequence[str], details: dict[str, object]) -> None:
        key = (code, path, *sorted((name, str(value)) for name, value in details.items()))
        if key not in self._seen:
            self._seen.add(key)
            self.findings.append(Finding(severity, code, path, 0, details, tuple(route)))
