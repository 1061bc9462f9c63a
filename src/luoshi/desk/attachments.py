"""Evidence on its way into an act: taken from the form, kept by its digest, found again when the form comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from luoshi.casework.errors import CaseworkError
from luoshi.casework.files import Files
from luoshi.desk.forms import KeptFile
from luoshi.desk.timeline import PICTURES
from luoshi.desk.visit import Visit
from luoshi.home import home
from luoshi.mechanisms.acts import File
from luoshi.mechanisms.flow import epoch
from luoshi.mechanisms.step import MOST_FILES
from luoshi.messages import printable, tr
from luoshi.words.casework import describe_casework

UPLOAD: Final = "u_"
"""Begins the name of a control that takes files of a field."""
KEPT: Final = "k_"
"""Begins the name of a hidden value: the digest of a file that was handed in before under that field."""


def files() -> Files:
    """Where files are kept."""
    return Files(home() / "files")


def kept_before(visit: Visit, fields: Iterable[str]) -> dict[str, list[KeptFile]]:
    """The files that came back with the form, by field: only what this person handed in himself, and is there."""
    from luoshi.access.models import Upload  # noqa: PLC0415 - the app registry must be ready

    post = visit.request.POST
    wanted = {field: list(dict.fromkeys(post.getlist(KEPT + field)))[:MOST_FILES] for field in fields}
    digests = {one for several in wanted.values() for one in several}
    if not digests:
        return {}
    mine = Upload.objects.filter(district=visit.district, sha256__in=sorted(digests), by=visit.officer).order_by("id")
    known = {one.sha256: KeptFile(one.sha256, one.size, one.name, one.kind in PICTURES) for one in mine}
    there = {digest: one for digest, one in known.items() if is_kept(digest)}
    return {field: [there[one] for one in several if one in there] for field, several in wanted.items()}


def is_kept(sha256: str) -> bool:
    """Whether the file with this digest is on disk."""
    try:
        return files().path(sha256).exists()
    except CaseworkError:
        return False


def as_evidence(kept: Mapping[str, Sequence[KeptFile]]) -> tuple[File, ...]:
    """The files as an act takes them, each once for each field."""
    return tuple(File(field, one.sha256, one.size) for field, several in kept.items() for one in several)


def handed_in(request: HttpRequest, field: str) -> list[UploadedFile]:
    """The files that the form brings under ``field``."""
    return list(request.FILES.getlist(UPLOAD + field))[:MOST_FILES]


MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"),
    (b"%PDF-", "pdf"), (b"PK\x03\x04", "zip"),
)  # fmt: skip
"""How a file of a kind begins."""
LONGEST_NAME: Final = 200


class Unfit(Exception):  # noqa: N818 - an answer to who uploads, not a fault
    """A file that is not taken; its text says why and what to do."""


def take(visit: Visit, told: UploadedFile) -> KeptFile:
    """Keep a file that was handed in. Raises Unfit for a kind that is not taken, CaseworkError ``file_…``."""
    from luoshi.access.models import Upload  # noqa: PLC0415 - the app registry must be ready

    begin = told.read(16)
    told.seek(0)
    kind = next((name for magic, name in MAGIC if begin.startswith(magic)), "")
    if not kind:
        raise Unfit(
            tr(
                "{name} is none of the kinds that are taken (pictures, PDF, Word, Excel)",
                name=printable(told.name or ""),
            )
        )
    made = files().put(told, size=told.size)
    name = printable(told.name or "")[:LONGEST_NAME]
    Upload.objects.create(
        district=visit.district, sha256=made.sha256, name=name, kind=kind, size=made.size, by=visit.officer,
        at=epoch(visit.now),
    )  # fmt: skip
    return KeptFile(made.sha256, made.size, name, kind in PICTURES)


def collect(visit: Visit, fields: Iterable[str]) -> tuple[dict[str, list[KeptFile]], dict[str, str]]:
    """The files of the form, by field: those that came back and those that are new; and what is wrong with others.

    A file that is taken stays, whatever becomes of the form.
    """
    wanted = list(fields)
    kept = kept_before(visit, wanted)
    unfit: dict[str, str] = {}
    for field in wanted:
        for one in handed_in(visit.request, field):
            try:
                made = take(visit, one)
            except Unfit as error:
                unfit.setdefault(field, str(error))
            except CaseworkError as error:
                unfit.setdefault(field, f"{printable(one.name or '')}: {describe_casework(error)}")
            else:
                there = kept.setdefault(field, [])
                if made.sha256 not in {old.sha256 for old in there}:
                    there.append(made)
    return {field: several for field, several in kept.items() if several}, unfit
