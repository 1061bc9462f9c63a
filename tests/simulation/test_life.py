"""A district that lives: every stage has a case, all chains hold, a second time changes nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.casework.audit import audit
from tests.simulation.test_sample_org import raw, shapes
from tests.stores import TestStore

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 27, 10, 16)
"""Near the calendar's end: some clocks run beyond it."""
DISTRICT = "jichuan"


def lived(store: TestStore, now: datetime = NOW, **more: Any) -> Any:
    from luoshi.casework.files import Files
    from luoshi.org.load import load_org
    from luoshi.simulation.life import live

    load_org(DISTRICT, raw())
    return live(DISTRICT, now, files=Files(store.home / "files"), **more)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_every_stage_of_every_mechanism_has_a_case(store: TestStore) -> None:
    from luoshi.casework.models import Case

    heard: list[tuple[int, int]] = []
    report = lived(store, progress=lambda done, total: heard.append((done, total)))
    assert audit(DISTRICT) == report.entries
    assert report.missing == []  # there is no stage that only the system reaches: the sweep moves no case
    assert report.refused == Counter()
    assert report.sweep_failed == {}
    assert report.cases >= 400
    assert min(report.late, report.split, report.paused, report.linked, report.undated) > 0
    assert report.swept > 50
    assert Case.objects.filter(district=DISTRICT, matter__isnull=False).count() == report.linked
    assert sum(sum(found.values()) for found in report.stages.values()) == report.cases
    assert all_files_are_there(store)
    assert no_placeholder_is_left(DISTRICT)
    assert heard and all(0 < done <= total for done, total in heard)


def all_files_are_there(store: TestStore) -> bool:
    """Each piece of evidence that an entry names is kept, whole, and a picture or a paper."""
    named = set()
    for data in entries(DISTRICT):
        named |= {one["sha256"] for one in data["attachments"]}
    assert named
    for sha in named:
        found = (store.home / "files" / sha[:2] / sha).read_bytes()
        assert hashlib.sha256(found).hexdigest() == sha
        assert found.startswith((b"\x89PNG", b"\xff\xd8\xff", b"%PDF"))
    return True


def no_placeholder_is_left(district: str) -> bool:
    from luoshi.casework.models import Plaintext

    for private, personal in Plaintext.objects.filter(district=district).values_list("private", "personal"):
        for name, (_, told) in {**json.loads(private), **json.loads(personal or "{}")}.items():
            if not told.startswith("{"):
                assert not re.search(r"[{}…]|合成\D{2,8}\d{3,}", told), (name, told)
            if name.endswith("phone"):
                assert told.startswith("000-")
    return True


def entries(district: str) -> list[dict[str, Any]]:
    from luoshi.casework.models import Entry

    return [json.loads(bytes(one)) for one in Entry.objects.filter(district=district).values_list("data", flat=True)]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_places_lie_in_the_grid_that_is_told(store: TestStore) -> None:
    from luoshi.casework.models import Case, Plaintext

    lived(store, cases=120)
    areas = dict(Case.objects.filter(district=DISTRICT).values_list("id", "area"))
    seen = 0
    for case_id, private in Plaintext.objects.filter(district=DISTRICT).values_list("case_id", "private"):
        found = json.loads(private).get("place")
        area = areas[case_id]
        assert area is not None
        if found is not None and area.startswith("G-"):
            place = json.loads(found[1])
            assert shapes()[area].contains((float(place["lon"]), float(place["lat"])))
            seen += 1
    assert seen > 10


def test_a_second_time_changes_nothing(store: TestStore) -> None:
    from luoshi.casework.models import Entry
    from luoshi.simulation.life import live

    first = lived(store, cases=60)
    assert not first.already
    assert first.refused == Counter()
    assert audit(DISTRICT) == first.entries == Entry.objects.count()
    again = live(DISTRICT, NOW)
    assert again.already
    assert (again.cases, Entry.objects.count()) == (0, first.entries)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("now", [datetime(2026, 7, 20, 10), datetime(2025, 3, 10, 15), datetime(2027, 2, 1, 10)])
