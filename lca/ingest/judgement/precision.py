"""Notice positions in whole minutes: they were rounded, and are good to two kilometres.

Rule: ``coordinates.rounded``, once a layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lca.geo import LonLat
from lca.ingest.finding import Finding, completed, tell_of_all
from lca.ingest.rows import TableRows
from lca.ingest.slips import is_in_whole_minutes
from lca.vocab import LocationPrecision

from .candidates import Entry, placed
from .restated import NOTHING_RESTATED, Restated

_WHOLE = 1e-6


def check_precision(tables: Sequence[TableRows], restated: Restated = NOTHING_RESTATED) -> None:
    """Take rounded positions as approximate where nothing is said of their precision.

    Of those that are said to be accurate, only that is told: no row is made better or worse.
    """
    for table in tables:
        if not table.kind.placed or table.kind.restricted:
            continue
        somewhere, xy = placed([Entry(table, row, record) for row, record in table.accepted])
        minutes = xy * 60
        whole = np.all(np.abs(minutes - np.round(minutes)) < _WHOLE, axis=1)
        rounded = [
            somewhere[index]
            for index in np.flatnonzero(whole).tolist()
            if _is_rounded(somewhere[index].record)
            and not restated.holds(table, somewhere[index].record)
        ]
        unsaid = [
            one for one in rounded if one.record.location_precision is LocationPrecision.UNKNOWN
        ]
        for one in unsaid:
            values = {"location_precision": LocationPrecision.APPROXIMATE}
            table.amend(one.row, completed(one.record, values))
        accurate = [
            one for one in rounded if one.record.location_precision is LocationPrecision.ACCURATE
        ]
        if unsaid:
            _tell(table, unsaid, "they were read as approximate.", "Give seconds or decimals.")
        if accurate:
            _tell(
                table,
                accurate,
                "yet they are said to be accurate.",
                "Give seconds or decimals, or write approximate.",
            )


def _is_rounded(record: Any) -> bool:
    point = record.geometry
    return point.geom_type == "Point" and is_in_whole_minutes(LonLat(point.x, point.y))


def _tell(table: TableRows, entries: Sequence[Entry], taken: str, do_next: str) -> None:
    rows = "1 position is" if len(entries) == 1 else f"{len(entries)} positions are"
    first = entries[0]
    tell_of_all(
        table,
        Finding(
            rule="coordinates.rounded",
            message=f"{rows} in whole minutes, good to 2 km, first in row {first.row.number}; {taken}",
            do_next=do_next,
            target="location_precision",
        ),
    )
