"""Files that people hand in 上传: looked at, cleaned, kept by their digest, on record with the name they had.

Pictures are written anew, so that neither the place where a photo was taken nor anything hidden behind it stays. What
may act by itself is kept for downloading and never shown in the browser.
"""

from __future__ import annotations

import io
import os
import re
import struct
import tempfile
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError

from luoshi.casework.files import Files
from luoshi.desk.kinds import EVERY, MOST_BYTES, PICTURES, UploadError, kind_of, pdf_is_active
from luoshi.home import home
from luoshi.messages import mark, printable, tr

MOST_PIXELS: Final = 60_000_000
LONGEST_SIDE: Final = 4096
QUALITY: Final = 88
THUMB: Final = (336, 252)
LONGEST_NAME: Final = 120
_FORMATS: Final = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
_MODES: Final = {"jpg": ("L", "RGB"), "png": ("L", "RGB", "RGBA"), "webp": ("RGB", "RGBA")}
_ENDINGS: Final = {"jpg": (".jpg", ".jpeg")}
_BROKEN: Final = (OSError, SyntaxError, ValueError, struct.error, EOFError, UnidentifiedImageError, OverflowError)

UPLOAD_MESSAGES: Final[dict[str, str]] = {
    "archive": mark("it is an archive, and those are not looked into; unpack it and hand the files in one by one"),
    "broken": mark("it is damaged; open it in its own program, save it anew and try again"),
    "empty": mark("it is empty; check that it is the right file"),
    "heic": mark(
        "it is a HEIC photo, which most computers here cannot show; set the phone's camera to “most compatible”, or "
        "save the photo as JPEG"
    ),
    "kind": mark("files of the kind {kind} are not wanted here; hand in one of {wanted}"),
    "locked_file": mark("it is protected by a password; save a copy without the password and hand that in"),
    "macros": mark("it carries macros; save it without macros (.docx, .xlsx, .pptx) and hand that in"),
    "markup": mark("it is a web page or a vector drawing, which may hold scripts; save it as PDF or as a picture"),
    "old_office": mark(
        "it is an old Office file (.doc, .xls, .ppt) or protected by a password; save it as .docx, .xlsx or .pptx"
    ),
    "picture_large": mark("the picture has more than {most} million points; make it smaller and try again"),
    "polyglot": mark("it is two kinds of file in one, which is a known trick; save it anew from its own program"),
    "program": mark("it is a program, whatever its name says, and programs are not taken"),
    "too_large": mark("it is larger than {most} MB; make it smaller or hand it in in parts"),
    "unknown": mark("its kind is not known; hand in a picture, a PDF, a Word, Excel or PowerPoint file, or plain text"),
    "zip_bomb": mark("unpacked it would be unreasonably large; save it anew from its own program"),
}
"""Why a file is not taken → what to do."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken: as it is kept, with the name it is handed out under."""

    sha256: str
    size: int
    name: str
    kind: str
    active: bool

    @property
    def picture(self) -> bool:
        """Whether it can be shown."""
        return self.kind in PICTURES


def describe_upload(error: UploadError) -> str:
    """Which file, why not, what to do. KeyError (a fault of the program) for an unknown code."""
    told = {key: printable(value) for key, value in error.details.items()}
    line = tr(UPLOAD_MESSAGES[error.code]).format(**told)
    return tr("{name}: {line}", name=told["name"], line=line) if told.get("name") else line


def kept_files() -> Files:
    """Where files are kept."""
    return Files(home() / "files", largest=max(MOST_BYTES.values()))


def take(told: UploadedFile, accept: Collection[str] = EVERY, *, district: str, by: str, at: int) -> Taken:
    """Keep a file of a form, and write down that ``by`` handed it in.

    Raises UploadError (with the file's ``name``) for what is not taken, CaseworkError ``store_full``, ``file_…``.
    """
    from luoshi.access.models import Upload  # noqa: PLC0415 - the app registry must be ready

    try:
        made = _taken(told, accept)
    except UploadError as error:
        error.details.setdefault("name", printable(told.name or "")[:LONGEST_NAME])
        raise
    Upload.objects.create(
        district=district, sha256=made.sha256, name=made.name, kind=made.kind, size=made.size, active=made.active,
        by=by, at=at,
    )  # fmt: skip
    return made


