"""Whom to sign in as to see the sample district from many sides: a dozen officers, without passwords."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from luoshi.mechanisms.yaml_text import read_yaml
from luoshi.org.models import Officer
from luoshi.simulation.life_texts import sample_folder


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account for a demonstration: its login, the officer's code and name, and what the officer is."""

    login: str
    officer: str
    name: str
    zh: str
    en: str


def demo_accounts(district: str, *, folder: Path | None = None) -> list[DemoAccount]:
    """The accounts of ``accounts.yaml`` in ``folder`` whose officers ``district`` has, in the file's order.

    Raises MechanismError for what is no YAML, OSError.
    """
    path = (folder or sample_folder("districts") / "sample-life") / "accounts.yaml"
    data = read_yaml(path.read_bytes(), path.name).data
    names = dict(Officer.objects.filter(district=district).values_list("code", "name"))
    return [
        DemoAccount(one["login"], one["officer"], names[one["officer"]], one["zh"], one["en"])
        for one in data["accounts"]
        if one["officer"] in names
    ]
