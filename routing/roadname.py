"""Whether two names or numbers mean the same road."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np

from .segments import Segments


def words_of(text: object) -> tuple[str, ...]:
    """Return a name's words without case, accents and punctuation; none for a missing name."""
    if not isinstance(text, str):
        return ()
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    return tuple(re.findall(r"\w+", plain))


def road_keys(segments: Segments, rows: Iterable[int]) -> list[frozenset[tuple[str, ...]]]:
    """Return for each segment its name and its numbers, as sets of words to compare.

    OSM separates several numbers of one road by semicolons.
    """
    chosen = np.fromiter(rows, np.int64)
    names, refs = (segments.texts[column].take(chosen) for column in ("name", "ref"))
    return [
        frozenset(
            words
            for words in (
                words_of(name),
                *map(words_of, ref.split(";") if ref else ()),
            )
            if words
        )
        for name, ref in zip(names, refs, strict=True)
    ]


def bears(keys: frozenset[tuple[str, ...]], reported: str) -> bool:
    """Tell whether a road bears a reported name, which may be shorter or longer than OSM's.

    "Costanera" is borne by "Avenida Costanera", and "Ruta 5 at La Serena" by number 5.
    """
    words = words_of(reported)
    return bool(words) and any(_within(key, words) or _within(words, key) for key in keys)


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    size = len(part)
    return any(whole[at : at + size] == part for at in range(len(whole) - size + 1))
