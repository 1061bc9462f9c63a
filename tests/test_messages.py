"""Every message a person can meet exists, in both languages, and is filled in whole."""

from __future__ import annotations

import ast
import io
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from luoshi import messages
from luoshi.messages import READ_MESSAGES, choose_language, describe, printable, set_language
from luoshi.reading.errors import ReadError
from luoshi.summary import WHYS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = messages.LOCALE_FOLDER / "zh_CN" / "LC_MESSAGES"


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    set_language("en")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def raised() -> list[tuple[str, str, set[str], bool]]:
    """Every ``ReadError(…)`` in the source: where, its code, its details, whether they are all written there."""
    found = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ReadError":
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                code = node.args[0]
                details = {word.arg for word in node.keywords if word.arg is not None}
                whole = all(word.arg is not None for word in node.keywords)
                if isinstance(code, ast.Constant):
                    found.append((where, str(code.value), details, whole))
    return found


def test_some_errors_were_found() -> None:
    assert len({code for _, code, _, _ in raised()}) > 15


@pytest.mark.parametrize(("where", "code", "details", "whole"), raised(), ids=[where for where, *_ in raised()])
def test_every_error_has_a_message_that_its_details_fill(where: str, code: str, details: set[str], whole: bool) -> None:
    variants = {key: text for key, text in READ_MESSAGES.items() if key.split(":")[0] == code}
    assert code in variants, f"{where}: no message for {code!r}"
    assert "name" in details or not whole, f"{where}: the message would not say which file"
    needed = fields(variants[code])
    assert needed <= details or not whole, f"{where}: {code!r} needs {needed - details}"


def test_the_variants_of_a_message_need_only_what_is_given() -> None:
    given = {"unit": {"name", "size", "limit", "limit_mib", "unit"}, "kind": {"name", "kind"}}
    for key, text in READ_MESSAGES.items():
        if ":" in key:
            assert any(fields(text) <= names for names in given.values()), key


def test_every_message_is_one_line_and_says_what_to_do() -> None:
    for key, text in READ_MESSAGES.items():
        chinese = messages.catalog("zh").gettext(text)
        assert chinese != text, f"{key} is not translated"
        assert "\n" not in text + chinese
        assert fields(text) == fields(chinese), key
        assert ";" in text, f"{key} says what happened and not what to do"
        assert "；" in chinese or "，未予打开" in chinese, f"{key} 只说了出了什么事,没说怎么办"
        assert not re.search(r"[\u4e00-\u9fff][,;:!?(]", chinese), f"half-width punctuation in {key}"


def test_every_code_is_raised_or_foreseen() -> None:
    foreseen = {"scanned_pdf", "compare_order"}
    codes = {code for _, code, _, _ in raised()}
    # A code handed on in a variable is written as a plain string somewhere.
    text = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py") if path.name != "messages.py"
    )
    for key in READ_MESSAGES:
        code = key.split(":")[0]
        assert code in codes | foreseen or f'"{code}"' in text, f"nothing raises {code}"


def test_a_message_in_both_languages() -> None:
    error = ReadError("too_large", name="report.txt", size=99, limit=64 * 1024 * 1024, unit="bytes")
    assert describe(error).startswith("report.txt: it is larger than 64 MiB;")
    set_language("zh")
    assert describe(error).startswith("report.txt：文件超过 64 MiB；")
    assert "标准输入" in describe(ReadError("empty", name="-"))
    assert "没有权限" in describe(ReadError("output_unwritable", name="a.json", reason="Permission denied"))


def test_an_unknown_code_is_a_fault() -> None:
    with pytest.raises(LookupError):
        describe(ReadError("no_such_code", name="a"))


def test_braces_in_a_name_are_only_text() -> None:
    assert describe(ReadError("empty", name="{x}.txt")).startswith("{x}.txt: ")


@pytest.mark.parametrize(
    ("wanted", "environ", "lang"),
    [
        (None, {}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        (None, {"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_HK"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("zh", {}, "zh"),
        ("fr", {"LANG": "zh_CN"}, "zh"),
    ],
)
def test_language_is_chosen_by_wish_then_locale(wanted: str | None, environ: dict[str, str], lang: str) -> None:
    assert choose_language(wanted, environ) == lang


def test_catalog_is_whole_and_agrees_with_the_code() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/catalog.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_compiled_catalog_says_what_the_text_says() -> None:
    compiled = messages.catalog("zh")
    for message in read_po(io.BytesIO((FOLDER / "luoshi.po").read_bytes()), locale="zh_CN"):
        if isinstance(message.id, str) and message.id:
            assert compiled.gettext(message.id) == message.string
        elif message.id:
            assert compiled.ngettext(*message.id, 2) == message.string[0]


def test_translations_keep_the_fields() -> None:
    catalog = read_po(io.BytesIO((FOLDER / "luoshi.po").read_bytes()), locale="zh_CN")
    for message in catalog:
        if isinstance(message.id, str) and message.id:
            assert isinstance(message.string, str)
            assert fields(message.id) == fields(message.string), message.id
        elif message.id:
            every = set().union(*(fields(form) for form in message.id))
            assert all(fields(form) <= every for form in message.string), message.id


def test_control_characters_never_pass() -> None:
    assert printable("a\x1b[2Jb\nc\x07\u202ed") == "a [2Jb c  d"
    assert printable("霁川区 2025") == "霁川区 2025"


def test_every_reason_for_a_verdict_has_a_text() -> None:
    source = (ROOT / "src" / "luoshi" / "reading" / "compare.py").read_text(encoding="utf-8")
    words = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    codes = {word for word in words if isinstance(word, str) and re.fullmatch(r"[a-z]+(_[a-z]+)+", word)}
    assert "falls_short" in codes
    assert codes <= set(WHYS)
