"""Fonts: which the standard asks for, which are there, and which free one is used where one is missing.

仿宋_GB2312, 楷体_GB2312 and 方正小标宋 are not free; a machine that has them (or the office's folder ``papers/fonts``)
is used as it is, any other is told of.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from luoshi.home import home
from luoshi.writing.papers.errors import PaperError

if TYPE_CHECKING:
    from typst import Fonts

Role = Literal["title", "body", "kai", "hei", "song"]
ROLES: Final[tuple[Role, ...]] = ("title", "body", "kai", "hei", "song")

WANTED: Final[dict[Role, tuple[str, ...]]] = {
    "title": ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
    "body": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "华文仿宋", "STFangsong"),
    "kai": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "华文楷体", "STKaiti"),
    "hei": ("黑体", "SimHei", "华文黑体", "STHeiti"),
    "song": ("宋体", "SimSun", "华文宋体", "STSong"),
}
"""What each is asked for by, the first by its name in the standard, then by the names that systems give it."""

_SERIF: Final = ("Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Noto Serif SC", "AR PL UMing CN")
FREE: Final[dict[Role, tuple[str, ...]]] = {
    "title": _SERIF,
    "body": ("FandolFang R", "FandolFang", *_SERIF),
    "kai": ("FandolKai", "LXGW WenKai", "AR PL UKai CN", *_SERIF),
    "hei": ("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "WenQuanYi Zen Hei"),
    "song": _SERIF,
}
"""Free fonts that take the place of a missing one, the nearest first."""


@dataclass(frozen=True, slots=True)
class FontUse:
    """What was asked for and what is used; ``replaced``: it is another one."""

    role: Role
    wanted: str
    used: str
    replaced: bool


def chosen(installed: Collection[str]) -> dict[Role, FontUse]:
    """For each role the font to use of those ``installed``. Raises PaperError ``font_missing`` if none will do.

    A role without a font of its own takes the body's or the title's: a Chinese text in another face can be read.
    """
    there = {name.casefold(): name for name in installed}
    found: dict[Role, FontUse] = {}
    for role in ROLES:
        wanted, *_ = names = WANTED[role]
        own = next((there[name.casefold()] for name in names if name.casefold() in there), None)
        free = next((there[name.casefold()] for name in FREE[role] if name.casefold() in there), None)
        used = own or free
        if used is not None:
            found[role] = FontUse(role, wanted, used, replaced=own is None)
    if not found:
        raise PaperError("font_missing", wanted=WANTED["body"][0], free=FREE["song"][0])
    stand_in = (found.get("body") or next(iter(found.values()))).used
    for role in ROLES:
        found.setdefault(role, FontUse(role, WANTED[role][0], stand_in, replaced=True))
    return found


def font_folder() -> Path:
    """Where an office puts font files that are not installed."""
    return home() / "papers" / "fonts"


@lru_cache(maxsize=4)
def _fonts(folder: str, stamp: int) -> Fonts:
    import typst  # noqa: PLC0415 - thirty megabytes that only this needs

    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[folder] if folder else [])


def known_fonts() -> Fonts:
    """The fonts of this machine and of the office's folder. Raises PaperError ``pdf_missing`` without typst."""
    folder = font_folder()
    try:
        there = folder.is_dir()
        return _fonts(str(folder) if there else "", folder.stat().st_mtime_ns if there else 0)
    except ImportError as error:
        raise PaperError("pdf_missing") from error


def fonts_used() -> dict[Role, FontUse]:
    """Which font stands for each role on this machine. Raises PaperError."""
    return chosen(known_fonts().families())


def replaced() -> tuple[FontUse, ...]:
    """What is to be reported: the fonts that are missing here, with what stands for them."""
    return tuple(use for use in fonts_used().values() if use.replaced)
