"""Which mechanisms a district has in force, and with which settings; the calendar that its clocks run on.

Kept in memory by each process and looked at anew at most once a second, so that an act pays nothing for it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from luoshi.casework import clock
from luoshi.casework.errors import CaseworkError
from luoshi.casework.models import CalendarNotice, Definition, Setup
from luoshi.casework.numbers import take
from luoshi.casework.sql import Tx, reading, writing
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.errors import MechanismError
from luoshi.mechanisms.flow import Flow, SetupError
from luoshi.mechanisms.loader import digest, load, load_with_lines
from luoshi.mechanisms.soundness import check, with_lines
from luoshi.worktime.calendar import Calendar
from luoshi.worktime.limits import Hours
from luoshi.worktime.notices import amended, read_notice
from luoshi.worktime.state_council import state_council_calendar

FRESH_SECONDS: Final = 1.0
LONGEST_NOTICE: Final = 200
LONGEST_PREFIX: Final = 40
"""Characters; SQLite would take more, PostgreSQL none of it."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A mechanism in force in a district: the flow that new cases open with, and how its numbers begin."""

    flow: Flow
    version: int
    prefix: str
    standing: Mapping[str, str]


@dataclass(slots=True)
class District:
    """What a district has in force. ``flows`` also holds the older versions on which cases still run."""

    code: str
    calendar: Calendar
    in_force: dict[str, InForce] = field(default_factory=dict)
    flows: dict[tuple[str, int], Flow] = field(default_factory=dict)

    def opening(self, mechanism: str) -> InForce:
        """Raises Refused ``mechanism_unknown``."""
        found = self.in_force.get(mechanism)
        if found is None:
            raise Refused("mechanism_unknown", mechanism=mechanism)
        return found

    def flow(self, mechanism: str, version: int) -> Flow:
        """The flow of a running case. Raises Refused ``mechanism_unknown``."""
        found = self.flows.get((mechanism, version))
        if found is None:
            raise Refused("mechanism_unknown", mechanism=f"{mechanism} {version}")
        return found


@dataclass(slots=True)
class _Kept:
    looked: float
    revision: object
    district: District


_kept: dict[tuple[str, str], _Kept] = {}
_lock = threading.Lock()


def district(code: str) -> District:
    """What ``code`` has in force, at most a second old. Raises CaseworkError for what the store could not do."""
    key = (str(connection.settings_dict["NAME"]) + str(connection.settings_dict.get("HOST")), code)
    kept = _kept.get(key)
    now = time.monotonic()
    if kept is not None and now - kept.looked < FRESH_SECONDS:
        return kept.district
    with reading():
        # Before the lock: who holds it must not wait for a connection that another one has who waits for the lock.
        connection.ensure_connection()
    with _lock, reading():
        revision = _revision(code)
        kept = _kept.get(key)
        if kept is None or kept.revision != revision:
            kept = _kept[key] = _Kept(now, revision, _load(code))
        kept.looked = now
        return kept.district


def forget() -> None:
    """Look anew at the next use."""
    with _lock:
        _kept.clear()


