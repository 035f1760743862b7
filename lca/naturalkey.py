"""The natural key of a row, and the id that is made of it: the same on every machine, for ever."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from .instant import format_instant

_NAMESPACE = uuid.UUID("2f0c6a52-8f0b-5b7e-9c61-7b1de2f3a4c5")

Key = tuple[str, ...]


def natural_key(columns: Sequence[str], row: Mapping[str, Any]) -> Key | None:
    """Return what a row is known by; None if there are no columns or one of them is not known."""
    values = [plain_value(row.get(name)) for name in columns]
    return tuple(values) if columns and all(values) else None


def id_of_key(layer: str, key: Key) -> str:
    """Return the id of the row of a layer that has this key."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join((layer, *key))))


def plain_value(value: Any) -> str:
    """Return a value as a text in which case, width and spacing do not matter."""
    if value is None:
        return ""
    text = format_instant(value) if hasattr(value, "isoformat") else str(value)
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
