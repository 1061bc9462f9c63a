"""A client for the tests of faults: acts for ever, and writes a line to the disk before and after each act.

``want TOKEN CASE SEEN REQUEST`` before, ``done TOKEN CASE N ACTION`` after ``act`` has returned. After a kill the next
client of the same file asks again for what is wanted and not done, as a person would whose page broke off: the same act
with the same ``seen``, and, where a case was to be opened, only if none is there for its party.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

BEGIN = datetime(2025, 3, 3, 9)
OPEN_CASES = 12


def asked(action: str, role: str, body: str | None = None, **more: Any) -> dict[str, Any]:
    """A request as it is kept in the log."""
    return {"action": action, "actor": [f"officer-{role}", body or f"body-{role}", role], **more}


def life(chance: Random) -> Iterator[dict[str, Any]]:
    """What is asked for in a hotline case after it was opened."""
    body = f"housing-{chance.randrange(5)}"
    yield asked("dispatch", "centre", fields={"lead_body": body, "dispatch_basis": "职责目录"})
    yield asked("sign", "undertaker", body)
    for _ in range(chance.randrange(3)):
        yield asked("contact", "undertaker", body, fields={"contact_log": "已联系"})
    if chance.random() < 0.3:
        others = ["police", "water"]
        yield asked("ask_others", "undertaker", body, fields={"joint_bodies": others})
        for other in others:
            yield asked("answer", "joint_body", other, part=f"1.reply.{other}", fields={"joint_result": "同意"})
        yield asked("gather", "undertaker", body)
    result = {"result": "已修复", "contact_log": "已告知"}
    yield asked("feed_back", "undertaker", body, fields=result, evidence=True)
    yield asked("pass_on", "centre")
    answers = {"contacted": True, "solved": "solved", "satisfaction": "satisfied"}
    yield asked("call_back", "visitor", fields=answers, evidence=True)
    yield asked("close", "centre")


OPENING = asked(
    "record",
    "agent",
    fields={
        "channel": "phone", "category": "complaint", "urgency": "normal", "content": "路灯不亮", "caller_name": "某某",
    },
)  # fmt: skip


class Log:
    """Lines that are on the disk when they are written."""

    def __init__(self, path: Path) -> None:
        self.handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, *words: object) -> None:
        os.write(self.handle, (" ".join(str(word) for word in words) + "\n").encode())
        os.fsync(self.handle)


def lines(path: Path) -> Iterator[list[str]]:
    """The whole lines of a log."""
    if path.exists():
        for line in path.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                yield line.split()


class Client:
    """The ``name``-th client; ``session``: how often all were begun; a day passes between two."""

    def __init__(self, folder: Path, name: int, session: int, district: str) -> None:
        path = folder / f"client-{name}.log"
        self.name, self.session, self.district = name, session, district
        self.count = 0
        self.chance = Random(f"{name}/{session}")
        self.lives: dict[str, tuple[Iterator[dict[str, Any]], int]] = {}
        unfinished: dict[str, tuple[str, int, dict[str, Any]]] = {}
        for words in lines(path):
            if words[0] == "want":
                unfinished[words[1]] = (words[2], int(words[3]), json.loads(words[4]))
            else:
                del unfinished[words[1]]
        self.log = Log(path)
        for token, (case, seen, request) in unfinished.items():
            self._again(token, case, seen, request)

    def _again(self, token: str, case: str, seen: int, request: dict[str, Any]) -> None:
        """Ask again for an act of which no answer came."""
        from luoshi.casework.models import Case
        from luoshi.casework.sql import reading

        if case != "-":
            self._take(token, case, seen, request)
            return
        with reading():
            found = Case.objects.filter(district=self.district, party=token).first()
        if found is None:
            self._open(token)
        else:
            self.log.write("done", token, found.case, 1, request["action"])

    def run(self) -> None:
        """Open cases and carry them, for ever."""
        while True:
            if len(self.lives) < OPEN_CASES and self.chance.random() < 0.3:
                token = self._token()
                self.log.write("want", token, "-", 0, json.dumps(OPENING, separators=(",", ":")))
                self.lives[self._open(token)] = (life(self.chance), 1)
            elif self.lives:
                self._step(self.chance.choice(list(self.lives)))

    def _step(self, case: str) -> None:
        acts, n = self.lives[case]
        request = next(acts, None)
        if request is None:
            del self.lives[case]
            return
        token = self._token()
        self.log.write("want", token, case, n, json.dumps(request, separators=(",", ":")))
        self.lives[case] = (acts, self._take(token, case, n, request))

    def _take(self, token: str, case: str, seen: int, request: dict[str, Any]) -> int:
        """Have the act taken once: if something came in between, look whether it was this very act, or try on top."""
        from luoshi.mechanisms.acts import Refused

        while True:
            try:
                n: int = self._send(request, case=case, seen=seen).n
                break
            except Refused as refusal:
                if refusal.code != "changed":
                    raise
                newer: Any = refusal.details["entries"]
                own = [entry["n"] for entry in newer if entry["act"] == request["action"]]
                if own:
                    n = own[0]
                    break
                seen = newer[-1]["n"]
        self.log.write("done", token, case, n, request["action"])
        return n

    def _token(self) -> str:
        self.count += 1
        return uuid.uuid4().hex

    def _open(self, token: str) -> str:
        done = self._send(OPENING, mechanism="hotline", party=token)
        self.log.write("done", token, done.case, done.n, OPENING["action"])
        case: str = done.case
        return case

    def _send(self, request: dict[str, Any], **more: Any) -> Any:
        from tests.casework.district import allow

        from luoshi.casework.act import Request, act
        from luoshi.mechanisms.acts import Actor, File

        now = BEGIN + timedelta(days=self.session, minutes=self.count)
        files = (File("evidence", "ab" * 32, 1234),) if request.get("evidence") else ()
        asked_for = Request(
            Actor(*request["actor"]),
            request["action"],
            fields=request.get("fields", {}),
            files=files,
            part=request.get("part"),
            **more,
        )
        return act(self.district, asked_for, authorise=allow, now=now)


def begin(url: str, home: str) -> None:
    """Django on the store of a test, in a process of its own."""
    os.environ.update(
        DATABASE_URL=url, LUOSHI_HOME=home, LUOSHI_SECRET_KEY="t" * 50, DJANGO_SETTINGS_MODULE="luoshi.site.settings"
    )
    import django

    django.setup()


def work(url: str, home: str, folder: str, name: int, session: int, district: str) -> None:
    """The life of a client's process: until it is killed. When the store is lost it begins anew, as after a kill."""
    begin(url, home)
    for_ever(lambda: Client(Path(folder), name, session, district).run())


