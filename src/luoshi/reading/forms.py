"""One character for another: forms of a character that mean the same are read as one. Lengths never change."""

from __future__ import annotations

import re
import unicodedata

_RADICALS = dict(
    zip(
        "⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻩⻬⻰",
        "母民西见角贝车长门青页风飞食马骨鬼鱼鸟黄齐龙",
        strict=True,
    )
)
"""These have no compatibility mappings in Unicode, yet PDFs of Chinese fonts give them for the characters."""


def _table() -> dict[str, str]:
    table = {chr(0xFF10 + i): chr(0x30 + i) for i in range(10)}
    for first in (0xFF21, 0xFF41):
        table.update({chr(first + i): chr(first - 0xFEE0 + i) for i in range(26)})
    table.update(
        {"％": "%", "﹪": "%", "－": "-", "﹣": "-", "‐": "-", "‑": "-", "−": "-", "～": "~", "〜": "~", "＋": "+"}
    )
    table.update(
        {"／": "/", "＝": "=", "＜": "<", "＞": ">", "＋": "+", "＆": "&", "\u00a0": " ", "\u202f": " ", "\u2009": " "}
    )
    table.update(dict.fromkeys("\f\v\x1c\x1d\x1e\x85\u2028\u2029", "\n"))
    table.update(_RADICALS)
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFADA)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            table[chr(code)] = plain
    return table


_TABLE = _table()
_FORMS = re.compile("[" + "".join(map(re.escape, sorted(_TABLE))) + "]")
_POINT = re.compile(r"(?<=\d)[．﹒](?=\d)")


def normalise(text: str) -> str:
    """Full-width digits, letters, ％, －, ～ in ASCII, ．between digits as a point, odd line ends as ``\\n``."""
    if text.isascii() and "\f" not in text and "\v" not in text:
        return text
    text = _FORMS.sub(lambda match: _TABLE[match[0]], text)
    if "．" in text or "﹒" in text:
        text = _POINT.sub(".", text)
    return text
