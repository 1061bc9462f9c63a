"""What people do at the desk, for tests: sign in, act on a case, look at a picture that is handed in."""

from __future__ import annotations

import io
from typing import Any

PASSWORD = "三更灯火五更鸡 7 read!"


def sign_in(page: Any, url: str, name: str, password: str) -> None:
    """Through the form, by hand."""
    page.goto(f"{url}/desk/")
    page.locator("#f-name").fill(name)
    page.locator("#f-password").fill(password)
    page.locator("main button.main").click()


def take_up(page: Any, title: str) -> Any:
    """Open the form of the action called ``title`` on the page of a case; the form."""
    page.locator("#case-acts a.btn", has_text=title).first.click()
    form = page.locator("section#act-form")
    form.locator("h2", has_text=title).wait_for()
    return form


def act(page: Any, title: str, files: dict[str, Any] | None = None, **fields: str) -> None:
    """Take the action called ``title`` with what is filled in; it is done when the form has gone."""
    form = take_up(page, title)
    fill(form, files, **fields)
    form.locator("button[type=submit]").click()
    form.wait_for(state="detached")


def fill(form: Any, files: dict[str, Any] | None = None, **fields: str) -> None:
    """Fill in the controls of these names."""
    for name, value in fields.items():
        control = form.locator(f"[name=v_{name}]")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    for name, file in (files or {}).items():
        form.locator(f"#f-v_{name}").set_input_files(file)


def photo(name: str = "现场照片.jpg", colour: str = "olive", *, gps: bool = False) -> dict[str, Any]:
    """A photo to hand in; with the place and the camera in it if asked for."""
    from PIL import Image

    told = Image.Exif()
    if gps:
        told[271], told[272] = "Luoshi Camera Works", "Model 7"
        told.get_ifd(34853).update({1: "N", 2: (31.0, 14.0, 30.0), 3: "E", 4: (121.0, 28.0, 15.0)})
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG", exif=told)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}
