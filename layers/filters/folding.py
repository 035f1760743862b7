"""Texts made equal for comparison: without case, without accents."""

from __future__ import annotations

import unicodedata


def without_case(text: str) -> str:
    """Return a text in which capitals and small letters are the same."""
    return unicodedata.normalize("NFC", text.casefold())


def without_accents(text: str) -> str:
    """Return a text without its combining marks."""
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


def folded(text: str) -> str:
    """Return a text as names are searched: without case, accents and needless white space."""
    return " ".join(without_accents(without_case(text)).split())
