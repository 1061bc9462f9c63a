"""The one read door: every role against every mechanism and stage, and random posts against an oracle."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.casework.district import DISTRICT, ROOT, pack, set_up
from tests.casework.door_oracle import (
    ON_DAY,
    PARENT_OF_AREA,
    PARENT_OF_BODY,
    ACase,
    APart,
    APost,
    place,
    reads,
)
from tests.stores import TestStore

from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.state import State

PACKS = sorted(path.parent.name for path in (ROOT / "packs").glob("*/mechanism.yaml"))
AREAS = (None, *PARENT_OF_AREA)
BODIES = tuple(PARENT_OF_BODY)
DAYS = ("2026-06-01", "2026-06-14", "2026-06-15", "2026-06-18", "2026-06-19", "2026-07-01", None)


@cache
def packs() -> dict[str, Mechanism]:
    return {(found := pack(name)).id: found for name in PACKS}


def roles(mechanism: str, version: int) -> set[str]:
    found = packs()[mechanism]
    return {name for name, role in found.roles.items() if role.kind != "outside"} if version == found.version else set()


def make_cases() -> list[ACase]:
    """Three cases of every stage of every mechanism, over all bodies, areas and days, some with parts."""
    made: list[ACase] = []
    for mechanism in packs().values():
        for stage, found in mechanism.stages.items():
            for _ in range(3):
                n = len(made)
                parts: tuple[APart, ...] = ()
                if found.open and n % 3 == 0:
                    parts = tuple(
                        APart(BODIES[(n * 5 + k * 2) % 6], (n + k) % 4 != 0, DAYS[(n + k * 3) % 7]) for k in range(1, 4)
                    )
                made.append(
                    ACase(
                        id=n + 1,
                        mechanism=mechanism.id,
                        version=mechanism.version,
                        stage=stage,
                        open=found.open,
                        body=BODIES[n % 6],
                        area=AREAS[(n // 2) % 5],
                        category=("noise", "heat")[n % 2],
                        act_by=DAYS[n % 7] if found.open else None,
                        due_on=DAYS[(n + 2) % 7],
                        parts=parts,
                        holder=BODIES[(n * 7 + 3) % 6] if n % 4 == 0 else "",
                    )
                )
    return made


def fill(cases: list[ACase], *names: str) -> None:
    """The bodies, areas and cases in the store; these packs in force."""
    from luoshi.casework.models import Case, Part
    from luoshi.casework.search import rebuild
    from luoshi.org.models import Area, Body

    set_up(*names)
    for code, parent in PARENT_OF_BODY.items():
        Body.objects.create(district=DISTRICT, code=code, zh=code, en=code, kind="department", parent=parent)
    for code, parent in PARENT_OF_AREA.items():
        Area.objects.create(district=DISTRICT, code=code, zh=code, en=code, kind="street", parent=parent)
    Case.objects.bulk_create(
        Case(
            id=one.id,
            district=DISTRICT,
            case=f"case-{one.id}",
            number=f"〔2026〕{one.id}",
            mechanism=one.mechanism,
            version=one.version,
            category=one.category,
            body=one.body,
            area=one.area,
            opened_on="2026-05-01",
            due_on=one.due_on,
            stage=one.stage,
            weight="1",
            open=one.open,
            n=1,
            head=bytes(32),
            state=State(roles={"undertaker": one.holder} if one.holder else {}).to_json(),
            act_by=one.act_by,
            title=f"事项{one.id}",
        )
        for one in cases
    )
    Part.objects.bulk_create(
        Part(
            district=DISTRICT,
            case_id=one.id,
            key=f"1.x.{k}",
            mechanism=one.mechanism,
            kind="joint",
            body=part.body,
            stage="asked",
            open=part.open,
            act_by=part.act_by,
        )
        for one in cases
        for k, part in enumerate(one.parts)
    )
    rebuild()


def appoint(officer: str, *posts: APost) -> None:
    from luoshi.org.models import Post
    from luoshi.org.snapshot import changed

    Post.objects.filter(officer=officer).delete()
    Post.objects.bulk_create(
        Post(
            district=DISTRICT,
            officer=officer,
            mechanism=post.mechanism,
            role=post.role,
            body=post.body,
            area=post.area,
            from_day=post.from_day,
            to_day=post.to_day,
        )
        for post in posts
    )
    changed(DISTRICT)


def listed(officer: str, limit: int = 37, **narrow: Any) -> list[int]:
    """The ids on all pages, one after the other."""
    from luoshi.casework.door import Filters, page, sight

    seen = sight(DISTRICT, officer, ON_DAY)
    after, found = None, []
    while True:
        one = page(seen, Filters(**narrow), after, limit)
        found += [row.id for row in one.rows]
        assert len(one.rows) == limit or one.next is None
        if one.next is None:
            return found
        after = one.next


def expected(posts: tuple[APost, ...], cases: list[ACase]) -> list[int]:
    places = [found for one in cases if (found := place(posts, one, roles)) is not None]
    return [case_id for _, _, case_id in sorted(places)]


def all_posts() -> Iterator[APost]:
    """Every role of every mechanism, one from outside or of nobody too, over bodies and areas in turn."""
    for mechanism in packs().values():
        for n, role in enumerate([*mechanism.roles, "nobodys_role"]):
            yield APost(mechanism.id, role, BODIES[n % 6], (None, "S", None, "C")[n % 4])
            yield APost("*" if n % 2 else mechanism.id, role, ("gov", "dept")[n % 2], None)


def test_every_role_sees_of_every_mechanism_and_stage_what_it_may(store: TestStore) -> None:
    from luoshi.casework.door import may_read, sight

    cases = make_cases()
    fill(cases, *PACKS)
    stages: set[tuple[str, str]] = set()
    for post in all_posts():
        appoint("o", post)
        for is_open in (True, False):
            assert listed("o", 200, open=is_open) == expected((post,), [one for one in cases if one.open is is_open])
        seen = sight(DISTRICT, "o", ON_DAY)
        for one in cases[post.body.__len__() :: 29]:
            assert (may_read(seen, f"case-{one.id}") is not None) is reads((post,), one, roles)
        stages |= {(one.mechanism, one.stage) for one in cases if place((post,), one, roles)}
    # Not an empty matrix: every stage is seen by somebody.
    assert stages == {(one.mechanism, one.stage) for one in cases}


def test_without_a_post_in_force_nothing_is_seen(store: TestStore) -> None:
    from luoshi.casework.door import count, may_read, sight, tally

    fill(make_cases(), "hotline")
    role = next(iter(sorted(roles("hotline", packs()["hotline"].version))))
    appoint("past", APost("*", role, "gov", None, "2026-01-01", "2026-06-14"))
    appoint("future", APost("*", role, "gov", None, "2026-06-16"))
    appoint("elsewhere", APost("*", role, "no_such_body", None))
    for officer in ("nobody", "past", "future", "elsewhere"):
        seen = sight(DISTRICT, officer, ON_DAY)
        assert listed(officer) == listed(officer, open=None) == []
        assert count(seen) == 0
        assert tally(seen, "stage") == {}
        assert may_read(seen, "case-1") is None
    appoint("today", APost("*", role, "gov", None, ON_DAY, ON_DAY))
    assert listed("today")
    assert sight("another district", "today", ON_DAY).grants == ()


PAIRS = sorted(
    {
        (which, role)
        for mechanism in packs().values()
        for role in roles(mechanism.id, mechanism.version)
        for which in ("*", mechanism.id)
    }
)
COMMON = [("*", "undertaker"), ("hotline", "centre"), ("supervision", "office")]
posts_of_an_officer = st.lists(
    st.builds(
        lambda pair, body, area: APost(*pair, body, area),
        st.one_of(st.sampled_from(COMMON), st.sampled_from(PAIRS)),
        st.sampled_from(BODIES),
        st.sampled_from((None, None, *PARENT_OF_AREA)),
    ),
    min_size=1,
    max_size=4,
).map(tuple)
LIMITS = {
    "MANY_BODIES": (64, 1),
    "TRIED": (3000, 1),
    "FEW_AREAS": (8, 1),
    "MANY_AREAS": (64, 0),
    "STRETCH": (60, 1),
    "MOST_BRANCHES": (400, 1),
}


@pytest.mark.slow
def test_every_way_through_the_pages_gives_the_same_order_slowly(store: TestStore) -> None:
    _every_way(store, 150)


def test_every_way_through_the_pages_gives_the_same_order(store: TestStore) -> None:
    _every_way(store, 20)


def _every_way(store: TestStore, examples: int) -> None:
    """Whichever strategy is taken, and however small the steps, the list is the oracle's; so are counts and tallies."""
    from collections import Counter

    from luoshi.casework import pages
    from luoshi.casework.door import Filters, count, sight, tally

    cases = make_cases()
    fill(cases, *PACKS)

    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        posts=posts_of_an_officer,
        limits=st.fixed_dictionaries({name: st.sampled_from(values) for name, values in LIMITS.items()}),
        limit=st.sampled_from((1, 7, 50)),
        mechanism=st.sampled_from((None, None, None, "hotline", "supervision")),
        category=st.sampled_from((None, None, None, "noise")),
        timing=st.sampled_from((None, None, "late", "soon", "later", "undated")),
        body=st.sampled_from((None, None, None, "dept")),
        overdue=st.sampled_from((None, None, None, True, False)),
        area=st.sampled_from((None, None, None, "S")),
    )
    def check(
        posts: tuple[APost, ...],
        limits: dict[str, int],
        limit: int,
        mechanism: str | None,
        category: str | None,
        timing: Any,
        body: str | None,
        overdue: bool | None,
        area: str | None,
    ) -> None:
        appoint("o", *posts)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in limits.items():
                patch.setattr(pages, name, value)
            narrow = {
                "mechanism": mechanism,
                "category": category,
                "timing": timing,
                "body": body,
                "overdue": overdue,
                "area": area,
            }
            wanted = [
                one
                for one in cases
                if one.open
                and mechanism in (None, one.mechanism)
                and category in (None, one.category)
                and (body is None or one.body in ("dept", "sub1", "sub2"))
                and (area is None or one.area in ("S", "C"))
                and (overdue is None or (one.due_on is not None and (one.due_on < ON_DAY) is overdue))
                and _timed(posts, one, timing)
            ]
            want = expected(posts, wanted)
            some = want[: 4 * limit] if limit == 1 else want
            got: list[int] = listed_some("o", limit, len(some), **narrow)
            assert got == some
            seen = sight(DISTRICT, "o", ON_DAY)
            assert count(seen, Filters(**narrow), 5000) == len(want)
            stages = Counter(one.stage for one in wanted if place(posts, one, roles))
            assert tally(seen, "stage", Filters(**narrow)) == stages

    check()


