"""Where two changes of one feature cannot both hold, in words and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shapely.geometry.base import BaseGeometry

from .geojson import plain

WHOLE = "feature"
"""What stands for the whole feature where one side removed what the other changed."""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field of a feature that two sides changed from ``base`` to different values.

    ``field`` is None where one side removed the feature that the other changed; then the three
    values are rows, or None where there is no such feature. Elsewhere None is *not known*.
    ``by`` and ``on`` are who published ``theirs`` and when, as far as that is known.
    """

    feature_id: str
    name: str
    field: str | None
    base: Any
    ours: Any
    theirs: Any
    title: str = ""
    unit: str | None = None
    by: str | None = None
    on: datetime | None = None

    @property
    def key(self) -> str:
        """What a choice between the two sides names: ``FEATURE.FIELD``, or ``FEATURE``."""
        return self.feature_id if self.field is None else f"{self.feature_id}.{self.field}"

    def as_text(self) -> str:
        """Return the conflict as one sentence."""
        who = self.by or "somebody else"
        when = f" on {self.on:%d %b %Y}" if self.on else ""
        if self.field is None:
            mine, other = (
                "removed" if side is None else "changed" for side in (self.ours, self.theirs)
            )
            return f"{self.name}: you {mine} it, {who} {other} it{when}."
        if isinstance(self.ours, BaseGeometry) and isinstance(self.theirs, BaseGeometry):
            return f"{self.name}, location: you and {who}{when} have it in different places."
        ours, theirs, base = (self._told(side) for side in (self.ours, self.theirs, self.base))
        title = self.title[:1].lower() + self.title[1:] or self.field
        return f"{self.name}, {title}: you say {ours}, {who} said {theirs}{when} (it was {base})."

    def as_json(self) -> dict[str, Any]:
        """Return the conflict as a JSON object, with its sentence."""
        return {
            "feature": self.feature_id,
            "name": self.name,
            "field": self.field,
            "key": self.key,
            "base": _json(self.base),
            "ours": _json(self.ours),
            "theirs": _json(self.theirs),
            "by": self.by,
            "on": plain(self.on),
            "text": self.as_text(),
        }

    def _told(self, value: Any) -> str:
        told = _words(value)
        return f"{told} {self.unit}" if self.unit and value is not None else told


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: plain(cell) for name, cell in value.items() if cell is not None}
    return plain(value)


def _words(value: Any) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%d %b %Y %H:%M} UTC"
    if isinstance(value, BaseGeometry):
        return "a place"
    texts = map(str, value) if isinstance(value, tuple) else [_plain_words(value)]
    return ", ".join(texts)


def _plain_words(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")
