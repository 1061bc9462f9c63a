"""How well two years are compared: the verdict on each promise, and where its result was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.gold import Row, number
from bench.scores import alike


@dataclass(slots=True)
class Verdicts:
    """Of ``labelled`` promises: how many got the right verdict, and the right result; the others in words."""

    labelled: int = 0
    right: int = 0
    placed: int = 0
    not_compared: int = 0
    wrong: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)


def verdicts(found: Sequence[Row], gold: Sequence[Row]) -> Verdicts:
    """Score comparisons. A result is right if it shares text with the labelled one, or if both say that there is none.

    A labelled promise that was not compared at all is wrong in both respects.
    """
    out = Verdicts(labelled=len(gold))
    for row in gold:
        match = _match(row["promise"], found)
        words = f"{row['id']} {row['promise']['indicator']}"
        if match is None:
            out.not_compared += 1
            out.wrong.append(f"{words}: not compared, labelled {row['verdict']}")
            out.misplaced.append(f"{words}: not compared")
            continue
        if match["verdict"] == row["verdict"]:
            out.right += 1
        else:
            out.wrong.append(f"{words}: {match['verdict']} ({match['why']}), labelled {row['verdict']}")
        if _same_place(match["result"], row["result"]):
            out.placed += 1
        else:
            told = "none" if match["result"] is None else f"{match['result']['start']} {match['result']['text']}"
            wanted = "none" if row["result"] is None else str(row["result"]["start"])
            out.misplaced.append(f"{words}: {told}, labelled {wanted}")
    return out


def _match(promise: Row, found: Sequence[Row]) -> Row | None:
    """The comparison of the same promise: it shares text; of several, the one of equal value and likest indicator."""
    best: tuple[float, Row] | None = None
    for row in found:
        other = row["promise"]
        if not (other["start"] < promise["end"] and promise["start"] < other["end"]):
            continue
        target = other["targets"][0] if other["targets"] else None
        value = number(target["value"]) if target else None
        fit = 2.0 * (value == number(promise["value"])) + alike(
            target["indicator"] if target else other["text"], promise["indicator"]
        )
        if best is None or fit > best[0]:
            best = (fit, row)
    return best[1] if best else None


def _same_place(a: Row | None, b: Row | None) -> bool:
    if a is None or b is None:
        return a is b
    return bool(a["start"] < b["end"] and b["start"] < a["end"])
