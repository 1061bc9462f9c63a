"""Help for tests of a case's pages: carry a supervision case on, make pictures, read what a page says."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

from tests.desk import place

HTMX = {"HTTP_HX_REQUEST": "true"}


def picture(colour: str = "navy") -> Any:
    """A small picture to hand in."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return SimpleUploadedFile("现场照片.png", out.getvalue(), "image/png")


def evidence(colour: str = "navy", officer: str = "o-office-1") -> Any:
    """A picture that is kept and on record, for an act that no page takes."""
    from luoshi.desk.uploads import take
    from luoshi.mechanisms.acts import File

    made = take(picture(colour), district=place.DISTRICT, by=officer, at=0)
    return File("evidence", made.sha256, made.size)


def signed(title: str = "枫林里老旧小区加装电梯", **more: Any) -> Any:
    """A task that 区住房和城乡建设局 has signed for."""
    done = place.task(title, **more)
    told = {"contact": "张三丰", "contact_phone": "13800001234"}
    return place.act("undertaker", "sign", case=done.case, body="housing", fields=told)


def verified() -> Any:
    """A task that was reported done, checked by another officer, and is to be struck off."""
    done = signed()
    told = {"progress": "20部电梯全部完成", "completion": "done"}
    place.act("undertaker", "feed_back", case=done.case, body="housing", fields=told, files=(evidence("red"),))
    place.act("office", "pass_on", case=done.case)
    told = {"opinion": "现场核查属实", "conclusion": "已完成"}
    return place.act("office", "verify", n=2, case=done.case, fields=told, files=(evidence("green"),))


def text_of(answer: Any) -> str:
    """What a page says, without its markup."""
    plain = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", plain)))


def beside(answer: Any, field: str) -> str:
    """What stands beside the field of a form as wrong; "" if nothing."""
    found = re.search(rf'id="f-v_{field}-wrong"[^>]*>([^<]*)<', answer.content.decode())
    return unescape(found[1]) if found else ""
