"""The documents of a case on the desk: listed, downloaded, and nobody else's."""

from __future__ import annotations

import io
import zipfile

from tests.desk import place
from tests.stores import TestStore


def test_the_notice_of_a_task_comes_as_docx_and_pdf(store: TestStore) -> None:
    desk = place.make("supervision")
    done = place.task()
    browser = desk.browser("undertaker")
    listed = browser.get(f"/desk/cases/{done.case}/papers/").content.decode()
    assert "督办通知" in listed
    address = next(part.split('"')[0] for part in listed.split('href="') if part.split('"')[0].endswith(".docx"))
    word = browser.get(address)
    assert word["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(word.content)) as parts:
        assert "枫林里老旧小区加装电梯" in parts.read("word/document.xml").decode()
    assert browser.get(address.replace(".docx", ".pdf")).content.startswith(b"%PDF-")
    assert browser.get(address.replace(".docx", ".exe")).status_code == 404
    assert browser.get(f"/desk/cases/{done.case}/papers/999.docx").status_code == 404
    assert desk.browser("agent").get(address).status_code == 404
