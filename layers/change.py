"""How one feature changed from one content to another, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a feature, before and after; None is *not known*."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class FeatureChange:
    """A feature that is in both contents, and how it changed."""

    before: Row
    after: Row
    fields: tuple[FieldChange, ...]