def _taken(told: UploadedFile, accept: Collection[str]) -> Taken:
    size, given = int(told.size or 0), told.name or ""
    if size > max(MOST_BYTES.values()):
        raise UploadError("too_large", most=max(MOST_BYTES.values()) // (1024 * 1024))
    stream = cast("BinaryIO", told.file)
    kind = kind_of(stream, given, size)
    if kind not in accept:
        raise UploadError("kind", kind=kind, wanted=", ".join(sorted(accept)))
    active = False
    if kind in PICTURES:
        stream = io.BytesIO(clean_picture(stream, kind))
        size = len(stream.getbuffer())
    elif kind == "pdf":
        if zipfile.is_zipfile(stream):
            raise UploadError("polyglot")
        stream.seek(0)
        active = pdf_is_active(stream.read())
    stream.seek(0)
    kept = kept_files().put(stream, size=size)
    return Taken(kept.sha256, kept.size, fit_name(given, kind), kind, active)


def fit_name(given: str, kind: str) -> str:
    """The file's name without folders and control characters, ending as its kind does."""
    plain = re.split(r"[/\\]", given)[-1]
    plain = " ".join("".join(char if char.isprintable() else " " for char in plain).split()).lstrip(".")
    ending = f".{kind}"
    if plain.lower().endswith(_ENDINGS.get(kind, (ending,))):
        return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - len(ending)] + ending
    return (plain[: LONGEST_NAME - len(ending)] or "file") + ending


def clean_picture(stream: BinaryIO, kind: str) -> bytes:
    """The picture written anew: upright, at most 4096 points a side, its first frame, and nothing but its points.

    Raises UploadError ``picture_large`` before it is unpacked, ``broken``.
    """
    stream.seek(0)
    try:
        with Image.open(stream, formats=(_FORMATS[kind],)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise UploadError("picture_large", most=MOST_PIXELS // 1_000_000)
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _written(upright, kind)
    except Image.DecompressionBombError as error:
        raise UploadError("picture_large", most=MOST_PIXELS // 1_000_000) from error
    except _BROKEN as error:
        raise UploadError("broken") from error


def _written(image: Image.Image, kind: str) -> bytes:
    """The bytes of a new picture with these points; what the old one told beside them is left behind."""
    if image.mode not in _MODES[kind]:
        clear = image.has_transparency_data and "RGBA" in _MODES[kind]
        image = image.convert("RGBA" if clear else "RGB")
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    out = io.BytesIO()
    if kind == "png":
        bare.save(out, "PNG", optimize=False)
    else:
        bare.save(out, _FORMATS[kind], quality=QUALITY)
    return out.getvalue()


def thumbnail(sha256: str) -> bytes:
    """A small JPEG of the kept picture with this digest, made when it is first asked for and kept.

    Raises UploadError ``broken`` for what is no picture, CaseworkError ``file_digest``, ``file_missing``.
    """
    source = kept_files().open(sha256)
    with source:
        path = home() / "thumbs" / sha256[:2] / f"{sha256}.jpg"
        if path.exists():
            return path.read_bytes()
        try:
            with Image.open(source, formats=tuple(_FORMATS.values())) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise UploadError("broken")
                image.draft("RGB", THUMB)
                small = image.convert("RGB")
        except (*_BROKEN, Image.DecompressionBombError) as error:
            raise UploadError("broken") from error
    small.thumbnail(THUMB)
    data = _written(small, "jpg")
    _keep(path, data)
    return data


def _keep(path: Path, data: bytes) -> None:
    """Whole or not at all; two who make the same one do no harm."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
    Path(name).replace(path)
