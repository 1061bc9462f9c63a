"""The board, suggestions and the year on year, on the sample reports."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.casework.district import actor, allow
from tests.commitments import setting
from tests.commitments.setting import DISTRICT, LEADER, NOW, OFFICE, fresh, ready, rows, taken
from tests.stores import TestStore

UNDERTAKER = "o-li"


@pytest.fixture(autouse=True)
def _settled(store: TestStore) -> None:
    setting.settle()


def sight_of(officer: str, on_day: str = "2025-06-05") -> Any:
    from luoshi.casework.sight import sight

    return sight(DISTRICT, officer, on_day)


def do(case: str, action: str, at: datetime, role: str = "undertaker", body: str = "housing", **fields: Any) -> None:
    from luoshi.casework.act import Request, act

    agreed = actor("leader", LEADER, "gov") if action == "circulate" else None
    request = Request(actor(role, f"o-{role}", body), action, case=case, fields=fields, approval=agreed)
    act(DISTRICT, request, authorise=allow, now=at)


def issued(*wanted: Any, **fields: Any) -> list[str]:
    from luoshi.commitments.issuing import issue

    told = issue(DISTRICT, OFFICE, [ready(row, **fields).code for row in wanted], NOW)
    assert all(one.case for one in told)
    return [str(one.case) for one in told]


def reported(case: str, share: str, period: str, at: datetime, **more: Any) -> None:
    told = {"progress": "进展", "completion": "moving", "period": period, "share": share, **more}
    do(case, "report", at, **told)


def test_a_board_of_one_case_through_its_life() -> None:
    from luoshi.commitments.board import card_of_case, cards

    report = taken()
    row = rows(report)[3]
    (case,) = issued(row)
    do(case, "sign", NOW + timedelta(days=1), contact="张三")
    reported(case, "40", "m5", datetime(2025, 6, 2, 9), done_value="12.5")
    do(case, "urge", datetime(2025, 6, 3, 9), role="office", body="supervision")
    do(case, "circulate", datetime(2025, 6, 4, 9), role="office", body="supervision")
    found = {card.commitment.code: card for card in cards(DISTRICT, report, sight_of(OFFICE), "2025-06-05")}
    assert len(found) == len(rows(report))
    card = found[row.code]
    assert card.case is not None
    assert card.progress is not None
    lights = (card.progress.step, card.progress.deadline, card.progress.pace)
    assert [light.state.value for light in lights] == ["circulated", "in_time", "on_pace"]
    assert card.progress.reports[-1].done_value == "12.5"
    assert card_of_case(sight_of(OFFICE), case, "2025-06-05") == card
    others = [card for code, card in found.items() if code != row.code]
    assert all(card.case is None and card.progress is None for card in others)
    assert others[0].lacking[0] == "who"


def test_who_does_not_see_the_case_sees_no_progress() -> None:
    from luoshi.commitments.board import behind, card_of_case, cards

    report = taken()
    row = rows(report)[3]
    (case,) = issued(row)
    for seen in (sight_of("o-jiang"), sight_of("nobody"), None):
        card = next(one for one in cards(DISTRICT, report, seen, "2025-09-05") if one.commitment.pk == row.pk)
        assert (card.case, card.progress, card.commitment.case) == (None, None, case)
        if seen is not None:
            assert card_of_case(seen, case, "2025-09-05") is None
            assert behind(seen, "2025-09-05") == []


def test_what_is_behind() -> None:
    from luoshi.commitments.board import behind

    report = taken()
    some = rows(report)[3:8]
    cases = [*issued(*some[:4]), *issued(some[4], due="2025-05-20")]
    for case in cases:
        do(case, "sign", NOW + timedelta(days=1), contact="张三")
    reported(cases[0], "40", "m5", datetime(2025, 6, 2, 9))  # on pace
    reported(cases[1], "10", "m5", datetime(2025, 6, 2, 9))  # behind
    reported(cases[2], "35", "m4", datetime(2025, 5, 2, 9))  # May is missing
    reported(cases[4], "95", "m5", datetime(2025, 6, 2, 9))  # overdue since 20 May, though nearly done
    found = behind(sight_of(OFFICE), "2025-06-05", report)
    told = [(one.case.case if one.case else "", one.progress.pace.reason if one.progress else "") for one in found]
    assert told == [
        (cases[4], "pace_on_pace"), (cases[1], "pace_behind"), (cases[2], "pace_month_missing"),
        (cases[3], "pace_month_missing"),
    ]  # fmt: skip
    assert found == behind(sight_of(OFFICE), "2025-06-05")
    early = behind(sight_of(OFFICE, "2025-03-20"), "2025-03-20")
    assert [one.case.case for one in early if one.case] == [cases[1]], "known by then of later reports: all of them"


def test_the_answered_is_not_overdue_while_it_is_checked() -> None:
    from luoshi.casework.act import Request, act
    from luoshi.commitments.board import card_of_case
    from luoshi.mechanisms.acts import File

    (case,) = issued(rows(taken())[3], due="2025-05-20")
    do(case, "sign", NOW + timedelta(days=1), contact="张三")
    proof = (File("evidence", "ab" * 32, 10),)
    request = Request(
        actor("undertaker", "o-li", "housing"), "feed_back", case=case, fields={"progress": "完", "completion": "done"},
        files=proof,
    )  # fmt: skip
    act(DISTRICT, request, authorise=allow, now=datetime(2025, 5, 19, 9))
    card = card_of_case(sight_of(OFFICE), case, "2025-06-05")
    assert card is not None
    assert card.progress is not None
    assert (card.progress.deadline.state.value, card.progress.deadline.reason) == ("done", "deadline_answered")
    request = Request(
        actor("office", "o-2", "supervision"), "send_back", case=case, fields={"due": "2025-06-01", "reason": "缺"}
    )
    act(DISTRICT, request, authorise=allow, now=datetime(2025, 5, 22, 9))
    card = card_of_case(sight_of(OFFICE), case, "2025-06-05")
    assert card is not None
    assert card.progress is not None
    assert card.progress.deadline.state.value == "overdue", "sent back, it is open again and its new day is over"


@pytest.mark.parametrize("count", [5, 60])
def test_the_board_takes_a_constant_number_of_queries(count: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from luoshi.casework import lookup
    from luoshi.commitments import board
    from luoshi.commitments.models import Commitment

    report = taken()
    issued(*rows(report)[:count])
    seen = sight_of(OFFICE)
    Commitment.objects.count()
    raw: list[str] = []
    own = lookup._rows_of

    def counted(statement: Any) -> Any:
        raw.append(statement.text)
        return own(statement)

    lookup._rows_of = counted
    try:
        with CaptureQueriesContext(connection) as told:
            found = board.cards(DISTRICT, report, seen, "2025-06-05")
    finally:
        lookup._rows_of = own
    assert sum(card.progress is not None for card in found) == count
    by_orm = len(told) - (len(raw) if connection.vendor == "sqlite" else 0)
    assert (by_orm, len(raw)) == (1, 2)


# --- suggestions


def test_last_years_lead_is_suggested_for_what_is_alike() -> None:
    from luoshi.commitments.review import edit
    from luoshi.commitments.suggesting import suggest, suggest_many

    last, this = taken(2024), taken()
    before = next(one for one in rows(last) if "标准厂房" in one.text)
    now = next(one for one in rows(this) if "标准厂房" in one.text)
    assert all(one.reason != "last_year" for one in suggest(now))
    edit(DISTRICT, OFFICE, before.code, 1, {"lead": "emergency"}, NOW)
    first = suggest(fresh(now))[0]
    assert (first.body, first.reason, first.detail) == ("emergency", "last_year", before.text)
    many = suggest_many(this, rows(this), "2025-03-03")
    assert many[now.code][0] == first
    assert len(many) == len(rows(this))
    assert all(len(one) <= 5 and len({s.body for s in one}) == len(one) for one in many.values())


def test_a_body_that_ended_is_suggested_as_its_successor() -> None:
    from luoshi.commitments.review import edit
    from luoshi.commitments.suggesting import suggest_many

    last, this = taken(2024), taken()
    before = next(one for one in rows(last) if "标准厂房" in one.text)
    now = next(one for one in rows(this) if "标准厂房" in one.text)
    edit(DISTRICT, OFFICE, before.code, 1, {"lead": "parks"}, NOW)
    for day, body in (("2026-06-30", "parks"), ("2026-07-01", "urban")):
        assert suggest_many(this, [now], day)[now.code][0].body == body


@pytest.mark.parametrize(
    ("text", "body", "reason", "detail"),
    [
        ("完成老旧小区改造，由区住建局牵头", "housing", "named", "区住建局"),
        ("建设青枫镇卫生院", "qingfeng", "named", "青枫镇"),
        ("新建保障性住房500套", "housing", "duty", "住房"),
        ("治理澜水生态环境", "ecology", "duty", "生态环境"),
        ("完成水利工程12处", "water", "duty", "水利"),
        ("加强应急管理", "emergency", "duty", "应急管理"),
    ],
)
def test_who_is_named_or_in_charge(text: str, body: str, reason: str, detail: str) -> None:
    from luoshi.commitments.models import Commitment
    from luoshi.commitments.suggesting import suggest_many

    report = taken()
    bodies = ["区住建局"] if "区住建局" in text else []
    one = Commitment(district=DISTRICT, report=report, code="x", text=text, bodies=bodies)
    first = suggest_many(report, [one], "2025-03-03")["x"][0]
    assert (first.body, first.reason, first.detail) == (body, reason, detail)


def test_by_when() -> None:
    from luoshi.commitments.suggesting import suggest_due

    found = rows(taken())
    assumed = suggest_due(next(one for one in found if not one.deadline_explicit), 2025)
    told = suggest_due(next(one for one in found if one.deadline == "2025-06-30"), 2025)
    assert assumed is not None
    assert (assumed.day, assumed.assumed) == ("2025-12-31", True)
    assert told is not None
    assert (told.day, told.assumed) == ("2025-06-30", False)
    assert suggest_due(next(one for one in found if not one.deadline_explicit), None) is None


# --- year on year


def test_year_on_year_is_computed_once() -> None:
    from luoshi.commitments import years
    from luoshi.reading.compare import compare
    from luoshi.reading.reader import read
    from luoshi.reading.sources import load

    last, this = taken(2024), taken()
    found = years.year_on_year(last, this)
    want = compare(
        read(load(setting.sample(2024), "report-2024.docx")), read(load(setting.sample(2025), "report-2025.docx"))
    )
    assert [(one.text, one.verdict, one.why) for one in found] == [
        (one.promise.text, one.verdict, one.why) for one in want
    ]
    assert all(one.commitment is not None and one.commitment.text == one.text for one in found)
    assert all(one.result_span is None or this.text[slice(*one.result_span)] == one.result for one in found)
    compare_again, years.compare = years.compare, lambda *_: pytest.fail("it was kept")  # type: ignore[assignment]
    try:
        assert json.dumps([one.verdict for one in years.year_on_year(last, this)]) == json.dumps(
            [one.verdict for one in found]
        )
    finally:
        years.compare = compare_again
