"""Every page × every kind of account 权限矩阵: who may open what, written down by hand and held against the desk.

A page without a line in ``LINES`` fails. The lines are read from nothing: they say what ought to be.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from tests.desk import place, whole
from tests.desk.case_help import HTMX
from tests.stores import Stores, configure_django

ROLES = frozenset(place.roles())
OFFICERS = ROLES | {"bare", "stranger"}
"""``bare`` has no post; ``stranger`` is of another district's supervision office."""
SYSTEM, SECURITY, AUDIT = (frozenset({one}) for one in ("system", "security", "audit"))
SIGNED_IN = OFFICERS | SYSTEM | SECURITY | AUDIT
DETOURED, OUT = frozenset({"changing"}), frozenset({"nobody", "closed"})
"""``changing`` must choose a new password first; ``closed`` was signed in when his account was closed."""
EVERYBODY = SIGNED_IN | DETOURED | OUT
OFFICES = frozenset({"office", "stranger"})
SEES = frozenset({"office", "leader", "undertaker"})
"""Who has a role in supervision matters, and so sees the one of this test."""
FEW = SEES | {"collector", "bare", "stranger", "system", "security", "audit", "changing", "closed"}
"""Asked on PostgreSQL, and by htmx; with nobody."""
FREE = frozenset({"password", "setup_factor", "factor_picture", "sign_out"})
"""Pages that stay open while a new password is still to be chosen."""

HASHES = frozenset({"sign_in", "password"})
"""Pages that look at a password, which takes its time on purpose."""


@dataclass(frozen=True)
class Line:
    """``who`` may open the page. Of these, who are not in ``finds`` get 404: the object is not theirs to see.

    Of these, who are not in ``posts`` may look, and not post.
    """

    who: frozenset[str]
    finds: frozenset[str] | None = None
    get: bool = True
    post: bool = False
    posts: frozenset[str] = EVERYBODY
    signs_out: bool = False
    may_lack: bool = field(default=False)
    """There may be nothing to show to anybody, depending on what he did before."""


OF_CASE = Line(OFFICERS, SEES)
OF_REPORT = Line(OFFICES, frozenset({"office"}))

