"""Words next to a number that say how it compares, in the order of the labelling rules.

``BEFORE`` is looked up by its last character, ``AFTER`` by its first, the longest word first.
"""

from __future__ import annotations

from luoshi.reading.lexicon.words import words
from luoshi.reading.model import Op

_BEFORE: dict[Op, str] = {
    "≈": "约 约为 约占 约达 约有 大约 大概 近 将近 接近 近乎",
    ">": "超 超过 超出 突破 首破 高于 大于 多于 逾 过 破 已超 均超 超过了 突破了",
    "≥": "不低于 不少于 不小于 至少 最少 不下于 不下 达到或超过 达到和超过 保底",
    "≤": "不超过 不高于 不多于 不大于 至多 最多 控制在 控制到 不得超过 不能超过 严控在 限制在 控制为",
    "<": "低于 少于 小于 不到 不足 未满 不满 未达 未达到",
}  # fmt: skip
_AFTER: dict[Op, str] = {
    "≥": "以上 及以上 或以上 （含）以上 (含)以上 （含以上）",
    "≤": "以内 之内 以下 及以下 或以下 （含）以内 （含）以下 (含)以下",
    "≈": "左右 上下 许",
}  # fmt: skip

NOT_ABOUT: frozenset[str] = frozenset("节签履集特解违预合公条契制续毁邀相简婉守缔")
"""Characters before 约 with which it is another word (节约, 签约, 履约)."""
NOT_NEAR: frozenset[str] = frozenset("附最靠邻临亲远就逼新贴切凑拉晋")
"""Characters before 近 with which it is another word (附近, 最近)."""
NOT_PAST: frozenset[str] = frozenset("通经胜度越透难好渡路")
"""Characters before 过 with which it is another word or a complement (通过, 经过)."""
NOT_BROKEN: frozenset[str] = frozenset("打攻爆侦击冲查识")
"""Characters before 破 with which it is another word (打破, 侦破)."""
NOT_OVER: frozenset[str] = frozenset("赶高反")

REACH: tuple[str, ...] = ("达到", "达")
"""In a commitment these mean ≥, except with 100%; in what is reported they mean =."""


def _by_char(table: dict[Op, str], at: int) -> dict[str, tuple[tuple[str, Op], ...]]:
    rows: dict[str, list[tuple[str, Op]]] = {}
    for op, group in table.items():
        for word in group.split():
            rows.setdefault(word[at], []).append((word, op))
    return {c: tuple(sorted(group, key=lambda w: -len(w[0]))) for c, group in rows.items()}


BEFORE = _by_char(_BEFORE, -1)
AFTER = _by_char(_AFTER, 0)

RANK_BEFORE = tuple(
    words(
        """
        排名 位居 位列 居 列 排 名列 跃居 升至 晋位至 前移至 上升至 跃升至 升到 全国 全省 全市 全区 全县 全球 世界
        中部 西部 东部 进至 提升至 稳居 位次 名次 同类 保持 位 获 县市 区 市 省 前进到 至 到 夺得 荣获 总分 得分
        排位 综合 水平 百强 强
        """
    )
)
"""Words before 第N with which it is a rank and not an ordinal."""