def listed_some(officer: str, limit: int, most: int, **narrow: Any) -> list[int]:
    """The first ``most`` ids."""
    from luoshi.casework.door import Filters, page, sight

    seen = sight(DISTRICT, officer, ON_DAY)
    after, found = None, []
    while True:
        one = page(seen, Filters(**narrow), after, limit)
        found += [row.id for row in one.rows]
        if one.next is None or len(found) >= max(most, 1):
            return found
        after = one.next


def _timed(posts: tuple[APost, ...], case: ACase, timing: str | None) -> bool:
    found = place(posts, case, roles)
    if timing is None or found is None:
        return True
    undated, day, _ = found
    if undated:
        return timing == "undated"
    kind = "late" if day < ON_DAY else "soon" if day <= "2026-06-18" else "later"
    return kind == timing


def test_lateness_is_a_comparison_with_the_day_and_every_case_has_one(store: TestStore) -> None:
    from luoshi.casework.door import Filters, count, page, sight

    cases = [one for one in make_cases() if one.mechanism in ("hotline", "supervision")]
    fill(cases, "hotline", "supervision")
    for posts in ((APost("*", "undertaker", "gov", None),), (APost("*", "undertaker", "dept", None),)):
        appoint("o", *posts)
        seen = sight(DISTRICT, "o", ON_DAY)
        every = page(seen, Filters(), None, 1000).rows
        assert [row.id for row in every] == expected(posts, [one for one in cases if one.open])
        told: dict[str, set[int]] = {"late": set(), "soon": set(), "later": set(), "undated": set()}
        for row in every:
            day = row.day
            kind = "undated" if day is None else "late" if day < ON_DAY else "soon" if day <= "2026-06-18" else "later"
            told[kind].add(row.id)
        assert all(told.values())
        for kind, ids in told.items():
            narrow = Filters(timing=kind)  # type: ignore[arg-type]
            assert {row.id for row in page(seen, narrow, None, 1000).rows} == ids
            assert count(seen, narrow) == len(ids)


