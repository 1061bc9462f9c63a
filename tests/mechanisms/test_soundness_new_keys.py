"""Names that entries use for themselves are no names of fields."""

from __future__ import annotations

from datetime import date

import pytest
from tests.mechanisms.test_packs_a import PACKS

from luoshi.mechanisms.loader import load
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.soundness import check
from luoshi.mechanisms.soundness_names import OWN_NAMES, OWN_PREFIXES

DAY = date(2026, 11, 23)
HOTLINE = load((PACKS / "hotline" / "mechanism.yaml").read_bytes(), "hotline")


def with_field(name: str) -> Mechanism:
    """The hotline with ``related`` under another name."""
    plain = HOTLINE.model_dump_json(by_alias=True, exclude_defaults=True)
    return Mechanism.model_validate_json(plain.replace('"related"', f'"{name}"'))


@pytest.mark.parametrize("name", [*sorted(OWN_NAMES), *(f"{prefix}x" for prefix in OWN_PREFIXES)])
def test_a_field_cannot_be_called_as_what_entries_say(name: str) -> None:
    assert [(one.code, one.place) for one in check(with_field(name), DAY)] == [("field_reserved", f"fields.{name}")]


@pytest.mark.parametrize("name", ["partly", "due", "rung_no", "related_matter"])
def test_other_names_are_free(name: str) -> None:
    assert check(with_field(name), DAY) == []