def keep_sweeping(url: str, home: str, folder: str, district: str, session: int) -> None:
    """The life of a sweeper's process; its log grows by a line for each sweep."""
    begin(url, home)
    from luoshi.casework.sweeping import sweep

    log = Log(Path(folder) / "sweeper.log")

    def sweep_on() -> None:
        while True:
            swept = sweep(district, now=BEGIN + timedelta(days=session + 1), batch=5)
            assert not swept.failed, swept.failed
            log.write("swept", swept.done)
            time.sleep(0.01)

    for_ever(sweep_on)


def keep_sealing(url: str, home: str, folder: str) -> None:
    """The life of a sealer's process; its log grows by a line for each seal."""
    begin(url, home)
    from luoshi.sealing.keys import read_keys
    from luoshi.sealing.seal import seal

    log = Log(Path(folder) / "sealer.log")
    keys = read_keys(Path(folder) / "ledger.key")

    def seal_on() -> None:
        while True:
            sealed = seal(keys)
            log.write("sealed", sealed.entries, sealed.head.size)
            time.sleep(0.02)

    for_ever(seal_on)


def for_ever(task: Callable[[], None]) -> None:
    """``task`` again and again, though the store is lost; any other fault ends it."""
    from luoshi.casework.errors import CaseworkError

    while True:
        try:
            task()
        except CaseworkError as error:
            if error.code != "store_lost":
                raise
            time.sleep(0.05)
