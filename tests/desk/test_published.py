"""Published reports as files: what is served, how, and what is not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tests.desk import place
from tests.stores import TestStore

PAGE = '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en"><head><title>A &amp; B</title></head><body/></html>'
BASE = "/published/hetang/2019/"
FILES = {
    "report.html": PAGE.encode(),
    "report.docx": b"PK",
    "report.pdf": b"%PDF",
    "figures.json": b"{}",
    "taxonomy/figures.xsd": b"<x/>",
    "assets/report.js": b"//",
    "assets/report.css": b"/**/",
    "assets/vendor/sqlite/sqlite3.wasm": b"\0asm",
    "assets/vendor/sqlite/LICENSE": b"Apache",
    "ledger/checkpoint": b"example.org/log\n3\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 example.org/log AAAAAAA=\n",
    "ledger/manifest.json": b"{}",
    "ledger/keys.txt": b"x",
    "ledger/cases.jsonl": b"{}",
    "ledger/tile/0/000.p/3": b"x" * 96,
    "ledger/tile/entries/x001/x234/067": b"\0\1x",
    "ledger/tile/entries/000.p/3": b"\0\1x",
    "notes.exe": b"MZ",
    "script.sh": b"#!",
    "ledger/tile/entries/other": b"x",
    ".hidden.json": b"{}",
}
KINDS = {
    "report.html": "application/xhtml+xml; charset=utf-8",
    "report.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "report.pdf": "application/pdf",
    "figures.json": "application/json",
    "taxonomy/figures.xsd": "application/xml; charset=utf-8",
    "assets/report.js": "text/javascript; charset=utf-8",
    "assets/report.css": "text/css; charset=utf-8",
    "assets/vendor/sqlite/sqlite3.wasm": "application/wasm",
    "assets/vendor/sqlite/LICENSE": "text/plain; charset=utf-8",
    "ledger/checkpoint": "text/plain; charset=utf-8",
    "ledger/manifest.json": "application/json",
    "ledger/keys.txt": "text/plain; charset=utf-8",
    "ledger/cases.jsonl": "application/jsonl; charset=utf-8",
    "ledger/tile/0/000.p/3": "application/octet-stream",
    "ledger/tile/entries/x001/x234/067": "application/octet-stream",
    "ledger/tile/entries/000.p/3": "application/octet-stream",
}


@pytest.fixture
def folder(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published report of whatever there may be."""
    monkeypatch.setenv("LUOSHI_HOME", str(store.home))
    made = store.home / "published/hetang/2019"
    for name, data in FILES.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(data)
    return made


def client() -> Any:
    """Somebody who has not signed in."""
    from django.test import Client

    return Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="en")


def test_files_are_served_as_they_are(folder: Path) -> None:
    for name, kind in KINDS.items():
        answer = client().get(BASE + name)
        assert (answer.status_code, answer["Content-Type"]) == (200, kind), name
        assert b"".join(answer.streaming_content) == FILES[name]
        lasting = name.startswith("ledger/tile/")
        assert ("immutable" in answer["Cache-Control"]) == lasting, name
        assert "private" not in answer["Cache-Control"]


def test_nothing_else_is_served(folder: Path) -> None:
    outside = folder.parents[2] / "secret.json"
    outside.write_text("{}")
    (folder / "link.json").symlink_to(outside)
    (folder / "linked").symlink_to(folder.parents[2])
    (folder.parent / "2018").symlink_to(folder)
    os.mkfifo(folder / "pipe.json")
    gone = ["notes.exe", "script.sh", "ledger/tile/entries/other", ".hidden.json", "link.json", "linked/secret.json"]
    gone += ["pipe.json", "", "assets", "assets/", "ledger//checkpoint", "none.json", "a/" * 20 + "b.json"]
    gone += ["../../../secret.json", "..%2f..%2f..%2fsecret.json", "assets/../report.html", "x\0.json", "report.html/x"]
    for name in gone:
        assert client().get(BASE + name).status_code == 404, name
    assert client().get("/published/hetang/2018/report.html").status_code == 404
    assert client().get("/published/../secret.json").status_code == 404
    assert client().get(BASE + "report.html").status_code == 200


def test_what_did_not_change_is_not_sent_again(folder: Path) -> None:
    first = client().get(BASE + "report.html")
    again = client().get(BASE + "report.html", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    # A browser takes these headers for those of what it kept.
    for name in ("Content-Security-Policy", "Cache-Control", "ETag"):
        assert again[name] == first[name], name
    (folder / "report.html").write_text(PAGE.replace("A", "C"), "utf-8")
    other = client().get(BASE + "report.html", HTTP_IF_NONE_MATCH=first["ETag"])
    assert other.status_code == 200
    assert other["ETag"] != first["ETag"]


def test_its_policy_is_its_own(folder: Path) -> None:
    own = client().get(BASE + "report.html")["Content-Security-Policy"]
    for part in ("script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self'", "connect-src 'self'", "style-src 'self'"):
        assert part in own.split("; ")
    assert "unsafe-inline" not in own
    assert "'unsafe-eval'" not in own
    for other in ("/desk/design/", "/published/"):
        assert "wasm-unsafe-eval" not in client().get(other)["Content-Security-Policy"]


def test_the_list(folder: Path) -> None:
    place.make("supervision")
    page = client().get("/published/").content.decode()
    for told in ('href="/published/hetang/2019/report.html"', "A &amp; B", ">3<", "report.docx", "report.pdf"):
        assert told in page, told
    (folder / "ledger/checkpoint").write_bytes(b"?")
    (folder.parent / "2020").mkdir()
    (folder.parent / "2020/report.html").write_bytes(b"\xff")
    page = client().get("/published/").content.decode()
    assert page.index("hetang 2020") < page.index("A &amp; B")
    assert ">3<" not in page


def test_nothing_published(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUOSHI_HOME", str(store.home))
    assert "Nothing is published yet" in client().get("/published/").content.decode()
