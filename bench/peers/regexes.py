"""Patterns that anybody would write in five minutes."""

from __future__ import annotations

import re
from typing import Any

from bench.peers.numerals import DIGITS, split

# The forty most frequent of the 207 quantifiers in jionlp's dictionary (Apache-2.0), in its order; not our choice.
_COMMON = (
    "元 个 年 家 次 名 条 位 天 种 美元 号 岁 项 起 款 件 点 辆 届 "
    "份 批 股 场 吨 张 只 套 倍 分钟 米 类 分 步 轮 段 期 公里 台 块"
)
# Written down after a look at the units that the labels of report-2020 hold. On that report it is no fair peer, but
# shows what a pattern reaches that knows the units beforehand.
_TUNED = (
    "个百分点 平方公里 平方米 立方米 个工作日 个月 人次 公里 千瓦时 千瓦 美元 公顷 小时 周年 元 吨 斤 亩 米 年 天 "
    "日 个 家 项 件 条 户 人 名 所 处 座 场 次 位 套 台 辆 批 期 类 级 镇 村 倍"
)


def _pattern(units: str) -> re.Pattern[str]:
    longest_first = sorted([*units.split(), "%", "％"], key=len, reverse=True)
    return re.compile(rf"(?:{DIGITS})[余多]?[万亿]{{0,2}}(?:{'|'.join(longest_first)})")


_COMMON_PATTERN, _TUNED_PATTERN = _pattern(_COMMON), _pattern(_TUNED)
_ANY = re.compile(rf"(?:{DIGITS})[余多]?[万亿]{{0,2}}(?:[%％]|[\u4e00-\u9fff]{{1,2}})?")


def common(text: str) -> list[dict[str, Any]]:
    """A number and one of the forty commonest units, or a percent sign."""
    return [_mention(match) for match in _COMMON_PATTERN.finditer(text)]


def tuned(text: str) -> list[dict[str, Any]]:
    """A number and one of the units that a labelled report holds."""
    return [_mention(match) for match in _TUNED_PATTERN.finditer(text)]


def any_unit(text: str) -> list[dict[str, Any]]:
    """A number and the one or two characters after it, whatever they are; either may be the unit."""
    out = []
    for match in _ANY.finditer(text):
        mention = _mention(match)
        mention["units"] += [unit[:1] for unit in mention["units"] if unit]
        out.append(mention)
    return out


def _mention(match: re.Match[str]) -> dict[str, Any]:
    read = split(match[0])
    value, units = read if read else (None, [""])
    return {
        "start": match.start(),
        "end": match.end(),
        "value": None if value is None else str(value),
        "units": units,
    }
