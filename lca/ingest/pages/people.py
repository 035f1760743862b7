"""Find the telephone numbers and addresses in the texts of a page, and take them out of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}")
# With a country's code, a leading nought, or a word before it: years and sizes have none of these.
_DIGITS = r"(?:\d[\s./()-]{0,2}){6,13}\d"
PHONE = re.compile(
    rf"(?:\+|\b00)\s?{_DIGITS}|\b(?:t[eé]l(?:[eé]phone|[eé]fono|\.)?|phone|mob(?:ile|\.)?|cell|fax|movil)\s*(?:no\.?|n°)?\s*[:.]?\s*\+?\(?{_DIGITS}|(?<![\d.])\(?0\d(?:[\s./()-]{{0,2}}\d){{6,10}}(?![\d.])",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?i)\b(?:t[eé]l(?:[eé]phone|[eé]fono|\.)?|phone|mob(?:ile|\.)?|cell|fax|e-?mails?|mail|courriel|correo|contact)\s*(?:no\.?|n°)?\s*[:.]?\s*(?=$|[\n,;/|])"
)
_BEFORE_DIGITS = re.compile(r"^[^\d+(]+")


@dataclass(frozen=True, slots=True)
class Reachable:
    """A text without what it says of how to reach somebody, and what it said."""

    rest: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]


def reach_of(text: str) -> Reachable:
    """Part a text from the telephone numbers and e-mail addresses in it."""
    text = text[:4_000]
    emails = tuple(dict.fromkeys(EMAIL.findall(text)))
    bare = EMAIL.sub("\n", text)
    phones = tuple(
        dict.fromkeys(
            " ".join(_BEFORE_DIGITS.sub("", match[0]).split()) for match in PHONE.finditer(bare)
        )
    )
    rest = _LABEL.sub("", PHONE.sub("\n", bare)) if phones or emails else text
    parts = (part.strip(" ,;:/|-") for part in re.split(r"\n|\(\s*[,;]?\s*\)", rest))
    return Reachable(", ".join(part for part in parts if part.strip("()")), phones, emails)
