"""What tests of the annual report share: a store with some cases, sealed; and figures made by hand for claims."""

from __future__ import annotations

import base64
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.casework.district import DISTRICT, ROOT

PERIOD = "2025"
MADE_ON = date(2026, 1, 10)

TEMPLATE = """# {{ district }}{{ period }}工作报告

各位代表：现将{{ period }}的工作报告如下。

## 一、民生热线

全年受理市民来电事项{{ figure("hotline.volume") }}，办结率为{{ figure("hotline.closed_rate", places=1) }}；
走访企业36家，《条例》第3条另有规定。

- 逾期未办结{{ figure("hotline.overdue") }}。
- 巡河{{ figure("patrol.volume", unit="") }}次。

| 序号 | 事项 | 数量 |
|---|---|---|
| 1 | 热线 | {{ figure("hotline.volume") }} |
| 2 | 手填 | 12 |
"""


def definitions() -> Any:
    """The figures of the repository's packs."""
    from luoshi.figures.definitions import load_all

    return load_all(ROOT / "packs")


def sealed(names: tuple[str, ...] = ("hotline", "patrol")) -> Any:
    """A store in which some cases live, all sealed; the keys."""
    from tests.figures.lives import live, seal_all

    live(names)
    return seal_all()


def compose(text: str, **more: Any) -> Any:
    """The report of the store that :func:`sealed` made."""
    from luoshi.writing.annual.composing import compose as make

    told: dict[str, Any] = {"district": DISTRICT, "period": PERIOD, "made_on": MADE_ON, "definitions": definitions()}
    return make(text, **{**told, **more})


def figure(id_: str, zh: str, **more: Any) -> Any:
    """A figure with made-up numbers."""
    from luoshi.figures.definitions import FigureDef
    from luoshi.figures.evaluating import Figure

    kind = more.pop("kind", "count")
    rated = kind == "rate"
    definition = FigureDef.model_validate(
        {
            "id": id_, "zh": zh, "en": more.pop("en", zh), "kind": kind,
            "unit": more.pop("unit", "%" if rated else "件"),
            "precision": more.pop("precision", 2 if rated else 0), "periods": ("year",),
            "basis": {"zh": "合成", "en": "Made up"}, "query": "SELECT count(*) AS value FROM cases",
            "entries": "opened", "hides_never": ("overdue",) if rated else (), "light": more.pop("light", None),
            "denominator": {"zh": "全部", "en": "All"} if rated else None,
        }
    )  # fmt: skip
    above, below = more.pop("ratio", (None, None))
    value = more.pop("value", None)
    if above is not None:
        value = (Decimal(above) / Decimal(below) * 100).quantize(Decimal("0.01")) if below else None
        above, below = Decimal(above), Decimal(below)
    reason = more.pop("reason", None if value is not None else "no_cases")
    assert not more, more
    return Figure(
        id_, (definition.zh, definition.en), None if value is None else Decimal(value), definition.unit, PERIOD,
        definition, above, below, (), "root", 1, None, reason,
    )  # fmt: skip


def made(text: str, figures: list[Any], **more: Any) -> Any:
    """A report of figures made by hand, without a store."""
    from luoshi.ledger.checkpoint import Checkpoint
    from luoshi.writing.annual import composing

    known = {one.id: one for one in figures}
    told: dict[str, Any] = {
        "district": "jichuan", "period": PERIOD, "lang": "zh", "made_on": MADE_ON, "name": "annual.md",
        "definitions": {one.id: one.definition for one in figures}, "promises": (), "names": ("霁川区", "Jichuan"),
    }  # fmt: skip
    order = composing.Order(**{**told, **more})
    signature = base64.b64encode(bytes(68)).decode()
    head = Checkpoint("example.org/log", 1, bytes(32)).text() + f"\n\u2014 example.org/log {signature}\n"
    return composing._compose(text, order, lambda ids, period, _: [known[one] for one in ids], head.encode())


def saved(path: Path, data: bytes) -> Path:
    """``data`` in ``path``."""
    path.write_bytes(data)
    return path
