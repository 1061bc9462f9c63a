"""Files of a district's organisation, for the system administrator: the differences are shown before any is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse

from luoshi.casework.errors import CaseworkError
from luoshi.desk import orgdata
from luoshi.desk.administration import WRONG, back, record, seal, show, unseal
from luoshi.desk.routes import BODIES, page
from luoshi.desk.uploads import kept_files
from luoshi.desk.visit import Visit
from luoshi.mechanisms.errors import MechanismError
from luoshi.messages import printable, tr
from luoshi.org.errors import OrgError
from luoshi.words.casework import describe_casework
from luoshi.words.org import ORG_MESSAGES, describe_fault
from luoshi.words.packs import describe_finding

MOST_FILES: Final = 12
MOST_BYTES: Final = 10 * 1024 * 1024
SHOWN: Final = 200
SHOWN_FAULTS: Final = 20


@page("admin/files/", name="org_import", access=BODIES, methods=("GET", "POST"))
def org_import(visit: Visit) -> HttpResponse:
    """Files in: compared and shown; confirmed, they are taken whole or not at all."""
    if visit.request.method != "POST":
        return _shown(visit)
    if "token" in visit.request.POST:
        return _confirmed(visit)
    files = [one for one in visit.request.FILES.getlist("file") if isinstance(one, UploadedFile)]
    wrong = _unfit(files)
    if wrong:
        return _shown(visit, wrong={"file": wrong})
    texts = [(str(one.name or ""), one.read()) for one in files]
    faults, given = _read(texts)
    data = merged(visit.district, given)
    faults = faults or check(data)
    found = [] if faults else orgdata.differences(orgdata.stored(visit.district), data)
    faults += [tr(ORG_MESSAGES["removed"]).format(code=one.what) for one in found
               if one.how == "removed" and one.part in orgdata.NAMED]  # fmt: skip
    if faults:
        return _shown(visit, faults=faults)
    try:
        kept = [[name, kept_files().put(BytesIO(text)).sha256] for name, text in texts]
    except CaseworkError as error:
        return _shown(visit, wrong={"file": describe_casework(error)})
    return _shown(visit, found=found, token=seal(visit, "org", kept), posts=len(given.get("posts", ())))


def _unfit(files: Sequence[UploadedFile]) -> str:
    if not files:
        return tr("Choose the files first.")
    if len(files) > MOST_FILES:
        return tr("At most {count} files at once.", count=MOST_FILES)
    if sum(one.size or 0 for one in files) > MOST_BYTES:
        return tr("The files are larger than {most} MB together; take them from the command line (luoshi org load).",
                  most=MOST_BYTES // 1024 // 1024)  # fmt: skip
    return ""


def _read(texts: Sequence[tuple[str, bytes]]) -> tuple[list[str], Mapping[str, Any]]:
    """What is wrong with the files as files, and what they hold."""
    from luoshi.org.load import read_org  # noqa: PLC0415 - the app registry must be ready

    try:
        return [], read_org(texts)
    except OrgError as error:
        return [describe_fault(fault) for fault in error.faults], {}
    except MechanismError as error:
        return [f"{printable(error.name)}:{one.line}: {describe_finding(one)}" for one in error.findings], {}


def merged(district: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What would be there: the parts that are given, the others as they stand; posts always as they stand."""
    unknown = {key: value for key, value in given.items() if key not in orgdata.PART_NAMES and key != "posts"}
    taken = {key: value for key, value in given.items() if key in orgdata.PART_NAMES}
    return {**orgdata.stored(district), **taken, **unknown}


def check(data: Mapping[str, Any]) -> list[str]:
    """What does not hold, in sentences with their places."""
    from luoshi.org.load import parse_org  # noqa: PLC0415

    try:
        parse_org(data)
    except OrgError as error:
        return [describe_fault(fault) for fault in error.faults]
    return []


def _confirmed(visit: Visit) -> HttpResponse:
    from luoshi.org.load import load_org  # noqa: PLC0415

    kept = unseal(visit, "org")
    if kept is None:
        return _shown(visit, faults=[tr("This was shown too long ago; choose the files again.")])
    try:
        texts = []
        for name, sha256 in kept:
            with kept_files().open(sha256) as stream:
                texts.append((name, stream.read()))
    except CaseworkError:
        return _shown(visit, faults=[tr("The files are no longer there; choose them again.")])
    faults, given = _read(texts)
    if faults:
        return _shown(visit, faults=faults)
    try:
        with transaction.atomic():
            loaded = load_org(visit.district, merged(visit.district, given))
            if loaded.total:
                record(visit, "org_imported", ", ".join(name for name, _ in kept),
                       **{part: count for part, count in loaded.rows.items() if count})  # fmt: skip
    except OrgError as error:
        return _shown(visit, faults=[describe_fault(fault) for fault in error.faults])
    return back(visit, "bodies", "imported" if loaded.total else "unchanged")


def _shown(
    visit: Visit,
    *,
    faults: Sequence[str] = (),
    found: Sequence[orgdata.Difference] = (),
    token: str = "",
    posts: int = 0,
    wrong: Mapping[str, str] | None = None,
) -> HttpResponse:
    context = {
        "faults": faults[:SHOWN_FAULTS], "more_faults": max(0, len(faults) - SHOWN_FAULTS), "found": found[:SHOWN],
        "total": len(found), "token": token, "posts": posts, "parts": orgdata.PART_NAMES, "wrong": wrong,
        "most_files": MOST_FILES, "most_mib": MOST_BYTES // 1024 // 1024,
    }  # fmt: skip
    return show(visit, "desk/admin_import.html", context, status=WRONG if wrong or faults else 200)
