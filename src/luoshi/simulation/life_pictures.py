"""Pictures and papers for the sample life: small, drawn here, each labelled as synthetic."""

from __future__ import annotations

from io import BytesIO
from math import sin
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from luoshi.casework.files import Files

SIZE: Final = (640, 420)
PAPER: Final = (595, 842)
COUNTS: Final = {"photo": 24, "after": 12, "map": 8, "paper": 12}
SKIES: Final = ((188, 212, 230), (203, 214, 222), (222, 214, 201), (170, 197, 224))
WALLS: Final = ((214, 198, 176), (178, 186, 190), (206, 170, 150), (226, 222, 208), (160, 172, 160))


def pictures(files: Files, seed: int) -> dict[str, list[tuple[str, int]]]:
    """Draw them all and keep them in ``files``: kind → (digest, size). Raises CaseworkError."""
    made: dict[str, list[tuple[str, int]]] = {}
    for kind, count in COUNTS.items():
        made[kind] = []
        for n in range(count):
            data = drawn(kind, n, seed)
            kept = files.put(BytesIO(data), size=len(data))
            made[kind].append((kept.sha256, kept.size))
    return made


def drawn(kind: str, n: int, seed: int) -> bytes:
    """The ``n``-th picture of a kind: a JPEG of a street, a PNG of a walked line, a PDF of one page."""
    chance = Random(f"{seed}/{kind}/{n}")
    out = BytesIO()
    if kind == "paper":
        _paper(chance, n).save(out, "PDF", resolution=72.0, creationDate=None, modDate=None)
    elif kind == "map":
        _walk(chance, n).save(out, "PNG", optimize=True)
    else:
        _street(chance, kind, n).save(out, "JPEG", quality=72)
    return out.getvalue()


def _label(draw: ImageDraw.ImageDraw, text: str, size: tuple[int, int]) -> None:
    draw.rectangle((0, size[1] - 30, size[0], size[1]), fill=(32, 36, 40))
    draw.text((12, size[1] - 24), f"SYNTHETIC SAMPLE - {text}", fill=(255, 255, 255), font=_font(15))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _street(chance: Random, kind: str, n: int) -> Image.Image:
    image = Image.new("RGB", SIZE, chance.choice(SKIES))
    draw = ImageDraw.Draw(image)
    left = -20
    while left < SIZE[0]:
        width, height = chance.randint(70, 150), chance.randint(110, 240)
        draw.rectangle((left, 290 - height, left + width, 290), fill=chance.choice(WALLS), outline=(120, 120, 120))
        for x in range(left + 12, left + width - 18, 26):
            for y in range(290 - height + 14, 275, 34):
                draw.rectangle((x, y, x + 13, y + 18), fill=(110, 134, 150))
        left += width + chance.randint(4, 30)
    draw.rectangle((0, 290, *SIZE), fill=(128, 130, 128))
    for x in range(20, SIZE[0], 90):
        draw.rectangle((x, 344, x + 46, 349), fill=(238, 232, 200))
    for _ in range(4):
        x = chance.randint(20, 610)
        draw.rectangle((x - 4, 236, x + 4, 300), fill=(104, 78, 54))
        draw.ellipse((x - 32, 180, x + 32, 252), fill=(84, 128 + chance.randint(0, 40), 82))
    if kind == "photo":
        x = chance.randint(120, 420)
        for _ in range(14):
            a, b = x + chance.randint(-60, 60), 320 + chance.randint(-16, 26)
            draw.polygon([(a, b), (a + 22, b - 16), (a + 34, b + 8)], fill=chance.choice(((120, 92, 60), (90, 88, 80))))
        draw.ellipse((x - 90, 280, x + 110, 374), outline=(206, 48, 40), width=5)
    _label(draw, f"{'before' if kind == 'photo' else 'after'} {n + 1:02}", SIZE)
    return image


def _walk(chance: Random, n: int) -> Image.Image:
    image = Image.new("RGB", SIZE, (238, 240, 232))
    draw = ImageDraw.Draw(image)
    swing, shift = chance.uniform(40, 90), chance.uniform(0, 6)
    river = [(x, 200 + swing * sin(x / 95 + shift)) for x in range(0, SIZE[0] + 8, 8)]
    draw.line(river, fill=(150, 190, 222), width=34, joint="curve")
    track = [(x, y + 30 + chance.uniform(-4, 4)) for x, y in river[6:-8]]
    draw.line(track, fill=(200, 60, 44), width=4, joint="curve")
    for x, y in (track[0], track[-1]):
        draw.ellipse((x - 8, y - 8, x + 8, y + 8), fill=(200, 60, 44), outline=(255, 255, 255), width=2)
    _label(draw, f"patrol track {n + 1:02}", SIZE)
    return image


def _paper(chance: Random, n: int) -> Image.Image:
    image = Image.new("RGB", PAPER, (255, 255, 255))
    draw = ImageDraw.Draw(image)
    draw.text((150, 80), "SYNTHETIC SAMPLE PAPER", fill=(150, 30, 30), font=_font(24))
    draw.line((70, 122, 525, 122), fill=(150, 30, 30), width=3)
    for y in range(160, 680, 26):
        draw.line((80, y, chance.randint(380, 515), y), fill=(196, 196, 196), width=7)
    draw.ellipse((380, 660, 490, 770), outline=(200, 40, 40), width=4)
    draw.text((397, 705), "SYNTHETIC", fill=(200, 40, 40), font=_font(15))
    _label(draw, f"paper {n + 1:02}", PAPER)
    return image
