"""The review: each operation is saved at once, against a revision, with a log; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.commitments import setting
from tests.commitments.setting import DISTRICT, NOBODY, NOW, OFFICE, OTHER, at_once, fresh, ready, rows, taken
from tests.stores import TestStore


@pytest.fixture(autouse=True)
def _settled(store: TestStore) -> None:
    setting.settle()


def refusal(call: Callable[[], Any]) -> tuple[str, dict[str, Any]]:
    """The code and details of what ``call`` raises."""
    from luoshi.commitments.errors import CommitmentError

    with pytest.raises(CommitmentError) as raised:
        call()
    return raised.value.code, raised.value.details


def test_accept_and_reopen_and_reject() -> None:
    from luoshi.commitments.review import accept, log_of, reject, reopen

    row = rows(taken())[0]
    one = accept(DISTRICT, OFFICE, row.code, 1, NOW)
    assert (one.status, one.n) == ("accepted", 2)
    one = reopen(DISTRICT, OTHER, row.code, 2, NOW)
    assert (one.status, one.n) == ("proposed", 3)
    one = reject(DISTRICT, OFFICE, row.code, 3, " 属于背景表述 ", NOW)
    assert (fresh(row).status, fresh(row).reason, one.n) == ("rejected", "属于背景表述", 4)
    assert reopen(DISTRICT, OFFICE, row.code, 4, NOW).reason == ""
    told = [(one.action, one.officer, one.n) for one in log_of(DISTRICT, row.code)]
    assert told == [
        ("reopen", OFFICE, 5), ("reject", OFFICE, 4), ("reopen", OTHER, 3), ("accept", OFFICE, 2), ("take", OFFICE, 1),
    ]  # fmt: skip
    assert log_of(DISTRICT, row.code)[1].before == {"status": "proposed", "reason": ""}


def test_a_stale_revision_is_told_who_changed_what() -> None:
    from luoshi.commitments.review import accept, edit, merge, reject, reopen, split

    first, second = rows(taken())[:2]
    edit(DISTRICT, OTHER, first.code, 1, {"lead": "water"}, NOW)
    stale: list[Callable[[], Any]] = [
        lambda: accept(DISTRICT, OFFICE, first.code, 1, NOW),
        lambda: reject(DISTRICT, OFFICE, first.code, 1, "不是", NOW),
        lambda: edit(DISTRICT, OFFICE, first.code, 1, {"lead": "housing"}, NOW),
        lambda: reopen(DISTRICT, OFFICE, first.code, 1, NOW),
        lambda: split(DISTRICT, OFFICE, first.code, 1, [first.start + 2], NOW),
        lambda: merge(DISTRICT, OFFICE, {first.code: 1, second.code: 1}, now=NOW),
    ]
    for call in stale:
        code, details = refusal(call)
        assert (code, details["who"], details["what"], details["fields"]) == ("changed", OTHER, "edit", ["lead"])
    assert (fresh(first).lead, fresh(first).n, fresh(second).n) == ("water", 2, 1)


def test_two_at_once_one_wins() -> None:
    from luoshi.commitments.errors import CommitmentError
    from luoshi.commitments.review import edit

    row = rows(taken())[0]

    def change(body: str) -> str:
        try:
            edit(DISTRICT, OFFICE, row.code, 1, {"lead": body}, NOW)
        except CommitmentError as error:
            return error.code
        return body

    told = at_once(lambda: change("water"), lambda: change("housing"))
    assert sorted(told)[0] == "changed"
    assert fresh(row).lead in told
    assert fresh(row).n == 2


def test_edit_keeps_what_it_is_given() -> None:
    from luoshi.commitments.review import edit, log_of

    row = rows(taken())[0]
    nodes = [{"day": "2025-09-30", "text": "完成主体"}, {"day": "2025-06-30", "text": "开工"}]
    told = {"lead": "housing", "joint": ["water", "housing", "water"], "due": "2025-11-30", "milestones": nodes}
    one = edit(DISTRICT, OFFICE, row.code, 1, {**told, "task": " 建成 ", "standard": "验收"}, NOW)
    again = fresh(row)
    assert (again.lead, again.joint, again.due, again.task, again.standard) == (
        "housing", ["water"], "2025-11-30", "建成", "验收",
    )  # fmt: skip
    assert [node["day"] for node in again.milestones] == ["2025-06-30", "2025-09-30"]
    assert again.text == row.text
    assert edit(DISTRICT, OFFICE, row.code, one.n, {"task": "建成"}, NOW).n == one.n, "nothing changed"
    assert len(log_of(DISTRICT, row.code)) == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"lead": "nobody"}, "body_unknown"),
        ({"lead": "urban"}, "body_unknown"),  # founded in 2026
        ({"joint": ["water", "nobody"]}, "body_unknown"),
        ({"lead": 5}, "field_wrong"),
        ({"lead": "a\x00"}, "field_wrong"),
        ({"joint": "water"}, "field_wrong"),
        ({"due": "2025-02-30"}, "field_wrong"),
        ({"due": "年底"}, "field_wrong"),
        ({"task": "长" * 10_001}, "field_wrong"),
        ({"standard": "a\x00b"}, "field_wrong"),
        ({"milestones": [{"day": "2025-06-30"}]}, "field_wrong"),
        ({"milestones": [{"day": None, "text": "开工"}]}, "field_wrong"),
        ({"status": "issued"}, "field_wrong"),
        ({"n": 5}, "field_wrong"),
    ],
)
def test_what_cannot_be_kept_is_refused(fields: dict[str, Any], code: str) -> None:
    from luoshi.commitments.review import edit

    row = rows(taken())[0]
    assert refusal(lambda: edit(DISTRICT, OFFICE, row.code, 1, fields, NOW))[0] == code
    assert fresh(row).n == 1


def test_accept_many_tells_of_each() -> None:
    from luoshi.commitments.review import accept, accept_many

    first, second, third = rows(taken())[:3]
    accept(DISTRICT, OFFICE, second.code, 1, NOW)
    found = accept_many(DISTRICT, OFFICE, {first.code: 1, second.code: 1, third.code: 1, "2025-x\x00": 1}, NOW)
    assert [one.error.code if one.error else None for one in found] == [None, "changed", None, "commitment_unknown"]
    assert [fresh(row).status for row in (first, second, third)] == ["accepted"] * 3


def test_who_may_not_review_changes_nothing() -> None:
    from luoshi.commitments.review import accept, accept_many, may_review, merge

    row, other = rows(taken())[:2]
    assert may_review(DISTRICT, OFFICE, "2025-03-03")
    seen = {row.code: 1, other.code: 1}
    for officer in (NOBODY, setting.LEADER, "", "unknown"):
        assert not may_review(DISTRICT, officer, "2025-03-03")
        assert refusal(lambda who=officer: accept(DISTRICT, who, row.code, 1, NOW))[0] == "not_authorised"
        assert refusal(lambda who=officer: accept_many(DISTRICT, who, {row.code: 1}, NOW))[0] == "not_authorised"
        assert refusal(lambda who=officer: merge(DISTRICT, who, seen, now=NOW))[0] == "not_authorised"
    assert not may_review("elsewhere", OFFICE, "2025-03-03")
    assert refusal(lambda: accept(DISTRICT, OFFICE, "none", 1, NOW))[0] == "commitment_unknown"
    assert refusal(lambda: accept(DISTRICT, OFFICE, "a\x00", 1, NOW))[0] == "commitment_unknown"


# --- taking apart, putting together


def test_split_at_an_offset() -> None:
    from luoshi.commitments.review import split

    report = taken()
    row = next(one for one in rows(report) if "、" in one.text[1:-1] and one.targets)
    comma = row.start + row.text.index("、")
    parts = split(DISTRICT, OFFICE, row.code, 1, [comma], NOW)
    assert len(parts) == 2
    assert [part.spans for part in parts] == [[[row.start, comma]], [[comma + 1, row.end]]]
    assert [part.text for part in parts] == [report.text[part.start : part.end] for part in parts]
    assert all(part.made_of == [row.code] and part.status == "proposed" for part in parts)
    assert [part.code for part in parts] == [f"2025-{len(rows(report)) - 1:03d}", f"2025-{len(rows(report)):03d}"]
    old = fresh(row)
    assert (old.status, old.into, old.text) == ("split", [part.code for part in parts], row.text)
    assert sorted(str(t) for part in parts for t in part.targets) == sorted(map(str, row.targets))


def test_split_by_texts_keeps_spans_inside() -> None:
    from luoshi.commitments.review import split

    report = taken()
    row = next(one for one in rows(report) if len(one.text) > 20)
    texts = [row.text[1:6], row.text[6:9], row.text[12:]]
    parts = split(DISTRICT, OFFICE, row.code, 1, texts, NOW)
    ends = [span for part in parts for span in part.spans[0]]
    assert ends == sorted(ends)
    assert row.start <= ends[0]
    assert ends[-1] <= row.end
    assert [part.text for part in parts] == [report.text[part.start : part.end] for part in parts]


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ([], "few"),
        (["x" * 5, "y"], "outside"),
        ([0], "outside"),
        ([10**9], "outside"),
        (["新建", 5], "mixed"),
        (["", "新建"], "empty"),
        (list(range(60)), "many"),
    ],
)
def test_what_cannot_be_split(at: list[int | str], why: str) -> None:
    from luoshi.commitments.review import split

    row = next(one for one in rows(taken()) if one.text.startswith("新建标准厂房"))
    code, details = refusal(lambda: split(DISTRICT, OFFICE, row.code, 1, at, NOW))
    assert (code, details["why"]) == ("split_wrong", why)
    order = [row.start + 5, row.start + 3]
    assert refusal(lambda: split(DISTRICT, OFFICE, row.code, 1, order, NOW))[1]["why"] == "order"
    assert refusal(lambda: split(DISTRICT, OFFICE, row.code, 1, [row.start], NOW))[1]["why"] == "outside"


def test_merge_keeps_every_span_and_can_be_split_again() -> None:
    from luoshi.commitments.review import edit, merge, split

    report = taken()
    first, second, third = rows(report)[10:13]
    edit(DISTRICT, OFFICE, first.code, 1, {"lead": "water", "due": "2025-06-30"}, NOW)
    edit(DISTRICT, OFFICE, second.code, 1, {"lead": "water", "joint": ["housing"], "due": "2025-12-31"}, NOW)
    whole = merge(DISTRICT, OFFICE, {third.code: 1, first.code: 2, second.code: 2}, now=NOW)
    assert whole.spans == sorted([[one.start, one.end] for one in (first, second, third)])
    assert whole.text == "；".join(one.text for one in (first, second, third))
    assert (whole.lead, whole.joint, whole.due) == ("water", ["housing"], None)
    assert len(whole.targets) == sum(len(one.targets) for one in (first, second, third))
    assert [(fresh(one).status, fresh(one).into) for one in (first, third)] == [("merged", [whole.code])] * 2
    parts = split(DISTRICT, OFFICE, whole.code, whole.n, [second.start], NOW)
    assert [part.spans for part in parts] == [
        [[first.start, first.end]],
        [[second.start, second.end], [third.start, third.end]],
    ]


def test_what_cannot_be_merged() -> None:
    from luoshi.commitments.review import merge, reject

    this, last = rows(taken())[:3], rows(taken(2024))[:1]
    assert refusal(lambda: merge(DISTRICT, OFFICE, {this[0].code: 1}, now=NOW))[1]["why"] == "few"
    seen = {this[0].code: 1, last[0].code: 1}
    assert refusal(lambda: merge(DISTRICT, OFFICE, seen, now=NOW))[1]["why"] == "reports"
    both = {this[0].code: 1, this[1].code: 1}
    assert refusal(lambda: merge(DISTRICT, OFFICE, both, "a\x00", NOW))[0] == "field_wrong"
    assert fresh(this[0]).status == "proposed"
    reject(DISTRICT, OFFICE, this[1].code, 1, "重复", NOW)
    seen = {this[0].code: 1, this[1].code: 2}
    assert refusal(lambda: merge(DISTRICT, OFFICE, seen, now=NOW))[0] == "status_wrong"


def test_undoing_a_split_and_a_merge() -> None:
    from luoshi.commitments.review import accept, merge, reopen, split

    report = taken()
    row, other = [one for one in rows(report) if len(one.text) > 16][:2]
    parts = split(DISTRICT, OFFICE, row.code, 1, [row.start + 8], NOW)
    assert reopen(DISTRICT, OFFICE, row.code, 2, NOW).status == "proposed"
    assert [(fresh(part).status, fresh(part).into) for part in parts] == [("merged", [row.code])] * 2
    assert refusal(lambda: reopen(DISTRICT, OFFICE, parts[0].code, 2, NOW))[0] == "status_wrong"
    whole = merge(DISTRICT, OFFICE, {row.code: 3, other.code: 1}, now=NOW)
    assert reopen(DISTRICT, OFFICE, other.code, 2, NOW).status == "proposed"
    assert [fresh(one).status for one in (row, other, whole)] == ["proposed", "proposed", "split"]
    again = merge(DISTRICT, OFFICE, {row.code: 5, other.code: 3}, now=NOW)
    accept(DISTRICT, OFFICE, again.code, 1, NOW)
    assert again.code not in (whole.code, *(part.code for part in parts))


def test_what_is_issued_is_changed_by_its_case_alone() -> None:
    from luoshi.commitments.issuing import issue
    from luoshi.commitments.review import accept, edit, reject, reopen, split

    row = ready(rows(taken())[0])
    assert issue(DISTRICT, OFFICE, [row.code], NOW)[0].case
    n = fresh(row).n
    calls: list[Callable[[], Any]] = [
        lambda: accept(DISTRICT, OFFICE, row.code, n, NOW),
        lambda: reject(DISTRICT, OFFICE, row.code, n, "不是", NOW),
        lambda: edit(DISTRICT, OFFICE, row.code, n, {"lead": "water"}, NOW),
        lambda: reopen(DISTRICT, OFFICE, row.code, n, NOW),
        lambda: split(DISTRICT, OFFICE, row.code, n, [row.start + 3], NOW),
    ]
    assert [refusal(call)[0] for call in calls] == ["status_wrong"] * 5
