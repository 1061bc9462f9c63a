"""A small synthetic district for tests of the desk: every pack in force, two officers for every role, their accounts.

Import nothing of Luoshi's models at module top: the fixture ``store`` sets Django up. A test begins:

    def test_x(store):
        desk = place.make()
        browser = desk.browser("office")          # signed in as the first officer of the role ``office``
        answer = browser.get("/desk/")
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml
from tests.casework.district import ROOT, pack, settings_of

DISTRICT = "jichuan"
GOV = "gov"
WORKERS = ("housing", "water", "fenglin", "fenglin_li")
"""Bodies to which work is given."""
PACKS = tuple(sorted(path.parent.name for path in (ROOT / "packs").glob("*/mechanism.yaml")))
PASSWORD = "correct horse battery 9"

BODIES: list[dict[str, Any]] = [
    {"code": GOV, "zh": "霁川区人民政府", "en": "Jichuan District Government", "kind": "district"},
    {"code": "office", "zh": "区政府督查室", "en": "Supervision Office", "kind": "department", "parent": GOV},
    {"code": "housing", "zh": "区住房和城乡建设局", "en": "Housing Bureau", "kind": "department", "parent": GOV},
    {"code": "water", "zh": "区水利局", "en": "Water Bureau", "kind": "department", "parent": GOV},
    {"code": "fenglin", "zh": "枫林街道办事处", "en": "Fenglin Street Office", "kind": "street", "parent": GOV},
    {
        "code": "fenglin_li",
        "zh": "枫林里社区居委会",
        "en": "Fenglinli Community",
        "kind": "community",
        "parent": "fenglin",
    },
]
AREAS: list[dict[str, Any]] = [
    {"code": "A", "zh": "霁川区", "en": "Jichuan District", "kind": "district"},
    {"code": "A-fenglin", "zh": "枫林街道", "en": "Fenglin Street", "kind": "street", "parent": "A"},
    {
        "code": "A-li-1", "zh": "枫林里第一网格", "en": "Fenglinli grid 1", "kind": "grid", "parent": "A-fenglin",
        "shape": {"type": "Polygon", "coordinates": [[[0.0, 0.0], [0.01, 0.0], [0.01, 0.01], [0.0, 0.01], [0.0, 0.0]]]},
    },
]  # fmt: skip


def roles() -> dict[str, str]:
    """Every role of every pack that a body holds → its kind."""
    found: dict[str, str] = {}
    for name in PACKS:
        for role, one in pack(name).roles.items():
            if one.kind != "outside":
                found[role] = "assigned" if found.get(role) == "assigned" else one.kind
    return found


def officer(role: str, n: int = 1) -> str:
    """The code of the ``n``-th officer of ``role``."""
    return f"o-{role}-{n}"


@dataclass
class Desk:
    """The district, and browsers for its people."""

    accounts: dict[str, Any] = field(default_factory=dict)

    def account(self, code: str) -> Any:
        """The account of an officer, or of an administrator (system, security, audit); made when asked for."""
        from luoshi.access.models import ADMINISTRATORS, Account

        if code not in self.accounts:
            if code in ADMINISTRATORS:
                self.accounts[code] = Account.objects.create(
                    username=f"a-{code}", district=DISTRICT, administrator=code, factor_at=1, must_change_password=False
                )
            else:
                self.accounts[code] = Account.objects.create(
                    username=code, district=DISTRICT, officer=code, must_change_password=False
                )
        return self.accounts[code]

    def browser(self, role: str = "office", n: int = 1, *, lang: str = "zh") -> Any:
        """A client signed in as the ``n``-th officer of ``role``, or as an administrator."""
        from django.test import Client

        from luoshi.access.models import ADMINISTRATORS

        client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE=lang)
        client.force_login(self.account(role if role in ADMINISTRATORS else officer(role, n)))
        return client


def make(*packs: str) -> Desk:
    """The district in the store, with ``packs`` (or all) in force."""
    from luoshi.casework.setups import install, put_in_force
    from luoshi.org.load import load_org, read_org

    wanted = packs or PACKS
    posts = [
        {"officer": officer(role, n), "mechanism": "*", "role": role, "body": GOV, "from": date(2025, 1, 1)}
        for role in roles()
        for n in (1, 2)
    ]
    data = {
        "bodies": BODIES,
        "areas": AREAS,
        "officers": [{"code": officer(role, n), "name": f"{role}·{n}"} for role in roles() for n in (1, 2)],
        "posts": posts,
    }
    load_org(DISTRICT, read_org([("place.yaml", yaml.safe_dump(data, allow_unicode=True).encode())]))
    for name in wanted:
        mechanism = pack(name)
        made, version = install((ROOT / "packs" / name / "mechanism.yaml").read_bytes(), name)
        put_in_force(
            DISTRICT,
            made,
            version,
            settings=settings_of(mechanism),
            standing={role: "office" for role, one in mechanism.roles.items() if one.kind == "standing"},
            prefix="霁",
            hours="9:00-12:00,13:00-17:00",
            urgent_hours="8:00-22:00",
        )
    return Desk()


def act(role: str, action: str, *, n: int = 1, body: str = "office", case: str | None = None, **more: Any) -> Any:
    """One act by the ``n``-th officer of ``role`` for ``body``, taken by the one writer with the posts checked."""
    from luoshi.casework.act import Request
    from luoshi.casework.act import act as take
    from luoshi.casework.authority import by_posts
    from luoshi.mechanisms.acts import Actor

    request = Request(Actor(officer(role, n), body, role), action, case=case, **more)
    return take(DISTRICT, request, authorise=by_posts(DISTRICT))


def task(title: str = "枫林里老旧小区加装电梯", *, body: str = "housing", due: str = "2026-12-18", **more: Any) -> Any:
    """A supervision case that is issued to ``body`` and not signed for."""
    done = act("office", "propose", mechanism="supervision", fields={"title": title, "origin": "meeting"}, **more)
    draft = {"target": "完成20部", "standard": "验收合格", "lead_body": body, "due": due}
    act("office", "submit", case=done.case, fields=draft)
    act("leader", "approve", case=done.case, n=2)
    return act("office", "issue", case=done.case, fields=draft)
