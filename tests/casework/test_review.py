"""What a review of the writer found, each held by a test: races, outsiders' names, values that a store cannot hold."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest
from tests.casework.audit import audit
from tests.casework.district import DISTRICT, ROOT, actor, allow, pack, set_up, settings_of, standing_of
from tests.casework.life import Life
from tests.casework.test_authority import people
from tests.casework.test_sweeping import LOCAL, at_once
from tests.casework.test_versions import force, source
from tests.casework.walker import OFFICE
from tests.stores import TestStore

from luoshi.mechanisms.acts import Act, Actor, Refused
from luoshi.words.casework import describe_refusal

CALL = {"channel": "phone", "category": "help", "content": "路灯不亮", "urgency": "normal"}


def proposal() -> Any:
    """A case opened with a limit that the synthetic local notice moves."""
    from luoshi.casework.act import Request

    fields = {"title": "修路", "origin": next(iter(pack("supervision").fields["origin"].choices))}
    return Request(actor("office"), "propose", mechanism="supervision", fields=fields)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_whoever_opens_a_case_keeps_the_sealer_away_whatever_else_is_in_the_batch(store: TestStore) -> None:
    """Else an entry with a lower id than a sealed one could still appear, and would never be sealed."""
    from django.db import connection

    from luoshi.casework.act import Request, act_many

    set_up("hotline")
    held: list[int] = []

    def look(act: Act, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock'")
            held.append(cursor.fetchone()[0])

    requests = [
        Request(actor("agent"), "record", mechanism="hotline", fields=CALL),
        Request(actor("centre"), "dispatch", case="hotline-2026-999999"),
    ]
    act_many(DISTRICT, requests, authorise=look)
    assert held == [1]


def test_where_a_case_lies_is_an_area_of_the_district_and_opens_no_door(store: TestStore) -> None:
    """An area is public in the entry; what is none could be anything, a name or a telephone number."""
    from luoshi.casework.act import Request, act
    from luoshi.casework.authority import by_posts
    from luoshi.casework.models import Case
    from luoshi.org.models import Area, Post

    set_up("hotline")
    Area.objects.create(district=DISTRICT, code="north", zh="北街道", en="North", kind="street")
    post = {"mechanism": "hotline", "role": "centre", "body": "body-centre", "from_day": "2020-01-01"}
    Post.objects.create(district=DISTRICT, officer="northern", area="north", **post)
    people()
    authorise = by_posts(DISTRICT)

    def record(area: str | None) -> str:
        request = Request(actor("agent"), "record", mechanism="hotline", fields=CALL, area=area)
        done = act(DISTRICT, request, authorise=authorise)
        assert done is not None
        return done.case

    with pytest.raises(Refused) as refused:
        record("沈某13900000000")
    assert (refused.value.code, Case.objects.count()) == ("code_wrong", 0)
    nowhere, north = record(None), record("north")
    where_to = {"lead_body": "housing", "dispatch_basis": "目录"}
    northern = actor("centre", "northern")
    with pytest.raises(Refused) as refused:
        act(DISTRICT, Request(northern, "dispatch", case=nowhere, fields=where_to, area="north"), authorise=authorise)
    assert refused.value.code == "not_authorised"
    assert act(DISTRICT, Request(northern, "dispatch", case=north, fields=where_to), authorise=authorise)


def test_no_case_is_closed_by_moving_it_to_a_new_version(store: TestStore) -> None:
    from luoshi.casework.models import Case, Entry
    from luoshi.casework.sweeping import move

    force(source())
    life = Life("supervision", 1)
    life.take(None)
    force(source(2))
    row = Case.objects.get()
    closed = next(name for name, stage in pack("supervision").stages.items() if not stage.open)
    swept = move(DISTRICT, "supervision", 1, 2, {row.stage: closed}, now=life.at)
    assert list(swept.failed) == [row.case]
    assert "closed" in swept.failed[row.case]
    assert (Case.objects.get().open, Case.objects.get().version, Entry.objects.count()) == (True, 1, 1)


def test_who_acts_from_outside_is_erased_with_the_person(store: TestStore) -> None:
    """An officer's code stays with the office; what a citizen is known by in the portal is the citizen's."""
    from luoshi.casework.act import Request, act
    from luoshi.casework.models import Plaintext
    from luoshi.casework.setups import install, put_in_force
    from luoshi.sealing.erasing import erase

    text = (ROOT / "packs" / "hotline" / "mechanism.yaml").read_text(encoding="utf-8")
    opened = text.replace("kind: open, by: [agent]", "kind: open, by: [agent, caller]")
    assert opened != text
    mechanism, version = install(opened.encode(), "hotline")
    standing = standing_of(pack("hotline"))
    put_in_force(DISTRICT, mechanism, version, settings=settings_of(pack("hotline")), standing=standing, prefix="霁")
    citizen = Actor("citizen-4711", "", "caller")
    request = Request(citizen, "record", mechanism="hotline", fields=CALL, party="p1")
    assert act(DISTRICT, request, authorise=allow)
    audit(DISTRICT)
    kept = Plaintext.objects.get()
    assert citizen.officer not in kept.private
    assert erase(DISTRICT, party="p1", by="officer 7", compact=False).entries == 1
    assert Plaintext.objects.get().personal is None


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_of_two_versions_put_in_force_at_once_one_is(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL a statement does not see rows that came after it began, and would leave both in force."""
    from luoshi.casework import setups
    from luoshi.casework.models import Setup
    from luoshi.casework.sql import Tx

    force(source())
    setups.install(source(2), "supervision")
    setups.install(source(3), "supervision")
    began, touch = Event(), setups._touch

    def slowly(tx: Tx, code: str) -> None:
        first = not began.is_set()
        began.set()
        touch(tx, code)
        if first:
            time.sleep(0.5)

    def put(version: int) -> None:
        mechanism = pack("supervision")
        settings, standing = settings_of(mechanism), standing_of(mechanism)
        setups.put_in_force(DISTRICT, "supervision", version, settings=settings, standing=standing, hours=OFFICE)

    monkeypatch.setattr(setups, "_touch", slowly)
    at_once(lambda: put(2), lambda: began.wait() and put(3))
    assert Setup.objects.filter(in_force=True).count() == 1


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_case_that_somebody_holds_moves_with_a_notice_too(store: TestStore) -> None:
    """Nobody comes again for it: the next sweep looks for rungs, and the case would keep a day that is wrong."""
    from luoshi.casework.act import act
    from luoshi.casework.models import Case
    from luoshi.casework.setups import add_notice
    from luoshi.casework.sql import writing
    from luoshi.casework.sweeping import Swept, reproject

    set_up("supervision")
    assert act(DISTRICT, proposal(), authorise=allow, now=datetime(2025, 3, 10, 9))
    before = Case.objects.get().act_by
    add_notice(DISTRICT, "local", LOCAL)
    holds, swept = Event(), list[Swept]()

    def hold() -> None:
        with writing() as tx:
            tx.run("SELECT 1 FROM casework_case FOR UPDATE")
            holds.set()
            time.sleep(0.5)

    def again() -> None:
        holds.wait()
        swept.append(reproject(DISTRICT, "local", now=datetime(2025, 3, 11, 9)))

    at_once(hold, again)
    assert [one.done for one in swept] == [1]
    after = Case.objects.get().act_by
    assert before is not None and after is not None and after > before


