"""Evidence on its way into an act: taken from the form, kept by its digest, found again when the form comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from luoshi.casework.errors import CaseworkError
from luoshi.desk.forms import KeptFile
from luoshi.desk.kinds import PICTURES, UploadError
from luoshi.desk.uploads import describe_upload, kept_files, take
from luoshi.desk.visit import Visit
from luoshi.mechanisms.acts import File
from luoshi.mechanisms.flow import epoch
from luoshi.mechanisms.step import MOST_FILES
from luoshi.messages import printable, tr
from luoshi.words.casework import describe_casework

UPLOAD: Final = "u_"
"""Begins the name of a control that takes files of a field."""
KEPT: Final = "k_"
"""Begins the name of a hidden value: the digest of a file that was handed in before under that field."""


def collect(visit: Visit, fields: Iterable[str]) -> tuple[dict[str, list[KeptFile]], dict[str, str]]:
    """The files of the form, by field: those that came back and those that are new; and what is wrong with others.

    A file that is taken stays, whatever becomes of the form.
    """
    wanted = list(dict.fromkeys(fields))
    kept = _kept_before(visit, wanted)
    unfit: dict[str, str] = {}
    for field in wanted:
        for told in visit.request.FILES.getlist(UPLOAD + field)[:MOST_FILES]:
            try:
                made = take(told, district=visit.district, by=visit.officer, at=epoch(visit.now))
            except UploadError as error:
                unfit.setdefault(field, describe_upload(error))
            except CaseworkError as error:
                line = describe_casework(error)
                unfit.setdefault(field, tr("{name}: {line}", name=printable(told.name or ""), line=line))
            else:
                there = kept.setdefault(field, [])
                if made.sha256 not in {old.sha256 for old in there}:
                    there.append(KeptFile(made.sha256, made.size, made.name, made.picture))
    return {field: several for field, several in kept.items() if several}, unfit


def _kept_before(visit: Visit, fields: Sequence[str]) -> dict[str, list[KeptFile]]:
    """The files that came back with the form, by field: only what this person handed in himself, and is there."""
    from luoshi.access.models import Upload  # noqa: PLC0415 - the app registry must be ready

    post = visit.request.POST
    wanted = {field: list(dict.fromkeys(post.getlist(KEPT + field)))[:MOST_FILES] for field in fields}
    digests = {one for several in wanted.values() for one in several}
    if not digests:
        return {}
    mine = Upload.objects.filter(district=visit.district, sha256__in=sorted(digests), by=visit.officer).order_by("id")
    known = {one.sha256: KeptFile(one.sha256, one.size, one.name, one.kind in PICTURES) for one in mine}
    there = {digest: one for digest, one in known.items() if _is_kept(digest)}
    return {field: [there[one] for one in several if one in there] for field, several in wanted.items()}


def _is_kept(sha256: str) -> bool:
    """Whether the file is on disk: the writer of acts does not look."""
    try:
        return kept_files().path(sha256).exists()
    except CaseworkError:
        return False


def as_evidence(kept: Mapping[str, Sequence[KeptFile]]) -> tuple[File, ...]:
    """The files as an act takes them, each once for each field."""
    return tuple(File(field, one.sha256, one.size) for field, several in kept.items() for one in several)


def belong(visit: Visit, evidence: Iterable[File], case: str) -> None:
    """Put on record of which case the files are evidence now."""
    from luoshi.access.models import Upload  # noqa: PLC0415 - the app registry must be ready

    digests = sorted({one.sha256 for one in evidence})
    if digests:
        mine = Upload.objects.filter(district=visit.district, sha256__in=digests, by=visit.officer, case="")
        mine.update(case=case)
