"""Make words comparable: without case, accents, and what keyboards and habits exchange."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .texts import clean_text

# Letters that Arabic spelling exchanges, and the apostrophes of several keyboards.
_ALIKE = str.maketrans("ىةؤئ’‘ʼ", "يهوي'''", "\u0640")
_PUNCTUATION = re.compile(r"[\s_/\-.,;:()'\"،؛]+")
_LONGEST = 200


def fold(text: str) -> str:
    """Return a text without case, accents, underscores and double spaces.

    Arabic loses its vowel signs and tatweel, and the letters that people exchange are one.
    """
    if len(text) > _LONGEST:
        text = text[: _LONGEST + 1]
    return _fold(text)


def fold_word(word: object) -> str:
    """Return a cell's word as codes are compared: folded, without punctuation."""
    if isinstance(word, float) and word.is_integer():
        word = int(word)
    return " ".join(_PUNCTUATION.sub(" ", fold(str(word))).split())


@lru_cache(maxsize=4096)
def _fold(text: str) -> str:
    if text.isascii():
        return " ".join(clean_text(text).casefold().replace("_", " ").split())
    decomposed = unicodedata.normalize("NFKD", clean_text(text)).casefold()
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.translate(_ALIKE).replace("_", " ").split())
