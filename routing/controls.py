"""The layers of facilities that control movement: borders, bridges, checkpoints and ferries."""

from __future__ import annotations

from lca.facility import BorderCrossing, Bridge, Checkpoint, Facility, Ferry

CONTROL_RECORDS: dict[str, type[Facility]] = {
    "border_crossings": BorderCrossing,
    "bridges": Bridge,
    "checkpoints": Checkpoint,
    "ferries": Ferry,
}
"""Each of these layers, and the record class of its rows."""