LINES: dict[str, Line] = {
    # anybody, also who has not signed in
    "sign_in": Line(EVERYBODY, post=True),
    "demo_sign_in": Line(EVERYBODY, frozenset(), get=False, post=True),  # this is no demo
    "second_factor": Line(EVERYBODY, post=True),
    "design": Line(EVERYBODY),
    "published": Line(EVERYBODY),
    "published_file": Line(EVERYBODY),
    # whoever has signed in: what is his own
    "sign_out": Line(SIGNED_IN, get=False, post=True, signs_out=True),
    "account": Line(SIGNED_IN),
    "end_sessions": Line(SIGNED_IN, get=False, post=True),
    "password": Line(SIGNED_IN, post=True),
    "setup_factor": Line(SIGNED_IN, post=True),
    "factor_picture": Line(SIGNED_IN, may_lack=True),
    "factor_off": Line(SIGNED_IN, get=False, post=True),
    # every officer: what the read door shows him
    "work": Line(OFFICERS),
    "search": Line(OFFICERS),
    "export": Line(OFFICERS),
    "views": Line(OFFICERS, post=True),
    "view": Line(OFFICERS, frozenset({"office"}), get=False, post=True),  # whose view it is
    "bulk": Line(OFFICERS, get=False, post=True),
    "approvals": Line(OFFICERS, post=True),
    "approval_file": Line(OFFICERS, frozenset({"leader"})),  # who decides it; asked for by another one of the office
    "boards": Line(OFFICERS, post=True),
    "board": Line(OFFICERS, SEES | {"stranger"}, post=True),  # the other district has supervision matters, too
    "map": Line(OFFICERS),
    "map_areas": Line(OFFICERS),
    "map_cases": Line(OFFICERS),
    "observations": Line(OFFICERS, post=True),
    "observations_file": Line(OFFICERS, OFFICERS - {"stranger"}),  # whose district keeps no statistics
    "observations_take": Line(OFFICERS, get=False, post=True),
    "body_list": Line(OFFICERS),
    "open": Line(OFFICERS),
    "open_form": Line(OFFICERS, OFFICES, post=True),  # who may open a supervision matter, each in his own district
    "case": OF_CASE,
    "case_since": OF_CASE,
    "case_picture": OF_CASE,
    "papers": OF_CASE,
    "paper": OF_CASE,
    "case_file": OF_CASE,
    "case_thumb": OF_CASE,
    "case_reveal": Line(OFFICERS, SEES, post=True),
    "case_alike": Line(OFFICERS, SEES, post=True, posts=EVERYBODY - {"leader"}),  # who acts in the case now
    "act": Line(OFFICERS, SEES, post=True),
    # promises: their own and, of those that nobody has yet, the supervision office and the head of government
    "commitments": Line(OFFICERS),
    "commitments_export": Line(OFFICERS, OFFICERS - {"stranger"}),  # his district has no report
    "commitment": Line(OFFICERS, SEES),
    "commitment_figure": Line(OFFICES, frozenset({"office"}), get=False, post=True),
    "progress": Line(OFFICERS, post=True),
    "targets": Line(OFFICERS),
    # figures are public; the cases behind them are not
    "figures": Line(OFFICERS),
    "figure": Line(OFFICERS),
    "figure_json": Line(OFFICERS),
    # the supervision office
    "behind": Line(OFFICES, post=True),
    "reports": Line(OFFICES, post=True),
    "report": OF_REPORT,
    "report_years": OF_REPORT,
    "report_commitment": Line(OFFICES, frozenset({"office"}), post=True),
    "report_bulk": Line(OFFICES, frozenset({"office"}), get=False, post=True),
    "report_issue": Line(OFFICES, frozenset({"office"}), post=True),
    "report_workbook": Line(OFFICES, frozenset({"office"}), post=True),
    "report_workbook_file": OF_REPORT,
    "report_workbook_take": Line(OFFICES, frozenset({"office"}), get=False, post=True),
    # three administrators, each with his own, and none with another's
    "admin": Line(SYSTEM | SECURITY | AUDIT),
    "bodies": Line(SYSTEM),
    "body": Line(SYSTEM),
    "body_new": Line(SYSTEM, post=True),
    "body_end": Line(SYSTEM, post=True),
    "body_handover": Line(SYSTEM, frozenset(), get=False, post=True),  # the body has not ended
    "areas": Line(SYSTEM),
    "duties": Line(SYSTEM),
    "org_import": Line(SYSTEM, post=True),
    "packs": Line(SYSTEM),
    "pack": Line(SYSTEM),
    "pack_picture": Line(SYSTEM),
    "adopt": Line(SYSTEM, post=True),
    "templates": Line(SYSTEM),
    "deliveries": Line(SYSTEM),
    "calendars": Line(SYSTEM, post=True),
    "officer_new": Line(SYSTEM, post=True),
    "officers": Line(SYSTEM | SECURITY),
    "officer": Line(SYSTEM | SECURITY, post=True, posts=EVERYBODY - SECURITY),
    "holders": Line(SECURITY),
    "appoint": Line(SECURITY, get=False, post=True),
    "post_end": Line(SECURITY, post=True),
    "accounts": Line(SECURITY),
    "account_new": Line(SECURITY, post=True),
    "account_of": Line(SECURITY, post=True),
    "audit": Line(AUDIT),
    "audit_check": Line(AUDIT, post=True),
    "audit_export": Line(AUDIT),
}


