"""The audit log: chained, kept by the database itself, searched by key."""

from __future__ import annotations

import threading

import pytest
from tests.stores import TestStore

from .factory import DISTRICT, account


def write(count: int) -> None:
    from luoshi.access.audit import record

    for n in range(1, count + 1):
        about = f"HL-{n}"
        record(DISTRICT, "wang" if n % 2 else "li", "signed_in", about=about, details={"n": n}, at=1000 + n)


def unguard(vendor: str) -> None:
    """As the database's owner could."""
    from django.db import connection

    with connection.cursor() as cursor:
        if vendor == "sqlite":
            cursor.execute("DROP TRIGGER access_audit_no_UPDATE")
            cursor.execute("DROP TRIGGER access_audit_no_DELETE")
        else:
            cursor.execute("ALTER TABLE access_audit DISABLE TRIGGER ALL")


def test_nobody_changes_or_removes_a_line(store: TestStore) -> None:
    from django.db import DatabaseError

    from luoshi.access.errors import AccessError
    from luoshi.access.models import AuditLog

    write(3)
    line = AuditLog.objects.get(n=2)
    for call in (line.save, line.delete):
        with pytest.raises(AccessError, match="audit_append_only"):
            call()
    with pytest.raises(DatabaseError):
        AuditLog.objects.filter(n=2).update(who="nobody")
    with pytest.raises(DatabaseError):
        AuditLog.objects.filter(n=2).delete()
    assert AuditLog.objects.count() == 3


@pytest.mark.parametrize("column", ["who", "what", "about", "details", "address", "result", "at", "digest"])
def test_a_line_that_was_altered_is_found(store: TestStore, column: str) -> None:
    from luoshi.access.audit import verify
    from luoshi.access.models import AuditLog

    write(6)
    assert (verify(DISTRICT).count, verify(DISTRICT).broken) == (6, 0)
    unguard(store.vendor)
    AuditLog.objects.filter(n=4).update(**{column: 7 if column == "at" else "x"})
    assert verify(DISTRICT).broken == 4


@pytest.mark.parametrize(("gone", "broken"), [(1, 1), (3, 3), (6, 6)])
def test_a_line_that_was_removed_is_found(store: TestStore, gone: int, broken: int) -> None:
    from luoshi.access.audit import verify
    from luoshi.access.models import AuditLog

    write(6)
    unguard(store.vendor)
    AuditLog.objects.filter(n=gone).delete()
    assert verify(DISTRICT).broken == broken


def test_a_log_that_was_written_anew_is_found_by_a_head_that_was_written_down(store: TestStore) -> None:
    from luoshi.access.audit import record, verify
    from luoshi.access.models import AuditHead, AuditLog

    write(3)
    head = verify(DISTRICT).head
    record(DISTRICT, "wang", "signed_out")
    assert verify(DISTRICT, head=head).broken == 0
    unguard(store.vendor)
    AuditLog.objects.all().delete()
    AuditHead.objects.all().delete()
    record(DISTRICT, "wang", "signed_out")
    write(3)
    assert verify(DISTRICT).broken == 0
    assert verify(DISTRICT, head=head).broken == 5


def test_lines_written_at_once_make_one_chain(store: TestStore) -> None:
    from django.db import connections

    from luoshi.access.audit import verify

    def several() -> None:
        write(5)
        connections.close_all()

    threads = [threading.Thread(target=several) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (verify(DISTRICT).count, verify(DISTRICT).broken) == (20, 0)


def test_what_is_undone_leaves_no_line(store: TestStore) -> None:
    from django.db import transaction

    from luoshi.access.audit import verify

    write(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(2)
        raise ZeroDivisionError
    write(1)
    assert (verify(DISTRICT).count, verify(DISTRICT).broken) == (2, 0)


def test_searching_by_who_what_time_and_text_with_keys(store: TestStore) -> None:
    from luoshi.access.audit import Query, record, search

    write(25)
    record("elsewhere", "wang", "signed_in", about="HL-1")
    seen, before = [], None
    while True:
        page = search(DISTRICT, Query(who="wang"), before, limit=5)
        seen += [row.n for row in page.rows]
        before = page.next
        if before is None:
            break
    assert seen == list(range(25, 0, -2))
    assert [row.n for row in search(DISTRICT, Query(since=1003, until=1005)).rows] == [5, 4, 3]
    assert [row.n for row in search(DISTRICT, Query(text="hl-1", who="li")).rows] == [18, 16, 14, 12, 10]
    assert [row.n for row in search(DISTRICT, Query(text='"n": 7}')).rows] == []  # quotes are text, too
    assert not search(DISTRICT, Query(what="signed_out")).rows
    record(DISTRICT, "wang", "signed_out", about="百分之50%_的", details={"reason": "他说“好”"})
    assert [row.n for row in search(DISTRICT, Query(text="50%_")).rows] == [26]
    assert [row.n for row in search(DISTRICT, Query(text="说“好")).rows] == [26]
    assert not search(DISTRICT, Query(text="5_%")).rows


def test_a_page_of_a_search_for_text_looks_through_a_bounded_span(
    store: TestStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luoshi.access import audit

    monkeypatch.setattr(audit, "SPAN", 10)
    write(25)
    first = audit.search(DISTRICT, audit.Query(text="HL-2"))
    assert ([row.n for row in first.rows], first.next) == ([25, 24, 23, 22, 21, 20], 16)
    second = audit.search(DISTRICT, audit.Query(text="HL-2"), first.next)
    assert (second.rows, second.next) == ((), 6)
    third = audit.search(DISTRICT, audit.Query(text="HL-2"), second.next)
    assert ([row.n for row in third.rows], third.next) == ([2], None)


def test_looks_at_personal_data_are_in_the_log(store: TestStore) -> None:
    from luoshi.access.audit import Query, fold_reveals, search, verify
    from luoshi.org.models import RevealLog

    account("wangfang", officer="o1")
    for n in range(3):
        RevealLog.objects.create(
            district=DISTRICT, officer="o1", case_id=7, n=n, field="phone", reason="回访", at=500 + n
        )
    RevealLog.objects.create(district="elsewhere", officer="o1", case_id=7, n=1, field="phone", reason="r", at=1)
    assert fold_reveals(DISTRICT) == 3 and fold_reveals(DISTRICT) == 0
    rows = search(DISTRICT, Query(what="revealed", text="回访")).rows
    assert [(row.who, row.about, row.at) for row in rows] == [("wangfang", "7", at) for at in (502, 501, 500)]
    assert verify(DISTRICT).broken == 0


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_texts_that_a_column_does_not_take_are_made_to_fit(store: TestStore) -> None:
    from luoshi.access.audit import record, verify
    from luoshi.access.errors import AccessError

    record(DISTRICT, "a\0b" * 50, "signed_in", about="x\ud800" * 300, details={"t": "\0" * 9000}, address="y" * 99)
    assert verify(DISTRICT).broken == 0
    with pytest.raises(AccessError, match="audit_what"):
        record(DISTRICT, "a", "Signed in")
