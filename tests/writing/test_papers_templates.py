"""Templates of documents: every one that is shipped loads; every fault is told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.casework.district import ROOT, pack

from luoshi.messages import set_language
from luoshi.words.papers import describe_paper
from luoshi.writing.papers.errors import PaperError
from luoshi.writing.papers.filling import FILTERS, Text, Value
from luoshi.writing.papers.places import LEDGER, template_of
from luoshi.writing.papers.template import LARGEST, read_template

PACKS = sorted(path.parent.name for path in (ROOT / "packs").glob("*/mechanism.yaml"))
NAMES = {"title", "due", "to", "issuer", "document", "day"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LUOSHI_HOME", str(tmp_path))
    monkeypatch.setenv("LUOSHI_PACKS", str(ROOT / "packs"))
    return tmp_path


@pytest.mark.parametrize("name", PACKS)
def test_every_document_of_a_pack_has_a_template_that_loads(name: str) -> None:
    mechanism = pack(name)
    for document in (*mechanism.documents, LEDGER):
        assert template_of(mechanism, document).pieces, document


def test_a_document_of_a_pack_that_has_a_file_is_one_that_the_mechanism_defines() -> None:
    for path in (ROOT / "packs").glob("*/documents/*.md"):
        assert path.stem in pack(path.parent.parent.name).documents, path


def test_the_office_s_own_template_comes_first(home: Path) -> None:
    mechanism = pack("supervision")
    assert "packs" in template_of(mechanism, "notice").name
    folder = home / "papers"
    folder.mkdir()
    (folder / "notice.md").write_text("---\nkind: form\n---\n{{ matter }}\n", encoding="utf-8")
    assert template_of(mechanism, "notice").name == str(folder / "notice.md")
    (folder / "supervision").mkdir()
    (folder / "supervision" / "notice.md").write_text("---\nkind: form\n---\n{{ target }}\n", encoding="utf-8")
    assert template_of(mechanism, "notice").names >= {"target"}


def test_a_changed_template_counts_at_once(home: Path) -> None:
    mechanism = pack("supervision")
    path = home / "papers" / "urging.md"
    path.parent.mkdir()
    for want in ("limit", "matter"):
        path.write_text(f"---\n---\n{{{{ {want} }}}}\n", encoding="utf-8")
        assert want in template_of(mechanism, "urging").names


def test_a_personal_field_is_refused_unless_the_document_has_it(home: Path) -> None:
    mechanism = pack("supervision")
    path = home / "papers" / "notice.md"
    path.parent.mkdir()
    path.write_text("---\n---\n联系电话：{{ contact_phone }}\n", encoding="utf-8")
    with pytest.raises(PaperError) as caught:
        template_of(mechanism, "notice")
    assert (caught.value.code, caught.value.details["line"]) == ("template_placeholder", 3)


def front(settings: str, body: str = "正文。\n") -> bytes:
    return f"---\n{settings}\n---\n{body}".encode()


FAULTS = [
    (b"no front matter", "template_front", 1),
    (b"---\nkind: form\n", "template_front", 1),
    (front("kind: letter"), "template_value", 2),
    (front("kind: form\nsign: maybe"), "template_value", 3),
    (front("colour: red"), "template_key", 2),
    (front("kind: form\ntitle: [a, b]"), "template_value", 3),
    (front("kind: form\ncc: {a: b}"), "template_value", 3),
    (front("title: '{{ nothing }}'"), "template_placeholder", 2),
    (front("kind: : x"), "template_yaml", 2),
    (front("kind: form", "一\n\n二 {{ nothing }}\n"), "template_placeholder", 6),
    (front("kind: form", "一\n二\n三 {{ nothing }}\n"), "template_placeholder", 6),
    (front("kind: form", "{{ title\n"), "template_syntax", 4),
    (front("kind: form", "{{ title | upper }}\n"), "template_filter", 4),
    (front("kind: form", "{{ title | day(1) }}\n"), "template_filter", 4),
    (front("kind: form", "{% for x in title %}{{ x }}{% endfor %}\n"), "template_forbidden", 4),
    (front("kind: form", "{{ title.__class__ }}\n"), "template_forbidden", 4),
    (front("kind: form", "{{ title * 100000000 }}\n"), "template_forbidden", 4),
    (front("kind: form", "{{ title() }}\n"), "template_forbidden", 4),
    (front("kind: form", "{% include 'x' %}\n"), "template_forbidden", 4),
    (front("kind: form", "{% set title = 1 %}\n"), "template_forbidden", 4),
    (front("kind: form", "| a | b |\n| c |\n"), "template_table", 5),
    (front("kind: form", "|---|\n"), "template_table", 4),
    (front("kind: form", "|" + " a |" * 13 + "\n"), "template_cells", 4),
    (front("kind: form", "一\n\n" * 600), "template_blocks", 1005),
    (b"---\nkind: form\n---\n\xff\n", "template_encoding", 4),
    (b"---\n" + b"x" * LARGEST, "template_large", 1),
]


@pytest.mark.parametrize(("data", "code", "line"), FAULTS, ids=lambda one: str(one)[:40])
def test_a_fault_is_told_with_its_file_and_line(data: bytes, code: str, line: int) -> None:
    with pytest.raises(PaperError) as caught:
        read_template(data, "urging.md", NAMES)
    assert (caught.value.code, caught.value.details["line"]) == (code, line)
    for lang in ("en", "zh"):
        set_language(lang)  # type: ignore[arg-type]
        assert describe_paper(caught.value).startswith(f"urging.md:{line}: ")
    set_language("en")


def test_values_are_no_markup_and_no_template() -> None:
    text = Text("事项：{{ title }}", NAMES, name="x", line=1)
    assert text.filled({"title": Value("{{ due }} # | a |")}) == "事项：{{ due }} # | a |"


def test_the_same_structure_whatever_the_values() -> None:
    found = read_template(front("kind: form", "# 标题 {{ title }}\n\n| 甲 | {{ due | day }} |\n"), "x", NAMES)
    assert [one.kind for one in found.pieces] == ["heading1", "row", "break"]
    assert found.pieces[1].texts[1].filled({"due": Value("x", "2026-09-05")}) == "2026年9月5日"


@pytest.mark.parametrize(
    ("name", "value", "want"),
    [
        ("day", Value("whatever", "2026-09-05"), "2026年9月5日"),
        ("day", Value(""), ""),
        ("month", Value("2026-12-05"), "2026年12月"),
        ("number", Value("1234567.50"), "1,234,567.50"),
        ("number", Value("三"), "三"),
        ("number", Value("NaN"), "NaN"),
        ("blank", Value(""), "＿＿＿＿＿＿"),
        ("blank", Value("有"), "有"),
    ],
)
def test_filters(name: str, value: Value, want: str) -> None:
    assert FILTERS[name](value) == want
