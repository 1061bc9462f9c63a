"""A paper of a case: its template filled in from the ledger, as blocks. For an officer, through the read door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from luoshi.casework.entries import SYSTEM
from luoshi.casework.sight import Sight
from luoshi.mechanisms.flow import PREFIX
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.step import OUTSIDE
from luoshi.mechanisms.system import ESCALATE
from luoshi.messages import speaking, tr
from luoshi.words.casework import SYSTEM_ACTS
from luoshi.writing.papers import model
from luoshi.writing.papers.errors import PaperError
from luoshi.writing.papers.filling import LONGEST, Text, Value, chinese_day
from luoshi.writing.papers.places import FIXED, LEDGER, template_of
from luoshi.writing.papers.story import Given, Letter, Story, given, issuer_of, limit_at, story, unmask
from luoshi.writing.papers.template import Piece, Template

LEDGER_NAME: Final = "台账"
BY_SYSTEM: Final = "系统"
OUTSIDE_NAME: Final = "当事人"
STEP_HEAD: Final = ("序号", "日期", "步骤", "办理单位", "内容")
STEP_WIDTHS: Final = (6, 15, 15, 20, 44)
MOST_STEPS: Final = 2_000
SHORTEST_LABEL: Final = 22
"""The share of a form's width that its labels have."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper that a case has: ``id`` stands in its address, ``ledger`` for the ledger."""

    id: str
    document: str
    name: str
    number: str
    day: str
    to: str


def papers_of(seen: Sight, case: str) -> tuple[Listed, ...]:
    """The papers of ``case``, in the order in which they were made; its ledger last.

    Raises CaseworkError ``case_unknown`` for a case that is not seen.
    """
    found = story(seen, case)
    made = [
        Listed(str(one.id), one.document, _name(found, one.document), one.number, one.day, _to(found, one))
        for one in found.letters
    ]
    return (*made, Listed(LEDGER, LEDGER, f"{found.flow.mechanism.names.zh}{LEDGER_NAME}", "", seen.on_day, ""))


def paper(seen: Sight, case: str, which: str, *, now: datetime, reason: str = "") -> model.Paper:
    """The paper ``which`` of ``case``: an id of :func:`papers_of`, ``ledger``, or a document's name (its last one).

    Personal values are masked; with ``reason`` those that the document has are shown, and each is on record. Raises
    PaperError ``paper_unknown``, ``template_…``, ``paper_too_long``; CaseworkError ``case_unknown``, ``reveal_reason``.
    """
    found = story(seen, case)
    if which == LEDGER:
        last = found.entries[-1]
        letter = Letter(0, last["n"], LEDGER, "", now.date().isoformat(), ())
    else:
        letter = _letter(found, which)
    template = template_of(found.flow.mechanism, letter.document)
    values = given(found, letter.n)
    asked = _asked(found, letter.document)
    if reason:
        unmask(found, values, asked, reason, now)
    with speaking("zh"):
        return _Maker(found, letter, template, values, now).paper()


def _letter(found: Story, which: str) -> Letter:
    for one in reversed(found.letters):
        if which in (str(one.id), one.document):
            return one
    known = sorted({one.document for one in found.letters} | {LEDGER})
    raise PaperError("paper_unknown", paper=which, case=found.row.case, known=known)


def _asked(found: Story, document: str) -> set[str]:
    one = found.flow.mechanism.documents.get(document)
    return set(one.fields) if one is not None else set()


def _name(found: Story, document: str) -> str:
    one = found.flow.mechanism.documents.get(document)
    return one.zh if one is not None else document


def _to(found: Story, letter: Letter) -> str:
    return "、".join(_recipient(found, letter.document, code) for code in letter.to)


def _recipient(found: Story, document: str, code: str) -> str:
    if code != OUTSIDE:
        return found.body(code)
    one = found.flow.mechanism.documents.get(document)
    role = found.flow.mechanism.roles.get(one.to or "") if one is not None else None
    return role.zh if role is not None else OUTSIDE_NAME


