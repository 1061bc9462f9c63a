"""Every page, in both languages, light and dark, at a desk and on a phone: for everybody, and in the reader's words.

axe-core (WCAG 2.2 A and AA) finds nothing; nothing is wider than a phone; the console is silent; title, language,
headings and the skip link are right; an English page has no Chinese but names and data, a Chinese one no message that
was left in English.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
import yaml
from axe_playwright_python.base import AXE_SCRIPT
from tests.browser.site import DESKTOP, NEEDS_CHROMIUM, PHONE, People, Site
from tests.casework.district import ROOT
from tests.desk import place, whole
from tests.desk.reviewed import SAMPLE
from tests.stores import Stores, configure_django

from luoshi.messages import LOCALE_FOLDER

pytestmark = NEEDS_CHROMIUM

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = [("zh", "light", DESKTOP), ("en", "dark", PHONE)]
"""Each page in these two: every language, scheme and width is there, each with every page."""
NO_PAGE = {
    "case_since", "case_picture", "case_file", "case_thumb", "approval_file", "factor_picture", "export", "body_list",
    "paper", "map_areas", "map_cases", "figure_json", "report_workbook_file", "observations_file", "commitments_export",
    "pack_picture", "audit_export",
    "published_file",
}  # fmt: skip
"""Answers that are no page: pictures, files, data, parts."""
NOT_SIGNED_IN = {"sign_in", "second_factor"}
WHO = {"act": "undertaker", "approvals": "leader", "progress": "undertaker"}
"""Whose page it is where it is not the supervision office's, or an administrator's."""


def administrator(name: str, access: str) -> str | None:
    """Which of the three administrators opens the page; None if an officer does."""
    rights = {"bodies": "system", "officers": "system", "people": "system", "packs": "system", "calendars": "system"}
    rights |= {"accounts": "security", "posts": "security", "audit": "audit", "administrator": "system"}
    return {**rights, "templates": "system"}.get(access)


def pages() -> list[str]:
    """Every page that can be looked at."""
    import luoshi.desk.urls
    from luoshi.desk.routes import ROUTES

    assert luoshi.desk.urls.urlpatterns
    return sorted(name for name, route in ROUTES.items() if "GET" in route.methods and name not in NO_PAGE)


@pytest.fixture(scope="module", autouse=True)
def _django(stores: Stores) -> None:
    configure_django(stores.folder)


class Walk:
    """One person's way through all of his pages in one browser; what is wrong is gathered by page."""

    def __init__(self, people: People, site: Site, lang: str, scheme: str, size: tuple[int, int]) -> None:
        self.people, self.site = people, site
        self.lang, self.scheme, self.size = lang, scheme, size
        self.opened: dict[str | None, Any] = {}
        self.faults: list[str] = []

    def page(self, who: str | None) -> Any:
        """The browser of ``who``."""
        if who not in self.opened:
            made = self.people(who, lang=self.lang, size=self.size, scheme=self.scheme)  # type: ignore[arg-type]
            made.context.add_init_script(AXE_SCRIPT)  # of the browser, not of the page: its policy stands
            self.opened[who] = made
        return self.opened[who]

    def look(self, name: str) -> None:
        """Open the page ``name`` and look at everything."""
        from luoshi.desk.routes import ROUTES

        who = WHO.get(name) or administrator(name, ROUTES[name].access.name) or "office"
        page = self.page(None if name in NOT_SIGNED_IN else who)
        assert self.site.world is not None
        answer = page.goto(f"{self.site.url}{self.site.world.address(name)}")
        if name != "second_factor" and answer.status != 200:
            self.faults.append(f"{name}: {answer.status}")
            return
        for fault in (*self.outside(page), *self.axe(page), *self.words(page)):
            self.faults.append(f"{name}: {fault}")

    def outside(self, page: Any) -> list[str]:
        """Width, title, language, headings, the skip link."""
        told = page.evaluate(SHAPE)
        faults = []
        if told["wide"] > self.size[0]:
            faults.append(f"{told['wide']} px wide: {told['widest']}")
        if told["lang"] != ("zh-CN" if self.lang == "zh" else "en"):
            faults.append(f"lang={told['lang']}")
        title = told["title"].rpartition(" · ")
        if not title[0].strip() or title[2] != ("落实" if self.lang == "zh" else "Luoshi"):
            faults.append(f"title {told['title']!r}")
        levels = told["levels"]
        one = "/design/" in page.url or levels.count(1) == 1  # the page of components shows a page's head, too
        if levels[:1] != [1] or not one or any(after > before + 1 for before, after in pairwise(levels)):
            faults.append(f"headings {levels}")
        return faults + self.skips(page)

    def skips(self, page: Any) -> list[str]:
        """Whether the link that skips to the content comes first, and does so."""
        first = page.locator("a[href], button, input, select, textarea, summary").first
        if "skip" not in (first.get_attribute("class") or ""):
            return ["the skip link does not come first"]
        first.focus()
        page.keyboard.press("Enter")
        found = page.evaluate("document.activeElement.id")
        return [] if found == "main" else [f"the skip link leads to {found!r}"]

    def axe(self, page: Any) -> list[str]:
        """What axe-core finds."""
        found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS)
        return [
            f"{one['id']}: {node['target']} {node['html'][:160]} {(node.get('failureSummary') or '')[-160:]!r}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]

    def words(self, page: Any) -> list[str]:
        """Labels, buttons and headings that are in the wrong language."""
        shown = page.evaluate(WORDS)
        fits, word = (in_english, "English") if self.lang == "en" else (in_chinese, "Chinese")
        return [f"not {word}: {one!r}" for one in shown if not fits(one)]


CHINESE = re.compile(r"[\u3400-\u9fff]+")
SHAPE = """() => {
  const wide = document.documentElement.scrollWidth;
  const right = (one) => one.getBoundingClientRect().right;
  const every = wide > innerWidth ? [...document.querySelectorAll("main *")] : [];
  const past = every.filter((one) => right(one) > innerWidth + 1);
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((one) => one.checkVisibility());
  return {
    wide, widest: past.length ? past.at(-1).outerHTML.slice(0, 160) : "", title: document.title,
    lang: document.documentElement.lang, levels: headings.map((one) => Number(one.tagName[1])),
  };
}"""
WORDS = """() => {
  const found = new Set();
  const add = (text) => text?.trim() && found.add(text.trim());
  const said = "h1, h2, h3, h4, label, legend, button, th, summary, a.btn, .hint, .chip, p, dt, caption, .empty, .soft";
  for (const one of document.querySelectorAll(said)) {
    if (one.closest(".song, blockquote, .said, [lang]:not(html)")) continue;  // the report's own words, an officer's
    for (const node of one.childNodes) if (node.nodeType === 3) add(node.textContent);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const one of document.querySelectorAll(`[${name}]`)) add(one.getAttribute(name));
  return [...found];
}"""


# --- whose words they are


OF_REPORT = ("中文", "霁川区")
"""The button that leads to Chinese; the district as the report's title calls it."""
LATIN = re.compile(r"[A-Za-z]{3,}")
FILE = r"[\w-]+\.(?:docx|xlsx|pdf|json|html|txt|png|jpg)\b"
OWN_NAMES = re.compile(FILE + r"|Luoshi|English|\.xlsx|GeoJSON|[\w.-]+·\d|\b[ao]-[\w-]+|Chrome\w*|Linux")
"""What stands in both languages: names of files and programs, of made-up officers and accounts."""
CODES = {*place.PACKS, *(one["code"] for one in (*place.BODIES, *place.AREAS))}


def both(one: Any) -> Iterator[str]:
    """Every Chinese name in a pack that has its English one beside it: the English page shows that one."""
    if isinstance(one, dict):
        if isinstance(one.get("zh"), str) and one.get("en"):
            yield one["zh"]
        for value in one.values():
            yield from both(value)
    elif isinstance(one, list):
        for value in one:
            yield from both(value)


@cache
def translated() -> frozenset[str]:
    """Chinese that has its English: names in packs, of bodies and areas, and what the catalog says."""
    packs = [yaml.safe_load((ROOT / "packs" / name / "mechanism.yaml").read_text("utf-8")) for name in place.PACKS]
    catalog = gettext.translation("luoshi", LOCALE_FOLDER, ["zh_CN"])._catalog  # type: ignore[attr-defined]
    found = {*both(packs), *both(place.BODIES), *both(place.AREAS), *(text for text in catalog.values() if text)}
    return frozenset(re.sub(r"\s", "", one) for one in found if isinstance(one, str) and one not in OF_REPORT)


@cache
def data() -> str:
    """Chinese that is data: the report, cases, and what packs say in Chinese alone (notes, laws)."""
    packs = "".join((ROOT / "packs" / name / "mechanism.yaml").read_text("utf-8") for name in place.PACKS)
    told = whole.SECRET + whole.OPEN_WORD + "中文张三丰临期的并入另一事项完成二十部五成验收合格陆知微霁地区生产总值超过"
    return re.sub(r"\s", "", (SAMPLE / "report-2025.txt").read_text("utf-8") + packs + told)


def in_english(text: str) -> bool:
    """Whether what is Chinese in ``text`` may stand on an English page: data, and no name that has its English."""
    own = re.sub(FILE, "", text)
    runs = CHINESE.findall(own)
    named = runs if LATIN.search(own) else [re.sub(r"\s", "", own)]
    return all(run in data() for run in runs) and not translated().intersection(named)


def in_chinese(text: str) -> bool:
    """Whether ``text`` may stand on a Chinese page: it is Chinese, or has no words but names and codes."""
    return bool(CHINESE.search(text)) or text in CODES or not LATIN.search(OWN_NAMES.sub("", text))


@pytest.mark.parametrize(("lang", "scheme", "size"), LOOKS, ids=["zh-light-desktop", "en-dark-phone"])
def test_every_page(shared_site: Site, shared_people: People, lang: str, scheme: str, size: tuple[int, int]) -> None:
    walk = Walk(shared_people, shared_site, lang, scheme, size)
    for name in pages():
        walk.look(name)
    assert not walk.faults, "\n" + "\n".join(walk.faults)


def test_the_look_finds_what_is_wrong(shared_site: Site, shared_people: People) -> None:
    walk = Walk(shared_people, shared_site, "zh", "light", PHONE)
    page = walk.page("office")
    page.goto(f"{shared_site.url}/desk/")
    assert not (walk.outside(page) + walk.axe(page) + walk.words(page))
    page.evaluate(SPOIL)
    found = "\n".join((*walk.outside(page), *walk.axe(page), *walk.words(page)))
    for fault in ("px wide", "lang=", "headings [1, 4", "label: ", "color-contrast: ", "not Chinese: 'Save the draft'"):
        assert fault in found, (fault, found)


SPOIL = """() => {
  document.documentElement.lang = "de";
  const add = (tag, told) => document.querySelector("h1").after(Object.assign(document.createElement(tag), told));
  add("input", {type: "text"});
  add("button", {textContent: "Save the draft"});
  const wide = document.createElement("p"), pale = document.createElement("p");
  wide.textContent = "宽".repeat(80);
  wide.style.whiteSpace = "nowrap";
  pale.textContent = "几乎看不清";
  pale.style.color = "#ddd";
  document.querySelector("main").append(wide, pale);
  add("h4", {textContent: "过深"});
}"""
"""What must not be, on a page that is well (a style by its own property is no inline style to the policy)."""
