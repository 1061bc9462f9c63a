"""The page: marks nested properly, nothing but itself, and no text that comes alive."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.reading.model import Quantity, Reading, Term, Unclear
from luoshi.writing.marks import Mark, html_text, marked_lines
from luoshi.writing.page import render_page

from .factory import TEXT, small_reading

VOID = {"meta", "link", "input"}
OPTIONAL_END = {"tr", "td"}
KNOWN = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "link",
    "body",
    "a",
    "header",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "div",
    "p",
    "span",
    "ul",
    "li",
    "b",
    "main",
    "nav",
    "section",
    "article",
    "button",
    "small",
    "input",
    "select",
    "option",
    "output",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "kbd",
    "script",
    "i",
}


class Seen(HTMLParser):
    """Tags, attributes and text of a document; complains of tags that are closed in the wrong order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.article: list[str] = []
        self.numbering = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID and tag not in OPTIONAL_END:
            if tag == "a":
                assert "a" not in self.open
                self.numbering = (dict(attrs).get("class") or "").split()[:1] == ["n"]
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in OPTIONAL_END:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "script" in self.open or "style" in self.open:
            return
        if "article" in self.open and not ("a" in self.open and self.numbering):
            self.article.append(data)


def seen(page: str) -> Seen:
    parser = Seen()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everything_read_is_marked_and_listed(lang: str) -> None:
    reading = small_reading()
    page = seen(render_page(reading, lang=lang))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    counts = {
        "c": len(reading.commitments),
        "a": len(reading.achievements),
        "q": len(reading.quantities),
        "g": len(reading.glossary),
        "u": len(reading.unclear),
    }
    for name, count in counts.items():
        for number in range(1, count + 1):
            assert {f"t-{name}{number}", f"r-{name}{number}"} <= set(ids)
    links = [attrs["href"] or "" for tag, attrs in page.tags if tag == "a"]
    assert links and all(link.startswith("#") and link[1:] in ids for link in links)


def test_nothing_from_outside_and_only_the_scripts_of_its_own() -> None:
    page = render_page(small_reading())
    for _, attrs in seen(page).tags:
        assert "style" not in attrs
        assert not any(name.startswith("on") for name in attrs)
        assert (attrs.get("src") or attrs.get("href") or "#").startswith(("#", "data:"))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy and "default-src 'none'" in policy[1] and "unsafe" not in policy[1]
    for tag in ("style", "script"):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert content
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert "http" not in page.replace("http-equiv", "")


NASTY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "</script><script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            '" onmouseover="x',
            "' autofocus='",
            "</style>",
            "<!--",
            "]]>",
            "&lt;b&gt;",
            "${title}",
            "$script",
            "</article></section>",
            "\x00<b>",
            "�",
        ]
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(NASTY, min_size=8, max_size=8), st.sampled_from(["zh", "en"]))
def test_no_text_comes_alive(words: list[str], lang: str) -> None:
    reading = small_reading()
    name, title, place, action, why, term, definition, body = words
    text = TEXT + "\n" + body
    reading.source = replace(reading.source, name=name, text=text)
    reading.title, reading.place = title, place
    first = reading.commitments[0]
    target = replace(first.targets[0], indicator=action, unit=why, basis=term)
    reading.commitments[0] = replace(first, text=body, action=action, deadline=why, bodies=[name], targets=[target])
    reading.unclear = [Unclear(len(TEXT), len(text), body, why)]
    reading.glossary = [Term(term, definition, 0, 5, [(0, 4), (2, 6), (8, 12)])]
    reading.sections[2] = replace(reading.sections[2], title=title, path=title)
    reading.quantities[0] = replace(reading.quantities[0], unit=action, text=body)
    page = seen(render_page(reading, lang=lang))
    assert {tag for tag, _ in page.tags} <= KNOWN
    assert [tag for tag, _ in page.tags].count("script") == 1
    allowed = {
        "lang",
        "charset",
        "content",
        "name",
        "http-equiv",
        "rel",
        "href",
        "class",
        "id",
        "role",
        "type",
        "scope",
    }
    allowed |= {"tabindex", "placeholder", "autocomplete", "for", "value", "title", "data-m", "data-i", "data-v"}
    allowed |= {"data-k", "data-l"}
    for _, attrs in page.tags:
        assert all(key in allowed or key.startswith("aria-") for key in attrs)
    shown = re.sub(r"\s", "", "".join(page.article))
    assert shown == re.sub(r"\s", "", unescape(html_text(text)))


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=12)
LETTERS = st.text(alphabet="霁川区<&\"' \nab", max_size=40)


