"""Clean text that comes from a file before anybody reads it."""

from __future__ import annotations

import re
import unicodedata

# Embeddings, overrides and isolates can make a text read as another; joiners and the plain
# direction marks are part of Persian, Arabic and Indic spelling and stay.
_DIRECTION_TRICKS = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\ufeff]")
_NEVER_TEXT = frozenset({"Cc", "Cs", "Cn", "Co"})
_LONGEST_SHOWN = 80


def clean_text(text: str) -> str:
    """Return a text in NFC, without control characters, direction tricks and blank ends."""
    if text.isascii() and text.isprintable():  # most cells are: nothing in them to mend
        return text.strip()
    text = _DIRECTION_TRICKS.sub("", unicodedata.normalize("NFC", text))
    kept = (
        " " if unicodedata.category(char) == "Zs" else char
        for char in text.replace("\r\n", "\n").replace("\r", "\n")
        if char in "\n\t" or unicodedata.category(char) not in _NEVER_TEXT
    )
    return "".join(kept).strip()


def one_line(text: str, longest: int = _LONGEST_SHOWN) -> str:
    """Return a text as a message shows it: clean, on one line, shortened."""
    line = " ".join(clean_text(text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
