"""A clock (时限): a limit, a start, pauses and extensions. Data alone; ``projection`` computes with it.

The counted time is (start, due]: the day of the start does not count (民法典 §201). A pause is counted in the same way:
the day on which it begins still counts, the days (start, end] do not, and the first day after its end counts again.
By the hour it is [start, end) to the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from luoshi.worktime.axis import Moment, local
from luoshi.worktime.basis import Basis
from luoshi.worktime.errors import LimitError
from luoshi.worktime.limits import FixedDate, Hours, Limit, Unit


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count (不计入期限): 听证, 检验检测鉴定, 征求第三方意见 …

    ``reason``: a code of the mechanism; ``name`` how it is called. It ends at ``end``, and at ``latest_end`` at the
    latest: time beyond that counts again. While ``end`` is not known, a projection assumes ``latest_end``.
    Raises LimitError ``pause_without_end`` or ``pause_reversed``.
    """

    reason: str
    start: Moment
    end: Moment | None = None
    latest_end: Moment | None = None
    name: Basis | None = None
    source: Basis | None = None

    def __post_init__(self) -> None:
        if self.end is None and self.latest_end is None:
            raise LimitError("pause_without_end", reason=self.reason)
        if local(self.until) < local(self.start):
            raise LimitError("pause_reversed", reason=self.reason)

    @property
    def until(self) -> Moment:
        """When the clock runs again, as far as is known."""
        ends = [end for end in (self.end, self.latest_end) if end is not None]
        return min(ends, key=local)

    @property
    def open(self) -> bool:
        """Whether its end is still to come."""
        return self.end is None


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """What the law allows of extensions (延长): at most ``times``, each at most ``each``, all told at most ``total``
    from the start; approved by ``approver`` (a role), before the limit is out unless ``after_due``.
    """

    approver: str
    times: int = 1
    each: Limit | None = None
    total: Limit | None = None
    after_due: bool = False
    source: Basis | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """``by`` how much the limit was extended, and which role approved it on what day."""

    by: Limit
    approver: str
    approved_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A rung before or after the due moment (预警、催办、督办). Exactly one of the three is given.

    ``percent`` of the limit used up; or an amount ``before`` the due moment, or ``after`` it.
    ``code`` names it. Raises LimitError ``point_wrong``.
    """

    code: str
    percent: int | None = None
    before: Limit | None = None
    after: Limit | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.percent, self.before, self.after) if value is not None]
        months = self.before is not None and self.before.unit in (Unit.MONTH, Unit.YEAR)
        if len(given) != 1 or months or not 1 <= (self.percent or 1) <= 100:
            raise LimitError("point_wrong", point=self.code)


@dataclass(frozen=True, slots=True)
class Clock:
    """One limit running in one case.

    ``roll``: whether a last day that is a day off moves on (民法典 §203); a choice where the limit is an internal one.
    ``hours``: for limits in working hours; a local setting. ``cutoff``: when the last day ends, if not at 24:00.
    ``at_least``: a period that has to pass (公告不少于…日, 保存三年) rather than one to keep.
    ``stopped``: when what the limit asks for was done.
    Raises LimitError for what no clock can be, or what its ``allows`` does not allow.
    """

    limit: Limit | FixedDate
    start: Moment
    roll: bool = True
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    allows: ExtensionRule | None = None
    points: tuple[Point, ...] = ()
    hours: Hours | None = None
    cutoff: time | None = None
    at_least: bool = False
    stopped: Moment | None = None
    source: Basis | None = None

    def __post_init__(self) -> None:
        if self.in_hours and not isinstance(self.start, datetime):
            raise LimitError("start_without_time", start=self.start)
        if self.unit in (Unit.WORKHOUR, Unit.URGENT_WORKHOUR) and self.hours is None:
            raise LimitError("hours_undefined", unit=self.unit)
        if self.pauses and isinstance(self.limit, FixedDate):
            raise LimitError("fixed_date_pauses", day=self.limit.day)
        for pause in self.pauses:
            if local(pause.start) < local(self.start) and self._day(pause.start) < self._day(self.start):
                raise LimitError("pause_before_start", reason=pause.reason)
        self._check_extensions()

    @staticmethod
    def _day(moment: Moment) -> date:
        return local(moment).date()

    @property
    def unit(self) -> Unit | None:
        """What it counts in; None for a fixed date."""
        return self.limit.unit if isinstance(self.limit, Limit) else None

    @property
    def in_hours(self) -> bool:
        """Whether it is due at a time of day."""
        return self.unit is not None and self.unit.in_hours

    @property
    def budget(self) -> int:
        """The limit with all extensions, in :attr:`unit`; of a fixed date, 0."""
        if not isinstance(self.limit, Limit):
            return 0
        return self.limit.value + sum(extension.by.value for extension in self.extensions)

    def _check_extensions(self) -> None:
        if not self.extensions:
            return
        rule = self.allows
        if rule is None:
            raise LimitError("extension_not_allowed")
        if len(self.extensions) > rule.times:
            raise LimitError("extension_too_often", times=rule.times)
        for extension in self.extensions:
            self._check_extension(extension, rule)
        if rule.total is not None and self.unit is rule.total.unit and self.budget > rule.total.value:
            raise LimitError("extension_too_long", value=rule.total.value, unit=rule.total.unit)

    def _check_extension(self, extension: Extension, rule: ExtensionRule) -> None:
        if extension.approver != rule.approver:
            raise LimitError("extension_approver", approver=rule.approver)
        if (extension.by.unit is not self.unit) if self.unit else extension.by.unit.in_hours:
            raise LimitError("extension_unit", unit=extension.by.unit)
        each = rule.each
        if each is not None and (extension.by.unit is not each.unit or extension.by.value > each.value):
            raise LimitError("extension_too_long", value=each.value, unit=each.unit)
