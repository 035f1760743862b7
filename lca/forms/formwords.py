"""What the forms say besides the titles of fields and codes, in every language of the code lists.

Its file is ``data/reference/form_words.csv``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from lca.codelists import LANGUAGES


def word(key: str, language: str) -> str:
    """Return the words that a key of the file stands for, in one language."""
    return _load()[key][language]


@lru_cache(maxsize=1)
def _load() -> Mapping[str, Mapping[str, str]]:
    table = resources.files("data").joinpath("reference", "form_words.csv")
    with table.open(encoding="utf-8") as stream:
        return MappingProxyType(
            {
                row["key"]: MappingProxyType({one: row[one] for one in LANGUAGES})
                for row in csv.DictReader(stream)
            }
        )
