"""Who may take an act: an officer with a post for it, for a body that exists. Default deny.

The step function asks whether the role, the body and the person fit the case; this asks whether the officer holds the
role at all (任职), whether the bodies that an act names are bodies of the district on that day, and its area one of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from luoshi.casework.act import Authorise
from luoshi.casework.rows import Row
from luoshi.casework.setups import district as in_force
from luoshi.mechanisms.acts import Act, Actor, Refused
from luoshi.org.snapshot import snapshot


def by_posts(district: str) -> Authorise:
    """What :func:`luoshi.casework.act.act` asks for officers of ``district``.

    Refused ``not_authorised`` names who holds no post for what; ``body_unknown`` a body that is not one of the district
    on the act's day, ``code_wrong`` an area that is none. A party outside (a citizen, an enterprise) is no officer and
    is refused here.
    """

    def authorise(act: Act, mechanism: str, row: Row) -> None:
        # Looked up for each act: a post that was taken away holds no longer, however long this function is kept.
        org = snapshot(district)
        on_day = act.at.date().isoformat()
        # An officer of one area does not get at a case that lies in none by saying where it lies.
        area = act.area if row.new else row.area
        for actor in (act.actor, act.approval):
            if actor is not None and not org.posts.holds(
                actor.officer, mechanism, actor.role, actor.body, area, on_day
            ):
                raise _denied(actor, mechanism, area)
        if act.area is not None and act.area not in org.tree.areas:
            raise Refused("code_wrong", name="area")
        for name, body in _bodies(act, mechanism, row):
            if not org.tree.exists(body, on_day):
                raise Refused("body_unknown", field=name, body=body, on_day=on_day)

    def _bodies(act: Act, mechanism: str, row: Row) -> Iterator[tuple[str, str]]:
        fields = in_force(district).flow(mechanism, row.version).mechanism.fields
        for name, value in act.fields.items():
            if name in fields and fields[name].type == "body":
                yield from ((name, str(one)) for one in (value if isinstance(value, list | tuple) else [value]))
        if row.new:
            yield from act.roles.items()

    return authorise


def _denied(actor: Actor, mechanism: str, area: str | None) -> Refused:
    return Refused(
        "not_authorised", officer=actor.officer, role=actor.role, body=actor.body, mechanism=mechanism, area=area
    )
