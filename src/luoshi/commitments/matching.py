"""Names of bodies as reports write them, found among a district's bodies: 区住建局 is 区住房和城乡建设局. Pure.

A report writes a body's name whole, without what stands before it (区, 霁川区), or short: the first characters of its
parts, in their order, and the last character of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from luoshi.org.tree import BodyNode, Tree

_KIND: Final = re.compile(
    r"(?:人民政府办公室|办公室|人民政府|办事处|管理委员会|管委会|委员会|居委会|村委会|分局|支队|大队|中心|局|委|办|厅|室)$"
)
_PLACE: Final = re.compile(r"^(?:[\u4e00-\u9fff]{1,4}?[市县区](?=[\u4e00-\u9fff]{3})|[市县区])")
_AND: Final = re.compile(r"[和与及、（）()]")
_COMMON: Final = frozenset(
    {"社会", "管理", "建设", "服务", "政府", "城乡", "发展", "改革", "综合", "政务", "工作", "事务", "资源", "保障"}
    | {"人民", "事业", "经济", "中心", "信息", "监督", "城市", "区政", "会保", "力资"}
)
"""Words of names that any text has: they tell nothing of who is in charge."""
_LEAST: Final = 2


def stem_of(name: str) -> str:
    """A body's name without its place and its kind: 区住房和城乡建设局 → 住房和城乡建设; 枫林街道办事处 → 枫林街道."""
    return _KIND.sub("", _PLACE.sub("", name)) or name


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a body's name that tell its duty: whole parts first, then halves of parts of four characters."""
    stem = stem_of(name)
    parts = [part for part in _AND.split(stem) if len(part) >= _LEAST]
    halves = [half for part in parts if len(part) == 2 * _LEAST for half in (part[:2], part[2:])]
    return tuple(dict.fromkeys(word for word in (*parts, *halves) if word not in _COMMON))


def bodies_named(names: Iterable[str], tree: Tree, on_day: str) -> list[BodyNode]:
    """The bodies of ``tree`` that exist on ``on_day`` and that the names mean; a name that fits several means none."""
    found: list[BodyNode] = []
    for name in names:
        fitting = [body for body in alive(tree, on_day) if means(name, body.zh)]
        exact = [body for body in fitting if _bare(body.zh) == _bare(name)]
        told = exact or fitting
        if len(told) == 1 and told[0] not in found:
            found.append(told[0])
    return found


def alive(tree: Tree, on_day: str) -> Iterator[BodyNode]:
    """The bodies that exist on ``on_day``, in the order of the record."""
    return (body for code, body in tree.bodies.items() if tree.exists(code, on_day))


@lru_cache(maxsize=65536)
def means(name: str, body: str) -> bool:
    """Whether ``name``, as a text writes it, can mean the body called ``body``."""
    short, whole = _bare(name), _bare(body)
    if short == whole or short == stem_of(body):
        return True
    mine, its = stem_of(name), stem_of(body)
    if mine == its:
        return True
    kind, its_kind = _KIND.search(name), _KIND.search(body)
    same_kind = kind is not None and its_kind is not None and kind[0][-1] == its_kind[0][-1]
    return same_kind and len(mine) >= _LEAST and mine[0] == its[0] and _in_order(mine, its)


def _bare(name: str) -> str:
    return _PLACE.sub("", name)


def _in_order(short: str, whole: str) -> bool:
    """Whether the characters of ``short`` stand in ``whole`` in their order."""
    rest = iter(whole)
    return all(char in rest for char in short)
