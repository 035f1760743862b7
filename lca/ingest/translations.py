"""The words of the assessment workbook in English, French, Spanish and Arabic.

``data/reference/headings.csv`` has one row a heading, sheet, cover key, unit or plain word, and one
column a language; ``headings_texts.csv`` beside it has the notes and instructions. Where a language
has several words for one thing, ``|`` stands between them; the first is the one that is written.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from lca.codelists import LANGUAGES
from lca.errors import UsageError
from lca.record import Field

_ENGLISH = LANGUAGES[0]
RIGHT_TO_LEFT = frozenset({"ar"})


def require_language(language: str) -> None:
    """Refuse a language that the workbook does not come in (UsageError)."""
    if language not in LANGUAGES:
        raise UsageError(
            f"There is no workbook in {language!r}.",
            do_next=f"Choose one of {', '.join(LANGUAGES)}.",
        )


def said(key: str, language: str = _ENGLISH) -> str:
    """Return the words that a key of the file stands for, in one language."""
    return _load()[key][language][0]


def forms(key: str) -> Mapping[str, tuple[str, ...]]:
    """Return every form of a key's words by language; empty if there is no such key."""
    return _load().get(key, MappingProxyType({}))


def all_forms(key: str) -> tuple[str, ...]:
    """Return every form of a key's words in any language."""
    return tuple(form for words in forms(key).values() for form in words)


def keys(prefix: str) -> tuple[str, ...]:
    """Return the keys that begin so, in the order of the file."""
    return tuple(key for key in _load() if key.startswith(prefix))


def title_key(field: Field, layer: str) -> str:
    """Return the key of a field's title; a layer may give a name another title than others do."""
    own = f"field.{layer}.{field.name}"
    return own if own in _load() else f"field.{field.name}"


def titles(field: Field, layer: str) -> Mapping[str, tuple[str, ...]]:
    """Return a field's title by language; in English only where the file has it not yet.

    A record class may serve a layer that an operation declares, whose fields no file names.
    """
    found = forms(title_key(field, layer))
    if field.title in found.get(_ENGLISH, ()):
        return found
    return MappingProxyType({_ENGLISH: (field.title,)})


def units(unit: str) -> Mapping[str, tuple[str, ...]]:
    """Return a unit as each language writes it."""
    return forms(f"unit.{unit}") or MappingProxyType({_ENGLISH: (unit,)})


@lru_cache(maxsize=1)
def _load() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    return MappingProxyType({**_table("headings.csv"), **_table("headings_texts.csv")})


def _table(name: str) -> dict[str, Mapping[str, tuple[str, ...]]]:
    with resources.files("data").joinpath("reference", name).open(encoding="utf-8") as stream:
        return {
            row["key"]: MappingProxyType(
                {language: tuple(row[language].split("|")) for language in LANGUAGES}
            )
            for row in csv.DictReader(stream)
        }
