"""The glossary 名词解释 at the report's end, and where the report uses its terms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from luoshi.reading.model import Section, Term

_ENTRY = re.compile(
    r"^[^\S\n]*(?:[（(\[〔［]?\s*\d{1,3}\s*[）)\]〕］]?[、．.:：]?|[①-⑳]"
    r"|[一二三四五六七八九十]{1,3}[、.．]|[●■◆★▲•·*])?[^\S\n]*"
    r"(?P<term>[^\n：:]{1,40}?)(?:[（(]\s*(?:见)?(?:第?\s*[Pp]?\s*\d+(?:[-—,，、]\d+)*\s*页?)[^）)\n]{0,8}[）)])?[^\S\n]*"
    r"(?:[：:]|——|是指|，是指|，指|指的是|，即)[^\S\n]*(?P<definition>[^\n]+)",
    re.MULTILINE,
)
_HEADING = re.compile(r"^(?:名词|用语|术语|有关)?(?:解释|注释|说明)$")
_QUOTES = '“”‘’"「」《》'


def glossary(text: str, sections: Sequence[Section]) -> list[Term]:
    """Terms of the glossary sections; ``start``–``end`` is the term there, mentions are its uses before."""
    terms: list[Term] = []
    first = min((s.start for s in sections if s.part == "glossary"), default=len(text))
    for section in sections:
        if section.part != "glossary":
            continue
        for m in _ENTRY.finditer(text, section.start, section.end):
            if m["term"].strip() and not _HEADING.match(m["term"]):
                terms.append(Term(m["term"].strip(), m["definition"].strip(), m.start("term"), m.end("term"), []))
    if terms:
        _link(text, first, terms)
    return terms


def _link(text: str, end: int, terms: list[Term]) -> None:
    """Find every use in one pass; quotation marks around a term do not count."""
    by_word: dict[str, Term] = {}
    for term in terms:
        for word in (term.term, term.term.strip(_QUOTES), re.sub(f"[{_QUOTES}]", "", term.term)):
            if len(word) >= 2:
                by_word.setdefault(word, term)
    rule = re.compile("|".join(re.escape(w) for w in sorted(by_word, key=len, reverse=True)))
    for m in rule.finditer(text, 0, end):
        by_word[m[0]].mentions.append(m.span())
