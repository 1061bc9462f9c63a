"""A report with its ledger, as ``luoshi write`` leaves it: composed from a store in which synthetic cases live."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from tests.casework.district import DISTRICT, ROOT
from tests.figures.lives import export, live

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
| Metres patrolled | {{ figure("patrol.metres") }} |
| Problems found | {{ figure("patrol.problems") }} |
| Letters answered in time | {{ figure("environment_letter.in_time_rate") }} |
""",
}


def make_ledger(folder: Path, names: tuple[str, ...] = PACKS, steps: int = 60) -> Path:
    """Cases of the packs ``names`` in the store, sealed, and their ledger in ``folder``."""
    live(names, steps=steps)
    return export(folder)


def report(lang: str) -> Mapping[str, bytes]:
    """The files of the store's report but its ledger: relative path → content."""
    from luoshi.figures.definitions import load_all
    from luoshi.writing.annual.assets import assets
    from luoshi.writing.annual.composing import compose
    from luoshi.writing.annual.page import page
    from luoshi.writing.annual.taxonomy import files

    annual = compose(
        TEMPLATES[lang], district=DISTRICT, period=PERIOD, lang="zh" if lang == "zh" else "en",
        made_on=date(2026, 1, 10), definitions=load_all(ROOT / "packs"),
    )  # fmt: skip
    beside = {f"assets/{name}": data for name, data in assets().items()}
    return {"report.html": page(annual), **files(annual), **beside}


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files`` below ``folder``."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