def test_a_case_without_an_area_is_seen_for_its_part_beside_a_post_that_has_one(store: TestStore) -> None:
    """In SQL, “not (area is one of these)” is not true of a case without an area."""
    case = ACase(1, "hotline", packs()["hotline"].version, "joint", True, "gov", None, "noise", None, None,
                 (APart("sub1", True, "2026-06-18"),))  # fmt: skip
    fill([case], "hotline")
    appoint("o", APost("*", "undertaker", "gov", "A"), APost("*", "undertaker", "dept", None))
    assert listed("o") == [1]


def test_several_parts_of_a_case_on_one_day_do_not_hide_it(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.casework import pages

    monkeypatch.setattr(pages, "STRETCH", 1)
    version = packs()["hotline"].version
    for day in ("2026-06-18", None):
        parts = tuple(APart(body, True, day) for body in ("sub2", "sub1", "dept", "sub1"))
        cases = [ACase(n, "hotline", version, "joint", True, "gov", None, "noise", None, None, parts) for n in (1, 2)]
        if day is not None:
            fill(cases, "hotline")
            appoint("o", APost("*", "undertaker", "dept", None))
        else:
            from luoshi.casework.models import Part

            Part.objects.update(act_by=None)
        assert listed("o") == listed("o", 1) == [1, 2]


def test_a_role_that_only_another_version_has_opens_nothing(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.casework import sight as module
    from luoshi.casework.models import Case

    fill([])

    class Version:
        def __init__(self, *names: str) -> None:
            self.mechanism = type("M", (), {"roles": dict.fromkeys(names), "title": None, "fields": {}})
            self.outside = frozenset({"caller"})

    place_in_force = type("D", (), {"flows": {("m", 1): Version("old_role", "both"), ("m", 2): Version("both")}})
    monkeypatch.setattr(module, "in_force", lambda district: place_in_force)
    for n, version in enumerate((1, 2), 1):
        Case.objects.create(
            id=n, district=DISTRICT, case=f"case-{n}", number="1", mechanism="m", version=version, body="dept",
            opened_on="2026-01-01", stage="s", weight="1", open=True, n=1, head=bytes(32), state="{}", act_by=ON_DAY,
        )  # fmt: skip
    for role, ids in (("old_role", [1]), ("both", [1, 2]), ("caller", [])):
        for body in ("gov", "dept"):
            appoint("o", APost("m", role, body, None))
            assert listed("o") == ids


def test_personal_titles_are_masked_and_not_searched(store: TestStore) -> None:
    from luoshi.casework.door import Filters, page, sight

    cases = [one for one in make_cases() if one.open and one.mechanism in ("hotline", "supervision")]
    fill(cases, "hotline", "supervision")
    appoint("o", APost("hotline", "centre", "gov", None), APost("supervision", "office", "gov", None))
    seen = sight(DISTRICT, "o", ON_DAY)
    rows = page(seen, Filters(), None, 1000).rows
    assert {row.mechanism for row in rows} == {"hotline", "supervision"}
    for row in rows:
        personal = row.mechanism == "hotline"
        assert row.title_masked is personal
        assert (row.title == f"事项{row.id}") is not personal
    found = page(seen, Filters(text="事项"), None, 1000).rows
    assert {row.mechanism for row in found} == {"supervision"}
    assert [row.id for row in page(seen, Filters(text=f"〔2026〕{cases[0].id}"), None, 1000).rows].count(
        cases[0].id
    ) == 1
    assert page(seen, Filters(text="%"), None, 1000).rows == ()


def test_personal_fields_are_masked_until_revealed_and_that_is_on_record(store: TestStore) -> None:
    from tests.casework.district import actor, allow

    from luoshi.casework.act import Request, act
    from luoshi.casework.door import reveal, sight, told_fields
    from luoshi.casework.errors import CaseworkError
    from luoshi.org.models import RevealLog

    fill([], "hotline")
    fields = {
        "channel": "phone", "category": "help", "content": "路灯不亮", "urgency": "normal", "caller_name": "沈砚青",
        "caller_phone": "13800001234", "place": {"text": "枫林里12号"},
    }  # fmt: skip
    done = act(DISTRICT, Request(actor("agent", body="dept"), "record", mechanism="hotline", fields=fields,
                                 roles={"agent": "dept", "centre": "dept"}), authorise=allow)  # fmt: skip
    assert done is not None
    appoint("o", APost("hotline", "centre", "dept", None))
    appoint("stranger", APost("hotline", "centre", "town", None))
    seen = sight(DISTRICT, "o", ON_DAY)
    told = {view.field: view for view in told_fields(seen, done.case)}
    assert told["caller_name"].text == "沈＊＊"
    assert told["caller_phone"].text == "138****1234"
    assert told["content"].text == "＊＊＊"
    assert all(told[name].personal for name in ("caller_name", "caller_phone", "content"))
    assert "枫林里12号" in told["place"].text
    assert not told["place"].personal
    assert RevealLog.objects.count() == 0

    assert reveal(seen, done.case, 1, "caller_phone", reason="回访", at=7) == "13800001234"
    log = RevealLog.objects.get()
    assert (log.officer, log.field, log.reason, log.n, log.at) == ("o", "caller_phone", "回访", 1, 7)
    for officer, case, field, reason, code in (
        ("o", done.case, "caller_phone", "  ", "reveal_reason"),
        ("o", done.case, "place", "回访", "reveal_field"),
        ("o", "no-such-case", "caller_phone", "回访", "case_unknown"),
        ("stranger", done.case, "caller_phone", "回访", "case_unknown"),
    ):
        with pytest.raises(CaseworkError) as caught:
            reveal(sight(DISTRICT, officer, ON_DAY), case, 1, field, reason=reason, at=8)
        assert caught.value.code == code
    with pytest.raises(CaseworkError):
        told_fields(sight(DISTRICT, "stranger", ON_DAY), done.case)
    assert RevealLog.objects.count() == 1


def test_a_place_in_the_list_survives_an_address() -> None:
    from luoshi.casework.pages import Key

    for key in (Key.of("2026-06-01", 12), Key.of(None, 3)):
        assert Key.read(key.written()) == key
    for wrong in ("", "2026.1", "x", "2026-06-01", "2026-06-01.x", "'; DROP.1"):
        with pytest.raises(ValueError):
            Key.read(wrong)