def _revision(code: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM casework_counter WHERE district = %s AND key = %s", (code, "setup"))
        row = cursor.fetchone()
    return row[0] if row else 0


def _calendar(notices: Iterable[str]) -> Calendar:
    """The State Council's calendar with ``notices``, in their order."""
    calendar = state_council_calendar()
    for text in notices:
        calendar = amended(calendar, read_notice(text.encode()))
    return calendar


def _load(code: str) -> District:
    notices = CalendarNotice.objects.filter(district=code).order_by("id").values_list("text", flat=True)
    found = District(code, _calendar(notices))
    setups = list(Setup.objects.filter(district=code))
    sources = {
        (one.mechanism, one.version): one.source
        for one in Definition.objects.filter(mechanism__in={setup.mechanism for setup in setups})
    }
    for setup in setups:
        key = (setup.mechanism, setup.version)
        mechanism = load(sources[key].encode(), f"{setup.mechanism} {setup.version}")
        hours, urgent = _hours(setup.hours), _hours(setup.urgent_hours, every_day=True)
        flow = found.flows[key] = Flow(mechanism, json.loads(setup.settings), hours=hours, urgent=urgent)
        if setup.in_force:
            standing = json.loads(setup.standing)
            found.in_force[setup.mechanism] = InForce(flow, setup.version, setup.prefix, standing)
    return found


def _hours(text: str | None, *, every_day: bool = False) -> Hours | None:
    return Hours.parse(text, every_day=every_day) if text else None


def install(source: bytes, name: str) -> tuple[str, int]:
    """Keep a definition, so that cases can run on it; its id and version. Known already: nothing is done.

    Raises MechanismError for what is no definition or not a sound one, CaseworkError ``version_taken`` if that version
    says otherwise.
    """
    loaded = load_with_lines(source, name)
    mechanism = loaded.mechanism
    faults = [one for one in check(mechanism, clock.now().date()) if one.severity == "error"]
    if faults:
        raise MechanismError(name, with_lines(faults, loaded))
    told = digest(mechanism)
    key = (mechanism.id, mechanism.version)
    with writing() as tx:
        tx.run(
            "INSERT INTO casework_definition (mechanism, version, digest, source) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (mechanism, version) DO NOTHING",
            (*key, told, source.decode("utf-8-sig")),
        )
        kept = tx.all("SELECT digest FROM casework_definition WHERE mechanism = %s AND version = %s", key)
    if kept[0][0] != told:
        raise CaseworkError("version_taken", mechanism=mechanism.id, version=mechanism.version)
    return mechanism.id, mechanism.version


def put_in_force(  # noqa: PLR0913 - what a place decides, each by its name
    code: str,
    mechanism: str,
    version: int,
    *,
    settings: Mapping[str, Any],
    standing: Mapping[str, str],
    prefix: str = "",
    hours: str | None = None,
    urgent_hours: str | None = None,
) -> None:
    """New cases of ``mechanism`` in the district ``code`` open with ``version`` and these settings from now on.

    Raises CaseworkError ``version_unknown``, and SetupError naming every setting that is missing or wrong.
    """
    if len(prefix) > LONGEST_PREFIX or not prefix.isprintable():
        raise SetupError(mechanism, (("prefix", "value"),))
    found = Definition.objects.filter(mechanism=mechanism, version=version).first()
    if found is None:
        raise CaseworkError("version_unknown", mechanism=mechanism, version=version)
    definition = load(found.source.encode(), f"{mechanism} {version}")
    Flow(definition, settings, hours=_hours(hours), urgent=_hours(urgent_hours, every_day=True))
    row = (
        version,
        prefix,
        json.dumps(dict(settings), ensure_ascii=False, sort_keys=True),
        json.dumps(dict(standing), ensure_ascii=False, sort_keys=True),
        hours,
        urgent_hours,
    )
    with writing() as tx:
        _touch(tx, code)  # first, so that of two at once the later one sees what the earlier one has put in force
        tx.run(
            "UPDATE casework_setup SET in_force = %s WHERE district = %s AND mechanism = %s", (False, code, mechanism)
        )
        tx.run(
            "INSERT INTO casework_setup "
            "(district, mechanism, version, prefix, settings, standing, hours, urgent_hours, in_force) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (district, mechanism, version) DO UPDATE SET "
            "prefix = excluded.prefix, settings = excluded.settings, standing = excluded.standing, "
            "hours = excluded.hours, urgent_hours = excluded.urgent_hours, in_force = excluded.in_force",
            (code, mechanism, *row, True),
        )
    forget()


def add_notice(code: str, name: str, text: bytes) -> None:
    """Add a notice of days off to the district's calendar; every process goes by it when this returns.

    Raises CalendarError for what is none, CaseworkError ``notice_name`` for a name that cannot be kept.
    """
    if not (name.isprintable() and 0 < len(name) <= LONGEST_NOTICE):
        raise CaseworkError("notice_name", most=LONGEST_NOTICE)
    read_notice(text)
    told = text.decode("utf-8-sig")
    with writing() as tx:
        _touch(tx, code)  # first, so that of two at once the later one is held against the earlier one, too
        kept = dict(tx.all("SELECT name, text FROM casework_calendar_notice WHERE district = %s ORDER BY id", (code,)))
        # All of them anew: one that is replaced may have been what a later one goes on from.
        _calendar({**kept, name: told}.values())
        tx.run(
            "INSERT INTO casework_calendar_notice (district, name, text) VALUES (%s, %s, %s) "
            "ON CONFLICT (district, name) DO UPDATE SET text = excluded.text",
            (code, name, told),
        )
    forget()
    # Whoever looked just before goes by what he saw for so long; the cases that he opens are to be moved after that.
    time.sleep(FRESH_SECONDS)


def _touch(tx: Tx, code: str) -> None:
    take(tx, code, {"setup": 1})
