"""The reasons for a date as sentences, in Chinese and in English: for officers' pages, letters and the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from luoshi.worktime.axis import Moment
from luoshi.worktime.basis import Lang
from luoshi.worktime.limits import Unit
from luoshi.worktime.why import Step, Stretch

SHOWN: Final = 6
"""So many stretches of weekend are named; of a longer list the first ones, and how many days there are in all."""
WEEKDAYS: Final = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
UNITS_ZH: Final = {
    Unit.WORKDAY: "个工作日",
    Unit.DAY: "个自然日",
    Unit.MONTH: "个月",
    Unit.YEAR: "年",
    Unit.WORKHOUR: "个工作时",
    Unit.URGENT_WORKHOUR: "个紧急工作时",
    Unit.HOUR: "小时",
}
UNITS_EN: Final = {
    Unit.WORKDAY: "working day",
    Unit.DAY: "calendar day",
    Unit.MONTH: "month",
    Unit.YEAR: "year",
    Unit.WORKHOUR: "working hour",
    Unit.URGENT_WORKHOUR: "urgent working hour",
    Unit.HOUR: "hour",
}
SENTENCES: Final = {
    "start": ("自{at}起算，当日不计入{source}", "Runs from {at}; that day itself does not count{source}"),
    "start_hour": ("自{at}起算{source}", "Runs from {at}{source}"),
    "fixed_date": ("限期{at}{source}", "Set for {at}{source}"),
    "limit": ("期限{amount}{source}", "The limit is {amount}{source}"),
    "extension": ("{at}经{name}批准，延长{amount}{source}", "Extended by {amount}, approved by {name} on {at}{source}"),
    "hours": (
        "只计工作日的办公时间{name}（本地设置）",
        "Only the office hours of working days count: {name} (a local setting)",
    ),
    "hours_daily": ("每日只计{name}（本地设置）", "Only {name} of each day counts (a local setting)"),
    "holiday": ("{days} {name}放假{source}，不计", "{days}: off for {name}{source}; not counted"),
    "make_up": ("{days} {name}调休上班{source}，计入", "{days}: a make-up workday for {name}{source}; counted"),
    "weekends": ("{days} 双休日，共{count}天，不计", "{days}: weekend ({count} in all); not counted"),
    "pause": ("{days} 暂停：{name}{source}，{amount}不计", "{days}: paused for {name}{source}; {amount} not counted"),
    "pause_open": (
        "{days} 暂停：{name}{source}，尚未恢复，按最迟{at}恢复计，{amount}不计；提前恢复的，到期日相应提前",
        "{days}: paused for {name}{source}, not resumed yet; if resumed at the latest on {at}, {amount} not counted; "
        "if sooner, due sooner",
    ),
    "month_day": ("到期月的对应日为{at}{source}", "The corresponding day is {at}{source}"),
    "month_end": (
        "到期月没有对应日，以月末日{at}为最后一日{source}",
        "There is no corresponding day, so the last day is the month's end, {at}{source}",
    ),
    "roll": (
        "最后一日遇{name}（{days}），顺延至{at}{source}",
        "The last day falls on {name} ({days}) and moves on to {at}{source}",
    ),
    "no_roll": (
        "最后一日{at}是{name}，按设置不顺延",
        "The last day, {at}, falls on {name}; by setting it does not move on",
    ),
    "next_notice": (
        "{count}年放假通知可能调整{at}前后的安排，届时应重新推算",
        "The notice of {count} may still change the days around {at}; compute anew when it is out",
    ),
    "due": ("到期：{at}", "Due: {at}"),
}
"""Code of a step → its sentence in Chinese and in English."""


def say(step: Step, lang: Lang) -> str:
    """``step`` as a sentence without a full stop."""
    chinese = lang == "zh"
    source = step.source.cite(lang) if step.source else ""
    if source:
        source = f"（{source}）" if chinese else f" ({source})"
    return SENTENCES[step.code][0 if chinese else 1].format(
        at=when(step.at, lang) if step.at is not None else "",
        days=_days(step, lang),
        count=step.count,
        amount=amount(step.count, step.unit, lang, seconds=step.code.startswith("pause")) if step.unit else "",
        name=("、" if chinese else " and ").join(name.cite(lang) for name in step.name),
        source=source,
    )


def when(moment: Moment, lang: Lang) -> str:
    """``2026年10月8日（周四）10:00``, or ``2026-10-08 (Thu) 10:00``; without the time for a day."""
    clock = ""
    if isinstance(moment, datetime):
        clock = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    weekday = WEEKDAYS[lang][moment.weekday()]
    if lang == "zh":
        return f"{_day_zh(moment)}（周{weekday}）{clock}"
    return f"{moment:%Y-%m-%d} ({weekday}) {clock}".rstrip()


def amount(count: int, unit: Unit, lang: Lang, *, seconds: bool = False) -> str:
    """``20个工作日``, ``20 working days``; ``seconds``: amounts by the hour are given in seconds."""
    if seconds and unit.in_hours:
        whole, rest = divmod(count, 3600)
        parts = [(whole, UNITS_ZH[unit], UNITS_EN[unit]), (rest // 60, "分钟", "minute"), (rest % 60, "秒", "second")]
        told = [part for part in parts if part[0]] or parts[:1]
        if lang == "zh":
            return "".join(f"{number}{chinese}" for number, chinese, _ in told)
        return " ".join(_plural(number, english) for number, _, english in told)
    return f"{count}{UNITS_ZH[unit]}" if lang == "zh" else _plural(count, UNITS_EN[unit])


def _plural(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def _days(step: Step, lang: Lang) -> str:
    shown: Sequence[Stretch] = step.stretches[:SHOWN]
    if lang == "en":
        text = ", ".join(_stretch_en(stretch) for stretch in shown)
        return text + (" and so on" if len(step.stretches) > SHOWN else "")
    told: list[str] = []
    before: date | None = None
    for stretch in shown:
        told.append(_stretch_zh(stretch, before, weekday=len(step.stretches) == 1))
        before = stretch[1]
    return "、".join(told) + ("等" if len(step.stretches) > SHOWN else "")


def _stretch_en(stretch: Stretch) -> str:
    first, last = stretch
    return when(first, "en") if first == last else f"{first} to {last}"


def _stretch_zh(stretch: Stretch, before: date | None, *, weekday: bool) -> str:
    """The year only where it is not that of the day named before; two days as 4日、5日, more as 1日至7日."""
    first, last = stretch
    text = _day_zh(first, before)
    if first == last:
        return text if not weekday else f"{text}（周{WEEKDAYS['zh'][first.weekday()]}）"
    joint = "、" if last - first == timedelta(days=1) else "至"
    end = f"{last.day}日" if (first.year, first.month) == (last.year, last.month) else _day_zh(last, first)
    return f"{text}{joint}{end}"


def _day_zh(day: date, before: date | None = None) -> str:
    text = f"{day.month}月{day.day}日"
    return text if before is not None and before.year == day.year else f"{day.year}年{text}"