class _Maker:
    """One paper being made."""

    def __init__(
        self, found: Story, letter: Letter, template: Template, values: Mapping[str, Given], now: datetime
    ) -> None:  # fmt: skip
        self.found = found
        self.mechanism = found.flow.mechanism
        self.letter = letter
        self.template = template
        self.values = values
        self.entry = next(one for one in found.entries if one["n"] == letter.n)
        self.name = (
            f"{self.mechanism.names.zh}{LEDGER_NAME}" if letter.document == LEDGER else _name(found, letter.document)
        )
        self.now = now
        self.filled = self._names()
        self.hidden: set[str] = set()

    def _names(self) -> dict[str, Value | bool]:
        row, mechanism = self.found.row, self.mechanism
        limit = limit_at(self.found, self.entry)
        stage = mechanism.stages.get(self.entry["stage_to"])
        fields: dict[str, Value | bool] = {}
        for name, one in mechanism.fields.items():
            if one.type != "files":
                value = self.values[name].value if name in self.values else Value("")
                fields[name] = fields[f"field_{name}"] = value
        matter = self.values.get(mechanism.title or "")
        fixed: dict[str, Value | bool] = {
            "document": Value(self.name),
            "number": Value(self.letter.number),
            "day": Value(chinese_day(self.letter.day), self.letter.day),
            "issuer": Value(issuer_of(self.found, self.entry)),
            "to": Value(_to(self.found, self.letter)),
            "matter": matter.value if matter is not None else Value(row.title or row.number),
            "case_number": Value(row.number),
            "kind": Value(mechanism.names.zh),
            "stage": Value(stage.zh if stage is not None else self.entry["stage_to"]),
            "body": Value(self.found.body(self.entry["body"])),
            "limit": Value(chinese_day(limit), limit) if limit else Value(""),
            "over": bool(limit and limit < self.letter.day),
            "opened": Value(chinese_day(row.opened_on), row.opened_on),
            "today": Value(chinese_day(self.now.date()), self.now.date().isoformat()),
        }
        return {**fields, **fixed}

    def paper(self) -> model.Paper:
        template = self.template
        body = self._body()
        title, issuer = self._text(template.title), self._text(template.issuer)
        to, day = self._text(template.to), self._text(template.day)
        blocks: list[model.Block] = []
        if template.kind == "official":
            blocks += [model.Head(issuer, self.letter.number), model.Title(title)]
        else:
            blocks.append(model.Title(title, self.letter.number, gap=0))
        if to:
            blocks.append(model.Salutation(to))
        blocks += body
        attached = tuple(filter(None, (self._text(one) for one in template.attachments)))
        if attached:
            blocks.append(model.Attachments(attached))
        if template.sign:
            blocks.append(model.Signature(issuer, day))
        copies = "，".join(filter(None, (self._text(one) for one in template.cc)))
        if copies:
            blocks.append(model.Copies(copies))
        if sum(map(_length, blocks)) > LONGEST:
            raise PaperError("paper_too_long", limit=LONGEST)
        return model.Paper(
            document=self.letter.document,
            name=self.name,
            number=self.letter.number,
            day=self.letter.day,
            blocks=tuple(blocks),
            masked=tuple(self.mechanism.fields[name].zh for name in self.mechanism.fields if name in self.hidden),
            template=template.name,
        )

    def _text(self, text: Text) -> str:
        for name in text.names:
            self._use(name)
        return text.filled(self.filled)

    def _use(self, name: str) -> None:
        """Remember a value that is hidden in the paper."""
        own = name if name in self.values and name not in FIXED else name.removeprefix("field_")
        if name == "matter":
            own = self.mechanism.title or ""
        if own in self.values and self.values[own].masked:
            self.hidden.add(own)

    def _body(self) -> list[model.Block]:
        blocks: list[model.Block] = []
        pieces = list(self.template.pieces)
        while pieces:
            one = pieces.pop(0)
            if one.kind in ("row", "head"):
                rows = [one]
                while pieces and pieces[0].kind == "row":
                    rows.append(pieces.pop(0))
                blocks.append(self._table(rows))
            else:
                blocks += self._block(one)
        return blocks

    def _block(self, one: Piece) -> list[model.Block]:
        if one.kind == "fields_table":
            return self._fields_table()
        if one.kind == "case_table":
            return [self._case_table()]
        if one.kind == "steps_table":
            return [self._steps_table()]
        if one.kind == "break":
            return []
        text = self._text(one.texts[0]).strip()
        if not text:
            return []
        if one.kind.startswith("heading"):
            return [model.Heading(_one_line(text), int(one.kind[-1]))]
        if one.kind == "flush":
            return [model.Paragraph(_one_line(text), indent=False)]
        if one.kind == "centre":
            return [model.Paragraph(_one_line(text), indent=False, align="centre")]
        # A value of several lines makes several paragraphs; lines of the template go on in one.
        return [model.Paragraph(line.strip()) for line in text.split("\n") if line.strip()]

    def _table(self, rows: list[Piece]) -> model.Table:
        told = tuple(tuple(self._text(text) for text in one.texts) for one in rows)
        columns = len(told[0])
        labels = columns == 2 and rows[0].kind == "row"
        widths = (SHORTEST_LABEL, 100 - SHORTEST_LABEL) if columns == 2 else (1,) * columns
        return model.Table(told, widths, head=rows[0].kind == "head", labels=labels)

    def _fields_table(self) -> list[model.Block]:
        """The fields that the document's definition names, those that were filled in."""
        rows: list[tuple[str, ...]] = []
        one = self.mechanism.documents.get(self.letter.document)
        for name in one.fields if one is not None else ():
            if name in self.values:
                self._use(f"field_{name}")
                rows.append((self.mechanism.fields[name].zh, str(self.values[name].value)))
        return [_form(rows)] if rows else []

    def _case_table(self) -> model.Table:
        told = self.filled
        rows = [
            ("编号", str(told["case_number"])),
            ("事项", str(told["matter"])),
            ("责任单位", str(told["body"])),
            ("当前环节", str(told["stage"])),
            ("办理时限", str(told["limit"])),
        ]
        self._use("matter")
        return _form([row for row in rows if row[1]])

    def _steps_table(self) -> model.Table:
        entries = [one for one in self.found.entries if one["n"] <= self.letter.n]
        if len(entries) > MOST_STEPS:
            raise PaperError("paper_too_long", limit=MOST_STEPS)
        rows = [STEP_HEAD, *(self._step(one) for one in entries)]
        return model.Table(tuple(rows), STEP_WIDTHS, head=True, dense=True)

    def _step(self, entry: Mapping[str, Any]) -> tuple[str, ...]:
        actor = str(entry["actor_body"])
        who = {SYSTEM: BY_SYSTEM, OUTSIDE: OUTSIDE_NAME}.get(actor) or self.found.body(actor)
        return (
            str(entry["n"]),
            str(entry["on_day"]),
            act_name(self.mechanism, entry),
            who,
            self._told(entry),
        )

    def _told(self, entry: Mapping[str, Any]) -> str:
        """What the step filled in, its papers and how many files it brought. A value that was erased is not there."""
        lines = []
        for name, one in given(self._only(entry), entry["n"]).items():
            field_def = self.mechanism.fields[name]
            lines.append(f"{field_def.zh}：{one.value}")
            if one.masked:
                self.hidden.add(name)
        for letter in self.found.letters:
            if letter.n == entry["n"]:
                lines.append(f"文书：{_name(self.found, letter.document)} {letter.number}".rstrip())
        if entry["attachments"]:
            lines.append(f"佐证材料：{len(entry['attachments'])}件")
        return "\n".join(lines)

    def _only(self, entry: Mapping[str, Any]) -> Story:
        found = self.found
        return Story(found.seen, found.row, found.flow, [dict(entry)], found.told)


def act_name(mechanism: Mechanism, entry: Mapping[str, Any]) -> str:
    """What the act of an entry is called in Chinese."""
    act = str(entry["act"])
    if act == ESCALATE:
        rung = next((one for one in mechanism.ladder if one.id == entry["data"].get("rung")), None)
        if rung is not None:
            return rung.zh
    if act.startswith(PREFIX):
        return tr(SYSTEM_ACTS[act]) if act in SYSTEM_ACTS else act
    return next((action.zh for path, action in mechanism.every_action() if path[-1] == act), act)


def _form(rows: list[tuple[str, ...]]) -> model.Table:
    return model.Table(tuple(rows), (SHORTEST_LABEL, 100 - SHORTEST_LABEL), labels=True)


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def _length(block: model.Block) -> int:
    if isinstance(block, model.Table):
        return sum(len(cell) for row in block.rows for cell in row)
    text = getattr(block, "text", "")
    return len(text)
