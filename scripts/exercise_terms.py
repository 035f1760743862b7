"""What the sheets of the exercise share: its dates, its sources and its name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

Row = dict[str, Any]

TIME_ZONE = "America/Santiago"
ORGANISATION = "Exercise control (simulated)"


def local(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a moment of November 2026 without a zone, as a cell holds it (see ``TIME_ZONE``)."""
    return datetime(2026, 11, day, hour, minute)  # noqa: DTZ001


SURVEY = {
    "source_org": "Road survey team (simulated)",
    "source_type": "field_assessment",
    "reliability": "B",
    "credibility": 2,
    "location_precision": "accurate",
}
POLICE = {
    "source_org": "Police liaison (simulated)",
    "source_type": "military_police",
    "reliability": "B",
    "credibility": 2,
    "location_precision": "accurate",
}
DRIVER = {
    "source_org": "Transporters' radio net (simulated)",
    "source_type": "transporter",
    "reliability": "D",
    "credibility": 4,
}
