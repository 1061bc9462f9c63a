"""``luoshi adopt``, ``luoshi sweep`` and ``luoshi calendar`` as an administrator meets them."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from tests.casework.district import ROOT, actor, allow
from tests.stores import Server, Stores, TestStore, using

from luoshi.cli import luoshi
from luoshi.messages import set_language
from luoshi.terminal import run

DISTRICT = "jichuan"
NOTICE = """
year: 2027
source: {title: 合成通知（测试）}
holidays:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {name: 春节, from: 2027-02-05, to: 2027-02-11}
  - {name: 清明节, from: 2027-04-05, to: 2027-04-05}
  - {name: 劳动节, from: 2027-05-01, to: 2027-05-03}
  - {name: 端午节, from: 2027-06-09, to: 2027-06-09}
  - {name: 中秋节, from: 2027-09-15, to: 2027-09-15}
  - {name: 国庆节, from: 2027-10-01, to: 2027-10-07}
workdays: []
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUOSHI_PACKS", str(ROOT / "packs"))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("LC_ALL", "")
    # The store is Django's already; to set it up again would be to look at the environment's.
    monkeypatch.setattr("luoshi.commands.casework.open_store", lambda: None)
    monkeypatch.setattr("luoshi.commands.adopt.open_store", lambda: None)
    monkeypatch.setattr("luoshi.commands.org.open_store", lambda: None)
    yield
    set_language("en")