def test_a_notice_is_gone_by_in_every_process_when_it_was_added(
    store: TestStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a case that another process opens on its old calendar comes after all others were moved, and stays."""
    from luoshi.casework import setups

    set_up("supervision")
    monkeypatch.setattr(setups, "forget", lambda: None)  # as of another process, which is told nothing
    before = setups.district(DISTRICT).calendar.version
    setups.add_notice(DISTRICT, "local", LOCAL)
    assert setups.district(DISTRICT).calendar.version != before


def test_an_act_that_waited_goes_by_the_calendar_that_is_in_force_then(store: TestStore) -> None:
    from luoshi.casework import setups
    from luoshi.casework.act import Request, act
    from luoshi.casework.models import Case
    from luoshi.casework.sql import writing

    set_up("supervision")
    first = act(DISTRICT, proposal(), authorise=allow, now=datetime(2025, 3, 10, 9))
    assert first is not None
    holds, other = Event(), proposal()

    def change() -> None:
        with writing() as tx:
            if not tx.sqlite:
                tx.run("SELECT 1 FROM casework_case FOR UPDATE")
            holds.set()
            time.sleep(1.2)
            columns = ("district", "name", "text")
            tx.insert("casework_calendar_notice", columns, [(DISTRICT, "local", LOCAL.decode())])
            setups._touch(tx, DISTRICT)

    def late() -> None:
        from luoshi.casework.act import act_many

        holds.wait()
        waits = Request(actor("office"), "submit", case=first.case)
        act_many(DISTRICT, [waits, other], authorise=allow, now=datetime(2025, 3, 10, 9))

    at_once(change, late)
    old, new = Case.objects.order_by("id")
    assert old.act_by is not None and new.act_by is not None and old.act_by < new.act_by


@pytest.mark.parametrize("nothing", ["a\x00b", "\ud800"])
def test_what_no_store_can_hold_is_refused_alone_and_undoes_no_other_act(store: TestStore, nothing: str) -> None:
    from luoshi.casework.act import Done, Request, act_many

    set_up("hotline")
    opening = {"mechanism": "hotline", "fields": CALL}
    requests = [
        Request(actor("agent"), "record", party="citizen-1", **opening),
        Request(actor("centre"), "dispatch", case=nothing),
        Request(actor("agent"), "record", party=nothing, **opening),
        Request(actor("agent"), "record", party="x" * 65, **opening),
    ]
    done, *refused = act_many(DISTRICT, requests, authorise=allow)
    assert isinstance(done, Done)
    assert [one.code for one in refused if isinstance(one, Refused)] == ["case_unknown", "field_value", "field_value"]
    for one in refused:
        assert isinstance(one, Refused)
        assert describe_refusal(one).isprintable()


@pytest.mark.parametrize("text", ["2025-03-03." + "9" * 19, "2025-03-03.-1", "2025-03-03.１", ".", "2025-03-03"])
def test_a_place_in_a_list_that_no_page_has_written_is_none(text: str) -> None:
    from luoshi.casework.pages import Key

    with pytest.raises(ValueError):
        Key.read(text)
    assert Key.read("2025-03-03.17").written() == "2025-03-03.17"


def test_an_approval_that_is_not_asked_for_is_not_told_in_public(store: TestStore) -> None:
    """Nothing is checked of it: who approves, for whom, whether that is the same person."""
    from luoshi.casework.act import Request, act
    from luoshi.casework.models import Entry

    set_up("hotline")
    himself = Actor("officer-agent", "body-centre", "centre")
    with pytest.raises(Refused) as refused:
        act(
            DISTRICT,
            Request(actor("agent"), "record", mechanism="hotline", fields=CALL, approval=himself),
            authorise=allow,
        )
    assert refused.value.code == "approval_not_asked"
    assert not Entry.objects.exists()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_server_that_only_reads_is_told_as_one_to_come_back_to(store: TestStore) -> None:
    """After a failover, for a moment; whoever sweeps goes on then."""
    from django.db import connection

    from luoshi.casework.act import Request, act
    from luoshi.casework.errors import CaseworkError

    set_up("hotline")
    request = Request(actor("agent"), "record", mechanism="hotline", fields=CALL)
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    with pytest.raises(CaseworkError) as told:
        act(DISTRICT, request, authorise=allow)
    assert told.value.code == "store_busy"
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
    assert act(DISTRICT, request, authorise=allow)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_whoever_looks_at_what_is_masked_is_told_when_the_store_is_busy(store: TestStore) -> None:
    from django.db import connection

    from luoshi.casework.act import Request, act
    from luoshi.casework.door import reveal, sight
    from luoshi.casework.errors import CaseworkError
    from luoshi.casework.sql import writing

    set_up("hotline")
    people()
    request = Request(actor("agent"), "record", mechanism="hotline", fields=CALL)
    done = act(DISTRICT, request, authorise=allow)
    assert done is not None
    seen = sight(DISTRICT, "chief", "2026-01-01")
    holds, looked = Event(), Event()

    def hold() -> None:
        with writing():
            holds.set()
            looked.wait(10)

    def look() -> None:
        holds.wait()
        try:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 50")
            with pytest.raises(CaseworkError) as told:
                reveal(seen, done.case, 1, "content", reason="回访", at=0)
            assert told.value.code == "store_busy"
        finally:
            looked.set()

    at_once(hold, look)


def test_a_post_that_was_taken_away_is_gone_for_an_authorisation_made_before(store: TestStore) -> None:
    from django.db import transaction

    from luoshi.casework.act import Request, act
    from luoshi.casework.authority import by_posts
    from luoshi.org.models import Post
    from luoshi.org.snapshot import changed

    set_up("hotline")
    people()
    authorise = by_posts(DISTRICT)
    request = Request(actor("agent"), "record", mechanism="hotline", fields=CALL)
    assert act(DISTRICT, request, authorise=authorise)
    with transaction.atomic():
        Post.objects.filter(officer="officer-agent").delete()
        changed(DISTRICT)
    with pytest.raises(Refused) as refused:
        act(DISTRICT, request, authorise=authorise)
    assert refused.value.code == "not_authorised"


@pytest.mark.parametrize("prefix", ["霁" * 41, "a\x00"])
def test_what_numbers_cannot_begin_with_is_told_on_either_store(store: TestStore, prefix: str) -> None:
    from luoshi.casework.setups import put_in_force
    from luoshi.commands.casework import RefusedError, told

    set_up("hotline")
    mechanism = pack("hotline")
    settings, standing = settings_of(mechanism), standing_of(mechanism)
    with pytest.raises(RefusedError, match="prefix"), told():
        put_in_force(DISTRICT, "hotline", 1, settings=settings, standing=standing, prefix=prefix)


def test_texts_that_no_case_can_have_are_told_and_find_nothing(store: TestStore) -> None:
    from luoshi.casework.door import Filters, may_read, sight
    from luoshi.casework.errors import CaseworkError
    from luoshi.casework.setups import add_notice

    set_up("hotline")
    for text in ("a\x00b", "\ud800"):
        with pytest.raises(CaseworkError) as wrong:
            Filters(text=text)
        assert wrong.value.code == "filter_wrong"
        assert may_read(sight(DISTRICT, "nobody", "2025-03-03"), text) is None
    for name in ("", "甲" * 201, "a\x00"):
        with pytest.raises(CaseworkError) as wrong:
            add_notice(DISTRICT, name, b"")
        assert wrong.value.code == "notice_name"


def test_a_moment_with_a_zone_is_taken_as_beijing_time(store: TestStore) -> None:
    from luoshi.casework.act import Request, act
    from luoshi.casework.models import Entry

    set_up("hotline")
    at = datetime(2025, 3, 3, 17, 30, tzinfo=UTC)  # half past one in the morning of the fourth, in Beijing
    request = Request(actor("agent"), "record", mechanism="hotline", fields=CALL, at=at)
    assert act(DISTRICT, request, authorise=allow, now=datetime(2025, 3, 5, 9, 0))
    assert json.loads(bytes(Entry.objects.get().data))["on_day"] == "2025-03-04"
