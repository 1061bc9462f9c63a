"""Promises with figures: a district whose hotline has cases, and commitments whose progress is counted from them.

The clock stands still on a day of October 2026, as in :mod:`tests.desk.promises`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.desk import place
from tests.desk.promises import LEADER, NOW, OFFICE, Promised, issued


def target(**told: Any) -> dict[str, Any]:
    """A target as a commitment keeps it."""
    return {
        "indicator": "市长热线受理量", "op": "≥", "value": "10", "value_high": None, "unit": "件", "basis": None,
        "num_start": None, "num_end": None, **told,
    }  # fmt: skip


def calls(count: int, at: datetime = datetime(2026, 3, 2, 10), mechanism: str = "grid_event") -> list[str]:
    """So many problems that grid workers report; the cases."""
    from luoshi.casework.act import Request
    from luoshi.casework.act import act as take
    from luoshi.casework.authority import by_posts
    from luoshi.mechanisms.acts import Actor

    fields = {"channel": "collected", "object_kind": "event", "category": "part_road", "content": "路面坑洼",
              "place": {"lat": "0.001", "lon": "0.001"}}  # fmt: skip
    found = []
    for _ in range(count):
        actor = Actor(place.officer("collector"), "office", "collector")
        request = Request(actor, "collect", mechanism=mechanism, fields=fields, area="A-li-1")
        found.append(str(take(place.DISTRICT, request, authorise=by_posts(place.DISTRICT), now=at).case))
    return found


def seal() -> None:
    """Seal what is there."""
    from tests.figures.lives import seal_all

    seal_all()


def bind(code: str, figure: str | None, *targets: dict[str, Any], **more: Any) -> Any:
    """Make ``figure`` the progress of the commitment ``code``, with ``targets`` as if they had been read."""
    from luoshi.commitments.models import Commitment
    from luoshi.commitments.review import edit

    row = Commitment.objects.get(district=place.DISTRICT, code=code)
    if targets:
        Commitment.objects.filter(pk=row.pk).update(targets=list(targets))
    return edit(place.DISTRICT, OFFICE, code, row.n, {"figure": figure, **more}, NOW)


def measured(monkeypatch: pytest.MonkeyPatch, count: int = 5) -> Promised:
    """Issued promises; the packs ``grid_event`` and ``statistics`` in force, too."""
    made = issued(monkeypatch, count)
    from tests.casework.district import ROOT, pack, settings_of

    from luoshi.casework.setups import install, put_in_force

    for name in ("grid_event", "statistics"):
        one = pack(name)
        kind, version = install((ROOT / "packs" / name / "mechanism.yaml").read_bytes(), name)
        put_in_force(
            place.DISTRICT, kind, version, settings=settings_of(one),
            standing={role: "office" for role, each in one.roles.items() if each.kind == "standing"},
            prefix="霁", hours="9:00-12:00,13:00-17:00", urgent_hours="8:00-22:00",
        )  # fmt: skip
    return made


__all__ = ["LEADER", "NOW", "OFFICE", "bind", "calls", "measured", "seal", "target"]
