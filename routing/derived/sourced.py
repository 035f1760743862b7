"""Who states a computed row, and how old the newest word is that it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from lca.constraint import Constraint
from lca.instant import parse_instant
from lca.vocab import LocationPrecision, Sensitivity, SourceType
from routing.outlook import Outlook


def provenance(outlook: Outlook) -> dict[str, Any]:
    """Return the columns of provenance that all computed rows share."""
    return {
        "source_org": "LCA Access Map (computed)",
        "source_type": SourceType.OTHER.value,
        "source_ref": f"graph build {outlook.network.digest[:12]}",
        "location_precision": LocationPrecision.ACCURATE.value,
    }


def roads_known_at(outlook: Outlook) -> datetime:
    """Return the date of the OSM data; where its source does not say, since when it serves."""
    stated = outlook.network.info.osm_date
    if stated is None:
        return outlook.sources.build.registered_at
    return parse_instant(stated) if "T" in stated else _midnight(stated)


def last_word(constraint: Constraint) -> datetime:
    """Return when a constraint was last reported or confirmed."""
    reported = constraint.date_of_information
    return max(reported, constraint.last_confirmed_at or reported)


def highest(levels: Iterable[Sensitivity]) -> Sensitivity:
    """Return the highest sensitivity; public if there are none."""
    return max(levels, key=lambda level: level.rank, default=Sensitivity.PUBLIC)


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