def said(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = run(luoshi, list(args))
    told = capsys.readouterr()
    return code, told.out, told.err


def bodies(*codes: str) -> None:
    """Bodies of the district, there since 2020."""
    from luoshi.org.models import Body
    from luoshi.org.snapshot import forget

    for code in codes:
        Body.objects.create(district=DISTRICT, code=code, zh=code, en=code, kind="office", founded_on="2020-01-01")
    forget(DISTRICT)


def filled(capsys: pytest.CaptureFixture[str], name: str, **instead: str) -> Path:
    """The form of a pack with a value everywhere, and what is told ``instead``."""
    code, out, _ = said(capsys, "adopt", name, "--ask")
    assert code == 0
    lines, standing = [], False
    for line in out.splitlines():
        key = line.strip().partition(":")[0]
        standing = (standing or key == "standing") and key != "settings"
        if line.startswith("#") or line.strip().startswith("#") or not line.strip():
            lines.append(line)
        elif key in instead:
            lines.append(f"{line.partition(':')[0]}: {instead[key]}")
        elif key in ("standing", "settings"):
            lines.append(line)
        elif key in ("prefix", "hours", "urgent_hours"):
            lines.append(f"{key}: " + ("霁" if key == "prefix" else "9:00-12:00,13:00-17:00"))
        else:
            lines.append(f"{line.partition(':')[0]}: " + ("centre" if standing else "5"))
    path = Path(f"{name}.yaml")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_form_names_every_value_and_uses_no_example(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "adopt", "hotline", "--ask")
    assert (code, err) == (0, "")
    assert "# 办理时限 Time to handle (工作日)" in out
    assert "elsewhere, as an example: 潍坊市 5 工作日 《潍坊市政务服务热线条例》" in out
    assert "\n  handling_days:\n" in out
    assert "\n  agent:  # 话务员 Call taker\n" in out
    assert "\nprefix:\n" in out
    assert "\nhours:\n" in out


def test_an_empty_form_is_refused_with_each_value_named(capsys: pytest.CaptureFixture[str]) -> None:
    _, form, _ = said(capsys, "adopt", "hotline", "--ask")
    Path("empty.yaml").write_text(form, encoding="utf-8")
    code, out, err = said(capsys, "adopt", "hotline", "--district", DISTRICT, "--settings", "empty.yaml")
    assert (code, out) == (2, "")
    assert "luoshi: prefix is missing" in err
    assert "luoshi: standing.agent is missing: the body that is 话务员 Call taker" in err
    missing = [line for line in err.splitlines() if line.startswith("luoshi: settings.handling_days is missing")]
    assert len(missing) == 1
    assert "全国没有统一的办结时限" in missing[0]
    assert "潍坊市 5" in missing[0]


def test_a_filled_form_puts_the_mechanism_in_force(capsys: pytest.CaptureFixture[str], store: TestStore) -> None:
    from luoshi.casework.act import Request, act
    from luoshi.casework.setups import district

    bodies("centre")
    path = filled(capsys, "hotline")
    code, out, err = said(capsys, "adopt", "hotline", "--district", DISTRICT, "--settings", str(path))
    assert (code, err) == (0, "")
    assert "jichuan: 政务服务便民热线 12345 hotline is in force; new cases open with version" in out
    assert district(DISTRICT).in_force["hotline"].flow.settings["handling_days"] == 5
    fields = {"channel": "phone", "category": "help", "content": "路灯不亮", "urgency": "normal"}
    done = act(
        DISTRICT, Request(actor("agent", body="centre"), "record", mechanism="hotline", fields=fields), authorise=allow
    )
    assert done is not None
    assert done.number.startswith("霁")


@pytest.mark.parametrize(
    ("instead", "told"),
    [
        ({"handling_days": "0"}, "settings.handling_days cannot be 0"),
        ({"handling_days": "five"}, "settings.handling_days cannot be five"),
        ({"agent": "nowhere"}, "standing.agent: the district jichuan has no body nowhere"),
        ({"hours": "25:00-26:00"}, "25:00-26:00 are no hours of a day"),
        ({"hours": "&a 9:00-12:00"}, "hotline.yaml:8: "),
    ],
)
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_wrong_value_is_named(
    capsys: pytest.CaptureFixture[str], store: TestStore, instead: dict[str, str], told: str
) -> None:
    bodies("centre")
    path = filled(capsys, "hotline", **instead)
    code, out, err = said(capsys, "adopt", "hotline", "--district", DISTRICT, "--settings", str(path))
    assert (code, out) == (2, "")
    assert told in err


def test_what_is_no_form(capsys: pytest.CaptureFixture[str]) -> None:
    Path("list.yaml").write_text("- 1\n", encoding="utf-8")
    Path("other.yaml").write_text("days: 5\nsettings: [1]\n", encoding="utf-8")
    for name, told in (("list.yaml", "it is no form"), ("other.yaml", "days is not asked for"), ("none.yaml", "none")):
        code, _, err = said(capsys, "adopt", "hotline", "--district", DISTRICT, "--settings", name)
        assert code == 2
        assert told in err
    assert said(capsys, "adopt", "nothing", "--ask")[0] == 2
    assert said(capsys, "adopt", "hotline", "--district", DISTRICT)[0] == 2


def test_what_is_not_sound_is_not_put_in_force(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = (ROOT / "packs" / "hotline" / "mechanism.yaml").read_text(encoding="utf-8")
    folder = tmp_path / "packs" / "hotline"
    folder.mkdir(parents=True)
    broken = text.replace("by: [visitor], from: [callback]", "by: [nobody], from: [callback]")
    assert broken != text
    (folder / "mechanism.yaml").write_text(broken, encoding="utf-8")
    path = filled(capsys, "hotline")
    monkeypatch.setenv("LUOSHI_PACKS", str(tmp_path / "packs"))
    code, _, err = said(capsys, "adopt", "hotline", "--district", DISTRICT, "--settings", str(path))
    assert code == 1
    assert "luoshi packs check hotline" in err


def opened_at(now: datetime) -> str:
    """A hotline case, given to a body."""
    from tests.casework.district import set_up

    from luoshi.casework.act import Request, act

    set_up("hotline")
    fields = {"channel": "phone", "category": "help", "content": "路灯不亮", "urgency": "normal"}
    done = act(
        DISTRICT, Request(actor("agent"), "record", mechanism="hotline", fields=fields), authorise=allow, now=now
    )
    assert done is not None
    order = {"lead_body": "housing", "dispatch_basis": "职责目录"}
    act(DISTRICT, Request(actor("centre"), "dispatch", case=done.case, fields=order), authorise=allow, now=now)
    return done.case


def test_sweep_tells_what_it_did_and_what_failed(capsys: pytest.CaptureFixture[str], store: TestStore) -> None:
    from luoshi.casework.models import Case, Claim

    opened_at(datetime(2025, 3, 3, 9))
    code, out, err = said(capsys, "sweep")
    rungs = Claim.objects.count()
    assert rungs
    assert (code, out, err) == (0, f"jichuan: {rungs} documents of the ladder\n", "")
    assert said(capsys, "sweep", "--district", DISTRICT)[1] == "jichuan: 0 documents of the ladder\n"
    bad = opened_at(datetime(2025, 3, 3, 9))
    Case.objects.filter(case=bad).update(state="{")
    code, out, err = said(capsys, "sweep")
    assert code == 1
    assert f"{bad} failed" in err


def test_a_notice_moves_live_cases(capsys: pytest.CaptureFixture[str], store: TestStore) -> None:
    from luoshi.casework.models import Case, Entry

    case = opened_at(datetime(2026, 12, 30, 9))
    assert Case.objects.get(case=case).due_on is None
    Path("2027.yaml").write_text(NOTICE, encoding="utf-8")
    code, out, err = said(capsys, "calendar", "add", "2027.yaml", "--district", DISTRICT)
    assert (code, err) == (0, "")
    assert "jichuan: the notice 2027 holds; the limits of 1 cases moved" in out
    assert Case.objects.get(case=case).due_on is not None
    assert b"sys_reproject" in bytes(Entry.objects.latest("id").data)
    code, _, err = said(capsys, "calendar", "add", "missing.yaml", "--district", DISTRICT)
    assert code == 2
    assert "missing.yaml" in err


def test_a_misspelt_district_is_refused(capsys: pytest.CaptureFixture[str], store: TestStore) -> None:
    assert "No mechanism is in force yet" in said(capsys, "sweep")[2]
    opened_at(datetime(2025, 3, 3, 9))
    Path("2027.yaml").write_text(NOTICE, encoding="utf-8")
    for args in (("sweep",), ("calendar", "add", "2027.yaml")):
        code, out, err = said(capsys, *args, "--district", "jichaun")
        assert (code, out) == (2, "")
        assert "no mechanism is in force in the district jichaun" in err
        assert "(known: jichuan)" in err


def test_a_notice_that_is_wrong_is_named_by_its_file(capsys: pytest.CaptureFixture[str], store: TestStore) -> None:
    opened_at(datetime(2025, 3, 3, 9))
    Path("n.yaml").write_text(NOTICE.replace("劳动节, from: 2027-05-01", "劳动节, from: 2027-05-02"), encoding="utf-8")
    code, _, err = said(capsys, "calendar", "add", "n.yaml", "--district", DISTRICT)
    assert code == 2
    assert err.startswith("luoshi: n.yaml: by law 2027-05-01 is off every year")


SAMPLE_ORG = str(ROOT / "districts" / "sample-org")


def test_a_districts_organisation_is_loaded_once(capsys: pytest.CaptureFixture[str], store: TestStore) -> None:
    from luoshi.org.load import parse_org, read_org
    from luoshi.org.models import Body, Post

    files = sorted(Path(SAMPLE_ORG).glob("*.yaml"))
    data = parse_org(read_org((path.name, path.read_bytes()) for path in files))
    assert said(capsys, "org", "load", SAMPLE_ORG, "--district", DISTRICT, "--check")[0] == 0
    assert not Body.objects.exists()
    code, out, err = said(capsys, "org", "load", SAMPLE_ORG, "--district", DISTRICT)
    assert (code, err) == (0, "")
    assert out == (
        f"jichuan: loaded bodies {len(data.bodies)}, areas {len(data.areas)}, officers {len(data.officers)}, "
        f"changes of bodies 6, duties {len(data.duties)}, posts {len(data.posts)}\n"
    )
    assert (Body.objects.count(), Post.objects.count()) == (len(data.bodies), len(data.posts))
    assert said(capsys, "org", "load", SAMPLE_ORG, "--district", DISTRICT)[1] == "jichuan: nothing has changed\n"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_an_organisation_with_faults_is_refused_with_each(capsys: pytest.CaptureFixture[str], store: TestStore) -> None:
    from luoshi.org.models import Body

    Path("b.yaml").write_text(
        "bodies:\n  - {code: a, zh: 甲, en: A, kind: department, parent: none}\n"
        "  - {code: b, zh: 乙, en: B, kind: department, parent: nobody}\n",
        encoding="utf-8",
    )
    Path("empty").mkdir()
    code, out, err = said(capsys, "org", "load", "b.yaml", "--district", DISTRICT)
    assert (code, out) == (2, "")
    assert [line.startswith(f"luoshi: bodies[{n}]: ") for n, line in enumerate(err.splitlines())] == [True, True]
    assert "no .yaml file" in said(capsys, "org", "load", "empty", "--district", DISTRICT)[2]
    assert not Body.objects.exists()
    assert "has no bodies" in said(capsys, "org", "handover", "--district", DISTRICT)[2]


def test_cases_of_a_body_that_ended_go_to_its_successor(capsys: pytest.CaptureFixture[str], store: TestStore) -> None:
    from luoshi.casework.models import Case
    from luoshi.org.models import Body, BodyChange
    from luoshi.org.snapshot import changed

    case = opened_at(datetime(2025, 3, 3, 9))
    assert Case.objects.get(case=case).body == "housing"
    Body.objects.create(district=DISTRICT, code="homes", zh="新局", en="Homes", kind="office", founded_on="2025-06-01")
    gone = {"zh": "旧局", "en": "Housing", "kind": "office", "ended_on": "2025-06-01"}
    Body.objects.create(district=DISTRICT, code="housing", **gone)
    BodyChange.objects.create(
        district=DISTRICT, kind="rename", body="housing", successor="homes", on_day="2025-06-01", order=0
    )
    changed(DISTRICT)
    assert said(capsys, "org", "handover", "--district", DISTRICT) == (0, "jichuan: 1 cases handed over\n", "")
    assert Case.objects.get(case=case).body == "homes"
    assert said(capsys, "org", "handover", "--district", DISTRICT)[1] == "jichuan: 0 cases handed over\n"


def watching(environ: Mapping[str, str]) -> subprocess.Popen[str]:
    """``luoshi sweep --watch 1``, which has swept once when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from luoshi.cli import main; main()", "--lang", "en", "sweep", "--watch", "1"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().endswith("documents of the ladder\n")
    return process


def ended(process: subprocess.Popen[str]) -> list[str]:
    """Told to end; the lines that it said to the person."""
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    return err.splitlines()


def test_watching_ends_when_told_to(store: TestStore) -> None:
    opened_at(datetime(2025, 3, 3, 9))
    assert ended(watching(store.environ))[-1] == "Ended."


def test_watching_outlives_the_server(stores: Stores, tmp_path: Path) -> None:
    from django.db import connections

    from luoshi.site.stores import migrate

    with Server(fsync=False) as server:
        store = TestStore("postgresql", server.create("watched"), tmp_path, server)
        with using(store.url):
            migrate()
            opened_at(datetime(2025, 3, 3, 9))
            process = watching(store.environ)
            server.kill()
            assert process.stderr is not None
            while not (line := process.stderr.readline()).startswith("luoshi: "):
                assert line, "it ended"
            assert line.startswith("luoshi: the store cannot be reached")
            server.start()
            connections.close_all()
            opened_at(datetime(2025, 3, 3, 9))
            assert process.stdout is not None
            assert process.stdout.readline().endswith("documents of the ladder\n")
            assert ended(process)[-1] == "Ended."
