"""Files that are handed in: what they are, what is cut off them, and the tricks that are refused."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stores import TestStore

LOCAL = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
TYPES = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": f"{TYPES}wordprocessingml.document.main+xml",
    "xlsx": f"{TYPES}spreadsheetml.sheet.main+xml",
    "pptx": f"{TYPES}presentationml.presentation.main+xml",
}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", size, (200, 60, 40)).save(out, form, **more)
    return out.getvalue()


def office(kind: str = "docx", types: str | None = None, **parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        told = types or f'<Types><Override ContentType="{MAIN[kind]}"/></Types>'
        made.writestr("[Content_Types].xml", told)
        for name, data in parts.items():
            made.writestr(name, data)
    return out.getvalue()


def take(data: bytes, name: str = "x", **more: Any) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from luoshi.desk.uploads import take as taken

    return taken(SimpleUploadedFile(name, data), district="d", by="wang", at=5, **more)


def refused(data: bytes, name: str = "x", **more: Any) -> str:
    from luoshi.access.models import Upload
    from luoshi.desk.kinds import UploadError
    from luoshi.desk.uploads import describe_upload, kept_files

    before = len(list(kept_files().folder.rglob("*"))), Upload.objects.count()
    with pytest.raises(UploadError) as error:
        take(data, name, **more)
    assert error.value.details["name"] == name and describe_upload(error.value).startswith(f"{name}: ")
    assert (len(list(kept_files().folder.rglob("*"))), Upload.objects.count()) == before
    return error.value.code


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LUOSHI_HOME", str(tmp_path))


def test_a_file_is_kept_with_its_name_and_kind(store: TestStore) -> None:
    from luoshi.access.models import Upload
    from luoshi.desk.uploads import kept_files

    made = take(PDF, "C:\\Users\\王\\验收 报告\u202efdp.exe")
    row = Upload.objects.get()
    assert (row.sha256, row.name, row.kind, row.size, row.by, row.at, row.active) == (
        made.sha256, "验收 报告 fdp.exe.pdf", "pdf", len(PDF), "wang", 5, False,
    )  # fmt: skip
    with kept_files().open(made.sha256) as stream:
        assert stream.read() == PDF


@LOCAL
@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (picture("JPEG"), "a.png", "jpg"),
        (picture("PNG"), "a.jpg", "png"),
        (picture("WEBP"), "a", "webp"),
        (PDF, "a.docx", "pdf"),
        *[(office(kind), "a.zip", kind) for kind in MAIN],
        ("编号,名称\n1,王芳\n".encode(), "a.CSV", "csv"),
        ("编号,名称\n".encode("gb18030"), "a.txt", "txt"),
    ],
)
def test_the_kind_is_told_by_the_content(store: TestStore, data: bytes, name: str, kind: str) -> None:
    made = take(data, name)
    assert made.kind == kind and made.name.lower().endswith(f".{kind}")


@LOCAL
@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"MZ\x90\x00" + b"\0" * 100, "photo.jpg", "program"),
        (b"\x7fELF\x02" + b"\0" * 100, "report.pdf", "program"),
        (b"#!/bin/sh\nrm -rf /\n", "a.txt", "program"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "a.svg", "markup"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><script>1</script>", "a.txt", "markup"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "IMG_1.jpg", "heic"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "old_office"),
        (b"GIF89a\x01\x00\x01\x00", "a.gif", "unknown"),
        (b"\x00\x01\x02\x03" * 50, "a.jpg", "unknown"),
        (b"", "a.jpg", "empty"),
        (b"\xff\xd8\xff\xe0 not a picture", "a.jpg", "broken"),
        (picture("PNG")[:60], "a.png", "broken"),
        (b"x" * 50 + PDF, "a.txt", "polyglot"),
        (PDF + office(), "a.pdf", "polyglot"),
        (b"PK\x03\x04" + b"\0" * 100, "a.docx", "broken"),
        (office(types="<Types/>"), "a.docx", "archive"),
        (office(types=f"{MAIN['docx']} {MAIN['xlsx']}"), "a.docx", "archive"),
        (office(types="application/vnd.ms-word.document.macroEnabled.main+xml"), "a.docx", "macros"),
        (office(**{"word/vbaProject.bin": b"x"}), "a.docx", "macros"),
        (office(**{"../../etc/passwd": b"x"}), "a.docx", "broken"),
    ],
)
def test_what_is_not_taken(store: TestStore, data: bytes, name: str, code: str) -> None:
    assert refused(data, name) == code


@LOCAL
def test_only_what_is_wanted(store: TestStore) -> None:
    assert refused(PDF, "a.pdf", accept={"jpg", "png"}) == "kind"
    assert take(picture(), accept={"jpg"}).kind == "jpg"


@LOCAL
def test_zip_bombs(store: TestStore) -> None:
    zeros = office(**{"word/document.xml": b"\0" * (30 << 20)})
    assert len(zeros) < 100_000 and refused(zeros, "a.docx") == "zip_bomb"
    many = office(**{f"p{count}": b"" for count in range(5001)})
    assert refused(many, "a.docx") == "zip_bomb"
    # Parts that lie over each other: many entries of the directory lead to one packed block.
    block = random.Random(1).randbytes(200_000)
    plain = bytearray(office(a=block, b=block[:9]))
    made = zipfile.ZipFile(io.BytesIO(bytes(plain)))
    at = plain.index(b"PK\x01\x02", made.infolist()[1].header_offset)
    at = plain.index(b"PK\x01\x02", at + 4)
    at = plain.index(b"PK\x01\x02", at + 4)  # the entry of b
    struct.pack_into("<II", plain, at + 20, 200_100, 200_000)
    assert refused(bytes(plain), "a.docx") == "zip_bomb"


@LOCAL
def test_a_locked_office_file(store: TestStore) -> None:
    data = bytearray(office(a=b"x"))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(bytes(data), "a.docx") == "locked_file"


def exif() -> Any:
    from PIL import Image

    made = Image.Exif()
    made[0x0112] = 6  # turned by 90 degrees
    made[0x010F] = "PhoneMaker"
    made.get_ifd(0x8825).update({1: "N", 2: (30.0, 16.0, 27.5), 3: "E", 4: (120.0, 9.0, 18.2)})
    return made


@LOCAL
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_its_points_alone(store: TestStore, form: str) -> None:
    from PIL import Image

    from luoshi.desk.uploads import kept_files

    data = picture(form, exif=exif()) + b"<script>alert(1)</script>PK\x03\x04"
    assert b"PhoneMaker" in data
    made = take(data, "a")
    kept = kept_files().open(made.sha256).read()
    assert b"PhoneMaker" not in kept and b"script" not in kept and b"PK" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif() and not image.getexif().get_ifd(0x8825)
        assert image.size == (40, 60)  # upright
        red, green, blue = image.convert("RGB").getpixel((20, 30))
        assert red > 180 and green < 90 and blue < 70
        assert set(image.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "loop",
            "background",
            "timestamp",
            "duration",
        }


@LOCAL
def test_a_large_picture_becomes_smaller_and_a_huge_one_is_not_unpacked(store: TestStore) -> None:
    from PIL import Image

    from luoshi.desk.uploads import kept_files

    made = take(picture("JPEG", (6000, 3000)))
    with Image.open(kept_files().open(made.sha256)) as image:
        assert max(image.size) <= 4096 and image.width == 2 * image.height

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    for side in (20_000, 2_000_000_000):
        header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
        huge = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
        assert refused(huge, "a.png") == "picture_large"


@LOCAL
@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_mode(store: TestStore, mode: str) -> None:
    from PIL import Image

    out = io.BytesIO()
    form = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (9, 9)).save(out, form)
    assert take(out.getvalue()).picture


@LOCAL
@pytest.mark.parametrize(
    "inside",
    [b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>", b"/S/Launch", b"/Type/EmbeddedFile", b"/S/J#61vaScript",
     b"/Encrypt 5 0 R"],
)  # fmt: skip
def test_a_pdf_that_acts_is_for_downloading(store: TestStore, inside: bytes) -> None:
    assert take(PDF.replace(b"/Type/Catalog", b"/Type/Catalog" + inside)).active
    packed = zlib.compress(b"1 0 <<" + inside + b">>")
    stream = b"2 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\r\n" + packed + b"\nendstream endobj\n"
    assert take(PDF.replace(b"trailer", stream + b"trailer")).active
    assert not take(PDF.replace(b"/Type/Catalog", b"/Type/Catalog/JSX 1/Launcher 2")).active


@LOCAL
def test_thumbnails_are_made_once(store: TestStore, tmp_path: Path) -> None:
    from PIL import Image

    from luoshi.casework.errors import CaseworkError
    from luoshi.desk.kinds import UploadError
    from luoshi.desk.uploads import thumbnail

    made = take(picture("PNG", (3000, 1000)))
    small = thumbnail(made.sha256)
    with Image.open(io.BytesIO(small)) as image:
        assert image.size == (336, 112)
    path = next((tmp_path / "thumbs").rglob("*.jpg"))
    path.write_bytes(b"kept")
    assert thumbnail(made.sha256) == b"kept"
    with pytest.raises(UploadError, match="broken"):
        thumbnail(take(PDF).sha256)
    with pytest.raises(CaseworkError, match="file_digest"):
        thumbnail("../../etc/passwd")


@LOCAL
def test_too_large(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.desk import kinds

    monkeypatch.setitem(kinds.MOST_BYTES, "pdf", 50)
    assert refused(PDF, "a.pdf") == "too_large"


@LOCAL
def test_every_refusal_has_words(store: TestStore) -> None:
    import re

    from luoshi.desk import kinds, uploads

    told = "".join(Path(one.__file__).read_text(encoding="utf-8") for one in (kinds, uploads))
    assert set(re.findall(r'UploadError\(\s*"(\w+)"', told)) == set(uploads.UPLOAD_MESSAGES)


@given(st.text())
def test_no_cell_begins_a_formula(text: str) -> None:
    from luoshi.writing.cells import neutral

    assert not neutral(text).startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert neutral(text) in (text, f"'{text}")


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_cells_that_would_be_formulas(text: str) -> None:
    from luoshi.writing.cells import neutral

    assert neutral(text) == f"'{text}"
    assert neutral("王芳") == "王芳"
