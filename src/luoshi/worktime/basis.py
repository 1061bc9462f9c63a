"""Where a rule comes from: an article of a law, or a notice of days off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Basis:
    """A source to cite (依据): its name in Chinese and, if there is one, in English."""

    zh: str
    en: str = ""

    def cite(self, lang: Lang) -> str:
        """How ``lang`` cites it; in Chinese where no English name is known."""
        return self.en if lang == "en" and self.en else self.zh


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of days off (放假通知) of ``year``, which may name days of the December before, too.

    ``number`` (文号) and ``issued`` only if whoever gave the data gave them.
    """

    year: int
    title: Basis
    number: str = ""
    issued: date | None = None

    def cite(self, lang: Lang) -> str:
        """Its number if it has one, else its title."""
        return self.number or self.title.cite(lang)


CIVIL_CODE_201: Final = Basis("民法典第二百零一条", "Civil Code, Art. 201")
"""The day on which a period starts does not count; a period in hours starts at the time that is stated."""
CIVIL_CODE_202: Final = Basis("民法典第二百零二条", "Civil Code, Art. 202")
"""A period in months or years ends on the corresponding day, or on the month's last day if there is none."""
CIVIL_CODE_203: Final = Basis("民法典第二百零三条", "Civil Code, Art. 203")
"""A period whose last day is a day off ends on the day after the days off."""
