"""Names of bodies, areas, officers, mechanisms and their parts, as the reader of a page reads them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from luoshi.desk.visit import Visit
from luoshi.mechanisms.model import Mechanism


def pick(named: Any, lang: str) -> str:
    """The name of ``named`` in ``lang``: of anything with ``zh`` and ``en``."""
    return str((named.en or named.zh) if lang == "en" else named.zh)


class Names:
    """Looked up in what the visit has in memory; officers' names are asked for once. An unknown code stands for itself.

    A code is shown rather than nothing: it is what can be asked about.
    """

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def body(self, code: str | None) -> str:
        """The name of the body ``code``."""
        found = self._visit.org.tree.bodies.get(code or "")
        return pick(found, self._visit.lang) if found else (code or "")

    def district(self) -> str:
        """The name of the district's government: of the body of that kind; the code if there are several."""
        tops = [body for body in self._visit.org.tree.bodies.values() if body.kind == "district"]
        return pick(tops[0], self._visit.lang) if len(tops) == 1 else self._visit.district

    def area(self, code: str | None) -> str:
        """The name of the area ``code``."""
        found = self._visit.org.tree.areas.get(code or "")
        return pick(found, self._visit.lang) if found else (code or "")

    def officer(self, code: str | None) -> str:
        """The name of the officer ``code``."""
        return self._officers.get(code or "", code or "")

    @cached_property
    def _officers(self) -> dict[str, str]:
        from luoshi.org.models import Officer  # noqa: PLC0415 - the app registry must be ready

        return dict(Officer.objects.filter(district=self._visit.district).values_list("code", "name"))

    def definition(self, mechanism: str, version: int | None = None) -> Mechanism | None:
        """The definition; without ``version`` the one in force, or the latest on which cases run."""
        place = self._visit.place
        if version is not None:
            flow = place.flows.get((mechanism, version))
            return flow.mechanism if flow else None
        if mechanism in place.in_force:
            return place.in_force[mechanism].flow.mechanism
        versions = [key for key in place.flows if key[0] == mechanism]
        return place.flows[max(versions)].mechanism if versions else None

    def mechanism(self, mechanism: str) -> str:
        """The name of the mechanism."""
        found = self.definition(mechanism)
        return pick(found.names, self._visit.lang) if found else mechanism

    def stage(self, mechanism: str, version: int | None, stage: str) -> str:
        """The name of a stage, or of a stage of a branch."""
        found = self.definition(mechanism, version)
        if found is None:
            return stage
        if stage in found.stages:
            return pick(found.stages[stage], self._visit.lang)
        for one in found.stages.values():
            for branch in one.parallel.branches.values() if one.parallel else ():
                if stage in branch.stages:
                    return pick(branch.stages[stage], self._visit.lang)
        return stage

    def role(self, mechanism: str, role: str) -> str:
        """The name of a role."""
        found = self.definition(mechanism)
        return pick(found.roles[role], self._visit.lang) if found and role in found.roles else role

    def field(self, mechanism: str, version: int | None, field: str) -> str:
        """The name of a field of the form."""
        found = self.definition(mechanism, version)
        return pick(found.fields[field], self._visit.lang) if found and field in found.fields else field
