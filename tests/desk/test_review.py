"""The review page and the editor of one commitment: every change is saved by itself, none is lost to another."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.desk import reviewed
from tests.desk.reviewed import HTMX, counts, lines, shown, text_of
from tests.stores import TestStore


def test_the_page_has_every_commitment_once_and_marks_each_in_the_text(store: TestStore) -> None:
    from luoshi.commitments.models import Commitment

    one = reviewed.begin()
    answer = one.browser.get(one.address)
    codes = list(Commitment.objects.order_by("start", "id").values_list("code", flat=True))
    assert lines(answer) == shown(answer) == codes
    assert re.findall(r'<span id="t-([^"]+)" class="c"', text_of(answer)) == codes
    assert counts(answer)["status=proposed"] == len(codes)


def test_the_text_is_whole_and_escaped() -> None:
    from html import unescape

    from luoshi.desk.marked import marked

    text = "今年要做<b>好</b>三件事\n新增就业5000人，改造小区18个。"
    told = [unescape(re.sub(r"<[^>]+>", "", line.html)) for line in marked(text, [], [], "{n}")]
    assert told == text.split("\n")
    assert all("<b>" not in line.html for line in marked(text, [], [], "{n}"))


def test_the_number_of_queries_does_not_grow_with_the_rows(store: TestStore) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from luoshi.commitments.models import Commitment, CommitmentLog

    one = reviewed.begin()

    def queries(way: str, **headers: str) -> int:
        one.browser.get(way, **headers)
        with CaptureQueriesContext(connection) as taken:
            assert one.browser.get(way, **headers).status_code == 200
        cached = ("org_revision", "casework_counter")  # asked once a second
        return len([query for query in taken if not any(name in query["sql"] for name in cached)])

    first = one.row(0)
    many = queries(one.address), queries(one.way(first), **HTMX)
    kept = Commitment.objects.order_by("start", "id").values_list("id", flat=True)[:5]
    CommitmentLog.objects.exclude(commitment_id__in=list(kept)).delete()
    Commitment.objects.exclude(id__in=list(kept)).delete()
    assert (queries(one.address), queries(one.way(first), **HTMX)) == many
    assert many[0] <= 8


def test_filters_by_status_clarity_numbers_and_words(store: TestStore) -> None:
    one = reviewed.begin()
    everything = len(shown(one.browser.get(one.address)))
    for query in ("lacking=standard", "numbers=1", "q=老旧小区"):
        found = shown(one.browser.get(f"{one.address}?{query}"))
        assert 0 < len(found) < everything, query
    assert len(shown(one.browser.get(f"{one.address}?lacking=who"))) > 0
    assert shown(one.browser.get(f"{one.address}?status=issued")) == []
    page = one.browser.get(one.address)
    for told, count in counts(page).items():
        assert len(shown(one.browser.get(f"{one.address}?{told}"))) == count, told


@pytest.mark.parametrize("htmx", [True, False])
def test_a_change_is_saved_at_once(store: TestStore, htmx: bool) -> None:
    one = reviewed.begin()
    row = one.row(3)
    answer = one.post(row, htmx=htmx, lead="housing")
    assert answer.status_code == (200 if htmx else 302)
    now = one.fresh(row)
    assert (now.lead, now.n, now.task) == ("housing", row.n + 1, row.task)
    if htmx:
        page = text_of(answer)
        assert f'id="row-{row.code}"' in page
        assert f'id="n" name="n" value="{now.n}"' in page
        assert "已保存" in page
        assert 'id="edit"' not in page  # what else is being typed stays
    else:
        assert answer["Location"].endswith(f"?c={row.code}#c-{row.code}")


def test_saving_what_is_there_changes_nothing(store: TestStore) -> None:
    one = reviewed.begin()
    row = one.filled(one.row(0))
    one.post(row, lead=row.lead, due=row.due, task=row.task, standard=row.standard)
    assert one.fresh(row).n == row.n


def test_joint_bodies_and_milestones(store: TestStore) -> None:
    one = reviewed.begin()
    row = one.row(0)
    one.post(row, has=["joint", "milestones"], joint=["water", "fenglin"], ms_day=["2099-03-31", "2099-06-30", ""],
             ms_text=["开工", "", ""])  # fmt: skip
    row = one.fresh(row)
    assert row.joint == ["water", "fenglin"]
    assert row.milestones == [{"day": "2099-03-31", "text": "开工"}]
    one.post(row, has=["joint", "milestones"])
    row = one.fresh(row)
    assert (row.joint, row.milestones) == ([], [])


def test_a_suggestion_is_taken_in_one_click_without_script(store: TestStore) -> None:
    one = reviewed.begin()
    row = one.row(0)
    one.post(row, htmx=False, lead="", due="", take="due=2099-12-31")
    assert one.fresh(row).due == "2099-12-31"


def test_the_day_that_is_assumed_is_said_to_be(store: TestStore) -> None:
    from luoshi.commitments.models import Commitment

    one = reviewed.begin()
    told, untold = (Commitment.objects.filter(deadline_explicit=flag).exclude(deadline_text="" if flag else "x").first()
                    for flag in (True, False))  # fmt: skip
    assert told.deadline_text in text_of(one.browser.get(one.way(told), **HTMX))
    assert "推定为年底" in text_of(one.browser.get(one.way(untold), **HTMX))


@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(store: TestStore, htmx: bool) -> None:
    one = reviewed.begin()
    row = one.row(0)
    answer = one.post(row, htmx=htmx, due="2099-02-30", task="新的任务")
    assert answer.status_code == 422
    page = text_of(answer)
    assert re.search(r'id="wrong-due" class="wrong" role="alert"', page)
    assert one.fresh(row).n == row.n
    if not htmx:
        assert 'value="2099-02-30"' in page
        assert ">新的任务</textarea>" in page


@pytest.mark.parametrize("htmx", [True, False])
def test_two_officers_at_once_see_both_values_and_choose(store: TestStore, htmx: bool) -> None:
    one = reviewed.begin()
    row = one.row(0)
    other = one.desk.browser("office", 2)
    assert one.post(row, browser=other, lead="water").status_code == 200
    answer = one.post(row, htmx=htmx, lead="housing", task=row.task)
    assert answer.status_code == 409
    page = text_of(answer)
    box = page.split('id="clash"')[1].split("</form>")[0]
    assert 'name="task"' not in box  # both have it alike
    for said in ("office·2", "区水利局", "区住房和城乡建设局"):
        assert said in box, said
    now = one.fresh(row)
    assert now.lead == "water"
    assert f'name="n" value="{now.n}"' in box
    assert one.post(now, htmx=htmx, lead="housing").status_code in (200, 302)
    assert one.fresh(row).lead == "housing"


def test_accept_reject_with_a_reason_and_propose_again(store: TestStore) -> None:
    one = reviewed.begin()
    row = one.row(0)
    assert one.post(row, do="accept").status_code == 200
    row = one.fresh(row)
    assert row.status == "accepted"
    refused = one.post(row, do="reject", reason=" ")
    assert refused.status_code == 422
    assert re.search(r'id="wrong-reason" class="wrong"', text_of(refused))
    page = text_of(one.post(row, do="reject", reason="属于常规工作"))
    row = one.fresh(row)
    assert (row.status, row.reason) == ("rejected", "属于常规工作")
    assert 'data-act="reopen"' in page
    assert "属于常规工作" in page
    one.post(row, do="reopen")
    assert one.fresh(row).status == "proposed"


def test_what_was_typed_is_saved_before_what_the_button_does(store: TestStore) -> None:
    one = reviewed.begin()
    row = one.row(0)
    one.post(row, htmx=False, do="accept", lead="water")
    now = one.fresh(row)
    assert (now.status, now.lead) == ("accepted", "water")


def test_a_key_on_a_shut_row_opens_no_editor(store: TestStore) -> None:
    one = reviewed.begin()
    row = one.row(0)
    page = text_of(one.post(row, do="accept", brief="1"))
    assert f'id="row-{row.code}"' in page
    assert 'id="ed-' not in page


def long_row(one: Any) -> tuple[Any, list[tuple[int, str]]]:
    """A commitment of several clauses, and its clauses."""
    from luoshi.commitments.models import Commitment
    from luoshi.desk.editing import pieces

    for row in Commitment.objects.select_related("report").order_by("start"):
        found = pieces(row.report.text, row)
        if len(found) > 1:
            return row, found
    raise AssertionError("the sample has none")


def test_take_apart_put_together_and_back(store: TestStore) -> None:
    from luoshi.commitments.models import Commitment

    one = reviewed.begin()
    row, found = long_row(one)
    assert "".join(words for _, words in found) == row.report.text[row.start : row.end]
    answer = one.post(row, htmx=False, do="split", at=[found[1][0]])
    row = one.fresh(row)
    assert row.status == "split"
    parts = list(Commitment.objects.filter(code__in=row.into).order_by("start"))
    assert len(parts) == 2
    assert f"c={parts[0].code}" in answer["Location"]
    page = one.browser.get(one.address)
    assert row.code not in shown(page)
    assert row.code in shown(one.browser.get(f"{one.address}?status=split"))
    moved = one.post(parts[0], do="merge")
    assert "HX-Redirect" in moved
    whole = Commitment.objects.get(code=one.fresh(parts[0]).into[0])
    assert whole.made_of == [parts[0].code, parts[1].code]
    one.post(one.fresh(parts[0]), do="reopen")
    assert [one.fresh(part).status for part in parts] == ["proposed", "proposed"]
    assert whole.code not in shown(one.browser.get(one.address))


def test_where_it_cannot_be_taken_apart_is_said_there(store: TestStore) -> None:
    one = reviewed.begin()
    row = one.row(0)
    answer = one.post(row, do="split", parts="这不是原文的字句\n也不是")
    assert answer.status_code == 422
    assert re.search(r'id="wrong-split" class="wrong"', text_of(answer))
    assert one.fresh(row).status == "proposed"


def test_filters_stay_when_the_page_comes_again(store: TestStore) -> None:
    one = reviewed.begin()
    row = one.row(0)
    headers = {
        "HTTP_HX_REQUEST": "true",
        "HTTP_HX_CURRENT_URL": f"http://localhost{one.address}?status=proposed&q=%E5%B9%B4",
    }
    row, found = long_row(one)
    answer = one.browser.post(one.way(row), {"n": row.n, "do": "split", "at": [found[1][0]]}, **headers)
    assert "status=proposed&q=%E5%B9%B4&c=" in answer["HX-Redirect"]


def test_a_commitment_of_another_report_is_not_there(store: TestStore) -> None:
    one = reviewed.begin()
    other = reviewed.upload(one.browser, "report-2024.docx")["Location"]
    row = one.row(0)
    row = next(r for r in type(row).objects.all() if f"/{r.report_id}/" not in other)
    wrong = f"{other}commitments/{row.code}/"
    assert one.browser.get(wrong, **HTMX).status_code == 404
    assert one.browser.post(wrong, {"n": row.n, "do": "accept"}).status_code == 404
    assert one.browser.get("/desk/reports/999999/").status_code == 404


def test_english_is_complete(store: TestStore) -> None:
    one = reviewed.begin("en")
    row = one.filled(one.row(0), lead="")
    page = text_of(one.browser.get(f"{one.address}?c={row.code}"))
    assert "Still missing before it can be issued: who is responsible." in page
    assert re.search(r'data-clarity="who"[^>]*>Who<', page)
