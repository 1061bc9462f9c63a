"""Acts are for officers who hold a post; bodies that do not exist get no cases."""

from __future__ import annotations

import pytest
from tests.casework.district import DISTRICT, actor, set_up
from tests.stores import TestStore

from luoshi.mechanisms.acts import Actor, Refused

CALL = {"channel": "phone", "category": "help", "content": "路灯不亮", "urgency": "normal"}


def people() -> None:
    """Bodies and posts of the synthetic district."""
    from luoshi.org.models import Body, Post
    from luoshi.org.snapshot import forget

    for code, parent in (
        ("gov", None),
        ("body-agent", "gov"),
        ("body-centre", "gov"),
        ("body-visitor", "gov"),
        ("housing", "gov"),
    ):
        Body.objects.create(district=DISTRICT, code=code, zh=code, en=code, kind="department", parent=parent)
    for officer, role, body in (("officer-agent", "agent", "body-agent"), ("chief", "centre", "gov")):
        Post.objects.create(
            district=DISTRICT, officer=officer, mechanism="hotline", role=role, body=body, from_day="2020-01-01"
        )
    forget(DISTRICT)


def test_only_who_holds_a_post_acts(store: TestStore) -> None:
    from luoshi.casework.act import Request, act
    from luoshi.casework.authority import by_posts
    from luoshi.casework.models import Case

    set_up("hotline")
    people()
    authorise = by_posts(DISTRICT)
    with pytest.raises(Refused) as refused:
        act(
            DISTRICT,
            Request(actor("agent", "stranger"), "record", mechanism="hotline", fields=CALL),
            authorise=authorise,
        )
    assert refused.value.code == "not_authorised"
    assert not Case.objects.exists()
    done = act(DISTRICT, Request(actor("agent"), "record", mechanism="hotline", fields=CALL), authorise=authorise)
    assert done is not None
    # A post on the government covers the bodies below it.
    chief = Actor("chief", "body-centre", "centre")
    for body, code in (("nowhere", "body_unknown"), ("housing", None)):
        request = Request(chief, "dispatch", case=done.case, fields={"lead_body": body, "dispatch_basis": "目录"})
        if code is None:
            assert act(DISTRICT, request, authorise=authorise)
        else:
            with pytest.raises(Refused) as refused:
                act(DISTRICT, request, authorise=authorise)
            assert refused.value.code == code
