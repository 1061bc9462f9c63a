"""Reports with their ledger, as ``luoshi write`` leaves them, of a store in which synthetic cases live."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.casework.district import DISTRICT, ROOT
from tests.figures.lives import live
from tests.stores import TestStore

PERIOD: Final = "2025"
PACKS: Final = ("hotline", "patrol", "environment_letter", "statistics")
TEMPLATES: Final = {
    "zh": """# {{ district }}{{ period }}工作报告（合成数据）

## 一、民生热线

各位代表：全年受理市长热线事项{{ figure("hotline.volume") }}，经他人核验后办结
{{ figure("hotline.closed_rate", places=1) }}，期末逾期未办结{{ figure("hotline.overdue") }}；走访企业36家。
做到登记、交办、督办、回访、销号一条链，不以答复代替办结。

## 二、河湖与环境

- 河长巡河{{ figure("patrol.volume", unit="") }}次；
- 环境信访{{ figure("environment_letter.received") }}。

| 数据 | 全年 |
|---|---|
| 市长热线受理 | {{ figure("hotline.volume") }} |
| 回访后办结率 | {{ figure("hotline.closed_rate") }} |
| 地区生产总值增速 | {{ figure("statistics.gdp_growth") }} |
| 巡查里程 | {{ figure("patrol.metres") }} |
| 巡查发现问题 | {{ figure("patrol.problems") }} |
| 环境信访按期答复率 | {{ figure("environment_letter.in_time_rate") }} |
""",
    "en": """# Work report {{ period }} of {{ district }} (synthetic data)

## 1. The hotline

In the year the mayor's hotline took {{ figure("hotline.volume") }} matters;
{{ figure("hotline.closed_rate", places=1) }} were verified by another person and closed,
and {{ figure("hotline.overdue") }} stood open after their time. Officers called on 36 enterprises.

## 2. Rivers and the environment

- Patrols of rivers: {{ figure("patrol.volume") }};
- letters about the environment: {{ figure("environment_letter.received") }}.

| Figure | Year |
|---|---|
| Taken by the hotline | {{ figure("hotline.volume") }} |
| Verified and closed | {{ figure("hotline.closed_rate") }} |
| Growth of the product | {{ figure("statistics.gdp_growth") }} |
| Metres patrolled | {{ figure("patrol.metres") }} |
| Problems found | {{ figure("patrol.problems") }} |
| Letters answered in time | {{ figure("environment_letter.in_time_rate") }} |
""",
}


def luoshi(store: TestStore, *args: str) -> None:
    """Run a command on ``store``."""
    environ = {**store.environ, "LUOSHI_PACKS": str(ROOT / "packs")}
    done = subprocess.run(
        [sys.executable, "-m", "luoshi", *args],
        env=environ,
        cwd=store.home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def publish(store: TestStore, names: dict[str, str]) -> Path:
    """Cases in the store, and their report in each language under a name of its own; the folder of all."""
    live(PACKS)
    luoshi(store, "ledger", "key", "--origin", "ledger.example/log")
    folder = store.home / "published"
    for lang, name in names.items():
        template = store.home / f"{lang}.md"
        template.write_text(TEMPLATES[lang], encoding="utf-8")
        told = ("--district", DISTRICT, "--period", PERIOD, "--lang", lang)
        luoshi(store, "write", template.name, *told, "--to", name, "--publish")
        (folder / DISTRICT).rename(folder / name)
    return folder