@dataclass
class World(whole.Whole):
    """The district, and a client for everybody of the matrix."""

    few: bool = False
    clients: dict[str, Any] = field(default_factory=dict)

    @property
    def people(self) -> list[str]:
        """Whom the matrix asks; the few on PostgreSQL."""
        return sorted(EVERYBODY & (FEW | {"nobody"}) if self.few else EVERYBODY)

    def client(self, name: str) -> Any:
        """His client, signed in as far as he can be."""
        if name not in self.clients:
            self.clients[name] = self._client(name)
        return self.clients[name]

    def _client(self, name: str) -> Any:
        from django.test import Client

        from luoshi.access import accounts

        if name == "nobody":
            return Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="zh")
        if name == "stranger":
            return whole.elsewhere()
        if name in ("bare", "changing", "closed"):
            return self._odd(name, accounts)
        return self.desk.browser(name)

    def _odd(self, name: str, accounts: Any) -> Any:
        from django.test import Client

        from luoshi.access.models import Account
        from luoshi.org.models import Officer

        code = name if name == "bare" else place.officer("office" if name == "closed" else "leader", 2)
        if name == "bare":
            Officer.objects.create(district=place.DISTRICT, code=code, name=name)
        account = Account.objects.create(
            username=name, district=place.DISTRICT, officer=code, must_change_password=name == "changing"
        )
        client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="zh")
        client.force_login(account)
        if name == "closed":
            assert client.get("/desk/").status_code == 200
            accounts.close(account, by="a-security")
        return client


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One district for the whole module: nothing that is asked here changes what is asked next."""
    with stores.fresh(request.param, tmp_path_factory.mktemp("matrix")) as store, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LUOSHI_HOME", str(store.home))
        made = whole.make()
        yield World(made.desk, made.case, made.number, made.parts, made.query, made.sent, few=request.param != "sqlite")


@pytest.fixture(scope="module", autouse=True)
def _django(stores: Stores) -> None:
    configure_django(stores.folder)


def test_every_page_has_its_line() -> None:
    assert set(LINES) == set(routes())


def test_the_lines_tell_the_methods() -> None:
    for name, route in routes().items():
        told = LINES[name]
        methods = [method for method, there in (("GET", told.get), ("POST", told.post)) if there]
        assert sorted(route.methods) == methods, name


def routes() -> dict[str, Any]:
    """The desk's own table."""
    import luoshi.desk.urls
    from luoshi.desk.routes import ROUTES

    assert luoshi.desk.urls.urlpatterns
    return ROUTES


def expected(person: str, name: str, *, post: bool = False) -> str:
    """What ``person`` must meet at the page ``name``: in, away (to sign in), first (a new password), own (an
    administrator's own beginning), 403 or 404.
    """
    line = LINES[name]
    if person in DETOURED and line.who is not EVERYBODY:
        return "in" if name in FREE else "first"
    if name == "work" and person in SYSTEM | SECURITY | AUDIT:
        return "own"
    if person not in line.who:
        return "away" if person in OUT else "403"
    if line.finds is not None and person not in line.finds:
        return "404"
    return "403" if post and person not in line.posts else "in"


def met(answer: Any) -> str:
    """What an answer is, in the words of :func:`expected`."""
    way = answer.headers.get("HX-Redirect") or answer.headers.get("Location") or ""
    if way.startswith("/desk/sign-in/") and "code" not in way:
        return "away"
    if way == "/desk/account/password/":
        return "first"
    if way == "/desk/admin/":
        return "own"
    return str(answer.status_code) if answer.status_code in (403, 404, 405, 500) else "in"


def agrees(name: str, person: str, answer: Any, *, post: bool = False) -> bool:
    """Whether the answer is what the line says."""
    if name == "second_factor":  # nobody here has typed a password: all are sent to begin at the beginning
        return met(answer) == "away"
    return met(answer) == expected(person, name, post=post) or (LINES[name].may_lack and met(answer) == "404")


