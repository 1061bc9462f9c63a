"""The front page of administration: what this one of the three may do, and what needs a hand; each number a link."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse

from luoshi.access.rights import RIGHTS
from luoshi.desk.administration import show
from luoshi.desk.pages.accounts import narrowed
from luoshi.desk.pages.calendars import ends_soon
from luoshi.desk.pages.deliveries import undelivered
from luoshi.desk.pages.holders import ending
from luoshi.desk.pages.officers import without_account
from luoshi.desk.pages.packs import kinds
from luoshi.desk.routes import ACCOUNTS, ADMINISTRATOR, AUDIT, BODIES, page
from luoshi.desk.visit import Visit
from luoshi.messages import tr
from luoshi.words.access import ADMINISTRATOR_NAMES, RIGHT_NAMES


@dataclass(frozen=True, slots=True)
class Hand:
    """Something that may need a hand: how many, what, where to look, whether it is urgent."""

    count: int
    name: str
    address: str
    urgent: bool = True


@page("admin/", name="admin", access=ADMINISTRATOR)
def admin(visit: Visit) -> HttpResponse:
    """The front page of whichever administrator it is."""
    office = visit.account.administrator if visit.account else ""
    hands: list[Hand] = []
    if ACCOUNTS.allows(visit):
        hands += _security(visit)
    if BODIES.allows(visit):
        hands += _system(visit)
    if AUDIT.allows(visit):
        hands += _audit(visit)
    context = {
        "office": tr(ADMINISTRATOR_NAMES[office]), "hands": hands,
        "rights": sorted(tr(RIGHT_NAMES[right]) for right in RIGHTS[office]),
    }  # fmt: skip
    return show(visit, "desk/admin.html", context)


def _security(visit: Visit) -> list[Hand]:
    from luoshi.access.models import Account  # noqa: PLC0415 - the app registry must be ready
    from luoshi.org.models import Officer  # noqa: PLC0415

    here = reverse("desk:accounts")
    needing = Officer.objects.filter(district=visit.district, code__in=without_account(visit)).count()
    active: int = Account.objects.filter(district=visit.district, is_active=True).count()
    return [
        Hand(narrowed(visit, "locked").count(), tr("accounts locked now"), f"{here}?state=locked"),
        Hand(narrowed(visit, "no_factor").count(), tr("accounts without a second factor"), f"{here}?state=no_factor",
             urgent=False),
        Hand(ending(visit).count(), tr("posts that end within 30 days"), reverse("desk:holders") + "?ends=soon"),
        Hand(needing, tr("officers with a post and without an account"), reverse("desk:officers") + "?account=none",
             urgent=False),
        Hand(active, tr("accounts in use"), f"{here}?state=open", urgent=False),
    ]  # fmt: skip


def _system(visit: Visit) -> list[Hand]:
    packs, here = kinds(visit), reverse("desk:packs")
    tree, today = visit.org.tree, visit.on_day
    coming = [one for one in tree.bodies.values() if one.ended_on is not None and one.ended_on > today]
    last = visit.place.calendar.last.year
    calendar = tr("the calendar ends with {year}: add the notice of {next}", year=last, next=last + 1)
    return [
        Hand(int(ends_soon(visit)), calendar, reverse("desk:calendars")),
        Hand(sum(one.newer for one in packs), tr("mechanisms with a newer version on disk"), here),
        Hand(sum(len(one.older) for one in packs), tr("older versions with open cases"), here, urgent=False),
        Hand(sum(one.sound is False for one in packs), tr("packs that are not sound"), here),
        Hand(len(coming), tr("bodies whose end is to come"), reverse("desk:bodies"), urgent=False),
        Hand(undelivered(visit).count(), tr("documents not delivered yet"), reverse("desk:deliveries"), urgent=False),
    ]


def _audit(visit: Visit) -> list[Hand]:
    from luoshi.access.models import AuditHead, AuditLog  # noqa: PLC0415
    from luoshi.desk.pages.audit import DOOR, seconds  # noqa: PLC0415

    here, since = reverse("desk:audit"), seconds(visit.on_day, 0)
    today = AuditLog.objects.filter(district=visit.district, at__gte=since)
    lines = AuditHead.objects.filter(district=visit.district).values_list("n", flat=True).first() or 0
    doors = AuditLog.objects.filter(district="", at__gte=since).count()
    day = f"since={visit.on_day}"
    return [
        Hand(today.filter(what="revealed").count(), tr("looks at personal data today"), f"{here}?{day}&what=revealed",
             urgent=False),
        Hand(today.filter(what="locked").count(), tr("names locked today"), f"{here}?{day}&what=locked"),
        Hand(doors, tr("unknown names at the door today"), f"{here}?{day}&log={DOOR}"),
        Hand(lines, tr("lines of the log"), here, urgent=False),
    ]  # fmt: skip
