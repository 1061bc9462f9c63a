"""The page of the design system, and what every page says."""

from __future__ import annotations

from tests.desk import place
from tests.stores import TestStore


def test_everybody_may_look_at_the_design_in_both_languages(store: TestStore) -> None:
    desk = place.make("supervision")
    for lang, word in (("zh", "设计"), ("en", "Design")):
        answer = desk.browser("office", lang=lang).get("/desk/design/")
        assert answer.status_code == 200
        assert word in answer.content.decode()
        assert "unsafe-inline" not in answer["Content-Security-Policy"]


def test_a_task_can_be_issued(store: TestStore) -> None:
    place.make("supervision")
    assert place.task().stage == "issued"
