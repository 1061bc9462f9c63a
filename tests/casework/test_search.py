"""Search finds what a look at every title would find, by the index and without it; personal titles are in no index."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.casework.district import DISTRICT, set_up
from tests.casework.life import Life
from tests.casework.test_door import ON_DAY, APost, appoint, fill, make_cases
from tests.casework.test_versions import LATE, force, source
from tests.stores import TestStore

from luoshi.casework.pairs import asked, pairs

LETTERS = "水库大坝水库安ABab12 -，·%_'\"\\*（）İßΣ"
PLAIN = "supervision"
PERSONAL = "hotline"
POSTS = (
    (APost(PERSONAL, "centre", "gov", None), APost(PLAIN, "office", "gov", None)),
    (APost(PLAIN, "undertaker", "dept", None), APost(PERSONAL, "undertaker", "town", "A")),
    (APost("*", "undertaker", "sub1", None),),
)


@given(st.text(LETTERS, max_size=12), st.text(LETTERS, max_size=3), st.text(LETTERS, max_size=12))
def test_a_title_that_holds_a_text_has_all_that_is_looked_up_for_it(before: str, text: str, after: str) -> None:
    other = "".join(told if len(told := one.swapcase()) == 1 else one for one in text)
    title = pairs(before + other + after)
    wanted = asked(text)
    if wanted is None:
        assert not any(not one.isascii() or one.isalnum() for one in text)
    elif wanted.begins is None:
        assert set(wanted.whole) <= set(title)
    else:
        assert any(one.startswith(wanted.begins) for one in title)


def test_pairs() -> None:
    assert pairs("修水库") == ["修水", "库", "水库"]
    assert pairs("A1, 水") == ["1", "a1", "水"]
    assert pairs("") == pairs("-, ") == []
    assert asked("水库") == (("水库",), None)
    assert asked("库") == ((), "库")
    assert asked("- %") is None


def titled(chance: Random) -> dict[int, str]:
    """Cases of two mechanisms with titles of few letters, in the store and in the index."""
    from luoshi.casework.models import Case
    from luoshi.casework.search import rebuild

    cases = [one for one in make_cases() if one.mechanism in (PLAIN, PERSONAL)]
    fill(cases, PLAIN, PERSONAL)
    titles = {one.id: "".join(chance.choices(LETTERS, k=chance.randrange(1, 9))) for one in cases}
    for number, title in titles.items():
        Case.objects.filter(id=number).update(title=title)
    assert rebuild() == sum(one.mechanism == PLAIN for one in cases)
    return titles


def test_it_finds_what_a_look_at_every_title_finds(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the index alone, by the index up to three cases, and without it; page by page, and as counts."""
    from luoshi.casework import search
    from luoshi.casework.door import Filters, page, sight, tally

    chance = Random(4)
    titles = titled(chance)
    cases = {one.id: one for one in make_cases()}
    texts = {
        "水",
        "库",
        "水库",
        "库大",
        "a",
        "B1",
        "-",
        "％",
        "，",
        "%",
        "_",
        "\\",
        '"',
        "'",
        "*",
        "〔2026〕1",
        "〔2026〕",
        "2026",
    }
    for title in chance.sample(sorted(titles.values()), 40):
        begin = chance.randrange(len(title))
        texts.add(title[begin : begin + chance.randrange(1, 4)])
    met = 0
    for posts in POSTS:
        appoint("o", *posts)
        seen = sight(DISTRICT, "o", ON_DAY)
        for text in sorted(text for text in texts if text):
            for still_open in (True, None):
                everything = page(seen, Filters(open=still_open), None, 1000).rows
                found: list[list[int]] = []
                for most, common in ((5000, 10**6), (3, 10**6), (-1, 10**6), (5000, 2)):
                    monkeypatch.setattr(search, "MOST", most)
                    monkeypatch.setattr(search, "COMMON", common)
                    filters = Filters(text=text, open=still_open)
                    whole = page(seen, filters, None, 1000)
                    found.append([row.id for row in whole.rows])
                    first = page(seen, filters, None, 2)
                    rest = page(seen, filters, first.next, 1000).rows if first.next else ()
                    assert [row.id for row in (*first.rows, *rest)] == found[-1], (text, most)
                    assert sum(tally(seen, "mechanism", filters).values()) == len(found[-1])
                assert found[0] == found[1] == found[2] == found[3], text
                if text.isascii() or text.lower() == text == text.upper():
                    expected = [
                        row.id
                        for row in everything
                        if row.number.startswith(text)
                        or (cases[row.id].mechanism == PLAIN and ascii_lower(text) in ascii_lower(titles[row.id]))
                    ]
                    assert found[0] == expected, text
                    met += len(expected)
    assert met > 300


