"""Packs as text for people: the list, and one pack's stages, actions, clocks with their sources, settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click
from rich.cells import cell_len

from luoshi.mechanisms.model import Budget, Choice, Legal, Limit, Mechanism, Named, Until
from luoshi.messages import language, printable, tr


def show_packs(packs: Iterable[tuple[str, Mechanism]]) -> None:
    """A line for each pack: folder, version, status, name, size."""
    rows = []
    for folder, one in packs:
        size = tr(
            "{stages} stages, {actions} actions", stages=len(one.stages), actions=sum(1 for _ in one.every_action())
        )
        rows.append((printable(folder), f"v{one.version}", _status(one.status), _name(one.names), size))
    table(rows)


def show_pack(one: Mechanism) -> None:
    """All that a place has to know of a pack before it is set up."""
    head = tr(
        "{name} ({id} v{version}, {status})",
        name=_name(one.names),
        id=one.id,
        version=one.version,
        status=_status(one.status),
    )
    click.echo(head)
    click.echo(printable(_summary(one.summary)))
    _heading(tr("Stages"))
    table([_stage_row(one, stage) for stage in one.stages], "  ")
    _heading(tr("Actions"))
    table([_action_row(one, action) for action in one.actions], "  ")
    _heading(tr("Clocks"))
    table([_clock_row(one, clock) for clock in one.clocks], "  ")
    asked = [setting for setting, found in one.settings.items() if found.default is None]
    if asked:
        _heading(tr("Settings to fill in"))
        table([_setting_row(one, setting) for setting in asked], "  ")


def _status(status: str) -> str:
    return {"active": tr("active"), "example": tr("example"), "disabled": tr("disabled")}[status]


def _summary(text: str) -> str:
    """The half of a summary that is in the language spoken now: "中文。 English." is how packs write it."""
    chinese, mark, english = text.partition("。 ")
    if not mark:
        return text
    return chinese + "。" if language() == "zh" else english


def _name(named: Named) -> str:
    return printable(named.zh if language() == "zh" else named.en)


def table(rows: Sequence[tuple[str, ...]], indent: str = "") -> None:
    """Rows in columns, Chinese characters counted as two."""
    widths = [max(cell_len(row[place]) for row in rows) for place in range(len(rows[0]))] if rows else []
    for row in rows:
        cells = (text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True))
        click.echo((indent + "  ".join(cells)).rstrip())


def _heading(text: str) -> None:
    click.echo()
    click.echo(text)


def _stage_row(one: Mechanism, name: str) -> tuple[str, ...]:
    stage = one.stages[name]
    who = _name(one.roles[stage.responsible]) if stage.responsible in one.roles else ""
    told = tr(", ").join(_name(one.clocks[clock]) for clock in stage.clocks if clock in one.clocks)
    return (name, _name(stage), who if stage.open else tr("closed"), told)


def _action_row(one: Mechanism, name: str) -> tuple[str, ...]:
    action = one.actions[name]
    who = tr(", ").join(_name(one.roles[role]) for role in action.by if role in one.roles)
    way = f"{', '.join(action.from_)} → {action.to}" if action.to else ", ".join(action.from_)
    return (name, _name(action), who, way)


def _clock_row(one: Mechanism, name: str) -> tuple[str, ...]:
    clock = one.clocks[name]
    source = one.legal.get(clock.source or "")
    return (name, _name(clock), _kind(clock.kind), _budget(one, clock.budget), _cite(source) if source else "")


def _kind(kind: str) -> str:
    return {
        "legal": tr("legal limit"),
        "promised": tr("promised limit"),
        "internal": tr("internal limit"),
        "warning": tr("warning"),
    }[kind]


def _budget(one: Mechanism, budget: Budget) -> str:
    if isinstance(budget, Until):
        field = one.fields.get(budget.until)
        return tr("the day in: {field}", field=_name(field) if field else budget.until)
    if isinstance(budget, Choice):
        field = one.fields.get(budget.field)
        told = [
            tr(
                "{name}: {line}",
                name=_name(field.choices[choice]) if field and choice in field.choices else choice,
                line=_limit(one, limit),
            )
            for choice, limit in budget.choices.items()
        ]
        return tr("; ").join(told)
    return _limit(one, budget)


def _limit(one: Mechanism, limit: Limit) -> str:
    if limit.setting is None:
        return f"{limit.value} {limit.unit}"
    setting = one.settings.get(limit.setting)
    if setting is not None and setting.default is not None:
        return tr("{value} {unit} by default", value=setting.default, unit=limit.unit)
    return tr("as the place sets it ({setting})", setting=limit.setting)


def _cite(source: Legal) -> str:
    parts = [f"《{source.title}》", source.number and tr("({number})", number=source.number), source.article]
    return printable(" ".join(part for part in parts if part)) + f" [{_trust(source.trust)}]"


def _trust(trust: str) -> str:
    return {
        "statute": tr("statute"),
        "official": tr("official"),
        "mirror": tr("seen in a copy only"),
        "local": tr("local rule"),
        "practice": tr("practice"),
        "unknown": tr("source unknown"),
    }[trust]


def _setting_row(one: Mechanism, name: str) -> tuple[str, ...]:
    setting = one.settings[name]
    examples = [f"{example.place} {example.value} {setting.unit or ''}".rstrip() for example in setting.examples]
    told = tr("elsewhere, as an example: {examples}", examples=printable(tr(", ").join(examples))) if examples else ""
    return (name, _name(setting), setting.unit or "", told)
