"""What is shown of personal data before it is revealed. Pure."""

from __future__ import annotations

from typing import Final

HIDDEN: Final = "＊＊＊"
PHONE_DIGITS: Final = 11


def masked(kind: str, text: str) -> str:
    """``text`` of a field of type ``kind`` so that who knows the case recognises it and nobody else learns it.

    A person keeps the first character (沈＊＊), a telephone number of eleven digits its first three and last four; of
    anything else, which may hold anything, nothing is shown.
    """
    if kind == "person" and len(text) > 1:
        return text[0] + "＊" * min(len(text) - 1, 3)
    if kind == "phone" and len(text) == PHONE_DIGITS and text.isdigit():
        return f"{text[:3]}****{text[-4:]}"
    return HIDDEN
