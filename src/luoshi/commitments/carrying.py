"""The mechanism that carries a district's commitments, and who may issue with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luoshi.casework.setups import InForce
from luoshi.casework.setups import district as in_force
from luoshi.commitments.errors import CommitmentError
from luoshi.mechanisms.acts import Actor
from luoshi.mechanisms.model import Action, Carries, Mechanism
from luoshi.org.snapshot import snapshot


@dataclass(frozen=True, slots=True)
class Carrier:
    """The mechanism in force whose definition says how commitments become its cases."""

    mechanism: Mechanism
    carries: Carries
    standing: Mapping[str, str]

    @property
    def action(self) -> Action:
        """The opening action that issues."""
        return self.mechanism.actions[self.carries.action]


def carrier(district: str) -> Carrier:
    """Raises CommitmentError ``carrier_missing`` or ``carrier_ambiguous``: exactly one has to be in force."""
    found = [one for one in map(_carrier, in_force(district).in_force.values()) if one is not None]
    if not found:
        raise CommitmentError("carrier_missing", district=district)
    if len(found) > 1:
        names = sorted(one.mechanism.id for one in found)
        raise CommitmentError("carrier_ambiguous", district=district, mechanisms=names)
    return found[0]


def _carrier(kind: InForce) -> Carrier | None:
    mechanism = kind.flow.mechanism
    return None if mechanism.commitment is None else Carrier(mechanism, mechanism.commitment, kind.standing)


def issuer(district: str, officer: str, on_day: str) -> Actor:
    """``officer`` as who issues: in a role that may, for the body whose role it is.

    Raises CommitmentError ``not_authorised`` without such a post, ``carrier_missing``, ``carrier_ambiguous``.
    """
    found = carrier(district)
    posts = snapshot(district).posts
    for role in found.action.by:
        body = found.standing.get(role)
        if body is not None and posts.holds(officer, found.mechanism.id, role, body, None, on_day):
            return Actor(officer, body, role)
    raise CommitmentError("not_authorised", officer=officer, mechanism=found.mechanism.id, roles=list(found.action.by))
