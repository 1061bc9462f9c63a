"""Issue with its preview: refused while a clarity is missing, saying which; and what is done to several at once."""

from __future__ import annotations

import re
from typing import Any

from tests.desk import reviewed
from tests.desk.reviewed import HTMX, counts, text_of
from tests.stores import TestStore


def chosen(*rows: Any) -> list[str]:
    """The rows as a form chooses them."""
    return [f"{row.n}:{row.code}" for row in rows]


def test_the_preview_tells_what_is_issued_to_whom_by_when_and_what_is_missing(store: TestStore) -> None:
    one = reviewed.begin()
    full, bare = one.filled(one.row(0)), one.filled(one.row(1), lead="", due="")
    page = text_of(one.browser.get(f"{one.address}issue/", {"chosen": chosen(full, bare)}, **HTMX))
    will, refused = page.split('id="refused"')
    assert f'value="{full.n}:{full.code}"' in will
    assert "区住房和城乡建设局" in will
    assert "2099年9月30日" in will
    assert bare.code not in will
    assert "缺少：责任主体、时限要求" in refused
    assert 'data-focus="lead"' in refused


def test_issued_tasks_are_cases_of_their_lead_bodies(store: TestStore) -> None:
    from luoshi.casework.models import Case

    one = reviewed.begin()
    row = one.filled(one.row(0))
    answer = one.browser.post(f"{one.address}issue/", {"chosen": chosen(row)}, **HTMX)
    page = text_of(answer)
    row = one.fresh(row)
    assert row.status == "issued"
    case = Case.objects.get(case=row.case)
    assert case.body == "housing"
    assert f"/desk/cases/{row.case}/" in page
    assert counts(answer)["status=issued"] == 1
    assert f'id="row-{row.code}"' in page


def test_refused_while_any_clarity_is_missing_whatever_the_form_says(store: TestStore) -> None:
    one = reviewed.begin()
    for missing in ("lead", "due", "task"):
        row = one.filled(one.row(0), **{missing: ""})
        page = text_of(one.browser.post(f"{one.address}issue/", {"chosen": chosen(row)}, **HTMX))
        assert 'class="bad"' in page, missing
        assert one.fresh(row).case is None
        assert "/desk/cases/" not in page


def test_issued_twice_is_one_case(store: TestStore) -> None:
    from luoshi.casework.models import Case

    one = reviewed.begin()
    row = one.filled(one.row(0))
    for _ in range(2):
        one.browser.post(f"{one.address}issue/", {"chosen": chosen(row)})
    assert Case.objects.count() == 1


def test_what_was_changed_since_the_preview_is_not_issued(store: TestStore) -> None:
    one = reviewed.begin()
    accepted, proposed = one.filled(one.row(0)), one.filled(one.row(1))
    one.post(accepted, do="accept")
    for row in (one.fresh(accepted), proposed):
        one.post(row, browser=one.desk.browser("office", 2), lead="water")
        page = text_of(one.browser.post(f"{one.address}issue/", {"chosen": chosen(row)}, **HTMX))
        assert 'class="bad"' in page
        assert one.fresh(row).case is None


def test_issue_works_without_script(store: TestStore) -> None:
    one = reviewed.begin()
    row = one.filled(one.row(0))
    page = text_of(one.browser.get(f"{one.address}issue/", {"chosen": chosen(row)}))
    assert "<html" in page
    told = re.findall(r'name="chosen" value="([^"]+)"', page)
    assert told == chosen(row)
    assert one.browser.post(f"{one.address}issue/", {"chosen": told}).status_code == 200
    assert one.fresh(row).status == "issued"


def test_accept_the_chosen_or_everything(store: TestStore) -> None:
    one = reviewed.begin()
    rows = [one.row(n) for n in range(3)]
    answer = one.browser.post(f"{one.address}bulk/", {"do": "accept", "chosen": chosen(*rows)})
    assert counts(answer)["status=accepted"] == 3
    assert "已采纳3项" in text_of(answer)
    answer = one.browser.post(f"{one.address}bulk/", {"do": "accept_all"})
    assert counts(answer)["status=proposed"] == 0


def test_accepting_several_tells_which_were_not(store: TestStore) -> None:
    one = reviewed.begin()
    rows = [one.row(n) for n in range(2)]
    one.post(rows[0], lead="water")
    answer = one.browser.post(f"{one.address}bulk/", {"do": "accept", "chosen": chosen(*rows)})
    assert "已采纳1项" in text_of(answer)
    assert rows[0].code in text_of(answer).split('class="notice warn"')[1].split("</div>")[1]
    assert one.fresh(rows[0]).status == "proposed"


def test_one_lead_for_the_chosen(store: TestStore) -> None:
    one = reviewed.begin()
    rows = [one.row(n) for n in range(2)]
    answer = one.browser.post(f"{one.address}bulk/", {"do": "lead", "lead": "water", "chosen": chosen(*rows)})
    assert "已指派区水利局牵头2项" in text_of(answer)
    assert [one.fresh(row).lead for row in rows] == ["water", "water"]
    answer = one.browser.post(f"{one.address}bulk/", {"do": "lead", "lead": "", "chosen": chosen(*rows)})
    assert "没有选择单位" in text_of(answer)


def test_put_the_chosen_together(store: TestStore) -> None:
    from luoshi.commitments.models import Commitment

    one = reviewed.begin()
    rows = [one.row(n) for n in (0, 2)]
    answer = one.browser.post(f"{one.address}bulk/", {"do": "merge", "chosen": chosen(*rows)})
    whole = Commitment.objects.get(code=one.fresh(rows[0]).into[0])
    assert whole.code in answer["Location"]
    page = text_of(one.browser.get(one.address))
    assert len(re.findall(rf'data-c="{whole.code}"', page)) >= 2  # both stretches of the text


def test_nothing_chosen_is_said(store: TestStore) -> None:
    one = reviewed.begin()
    for told in ({}, {"chosen": "x"}, {"chosen": ["-1:2025-001", "1:", ":", "9999999999:2025-001"]}):
        answer = one.browser.post(f"{one.address}bulk/", {"do": "accept", **told})
        assert "没有选择任务" in text_of(answer)


def test_what_is_of_another_report_is_not_touched(store: TestStore) -> None:
    one = reviewed.begin()
    row = one.row(0)
    other = reviewed.upload(one.browser, "report-2024.docx")["Location"]
    one.browser.post(f"{other}bulk/", {"do": "accept", "chosen": chosen(row)})
    one.browser.post(f"{other}issue/", {"chosen": chosen(one.filled(row))})
    assert one.fresh(row).status == "proposed"
