"""Saved views: an officer's own, bounded, one of them first."""

from __future__ import annotations

import pytest
from tests.desk import place
from tests.desk.lists import text_of
from tests.stores import TestStore

LIST = "tab=open&mechanism=supervision&timing=late"


def test_a_view_is_kept_opened_first_renamed_and_removed(store: TestStore) -> None:
    from luoshi.desk.models import SavedView

    desk = place.make("supervision")
    browser = desk.browser("office")
    made = browser.post("/desk/views/", {"name": "逾期督办", "query": LIST})
    assert (made.status_code, made["Location"]) == (302, f"/desk/?{LIST}")
    assert "逾期督办" in text_of(browser.get("/desk/"))
    view = SavedView.objects.get()
    assert (view.officer, view.query, view.first) == (place.officer("office"), LIST, False)

    browser.post(f"/desk/views/{view.pk}/", {"does": "first"})
    answer = browser.get("/desk/")
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/?{LIST}")
    assert browser.get("/desk/?tab=mine").status_code == 200

    other = SavedView.objects.create(
        district=place.DISTRICT, officer=place.officer("office"), name="乙", query="tab=open"
    )
    browser.post(f"/desk/views/{other.pk}/", {"does": "first"})
    assert list(SavedView.objects.filter(first=True)) == [other]
    browser.post(f"/desk/views/{other.pk}/", {"does": "first"})
    assert not SavedView.objects.filter(first=True).exists()

    browser.post(f"/desk/views/{view.pk}/", {"does": "rename", "name": "督办逾期"})
    assert SavedView.objects.get(pk=view.pk).name == "督办逾期"
    browser.post(f"/desk/views/{view.pk}/", {"does": "remove"})
    assert list(SavedView.objects.all()) == [other]


def test_views_are_ones_own(store: TestStore) -> None:
    from luoshi.desk.models import SavedView

    desk = place.make("supervision")
    desk.browser("office").post("/desk/views/", {"name": "我的", "query": LIST})
    view = SavedView.objects.get()
    other = desk.browser("office", 2)
    assert "我的<" not in text_of(other.get("/desk/views/"))
    for does in ("first", "rename", "remove"):
        assert other.post(f"/desk/views/{view.pk}/", {"does": does, "name": "别人的"}).status_code == 404
    assert SavedView.objects.get().name == "我的"
    assert other.post("/desk/views/99999999999999999999/", {"does": "remove"}).status_code == 404


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_cannot_be_kept_is_told_and_stays_in_the_form(store: TestStore) -> None:
    from luoshi.desk.models import SavedView
    from luoshi.desk.pages.views import MOST

    desk = place.make("supervision")
    browser = desk.browser("office", lang="en")
    for name, word in (("", "Give the view a name"), ("长" * 41, "at most 40"), ("a\x00b", "Give the view a name")):
        answer = browser.post("/desk/views/", {"name": name, "query": LIST})
        assert answer.status_code == 422
        assert word in text_of(answer)
        assert "tab=open&amp;mechanism=supervision" in text_of(answer)
    for n in range(MOST):
        assert browser.post("/desk/views/", {"name": f"v{n}", "query": LIST}).status_code == 302
    assert "already" in text_of(browser.post("/desk/views/", {"name": "v1", "query": LIST}))
    assert "which is the most" in text_of(browser.post("/desk/views/", {"name": "one more", "query": LIST}))
    assert SavedView.objects.count() == MOST
    view = SavedView.objects.first()
    assert view is not None
    taken = browser.post(f"/desk/views/{view.pk}/", {"does": "rename", "name": "v1"})
    assert taken.status_code == 422
    assert "already" in text_of(taken)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_only_what_an_inbox_understands_is_kept(store: TestStore) -> None:
    from luoshi.desk.models import SavedView

    desk = place.make("supervision")
    query = "tab=open&next=//evil.example&timing=never&q=<b>&after=2026-01-01.1&" + "x=1&" * 2000
    desk.browser("office").post("/desk/views/", {"name": "甲", "query": query})
    assert SavedView.objects.get().query == "tab=open&q=%3Cb%3E"