def told(answer: Any) -> str:
    """All that an answer says, unpacked, and its headers."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(one) for one in book.namelist())
    return body.decode("utf-8", "replace") + str(dict(answer.headers))


def leaks(world: World, name: str, person: str, answer: Any) -> list[str]:
    """What of the hidden case stands in the answer; the address that was asked for does not count."""
    text = told(answer)
    if person in SEES:
        return []
    for said in (world.address(name), urlencode({"next": world.address(name)})):
        text = text.replace(said, "")
    return [word for word in (world.case, world.number, whole.SECRET, "13800001234", "张三丰") if word in text]


PAGES = sorted(LINES)
ONE_STORE = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
"""What is refused before the store is asked."""


@pytest.mark.parametrize("name", [name for name in PAGES if LINES[name].get])
def test_who_may_look(world: World, name: str) -> None:
    for person in world.people:
        answer = world.client(person).get(world.address(name))
        assert agrees(name, person, answer), (person, expected(person, name), answer.status_code, answer.headers)
        assert not leaks(world, name, person, answer), person


@ONE_STORE
@pytest.mark.parametrize("name", [name for name in PAGES if LINES[name].get])
def test_who_may_look_at_a_part_of_a_page(world: World, name: str) -> None:
    for person in sorted(FEW | {"nobody"}):
        answer = world.client(person).get(world.address(name), **HTMX)
        assert agrees(name, person, answer), (person, expected(person, name), answer.status_code, answer.headers)
        assert answer.status_code not in (301, 302) or name in ("sign_in", "report_commitment"), "a part is no page"
        assert not leaks(world, name, person, answer), person


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize("name", [name for name in PAGES if LINES[name].post])
def test_who_may_post(world: World, name: str, htmx: bool) -> None:
    """Empty forms: what they say is wrong, but they get as far as to be told so, or they do not."""
    for person in asked(world, name, htmx):
        answer = world.client(person).post(world.address(name), world.sent.get(name, {}), **(HTMX if htmx else {}))
        if not (name == "sign_out" and person not in OUT):
            right = agrees(name, person, answer, post=True)
            assert right, (person, expected(person, name, post=True), answer.status_code, answer.headers)
        else:
            assert met(answer) == "away"
        assert not leaks(world, name, person, answer), person
        if LINES[name].signs_out and person not in OUT:
            again_in(world, person)


def asked(world: World, name: str, htmx: bool) -> list[str]:
    """Whom to ask: all of them, or some."""
    if name in HASHES:
        return ["changing", "closed", "nobody", "office"]
    return sorted(FEW | {"nobody"}) if htmx else world.people


def again_in(world: World, person: str) -> None:
    """Sign in again whoever has just signed out."""
    from luoshi.access.models import Account

    client = world.client(person)
    assert met(client.get("/desk/account/")) == "away"
    names = {"stranger": "elsewhere-office", **{one: f"a-{one}" for one in ("system", "security", "audit")}}
    username = names.get(person, person if person in ("bare", "changing") else place.officer(person))
    client.force_login(Account.objects.get(username=username))


@ONE_STORE
@pytest.mark.parametrize("name", [name for name in PAGES if not LINES[name].get])
def test_what_is_posted_alone_cannot_be_looked_at(world: World, name: str) -> None:
    for person in sorted(FEW | {"nobody"}):
        assert world.client(person).get(world.address(name)).status_code == 405, person


@ONE_STORE
@pytest.mark.parametrize("name", [name for name in PAGES if not LINES[name].post])
def test_what_is_looked_at_alone_takes_no_post(world: World, name: str) -> None:
    for person in sorted(FEW | {"nobody"}):
        assert world.client(person).post(world.address(name)).status_code == 405, person
        assert world.client(person).delete(world.address(name)).status_code == 405, person


@ONE_STORE
@pytest.mark.parametrize("name", [name for name in PAGES if LINES[name].post])
def test_a_form_from_elsewhere_does_nothing(world: World, name: str) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True, HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(world.desk.account(place.officer("office")))
    for headers in ({}, HTMX, {"HTTP_X_CSRFTOKEN": "x" * 64}):
        answer = client.post(world.address(name), **headers)
        assert answer.status_code == 403
        assert "This form is no longer valid" in answer.content.decode()


def test_a_form_of_ours_is_taken(world: World) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True, HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="zh")
    client.force_login(world.desk.account(place.officer("office")))
    page = client.get("/desk/views/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    header = re.search(r'"X-CSRFToken": "(\w+)"', page)
    assert header is not None
    assert client.post("/desk/views/", {"name": ""}, HTTP_X_CSRFTOKEN=header[1]).status_code == 422
    assert token is not None
    assert client.post("/desk/views/", {"name": "", "csrfmiddlewaretoken": token[1]}).status_code == 422


def test_who_is_sent_to_sign_in_comes_back_to_where_he_was_going(world: World) -> None:
    answer = world.client("nobody").get(world.address("case"))
    assert parse_qs(urlsplit(answer["Location"]).query) == {"next": [f"/desk/cases/{world.case}/"]}


def test_accounts_of_another_district_are_not_there(world: World) -> None:
    world.client("stranger")
    answer = world.client("security").get("/desk/admin/accounts/elsewhere-office/")
    assert answer.status_code == 404
    assert "elsewhere-office" not in told(world.client("security").get("/desk/admin/accounts/"))


def test_what_is_not_seen_is_as_what_is_not_there(world: World) -> None:
    """The same words and the same status for a case out of sight, and one that was never opened."""
    for person in ("collector", "bare", "stranger"):
        client = world.client(person)
        hidden = client.get(world.address("case"))
        never = client.get(world.address("case").replace(world.case, "supervision-000000000000"))
        assert (hidden.status_code, never.status_code) == (404, 404)
        assert plain(hidden) == plain(never), person


def plain(answer: Any) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r"\b\w{64}\b", "", answer.content.decode())
