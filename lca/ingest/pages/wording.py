"""What word processors and web pages leave in a text: hard spaces, soft hyphens, doubled words."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[!-~]*(?: [!-~]{6,})?")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")
_QUOTES = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201b": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u00ab": '"',
        "\u00bb": '"',
        "\u2011": "-",  # a hyphen that does not break
        "\u00ad": None,  # soft hyphen
        "\u200b": None,
        "\u2060": None,
        "\ufeff": None,
        "\x00": None,
    }
)
# Names that are said twice are names (Pago Pago, Bora Bora): only small words double by accident.
_DOUBLED = re.compile(
    r"\b(the|of|and|to|in|for|is|at|by|with|from|de|la|le|les|des|du|et|el|los|las|y)(\s+\1)+\b",
    re.IGNORECASE,
)


def plain_wording(text: str) -> str:
    """Return a text with plain quotes and spaces, one line for each of its lines that says anything.

    A doubled small word, as *of the the port*, is written once.
    """
    if _PLAIN.fullmatch(text):
        return text  # most cells of a long table are: one pass instead of five
    text = _SPACES.sub(" ", text.translate(_QUOTES).replace("\r", "\n"))
    text = _BLANK_LINES.sub("\n", text).strip()
    return _DOUBLED.sub(r"\1", text)