def ascii_lower(text: str) -> str:
    return "".join(one.lower() if one.isascii() else one for one in text)


def looked_up(texts: set[str]) -> dict[str, list[int] | None]:
    from luoshi.casework.search import candidates

    return {text: candidates(DISTRICT, text, titles=True).titles for text in sorted(texts)}


def fragments() -> set[str]:
    """Every two letters and every letter of all titles."""
    from luoshi.casework.models import Case

    titles = [title for title in Case.objects.values_list("title", flat=True) if title]
    return {title[n : n + k] for title in titles for n in range(len(title)) for k in (1, 2)}


def test_acts_keep_the_index_as_a_rebuild_makes_it(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.casework import search
    from luoshi.casework.models import Case
    from luoshi.casework.search import rebuild

    set_up(PLAIN, PERSONAL, "hazard")
    for name in (PLAIN, PERSONAL, "hazard"):
        life = Life(name, 8)
        for _ in range(40):
            going = [case for case, state in life.states.items() if life.walker.moves(state, life.at)]
            life.take(life.chance.choice(going) if len(going) > 3 else None)
    monkeypatch.setattr(search, "COMMON", 10**6)
    texts = fragments()
    kept = looked_up(texts)
    public = set(Case.objects.filter(mechanism=PLAIN).values_list("id", flat=True))
    assert any(found for found in kept.values())
    assert set().union(*(found for found in kept.values() if found)) >= public
    personal = set(Case.objects.filter(mechanism=PERSONAL).values_list("id", flat=True))
    assert personal
    assert not personal & set().union(*(found for found in kept.values() if found))
    rebuild()
    assert looked_up(texts) == kept


@pytest.mark.parametrize("to_personal", [True, False])
def test_a_version_whose_titles_are_personal_takes_them_out_of_the_index(store: TestStore, to_personal: bool) -> None:
    from luoshi.casework.models import Case
    from luoshi.casework.search import rebuild
    from luoshi.casework.sweeping import move

    personal = (
        "title: {zh: 事项名称, en: Matter, type: text}",
        "title: {zh: 事项名称, en: Matter, type: text, personal: true}",
    )
    force(source(1) if to_personal else source(1, personal))
    life = Life(PLAIN, 5)
    life.hurry = True
    for _ in range(3):
        life.take(None)
    titles = list(Case.objects.values_list("title", flat=True))
    texts = fragments()

    def known() -> set[int]:
        return set().union(*(found or () for found in looked_up(texts).values()))

    assert bool(known()) is to_personal
    force(source(2, personal) if to_personal else source(2))
    moved = move(DISTRICT, PLAIN, 1, 2, {}, now=LATE)
    assert (moved.done, moved.failed) == (3, {})
    assert list(Case.objects.values_list("title", flat=True)) == titles
    assert bool(known()) is not to_personal
    kept = looked_up(texts)
    rebuild()
    assert looked_up(texts) == kept


def test_erasing_takes_a_title_out_of_the_index(store: TestStore) -> None:
    from luoshi.casework.models import Case
    from luoshi.sealing.erasing import erase

    set_up(PLAIN)
    life = Life(PLAIN, 5)
    case, other = life.take(None), life.take(None)
    assert case
    texts = fragments()
    (number,) = Case.objects.filter(case=case).values_list("id", flat=True)
    assert any(number in (found or ()) for found in looked_up(texts).values())
    erase(DISTRICT, case=case, by="clerk", compact=False)
    assert not any(number in (found or ()) for found in looked_up(texts).values())
    assert any(found for found in looked_up(texts).values()), other


def test_an_act_that_is_undone_leaves_nothing_in_the_index(store: TestStore) -> None:
    from luoshi.casework.act import rehearse
    from luoshi.mechanisms.state import State

    set_up(PLAIN)
    life = Life(PLAIN, 5)
    (move,) = [one for one in life.walker.moves(State(), life.at) if one.ready.name == "propose"]
    from tests.casework.district import allow
    from tests.casework.life import request

    act = life.walker.act(State(), move, life.at)
    rehearse(DISTRICT, request(act, None, PLAIN), authorise=allow, now=life.at + timedelta(minutes=1))
    assert looked_up({act.fields["title"][:2]}) == {act.fields["title"][:2]: []}