def marks_of(spans: list[tuple[int, int]]) -> list[Mark]:
    return [
        Mark(start, end, f"<i id=m{n}>", f"<i data-m=m{n}>", "</i>", f"<b>{n}</b>")
        for n, (start, end) in enumerate(spans)
    ]


@given(LETTERS, SPANS)
def test_marks_change_no_text_and_nest(text: str, spans: list[tuple[int, int]]) -> None:
    lines = list(marked_lines(text, marks_of(spans)))
    assert [text[start:end] for start, end, _ in lines] == [line for line in text.split("\n") if line.strip()]
    for start, end, html in lines:
        parser = seen(html)
        depth_free = re.sub(r"<b>\d+</b>|<[^>]*>", "", html)
        assert depth_free == html_text(text[start:end])
        assert [tag for tag, _ in parser.tags].count("i") == html.count("</i>")


@given(LETTERS, SPANS)
def test_each_mark_covers_its_words(text: str, spans: list[tuple[int, int]]) -> None:
    covered: dict[str, str] = {}
    for _, _, html in marked_lines(text, marks_of(spans)):
        stack: list[str] = []
        for tag, word in re.findall(r"(<[^>]*>)|([^<]+)", re.sub(r"<b>\d+</b>", "", html)):
            if tag.startswith("<i"):
                stack.append(tag.split("=")[1][:-1])
            elif tag:
                stack.pop()
            for name in stack if word else []:
                covered[name] = covered.get(name, "") + word
    for number, (start, end) in enumerate(spans):
        wanted = html_text(text[start:end].strip()) if start < end else ""
        got = covered.get(f"m{number}", "")
        assert re.sub(r"\s", "", got) == re.sub(r"\s", "", wanted)


@given(LETTERS, SPANS)
def test_an_id_is_given_once(text: str, spans: list[tuple[int, int]]) -> None:
    html = "".join(html for _, _, html in marked_lines(text, marks_of(spans)))
    ids = re.findall(r"id=(m\d+)", html)
    assert len(ids) == len(set(ids))
    assert html.count("<b>") == len(ids)


def times(reading: Reading, count: int) -> Reading:
    """The reading of the same report ``count`` times over."""
    text, size = reading.source.text, len(reading.source.text)
    big = replace(reading, source=replace(reading.source, text=text * count))

    def moved(found: Quantity, by: int) -> Quantity:
        return replace(found, start=found.start + by, end=found.end + by)

    shifts = range(0, size * count, size)
    big.quantities = [moved(found, by) for by in shifts for found in reading.quantities]
    big.commitments = [
        replace(
            promise,
            start=promise.start + by,
            end=promise.end + by,
            targets=[replace(target, num_start=None, num_end=None) for target in promise.targets],
        )
        for by in shifts
        for promise in reading.commitments
    ]
    return big


def test_small_enough_and_linear() -> None:
    page = render_page(times(small_reading(), 25))
    assert len(page.encode()) < 400_000
    took = []
    for count in (40, 400):
        started = time.perf_counter()
        render_page(times(small_reading(), count))
        took.append(time.perf_counter() - started)
    assert took[1] < 40 * took[0]


def test_words_of_the_page_in_english_and_chinese() -> None:
    zh, en = render_page(small_reading()), render_page(small_reading(), lang="en")
    assert '<html lang="zh-CN">' in zh and "项目标任务" in zh
    assert '<html lang="en">' in en and "without who" in en
    assert re.search(r"<b>13</b> 项缺责任主体", zh)
    with pytest.raises(ValueError, match="de"):
        render_page(small_reading(), lang="de")
