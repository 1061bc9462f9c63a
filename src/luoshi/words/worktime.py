"""What worktime's errors say to a person, by code: what happened, what to do; in the language spoken now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from luoshi.messages import mark, printable, tr
from luoshi.worktime.errors import WorktimeError

WORKTIME_MESSAGES: Final[dict[str, str]] = {
    "past_coverage": mark(
        "the calendar ends with {last}: for {year} the State Council's notice of days off is needed, and dates are not "
        "guessed; give the notice of {year} (luoshi due "
        "--notice FILE, luoshi calendar add FILE)"
    ),
    "before_coverage": mark(
        "the calendar begins with {first}, and {year} lies before it; give the notice of {year} (luoshi due "
        "--notice FILE, luoshi calendar add FILE)"
    ),
    "beyond_dates": mark("no date lies that far away; check the start and the number"),
    "unit_unknown": mark(
        "{unit} is no unit of time limits; use one of 工作日, 自然日, 月, 年, 工作时, 紧急工作时, 小时 "
        "(workday, day, month, year, workhour, urgent-workhour, hour)"
    ),
    "unit_ambiguous": mark("{unit} may mean working days or calendar days, by the law; say 工作日 or 自然日"),
    "value_out_of_range": mark("the number {value} is not between 1 and {largest}; correct it"),
    "start_wrong": mark(
        "{start} is no date; write it as 2025-09-25, and with a time of day as 2025-09-25T15:00 where hours are counted"
    ),
    "start_without_time": mark(
        "a limit in hours starts at a time of day, and {start} has none; write for example {start}T15:00"
    ),
    "hours_undefined": mark(
        "no hours are set for urgent working hours: no national rule for them is known; say your place's rule "
        "with --hours (and --every-day if they run on days off too)"
    ),
    "hours_wrong": mark("{hours} are no hours of a day; write them in order, such as 9:00-12:00,13:00-17:00"),
    "line_wrong": mark("a line needs a start, a number and a unit, such as 2025-09-25 20 工作日; correct it"),
    "notice_too_large": mark("the notice is larger than {limit} KiB; check that it is the right file"),
    "notice_unreadable": mark("line {line} of the notice cannot be read as YAML in UTF-8; correct it"),
    "notice_gap": mark(
        "a notice for {year} leaves a gap, for the calendar has {first} to {last}; upload the years in between first"
    ),
    "notice_wrong:unknown": mark("the notice holds what is not known ({name}); correct the name or take it out"),
    "notice_wrong:year": mark("the notice does not say its year; add a line such as year: 2027"),
    "notice_wrong:change": mark("change is neither true nor false; correct it"),
    "notice_wrong:lists": mark(
        "a notice for a year needs its holidays and its make-up workdays; add both lists, as [] if it names none"
    ),
    "notice_wrong:twice": mark("the notice names {day} twice; keep one of the two"),
    "notice_wrong:other_year": mark("{day} does not belong to the notice's year; correct the date"),
    "notice_wrong:missing": mark(
        "by law {day} is off every year, and the notice lacks it; upload the whole notice, or mark it change: true"
    ),
    "notice_wrong:anchor": mark("the notice uses YAML anchors, which are not read; write the entries out"),
    "notice_wrong:mapping": mark("the file is no notice; see docs/worktime.md for what one holds"),
    "notice_wrong:source": mark("the notice does not say where it comes from; add source with at least a title"),
    "notice_wrong:date": mark("{name} is no date; write it as 2027-01-01"),
    "notice_wrong:entry": mark("an entry lacks its name ({name}); add it"),
    "notice_wrong:order": mark("the days off from {day} end before they begin or last too long; correct the dates"),
    "notice_wrong:weekday": mark(
        "the make-up workday {day} is a weekday, worked anyway; correct the date, or mark the notice change: true"
    ),
    "pause_without_end": mark("a pause needs an end or a latest end ({reason}); give one"),
    "pause_reversed": mark("the pause ends before it begins ({reason}); correct it"),
    "pause_before_start": mark("the pause begins before the time limit does ({reason}); correct it"),
    "pause_twice": mark("the time limit is paused already ({reason}); resume it first"),
    "pause_late": mark("the time limit was over on {due} and cannot be paused any more; deal with it as overdue"),
    "pause_missing": mark("the time limit is not paused; nothing is to be resumed"),
    "point_wrong": mark("the warning {point} needs exactly one of percent, before and after; correct the mechanism"),
    "fixed_date_pauses": mark("the limit is a fixed day ({day}), which no pause moves; extend it instead"),
    "extension_not_allowed": mark("the law allows no extension here; finish in time or report why it is late"),
    "extension_too_often": mark("no more than {times} extensions are allowed; finish in time or report why it is late"),
    "extension_too_long": mark("the extension goes beyond what is allowed ({value} {unit}); shorten it"),
    "extension_approver": mark("the extension has to be approved by {approver}; have it approved there"),
    "extension_unit": mark("the extension is in another unit than the limit ({unit}); use the limit's"),
    "extension_late": mark("the time limit was over on {due}; an extension has to be approved before that"),
}
"""Error code (``code:what`` for notices) → message; ``{fields}`` are filled from the error's details."""


def describe_worktime(error: WorktimeError) -> str:
    """One line for ``error``. Raises LookupError (a fault) for an unknown code."""
    return tr(template_of(error.code, error.details), **{key: printable(value) for key, value in error.details.items()})


def template_of(code: str, details: Mapping[str, object]) -> str:
    """The message for ``code``, untranslated."""
    key = f"{code}:{details['what']}" if "what" in details else code
    if key not in WORKTIME_MESSAGES:
        raise LookupError(f"no message for the error code {key!r}")
    return WORKTIME_MESSAGES[key]
