"""The hotline flow on Luoshi: one client as a program, on the store of ``DATABASE_URL``.

``prepare``: bring the store to the schema, put the pack in force, and give officers their posts. ``capture FILE``: take
one case through its life and write down every row that was written, for those who write the same rows by hand.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bench.peers.flow import ACTS
from bench.peers.serve import serve
from luoshi.site import setup

BATCH = 1000
UNDERTAKER = "housing"
OFFICES = {
    "record": "agent",
    "dispatch": "centre",
    "sign": "undertaker",
    "contact": "undertaker",
    "feed_back": "undertaker",
    "pass_on": "centre",
    "call_back": "visitor",
    "close": "centre",
}
"""Who takes each act."""
TABLES = ("casework_entry", "casework_plaintext", "casework_notice")


def body_of(role: str) -> str:
    """The body that holds ``role``."""
    return UNDERTAKER if role == "undertaker" else f"body-{role}"


def prepare() -> None:
    """An empty store becomes one with the hotline pack in force, bodies, officers and posts; all synthetic."""
    from tests.casework.district import DISTRICT, set_up  # noqa: PLC0415

    from luoshi.org.models import Body, Officer, Post  # noqa: PLC0415 - Django is set up by now
    from luoshi.site.stores import migrate  # noqa: PLC0415

    migrate()
    set_up("hotline")
    for role in ("agent", "centre", "visitor", "undertaker"):
        body, officer = body_of(role), f"officer-{role}"
        Body.objects.create(district=DISTRICT, code=body, zh=body, en=body, kind="department")
        Officer.objects.create(district=DISTRICT, code=officer, name="合成人员")
        Post.objects.create(district=DISTRICT, officer=officer, role=role, body=body, from_day="2020-01-01")


class Load:
    """Acts on the store."""

    def __init__(self) -> None:
        from tests.casework.district import DISTRICT  # noqa: PLC0415

        from luoshi.casework.act import Request, act, act_many  # noqa: PLC0415 - Django is set up by now
        from luoshi.casework.authority import by_posts  # noqa: PLC0415
        from luoshi.mechanisms.acts import Actor, File  # noqa: PLC0415

        self.district = DISTRICT
        self._request, self._actor, self._file = Request, Actor, File
        self._act, self._act_many, self._authority = act, act_many, by_posts

    def request(self, name: str, case: str | None) -> Any:
        """The act ``name`` on ``case``, or the one that opens a case."""
        role = OFFICES[name]
        given = {key: value for key, value in ACTS[name].items() if key != "back"}
        files = tuple(
            self._file(key, photo["sha256"], photo["size"])
            for key in ("attachments", "evidence")
            for photo in given.pop(key, ())
        )
        actor = self._actor(f"officer-{role}", body_of(role), role)
        opens = "hotline" if case is None else None
        return self._request(actor, name, case=case, mechanism=opens, fields=given, files=files)

    def take(self, name: str, case: str | None) -> str:
        """Take one act; the case's name."""
        done = self._act(self.district, self.request(name, case), authorise=self._authority(self.district))
        assert done is not None
        return str(done.case)

    def single(self, cases: int) -> None:
        """One act after the other, each on disk before the next."""
        for _ in range(cases):
            case: str | None = None
            for name in ACTS:
                case = self.take(name, case)

    def bulk(self, cases: int) -> None:
        """``BATCH`` acts at once."""
        for first in range(0, cases, BATCH):
            names: list[str | None] = [None] * min(BATCH, cases - first)
            for name in ACTS:
                requests = [self.request(name, case) for case in names]
                done = self._act_many(self.district, requests, authorise=self._authority(self.district))
                names = [one.case for one in done]


def captured(load: Load) -> list[dict[str, Any]]:
    """For each act of a case: its row as it is after it, the rows added, the counters bumped; bytes in hex."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    def rows(sql: str, *params: Any) -> list[dict[str, Any]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            names = [column[0] for column in cursor.description]
            return [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall()]

    steps: list[dict[str, Any]] = []
    case: str | None = None
    for n, name in enumerate(ACTS, 1):
        before = {row["key"]: row["value"] for row in rows("SELECT key, value FROM casework_counter")}
        case = load.take(name, case)
        row = rows('SELECT * FROM casework_case WHERE "case" = %s', case)[0]
        after = {row["key"]: row["value"] for row in rows("SELECT key, value FROM casework_counter")}
        added = {
            table: rows(f"SELECT * FROM {table} WHERE case_id = %s AND n = %s ORDER BY id", row["id"], n)
            for table in TABLES
        }
        steps.append({"row": row, **added, "counters": [key for key in after if after[key] != before.get(key)]})
    return steps


def _plain(value: Any) -> Any:
    return {"hex": bytes(value).hex()} if isinstance(value, bytes | memoryview) else value


def main() -> None:
    """Prepare, capture, or serve."""
    setup()
    if sys.argv[1:] == ["prepare"]:
        prepare()
        return
    load = Load()
    if sys.argv[1:2] == ["capture"]:
        Path(sys.argv[2]).write_text(json.dumps(captured(load), ensure_ascii=False), encoding="utf-8")
        return
    serve({"single": load.single, "bulk": load.bulk})


if __name__ == "__main__":
    main()