def test_any_day_will_do(store: TestStore, now: datetime) -> None:
    """Across the reform of bodies on 2026-07-01; in an earlier year; beyond the calendar's end."""
    report = lived(store, now, cases=90)
    assert report.refused == Counter()
    assert audit(DISTRICT) == report.entries
    assert (report.handed_over > 0) == (now.date().isoformat()[:7] == "2026-07")
    assert (report.undated > 0) == (now.year == 2027)
    assert all(datetime.fromisoformat(one["on_day"]) <= now for one in entries(DISTRICT))


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_same_seed_gives_the_same_life(store: TestStore, stores: Any, tmp_path: Path) -> None:
    from luoshi.casework.models import Case

    columns = ("case", "number", "stage", "body", "area", "title", "due_on", "n")
    lived(store, cases=40, seed=3)
    first = list(Case.objects.order_by("id").values_list(*columns))
    with stores.fresh("sqlite", tmp_path) as other:
        lived(other, cases=40, seed=3)
        assert list(Case.objects.order_by("id").values_list(*columns)) == first


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_officers_need_their_posts_and_parties_act_for_themselves(store: TestStore) -> None:
    from luoshi.casework.rows import Row
    from luoshi.mechanisms.acts import Act, Actor, Refused
    from luoshi.org.load import load_org
    from luoshi.simulation.life import adopt_all, with_parties
    from luoshi.simulation.life_texts import read_settings

    load_org(DISTRICT, raw())
    settings = read_settings(ROOT / "districts" / "sample-life")
    hotline = {**settings, "mechanisms": {"hotline": settings["mechanisms"]["hotline"]}}
    assert adopt_all(DISTRICT, hotline, ROOT / "packs") == ["hotline"]
    assert adopt_all(DISTRICT, hotline, ROOT / "packs") == []
    authorise = with_parties(DISTRICT)
    running = Row(1, DISTRICT, "hotline-1", "1", "hotline", 1, new=False)
    opening = Row(0, DISTRICT, "", "", "hotline", 1, new=True)
    authorise(Act("withdraw", Actor("somebody", "", "caller"), NOW), "hotline", running)
    authorise(Act("record", Actor("o-hotline-1", "hotline", "agent"), NOW), "hotline", opening)
    for actor, row in (
        (Actor("o-housing-1", "hotline", "agent"), running),
        (Actor("nobody", "hotline", "centre"), running),
        (Actor("somebody", "", "caller"), opening),
    ):
        with pytest.raises(Refused) as caught:
            authorise(Act("x", actor, NOW), "hotline", row)
        assert caught.value.code == "not_authorised"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_settings_are_whole_and_every_mechanism_has_its_texts(store: TestStore) -> None:
    from luoshi.mechanisms.loader import load
    from luoshi.simulation.life_texts import read_settings, read_texts

    folder = ROOT / "districts" / "sample-life"
    settings, texts = read_settings(folder)["mechanisms"], read_texts(folder)
    packs = {path.parent.name for path in (ROOT / "packs").glob("*/mechanism.yaml")}
    assert settings.keys() == texts.keys() == packs
    for name, told in texts.items():
        mechanism = load((ROOT / "packs" / name / "mechanism.yaml").read_bytes(), name)
        assert len(told.cases) >= 12
        for one in told.cases:
            assert one["fields"].keys() <= mechanism.fields.keys(), name
            for field, value in one["fields"].items():
                choices = mechanism.fields[field].choices
                assert not choices or value in choices, (name, field, value)
        standing = {role for role, one in mechanism.roles.items() if one.kind == "standing"}
        assert settings[name]["standing"].keys() == standing


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_accounts_are_officers_of_the_district(store: TestStore) -> None:
    from luoshi.org.load import load_org
    from luoshi.org.snapshot import snapshot
    from luoshi.simulation.life_accounts import demo_accounts

    assert demo_accounts(DISTRICT) == []
    load_org(DISTRICT, raw())
    found = demo_accounts(DISTRICT)
    assert len(found) == 13
    assert len({one.login for one in found}) == len({one.officer for one in found}) == 13
    for one in found:
        assert snapshot(DISTRICT).posts.posts_of(one.officer, "2026-11-27"), one
        assert one.name and one.zh and one.en
    assert "password" not in (ROOT / "districts" / "sample-life" / "accounts.yaml").read_text().lower().replace(
        "passwords", ""
    )
