"""How alike two phrases are: shared character pairs, weighed by how rare they are among the phrases compared.

Word order counts little (城镇新增就业 and 新增城镇就业 are one indicator), common words (建设, 项目) count little too.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

_NOISE = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]")
_LEAD = re.compile(
    r"^(?:全[国省市州县区镇年]|我[省市县区]|年内|今年|新增|完成|实现|确保|力争|争取|进一步|继续|加快|深入"
    r"|大力|着力|积极|持续|全面|不断|稳步|有序|扎实|推进|推动|加强|建设|实施|开展|累计|共|成功|圆满|顺利)+"
)


# two names of one thing, as the genre uses them
_SAME = (
    ("物价总水平", "居民消费价格"),
    ("GDP", "地区生产总值"),
    ("社零总额", "社会消费品零售总额"),
    ("新增", ""),
    ("净增", ""),
    ("国内生产总值", "地区生产总值"),
    ("经济增速", "地区生产总值"),
    ("经济增长", "地区生产总值"),
    ("固投", "固定资产投资"),
)


def same_name(words: str) -> str:
    """The words with the genre's second names of a thing replaced by its first."""
    for one, other in _SAME:
        if one in words:
            words = words.replace(one, other)
    return words


def tidy(words: str) -> str:
    """A phrase without signs and without the words that merely introduce it."""
    words = same_name(_NOISE.sub("", words))
    short = _LEAD.sub("", words)
    return short if len(short) >= 2 else words


def _pairs(words: str) -> list[str]:
    words = _NOISE.sub("", words)
    if len(words) < 2:
        return [words] if words else []
    return [words[i : i + 2] for i in range(len(words) - 1)] + list(set(words))


class Index:
    """Phrases that can be asked for their like."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._grams = [Counter(_pairs(p)) for p in phrases]
        self._where: dict[str, list[int]] = defaultdict(list)
        for k, grams in enumerate(self._grams):
            for gram in grams:
                self._where[gram].append(k)
        n = len(phrases) + 1
        self._weight = {g: math.log(1 + n / len(ks)) * (1.0 if len(g) > 1 else 0.3) for g, ks in self._where.items()}
        self._unseen = math.log(1 + n)
        self._total = [self._sum(grams) for grams in self._grams]

    def _sum(self, grams: Iterable[str]) -> float:
        return sum(self._weight.get(g, self._unseen * (1.0 if len(g) > 1 else 0.3)) for g in grams)

    def like(self, phrase: str, least: float, limit: int = 8) -> list[tuple[int, float]]:
        """Phrases at least ``least`` alike (0 to 1), the most alike first; ties keep their order."""
        query = Counter(_pairs(phrase))
        if not query:
            return []
        total = self._sum(query)
        shared: dict[int, float] = defaultdict(float)
        for gram in query:
            for k in self._where.get(gram, ()):
                shared[k] += self._weight[gram]
        scored = []
        for k, common in shared.items():
            recall, precision = common / total, common / self._total[k]
            score = (2 * recall * precision / (recall + precision)) * 0.6 + recall * 0.4
            if score >= least:
                scored.append((k, score))
        scored.sort(key=lambda pair: (-pair[1], pair[0]))
        return scored[:limit]
