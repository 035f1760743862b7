"""The words that stand for a code: the code itself, or its label in any language of the lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from lca.codelists import Code, load

from .folding import fold_word
from .texts import clean_text

_LONGEST_WORD = 64

WORDS_OF_LISTS: Mapping[str, str] = MappingProxyType(
    {
        "access_modes": "access_mode",
        "applies_to_actor": "actor",
        "applies_to_cargo": "cargo",
        "cargo_permitted": "cargo",
        "clears": "access_mode",
        "payment": "payment",
        "suitable_for": "goods",
    }
)
"""Fields that hold several words of a code list in one text."""


def code_of(codes: tuple[str, ...], cell: object, *, by_digit: bool = False) -> str | None:
    """Return the code that a cell's word stands for; None if it is no code and no label of one.

    Parameters
    ----------
    by_digit : bool
        The codes are numbers: what follows the number is its label.
    """
    word = _plain(cell)
    digit = re.match(r"\d+(?![\d.])", word) if by_digit else None
    if word.startswith("-"):  # a number below nought is no code, as -1 and -99 for no data
        return None
    found = _by_word(codes).get(digit[0] if digit else word)
    return found if found is not None else labels_of(codes).get(fold_word(cell))


@lru_cache(maxsize=256)
def _by_word(codes: tuple[str, ...]) -> Mapping[str, str]:
    return MappingProxyType({_plain(code): code for code in codes})


def _plain(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell)
    # A column of codes repeats a few words; what is longer than any of them is not kept.
    return _kept(text) if len(text) <= _LONGEST_WORD else _joined(text)


@lru_cache(maxsize=4096)
def _kept(text: str) -> str:
    return _joined(text)


def _joined(text: str) -> str:
    text = unicodedata.normalize("NFKC", clean_text(text)).casefold().replace("×", "x")
    sign = "-" if re.match(r"[-\u2212]\d", text) else ""
    return sign + re.sub(r"[\s/_-]+", "_", text).strip("_")


def labels_of(codes: Iterable[str]) -> Mapping[str, str]:
    """Return the code of each label, compared by :func:`fold_word`, of the list with these codes.

    Empty if no list has exactly these codes. A word that is a code stands for itself alone.
    """
    return _labels(frozenset(codes))


def labels_of_list(name: str) -> Mapping[str, str]:
    """Return the code of each label of a list."""
    return _labels_in(load()[name])


def label(codes: Iterable[str], code: str, language: str) -> str:
    """Return the label of a code in a language; the code itself if no list has it."""
    found = _list_with(frozenset(codes)) or ()
    return next((one.labels[language] for one in found if one.code == code), code)


@lru_cache(maxsize=128)
def _labels(codes: frozenset[str]) -> Mapping[str, str]:
    found = _list_with(codes)
    return MappingProxyType({}) if found is None else _labels_in(found)


def _list_with(codes: frozenset[str]) -> tuple[Code, ...] | None:
    return next((one for one in load().values() if {code.code for code in one} == codes), None)


def _labels_in(codes: Iterable[Code]) -> Mapping[str, str]:
    labels = {fold_word(text): one.code for one in codes for text in one.labels.values()}
    return MappingProxyType({**labels, **{fold_word(one.code): one.code for one in codes}})
