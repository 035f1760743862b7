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
_SHORT = 3
"""Words up to this length are no adjectives to inflect."""
_NUMBERED = re.compile(
    r"(?P<code>\d+)(?P<sign>\s*[:=()–—]|\s*\.(?!\d)|\s+-(?=\s)|\s)(?P<label>.*)", re.DOTALL
)

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
        The codes are numbers: what follows the number, and a sign that parts them, is its label.
        A text that only begins with a figure is none: *4WD* and *4 wheel drive* are class 3.
    """
    word = _plain(cell)
    if word.startswith("-"):  # a number below nought is no code, as -1 and -99 for no data
        return None
    found = _by_word(codes).get(word)
    if found is None:
        found = labels_of(codes).get(fold_word(cell))
    return _numbered(codes, clean_text(str(cell))) if found is None and by_digit else found


def _numbered(codes: tuple[str, ...], text: str) -> str | None:
    """Return the code of a number with something behind it that does not name another code."""
    match = _NUMBERED.fullmatch(text)
    if match is None:
        return None
    code, labels = _by_word(codes).get(match["code"]), labels_of(codes)
    named = labels.get(fold_word(match["label"]))
    # With a blank alone between them, the figure may be part of the words, as in 2 axles.
    return code if named == code or (match["sign"].strip() and named is None) else None


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
    words = [
        (fold_word(text), one.code, language)
        for one in codes
        for language, text in one.labels.items()
    ]
    inflected: dict[str, str] = {}
    for word, code, language in words:
        for form in _INFLECTED.get(language, _as_it_is)(word):
            # A form that two labels have says which code is meant no longer.
            inflected[form] = code if inflected.get(form, code) == code else ""
    return MappingProxyType(
        {
            **{form: code for form, code in inflected.items() if code},
            **{word: code for word, code, _ in words},
            **{fold_word(one.code): one.code for one in codes},
        }
    )


def _as_it_is(word: str) -> tuple[str, ...]:
    return (word,)


def _french(word: str) -> tuple[str, ...]:
    """Return a French adjective, folded, in both genders and numbers."""
    endings = {"el": "elle", "if": "ive", "ic": "ique", "eux": "euse", "er": "ere"}
    feminine = next(
        (word.removesuffix(end) + new for end, new in endings.items() if word.endswith(end)),
        f"{word}e",
    )
    # Of a folded word that ends in e nobody can tell its gender: ouverte, ferme (fermé), difficile.
    forms = (word, word.removesuffix("e") if len(word) > _SHORT else word, feminine)
    return tuple(form + plural for form in forms for plural in ("", "s"))


def _spanish(word: str) -> tuple[str, ...]:
    """Return a Spanish adjective, folded, in both genders and numbers."""
    if word.endswith(("o", "a")):
        return tuple(f"{word[:-1]}{end}" for end in ("o", "a", "os", "as"))
    return (word, f"{word}s", f"{word}es")


def _arabic(word: str) -> tuple[str, ...]:
    """Return an Arabic adjective, folded, in both genders."""
    return (word, word.removesuffix("ه") if len(word) > _SHORT else word, f"{word}ه")


_INFLECTED = MappingProxyType({"fr": _french, "es": _spanish, "ar": _arabic})
