"""How alike two names are, whatever the language and the spelling they are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

ALIKE = 85.0
"""From this similarity on, of 100, two names are taken for spellings of one."""

_LONGEST = 120
# What a place is, and the small words: Port Sudan is Bur Sudan, Aéroport de Goma is Goma Airport.
_WHAT_IT_IS = """port puerto porto bur mina marsa haven harbour harbor seaport pelabuhan liman porti
    airport aeroport aeropuerto aeroporto aerodrome aerodromo airfield airstrip matar mataar intl
    international internacional aeronautico aerien
    bridge pont puente ponte jisr kubri
    warehouse entrepot almacen bodega armazem depot store storage hangar magasin
    border crossing poste frontiere frontera paso fronterizo frontaliere passage
    station gare estacion estacao fuel terminal
    the of de del della da do dos la le les el los las al du des d l and et y e"""
_STOP_WORDS = frozenset(_WHAT_IT_IS.split())
# What parts two things of one name: numbers, letters and the points of the compass.
_WHICH_ONE = """north south east west nord sud est ouest norte sur este oeste central old new ancien nouveau
    viejo nuevo upper lower inner outer grand petit first second"""
_PARTING = frozenset(_WHICH_ONE.split())
_ONE_SOUND = (
    ("ch", "x"),
    ("sh", "x"),
    ("kh", "k"),
    ("gh", "g"),
    ("dh", "d"),
    ("th", "t"),
    ("ph", "f"),
    ("ou", "u"),
    ("dj", "j"),
    ("ck", "k"),
    ("q", "k"),
    ("c", "k"),
    ("p", "b"),
    ("v", "b"),
    ("z", "s"),
)
_SHORTEST_SKELETON = 3
_LONG_SKELETON = 5
_SAME_SOUND = 95.0
_ARTICLE = re.compile(r"(?:(?<=\s)|^)\u0627\u0644")
"""The Arabic article, which Latin spellings leave out as often as not."""


def similarities(ones: Sequence[str | None], others: Sequence[str | None]) -> NDArray[np.float64]:
    """Return how alike the names of each pair are, 0 to 100.

    Compared are the words without those that say what the thing is, and the consonants of the
    whole in Latin letters, by which Arabic and Latin spellings meet. Names that differ in a number,
    a letter or a point of the compass are two: Berth 1 is not Berth 2.
    """
    words = [_words(one or "") for one in ones], [_words(other or "") for other in others]
    bare = [[" ".join(one) for one in side] for side in words]
    best = process.cpdist(*bare, scorer=fuzz.token_set_ratio, dtype=np.float64)
    for index, (one, other) in enumerate(zip(ones, others, strict=True)):
        if one and other and one.isascii() != other.isascii():
            best[index] = max(best[index], _by_sound(one, other))
    for index in np.flatnonzero(best >= ALIKE).tolist():
        if _parted(words[0][index], words[1][index]):
            best[index] = 0.0
    return np.asarray(best, dtype=np.float64)


def _by_sound(one: str, other: str) -> float:
    """Return how alike two names in different scripts sound."""
    bones, others = skeleton(one), skeleton(other)
    if min(len(bones), len(others)) < _SHORTEST_SKELETON:
        return 0.0
    if bones == others:
        return _SAME_SOUND
    longer = min(len(bones), len(others)) >= _LONG_SKELETON
    return float(fuzz.ratio(bones, others)) if longer else 0.0


def alike(one: str, other: str) -> bool:
    """Tell whether two names are spellings of one."""
    return bool(similarities([one], [other])[0] >= ALIKE)


def every_name(name: str | None, other_names: str | None) -> Iterator[str]:
    """Yield the names of a record: its own, and its other names."""
    for text in (name, *re.split(r"[;|]", other_names or "")):
        if text and text.strip():
            yield text.strip()[:_LONGEST]


@lru_cache(maxsize=65_536)
def _words(name: str) -> tuple[str, ...]:
    plain = re.sub("['`\u2019]", "", anyascii(name[:_LONGEST]).casefold())
    words = [word for word in re.split(r"[^0-9a-z]+", plain) if word]
    telling = tuple(word for word in words if word not in _STOP_WORDS)
    return telling or tuple(words)


@lru_cache(maxsize=65_536)
def skeleton(name: str) -> str:
    """Return the consonants of a name in Latin letters, those that languages confuse as one."""
    plain = anyascii(_ARTICLE.sub("", name[:_LONGEST])).casefold()
    plain = re.sub(r"[^a-z0-9]|^al[\s-]", "", plain)
    for sound, letter in _ONE_SOUND:
        plain = plain.replace(sound, letter)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouyhw]", "", plain))


def _parted(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two names differ in a word that parts two things."""
    for word in set(one) ^ set(other):
        if word in _PARTING or len(word) == 1 or any(char.isdigit() for char in word):
            return True
    return False
