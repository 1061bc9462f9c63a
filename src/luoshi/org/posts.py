"""Posts 任职 of one district's officers, in memory: who may act in which role for which body and area. Pure.

Default deny: what no post in force covers is not allowed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from luoshi.org.tree import Tree

ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class PostNode:
    """A post as it is kept here: in force from ``from_day`` to ``to_day``, both included."""

    officer: str
    mechanism: str
    role: str
    body: str
    area: str | None
    from_day: str
    to_day: str | None = None

    def in_force(self, on_day: str) -> bool:
        """Whether it is in force on ``on_day``."""
        return self.from_day <= on_day and (self.to_day is None or on_day <= self.to_day)

    def is_of(self, mechanism: str) -> bool:
        """Whether it is a post in ``mechanism``."""
        return self.mechanism in (ANY, mechanism)


class Posts:
    """The posts of a district over its ``tree``."""

    def __init__(self, tree: Tree, posts: Iterable[PostNode]) -> None:
        self.tree: Final = tree
        self._by_officer: dict[str, list[PostNode]] = defaultdict(list)
        for post in posts:
            self._by_officer[post.officer].append(post)

    def every(self) -> Iterator[PostNode]:
        """All posts, those of the past and to come, too."""
        for posts in self._by_officer.values():
            yield from posts

    def posts_of(self, officer: str, on_day: str) -> tuple[PostNode, ...]:
        """The posts that ``officer`` holds on ``on_day``."""
        return tuple(post for post in self._by_officer.get(officer, ()) if post.in_force(on_day))

    def holds(self, officer: str, mechanism: str, role: str, body: str, area: str | None, on_day: str) -> bool:
        """Whether ``officer`` may act in ``role`` of ``mechanism`` for ``body`` on a case in ``area`` on ``on_day``.

        A post covers its body and all below it; one with an area only cases of that area and below, never a case
        without an area.
        """
        return any(
            post.role == role and post.is_of(mechanism) and self.covers(post, body, area)
            for post in self.posts_of(officer, on_day)
        )

    def holders(self, mechanism: str, role: str, body: str, area: str | None, on_day: str) -> frozenset[str]:
        """The officers for whom :meth:`holds` is true."""
        return frozenset(
            officer for officer in self._by_officer if self.holds(officer, mechanism, role, body, area, on_day)
        )

    def covers(self, post: PostNode, body: str, area: str | None) -> bool:
        """Whether ``post`` reaches ``body`` and ``area``, whatever its role."""
        if body not in self.tree.subtree(post.body):
            return False
        return post.area is None or (area is not None and area in self.tree.area_subtree(post.area))
