"""What is not sound is not installed, whichever way it comes."""

from __future__ import annotations

import pytest
from tests.casework.district import ROOT
from tests.stores import TestStore


def test_a_definition_that_is_not_sound_is_refused(store: TestStore) -> None:
    from luoshi.casework.models import Definition
    from luoshi.casework.setups import install
    from luoshi.mechanisms.errors import MechanismError

    source = (ROOT / "packs" / "hotline" / "mechanism.yaml").read_text(encoding="utf-8")
    broken = source.replace("by: [visitor]", "by: [nobody]", 1)
    assert broken != source
    with pytest.raises(MechanismError) as refused:
        install(broken.encode(), "hotline")
    assert refused.value.findings[0].line > 0
    assert not Definition.objects.exists()
    assert install(source.encode(), "hotline") == ("hotline", 1)
