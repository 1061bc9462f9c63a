"""What of a figure is published: a small group is told as “fewer than N” 小数抑制.

The number is a setting of the definition (``least``) and has no default: no law that we know of names one. It covers
what a report prints. Whoever has the public ledger can still count its entries; those tell community, day and category
and no person, and that is what protects persons, not this.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from luoshi.figures.evaluating import Figure


@dataclass(frozen=True, slots=True)
class Published:
    """What may be printed: ``value``, or instead of it ``fewer_than``, or neither for the figure's ``reason``."""

    value: Decimal | None
    fewer_than: int | None
    reason: str | None


def published(figure: Figure) -> Published:
    """What of ``figure`` is published.

    A count or sum above 0 and below ``least`` is told as fewer than that. A rate or mean is withheld if its denominator
    is such a group; a rate also if what it counts, or what it leaves, is one, since both follow from it.
    """
    least = figure.definition.least
    groups = [figure.value] if figure.denominator is None else [figure.denominator]
    if figure.definition.kind == "rate" and figure.numerator is not None and figure.denominator is not None:
        groups += [figure.numerator, figure.denominator - figure.numerator]
    if least is not None and any(group is not None and 0 < group < least for group in groups):
        return Published(None, least, None)
    return Published(figure.value, None, figure.reason)
